"""Stop the build when a script has failed, with the errors as its last words.

Nothing is read or written then: the pages of the last good build stay as they are, and
the next build runs the scripts that failed again.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def end_with_errors(app: Sphinx) -> None:
    """End the build with one entry for each script that has failed."""
    failing = app.config.sphinx_gallery_conf["failing_examples"]
    if failing:
        entries = [summary(Path(script), failing[script]) for script in sorted(failing)]
        # What Sphinx prints after an error of its own would hide these.
        raise SystemExit("\n".join(["", *entries]))


def summary(script: Path, traceback: str) -> str:
    """Return file, line and message of an error: `gallery/x/y.py:5: Error: why`."""
    stack, message = split(traceback)
    text, line = str(script), ""
    own = re.match(rf"[\w.]+: {re.escape(text)}:(\d+): (.+)", message, re.DOTALL)
    if own:  # the message itself says where
        line, message = own.groups()
    else:
        places = re.findall(rf'File "{re.escape(text)}", line (\d+).*\n(.*)', stack)
        if places:
            line, code = places[-1]
            if ":" not in message:  # an assert without a message
                message = f"{message}: {code.strip()}"
    name = f"{script.parents[1].name}/{script.parent.name}/{script.name}"
    return f"{name}:{line}: {message}" if line else f"{name}: {message}"


def split(traceback: str) -> tuple[str, str]:
    """Split a traceback into the stack, which is indented, and the message."""
    first, *lines = traceback.splitlines()
    start = next(
        (i for i, line in enumerate(lines) if line and not line[0].isspace()), 0
    )
    return "\n".join([first, *lines[:start]]), "\n".join(lines[start:])


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension; it comes when the scripts have run."""
    app.connect("builder-inited", end_with_errors, priority=520)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
