"""The page "Peers": what equals a recipe elsewhere, and how much faster or slower."""

from __future__ import annotations

import json
from html import escape
from itertools import groupby
from statistics import geometric_mean
from textwrap import indent
from typing import TYPE_CHECKING, Any

from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from concepts import header, rank
from declarations import FOLDER, LIBRARIES, read_jobs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from docutils import nodes
    from sphinx.application import Sphinx

    from declarations import Job

MEASURED = FOLDER / "benchmark.json"
OURS = "imgrecipes"


def ratios_of(rows: list[dict[str, Any]], library: str, call: str = "") -> list[float]:
    """Return the ratios to a library, or one call of it, one for each measurement."""
    return [
        row["ratio"][library][0]
        for row in rows
        if call in {"", row["calls"].get(library)} and library in row["ratio"]
    ]


def number(value: float) -> str:
    """Write a ratio with two significant digits."""
    return f"{value:.2g}" if value < 10 else f"{value:.0f}"


def span(ratios: list[float]) -> str:
    """Write the geometric mean of ratios, and their range."""
    if not ratios:
        return "not measured"
    low, mean, high = map(number, (min(ratios), geometric_mean(ratios), max(ratios)))
    return mean if low == high else f"{mean} ({low} to {high})"


def write_page(declared: list[Job], measured: dict[str, Any]) -> Iterator[str]:
    """Write the page as reST: the means, then a section for each concept."""
    rows = measured["rows"]
    versions = ", ".join(f"{k} {v}" for k, v in measured["versions"].items())
    yield f"Measured with {versions} and Python {measured['python']}, on one"
    yield f"core of this machine: {measured['machine']}.\n"
    yield from table(
        ("Library", "Ratio", "Jobs"),
        [
            (library, span(ratios), str(len(ratios)))
            for library in LIBRARIES
            if (ratios := ratios_of(rows, library))
        ],
    )
    by_concept = sorted(
        declared, key=lambda job: (rank(job.concept), job.name, job.recipe)
    )
    for concept, members in groupby(by_concept, key=lambda job: job.concept):
        title = header(concept)[0]
        yield f"{title}\n{'-' * len(title)}\n"
        for name, ways in groupby(members, lambda job: job.name):
            yield f"{name}\n{'~' * len(name)}\n"
            for recipe, same in groupby(ways, lambda job: job.recipe):
                chosen = [
                    row
                    for row in rows
                    if (row["concept"], row["recipe"]) == (concept, recipe)
                ]
                jobs = list(same)
                given = made({k: v for job in jobs for k, v in job.given.items()})
                yield f":func:`~imgrecipes.{concept}.{name}` as ``{recipe}``{given}\n"
                yield from write_peers(jobs, chosen)
                if chosen:
                    yield raw(measurements(recipe, chosen))


def write_peers(jobs: list[Job], rows: list[dict[str, Any]]) -> Iterator[str]:
    """Write the table of the calls that equal one call of a recipe."""
    notes = {
        (peer.library, peer.call): made(peer.given)
        + (f" ({peer.note})" if peer.note else "")
        for job in reversed(jobs)
        for peer in reversed(job.peers)
    }
    body = [
        (f"{library}: ``{call}``{note}", span(ratios_of(rows, library, call)))
        for (library, call), note in reversed(notes.items())
    ]
    yield from table(("The same", "Ratio"), body)


def made(given: dict[str, str]) -> str:
    """Write what names of a call stand for."""
    names = ", ".join(f"``{name} = {code}``" for name, code in given.items())
    return f" with {names}" if names else ""


def table(head: Iterable[str], body: Iterable[Iterable[str]]) -> Iterator[str]:
    """Write a table whose cells are a line of reST each."""
    yield ".. list-table::\n   :header-rows: 1\n   :class: peers\n"
    for row in (head, *body):
        first, *others = row
        yield f"   * - {first}\n" + "\n".join(f"     - {cell}" for cell in others)
    yield ""


def measurements(recipe: str, rows: list[dict[str, Any]]) -> str:
    """Write a fold with each measurement of a job as HTML."""
    libraries = [name for name in LIBRARIES if ratios_of(rows, name)]
    head = ["Image", "Milliseconds", "Memory", *libraries]
    lines = [cells("th", head, ' scope="col"')]
    for row in rows:
        values = [f"{key} {value}" for key, value in row["parameters"].items()]
        memory = row.get("memory", {}).get(OURS)
        cases = [
            ", ".join([row["input"], *values]),
            f"{row['ms'][OURS]:g}",
            "" if memory is None else f"{memory:g}",
            *(ratio_cell(row["ratio"].get(library)) for library in libraries),
        ]
        lines.append(cells("td", cases))
    body = "\n".join(lines)
    title = f"All {len(rows)} measurements" if len(rows) > 1 else "The measurement"
    return (
        f'<details class="fold"><summary>{title}</summary>\n'
        f'<div class="pst-scrollable-table-container" tabindex="0" role="region" '
        f'aria-label="Measurements of {escape(recipe)}">\n'
        f'<table class="table measurements">\n{body}\n</table></div></details>'
    )


def ratio_cell(spread: list[float] | None) -> str:
    """Write a ratio with its quartiles."""
    if spread is None:
        return ""
    middle, low, high = map(number, spread)
    return middle if low == high else f"{middle} ({low} to {high})"


def cells(tag: str, texts: Iterable[str], attributes: str = "") -> str:
    """Write a row of a table."""
    inner = "".join(f"<{tag}{attributes}>{escape(text)}</{tag}>" for text in texts)
    return f"<tr>{inner}</tr>"


def raw(html: str) -> str:
    """Wrap a piece of HTML for reST."""
    return f".. raw:: html\n\n{indent(html, '   ')}\n"


class Peers(SphinxDirective):
    """``.. peers::`` where the tables are to stand."""

    def run(self) -> list[nodes.Node]:
        """Write the tables, again whenever a declaration or a measurement changed."""
        for path in (MEASURED, *FOLDER.glob("*.toml")):
            self.env.note_dependency(str(path))
        measured = json.loads(MEASURED.read_text("utf-8"))
        lines = "\n".join(write_page(read_jobs(), measured)).splitlines()
        return self.parse_text_to_nodes(
            StringList(lines, "peers"), allow_section_headings=True
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("peers", Peers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
