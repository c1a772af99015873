"""List the pages that differ between two builds of the site, as Markdown.

Compared are the articles, with the pictures and the downloads in them; not menus,
style, search, or pages without an article.
"""

from __future__ import annotations

import hashlib
import re
import sys
import zipfile
from pathlib import Path

ARTICLE = re.compile(r'<article class="bd-article">(.*?)</article>', re.DOTALL)
TITLE = re.compile(r"<h1>(.*?)(?:<a |</h1>)", re.DOTALL)
LOCAL = re.compile(r'\b(?:src|href)="([^":?#]+\.(?!html)\w+)"')
# The digest of a file that Sphinx adds to its address.
VERSION = re.compile(r"\?v=[0-9a-f]+")


def content(file: Path) -> bytes:
    """Return what a file holds; of an archive, its files without their times."""
    if file.suffix != ".zip":
        return file.read_bytes()
    with zipfile.ZipFile(file) as archive:
        names = sorted(archive.namelist())
        return b"".join(name.encode() + archive.read(name) for name in names)


def pages(site: Path) -> dict[str, tuple[str, str]]:
    """Return title and digest of each page that has an article."""
    found = {}
    for path in sorted(site.rglob("*.html")):
        article = ARTICLE.search(path.read_text("utf-8"))
        if article is None:
            continue
        text = VERSION.sub("", article[1])
        digest = hashlib.sha256(text.encode())
        for name in sorted(set(LOCAL.findall(text))):
            file = path.parent / name
            if file.is_file():
                digest.update(hashlib.sha256(content(file)).digest())
        title = TITLE.search(text)
        plain = re.sub(r"<[^>]+>", "", title[1]).strip() if title else path.stem
        found[path.relative_to(site).as_posix()] = (plain, digest.hexdigest())
    return found


def summary(old: dict[str, tuple[str, str]], new: dict[str, tuple[str, str]]) -> str:
    """Write the list."""
    kinds = {
        "New": sorted(set(new) - set(old)),
        "Changed": sorted(
            page for page in set(new) & set(old) if new[page] != old[page]
        ),
        "Gone": sorted(set(old) - set(new)),
    }
    lines = ["## Pages that this changes", ""]
    for kind, names in kinds.items():
        lines += [f"- {kind}: {(new | old)[name][0]} (`{name}`)" for name in names]
    if not any(kinds.values()):
        lines.append("None.")
    lines += [
        "",
        f"Compared: {len(new)} pages with {len(old)} of main, the articles with their",
        "pictures and downloads; not menus, style and search. A page that measures",
        "times differs in each build.",
        "The site is the artifact `site-head` of this run.",
    ]
    return "\n".join(lines)


def main() -> None:
    """Compare the sites in the two folders named."""
    old, new = (pages(Path(folder)) for folder in sys.argv[1:3])
    if not old or not new:
        sys.exit("There are no pages to compare.")
    print(summary(old, new))


if __name__ == "__main__":
    main()
