"""The site shows stored times, says how old they are, and takes none itself."""

import json

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace
from sphinx_gallery import gen_rst
from sphinx_gallery.py_source_parser import Block

import measured

PAGE = "made_fast/see_why_the_median_is_fast"
RECIPE = "denoising.denoise_median"
CELL = "# Timing: run this cell to measure on your machine.\nprint(1 / 0)\n"
STORED = {
    "date": "2026-11-05",
    "machine": "one core of an abacus",
    "codes": {RECIPE: "now"},
    "cells": {measured.key_of(CELL): "loop 12 ms\n"},
}


def block(content):
    return Block("code", content, 1)


def test_a_cell_that_measures_times_is_not_run(monkeypatch):
    ran = []
    monkeypatch.setattr(measured, "RUN_CELL", lambda *given: ran.append(given) or "ran")
    script = {"src_file": f"/somewhere/gallery/{PAGE}.py"}
    text = measured.show_stored_output(None, block(CELL), {}, script, {}, {})
    assert ran == []
    assert f".. measured-output:: {PAGE}\n   :cell: {measured.key_of(CELL)}\n" in text
    plain = block("print(1)\n# Timing comes later.\n")
    assert measured.show_stored_output(None, plain, {}, script, {}, {}) == "ran"
    assert ran == [(None, plain, {}, script, {}, {})]


@pytest.fixture
def show(tmp_path, monkeypatch):
    """Build a page with one directive, and return its text."""
    monkeypatch.setattr(gen_rst, "execute_code_block", gen_rst.execute_code_block)
    store = tmp_path / "measured.json"
    monkeypatch.setattr(measured, "MEASURED", store)

    def build(stored, cell=CELL, code="now"):
        store.write_text(json.dumps({"pages": stored}), "utf-8")
        source = tmp_path / "source"
        card = source / "gallery" / "cards" / f"{RECIPE.replace('.', '/')}.json"
        card.parent.mkdir(parents=True)
        card.write_text(json.dumps({"key": {"recipe": code}}), "utf-8")
        (source / "conf.py").write_text('extensions = ["measured"]\n', "utf-8")
        key = measured.key_of(cell)
        directive = f".. measured-output:: {PAGE}\n   :cell: {key}\n"
        (source / "index.rst").write_text(f"Page\n====\n\n{directive}", "utf-8")
        out = tmp_path / "out"
        with docutils_namespace():
            app = Sphinx(source, source, out, out, "text", status=None)
            app.build()
        return " ".join((out / "index.txt").read_text("utf-8").split())

    return build


def test_the_page_shows_what_was_measured_and_when(show):
    text = show({PAGE: STORED})
    assert "loop 12 ms" in text
    assert text.endswith(
        "The times were measured on 2026-11-05: one core of an abacus."
    )


def test_the_page_tells_that_a_recipe_has_changed_since(show):
    text = show({PAGE: STORED}, code="another")
    assert (
        "loop 12 ms The times were measured on 2026-11-05, before the code last "
        in text
    )


def test_a_cell_that_has_changed_shows_no_times(show):
    text = show({PAGE: STORED}, cell=f"{CELL}# Changed.\n")
    assert "loop" not in text
    assert text.endswith("This cell has not been measured in its present form.")


def test_a_page_that_was_never_measured_says_so(show):
    assert show({}).endswith("This cell has not been measured in its present form.")
