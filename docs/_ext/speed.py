"""Keep a build from doing again and again what needs to be done once or not at all."""

from __future__ import annotations

import gc
from functools import cache
from typing import TYPE_CHECKING

from sphinx.search.en import SearchEnglish

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def keep_all(_app: Sphinx, *_: object) -> None:
    """Let the collector of garbage pass over all that is there now.

    Most of it stays until the build ends, and processes that are forked would copy it.
    """
    gc.freeze()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    # The search index cuts the endings of the same words on each page.
    if not hasattr(SearchEnglish.stem, "cache_info"):
        SearchEnglish.stem = cache(SearchEnglish.stem)
    # By default, Python looks for garbage at each 700 new objects; a page has 100,000.
    gc.set_threshold(100_000, 50, 100)
    app.connect("env-before-read-docs", keep_all)
    app.connect("write-started", keep_all)
    # What Python looks for at its end is nobody's.
    app.connect("build-finished", keep_all, priority=1000)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
