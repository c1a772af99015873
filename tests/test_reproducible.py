"""Two builds of the same sources give the same files, wherever and whenever."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sphinx_gallery.py_source_parser import split_code_and_text_blocks

from measured import is_timing
from test_site import TinySite

ROOT = Path(__file__).parents[1]
# What tells the time, or how much memory is in use.
CLOCKS = {"time", "timeit", "resource", "psutil", "memory_profiler", "datetime"}
DRAW = """\
import matplotlib.pyplot as plt
plt.plot([1, 3, 2])
plt.title("A line")
# Alt: A line.
plt.show()
print(len(str(plt.rcParams)))
"""


def build(folder, seed):
    """Build the miniature site, with sets and clocks of another order and time."""
    site = TinySite(folder)
    site.folder.mkdir()
    site.fill()
    site.write("shapes/draw", DRAW)
    environment = os.environ | {
        "PYTHONHASHSEED": seed,
        "SOURCE_DATE_EPOCH": "1780000000",
    }
    command = [*site.command(workers=int(seed)), "-D", "html_last_updated_fmt=%c"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    return site.out


def test_two_builds_elsewhere_are_the_same_byte_for_byte(tmp_path):
    sites = [build(tmp_path / "one", "1"), build(tmp_path / "another place", "2")]
    compare = [sys.executable, ROOT / ".ci" / "compare_sites.py", *sites]
    done = subprocess.run(compare, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    names = {path.suffix for path in sites[0].rglob("*.*")}
    assert names >= {".html", ".js", ".webp", ".zip", ".ipynb", ".py"}


@pytest.mark.parametrize(
    "script", sorted(ROOT.glob("gallery/*/*.py")), ids=lambda path: path.stem
)
def test_only_cells_marked_as_timing_look_at_a_clock(script):
    clocks = set()
    for kind, content, line in split_code_and_text_blocks(str(script))[1]:
        if kind != "code":
            continue
        tree = ast.parse(content)
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert is_timing(kind, content) or not used & clocks, f"{script}:{line}"
        for node in ast.walk(tree):
            module = getattr(node, "module", None)
            for name in getattr(node, "names", ()):
                source = module if isinstance(node, ast.ImportFrom) else name.name
                if isinstance(node, ast.Import | ast.ImportFrom) and source in CLOCKS:
                    clocks.add(name.asname or name.name)
