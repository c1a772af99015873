"""Docstrings of copied recipes: without what refers to the package they come from."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from imgrecipes._copier.source import Import, RecipeError, imports_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

CITATION = re.compile(r" ?\[\d+\]_")


def adapt(
    lines: list[str],
    package: str,
    siblings: Collection[str],
    kept: Collection[str],
) -> list[str]:
    """Return the lines of a numpydoc docstring as a copied module needs them.

    Parameters
    ----------
    lines
        The lines in the source, quotes included.
    package
        The name that must not occur any more.
    siblings, kept
        Names that the module of the package has, and those that are copied.
    """
    *body, quotes = lines
    if not body or quotes.strip() != '"""':
        return lines
    new: list[str] = []
    for title, section in _sections(body):
        kept_lines = section
        if title == "Examples":
            kept_lines = _without_imports(section, package, kept)
        elif title == "See Also":
            kept_lines = _without_siblings(section, package, siblings, kept)
        if not title or any(line.strip() for line in kept_lines[2:]):
            new += kept_lines
    while not new[-1].strip():
        new.pop()
    if len(new) == 1:
        return summary([*new, quotes])
    return [*new, quotes]


def summary(lines: list[str]) -> list[str]:
    """Return the first line of a docstring alone, without what it cites."""
    if len(lines) == 1:
        return lines
    return [CITATION.sub("", lines[0]).rstrip() + '"""']


def _sections(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield title and lines of each section; what stands before them has no title."""
    starts = [
        number - 1
        for number, line in enumerate(lines)
        if number > 1 and set(line.strip()) == {"-"} and lines[number - 1].strip()
    ]
    for start, stop in pairwise([0, *starts, len(lines)]):
        yield (lines[start].strip() if start else ""), lines[start:stop]


def _without_imports(
    section: list[str], package: str, kept: Collection[str]
) -> list[str]:
    """Drop the lines of an example that import what stands in the copied module."""
    new = []
    for line in section:
        ours = [
            found
            for found in _imports_in(line)
            if found.module.partition(".")[0] == package
        ]
        if any(found.alias or found.name not in kept for found in ours):
            raise RecipeError(
                f"an example needs more than is copied, `{line.strip()}`: copy that as "
                "well, or leave out the docstring with --bare"
            )
        if not ours:
            new.append(line)
    return new


def _imports_in(line: str) -> list[Import]:
    prompt, _, code = line.partition(">>> ")
    if prompt.strip() or not code.startswith(("from ", "import ")):
        return []
    return [
        found
        for node in ast.parse(code).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for found in imports_of(node, "")
    ]


def _without_siblings(
    section: list[str], package: str, siblings: Collection[str], kept: Collection[str]
) -> list[str]:
    """Drop the names in See Also of recipes that are not copied."""
    new = section[:2]
    margin = len(section[0]) - len(section[0].lstrip())
    keep = True
    for line in section[2:]:
        entry = line[margin:]
        if entry and not entry.startswith(" "):
            names, colon, text = entry.partition(" : ")
            left = []
            for name in names.split(", "):
                ours = name.startswith(f"{package}.") or name in siblings
                short = name.rpartition(".")[2] if ours else name
                if short in kept or not ours:
                    left.append(short)
            keep = bool(left)
            entry = f"{', '.join(left)}{colon}{text}"
        if keep or not entry:
            new.append(line[:margin] + entry)
    return new
