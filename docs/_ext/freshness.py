"""Run a page again when what it uses has changed, and only then.

sphinx-gallery runs a script again when the script itself has changed. A page is also
out of date when a recipe that it calls has, directly or through others; or the data,
the style of the figures, or one of the libraries whose numbers it shows.
"""

from __future__ import annotations

import ast
import json
from functools import cache, partial
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from concepts import ROOT
from imgrecipes._copier.copying import fingerprint
from imgrecipes._copier.source import Module, closure, digest, parse, read

if TYPE_CHECKING:
    from sphinx.application import Sphinx

LIBRARIES = ("numpy", "scipy", "matplotlib", "scikit-learn")
FIGURES = (
    Path(__file__).with_name("figures.py"),
    ROOT / "docs" / "_static" / "figures.mplstyle",
)


def load(package: Path, module: str) -> Module | None:
    """Parse a module of the package, if there is one of this name."""
    return read(package / f"{module}.py", package.name)


def surroundings() -> dict[str, str | None]:
    """Tell what all pages depend on: the libraries, and the look of the figures."""
    found: dict[str, str | None] = {name: version(name) for name in LIBRARIES}
    return found | {path.name: digest(path.read_bytes()) for path in FIGURES}


@cache
def recipe(package: Path, module: str, name: str) -> dict[str, str | None]:
    """Fingerprint of a recipe with all that it uses, and of the data that it reads."""
    get = partial(load, package)
    found = {f"{module}.{name}": fingerprint(get, (module, name))}
    data = {path.name: path for path in (package / "data").glob("*.*")}
    for statement in chain.from_iterable(closure(get, [(module, name)]).values()):
        for node in ast.walk(statement):
            # A data file is named by the function that reads it.
            if isinstance(node, ast.Constant) and node.value in data:
                found[f"data/{node.value}"] = digest(data[node.value].read_bytes())
    return found


def ingredients(script: Path, package: Path) -> dict[str, str | None]:
    """Everything that a page's numbers depend on, besides the script itself."""
    source = parse(script.read_text("utf-8"), package.name)
    found: dict[str, str | None] = {}
    for module, name in source.uses([source.tree]):
        if module:
            found |= recipe(package, module, name)
    return found


def mark_stale_pages(app: Sphinx) -> None:
    """Take away sphinx-gallery's mark of freshness where an ingredient has changed."""
    read.cache_clear()
    recipe.cache_clear()
    gallery = Path(app.srcdir) / app.config.sphinx_gallery_conf["gallery_dirs"]
    scripts = Path(
        app.srcdir, app.config.sphinx_gallery_conf["examples_dirs"]
    ).resolve()
    record = gallery / "freshness.json"
    before = json.loads(record.read_text("utf-8")) if record.exists() else {}
    now, common = {}, surroundings()
    for script in sorted(scripts.rglob("*.py")):
        page = script.relative_to(scripts).as_posix()
        package = Path(app.config.freshness_package)
        now[page] = common | ingredients(script, package)
        if now[page] != before.get(page):
            (gallery / f"{page}.md5").unlink(missing_ok=True)
    gallery.mkdir(exist_ok=True)
    record.write_text(json.dumps(now, indent=1, sort_keys=True), "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension; it runs before the gallery is made."""
    app.add_config_value("freshness_package", str(ROOT / "src" / "imgrecipes"), "")
    app.connect("builder-inited", mark_stale_pages, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
