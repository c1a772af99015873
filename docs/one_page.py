"""Build example pages alone, beside the site and without its records.

The pages look as they do in the site. What they refer to is not there: links to recipes
and to other pages are plain text.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import main as sphinx

DOCS = Path(__file__).resolve().parent
BUILD = DOCS / "_build" / "page"
HEADER = "GALLERY_HEADER.rst"
# These describe the whole gallery or the whole package.
WHOLE = {
    *("api_pages", "build_report", "concept_cards", "copy_buttons", "layout"),
    *("notebooks", "old_api", "peers", "recipe_card", "script_workers", "whole"),
}
INDEX = "One page\n========\n\n.. toctree::\n\n   gallery/index\n"


def lay_out(scripts: list[Path]) -> Path:
    """Make a folder that looks to Sphinx like the project with these scripts alone."""
    gallery = BUILD / "gallery"
    shutil.rmtree(gallery, ignore_errors=True)
    for script in scripts:
        section = gallery / script.parent.name
        section.mkdir(parents=True, exist_ok=True)
        for source in (script, script.with_name(HEADER)):
            shutil.copy2(source, section)
    shutil.copy2(DOCS.parent / "gallery" / HEADER, gallery)
    name = "_inventories"
    shutil.copytree(DOCS / name, BUILD / "docs" / name, dirs_exist_ok=True)
    (BUILD / "docs" / "index.rst").write_text(INDEX, "utf-8")
    return BUILD / "docs"


def extensions() -> list[str]:
    """List the extensions of the site that a page alone needs."""
    names: dict[str, object] = {"__file__": str(DOCS / "conf.py")}
    code = compile((DOCS / "conf.py").read_text("utf-8"), DOCS / "conf.py", "exec")
    exec(code, names)  # noqa: S102 - it is our own
    listed = names["extensions"]
    assert isinstance(listed, list)  # noqa: S101
    return [name for name in listed if name not in WHOLE]


def main() -> None:
    """Build the pages of the scripts that are named."""
    scripts = [Path(name).resolve() for name in sys.argv[1:]]
    missing = [str(script) for script in scripts if not script.is_file()]
    if missing:
        sys.exit(f"There is no script {', '.join(missing)}")
    source, site = lay_out(scripts), BUILD / "html"
    options = {
        "extensions": ",".join(extensions()),
        "nitpicky": "0",
        "suppress_warnings": "ref.*,toc.*,sphinx_gallery.space_in_filename",
    }
    definitions = [f"--define={name}={value}" for name, value in options.items()]
    places = ["--conf-dir", str(DOCS), "--doctree-dir", str(BUILD / "doctrees")]
    status = sphinx([*definitions, *places, "--quiet", str(source), str(site)])
    for script in scripts:
        page = site / "gallery" / script.parent.name / f"{script.stem}.html"
        print(f"Open {page}")
    sys.exit(status)


if __name__ == "__main__":
    main()
