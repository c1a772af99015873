"""The concepts of the site, read from the tree, in the order of the curriculum."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
# The one place that says in which order the sections stand; a concept that is not
# named here stands behind those that are.
ORDER = (
    "files",
    "display",
    "pixels",
    "geometry",
    "smoothing",
    "denoising",
    "morphology",
    "features",
    "segmentation",
    "measurement",
    "spectra",
    "registration",
    "classification",
    "volumes",
    "large",
    "samples",
    "made_fast",
)
# Sections of the gallery that belong to no module of the package. The one place where
# they are declared; their place among the others is in ORDER.
WITHOUT_MODULE: tuple[str, ...] = ("made_fast",)
HEADER = "GALLERY_HEADER.rst"


def rank(concept: str) -> tuple[int, str]:
    """Key that sorts concepts in the order of the curriculum."""
    return (ORDER.index(concept) if concept in ORDER else len(ORDER), concept)


def concepts() -> list[str]:
    """Names of all concepts: the public modules of the package."""
    modules = (ROOT / "src" / "imgrecipes").glob("[!_]*.py")
    return sorted((module.stem for module in modules), key=rank)


def sections() -> list[str]:
    """Names of all folders of the gallery: the concepts and what has no module."""
    return sorted([*concepts(), *WITHOUT_MODULE], key=rank)


def recipes(concept: str) -> dict[str, Callable[..., object]]:
    """Public functions that the module of a concept defines, in their order there."""
    module = importlib.import_module(f"imgrecipes.{concept}")
    return {
        name: value
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and value.__module__ == module.__name__
        and not name.startswith("_")
    }


def header(section: str) -> tuple[str, str, list[str]]:
    """Title, introduction and order of pages from a section's GALLERY_HEADER.rst."""
    return read_header(ROOT / "gallery" / section / HEADER)


def read_header(path: Path) -> tuple[str, str, list[str]]:
    """Title, introduction and order of pages; ValueError if there is no title."""
    text = path.read_text("utf-8")
    parts = [part.strip() for part in re.split(r"(?m)^([-=])\1+$", text, maxsplit=1)]
    if len(parts) < 3 or not parts[0]:
        raise ValueError(f"{path}: the title and a line of --- or === are missing")
    title, _, body = parts
    pages = re.search(r"(?m)^\.\. pages:(.*(?:\n   .*)*)", body)
    introduction = body[: pages.start()] if pages else body
    return title, introduction.strip(), pages[1].split() if pages else []


def section_key(folder: str) -> tuple[int, str]:
    """Sort the sections of the gallery."""
    return rank(Path(folder).name)


class PageKey:
    """Sort the pages of a section as its GALLERY_HEADER.rst says, the others last."""

    def __init__(self, folder: str) -> None:
        path = Path(folder, HEADER)
        self.pages = read_header(path)[2] if path.is_file() else []

    def __call__(self, script: str) -> tuple[int, str]:
        """Return the key of one script."""
        name = Path(script).stem
        known = name in self.pages
        return (self.pages.index(name) if known else len(self.pages), name)
