"""The downloaded notebooks, run as a reader runs them: away from here, offline."""

import json
import os
import re
import zipfile
from importlib import util
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
DOWNLOADS = ROOT / "docs" / "_build" / "html" / "_downloads"
NOTEBOOKS = sorted(DOWNLOADS.glob("*/*.ipynb"), key=lambda path: path.name)
OFFLINE = """
import socket

def refuse(*arguments):
    raise OSError(f"a notebook reached for the network: {arguments}")

_connect = socket.socket.connect
socket.socket.connect = lambda self, address: (
    _connect(self, address)
    if self.family == getattr(socket, "AF_UNIX", None) or address[0] == "127.0.0.1"
    else refuse(address)
)
socket.getaddrinfo = refuse
"""
# What a reader of Markdown must not meet: roles, directives, reST links, underlines.
RAW = re.compile(r"(?m):\w+:`|^\s*\.\. |`__?(?!\w)|^([=~^-])\1{3,}\s*$|\[\[`")

CODE = re.compile(r"```.*?```|``.*?``", re.DOTALL)


def run(path, folder):
    """Run a notebook in a folder of its own and return its cells."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(OFFLINE))
    client = NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": str(folder)}}
    )
    return client.execute().cells[1:]


def test_the_notebooks_are_those_of_the_gallery():
    scripts = {path.stem for path in (ROOT / "gallery").glob("*/*.py")}
    assert {path.stem for path in NOTEBOOKS} == scripts


def test_the_package_comes_from_its_wheel():
    origin = Path(util.find_spec("imgrecipes").origin)
    assert not origin.is_relative_to(ROOT / "src")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_and_shows_its_figures(path, tmp_path):
    code = path.read_text("utf-8")
    cells = run(path, tmp_path)
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    figures = sum("image/png" in output.get("data", {}) for output in outputs)
    assert figures == code.count("# Alt: ") > 0
    assert not any(output.get("name") == "stderr" for output in outputs)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_reads_well(path):
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            text = re.sub(
                r"``.*?``|```.*?```", "", "".join(cell["source"]), flags=re.DOTALL
            )
            assert not RAW.search(text), text


def test_a_class_can_work_from_the_archive_alone(tmp_path):
    (archive,) = DOWNLOADS.glob("*/gallery_jupyter.zip")
    with zipfile.ZipFile(archive) as content:
        content.extractall(tmp_path / "class")
    folder = tmp_path / "class"
    (wheel,) = folder.glob("*.whl")
    readme = (folder / "README.txt").read_text("utf-8").splitlines()
    assert len(readme) == 3
    assert wheel.name in readme[0]
    inside = {path.stem for path in folder.glob("*/*.ipynb")}
    assert inside == {path.stem for path in NOTEBOOKS}
    target = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as content:  # which is how a pure wheel is installed
        content.extractall(target)
    path = os.pathsep.join(filter(None, [str(target), os.environ.get("PYTHONPATH")]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", path)
        patch.chdir(folder)
        notebook = folder / "pixels" / "paint_and_mask.ipynb"
        cells = run(notebook, notebook.parent)
    printed = "".join(
        output.get("text", "") for c in cells for output in c.get("outputs", [])
    )
    assert "58.9% of the pixels lie inside the circle" in printed
