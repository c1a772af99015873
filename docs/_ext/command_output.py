"""Run commands of the command line when the site is built, and show what they print.

The commands of a page run one after the other in one folder of its own, so that a later
one finds what an earlier one has written. No shell is needed: each is a call of Python.
"""

from __future__ import annotations

import os
import shlex
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


class InFolder(SphinxDirective):
    """A directive that works in the folder of its page."""

    has_content = True

    @property
    def folder(self) -> Path:
        """Return the folder of this page, which goes when the page has been read."""
        store = self.env.temp_data
        if FOLDER not in store:
            store[FOLDER] = tempfile.TemporaryDirectory()
        return Path(store[FOLDER].name)

    def run_python(
        self, arguments: list[str], folder: str = "", status: int = 0
    ) -> str:
        """Run Python, which should end with this status; return what it prints."""
        for path in PACKAGE.rglob("*.py"):
            self.env.note_dependency(str(path))
        done = subprocess.run(
            [sys.executable, *arguments],
            check=False,
            cwd=self.folder / folder,
            encoding="utf-8",
            env=os.environ
            | {"PACKAGE": str(PACKAGE), "COLUMNS": "80", "PYTHONUTF8": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if done.returncode != status:
            raise self.error(
                f"python {shlex.join(arguments)} ends with status {done.returncode}:\n"
                f"{done.stdout}"
            )
        return done.stdout


class CommandOutput(InFolder):
    """A command and what it prints, or only the lines with a word of that."""

    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        "folder": directives.unchanged_required,
        "lines-with": directives.unchanged_required,
        "status": directives.nonnegative_int,
    }

    def run(self) -> list[nodes.Node]:
        """Run the command; it may be meant to end with another status than 0."""
        (line,) = self.content
        program, *arguments = shlex.split(line)
        if program != "python":
            raise self.error(f"`{line}` is no call of python")
        folder = self.options.get("folder", "")
        printed = self.run_python(arguments, folder, self.options.get("status", 0))
        if word := self.options.get("lines-with"):
            lines = printed.splitlines()
            chosen = [text for text in lines if word in text]
            printed = "\n".join(["...", *chosen, "..."])
        text = f"$ {line}\n{printed}"
        return [nodes.literal_block(text, text, language="console")]


class CommandSetup(InFolder):
    """Code of Python that runs in the folder and is not shown."""

    def run(self) -> list[nodes.Node]:
        """Run the code."""
        self.run_python(["-c", "\n".join(self.content)])
        return []


class CommandFile(InFolder):
    """The first lines of a file that a command has written."""

    has_content = False
    required_arguments = 1
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        "lines": directives.positive_int
    }

    def run(self) -> list[nodes.Node]:
        """Read the file."""
        lines = (self.folder / self.arguments[0]).read_text("utf-8").splitlines()
        text = "\n".join(lines[: self.options["lines"]])
        return [nodes.literal_block(text, text, language="python")]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    app.add_directive("command-output", CommandOutput)
    app.add_directive("command-setup", CommandSetup)
    app.add_directive("command-file", CommandFile)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
