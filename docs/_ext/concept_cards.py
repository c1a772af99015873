"""The cards of the front page: one for each section, with a picture of its pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from concepts import ROOT, PageKey, header, sections
from state import write_text

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

CARDS = "gallery/concept_cards.txt"
CARD = """\
   .. grid-item-card:: {title}
      :img-top: /gallery/{section}/images/thumb/sphx_glr_{page}_thumb.webp
      :img-alt:
      :link: sphx_glr_gallery_{section}
      :link-type: ref

      {count}
"""


def write_cards(app: Sphinx) -> None:
    """Write the cards as reST, which sphinx-design makes a grid of."""
    cards = ".. grid:: 2 2 3 4\n   :gutter: 3\n   :class-container: concepts\n\n"
    for section in sections():
        folder = ROOT / "gallery" / section
        pages = sorted(
            (script.name for script in folder.glob("*.py")),
            key=PageKey(str(folder)),
        )
        cards += CARD.format(
            title=header(section)[0],
            section=section,
            page=Path(pages[0]).stem,
            count=f"{len(pages)} page{'s' * (len(pages) != 1)}",
        )
    # One that is the same keeps its time, and the page that shows it is not read again.
    write_text(Path(app.srcdir, CARDS), cards)


class ConceptCards(SphinxDirective):
    """``.. concept-cards::`` in the order of the gallery."""

    def run(self) -> list[nodes.Node]:
        """Put the cards into the page."""
        cards = Path(self.env.srcdir, CARDS)
        self.env.note_dependency(str(cards))
        source = str(self.env.doc2path(self.env.docname))
        lines = cards.read_text("utf-8").splitlines()
        return self.parse_text_to_nodes(StringList(lines, source))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive, and write the cards when the gallery is there."""
    app.connect("builder-inited", write_cards, priority=800)
    app.add_directive("concept-cards", ConceptCards)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
