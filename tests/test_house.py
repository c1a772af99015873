"""One concept, one name, four places: the rules that a machine can hold."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from numpydoc.docscrape import FunctionDoc

from api_pages import write_pages
from concepts import ORDER, WITHOUT_MODULE, concepts, header, recipes, sections

ROOT = Path(__file__).parents[1]
CONCEPTS = concepts()
RECIPES = [(concept, name) for concept in CONCEPTS for name in recipes(concept)]
SCRIPTS = sorted((ROOT / "gallery").glob("*/*.py"))
# Tests that hold no concept's promise but the site's or the house's.
OTHER_TESTS = {
    *("arguments", "ci", "conftest", "conventions", "copy", "copy_lengths", "drawing"),
    *("hostile", "house", "kernels", "light_pages", "measured", "old_api", "peers"),
    *("platforms", "recipe_card", "reproducible", "site"),
}


class Site:
    """As much of a Sphinx application as writing the API pages needs."""

    def __init__(self, folder):
        self.srcdir = folder


def test_each_concept_has_its_four_places_and_nothing_else_has(tmp_path):
    write_pages(Site(tmp_path))
    places = {
        "gallery": {path.parent.name for path in SCRIPTS},
        "headers": {path.parent.name for path in ROOT.glob("gallery/*/*_HEADER.rst")},
        "tests": {path.stem.removeprefix("test_") for path in ROOT.glob("tests/*.py")}
        - OTHER_TESTS,
        "api": {path.stem for path in (tmp_path / "api").glob("*.rst")} - {"index"},
    }
    for place in ("gallery", "headers"):
        places[place] -= {*WITHOUT_MODULE}
    assert len(CONCEPTS) == len(set(CONCEPTS))
    for place, names in places.items():
        assert names == set(CONCEPTS), place


def test_each_recipe_has_a_page_and_old_pages_go(tmp_path):
    old = tmp_path / "api" / "pixels" / "no_such_recipe.rst"
    old.parent.mkdir(parents=True)
    old.touch()
    write_pages(Site(tmp_path))
    written = {
        path.relative_to(tmp_path / "api") for path in tmp_path.rglob("*/*/*.rst")
    }
    assert written == {Path(concept, f"{name}.rst") for concept, name in RECIPES}


@pytest.mark.parametrize(("concept", "name"), RECIPES)
def test_a_page_shows_each_recipe(concept, name):
    texts = [script.read_text("utf-8") for script in SCRIPTS]
    assert any(
        f"imgrecipes.{concept}" in text and f"{name}(" in text for text in texts
    ) or (concept == "samples" and any(f"samples.{name}(" in text for text in texts))


def test_sections_stand_in_the_order_of_the_curriculum():
    assert sorted(sections(), key=ORDER.index) == sections()


@pytest.mark.parametrize("concept", CONCEPTS)
def test_a_module_has_one_to_eight_recipes_and_is_not_long(concept):
    assert recipes(concept)
    # Readers learn the recipes of a concept, but pick a sample from a page of pictures.
    # What bounds their number is the size of their files, in test_samples.py.
    assert concept == "samples" or len(recipes(concept)) <= 8
    tree = ast.parse((ROOT / "src" / "imgrecipes" / f"{concept}.py").read_text("utf-8"))
    code = {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and not isinstance(node, ast.Expr)
    }
    assert len(code) <= 300


@pytest.mark.parametrize("section", sections())
def test_the_order_of_pages_names_scripts_that_exist(section):
    pages = header(section)[2]
    scripts = {path.stem for path in SCRIPTS if path.parent.name == section}
    assert len(pages) == len(set(pages))
    assert set(pages) <= scripts


@pytest.mark.parametrize(("concept", "name"), RECIPES)
def test_docstring_is_complete(concept, name):
    function = recipes(concept)[name]
    doc = FunctionDoc(function)
    code = function.__code__
    arguments = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    documented = [
        part.strip(" *")
        for entry in doc["Parameters"]
        for part in entry.name.split(",")
    ]
    assert documented == list(arguments)
    assert len(doc["Summary"]) == 1
    assert doc["Summary"][0].endswith(".")
    wanted = ["Returns", "See Also", "Examples"]
    if arguments and concept != "samples":
        wanted += ["Notes", "Raises"]
    if doc["Yields"] or function.__annotations__["return"] == "None":
        wanted.remove("Returns")
    for section in wanted:
        assert doc[section], section
    imported = rf"from imgrecipes\.{concept} import .*\b{name}\b"
    assert re.search(imported, "\n".join(doc["Examples"]))


@pytest.mark.parametrize(("concept", "name"), RECIPES)
def test_elsewhere_ends_the_notes_and_names_one_command_for_each_program(concept, name):
    notes = "\n".join(FunctionDoc(recipes(concept)[name])["Notes"])
    *others, last = re.split(r"\n\s*\n", notes)
    assert not any(text.startswith("Elsewhere:") for text in others)
    if "Elsewhere:" in last:
        command = r"``[^`]+``"
        pattern = rf"(ImageJ|CellProfiler) {command}(; (CellProfiler) {command})?"
        assert re.fullmatch(rf"Elsewhere: {pattern}\.", " ".join(last.split()))


@pytest.mark.parametrize("concept", CONCEPTS)
def test_no_reference_reads_as_a_list(concept):
    # reST takes a line that starts with a lone initial for an item of a list.
    source = (ROOT / "src" / "imgrecipes" / f"{concept}.py").read_text("utf-8")
    assert not re.search(r"\n    \.\. \[\d\] [A-Z]\. .*\n(?!       \S)", source)


@pytest.mark.parametrize("concept", CONCEPTS)
def test_importing_a_concept_imports_only_what_it_is_about(concept):
    allowed = {"display": {"matplotlib"}, "files": {"imageio", "tifffile"}}
    heavy = {"matplotlib", "sklearn", "imageio", "tifffile", "skimage"}
    code = (
        f"import sys, imgrecipes.{concept}; "
        f"print(*sorted({heavy!r} & {{name.split('.')[0] for name in sys.modules}}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) <= allowed.get(concept, set())


def test_the_top_level_package_exports_nothing():
    package = importlib.import_module("imgrecipes")
    tree = ast.parse(Path(package.__file__).read_text("utf-8"))
    names = [node.targets[0].id for node in tree.body if isinstance(node, ast.Assign)]
    assert names == ["__version__"]
    assert not any(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body)


@pytest.mark.parametrize(
    "script", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_a_page_asserts_a_number_ends_with_what_to_read_and_seeds(script):
    text = script.read_text("utf-8")
    tree = ast.parse(text)
    assert any(isinstance(node, ast.Assert) for node in ast.walk(tree))
    assert "seealso::" in text[len(text) // 2 :]
    assert "default_rng()" not in text
    assert "np.random.seed" not in text
    assert 40 <= len(text.splitlines()) <= 160
