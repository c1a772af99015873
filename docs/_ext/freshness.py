"""Run a page again when what it uses has changed, and only then.

sphinx-gallery runs a script again when the script itself has changed. A page is also
out of date when a recipe that it calls has, directly or through others; or the data,
the style of the figures, or one of the libraries whose numbers it shows; when the files
that it consists of are missing or damaged; and when its last run failed or was cut off.
So a page counts as fresh only if it stands in the record, into which it comes when it
has run to its end, and out of which it is taken before it runs.
"""

from __future__ import annotations

import ast
import json
import os
import platform
import re
import shutil
from functools import cache
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from concepts import ROOT
from imgrecipes._copier import copying, forms
from imgrecipes._copier.catalog import recipes, recipes_used
from imgrecipes._copier.source import Module, RecipeError, closure, digest, parse
from state import read_json, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from imgrecipes._copier.catalog import Recipe

LIBRARIES = ("numpy", "scipy", "matplotlib", "scikit-learn")
# These read the pictures of the pages, and write what the pages consist of.
TOOLS = ("imageio", "pillow", "sphinx-gallery", "tifffile")
FIGURES = (
    Path(__file__).with_name("figures.py"),
    Path(__file__).with_name("measured.py"),
    ROOT / "docs" / "_static" / "figures.mplstyle",
)
# What the cache below was made with.
PARSERS = (Path(__file__), *sorted(Path(copying.__file__).parent.glob("*.py")))
RECORD = "freshness.json"
# What sphinx-gallery writes of a script, besides its pictures. The notebook and the
# archive are written again at each build, as far as they have changed.
ENDINGS = (".rst", ".codeobj.json", ".cost.json", ".py.md5")
DERIVED = (".py", ".ipynb", ".zip")
PICTURE = re.compile(r"sphx_glr_(\w+)_(?:\d{3}|thumb)\.\w+")


def load(package: Path, module: str) -> Module | None:
    """Parse a module of the package, if there is one; pages run its fast kernels."""
    try:
        return forms.load(package, module, form="fast")
    except RecipeError:
        return None


def surroundings() -> dict[str, str | None]:
    """Tell what all pages depend on: the libraries, and what shows results."""
    found: dict[str, str | None] = {"python": platform.python_version()}
    found |= {name: version(name) for name in (*LIBRARIES, *TOOLS)}
    return found | {path.name: digest(path.read_bytes()) for path in FIGURES}


class Ingredients:
    """Says on what the numbers of a page depend; parses only what it has not seen.

    `known` holds what earlier builds have found, each with the fingerprints of the
    files in which they found it.
    """

    def __init__(self, package: Path, known: dict[str, Any]) -> None:
        self.package = package
        self.data = {path.name: path for path in (package / "data").glob("*.*")}
        parsers = [digest(path.read_bytes()) for path in PARSERS]
        ground = digest(repr([parsers, sorted(self.data), platform.python_version()]))
        self.old = known if known.get("ground") == ground else {}
        self.new: dict[str, Any] = {"ground": ground}
        forms.forget()
        self.file_digest = cache(lambda path: digest(path.read_bytes()))

    def of(self, script: Path) -> dict[str, str | None]:
        """Return everything that a page depends on, the script itself included."""
        found: dict[str, str | None] = {"script": self.file_digest(script)}
        for module, name in self.uses(script):
            found |= self.recipe(module, name)
        return found

    def uses(self, script: Path) -> list[list[str]]:
        """Names that a script takes from the package, each with its module."""
        key = f"uses {self.file_digest(script)}"
        if key not in self.old:
            try:
                source = parse(script.read_text("utf-8"), self.package.name)
            except SyntaxError:  # which the run of the script will tell
                return []
            self.old[key] = sorted(
                [module, name] for module, name in source.uses([source.tree]) if module
            )
        self.new[key] = self.old[key]
        return self.new[key]

    def recipe(self, module: str, name: str) -> dict[str, str | None]:
        """Fingerprint of a recipe with all that it uses, and of the data it reads."""
        key = f"{module}.{name}"
        if key not in self.new:
            known = self.old.get(key)
            if not known or known["modules"] != self.digests(known["modules"]):
                known = self.parse_recipe(module, name)
            self.new[key] = known
        known = self.new[key]
        data = {f"data/{d}": self.file_digest(self.data[d]) for d in known["data"]}
        return {key: known["code"], **data}

    def parse_recipe(self, module: str, name: str) -> dict[str, Any]:
        """Fingerprint a recipe, and note the modules and the data that it uses."""
        modules: set[str] = set()

        def get(module: str) -> Module | None:
            modules.add(module)
            return load(self.package, module)

        code = copying.fingerprint(get, (module, name))
        statements = chain.from_iterable(closure(get, [(module, name)]).values())
        nodes = chain.from_iterable(map(ast.walk, statements))
        # A data file is named by the function that reads it.
        named = {n.value for n in nodes if isinstance(n, ast.Constant)}
        data = sorted(self.data.keys() & named)
        return {"code": code, "data": data, "modules": self.digests(modules)}

    def digests(self, modules: set[str] | dict[str, Any]) -> dict[str, str | None]:
        """Fingerprint modules; None stands for one that does not exist."""
        places = {module: module.replace(".", "/") for module in sorted(modules)}
        paths = {module: self.package / f"{places[module]}.py" for module in places}
        return {
            module: self.file_digest(path) if path.is_file() else None
            for module, path in paths.items()
        }


class Gallery:
    """The folder that sphinx-gallery writes, and the record of its pages."""

    def __init__(self) -> None:
        self.wanted: dict[str, dict[str, str | None]] = {}
        # Pictures of pages that run again: their fingerprints and times before that,
        # and then those that are the same as before.
        self.replaced: dict[Path, tuple[str, int]] = {}
        self.same: set[Path] = set()

    def mark_stale_pages(self, app: Sphinx) -> None:
        """Remove pages without a script, and what is left of those that will run."""
        conf = app.config.sphinx_gallery_conf
        self.folder = Path(app.srcdir, conf["gallery_dirs"])
        self.scripts = Path(app.srcdir, conf["examples_dirs"]).resolve()
        before = read_json(self.folder / RECORD)
        ingredients = Ingredients(
            Path(app.config.freshness_package), before.get("cache", {})
        )
        common = surroundings()
        for script in sorted(self.scripts.glob("*/*.py")):
            page = script.relative_to(self.scripts).with_suffix("").as_posix()
            self.wanted[page] = common | ingredients.of(script)
        self.remove_old_pages()
        known, fresh = before.get("pages", {}), {}
        for page in self.wanted:
            if known.get(page) == self.state(page):
                fresh[page] = known[page]
            else:
                for path in self.products(page):
                    known_as = digest(path.read_bytes())
                    self.replaced[path] = known_as, path.stat().st_mtime_ns
                    path.unlink()
        self.cache = ingredients.new
        self.write_record(fresh)

    def state(self, page: str) -> dict[str, dict[str, str | None]]:
        """Return what a page is made from, and the fingerprints of what was made."""
        products = {
            path.relative_to(self.folder).as_posix(): digest(path.read_bytes())
            for path in self.products(page)
        }
        return {"ingredients": self.wanted[page], "products": products}

    def products(self, page: str) -> list[Path]:
        """List the files that a run of a page's script writes."""
        section, _, name = page.partition("/")
        files = [self.folder / f"{page}{ending}" for ending in ENDINGS]
        return [
            *(path for path in files if path.is_file()),
            *sorted(p for n, p in pictures(self.folder / section) if n == name),
        ]

    def remove_old_pages(self) -> None:
        """Remove all that earlier builds have made of scripts that are gone."""
        sections = {page.partition("/")[0] for page in self.wanted}
        # sphinx-gallery makes this folder for each section, and others have none.
        for pictures_ in self.folder.glob("*/images"):
            section = pictures_.parent
            if section.name not in sections:
                shutil.rmtree(section)
                continue
            names = {path.stem for path in section.glob("*.py")}
            names |= {path.stem for path in section.glob("*.rst")} - {"index"}
            names |= {name for name, _ in pictures(section)}
            for name in names:
                self.remove(f"{section.name}/{name}")

    def remove(self, page: str) -> None:
        """Remove what was made of one script, if there is no such script any more."""
        if page not in self.wanted:
            for path in self.products(page):
                path.unlink()
            for ending in DERIVED:
                (self.folder / f"{page}{ending}").unlink(missing_ok=True)

    def note_finished_pages(self, app: Sphinx) -> None:
        """Put into the record the pages that have run to their end."""
        conf = app.config.sphinx_gallery_conf
        failed = {self.page(script) for script in conf["failing_examples"]}
        for page in failed:
            (self.folder / f"{page}.py.md5").unlink(missing_ok=True)
        self.keep_times_of_pictures()
        pages = self.wanted.keys() - failed
        self.write_record({page: self.state(page) for page in sorted(pages)})
        if conf["backreferences_dir"]:
            self.remove_old_references(Path(app.srcdir, conf["backreferences_dir"]))

    def keep_times_of_pictures(self) -> None:
        """Let other pages that show a picture stay as they are if it is the same."""
        for path, (known_as, time) in self.replaced.items():
            if (
                PICTURE.fullmatch(path.name)
                and path.is_file()
                and digest(path.read_bytes()) == known_as
            ):
                os.utime(path, ns=(time, time))
                self.same.add(path)

    def remove_old_references(self, folder: Path) -> None:
        """Remove the lists of pages of those recipes that no page uses any more."""
        used = read_json(folder / "backreferences_all.json")
        for path in folder.glob("*.examples"):
            if path.name.removesuffix(".examples") not in used and path.stat().st_size:
                path.unlink()

    def write_record(self, pages: dict[str, Any]) -> None:
        """Write which pages are fresh, and what need not be parsed again."""
        record = {"cache": self.cache, "pages": pages}
        write_text(
            self.folder / RECORD, json.dumps(record, indent=1, sort_keys=True) + "\n"
        )

    def page(self, script: str) -> str:
        """Name the page of a script."""
        path = Path(script).resolve().relative_to(self.scripts)
        return path.with_suffix("").as_posix()

    def read_again(
        self, app: Sphinx, env: BuildEnvironment, *_: set[str]
    ) -> Iterator[str]:
        """Yield the pages that ran, and those that show a new thumbnail of one.

        A figure may be new where the text of its page is the same.
        """
        conf = app.config.sphinx_gallery_conf
        ran = {self.page(script) for script in conf["passing_examples"]}
        name = self.folder.relative_to(app.srcdir).as_posix()
        yield from (f"{name}/{page}" for page in ran)
        for document, files in env.dependencies.items():
            for file in map(Path, files):
                picture = PICTURE.fullmatch(file.name)
                if (
                    picture
                    and f"{section_of(file)}/{picture[1]}" in ran
                    and Path(app.srcdir, file) not in self.same
                ):
                    yield document


def recipes_on(script: Path, folder: Path) -> list[Recipe]:
    """List the recipes that a script uses, from the record of the pages if possible."""
    cache = read_json(Path(folder, "gallery", RECORD)).get("cache", {})
    found = cache.get(f"uses {digest(script.read_bytes())}")
    if found is None:
        return recipes_used(script)
    return [r for r in recipes() if [r.concept, r.name] in found]


def pictures(section: Path) -> Iterator[tuple[str, Path]]:
    """Yield the pictures of a section, each with the name of its script."""
    for path in chain(section.glob("images/*"), section.glob("images/thumb/*")):
        if found := PICTURE.fullmatch(path.name):
            yield found[1], path


def section_of(picture: Path) -> str:
    """Name the section that a picture or a thumbnail belongs to."""
    return picture.parts[picture.parts.index("images") - 1]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension; it works before and after the gallery is made."""
    app.add_config_value("freshness_package", str(ROOT / "src" / "imgrecipes"), "")
    gallery = Gallery()
    app.connect("builder-inited", gallery.mark_stale_pages, priority=100)
    app.connect("builder-inited", gallery.note_finished_pages, priority=510)
    app.connect("env-get-outdated", gallery.read_again)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
