"""Fold the solution of an exercise: the section of a page that is titled "Solution"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx

TITLE = "Solution"
OPEN = '<details class="fold"><summary>Show the solution</summary>'
CLOSE = "</details>"


def fold_solutions(_app: Sphinx, doctree: nodes.document) -> None:
    """Put all below the title into an HTML element that opens at a click."""
    # A script is a heading and prose in cells: no directive can span the code between.
    for section in list(doctree.findall(nodes.section)):
        title, *content = section.children
        if title.astext() != TITLE:
            continue
        if section.next_node(nodes.section, descend=False, siblings=True) is None:
            logging.getLogger(__name__).warning(
                "no section follows %r, so that the end of the page would be folded",
                TITLE,
                location=section,
            )
        section.children = []
        section += [title, raw(OPEN), *content, raw(CLOSE)]


def raw(html: str) -> nodes.raw:
    """Wrap a piece of HTML; other formats show the content without a fold."""
    return nodes.raw("", html, format="html")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("doctree-read", fold_solutions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
