"""Send what a page uses: one style sheet of used rules, used icons, no idle scripts."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from state import read_json, write_bytes, write_text

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

# Icons of one's own, tags and tabs: this site has none of them.
IDLE = ("fontawesome.js", "sg-tags.js", "design-tabs.js")
# The scripts within the pages read this one; the others can wait.
AT_ONCE = "documentation_options.js"
SHEET = re.compile(r'\s*<link\b(?=[^>]*\brel="stylesheet")[^>]*\bhref="([^"?]+)[^>]*>')
SCRIPT = re.compile(r'\s*<script\b[^>]*\bsrc="([^"?]+)[^>]*></script>')
WORD = re.compile(r"[\w-]+")
NAME = re.compile(r"[.#]((?:\\.|[\w-])+)")
FUNCTION = re.compile(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)")
ICON = re.compile("[\ue000-\uf8ff]")
MEMORY = "light_pages.json"
BUNDLE = "_static/styles/bundle.css"
FONT_FILE = "static/vendor/fontawesome/webfonts/fa-solid-900.woff2"
FONT = f"_{FONT_FILE}"


def finish_pages(app: Sphinx, error: Exception | None) -> None:
    """Write the one style sheet, and let the pages of this build load it.

    What the files of the site use is remembered, so that a build reads the files that
    it has written, and the others only if they need another style sheet.
    """
    if error is not None:
        return
    out, memory = Path(app.outdir), Path(app.outdir).parent / MEMORY
    known = read_json(memory)
    files = known.get("files", {})
    static = out / "_static"  # the theme has templates there
    pages = sorted(p for p in out.rglob("*.html") if not p.is_relative_to(static))
    new = {
        page: page.read_text("utf-8")
        for page in pages
        if files.get(name_in(out, page), {}).get("stamp") != stamp(page)
    }
    sheets = sheets_of(out, new) or known["sheets"]
    css = "".join(read_sheet(out / sheet) for sheet in sheets)
    names = set(WORD.findall(" ".join(NAME.findall(css)).replace("\\", "")))
    scripts = [s for s in static.rglob("*.js") if s.name not in IDLE]
    same = known.get("css") == digest(css)
    users = {
        name_in(out, path): describe(
            path, names, files.get(name_in(out, path), {}) if same else {}
        )
        for path in (*pages, *scripts)
    }
    used = sorted({name for user in users.values() for name in user["names"]})
    bundle = out / BUNDLE
    if not (same and used == known["used"] and bundle.is_file()):
        write_text(bundle, used_rules(css, set(used)))
    text = bundle.read_text("utf-8")
    version = digest(text)
    for page in pages if version != known.get("bundle") else new:
        root = "../" * len(page.relative_to(out).parents[1:])
        html = new.get(page) or page.read_text("utf-8")
        write_text(page, lighten(html, f"{root}{BUNDLE}?v={version[:8]}"))
        users[name_in(out, page)]["stamp"] = stamp(page)
    known = {
        "sheets": sheets,
        "css": digest(css),
        "used": used,
        "bundle": version,
        "font": keep_icons(app, text, known.get("font")),
        "files": users,
    }
    write_text(memory, json.dumps(known))


def sheets_of(out: Path, pages: dict[Path, str]) -> list[str]:
    """Return the style sheets that the theme has put into the heads of pages."""
    for page, text in pages.items():
        hrefs = SHEET.findall(text)
        if len(hrefs) > 1:
            return [name_in(out, (page.parent / href).resolve()) for href in hrefs]
    return []


def write_all_if_forgotten(app: Sphinx, _env: BuildEnvironment) -> list[str]:
    """Have all pages written anew if nothing tells of which sheets they were made."""
    known = read_json(Path(app.outdir).parent / MEMORY)
    return [] if known.get("sheets") else sorted(app.env.found_docs)


def digest(text: str) -> str:
    """Return the fingerprint of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def name_in(folder: Path, path: Path) -> str:
    """Return the name of a file in a folder, as addresses have it."""
    return path.relative_to(folder).as_posix()


def stamp(path: Path) -> list[int]:
    """Return what tells whether a file has been written since."""
    status = path.stat()
    return [status.st_mtime_ns, status.st_size]


def describe(path: Path, names: set[str], known: dict[str, Any]) -> dict[str, Any]:
    """Return which names of the style sheets a page or a script uses, and its stamp."""
    if known.get("stamp") == stamp(path):
        return known
    words = set(WORD.findall(path.read_text("utf-8")))
    return {"stamp": stamp(path), "names": sorted(words & names)}


def read_sheet(sheet: Path) -> str:
    """Read a style sheet, with the sheets that it imports in their places."""
    css = sheet.read_text("utf-8")
    return re.sub(
        r'@import "([^"]+)";',
        lambda match: read_sheet((sheet.parent / match[1]).resolve()),
        css,
    )


def used_rules(css: str, words: set[str]) -> str:
    """Drop the rules whose classes and ids stand in no page and in no script."""
    import tinycss2  # noqa: PLC0415 - most builds need no new sheet

    kept = []
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [
                selector
                for selector in split_selectors(tinycss2.serialize(rule.prelude))
                if is_used(selector, words)
            ]
            if selectors:
                body = tinycss2.serialize(rule.content).strip()
                kept.append(f"{','.join(selectors)}{{{body}}}")
        elif rule.content and rule.lower_at_keyword in {"media", "supports", "layer"}:
            inner = used_rules(tinycss2.serialize(rule.content), words)
            if inner:
                condition = tinycss2.serialize(rule.prelude)
                kept.append(f"@{rule.lower_at_keyword}{condition}{{{inner}}}")
        else:
            kept.append(rule.serialize())
    return "".join(kept)


def split_selectors(prelude: str) -> list[str]:
    """Split a list of selectors at the commas that stand in no brackets."""
    parts = re.split(r",(?![^(]*\))", prelude)
    return [part.strip() for part in parts] if prelude.count("(") < 2 else [prelude]


def is_used(selector: str, words: set[str]) -> bool:
    """Whether every class and id that a selector requires stands somewhere."""
    names = NAME.findall(FUNCTION.sub("", selector))
    return all(
        word in words for name in names for word in WORD.findall(name.replace("\\", ""))
    )


def keep_icons(app: Sphinx, css: str, known: str | None) -> str:
    """Leave the icons that the style sheet names in the font; return what tells so."""
    codes = sorted({ord(icon) for icon in ICON.findall(css)})
    themes = (Path(folder) for folder in app.builder.theme.get_theme_dirs())
    whole = next(filter(Path.is_file, (folder / FONT_FILE for folder in themes)))
    key = digest(repr((codes, whole.read_bytes())))
    # Sphinx puts the whole font back in each build.
    cut = Path(app.outdir).parent / "icons.woff2"
    if key != known or not cut.is_file():
        write_bytes(cut, cut_font(whole, codes))
    write_bytes(Path(app.outdir, FONT), cut.read_bytes())
    return key


def cut_font(font: Path, codes: list[int]) -> bytes:
    """Return the icon font with these icons alone."""
    # Most builds need no new font, and these take their time to come.
    from fontTools import subset  # noqa: PLC0415
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    logging.getLogger("fontTools").setLevel(logging.WARNING)
    options = subset.Options(flavor="woff2", layout_features=["*"], hinting=False)
    cut = io.BytesIO()
    # The time of the build is no part of a site that can be built again.
    with TTFont(font, recalcTimestamp=False) as icons:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=codes)
        subsetter.subset(icons)
        icons.flavor = "woff2"
        icons.save(cut)
    return cut.getvalue()


def lighten(text: str, bundle: str) -> str:
    """Let a page load the one style sheet, and its scripts after its text."""
    link = f'\n    <link rel="stylesheet" href="{bundle}" />'
    first = SHEET.search(text)
    text = SHEET.sub("", text)
    if first:
        text = f"{text[: first.start()]}{link}{text[first.start() :]}"

    def script(match: re.Match[str]) -> str:
        name = match[1].rpartition("/")[2]
        if name in IDLE:
            return ""
        if name == AT_ONCE or " defer" in match[0]:
            return match[0]
        return match[0].replace("<script", "<script defer", 1)

    return SCRIPT.sub(script, text)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    app.connect("env-updated", write_all_if_forgotten)
    app.connect("build-finished", finish_pages, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
