"""Make the downloaded notebooks read well in Jupyter, and pack them for a class.

sphinx-gallery converts a script's text to Markdown but leaves roles and most directives
as they are. Here they become links, code, quotes and folds before it converts the rest.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import zipfile
import zlib
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.ext.intersphinx import InventoryAdapter
from sphinx_gallery.notebook import jupyter_notebook
from sphinx_gallery.py_source_parser import split_code_and_text_blocks

from concepts import ROOT
from imgrecipes._copier.source import digest
from progress import say
from state import write_bytes, write_text

if TYPE_CHECKING:
    from sphinx.application import Sphinx

DIRECTIVE = re.compile(
    r"^\.\. (?P<name>[a-z]+)::[ ]*(?P<argument>.*)"
    r"(?P<options>(?:\n   :\w[\w-]*:.*)*)(?P<body>(?:\n(?:   .*|(?=\n)))*)",
    re.MULTILINE,
)
ROLE = re.compile(
    r"(?<!`):(?:py:)?(?P<role>\w+):`(?:(?P<title>[^`<]+?)\s*<(?P<target>[^`>]+)>"
    r"|~?(?P<name>[^`]+))`"
)
BARE = re.compile(r"(?<![`:\w[])`(?P<name>[\w.]+)`(?![`_])")
TITLE = re.compile(r'^"""\n(.+)\n=')
# The first second that an archive can hold.
WHEEL_TIME = "315532800"
README = """\
Install the package and what it needs: python -m pip install jupyterlab ./{wheel}
Start Jupyter in this folder: python -m jupyterlab
Open a notebook and run it; none needs a network.
"""


class Markdown:
    """Turns the text of a script, which is reST, into what Markdown understands."""

    def __init__(self, app: Sphinx) -> None:
        self.site = app.config.html_baseurl
        self.conf = app.config.sphinx_gallery_conf
        self.titles: dict[str, tuple[str, str]] = {}
        for script in Path(app.srcdir, self.conf["examples_dirs"]).glob("*/*.py"):
            found = TITLE.match(script.read_text("utf-8"))
            title = found[1] if found else script.stem
            label = f"{script.parent.name}_{script.name}"
            self.titles[label] = f"{script.parent.name}/{script.stem}", title
        self.addresses: dict[str, str] = {}
        for kind, items in InventoryAdapter(app.env).main_inventory.items():
            if kind.startswith("py:"):
                self.addresses |= {name: item.uri for name, item in items.items()}

    def fingerprint(self) -> str:
        """Fingerprint all that a notebook depends on besides its script."""
        links = (self.site, sorted(self.titles.items()), sorted(self.addresses.items()))
        tools = (Path(__file__).read_bytes(), version("sphinx-gallery"))
        return digest(repr((links, tools)))

    def notebook(self, script: Path) -> str:
        """Write a script as a notebook."""
        _, blocks = split_code_and_text_blocks(str(script))
        blocks = [
            block if block[0] == "code" else (block[0], self.convert(block[1]), 0)
            for block in blocks
        ]
        return json.dumps(jupyter_notebook(blocks, self.conf, script.parent), indent=2)

    def convert(self, text: str) -> str:
        """Replace directives and roles; headings and formulas stay."""
        text = DIRECTIVE.sub(self.directive, text)
        text = ROLE.sub(self.role, text)
        return BARE.sub(lambda match: self.python(match["name"]), text)

    def directive(self, match: re.Match[str]) -> str:
        """Turn an admonition into a quote, a dropdown into a fold, HTML into itself."""
        name, argument = match["name"], match["argument"].strip()
        body = textwrap.dedent(match["body"]).strip("\n")
        if name in {"math", "code", "image"}:
            return match[0]
        if name == "raw":
            return body
        if name == "dropdown":
            return f"<details><summary>{argument}</summary>\n\n{body}\n\n</details>"
        title = {"seealso": "See also"}.get(name, name.capitalize())
        if name == "admonition":
            title, argument = argument, ""
        quoted = textwrap.indent(
            f"{argument}\n{body}".strip("\n"), "> ", lambda _: True
        )
        return f"> **{title}**\n> \n{quoted}"

    def role(self, match: re.Match[str]) -> str:
        """Turn a reference into a link where it leads somewhere, else into its name."""
        role, title = match["role"], match["title"]
        target = match["target"] or match["name"]
        if role == "math":
            return match[0]
        if role == "ref":
            return self.page(target, title)
        if role == "doc":
            title = title or target.strip("/").rpartition("/")[2].replace("_", " ")
            address = f"{self.site}{target.strip('/')}.html"
            return f"[{title}]({address})" if self.site else f"*{title}*"
        return self.python(target, title)

    def page(self, label: str, title: str | None) -> str:
        """Link to a page of the gallery by its label."""
        label = label.removeprefix("sphx_glr_gallery_")
        if label not in self.titles:
            return f"*{title or label}*"
        page, own_title = self.titles[label]
        if self.site:
            return f"[{title or own_title}]({self.site}gallery/{page}.html)"
        return f"*{title or own_title}* (`{page}.ipynb`)"

    def python(self, name: str, title: str | None = None) -> str:
        """Link to the documentation of a Python object, if there is any."""
        address = self.addresses.get(name)
        if self.site and name.startswith("imgrecipes."):
            page = name.removeprefix("imgrecipes.").replace(".", "/")
            address = f"{self.site}api/{page}.html"
        return f"[`{title or name}`]({address})" if address else f"`{title or name}`"


def write_notebooks(app: Sphinx) -> None:
    """Write the notebooks and the archives that hold them, as far as they are new."""
    say("Writing the notebooks")
    gallery = Path(app.srcdir, app.config.sphinx_gallery_conf["gallery_dirs"])
    markdown = Markdown(app)
    scripts = sorted(gallery.glob("*/*.py"))
    common = markdown.fingerprint()
    for script in scripts:
        write_notebook(script, markdown, common)
    kept = gallery / "archives"
    write_bytes(kept / "gallery_python.zip", pack(read_files(gallery, scripts)))
    notebooks = [script.with_suffix(".ipynb") for script in scripts]
    pack_for_a_class(kept / "gallery_jupyter.zip", read_files(gallery, notebooks))
    for archive in kept.glob("*.zip"):
        # sphinx-gallery writes its own each time. The old time says to Sphinx that the
        # page which offers ours is up to date.
        shutil.copy2(archive, gallery / archive.name)


def write_notebook(script: Path, markdown: Markdown, common: str) -> None:
    """Write a notebook and its archive, whose comment says what they were made from."""
    notebook, archive = script.with_suffix(".ipynb"), script.with_suffix(".zip")
    text = script.read_bytes()
    comment = digest(repr((text, common)))
    found = unpack(archive, comment)
    if not found or found != read_files(script.parent, [script, notebook]):
        write_text(notebook, markdown.notebook(script))
        members = read_files(script.parent, [script, notebook])
        write_bytes(archive, pack(members, comment))


def read_files(folder: Path, files: list[Path]) -> dict[str, bytes]:
    """Read files, by their names below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in files
        if path.is_file()
    }


def pack(members: dict[str, bytes], comment: str = "") -> bytes:
    """Pack files into an archive, the same one at whatever time this is done."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment.encode()
        for name, data in members.items():
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, data)
    return content.getvalue()


def pack_for_a_class(target: Path, notebooks: dict[str, bytes]) -> None:
    """Put all notebooks into one file with the wheel that they need."""
    sources = [path for path in (ROOT / "src").rglob("*") if path.is_file()]
    sources = [path for path in sources if path.suffix != ".pyc"]
    contents = [path.read_bytes() for path in sorted([*sources, Path(__file__)])]
    comment = digest(repr((contents, sorted(notebooks.items()))))
    if unpack(target, comment):
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d"]
        # The wheel of the same files is the same, whatever the time of the last commit.
        same = os.environ | {"SOURCE_DATE_EPOCH": WHEEL_TIME}
        subprocess.run(
            [*command, folder], cwd=ROOT, check=True, capture_output=True, env=same
        )
        (wheel,) = Path(folder).glob("*.whl")
        members = {
            "README.txt": README.format(wheel=wheel.name).encode(),
            wheel.name: wheel.read_bytes(),
        }
    write_bytes(target, pack(members | notebooks, comment))


def unpack(archive: Path, comment: str) -> dict[str, bytes]:
    """Return what an archive holds; nothing if it is damaged or has another comment."""
    try:
        with zipfile.ZipFile(archive) as content:
            if content.comment == comment.encode():
                return {name: content.read(name) for name in content.namelist()}
    except (FileNotFoundError, zipfile.BadZipFile, zlib.error):
        pass
    return {}


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension; it runs after the gallery and the inventories."""
    app.connect("builder-inited", write_notebooks, priority=850)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
