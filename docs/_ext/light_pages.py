"""Send what a page uses: one style sheet of used rules, used icons, no idle scripts."""

from __future__ import annotations

import hashlib
import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING

import tinycss2
from fontTools import subset
from fontTools.ttLib import TTFont

if TYPE_CHECKING:
    from sphinx.application import Sphinx

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
BUNDLE = "_static/styles/bundle.css"
FONT = "_static/vendor/fontawesome/webfonts/fa-solid-900.woff2"


def finish_pages(app: Sphinx, error: Exception | None) -> None:
    """Write the one style sheet, and rewrite the heads of all pages to load it."""
    if error is not None:
        return
    out = Path(app.outdir)
    pages = {path: path.read_text("utf-8") for path in out.rglob("*.html")}
    new = [path for path, text in pages.items() if len(SHEET.findall(text)) > 1]
    if not new:
        return
    words = set(WORD.findall(" ".join(pages.values())))
    for script in (out / "_static").rglob("*.js"):
        if script.name not in IDLE:
            words.update(WORD.findall(script.read_text("utf-8")))
    sheets = [(new[0].parent / href).resolve() for href in SHEET.findall(pages[new[0]])]
    css = "".join(used_rules(read_sheet(sheet), words) for sheet in sheets)
    (out / BUNDLE).write_text(css, "utf-8")
    keep_icons(out / FONT, {ord(icon) for icon in ICON.findall(css)})
    version = hashlib.sha256(css.encode()).hexdigest()[:8]
    for path, text in pages.items():
        root = "../" * len(path.relative_to(out).parents[1:])
        path.write_text(lighten(text, f"{root}{BUNDLE}?v={version}"), "utf-8")


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


def keep_icons(font: Path, codes: set[int]) -> None:
    """Take from the icon font all icons but those that the style sheet names."""
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    options = subset.Options(flavor="woff2", layout_features=["*"], hinting=False)
    with TTFont(font) as icons:
        cut = subset.Subsetter(options)
        cut.populate(unicodes=codes)
        cut.subset(icons)
        icons.flavor = "woff2"
        icons.save(font)


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
    app.connect("build-finished", finish_pages, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
