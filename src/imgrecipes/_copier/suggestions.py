"""Suggest recipes for a name that none of them has."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST = 3
# How alike two names must be, from 0 to 1.
LIKENESS = 0.75
ALSO = re.compile(r"Also called:\s+(.*?)\.(?:\s|$)", re.DOTALL)


class Words(NamedTuple):
    """The words of a docstring, from those that say most to those that say least."""

    names: str
    summary: str
    peers: str
    text: str


def suggest(wanted: str, docstrings: Mapping[str, str]) -> list[str]:
    """Return up to three recipes that a name may mean, the likeliest first.

    Names count most, also those under "Also called" in the Notes; then the summary, the
    functions of other libraries under See Also, and the rest of the docstring.

    Parameters
    ----------
    wanted
        The name, with or without a concept.
    docstrings
        The docstrings of the recipes by their full names.
    """
    words = {name: _words(name, text) for name, text in docstrings.items()}
    pattern = _pattern(wanted)

    def hits(part: str) -> list[str]:
        return [
            name
            for name, found in words.items()
            if pattern.search(_plain(getattr(found, part)))
        ]

    first = _near(wanted, words)
    for part in ("names", "summary", "peers"):
        first += hits(part)
    return list(dict.fromkeys(first or hits("text")))[:MOST]


def _near(wanted: str, words: Mapping[str, Words]) -> list[str]:
    """Find names that look like the wanted one."""
    likely = {}
    for full, found in words.items():
        for name in found.names.splitlines():
            likely[full if "." in wanted else _plain(name)] = full
    target = wanted.lower() if "." in wanted else _plain(wanted)
    return [
        likely[near]
        for near in difflib.get_close_matches(target, likely, cutoff=LIKENESS)
    ]


def _words(full_name: str, docstring: str) -> Words:
    summary, _, rest = docstring.partition("\n")
    _, _, others = rest.partition("See Also\n--------\n")
    peers, _, _ = others.partition("\n\n")
    also = [name for found in ALSO.findall(rest) for name in found.split(",")]
    names = "\n".join([full_name.partition(".")[2], *also])
    return Words(names, summary, peers, rest)


def _pattern(wanted: str) -> re.Pattern[str]:
    """Match text with a word that starts like the wanted name."""
    return re.compile(rf"\b{re.escape(_plain(wanted.rpartition('.')[2]))}")


def _plain(text: str) -> str:
    return " ".join(re.split(r"[\s_]+", text.strip().lower()))
