"""Run commands of the command line when the site is built, and show what they print.

The commands of a page run one after the other in one folder of its own, so that a later
one finds what an earlier one has written.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from imgrecipes._copier.catalog import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx.application import Sphinx

FOLDER = "command_output_folder"


class CommandOutput(SphinxDirective):
    """Lines of a shell, each shown with what it prints, or if `hidden` only run."""

    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        "hidden": directives.flag,
        "status": directives.nonnegative_int,
    }

    def run(self) -> list[nodes.Node]:
        """Run the lines; the last may be meant to end with another status than 0."""
        for path in PACKAGE.glob("*.py"):
            self.env.note_dependency(path)
        shown = []
        for number, line in enumerate(self.content, 1):
            last = number == len(self.content)
            status = self.options.get("status", 0) if last else 0
            done = run_line(line, self.folder())
            if done.returncode != status:
                raise self.error(
                    f"`{line}` ends with status {done.returncode}:\n{done.stdout}"
                )
            shown.append(f"$ {line}\n{done.stdout}")
        if "hidden" in self.options:
            return []
        text = "".join(shown)
        return [nodes.literal_block(text, text, language="console")]

    def folder(self) -> Path:
        """Return the folder of this page, which goes when the page has been read."""
        store = self.env.temp_data
        if FOLDER not in store:
            store[FOLDER] = tempfile.TemporaryDirectory()
        return Path(store[FOLDER].name)


def run_line(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of a shell in which `python` is the one that builds the site."""
    search = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    # The lines are those of our own pages, and pipes want a shell.
    return subprocess.run(  # noqa: S602
        line,
        shell=True,
        check=False,
        cwd=folder,
        encoding="utf-8",
        env=os.environ | {"PATH": search, "PACKAGE": str(PACKAGE), "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("command-output", CommandOutput)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
