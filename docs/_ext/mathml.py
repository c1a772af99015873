"""Render formulas as MathML when the site is built, so that pages need no script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from math_core import LatexToMathML

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

CONVERTER = LatexToMathML()


def visit_inline(translator: HTML5Translator, node: nodes.math) -> None:
    """Write a formula within a line."""
    mathml = CONVERTER.convert_with_local_state(node.astext(), displaystyle=False)
    translator.body.append(mathml)
    raise nodes.SkipNode


def visit_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula of its own line, which may scroll where it is too wide."""
    mathml = CONVERTER.convert_with_local_state(node.astext(), displaystyle=True)
    # A box that scrolls has to be reachable by keyboard.
    translator.body.append(f'<div class="math" tabindex="0">{mathml}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer under the name "mathml"."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
