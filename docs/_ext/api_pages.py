"""Write the API reference: one page for each concept, one for each recipe."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from typing import TYPE_CHECKING

from concepts import concepts, recipes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

INDEX = """\
API reference
=============

Every recipe is a function of arrays that you import from the module of its concept, as
in ``from imgrecipes.pixels import circular_mask``.

{rows}

.. toctree::
   :hidden:

{toctree}
"""
CONCEPT = """\
{title}

.. automodule:: {module}

.. list-table::
   :class: recipes
   :widths: auto

{rows}

.. toctree::
   :hidden:

{toctree}

.. minigallery:: {names}
   :add-heading: Pages that use these recipes
   :heading-level: -
"""
RECIPE = """\
{title}

.. currentmodule:: {module}

.. autofunction:: {name}

.. minigallery:: {module}.{name}
   :add-heading: Pages that use this recipe
   :heading-level: -
"""


def write_pages(app: Sphinx) -> None:
    """Write each page that is new or has changed, and remove those of old recipes."""
    folder = Path(app.srcdir) / "api"
    pages = {folder / "index.rst": _index()}
    for concept in concepts():
        pages[folder / f"{concept}.rst"] = _concept(concept)
        for name in recipes(concept):
            pages[folder / concept / f"{name}.rst"] = RECIPE.format(
                title=_title(name), module=f"imgrecipes.{concept}", name=name
            )
    for old in set(folder.rglob("*.rst")) - set(pages):
        old.unlink()
    for path, text in pages.items():
        # An unchanged file keeps its time, so that Sphinx does not read it again.
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")


def _title(name: str) -> str:
    return f"{name}\n{'=' * len(name)}"


def _summary(item: object) -> str:
    return (inspect.getdoc(item) or "").partition("\n")[0]


def _rows(concept: str) -> str:
    return "\n".join(
        f"   * - :func:`~imgrecipes.{concept}.{name}`\n     - {_summary(recipe)}"
        for name, recipe in recipes(concept).items()
    )


def _index() -> str:
    sections = []
    for concept in concepts():
        module = importlib.import_module(f"imgrecipes.{concept}")
        sections.append(
            f"{concept}\n{'-' * len(concept)}\n\n"
            f":doc:`imgrecipes.{concept} <{concept}>`: {_summary(module)}\n\n"
            f".. list-table::\n   :class: recipes\n   :widths: auto\n\n{_rows(concept)}"
        )
    return INDEX.format(
        rows="\n\n".join(sections),
        toctree="\n".join(f"   {concept}" for concept in concepts()),
    )


def _concept(concept: str) -> str:
    module = f"imgrecipes.{concept}"
    return CONCEPT.format(
        title=_title(module),
        module=module,
        rows=_rows(concept),
        toctree="\n".join(f"   {concept}/{name}" for name in recipes(concept)),
        names=" ".join(f"{module}.{name}" for name in recipes(concept)),
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension; it runs after the gallery has been made."""
    app.connect("builder-inited", write_pages, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
