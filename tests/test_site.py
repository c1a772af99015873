"""What the site promises, shown on a miniature site that is really built."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "docs" / "_ext")!r})
sys.path.insert(0, {{package!r}})
project = "tiny"
extensions = ["sphinx_gallery.gen_gallery", "freshness", "figures", "build_report"]
freshness_package = {{package!r}} + "/tinyrecipes"
sphinx_gallery_conf = {{{{
    "examples_dirs": "../scripts",
    "gallery_dirs": "gallery",
    "filename_pattern": r"\\.py$",
    "image_scrapers": ("figures.scrape_figures",),
    "reset_modules": ("figures.reset_style",),
    "capture_repr": (),
    "download_all_examples": False,
}}}}
"""
MODULES = {
    "_checks": "def check(value):\n    return value + 0\n",
    "light": (
        "from tinyrecipes._checks import check\n\nGAIN = 2\n\n"
        "def brighten(value):\n    '''Brighten.'''\n    return check(value) * GAIN\n\n"
        "def darken(value):\n    return value / 2\n"
    ),
    "shape": (
        "from tinyrecipes.light import darken\n\n"
        "def half(value):\n    return darken(value)\n\n"
        "def load():\n    from importlib import resources\n"
        "    return (resources.files('tinyrecipes') / 'data' / 'd.txt').read_text()\n"
    ),
}
SCRIPT = '''"""
{title}
=============

Text.
"""

# %%
# Text.

{code}
'''
PAGES = {
    "brighten": "from tinyrecipes.light import brighten\nassert brighten(1) > 1",
    "halve": "from tinyrecipes.shape import half\nassert half(2) < 2",
    "load": "from tinyrecipes import shape\nassert shape.load()",
    "plain": "assert 1 + 1 == 2",
}


class TinySite:
    """A package of three modules and a gallery of four scripts."""

    def __init__(self, folder):
        self.folder = folder
        self.package = folder / "package" / "tinyrecipes"
        (self.package / "data").mkdir(parents=True)
        (self.package / "__init__.py").touch()
        (self.package / "data" / "d.txt").write_text("data")
        for name, code in MODULES.items():
            (self.package / f"{name}.py").write_text(code)
        (folder / "scripts").mkdir()
        (folder / "scripts" / "GALLERY_HEADER.rst").write_text("Tiny\n====\n")
        for name, code in PAGES.items():
            self.write(name, code)
        (folder / "docs").mkdir()
        conf = CONF.format(package=str(folder / "package"))
        (folder / "docs" / "conf.py").write_text(conf)
        index = "Tiny\n====\n\n.. toctree::\n\n   gallery/index\n"
        (folder / "docs" / "index.rst").write_text(index)

    def write(self, name, code):
        text = SCRIPT.format(title=f"See {name}", code=code)
        (self.folder / "scripts" / f"{name}.py").write_text(text)

    def build(self):
        docs, out = self.folder / "docs", self.folder / "out" / "html"
        return subprocess.run(
            [sys.executable, "-m", "sphinx", "-W", "-q", "-b", "html", docs, out],
            capture_output=True,
            text=True,
            check=False,
        )

    def ran(self):
        """Build, and return the pages that ran."""
        done = self.build()
        assert done.returncode == 0, done.stderr
        report = json.loads((self.folder / "out" / "report.json").read_text())
        assert len(report["ran"]) + len(report["fresh"]) == len(PAGES)
        return {Path(page).stem for page in report["ran"]}

    def edit(self, path, old, new):
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    site = TinySite(tmp_path_factory.mktemp("built"))
    assert site.ran() == set(PAGES)
    return site


@pytest.fixture
def site(built, tmp_path):
    """Copy the built site, at an address of its own."""
    copy = tmp_path / "site"
    shutil.copytree(built.folder, copy)
    conf = copy / "docs" / "conf.py"
    conf.write_text(conf.read_text().replace(str(built.folder), str(copy)))
    copied = object.__new__(TinySite)
    copied.folder, copied.package = copy, copy / "package" / "tinyrecipes"
    return copied


def test_nothing_changed_and_nothing_runs(site):
    assert site.ran() == set()


@pytest.mark.parametrize(
    ("file", "old", "new", "pages"),
    [
        ("light.py", "* GAIN", "* (GAIN + 1)", {"brighten"}),
        ("light.py", "GAIN = 2", "GAIN = 3", {"brighten"}),
        ("light.py", "value / 2", "value / 3", {"halve"}),
        ("_checks.py", "value + 0", "value + 0.0", {"brighten"}),
        ("data/d.txt", "data", "other data", {"load"}),
        ("light.py", "'''Brighten.'''", "'''Make it brighter.'''", set()),
        ("light.py", "GAIN = 2", "# Why two?\nGAIN = 2\nUNUSED = 1", set()),
    ],
)
def test_exactly_the_pages_that_use_a_recipe_run_again(site, file, old, new, pages):
    site.edit(site.package / file, old, new)
    assert site.ran() == pages
    assert site.ran() == set()


def test_a_new_version_of_a_library_runs_all_pages_again(site):
    record = site.folder / "docs" / "gallery" / "freshness.json"
    known = json.loads(record.read_text())
    for ingredients in known.values():
        ingredients["numpy"] = "1.0"
    record.write_text(json.dumps(known))
    assert site.ran() == set(PAGES)


def test_a_script_whose_number_is_wrong_fails_the_build(site):
    site.write("plain", "assert 1 + 1 == 3")
    done = site.build()
    assert done.returncode != 0
    assert "plain.py" in done.stderr
    assert "assert 1 + 1 == 3" in done.stderr


def test_a_figure_needs_alt_text(site):
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\n{}plt.show()"
    site.write("plain", plot.format(""))
    done = site.build()
    assert done.returncode != 0
    assert "plain.py:13: this cell draws 1 figures" in done.stderr
    site.write("plain", plot.format("# Alt: A line that\n# rises.\n"))
    assert site.ran() == {"plain"}
    page = (site.folder / "out" / "html" / "gallery" / "plain.html").read_text()
    assert 'alt="A line that rises."' in page
