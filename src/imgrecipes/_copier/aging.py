"""Tell what has become of copied recipes: in their file, and in the package."""

from __future__ import annotations

import difflib
import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from imgrecipes._copier.catalog import PACKAGE, recipes, version
from imgrecipes._copier.copying import (
    Fingerprint,
    fingerprints,
    span,
    standalone,
    trees_of,
)
from imgrecipes._copier.forms import checks, load
from imgrecipes._copier.imports import import_line
from imgrecipes._copier.source import Module, RecipeError, docstring_of, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# In the header of a copied file; earlier versions wrote no form.
MARK = re.compile(
    r"^# recipe: (?P<recipe>\w+\.\w+) (?P<version>\S+)"
    r"(?: (?P<form>(?:plain|fast)(?:-bare)?))?"
    r" (?P<copied>[0-9a-f]{16})(?: accepted (?P<accepted>[0-9a-f]{16}))?$",
    re.MULTILINE,
)


class Mark(NamedTuple):
    """What the header of a copied file says about a recipe."""

    recipe: str
    version: str
    form: str | None
    copied: str
    accepted: str | None

    def __str__(self) -> str:
        """Write the line in the header."""
        words = ["# recipe:", self.recipe, self.version, self.form, self.copied]
        words += ["accepted", self.accepted] if self.accepted else []
        return " ".join(filter(None, words))


class Status(NamedTuple):
    """What has become of a copied recipe."""

    recipe: str
    version: str
    state: str
    diff: str


class Copied:
    """A copied file beside the package as it is now."""

    def __init__(self, path: Path, package: Path = PACKAGE) -> None:
        self.package = package
        try:
            self.text = path.read_text("utf-8")
            self.source = parse(self.text)
        except (OSError, SyntaxError, ValueError) as error:
            raise RecipeError(f"{path} cannot be read: {error}") from error
        self.marks = [Mark(**found.groupdict()) for found in MARK.finditer(self.text)]
        self.known = {recipe.full_name for recipe in recipes(package)}
        # Where a check has moved to a module of the project, that module checks.
        names = checks(package).keys()
        self.moved = names if names & self.source.imports.keys() else set[str]()

    def mine(self, mark: Mark) -> Fingerprint | None:
        """Fingerprint the code in the file."""
        name = mark.recipe.partition(".")[2]
        return fingerprints(lambda _: self.source, ("", name), checks(self.package))

    def theirs(self, mark: Mark) -> Fingerprint | None:
        """Fingerprint the code in the package."""
        if mark.recipe not in self.known:
            return None
        concept, _, name = mark.recipe.partition(".")
        get = partial(load, self.package, form=mark.form or "plain")
        return fingerprints(get, (concept, name), checks(self.package))

    def is_same(
        self, now: Fingerprint | None, then: str | None, form: str | None
    ) -> bool:
        """Whether code has the fingerprint that stands in a mark."""
        if now is None or then is None:
            return False
        if form is None:
            return then == now.whole[:16]
        half = slice(0, 8) if self.moved else slice(8, 16)
        return then[half] == str(now)[half]

    def status(self, mark: Mark) -> Status:
        """Compare a recipe with how it was copied and with the package."""
        mine, theirs, form = self.mine(mark), self.theirs(mark), mark.form
        if theirs and self.is_same(mine, str(theirs), "plain"):
            return Status(mark.recipe, mark.version, "unchanged", "")
        states = []
        if not (
            self.is_same(mine, mark.copied, form)
            or self.is_same(mine, mark.accepted, "plain")
        ):
            states.append("edited by you")
        if theirs is None:
            states.append("gone")
        elif not self.is_same(theirs, mark.copied, form):
            states.append("newer version available")
        diff = "".join(self._diff(mark)) if states else ""
        state = ", ".join(states) or "unchanged"
        return Status(mark.recipe, mark.version, state, diff)

    def _diff(self, mark: Mark) -> Iterator[str]:
        """Yield how to get to the code in the package, definition by definition."""
        name = mark.recipe.partition(".")[2]
        fresh = ""
        if mark.recipe in self.known:
            kind, _, bare = (mark.form or "plain").partition("-")
            fresh = standalone(
                [mark.recipe],
                fast=kind == "fast",
                bare=bool(bare),
                package=self.package,
            )
        theirs = parse(fresh)
        here = trees_of(lambda _: self.source, ("", name), self.moved)
        there = trees_of(lambda _: theirs, ("", name), self.moved)
        for part in dict.fromkeys([*here, *there]):
            if here.get(part) != there.get(part):
                yield from difflib.unified_diff(
                    _lines(self.source, part, here),
                    _lines(theirs, part, there),
                    f"{part} (in the file)",
                    f"{part} (in the package)",
                )


def check(path: Path, package: Path = PACKAGE) -> list[Status]:
    """Tell for each recipe in a copied file what you and the package have changed.

    The state is "unchanged", or "edited by you", "newer version available" or "gone",
    or the first and one of the others. Where something has changed, the difference
    leads from the code in the file to that in the package. What was accepted does not
    count as edited, and checks of arguments that the file imports from elsewhere do
    not count at all.

    Raises
    ------
    RecipeError
        If the file cannot be read, or was not made by copying.
    """
    copied = Copied(path, package)
    if not copied.marks:
        raise RecipeError(f"{path} has no header of copied recipes")
    return [copied.status(mark) for mark in copied.marks]


def accept(path: Path, *, merged: bool = False, package: Path = PACKAGE) -> str:
    """Return the text of a copied file that records its code as accepted.

    Parameters
    ----------
    path
        The file.
    merged
        The code has what is new in the package, so it counts as copied from there now.
    package
        The folder of the package.

    Raises
    ------
    RecipeError
        If the file cannot be read, was not made by copying, or lacks a recipe.
    """
    copied = Copied(path, package)
    if not copied.marks:
        raise RecipeError(f"{path} has no header of copied recipes")

    def renew(found: re.Match[str]) -> str:
        mark = Mark(**found.groupdict())
        mine, theirs = copied.mine(mark), copied.theirs(mark)
        if mine is None:
            name = mark.recipe.partition(".")[2]
            raise RecipeError(
                f"{path} does not define {name} any more; take the line `{mark}` out "
                "of its header"
            )
        if merged and theirs:
            form = mark.form or "plain"
            mark = Mark(mark.recipe, version(package), form, str(theirs), None)
        same = copied.is_same(mine, mark.copied, mark.form)
        return str(mark._replace(accepted=None if same else str(mine)))

    return MARK.sub(renew, copied.text)


def _lines(source: Module, name: str, trees: Mapping[str, str]) -> list[str]:
    """Return the code that defines or imports a name, without docstrings."""
    if name not in trees:
        return []
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
