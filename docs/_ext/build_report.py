"""Say after a build how many example pages ran and how many were up to date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def write_report(app: Sphinx, error: Exception | None) -> None:
    """Leave the counts beside the site, for the session that built it."""
    if error is not None:
        return
    gallery = app.config.sphinx_gallery_conf
    report = {
        "ran": sorted(_page(app, script) for script in gallery["passing_examples"]),
        "fresh": sorted(_page(app, script) for script in gallery["stale_examples"]),
    }
    path = Path(app.outdir).parent / "report.json"
    path.write_text(json.dumps(report, indent=1), "utf-8")


def _page(app: Sphinx, script: str) -> str:
    folders = (Path(app.srcdir) / "gallery", Path(app.srcdir).parent / "gallery")
    for folder in folders:
        if Path(script).is_relative_to(folder):
            return Path(script).relative_to(folder).as_posix()
    return script


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    app.connect("build-finished", write_report)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
