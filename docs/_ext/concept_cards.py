"""The cards of the front page: one for each section, with a picture of its pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from concepts import ROOT, PageKey, header, sections

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

CARD = """\
   .. grid-item-card:: {title}
      :img-top: /gallery/{section}/images/thumb/sphx_glr_{page}_thumb.webp
      :img-alt:
      :link: sphx_glr_gallery_{section}
      :link-type: ref

      {count}
"""


class ConceptCards(SphinxDirective):
    """``.. concept-cards::`` in the order of the gallery."""

    def run(self) -> list[nodes.Node]:
        """Write the cards as reST, which sphinx-design makes a grid of."""
        cards = [
            ".. grid:: 2 2 3 4",
            "   :gutter: 3",
            "   :class-container: concepts",
            "",
        ]
        for section in sections():
            folder = ROOT / "gallery" / section
            pages = sorted(
                (script.name for script in folder.glob("*.py")),
                key=PageKey(str(folder)),
            )
            card = CARD.format(
                title=header(section)[0],
                section=section,
                page=Path(pages[0]).stem,
                count=f"{len(pages)} page{'s' * (len(pages) != 1)}",
            )
            cards += card.splitlines()
        # A new page or picture anywhere makes the cards new.
        self.env.note_reread()
        source = str(self.env.doc2path(self.env.docname))
        return self.parse_text_to_nodes(StringList(cards, source))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("concept-cards", ConceptCards)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
