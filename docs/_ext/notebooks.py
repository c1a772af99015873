"""Make the downloaded notebooks read well in Jupyter, and pack them for a class.

sphinx-gallery converts a script's text to Markdown but leaves roles and most directives
as they are. Here they become links, code, quotes and folds before it converts the rest.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
import textwrap
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.ext.intersphinx import InventoryAdapter
from sphinx_gallery.notebook import jupyter_notebook, save_notebook
from sphinx_gallery.py_source_parser import split_code_and_text_blocks

from concepts import ROOT

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
README = """\
Install the package and what it needs: python -m pip install jupyterlab ./{wheel}
Start Jupyter in this folder: python -m jupyterlab
Open a notebook and run it; none needs a network.
"""


class Markdown:
    """Turns the text of a script, which is reST, into what Markdown understands."""

    def __init__(self, app: Sphinx) -> None:
        self.site = app.config.html_baseurl
        self.scripts = Path(app.srcdir, app.config.sphinx_gallery_conf["examples_dirs"])
        self.addresses: dict[str, str] = {}
        for kind, items in InventoryAdapter(app.env).main_inventory.items():
            if kind.startswith("py:"):
                self.addresses |= {name: item.uri for name, item in items.items()}

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
        path = label.removeprefix("sphx_glr_gallery_")
        for script in self.scripts.glob("*/*.py"):
            if path == f"{script.parent.name}_{script.name}":
                found = TITLE.match(script.read_text("utf-8"))
                title = title or (found[1] if found else script.stem)
                page = f"{script.parent.name}/{script.stem}"
                if self.site:
                    return f"[{title}]({self.site}gallery/{page}.html)"
                return f"*{title}* (`{page}.ipynb`)"
        return f"*{title or path}*"

    def python(self, name: str, title: str | None = None) -> str:
        """Link to the documentation of a Python object, if there is any."""
        address = self.addresses.get(name)
        if self.site and name.startswith("imgrecipes."):
            page = name.removeprefix("imgrecipes.").replace(".", "/")
            address = f"{self.site}api/{page}.html"
        return f"[`{title or name}`]({address})" if address else f"`{title or name}`"


def write_notebooks(app: Sphinx) -> None:
    """Write each notebook again, and the archives that hold it."""
    markdown, gallery = Markdown(app), Path(app.srcdir) / "gallery"
    scripts = sorted(gallery.glob("*/*.py"))
    for script in scripts:
        _, blocks = split_code_and_text_blocks(str(script))
        blocks = [
            block if block[0] == "code" else (block[0], markdown.convert(block[1]), 0)
            for block in blocks
        ]
        conf = app.config.sphinx_gallery_conf
        notebook = jupyter_notebook(blocks, conf, script.parent)
        path = script.with_suffix(".ipynb")
        # What is not written again is not copied again either.
        if json.loads(path.read_text("utf-8")) != notebook:
            save_notebook(notebook, path)
            with zipfile.ZipFile(script.with_suffix(".zip"), "w") as archive:
                for member in (script, path):
                    archive.write(member, member.name)
    pack_for_a_class(gallery, [script.with_suffix(".ipynb") for script in scripts])


def pack_for_a_class(gallery: Path, notebooks: list[Path]) -> None:
    """Put all notebooks into one file with the wheel that they need."""
    target = gallery / "gallery_jupyter.zip"
    sources = [path for path in (ROOT / "src").rglob("*") if path.is_file()]
    sources = [path for path in sources if path.suffix != ".pyc"]
    contents = hashlib.sha256()
    for path in sorted([*sources, *notebooks, Path(__file__)]):
        contents.update(path.read_bytes())
    fingerprint = contents.hexdigest().encode()
    if target.exists():
        with zipfile.ZipFile(target) as archive:
            if archive.comment == fingerprint:
                return
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d"]
        subprocess.run([*command, folder], cwd=ROOT, check=True, capture_output=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.comment = fingerprint
            archive.writestr("README.txt", README.format(wheel=wheel.name))
            archive.write(wheel, wheel.name)
            for notebook in notebooks:
                archive.write(notebook, notebook.relative_to(gallery))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension; it runs after the gallery and the inventories."""
    app.connect("builder-inited", write_notebooks, priority=850)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
