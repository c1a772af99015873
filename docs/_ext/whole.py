"""Let no build end well with a page that is missing, stale or absent from the search.

Sphinx trusts what earlier builds have left, even those that were killed, and reads only
the pages whose sources are new. So a build that ends well leaves a ledger beside the
site, and takes it away before the first page is read. The next build starts afresh if
it finds none, or if the site is not what the ledger says. The results of the scripts
have a record of their own.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util.logging import is_suppressed_warning

from imgrecipes._copier.source import digest
from state import read_json, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

# What each page is made with; Sphinx itself looks at the configuration only.
TOOLS = ("_ext/*.py", "_inventories/*.inv", "_templates/*")


class Warnings(logging.Handler):
    """Collects the places that warnings are about."""

    def __init__(self, suppressed: Sequence[str]) -> None:
        super().__init__(logging.WARNING)
        self.places: set[str] = set()
        self.suppressed = suppressed

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the place of a warning; Sphinx has made it file and line, if any."""
        kind = [getattr(record, name, None) or "" for name in ("type", "subtype")]
        if not is_suppressed_warning(*kind, self.suppressed):
            self.places.add(str(getattr(record, "location", None) or ""))


class Site:
    """The site from one build to the next."""

    def __init__(self) -> None:
        self.before: dict[str, Any] = {}
        self.pages_without_source: set[str] = set()
        self.links = ""

    def start(self, app: Sphinx, config: Config) -> None:
        """Forget what Sphinx remembers, if the last build did not end well."""
        self.ledger = app.outdir.parent / f"{app.outdir.name}.json"
        self.tools = fingerprint_of_tools(app)
        self.before = read_json(self.ledger)
        sound = self.before.get("tools") == self.tools and not defects(
            app.outdir, self.before.get("pages", [])
        )
        if not sound:
            self.before = {}
            (app.doctreedir / "environment.pickle").unlink(missing_ok=True)
        self.warnings = Warnings(config.suppress_warnings)
        logging.getLogger("sphinx").addHandler(self.warnings)

    def open_ledger(self, _app: Sphinx) -> None:
        """Take the ledger away: from here on, what is not finished is damaged."""
        self.ledger.unlink(missing_ok=True)

    def read_again(
        self, _app: Sphinx, _env: BuildEnvironment, *_: set[str]
    ) -> list[str]:
        """Return the pages with warnings, which else would be said only once."""
        return list(self.before.get("again", []))

    def write_again(self, _app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Return all pages if a title or a target that pages link to has changed."""
        self.links = fingerprint_of_links(env)
        changed = self.before and self.before["links"] != self.links
        return sorted(env.found_docs) if changed else []

    def note_page(
        self, app: Sphinx, page: str, _template: str, _context: object, tree: object
    ) -> None:
        """Note an index or another page that has no source."""
        if tree is None:
            self.pages_without_source.add(page + app.builder.out_suffix)

    def finish(self, app: Sphinx, error: Exception | None) -> None:
        """Remove what is old, check the rest, and leave the ledger."""
        if error is not None or app.builder.name != "html":
            return
        pages = sorted(app.env.found_docs)
        self.remove_old_files(app)
        found = defects(app.outdir, pages)
        if found:
            raise SystemExit("\n".join([*found, "The next build starts afresh."]))
        again = pages_of(self.warnings.places, app.env)
        if again is not None:
            ledger = {
                "again": sorted(again),
                "links": self.links,
                "pages": pages,
                "tools": self.tools,
            }
            write_text(self.ledger, json.dumps(ledger, indent=1) + "\n")

    def remove_old_files(self, app: Sphinx) -> None:
        """Remove the pages, pictures and downloads whose sources are gone."""
        kept = {f"{page}{app.builder.out_suffix}" for page in app.env.found_docs}
        for path in [*app.outdir.rglob("*.html"), *app.outdir.rglob("*.py")]:
            place = path.relative_to(app.outdir)
            source = app.srcdir / place
            if place.as_posix() not in kept | self.pages_without_source and not (
                place.parts[0].startswith("_") or source.exists()
            ):
                path.unlink()
        for path in old_pictures_and_downloads(app):
            path.unlink()
        for path in app.doctreedir.rglob("*.doctree"):
            name = path.relative_to(app.doctreedir).with_suffix("").as_posix()
            if name not in app.env.found_docs:
                path.unlink()


def fingerprint_of_tools(app: Sphinx) -> str:
    """Fingerprint the extensions and what else pages are made with."""
    versions = sorted((e.name, str(e.version)) for e in app.extensions.values())
    paths = {path for name in TOOLS for path in Path(app.confdir).glob(name)}
    paths |= {*Path(__file__).parent.glob("*.py")}
    contents = {path.name: path.read_bytes() for path in paths if path.is_file()}
    files = sorted((name, digest(content)) for name, content in contents.items())
    return digest(repr((versions, files)))


def fingerprint_of_links(env: BuildEnvironment) -> str:
    """Fingerprint what pages show of others: titles, targets and their order."""
    targets = sorted(
        (domain.name, *map(str, target))
        for domain in env.domains.sorted()
        for target in domain.get_objects()
    )
    titles = sorted((page, title.astext()) for page, title in env.titles.items())
    return digest(repr((targets, titles, sorted(env.toctree_includes.items()))))


def defects(folder: Path, pages: list[str]) -> list[str]:
    """List what is missing of a site that should have these pages."""
    missing = [page for page in pages if not (folder / f"{page}.html").is_file()]
    found = [f"The page {page} has not been written." for page in missing]
    indexed = read_search_index(folder / "searchindex.js")
    for page in sorted(indexed ^ set(pages)):
        has = "has no entry for" if page in pages else "still has an entry for"
        found.append(f"The index of the search {has} {page}.")
    return found


def read_search_index(path: Path) -> set[str]:
    """Return the pages that can be found; none if the index is damaged."""
    try:
        text = path.read_text("utf-8")
        return set(json.loads(text[text.index("(") + 1 : text.rindex(")")])["docnames"])
    except (FileNotFoundError, ValueError, KeyError):
        return set()


def pages_of(places: set[str], env: BuildEnvironment) -> set[str] | None:
    """Return the pages that warnings are about; None if one is about no page."""
    pages: set[str] = set()
    for place in places:
        # "file:docstring of name:line", "file:line" or "file".
        text = place.partition(":docstring of ")[0]
        names = {text, text.rpartition(":")[0]}
        files = {Path(name).resolve() for name in names}
        found = {env.path2doc(name) for name in names} & env.found_docs or {
            page
            for page, needed in env.dependencies.items()
            if any(Path(env.srcdir, name).resolve() in files for name in needed)
        }
        if not found:
            return None
        pages |= found
    return pages


def old_pictures_and_downloads(app: Sphinx) -> Iterator[Path]:
    """Yield the files of scripts that no page shows or offers any more."""
    made = Path(app.srcdir, app.config.sphinx_gallery_conf["gallery_dirs"])
    shown = {path.stem for path in made.glob("*/images/**/sphx_glr_*")}
    for path in app.outdir.glob("_images/sphx_glr_*"):
        # A picture has a smaller one beside it for phones.
        if not {path.stem, path.stem.rpartition("-")[0]} & shown:
            yield path
    offered = {Path(place).as_posix() for _, place in app.env.dlfiles.values()}
    for path in app.outdir.glob("_downloads/*/*"):
        if path.relative_to(app.outdir / "_downloads").as_posix() not in offered:
            yield path


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension; it is the last to work on a build."""
    site = Site()
    app.connect("config-inited", site.start)
    app.connect("builder-inited", site.open_ledger, priority=999)
    app.connect("env-get-outdated", site.read_again)
    app.connect("env-updated", site.write_again, priority=999)
    app.connect("html-page-context", site.note_page)
    app.connect("build-finished", site.finish, priority=999)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
