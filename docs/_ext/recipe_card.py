"""Recipe cards: what a recipe takes, gives, needs and costs, found by running it.

Only the time stands in a file, ``docs/measured.json``, which ``nox -s bench`` writes.
"""

from __future__ import annotations

import inspect
import json
import re
import warnings
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from concepts import ROOT, recipes
from copy_buttons import FAST, count_lines, text_of
from freshness import LIBRARIES, RECORD, Ingredients
from imgrecipes._copier import catalog
from imgrecipes._copier.copying import requirements
from imgrecipes._copier.source import RecipeError, digest
from measured import MEASURED, when
from processes import spread
from state import read_json, write_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from docutils import nodes
    from numpy.typing import NDArray
    from sphinx.application import Sphinx

FOLDER = "gallery/cards"
COPIER = sorted((ROOT / "src" / "imgrecipes" / "_copier").glob("*.py"))
DTYPES = ("bool", "uint8", "uint16", "int32", "float32", "float64")
# The last axis of some images is their colour.
SHAPES = {1: [(64,), (3,)], 2: [(32, 32), (32, 3)], 3: [(16, 16, 16), (16, 16, 3)]}
# Part of the range, so that a border filled with zeros is seen to leave it.
LOW, HIGH = 0.25, 0.75
# What is given to a required parameter of this name, for an image of n axes.
SAMPLES: dict[str, Callable[[int], object]] = {
    "angle": lambda _: 30.0,
    "block": lambda _: 2,
    "count": lambda _: 2,
    "data_range": lambda _: 1.0,
    "high": lambda _: 0.6,
    "label": lambda _: 1,
    "level": lambda _: 0.5,
    "low": lambda _: 0.4,
    "matrix": lambda n: 1.25 * np.eye(n),
    "min_size": lambda _: 4,
    "new_spacing": lambda _: 2.0,
    "offset": lambda n: (1.5,) * n,
    "percentile": lambda _: 25.0,
    "radii": lambda _: (1, 2),
    "seed": lambda _: 0,
    "shape": lambda n: (24,) * n,
    "sigma": lambda _: 1.0,
    "sigmas": lambda _: (1.0, 2.0, 3.0),
    "size": lambda _: 3,
    "spacing": lambda _: 1.0,
    "strength": lambda _: 0.1,
    "threshold": lambda _: 0.1,
    "weight": lambda _: 0.1,
}
# Arrays that are given once more where a recipe compares two.
SECOND = {"moved", "reference", "truth"}


def field(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Bright spots with steep edges on dark ground, and some noise, from 0 to 1."""
    waves: Any = 1.0
    for n, grid in zip(shape, np.indices(shape, sparse=True), strict=True):
        # A short axis is the colour.
        waves = waves * (np.sin(grid * 0.7 + 0.3) if n > 3 else 1 - 0.1 * grid)
    noise = np.random.default_rng(0).normal(0, 0.02, shape)
    image = np.where(waves > 0.25, 0.8, 0.2) + noise
    return (image - image.min()) / np.ptp(image)


def as_image(shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    """Make an image; unsigned integers fill the range of their dtype."""
    image = field(shape)
    if dtype == "bool":
        return image > 0.5
    if dtype.startswith("float"):
        return (LOW + (HIGH - LOW) * image).astype(dtype)
    # Grey levels as they are measured: a histogram counts each of them.
    low, high = (-1000, 1000) if dtype == "int32" else (0, np.iinfo(dtype).max)
    return np.round(low + image * (high - low)).astype(dtype)


def as_mask(shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    """Make a mask of zeros and ones: two balls that touch, in one piece."""
    grid = [i / n for n, i in zip(shape, np.indices(shape, sparse=True), strict=True)]
    balls = [sum((axis - center) ** 2 for axis in grid) < 0.06 for center in (0.4, 0.6)]
    return np.logical_or(*balls).astype(dtype)


def as_labels(shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    """Make labels: two regions on a background, or one if they are booleans."""
    labels = (field(shape) > 0.5) * 1
    return np.where(np.indices(shape)[0] < shape[0] // 2, labels, 2 * labels).astype(
        dtype
    )


def as_gradient(shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    """Make the derivatives of an image along its axes, on a new first axis."""
    image = field(shape)
    parts = [np.gradient(image, axis=axis) for axis in range(image.ndim)]
    return (np.stack(parts) * (1 if dtype.startswith("float") else 100)).astype(dtype)


ARRAYS: dict[str, Callable[[tuple[int, ...], str], NDArray[Any]]] = {
    "coefficients": as_image,
    "gradient": as_gradient,
    "image": as_image,
    "labels": as_labels,
    "mask": as_mask,
    "volume": as_image,
}


def samples(recipe: Callable[..., object], ndim: int) -> dict[str, object] | None:
    """Arguments for all required parameters but the first, if there are such for all.

    None stands for the first argument once more. A recipe that draws is not run.
    """
    signature = inspect.signature(recipe)
    first, *others = signature.parameters.values()
    draws = re.search(r"\b(Axes|Axes3D|Figure)\b", str(signature.return_annotation))
    if first.name not in ARRAYS or draws:
        return None
    required = [p.name for p in others if p.default is p.empty]
    if not SECOND.union(SAMPLES).issuperset(required):
        return None
    return {n: None if n in SECOND else SAMPLES[n](ndim) for n in required}


def is_measurable(recipe: Callable[..., object]) -> bool:
    """Whether a recipe can be called with an array and sample arguments."""
    return bool(inspect.signature(recipe).parameters) and (
        samples(recipe, 2) is not None
    )


def call(
    recipe: Callable[..., object], shape: tuple[int, ...], dtype: str
) -> Callable[[], object] | None:
    """Return the call of a recipe on a sample, or None if it refuses the sample."""
    array = ARRAYS[next(iter(inspect.signature(recipe).parameters))](shape, dtype)
    arguments = {
        name: array if value is None else value
        for name, value in (samples(recipe, len(shape)) or {}).items()
    }
    ready = partial(recipe, array, **arguments)
    try:
        ready()
    except (TypeError, ValueError):
        return None
    return ready


def kind(result: object) -> str:
    """Say what a result is: a dtype, a type of Python, or some of them in a tuple."""
    if isinstance(result, np.ndarray | np.generic):
        return result.dtype.name
    if isinstance(result, tuple):
        return ", ".join(dict.fromkeys(kind(item) for item in result))
    return type(result).__name__


def measure(recipe: Callable[..., object]) -> dict[str, Any]:
    """Run a recipe on samples, and return the facts that this shows."""
    if not is_measurable(recipe):
        return {}
    facts: dict[str, Any] = {}
    with warnings.catch_warnings():
        # A recipe may warn of what is odd about a sample; it has taken it.
        warnings.simplefilter("ignore")
        fits = {
            ndim: {
                dtype: next(
                    filter(None, (call(recipe, s, dtype) for s in shapes)), None
                )
                for dtype in DTYPES
            }
            for ndim, shapes in SHAPES.items()
        }
        taken = [n for n, found in fits.items() if any(found.values())]
        if not taken:
            return {}
        # Colour images are most often 2-D and colour.
        flat = any(f and f.args[0].shape[-1] > 3 for f in fits[2].values())
        ndim = 2 if flat else taken[-1]
        given = {d: ready for d, ready in fits[ndim].items() if ready}
        facts["ndim"] = taken
        facts["axes"] = "" if flat or 2 not in taken else ", the last axis the colour"
        facts["dtypes"] = {
            dtype: kind(given[dtype]()) if dtype in given else None for dtype in DTYPES
        }
        dtype = "float64" if "float64" in given else list(given)[-1]
        facts["call"] = call_text(recipe, given[dtype].keywords)
        if dtype == "float64":
            facts |= measure_range(given[dtype], facts["dtypes"])
        facts["timed"] = [ndim, dtype]
    return facts


def call_text(recipe: Callable[..., object], arguments: dict[str, object]) -> str:
    """Write the call that was measured, as code."""
    first = next(iter(inspect.signature(recipe).parameters))
    parts = [
        f"{name}={name if isinstance(value, np.ndarray) else repr(value)}"
        for name, value in arguments.items()
    ]
    return f"{recipe.__name__}({', '.join([first, *parts])})"


def measure_range(
    ready: Callable[[], object], dtypes: dict[str, str | None]
) -> dict[str, Any]:
    """Return the lowest and the highest value of a result that is an image again."""
    (array,), result = ready.args, ready()
    # What is of another kind than the image's values comes in one precision.
    follows = all(dtypes[dtype] in {None, dtype} for dtype in ("float32", "float64"))
    if not isinstance(result, np.ndarray) or not follows or array.min() != LOW:
        return {}
    return {"range": [float(result.min()), float(result.max())]}


def copied(name: str) -> dict[str, Any]:
    """Return the size and the needs of a copied recipe, or why there is no copy."""
    try:
        code = text_of(name)
    except RecipeError as error:
        return {"refusal": str(error).partition(": ")[2]}
    fast = count_lines(text_of(name + FAST))
    return {"lines": count_lines(code), "fast": fast, "needs": requirements(code)}


def surroundings() -> dict[str, str]:
    """Everything that the facts on a card depend on, besides the recipe itself."""
    return {
        "card": digest(Path(__file__).read_bytes()),
        "copier": digest(b"".join(path.read_bytes() for path in COPIER)),
        **{library: version(library) for library in LIBRARIES},
    }


def write_cards(app: Sphinx) -> None:
    """Measure the recipes whose cards are missing or out of date."""
    memory = Path(app.srcdir) / FOLDER / "ingredients.json"
    kept = {memory}
    package = Path(app.config.freshness_package)
    # Most recipes have just been parsed for the pages that use them.
    pages = read_json(Path(app.srcdir) / "gallery" / RECORD).get("cache", {})
    ingredients = Ingredients(package, read_json(memory) | pages)
    shared = surroundings()
    old: dict[Path, tuple[str, str, dict[str, Any], dict[str, Any]]] = {}
    for recipe in catalog.recipes():
        concept, name = recipe.concept, recipe.name
        path = Path(app.srcdir) / FOLDER / concept / f"{name}.json"
        kept.add(path)
        known = read_json(path)
        found = ingredients.recipe(concept, name)
        card = known | {"key": {"recipe": found[recipe.full_name]} | shared}
        # The time of the file says to Sphinx whether the page is out of date.
        if card != known:
            old[path] = (concept, name, card, known)
    cards = spread(renew, [*old.values()], app.parallel)
    for path, card in zip(old, cards, strict=True):
        write_text(path, json.dumps(card, indent=1))
    write_text(memory, json.dumps(ingredients.new))
    for path in set((Path(app.srcdir) / FOLDER).rglob("*.json")) - kept:
        path.unlink()


def renew(old: tuple[str, str, dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    """Find the facts for a card; it is measured unless only the copier has changed."""
    concept, name, card, known = old
    card["copied"] = copied(f"{concept}.{name}")
    if card["key"] != known.get("key", {}) | {"copier": card["key"]["copier"]}:
        card["measured"] = measure(recipes(concept)[name])
    return card


def codes(names: list[str]) -> str:
    """Write names as code, with commas."""
    return ", ".join(f"``{name}``" for name in names)


def rows(
    card: dict[str, Any], recipe: Callable[..., object], timed: dict[str, Any]
) -> dict[str, str]:
    """Write the facts and the time as reST, by what they are about."""
    facts, copy = card["measured"], card["copied"]
    found = {}
    if facts:
        out = {d: result for d, result in facts["dtypes"].items() if result}
        refused = [d for d in DTYPES if d not in out]
        found["Takes"] = codes([*out])
        if refused:
            found["Takes"] += f"; refuses {codes(refused)}"
        found["Returns"] = results(out)
        found["Axes"] = ", ".join(f"{n}-D" for n in facts["ndim"]) + facts["axes"]
    if "range" in facts:
        low, high = facts["range"]
        leaves = low < LOW - 1e-9 or high > HIGH + 1e-9
        found["Values"] = (
            f"{'can leave' if leaves else 'stayed in'} the range of the input: "
            f"{LOW:g} to {HIGH:g} came out as {low:.3g} to {high:.3g}"
        ).replace("-", "\N{MINUS SIGN}")
    defaults = {n: p.default for n, p in inspect.signature(recipe).parameters.items()}
    if isinstance(defaults.get("mode"), str):
        found["Border"] = f"``{defaults['mode']}``"
        if defaults["mode"] == "constant":
            found["Border"] += f", filled with {defaults['cval']:g}"
    if facts:
        found["Time"] = time_text(timed, card["key"]["recipe"])
    if facts:
        found["Called as"] = f"``{facts['call']}``"
    if "refusal" in copy:
        found["Copied"] = f"not possible: {copy['refusal']}"
    else:
        found["Copied"] = f"{copy['lines']} lines of code"
        if copy["fast"] != copy["lines"]:
            found["Copied"] += f", or {copy['fast']} with the fast kernels (``--fast``)"
        found["Imports"] = codes(copy["needs"]) or "only the standard library"
    return found


def time_text(timed: dict[str, Any], code: str) -> str:
    """Write a time with its date."""
    if not timed:
        return "not measured"
    size = " \N{MULTIPLICATION SIGN} ".join(map(str, timed["shape"]))
    return (
        f"{times(timed['ratio'])} a plain copy of the array, {size} "
        f"``{timed['dtype']}``; {when(timed, changed=timed['code'] != code)}"
    )


def times(ratio: float) -> str:
    """Write a ratio with the two digits that a measurement on a busy machine has."""
    digits = float(f"{ratio:.2g}")
    return f"{digits:,.0f} times" if digits >= 10 else f"{digits:g} times"


def results(out: dict[str, str]) -> str:
    """Say which dtypes come out of which."""
    if all(dtype == result for dtype, result in out.items()):
        return "the dtype that it takes"
    groups: dict[str, list[str]] = {}
    for dtype, result in out.items():
        groups.setdefault(result, []).append(dtype)
    if len(groups) == 1:
        return codes(next(iter(groups)).split(", "))
    return "; ".join(
        f"{codes(result.split(', '))} from {codes(given)}"
        for result, given in groups.items()
    )


class RecipeCard(SphinxDirective):
    """``.. recipe-card:: imgrecipes.concept.name``: the table of what was measured."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the card as a table of two columns."""
        concept, name = self.arguments[0].split(".")[-2:]
        path = Path(self.env.srcdir) / FOLDER / concept / f"{name}.json"
        for file in (path, MEASURED):
            self.env.note_dependency(str(file))
        card = json.loads(path.read_text("utf-8"))
        timed = read_json(MEASURED).get("recipes", {}).get(f"{concept}.{name}", {})
        how = "Found by running the recipe" if card["measured"] else "Counted"
        lines = [
            f".. list-table:: {how} when the site was built",
            "   :class: recipe-card",
            "   :stub-columns: 1",
            "   :widths: auto",
            "",
        ]
        for title, text in rows(card, recipes(concept)[name], timed).items():
            lines += [f"   * - {title}", f"     - {text}"]
        return self.parse_text_to_nodes(StringList(lines, "recipe-card"))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    app.add_directive("recipe-card", RecipeCard)
    # Behind the gallery's scripts, ahead of the pages that show the cards.
    app.connect("builder-inited", write_cards, priority=880)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
