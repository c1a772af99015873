"""Tell what has become of copied recipes: in their file, and in the package."""

from __future__ import annotations

import difflib
import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from imgrecipes._copier.catalog import PACKAGE, load, recipes
from imgrecipes._copier.copying import fingerprint, span, standalone, trees_of
from imgrecipes._copier.imports import import_line
from imgrecipes._copier.source import Module, RecipeError, docstring_of, parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Concept and name, version and fingerprint, in the header of a copied file.
MARK = re.compile(r"^# recipe: (\w+\.\w+) (\S+) ([0-9a-f]+)$", re.MULTILINE)


class Status(NamedTuple):
    """What has become of a copied recipe."""

    recipe: str
    version: str
    state: str
    diff: str


def check(path: Path, package: Path = PACKAGE) -> list[Status]:
    """Tell for each recipe in a copied file what you and the package have changed.

    The state is "unchanged", or "edited by you", "newer version available" or "gone",
    or the first and one of the others. Where something has changed, the difference
    leads from the code in the file to that in the package.

    Raises
    ------
    RecipeError
        If the file cannot be read, or was not made by copying.
    """
    try:
        text = path.read_text("utf-8")
        source = parse(text)
    except (OSError, SyntaxError, ValueError) as error:
        raise RecipeError(f"{path} cannot be read: {error}") from error
    marks = MARK.findall(text)
    if not marks:
        raise RecipeError(f"{path} has no header of copied recipes")
    return [
        _status(source, recipe, version, copied, package)
        for recipe, version, copied in marks
    ]


def _status(
    source: Module, recipe: str, version: str, copied: str, package: Path
) -> Status:
    concept, _, name = recipe.partition(".")
    known = recipe in {r.full_name for r in recipes(package)}
    mine = fingerprint(lambda _: source, ("", name))
    theirs = fingerprint(partial(load, package), (concept, name)) if known else None
    if mine == theirs is not None:
        return Status(recipe, version, "unchanged", "")
    states = ["edited by you"] if mine != copied else []
    if not known:
        states.append("gone")
    elif theirs != copied:
        states.append("newer version available")
    fresh = parse(standalone([recipe], package=package)) if known else parse("")
    return Status(
        recipe, version, ", ".join(states), "".join(_diff(source, fresh, name))
    )


def _diff(mine: Module, theirs: Module, name: str) -> Iterator[str]:
    """Yield how to get from mine to theirs, definition by definition."""
    here = trees_of(lambda _: mine, ("", name))
    there = trees_of(lambda _: theirs, ("", name))
    for part in dict.fromkeys([*here, *there]):
        if here.get(part) != there.get(part):
            yield from difflib.unified_diff(
                _lines(mine, part) if part in here else [],
                _lines(theirs, part) if part in there else [],
                f"{part} (in the file)",
                f"{part} (in the package)",
            )


def _lines(source: Module, name: str) -> list[str]:
    """Return the code that defines or imports a name, without docstrings."""
    lines = [import_line(found) for found in source.imports.get(name, [])]
    for statement in source.definitions.get(name, []):
        first, last = span(source, statement)
        docstring = docstring_of(statement)
        if docstring is None:
            lines += source.lines[first:last]
        else:
            lines += source.lines[first : docstring.lineno - 1]
            lines += source.lines[docstring.end_lineno or 0 : last]
    return [f"{line}\n" for line in lines]
