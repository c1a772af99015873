"""Say how far a build is: which script runs, and what comes after the scripts.

On a terminal this is one line that renews itself, elsewhere one line for each step.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment


def say(text: str) -> None:
    """Show what happens now."""
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        line = "\r" + text[:width].ljust(width)
    else:
        line = f"{text}\n"
    # In one piece, since other processes write at the same time.
    sys.stdout.write(line)
    sys.stdout.flush()


def clear() -> None:
    """Leave an empty line for what others print."""
    if sys.stdout.isatty():
        say("")
        sys.stdout.write("\r")
        sys.stdout.flush()


class Counter:
    """Counts the scripts as they start, in this process or in others.

    sphinx-gallery calls it for the arguments of each script that it runs.
    """

    def __init__(self, total: int, file: Path) -> None:
        self.total, self.file = total, str(file)

    def __call__(
        self, _gallery_conf: dict[str, Any], script_vars: dict[str, Any]
    ) -> list[str]:
        """Show the script, and return its arguments: none."""
        # The processes share this file, which has one byte for each script.
        with Path(self.file).open("ab") as file:
            file.write(b".")
            file.flush()
            number = os.lseek(file.fileno(), 0, os.SEEK_CUR)
        # One whose process was killed runs a second time.
        number = min(number, self.total)
        page = Path(script_vars["src_file"]).with_suffix("")
        say(f"[{number}/{self.total}] {page.parent.name}/{page.name}")
        return []


class Progress:
    """Follows a build from event to event."""

    def before_scripts(self, app: Sphinx) -> None:
        """Let sphinx-gallery call the counter."""
        self.file = Path(app.doctreedir, "progress")
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_bytes(b"")
        conf = app.config.sphinx_gallery_conf
        made = Path(app.srcdir, conf["gallery_dirs"])
        scripts = Path(app.srcdir, conf["examples_dirs"]).glob("*/*.py")
        pages = [f"{path.parent.name}/{path.name}" for path in scripts]
        total = sum(not (made / f"{page}.md5").exists() for page in pages)
        self.usual = conf["reset_argv"]
        conf["reset_argv"] = Counter(total, self.file)

    def after_scripts(self, app: Sphinx) -> None:
        """Take the counter away; what comes next may print something."""
        # The configuration is compared with that of the next build.
        app.config.sphinx_gallery_conf["reset_argv"] = self.usual
        self.file.unlink()
        clear()

    def before_reading(
        self, _app: Sphinx, env: BuildEnvironment, documents: list[str]
    ) -> None:
        """Say how many pages Sphinx reads."""
        say(f"Reading {len(documents)} of {len(env.found_docs)} pages")

    def before_writing(self, _app: Sphinx, _builder: Builder) -> None:
        """Say that Sphinx writes."""
        say("Writing pages")

    def at_the_end(self, _app: Sphinx, _error: Exception | None) -> None:
        """Leave the line to what comes after the build."""
        clear()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension; what is to run is known before it comes."""
    progress = Progress()
    app.connect("builder-inited", progress.before_scripts, priority=490)
    app.connect("builder-inited", progress.after_scripts, priority=505)
    app.connect("env-before-read-docs", progress.before_reading)
    app.connect("write-started", progress.before_writing)
    app.connect("build-finished", progress.at_the_end, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
