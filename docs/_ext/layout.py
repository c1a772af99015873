"""Refuse a gallery in which a script or a header stands where nobody would find it.

sphinx-gallery passes over a folder without a header and over folders within folders,
and publishes a script outside all sections without a word.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from concepts import HEADER, read_header, sections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.config import Config

TITLE = re.compile(r"""(?:\s*\n|#.*\n)*[rRuU]?(?:\"{3}|'{3}|"|')\s*[^\s"']""")
# A script that ends Python ends the build, and with status 0 if it likes.
EXIT = re.compile(r"^[^#\n]*\b(?:SystemExit|_exit\(|exit\(|quit\()", re.MULTILINE)
UNDECLARED = (
    "the package has no module of this name: add src/imgrecipes/{0}.py, or declare a "
    "section without a module in WITHOUT_MODULE in docs/_ext/concepts.py"
)


def check_layout(app: Sphinx) -> None:
    """End the build with a list of all that is wrong."""
    folder = Path(app.srcdir, app.config.sphinx_gallery_conf["examples_dirs"]).resolve()
    allowed = app.config.gallery_sections or sections()
    found = [
        f"{folder.name}/{path.relative_to(folder).as_posix()}: {problem}"
        for path, problem in problems(folder, allowed)
    ]
    if found:
        raise SystemExit("\n".join(found))


def allow_spaces_above(_app: Sphinx, config: Config) -> None:
    """Keep sphinx-gallery from minding a space in the path of the whole project."""
    kinds = {*config.suppress_warnings, "sphinx_gallery.space_in_filename"}
    config.suppress_warnings = sorted(kinds)


def problems(folder: Path, allowed: list[str]) -> Iterator[tuple[Path, str]]:
    """Yield each file or folder that is misplaced or missing, and what to do."""
    for script in visible(folder.rglob("*.py"), folder):
        if len(script.relative_to(folder).parts) != 2:
            section = f"{folder.name}/{allowed[0]}"
            yield script, f"a script stands in a section, as in {section}: move it"
        elif not script.stem.isidentifier():
            yield script, "the name of a script has letters, digits and underscores"
        else:
            yield from problems_of_script(script, script.read_text("utf-8"))
    for section in sorted({folder / name for name in allowed} | {*used(folder)}):
        if section.name not in allowed:
            yield section, UNDECLARED.format(section.name)
        if not any(section.glob("*.py")):
            yield section, "a section needs a script: write one, or remove the section"
        if not (section / HEADER).is_file():
            yield section / HEADER, "missing: it has the title of the section"
            continue
        try:
            read_header(section / HEADER)
        except ValueError as error:
            yield section / HEADER, str(error).partition(": ")[2]


def problems_of_script(script: Path, text: str) -> Iterator[tuple[Path, str]]:
    """Yield what sphinx-gallery would not name the script for."""
    if not TITLE.match(text):
        yield script, "a script starts with a docstring, and this with a title"
    if found := EXIT.search(text):
        line = text.count("\n", 0, found.end()) + 1
        yield script, f"line {line} would end the build: raise an error instead"


def used(folder: Path) -> Iterator[Path]:
    """Yield the folders that are meant to be sections."""
    for path in visible(folder.glob("*/*"), folder):
        if path.name == HEADER or path.suffix == ".py":
            yield path.parent


def visible(paths: Iterator[Path], folder: Path) -> list[Path]:
    """Sort paths, without what editors and Python keep in folders of their own."""
    return sorted(
        path
        for path in paths
        if not any(part[0] in "._" for part in path.relative_to(folder).parts)
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension; it looks at the gallery before anything else does."""
    app.add_config_value("gallery_sections", [], "")
    app.connect("config-inited", allow_spaces_above)
    app.connect("builder-inited", check_layout, priority=20)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
