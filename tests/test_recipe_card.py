"""The recipe cards show what is true, and are measured when something has changed."""

import json
import types
import warnings

import numpy as np
import pytest

import recipe_card
from concepts import ROOT, concepts, recipes
from copy_buttons import count_lines
from imgrecipes import (
    denoising,
    geometry,
    measurement,
    pixels,
    registration,
    segmentation,
    smoothing,
)
from recipe_card import ARRAYS, DTYPES, SHAPES, call, copied, measure, rows

ALL = [recipe for concept in concepts() for recipe in recipes(concept).values()]


def facts(recipe, timed=None):
    card = {"measured": measure(recipe), "copied": copied(recipe.__name__)}
    return rows(card | {"key": {"recipe": "now"}}, recipe, timed or {})


def test_the_facts_of_a_filter_are_the_true_ones():
    card = measure(smoothing.blur_gaussian)
    assert card["dtypes"] == {dtype: dtype for dtype in DTYPES}
    assert card["ndim"] == [1, 2, 3]
    assert card["timed"] == [2, "float64"]
    text = facts(smoothing.blur_gaussian)
    assert text["Returns"] == "the dtype that it takes"
    assert text["Values"].startswith("stayed in the range")
    assert text["Border"] == "``reflect``"
    assert text["Called as"] == "``blur_gaussian(image, sigma=1.0)``"
    assert text["Imports"] == "``numpy``, ``scipy``"


def test_the_facts_differ_where_the_recipes_do():
    assert measure(denoising.denoise_median)["ndim"] == [1, 2, 3]
    assert measure(registration.log_polar)["ndim"] == [2]
    assert "Border" not in facts(denoising.denoise_median)
    assert facts(geometry.shift)["Border"] == "``constant``, filled with 0"
    # Zeros come in at the border, and sharp edges overshoot.
    for recipe in (geometry.shift, smoothing.sharpen):
        assert facts(recipe)["Values"].startswith("can leave the range of the input")
    # A difference of grey values is no grey value.
    assert "Values" not in facts(measurement.block_mean) | facts(denoising.rmse)
    assert facts(denoising.rmse)["Returns"] == "``float``"
    gray = measure(pixels.to_gray)
    assert gray["dtypes"]["uint8"] == gray["dtypes"]["float64"] == "float64"
    assert gray["dtypes"]["float32"] == "float32"
    assert facts(pixels.to_gray)["Axes"].endswith("the last axis the colour")


def test_what_a_recipe_refuses_stands_on_its_card():
    card = facts(pixels.stretch_contrast)
    with pytest.raises(TypeError, match="bool"):
        pixels.stretch_contrast(np.array([True, False]))
    assert card["Takes"].endswith("refuses ``bool``")
    card = measure(segmentation.clean_mask)
    assert [dtype for dtype, out in card["dtypes"].items() if out] == ["bool"]


def test_the_time_is_the_stored_one_with_its_date_or_none():
    recipe = smoothing.blur_gaussian
    assert facts(recipe)["Time"] == "not measured"
    timed = {"ratio": 12.34, "shape": [256, 256], "dtype": "float64"}
    timed |= {"date": "2026-11-05", "code": "now"}
    text = facts(recipe, timed)["Time"]
    assert text.startswith("12 times a plain copy of the array, 256 ")
    assert text.endswith("``float64``; measured on 2026-11-05")
    timed["code"] = "then"
    assert facts(recipe, timed)["Time"] == f"{text}, before the code last changed"


def test_a_recipe_of_other_inputs_has_a_card_of_what_applies():
    assert list(facts(pixels.circular_mask)) == ["Copied", "Imports"]
    face = recipes("samples")["face"]
    assert facts(face)["Copied"].startswith("not possible: it needs the installed")


def test_warnings_count_as_taken_and_stay_silent():
    def warn(image):
        warnings.warn("odd", stacklevel=2)
        return image

    assert measure(warn)["dtypes"] == {dtype: dtype for dtype in DTYPES}


@pytest.mark.parametrize("recipe", ALL, ids=lambda recipe: recipe.__name__)
def test_the_samples_fit_each_recipe_of_an_array(recipe):
    first, *_ = recipe.__annotations__
    result = recipe.__annotations__["return"]
    draws = "Axes" in result or "Figure" in result
    assert recipe_card.is_measurable(recipe) == (first in ARRAYS and not draws)
    assert not recipe_card.is_measurable(recipe) or any(
        call(recipe, shape, dtype)
        for shapes in SHAPES.values()
        for shape in shapes
        for dtype in ("float64", "int32", "bool")
    )


def test_lines_of_code_are_those_that_run():
    code = '''\
"""Text
of two lines."""

import math  # why


def double(value):
    """Double it."""
    # A comment.
    text = """a
    b"""
    return (
        2 * value
    ), text
'''
    assert count_lines(code) == 1 + 1 + 2 + 3
    assert copied("denoise_median")["lines"] > 5


@pytest.fixture
def site(tmp_path, monkeypatch):
    measured = []

    def measure(recipe):
        measured.append(recipe.__name__)
        return {}

    monkeypatch.setattr(recipe_card, "measure", measure)
    all_recipes = recipe_card.catalog.recipes()
    chosen = [recipe for recipe in all_recipes if recipe.concept == "smoothing"]
    monkeypatch.setattr(recipe_card.catalog, "recipes", lambda *_: chosen)
    package = str(ROOT / "src" / "imgrecipes")
    config = types.SimpleNamespace(freshness_package=package)
    app = types.SimpleNamespace(srcdir=tmp_path, config=config, parallel=1)

    def build():
        measured.clear()
        recipe_card.write_cards(app)
        return sorted(measured)

    return build


def test_a_card_is_measured_when_something_has_changed(site, tmp_path, monkeypatch):
    assert site() == sorted(recipes("smoothing"))
    card = tmp_path / recipe_card.FOLDER / "smoothing" / "sharpen.json"
    written = card.stat().st_mtime_ns
    assert site() == []
    assert card.stat().st_mtime_ns == written
    content = json.loads(card.read_text("utf-8"))
    for changed in ("recipe", "card", "numpy"):
        old = content | {"key": content["key"] | {changed: "other"}}
        card.write_text(json.dumps(old), "utf-8")
        assert site() == ["sharpen"]
        assert json.loads(card.read_text("utf-8")) == content
    # Another way to copy changes the lines, and needs no new measurement.
    old = content | {"key": content["key"] | {"copier": "other"}, "copied": {}}
    card.write_text(json.dumps(old), "utf-8")
    assert site() == []
    assert json.loads(card.read_text("utf-8")) == content
    recipe = recipe_card.Ingredients.recipe

    def changed(ingredients, concept, name):
        found = recipe(ingredients, concept, name)
        return found | ({f"{concept}.{name}": "new"} if name == "blur_mean" else {})

    monkeypatch.setattr(recipe_card.Ingredients, "recipe", changed)
    assert site() == ["blur_mean"]


def test_the_card_of_an_old_recipe_goes(site, tmp_path):
    old = tmp_path / recipe_card.FOLDER / "smoothing" / "no_such_recipe.json"
    old.parent.mkdir(parents=True)
    old.touch()
    site()
    assert not old.exists()
