"""Write the API reference: one page for each concept, one for each recipe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from concepts import concepts
from imgrecipes._copier import catalog

if TYPE_CHECKING:
    from sphinx.application import Sphinx

INDEX = """\
API reference
=============

Every recipe is a function of arrays that you import from the module of its concept, as
in ``from imgrecipes.pixels import circular_mask``.

{rows}

.. toctree::
   :hidden:

{toctree}
"""
CONCEPT = """\
{title}

.. automodule:: {module}

.. list-table::
   :class: recipes
   :widths: auto

{rows}

.. toctree::
   :hidden:

{toctree}

.. Pages that use them: {pages}

.. minigallery:: {names}
   :add-heading: Pages that use these recipes
   :heading-level: -
"""
RECIPE = """\
{title}

{summary}

.. copy-recipe:: {concept}.{name}

Reference
---------

.. currentmodule:: {module}

.. autofunction:: {name}

.. Pages that use it, so that a new one makes this page new: {pages}

Recipe card
-----------

.. recipe-card:: {module}.{name}

.. minigallery:: {module}.{name}
   :add-heading: Pages that use this recipe
   :heading-level: -
"""


def write_pages(app: Sphinx) -> None:
    """Write each page that is new or has changed, and remove those of old recipes."""
    folder = Path(app.srcdir) / "api"
    record = Path(app.srcdir) / "gallery" / "backreferences" / "backreferences_all.json"
    users = json.loads(record.read_text("utf-8")) if record.exists() else {}
    # By their source text: to import them all would take longer than all the rest.
    known: dict[str, dict[str, str]] = {concept: {} for concept in concepts()}
    for recipe in catalog.recipes():
        known[recipe.concept][recipe.name] = recipe.summary
    pages = {folder / "index.rst": _index(known)}
    for concept, summaries in known.items():
        module = f"imgrecipes.{concept}"
        used = {name: _titles(users, f"{module}.{name}") for name in summaries}
        pages[folder / f"{concept}.rst"] = _concept(
            concept, summaries, sorted(set().union(*used.values()))
        )
        for name, titles in used.items():
            pages[folder / concept / f"{name}.rst"] = RECIPE.format(
                title=_title(name),
                summary=summaries[name],
                module=module,
                concept=concept,
                name=name,
                pages="; ".join(titles),
            )
    for old in set(folder.rglob("*.rst")) - set(pages):
        old.unlink()
    for path, text in pages.items():
        # An unchanged file keeps its time, so that Sphinx does not read it again.
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")


def _title(name: str) -> str:
    return f"{name}\n{'=' * len(name)}"


def _rows(concept: str, summaries: dict[str, str]) -> str:
    return "\n".join(
        f"   * - :func:`~imgrecipes.{concept}.{name}`\n     - {summary}"
        for name, summary in summaries.items()
    )


def _index(known: dict[str, dict[str, str]]) -> str:
    about = catalog.concepts()
    sections = [
        f"{concept}\n{'-' * len(concept)}\n\n"
        f":doc:`imgrecipes.{concept} <{concept}>`: {about[concept]}\n\n"
        ".. list-table::\n   :class: recipes\n   :widths: auto\n\n"
        f"{_rows(concept, summaries)}"
        for concept, summaries in known.items()
    ]
    return INDEX.format(
        rows="\n\n".join(sections),
        toctree="\n".join(f"   {concept} <{concept}>" for concept in known),
    )


def _titles(users: dict[str, list[list[str]]], recipe: str) -> list[str]:
    return sorted(user[4] for user in users.get(recipe, []))


def _concept(concept: str, summaries: dict[str, str], pages: list[str]) -> str:
    module = f"imgrecipes.{concept}"
    return CONCEPT.format(
        title=_title(module),
        module=module,
        pages="; ".join(pages),
        rows=_rows(concept, summaries),
        toctree="\n".join(f"   {concept}/{name}" for name in summaries),
        names=" ".join(f"{module}.{name}" for name in summaries),
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension; it runs after the gallery has been made."""
    app.connect("builder-inited", write_pages, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
