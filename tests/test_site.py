"""What the site promises, shown on a miniature site that is really built."""

import json
import os
import shutil
import signal
import subprocess
import sys
import types
import zipfile
from pathlib import Path

import pytest
from sphinx.project import Project

import freshness
import whole

ROOT = Path(__file__).parents[1]
CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "docs" / "_ext")!r})
sys.path.insert(0, {{package!r}})
project = "tiny"
html_copy_source = False
extensions = ["sphinx.ext.intersphinx", "sphinx_gallery.gen_gallery"]
extensions += ["build_report", "failures", "figures", "freshness", "layout"]
extensions += ["notebooks", "progress", "script_workers", "whole"]
freshness_package = {{package!r}} + "/tinyrecipes"
gallery_sections = ["shapes", "tones"]
sphinx_gallery_conf = {{{{
    "examples_dirs": "../scripts",
    "gallery_dirs": "gallery",
    "filename_pattern": r"\\.py$",
    "image_scrapers": ("figures.scrape_figures",),
    "reset_modules": ("figures.reset_style",),
    "backreferences_dir": "gallery/backreferences",
    "doc_module": ("tinyrecipes",),
    "capture_repr": (),
    "write_computation_times": False,
    "min_reported_time": 1e9,
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
INDEX = """\
Tiny
====

See :ref:`sphx_glr_gallery_tones_brighten.py`.

.. toctree::

   gallery/index
"""
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
    "shapes/halve": "from tinyrecipes.shape import half\nassert half(2) < 2",
    "shapes/load": "from tinyrecipes import shape\nassert shape.load()",
    "tones/brighten": (
        "from tinyrecipes.light import brighten\nimport matplotlib.pyplot as plt\n"
        "assert brighten(1) > 1\nplt.plot([1, brighten(2)])\n# Alt: A line.\nplt.show()"
    ),
    "tones/plain": "assert 1 + 1 == 2",
}


class TinySite:
    """A package of three modules and a gallery of four scripts in two sections."""

    def __init__(self, folder):
        self.folder = folder
        self.package = folder / "package" / "tinyrecipes"
        self.docs, self.out = folder / "docs", folder / "out" / "html"
        self.made, self.scripts = self.docs / "gallery", folder / "scripts"

    def fill(self):
        (self.package / "data").mkdir(parents=True)
        (self.package / "__init__.py").touch()
        (self.package / "data" / "d.txt").write_text("data")
        for name, code in MODULES.items():
            (self.package / f"{name}.py").write_text(code)
        for section in ("", "shapes", "tones"):
            (self.scripts / section).mkdir()
            header = self.scripts / section / "GALLERY_HEADER.rst"
            header.write_text(f"Tiny {section}\n===========\n")
        for page, code in PAGES.items():
            self.write(page, code)
        self.docs.mkdir()
        self.configure()
        (self.docs / "index.rst").write_text(INDEX)

    def configure(self):
        conf = CONF.format(package=str(self.package.parent))
        (self.docs / "conf.py").write_text(conf)

    def write(self, page, code, title=""):
        title = title or f"See {page.rpartition('/')[2]}"
        text = SCRIPT.format(title=title, code=code)
        (self.scripts / f"{page}.py").write_text(text)

    def command(self, workers=1):
        options = ["-j", str(workers)]
        options += ["-W", "-q", "-b", "html", "-d", self.folder / "out" / "doctrees"]
        return [sys.executable, "-m", "sphinx", *options, self.docs, self.out]

    def build(self, workers=1):
        done = subprocess.run(
            self.command(workers), capture_output=True, text=True, check=False
        )
        self.said = done.stdout.splitlines()
        return done

    def ran(self, pages=4):
        """Build, and return the pages that ran."""
        done = self.build()
        assert done.returncode == 0, done.stderr
        report = json.loads((self.folder / "out" / "report.json").read_text())
        assert len(report["ran"]) + len(report["fresh"]) == pages
        return {page.removesuffix(".py") for page in report["ran"]}

    def fails(self, workers=1):
        """Build, and return the last lines of what the build says."""
        done = self.build(workers)
        assert done.returncode != 0
        return done.stderr.rstrip().splitlines()

    def html(self, page):
        return (self.out / f"{page}.html").read_text()

    def edit(self, path, old, new):
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    site = TinySite(folder / "site")
    site.fill()
    assert site.ran() == set(PAGES)
    shutil.copytree(site.folder, folder / "copy")
    return site


@pytest.fixture
def site(built):
    """Bring the built site back, at its address and with the times of its files."""
    shutil.rmtree(built.folder)
    shutil.copytree(built.folder.with_name("copy"), built.folder)
    return built


def test_nothing_changed_and_nothing_runs(site):
    assert site.ran() == set()
    assert site.said[-2:] == ["Reading 0 of 8 pages", "Writing pages"]


CHANGES = [
    ("light.py", "* GAIN", "* (GAIN + 1)", {"tones/brighten"}),
    ("light.py", "GAIN = 2", "GAIN = 3", {"tones/brighten"}),
    ("light.py", "value / 2", "value / 3", {"shapes/halve"}),
    ("_checks.py", "value + 0", "value + 0.0", {"tones/brighten"}),
    ("data/d.txt", "data", "other data", {"shapes/load"}),
    ("light.py", "'''Brighten.'''", "'''Make it brighter.'''", set()),
    ("light.py", "GAIN = 2", "# Why two?\nGAIN = 2\nUNUSED = 1", set()),
]


@pytest.mark.parametrize(("file", "old", "new", "pages"), CHANGES)
def test_a_page_depends_on_what_its_recipes_are(site, file, old, new, pages):
    before, cache = ingredients_of(site, {})
    site.edit(site.package / file, old, new)
    after, _ = ingredients_of(site, cache)
    assert {page for page in PAGES if before[page] != after[page]} == pages
    assert after == ingredients_of(site, {})[0]


def ingredients_of(site, cache):
    """Return what each page depends on, and what need not be parsed again."""
    ingredients = freshness.Ingredients(site.package, cache)
    found = {page: ingredients.of(site.scripts / f"{page}.py") for page in PAGES}
    return found, json.loads(json.dumps(ingredients.new))


def test_exactly_the_pages_that_use_a_recipe_run_again(site):
    for file, old, new, _ in CHANGES[2:]:
        site.edit(site.package / file, old, new)
    assert site.ran() == {"shapes/halve", "shapes/load", "tones/brighten"}
    assert site.ran() == set()


def test_a_page_that_uses_another_module_than_before_follows_that_one(site):
    site.edit(site.package / "shape.py", "light import darken", "_new import darken")
    new = site.package / "_new.py"
    new.write_text("def darken(value):\n    return value - 3\n")
    assert site.ran() == {"shapes/halve"}
    site.edit(new, "- 3", "- 4")
    assert site.ran() == {"shapes/halve"}


def test_a_new_version_of_a_library_runs_all_pages_again(site):
    record = site.made / "freshness.json"
    known = json.loads(record.read_text())
    for page in known["pages"].values():
        page["ingredients"]["numpy"] = "1.0"
    record.write_text(json.dumps(known))
    assert site.ran() == set(PAGES)


def test_a_new_figure_reaches_the_site_where_the_text_stays_the_same(site):
    figure = site.out / "_images" / "sphx_glr_brighten_001.webp"
    thumbnail = site.out / "_images" / "sphx_glr_brighten_thumb.webp"
    before = figure.read_bytes(), thumbnail.read_bytes()
    site.edit(site.package / "light.py", "GAIN = 2", "GAIN = 5")
    assert site.ran() == {"tones/brighten"}
    assert figure.read_bytes() != before[0]
    assert thumbnail.read_bytes() != before[1]


def test_pages_that_show_a_thumbnail_stay_if_it_is_the_same(site):
    site.edit(site.scripts / "tones" / "brighten.py", "plt.plot([1,", "1\nplt.plot([1,")
    assert site.ran() == {"tones/brighten"}
    # The page itself, and the one that offers the archives; not that of the section.
    assert [line.split()[1] for line in site.said if "Reading" in line] == ["2"]


def test_a_failed_page_runs_again_when_it_is_put_back(site):
    script = site.scripts / "tones" / "plain.py"
    good, published = script.read_text(), site.html("gallery/tones/plain")
    site.write("tones/plain", "assert 1 + 1 == 3")
    assert site.fails()[-1] == (
        "scripts/tones/plain.py:11: AssertionError: assert 1 + 1 == 3"
    )
    assert site.html("gallery/tones/plain") == published
    script.write_text(good)
    assert site.ran() == {"tones/plain"}
    assert site.html("gallery/tones/plain") == published


def test_the_last_words_are_the_errors_of_all_scripts_that_failed(site):
    draws = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\n"
    site.write("tones/plain", draws + "assert 1 > 2, 'one is less'")
    site.write("tones/brighten", draws + "plt.show()")
    site.write("shapes/load", "x = 1\nif x\n    x = 2")
    code = "from tinyrecipes.shape import half\nhalf('two')"
    site.write("shapes/halve", code)
    *_, alone, halve, load, brighten, plain = site.fails(workers=2)
    counted = sorted(line for line in site.said if line.startswith("["))
    assert [line[:6] for line in counted] == [f"[{n}/4] " for n in (1, 2, 3, 4)]
    assert {line[6:] for line in counted} == set(PAGES)
    assert alone == ""
    assert halve.startswith("scripts/shapes/halve.py:12: TypeError: unsupported")
    assert load == "scripts/shapes/load.py:12: SyntaxError: expected ':'"
    assert brighten.startswith("scripts/tones/brighten.py:13: this cell draws 1 figu")
    assert plain == "scripts/tones/plain.py:13: AssertionError: one is less"


def test_a_figure_needs_alt_text(site):
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\n{}plt.show()"
    site.write("tones/plain", plot.format("# Alt: A line that\n# rises.\n"))
    assert site.ran() == {"tones/plain"}
    assert 'alt="A line that rises."' in site.html("gallery/tones/plain")


def files_of(site, name):
    """Files and lines of other files that come from the script of this name."""
    found = [path for path in site.folder.rglob(f"*{name}*") if path.is_file()]
    texts = [*site.out.rglob("*.html"), *site.made.rglob("*.rst")]
    texts += [site.out / "searchindex.js", site.out / "objects.inv"]
    texts += site.made.glob("backreferences/*")
    found += [path for path in texts if name.encode() in path.read_bytes()]
    for path in site.folder.rglob("gallery_*.zip"):
        with zipfile.ZipFile(path) as archive:
            found += [path for member in archive.namelist() if name in member]
    return found


def test_a_renamed_script_moves_its_page(site):
    old, new = site.scripts / "tones" / "brighten.py", site.scripts / "tones" / "up.py"
    old.rename(new)
    site.edit(site.docs / "index.rst", "brighten.py", "up.py")
    assert files_of(site, "brighten")
    assert site.ran() == {"tones/up"}
    kept = {path.name for path in files_of(site, "_brighten") + files_of(site, "/brig")}
    assert kept == set()
    assert 'href="gallery/tones/up.html' in site.html("index")


def test_a_deleted_script_takes_its_page_and_its_section_with_it(site):
    shutil.rmtree(site.scripts / "shapes")
    site.edit(site.docs / "conf.py", '["shapes", "tones"]', '["tones"]')
    assert files_of(site, "halve")
    assert site.ran(pages=2) == set()
    assert files_of(site, "halve") == files_of(site, "shapes") == []


def test_a_link_to_a_page_that_is_gone_fails_every_build_until_it_is_mended(site):
    (site.scripts / "tones" / "brighten.py").unlink()
    for _ in range(2):
        assert "undefined label" in site.fails()[-1]
    site.edit(site.docs / "index.rst", "brighten.py", "plain.py")
    assert site.ran(pages=3) == set()


def test_a_new_title_reaches_the_pages_that_link_to_it(site):
    site.write("tones/brighten", PAGES["tones/brighten"], title="Light up")
    assert site.ran() == {"tones/brighten"}
    assert "Light up</span></a>" in site.html("index")


def test_misplaced_files_are_refused_by_name(site):
    for folder in ("new", "tones/inner", "empty"):
        (site.scripts / folder).mkdir()
    for page in ("alone", "new/page", "tones/inner/deep"):
        site.write(page, "pass")
    (site.scripts / "tones" / "plain.py").write_text("x = 1\n")
    (site.scripts / "shapes" / "load.py").rename(site.scripts / "shapes" / "lo ad.py")
    site.write("tones/brighten", "import sys\nsys.exit(0)")
    (site.scripts / "shapes" / "GALLERY_HEADER.rst").unlink()
    (site.scripts / "empty" / "GALLERY_HEADER.rst").write_text("No line\n")
    move = "a script stands in a section, as in scripts/shapes: move it"
    header = "missing: it has the title of the section"
    script = "a section needs a script: write one, or remove the section"
    title = "the title and a line of --- or === are missing"
    module = "the package has no module of this name: add src/imgrecipes/{}.py, or "
    wanted = [
        f"scripts/alone.py: {move}",
        "scripts/shapes/lo ad.py: the name of a script has letters, digits and",
        "scripts/tones/brighten.py: line 12 would end the build: raise an error",
        f"scripts/tones/inner/deep.py: {move}",
        "scripts/tones/plain.py: a script starts with a docstring, and this with a",
        f"scripts/empty: {module.format('empty')}",
        f"scripts/empty: {script}",
        f"scripts/empty/GALLERY_HEADER.rst: {title}",
        f"scripts/new: {module.format('new')}",
        f"scripts/new/GALLERY_HEADER.rst: {header}",
        f"scripts/shapes/GALLERY_HEADER.rst: {header}",
    ]
    lines = site.fails()
    assert len(lines) == len(wanted)
    for line, start in zip(lines, wanted, strict=True):
        assert line.startswith(start)


KILLED = """
import os, signal

def kill(app, page, *_):
    if page == "gallery/tones/index":
        os.kill(os.getpid(), signal.SIGKILL)

def setup(app):
    app.connect({event!r}, kill, priority=1)
"""


@pytest.mark.parametrize("event", ["source-read", "html-page-context"])
def test_the_build_after_a_killed_one_makes_the_site_whole(site, event):
    site.write("tones/plain", "assert 1 + 1 == 2  # still", title="Still plain")
    conf = site.docs / "conf.py"
    good = conf.read_text()
    conf.write_text(good + KILLED.format(event=event))
    assert site.build().returncode == -signal.SIGKILL
    conf.write_text(good)
    assert site.ran() == set()
    assert "Still plain" in site.html("gallery/tones/plain")
    assert len(whole.read_search_index(site.out / "searchindex.js")) == 8


def test_a_script_runs_again_if_the_build_is_killed_after_its_end(site):
    site.write("shapes/load", PAGES["shapes/load"] + "  # still")
    site.write("tones/plain", "assert 1 + 1 == 2  # still")
    site.write("tones/brighten", "import os\nos.kill(os.getpid(), 9)")
    assert site.build(workers=2).returncode == -signal.SIGKILL
    assert site.said[-1].endswith("] tones/brighten")
    site.write("tones/brighten", PAGES["tones/brighten"])
    assert site.ran() == {"shapes/load", "tones/plain", "tones/brighten"}


def cut(paths):
    """Leave the first half of each file."""
    for path in paths:
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2])


def contents_of(site):
    """Return what all files of the gallery hold, but for the measured times.

    The archive for a class holds the package as well, which somebody may be editing.
    """
    found = {path: path.read_bytes() for path in site.made.rglob("*.*")}
    for path in list(found):
        if path.name.endswith(".cost.json") or path.name == "freshness.json":
            del found[path]
        if path.name == "gallery_jupyter.zip":
            with zipfile.ZipFile(path) as archive:
                names = [n for n in archive.namelist() if not n.endswith(".whl")]
                found[path] = {name: archive.read(name) for name in names}
    return found


def test_a_damaged_record_runs_all_pages_again_with_the_same_result(site):
    before = contents_of(site)
    cut([site.made / "freshness.json"])
    assert site.ran() == set(PAGES)
    assert contents_of(site) == before


def test_a_damaged_file_of_a_page_is_made_anew(site):
    before = contents_of(site)
    names = ["tones/plain.rst", "shapes/load.codeobj.json", "shapes/halve.ipynb"]
    names += ["shapes/halve.zip", "tones/images/sphx_glr_brighten_001.webp"]
    names += ["archives/gallery_jupyter.zip", "archives/gallery_python.zip"]
    cut([site.made / name for name in names])
    assert site.ran() == {"tones/plain", "shapes/load", "tones/brighten"}
    assert contents_of(site) == before


@pytest.mark.parametrize(
    "name", ["doctrees/environment.pickle", "html/searchindex.js", "html.json"]
)
def test_a_damaged_file_of_sphinx_is_made_anew(site, name):
    path = site.folder / "out" / name
    size = path.stat().st_size
    cut([path])
    assert site.ran() == set()
    assert path.stat().st_size > size // 2 + 1
    assert len(whole.read_search_index(site.out / "searchindex.js")) == 8


def test_a_page_that_is_missing_from_the_site_is_written_again(site):
    (site.out / "gallery" / "shapes" / "load.html").unlink()
    assert site.ran() == set()
    assert (site.out / "gallery" / "shapes" / "load.html").is_file()


def test_on_a_terminal_the_progress_is_one_line_that_renews_itself(site):
    site.write("tones/plain", "pass")
    ours, theirs = os.openpty()
    done = subprocess.run(site.command(), stdout=theirs, stderr=theirs, check=False)
    os.close(theirs)
    text = os.read(ours, 100_000).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "\r[1/1] tones/plain " in text
    assert "\n" not in text
    assert text.rpartition("\r")[0].rpartition("\r")[2].strip() == ""


@pytest.mark.parametrize(
    ("places", "pages"),
    [
        ({"{}/index.rst:3", "{}/tones/plain.rst"}, {"index", "tones/plain"}),
        ({"{}/light.py:docstring of tinyrecipes.light.brighten:4"}, {"api/light"}),
        ({"{}/table.toml:7"}, {"api/light"}),
        ({"{}/index.rst:3", ""}, None),
        ({"{}/elsewhere.py:docstring of elsewhere:1"}, None),
    ],
)
def test_a_warning_has_its_pages_read_again(tmp_path, places, pages):
    project = Project(tmp_path, {".rst": "restructuredtext"})
    env = types.SimpleNamespace(
        srcdir=tmp_path,
        path2doc=project.path2doc,
        found_docs={"index", "tones/plain", "api/light"},
        dependencies={"api/light": {"light.py", "table.toml"}},
    )
    assert whole.pages_of({place.format(tmp_path) for place in places}, env) == pages
