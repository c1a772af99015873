"""Show times that were measured on purpose, and none that a build has taken.

``nox -s bench`` writes them to ``docs/measured.json``; a build only reads them, so that
it gives the same pages on a busy machine and on an idle one. A cell of a script that
starts with a comment ``# Timing`` is not run by the build: the page shows what the cell
printed when it was measured. In a notebook, it is a cell like the others.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective
from sphinx_gallery import gen_rst

from concepts import ROOT
from freshness import recipes_on
from imgrecipes._copier.source import digest
from state import read_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx.application import Sphinx
    from sphinx_gallery.py_source_parser import Block

MEASURED = ROOT / "docs" / "measured.json"
TIMING = re.compile(r"\s*# Timing\b")
OUTPUT = """
.. measured-output:: {page}
   :cell: {cell}

"""


def is_timing(kind: str, content: str) -> bool:
    """Whether a block of a script is a cell that measures times."""
    return kind == "code" and TIMING.match(content) is not None


def key_of(cell: str) -> str:
    """Fingerprint the code of a cell."""
    return digest(cell.strip())[:16]


def when(entry: dict[str, Any], *, changed: bool) -> str:
    """Say when something was measured, and whether its code has changed since."""
    text = f"measured on {entry['date']}"
    return f"{text}, before the code last changed" if changed else text


def show_stored_output(
    compiler: object,
    block: Block,
    example_globals: dict[str, Any] | None,
    script_vars: dict[str, Any],
    *others: object,
) -> str:
    """Stand for the function that runs a cell: pass over those that measure times."""
    if not is_timing(block.type, block.content):
        return RUN_CELL(compiler, block, example_globals, script_vars, *others)
    script = Path(script_vars["src_file"])
    page = f"{script.parent.name}/{script.stem}"
    return OUTPUT.format(page=page, cell=key_of(block.content))


RUN_CELL = gen_rst.execute_code_block


class MeasuredOutput(SphinxDirective):
    """``.. measured-output:: concept/page``: what one of its cells has printed."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        "cell": directives.unchanged_required
    }

    def run(self) -> list[nodes.Node]:
        """Return the output with its date, or a sentence where there is none."""
        self.env.note_dependency(str(MEASURED))
        entry = read_json(MEASURED).get("pages", {}).get(self.arguments[0], {})
        output = entry.get("cells", {}).get(self.options["cell"])
        if output is None:
            text = "This cell has not been measured in its present form."
            return [nodes.paragraph("", text, classes=["measured"])]
        block = nodes.literal_block(output, output, language="none")
        # The class is that of all other output.
        block["classes"] += ["sphx-glr-script-out"]
        codes = self.codes()
        changed = any(entry["codes"].get(name) != codes[name] for name in codes)
        text = f"The times were {when(entry, changed=changed)}: {entry['machine']}."
        return [block, nodes.paragraph("", text, classes=["measured"])]

    def codes(self) -> dict[str, str]:
        """Fingerprints of the recipes that the page uses, from their cards."""
        script = ROOT / "gallery" / f"{self.arguments[0]}.py"
        found = {}
        for recipe in recipes_on(script, self.env.srcdir):
            path = f"gallery/cards/{recipe.full_name.replace('.', '/')}.json"
            card = Path(self.env.srcdir, path)
            self.env.note_dependency(str(card))
            # A page that is built alone comes without cards.
            if code := read_json(card).get("key", {}).get("recipe"):
                found[recipe.full_name] = code
        return found


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive, and let sphinx-gallery run cells with our function."""
    app.add_directive("measured-output", MeasuredOutput)
    gen_rst.execute_code_block = show_stored_output
    return {"parallel_read_safe": True, "parallel_write_safe": True}
