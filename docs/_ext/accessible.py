"""Mend what docutils writes and a screen reader stumbles over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# References have the role of an entry of a bibliography, which no list may contain.
LIST = '<div role="list" class="citation-list">'
# What scrolls needs the focus, or the arrow keys do not reach it.
TABLE = '<div class="pst-scrollable-table-container"'


def mend_body(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """Take the role of a list from lists of references; let wide tables scroll."""
    if "body" in context:
        body = context["body"].replace(LIST, '<div class="citation-list">')
        wide = f'{TABLE}><table class="peers'
        context["body"] = body.replace(
            wide, wide.replace(TABLE, TABLE + ' tabindex="0"')
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    app.connect("html-page-context", mend_body)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
