"""Say after a build how many example pages ran and how many were up to date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from state import write_text

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def remove_report(app: Sphinx) -> None:
    """Remove the report of an earlier build, which is none of this one."""
    report_file(app).unlink(missing_ok=True)


def write_report(app: Sphinx, error: Exception | None) -> None:
    """Leave the counts beside the site, for the session that built it."""
    if error is not None:
        return
    gallery = app.config.sphinx_gallery_conf
    report = {
        "ran": sorted(_page(script) for script in gallery["passing_examples"]),
        "fresh": sorted(_page(script) for script in gallery["stale_examples"]),
    }
    write_text(report_file(app), json.dumps(report, indent=1) + "\n")


def report_file(app: Sphinx) -> Path:
    """Return where the report is: beside the site."""
    return Path(app.outdir).parent / "report.json"


def _page(script: str) -> str:
    path = Path(script)
    return f"{path.parent.name}/{path.name}"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    app.connect("builder-inited", remove_report, priority=10)
    app.connect("build-finished", write_report)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
