"""Measure the times that the site shows, and keep them in ``docs/measured.json``.

The cards of the recipes say how much longer a call takes than a copy of the array. The
cells that start with ``# Timing`` show what they print here. All run on one thread.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import io
import json
import platform
import sys
import time
import warnings
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS / "_ext"), str(DOCS.parent / "tests" / "peers")]

import matplotlib as mpl  # noqa: E402
import matplotlib.pyplot as plt  # noqa: E402
from sphinx_gallery.py_source_parser import split_code_and_text_blocks  # noqa: E402
from threadpoolctl import threadpool_limits  # noqa: E402

from bench import processor  # noqa: E402
from concepts import ROOT, concepts, recipes  # noqa: E402
from copy_buttons import has_fast_kernels  # noqa: E402
from freshness import load  # noqa: E402
from imgrecipes._copier.catalog import PACKAGE, recipes_used  # noqa: E402
from imgrecipes._copier.copying import fingerprint, standalone  # noqa: E402
from measured import MEASURED, is_timing, key_of  # noqa: E402
from recipe_card import call, measure  # noqa: E402
from state import read_json, write_text  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

LARGE = {1: [(65536,)], 2: [(256, 256)], 3: [(40, 40, 40), (148, 148, 3)]}
LARGER = {1: [(2**20,)], 2: [(1024, 1024)], 3: [(100, 100, 100), (591, 591, 3)]}
ROUNDS = 5
# A call that takes longer, in seconds, is measured once.
PATIENCE = 0.25
PACKAGES = {"numpy": "NumPy", "scipy": "SciPy"}


def code_of(concept: str, name: str) -> str:
    """Fingerprint a recipe with all that it uses."""
    return fingerprint(partial(load, PACKAGE), (concept, name))


def time_recipe(recipe: Callable[..., object]) -> dict[str, Any]:
    """Return how much longer a call takes than a copy of the array, and its shape."""
    facts = measure(recipe)
    ndim, dtype = facts.get("timed", (1, ""))
    for shape in LARGE[ndim] if facts else ():
        start = time.perf_counter()
        ready = call(recipe, shape, dtype)
        if ready is None:
            continue
        slow = time.perf_counter() - start > PATIENCE
        copy = ready.args[0].copy
        ratios = []
        for _ in range(1 if slow else ROUNDS):
            copies = [seconds(copy) for _ in range(9)]
            ratios.append(seconds(ready) / median(copies))
        ratio = float(f"{median(ratios):.3g}")
        found = {"ratio": ratio, "shape": list(shape), "dtype": dtype}
        return found | time_plain(recipe, ndim, dtype)
    return {}


def time_plain(
    recipe: Callable[..., object], ndim: int, dtype: str
) -> dict[str, dict[str, Any]]:
    """Return how much longer the plain copy of a recipe takes, on a large image."""
    concept = recipe.__module__.rpartition(".")[2]
    name = f"{concept}.{recipe.__name__}"
    if not has_fast_kernels(name):
        return {}
    names: dict[str, Any] = {"__name__": recipe.__name__}
    exec(standalone([name]), names)  # noqa: S102 - the recipes are our own
    for shape in LARGER[ndim]:
        ready = call(recipe, shape, dtype)
        if ready is None:
            continue
        plain = partial(names[recipe.__name__], *ready.args, **ready.keywords)
        pairs = [(seconds(plain), seconds(ready)) for _ in range(2)]
        if sum(map(sum, pairs)) < PATIENCE:
            pairs += [(seconds(plain), seconds(ready)) for _ in range(ROUNDS)]
        slow, quick = (min(times) for times in zip(*pairs, strict=True))
        return {"plain": {"ratio": float(f"{slow / quick:.2g}"), "shape": list(shape)}}
    return {}


def seconds(function: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def run_page(script: Path) -> dict[str, str]:
    """Run a script, and return what its cells that measure times have printed."""
    names: dict[str, Any] = {"__name__": "__main__"}
    found = {}
    for kind, content, line in split_code_and_text_blocks(str(script))[1]:
        if kind == "code":
            code = compile("\n" * (line - 1) + content, str(script), "exec")
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(code, names)  # noqa: S102 - the scripts are our own
            plt.close("all")
            if is_timing(kind, content):
                found[key_of(content)] = printed.getvalue()
    return found


def has_timing(script: Path) -> bool:
    """Whether a script has a cell that measures times."""
    blocks = split_code_and_text_blocks(str(script))[1]
    return any(is_timing(kind, content) for kind, content, _ in blocks)


def machine() -> str:
    """Name the machine and the libraries."""
    versions = [
        f"{PACKAGES[name]} {importlib.metadata.version(name)}" for name in PACKAGES
    ]
    return ", ".join([f"one core of {processor()}", *versions])


def main() -> None:
    """Measure, print, and keep the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--concept", action="append", default=[], help="only this one")
    parser.add_argument("--quick", action="store_true", help="keep nothing")
    options = parser.parse_args()
    stamp = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine()}
    scripts = sorted((ROOT / "gallery").glob("*/*.py"))
    known = read_json(MEASURED)
    found: dict[str, dict[str, Any]] = {
        # What is not measured now stays, unless it is gone.
        "recipes": {
            f"{concept}.{name}": known.get("recipes", {}).get(f"{concept}.{name}")
            for concept in concepts()
            for name in recipes(concept)
        },
        "pages": {
            page_of(script): known.get("pages", {}).get(page_of(script))
            for script in scripts
            if has_timing(script)
        },
    }
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for full_name in found["recipes"]:
            concept, name = full_name.split(".")
            if not options.concept or concept in options.concept:
                entry = time_recipe(recipes(concept)[name])
                print(full_name, entry.get("ratio", "-"), flush=True)
                if entry:
                    entry |= stamp | {"code": code_of(concept, name)}
                found["recipes"][full_name] = entry
        for page in found["pages"]:
            script = ROOT / "gallery" / f"{page}.py"
            if not options.concept or script.parent.name in options.concept:
                cells = run_page(script)
                print(page, *cells.values(), sep="\n", flush=True)
                codes = {
                    recipe.full_name: code_of(recipe.concept, recipe.name)
                    for recipe in recipes_used(script)
                }
                found["pages"][page] = stamp | {"codes": codes, "cells": cells}
    if not options.quick:
        kept = {kind: {k: v for k, v in found[kind].items() if v} for kind in found}
        text = json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False)
        write_text(MEASURED, f"{text}\n")


def page_of(script: Path) -> str:
    """Name the page of a script."""
    return f"{script.parent.name}/{script.stem}"


if __name__ == "__main__":
    mpl.use("agg")
    print("Python", platform.python_version())
    main()
