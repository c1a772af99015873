"""Give each picture its width and height, so that a page does not jump as it loads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PICTURE = re.compile(r'<img\b[^>]*?\bsrc="([^"]*_images/([^"/]+))"[^>]*>')


def complete_pictures(
    app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """Add the attributes; all but the first picture of a page load when they near."""
    sources = {
        name: Path(app.srcdir, path) for path, (_, name) in app.env.images.items()
    }

    def complete(match: re.Match[str]) -> str:
        tag, name = match[0], match[2]
        # The figures of scripts are copied at once, other pictures after all pages.
        copied = Path(app.outdir, "_images", name)
        with Image.open(sources.get(name, copied)) as picture:
            # Figures and thumbnails are saved with two pixels for one of the screen.
            width, height = (length // 2 for length in picture.size)
        first = match.start() == start
        lazy = "" if first else ' loading="lazy"'
        tag = re.sub(r' (srcset|style|width|height)="[^"]*"', "", tag)
        return tag.replace("<img", f'<img width="{width}" height="{height}"{lazy}', 1)

    body = context.get("body", "")
    first_picture = PICTURE.search(body)
    start = first_picture.start() if first_picture else -1
    if first_picture:
        context["body"] = PICTURE.sub(complete, body)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    app.connect("html-page-context", complete_pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
