"""The page "Old API, new API", from the table ``docs/old_api.toml``."""

from __future__ import annotations

import tomllib
from itertools import groupby
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any

from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils import nodes
    from sphinx.application import Sphinx

TABLE = Path(__file__).resolve().parents[1] / "old_api.toml"


def read_table() -> dict[str, Any]:
    """Return the table: what is the setup of all code, and the rows."""
    return tomllib.loads(TABLE.read_text("utf-8"))


def write_page(table: dict[str, Any]) -> Iterator[str]:
    """Write the page as reST: a section for each library, one in it for each row."""
    yield code_block("python", table["setup"])
    for library, rows in groupby(table["row"], key=lambda row: row["library"]):
        yield f"{library}\n{'-' * len(library)}\n"
        for row in rows:
            yield f"{row['title']}\n{'~' * len(row['title'])}\n"
            for call in row["call"]:
                yield from write_call(call)
            yield "Write now:\n"
            yield code_block("python", row["new"], "new-code")
            page = f"sphx_glr_gallery_{row['page'].replace('/', '_')}.py"
            yield f"{row['note'].strip()} Shown in :ref:`{page}`.\n"


def write_call(call: dict[str, str]) -> Iterator[str]:
    """Write an old call, and its message where a search finds it."""
    message = call.get("raises", call.get("warns", "")).strip()
    if message:
        # The search of the site leads from an entry to its place on the page, from
        # any other word only to the page. A semicolon would split the entry.
        entry = message.splitlines()[0].partition(";")[0]
        yield f".. index::\n   single: {entry}\n"
        yield code_block("python", call["code"], "old-code")
        yield code_block("text", message, "message")
    else:
        yield code_block("python", call["code"])


def code_block(language: str, code: str, name: str = "") -> str:
    """Write code or a message, with the class `name` for the style sheet."""
    option = f"   :class: {name}\n" if name else ""
    return f".. code-block:: {language}\n{option}\n{indent(code.strip(), '   ')}\n"


class OldApi(SphinxDirective):
    """``.. old-api::`` where the sections are to stand."""

    def run(self) -> list[nodes.Node]:
        """Write the sections, again whenever the table has changed."""
        self.env.note_dependency(str(TABLE))
        lines = "\n".join(write_page(read_table())).splitlines()
        return self.parse_text_to_nodes(
            StringList(lines, str(TABLE)), allow_section_headings=True
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("old-api", OldApi)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
