"""Run a page again when what it uses has changed, and only then.

sphinx-gallery runs a script again when the script itself has changed. A page is also
out of date when a recipe that it calls has, directly or through others; or the data,
the style of the figures, or one of the libraries whose numbers it shows.
"""

from __future__ import annotations

import ast
import hashlib
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from concepts import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

LIBRARIES = ("numpy", "scipy", "matplotlib", "scikit-learn")
FIGURES = (
    Path(__file__).with_name("figures.py"),
    ROOT / "docs" / "_static" / "figures.mplstyle",
)


@cache
def tree_of(path: Path) -> ast.Module:
    """Parse a file, without its docstrings: they change no number."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return tree


@cache
def imports(path: Path, package: str) -> dict[str, tuple[str, str]]:
    """Map names of a file to (module, name) of the package; a module's name is ''."""
    found = {}
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and node.module == package:
            for alias in node.names:
                found[alias.asname or alias.name] = (alias.name, "")
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            owner, _, module = node.module.partition(".")
            if owner == package:
                for alias in node.names:
                    found[alias.asname or alias.name] = (module, alias.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                owner, _, module = alias.name.partition(".")
                if owner == package and alias.asname:
                    found[alias.asname] = (module, "")
    return found


@cache
def definitions(path: Path) -> dict[str, list[ast.stmt]]:
    """Map each top-level name of a file to the statements that define it."""
    found: dict[str, list[ast.stmt]] = {}
    for statement in tree_of(path).body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            found.setdefault(statement.name, []).append(statement)
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.setdefault(node.id, []).append(statement)
    return found


def used(nodes: list[ast.stmt], path: Path, package: str) -> Iterator[tuple[str, str]]:
    """Yield (module, name) of the package's definitions that some statements use."""
    known = imports(path, package)
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.Name) and node.id in known:
            module, name = known[node.id]
            if name:
                yield module, name
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module, name = known.get(node.value.id, ("", ""))
            if module and not name:
                yield module, node.attr
        elif isinstance(node, ast.Name) and node.id in definitions(path):
            yield path.stem, node.id


def ingredients(script: Path, package: Path) -> dict[str, str]:
    """Everything that a page's numbers depend on, besides the script itself."""
    found = {name: version(name) for name in LIBRARIES}
    for path in FIGURES:
        found[path.name] = digest(path.read_bytes())
    queue = list(used(tree_of(script).body, script, package.name))
    seen = set()
    while queue:
        module, name = queue.pop()
        path = package / f"{module}.py"
        if (module, name) in seen or not path.exists():
            continue
        seen.add((module, name))
        statements = definitions(path).get(name, [])
        found[f"{module}.{name}"] = digest(
            "".join(ast.dump(statement) for statement in statements).encode()
        )
        queue.extend(used(statements, path, package.name))
        for node in (inner for outer in statements for inner in ast.walk(outer)):
            # A data file is named by the function that reads it.
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                data = package / "data" / (node.value or ".")
                if data.is_file():
                    found[f"data/{data.name}"] = digest(data.read_bytes())
    return found


def digest(content: bytes) -> str:
    """Fingerprint of some bytes."""
    return hashlib.sha256(content).hexdigest()


def mark_stale_pages(app: Sphinx) -> None:
    """Take away sphinx-gallery's mark of freshness where an ingredient has changed."""
    for function in (tree_of, imports, definitions):
        function.cache_clear()
    gallery = Path(app.srcdir) / app.config.sphinx_gallery_conf["gallery_dirs"]
    scripts = Path(
        app.srcdir, app.config.sphinx_gallery_conf["examples_dirs"]
    ).resolve()
    record = gallery / "freshness.json"
    before = json.loads(record.read_text("utf-8")) if record.exists() else {}
    now = {}
    for script in sorted(scripts.rglob("*.py")):
        page = script.relative_to(scripts).as_posix()
        now[page] = ingredients(script, Path(app.config.freshness_package))
        if now[page] != before.get(page):
            (gallery / f"{page}.md5").unlink(missing_ok=True)
    gallery.mkdir(exist_ok=True)
    record.write_text(json.dumps(now, indent=1, sort_keys=True), "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension; it runs before the gallery is made."""
    app.add_config_value("freshness_package", str(ROOT / "src" / "imgrecipes"), "")
    app.connect("builder-inited", mark_stale_pages, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
