"""A recipe that is copied runs alone, brings what it needs and nothing else."""

import ast
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from email.message import Message
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgrecipes._copier import aging, catalog, copying, source
from imgrecipes._copier.cli import main
from imgrecipes._copier.source import RecipeError

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))
from concepts import concepts, recipes  # noqa: E402

RECIPES = [f"{concept}.{name}" for concept in concepts() for name in recipes(concept)]
# It is a photograph that comes with the package.
REFUSED = {"samples.face"}
COPIED = [recipe for recipe in RECIPES if recipe not in REFUSED]
# What a concept's recipes may need beside NumPy and SciPy.
DECLARED = {
    "classification": ("scikit-learn",),
    "display": ("matplotlib",),
    "files": ("imageio", "pillow", "tifffile"),
    "samples": ("matplotlib",),
    "segmentation": ("scikit-learn",),
}
RUNNER = """
import doctest, importlib.util, json, pathlib, sys

class Blocker:
    blocked = set(json.loads(sys.stdin.readline()))
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.blocked:
            raise ModuleNotFoundError(f"{name} is not for this recipe", name=name)

sys.meta_path.insert(0, Blocker())
found = {}
for path in map(pathlib.Path, json.loads(sys.stdin.readline())):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    results, output = {}, []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for test in doctest.DocTestFinder().find(module, path.stem):
        results[test.name] = runner.run(test, out=output.append).attempted
    found[path.stem] = [results, "".join(output)]
print(json.dumps(found))
"""

CHECKS = '''
"""Checks."""
import math
import operator

LIMIT = 10  # a constant

def check(value):
    """Check."""
    return _finite(value)

def check_index(value):
    return operator.index(value)

def _finite(value):
    return value if math.isfinite(value) else LIMIT
'''
LIGHT = '''
"""Light."""
from __future__ import annotations

import functools
import os.path
import statistics as stats
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, cast

from grainpack._checks import check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from decimal import Decimal, getcontext

# Twice as bright.
GAIN = 2
HALF, THIRD = 1 / 2, 1 / 3
Level = float
TABLE = [GAIN * n for n in range(3)]
UNUSED = GAIN


def brighten(value: float) -> float:
    """Brighten, unlike `darken`.

    See Also
    --------
    darken : the opposite.
    grainpack.shape.grow : another.
    statistics.mean : a peer.

    References
    ----------
    .. [1] A book.

    Examples
    --------
    >>> from grainpack.light import brighten
    >>> brighten(1.5)
    3.0
    """
    return check(value) * GAIN


def darken(value: Level, by: Iterable[Decimal] | None = None) -> Literal["dim"]:
    return value / TABLE[1]


def shades(darken, *, dim=HALF):
    brighten = [dim for dim in darken]
    return brighten, (lambda check: check)(1), dict(tone=2), darken.copy()


def tone(levels):
    def dim(shades):
        shades = sum(shades)
        return shades

    return dim(levels), cast("Mapping[str, Fraction]", {}), stats.mean(levels)


def _logged(function: Callable[..., object]) -> Callable[..., object]:
    """Decorate."""
    return functools.wraps(function)(lambda value: function(value) + THIRD)


# Why it is logged.
@_logged
def logged(value):
    return value


def dim(value):
    """Dim.

    See Also
    --------
    darken : the same for `levels` [1]_.

    References
    ----------
    .. [1] A book.
    """
    # Imported here since it is large.
    from grainpack.shape import grow  # noqa: PLC0415

    return grow(value) - os.path.getsize(os.devnull)


def rise(level, fall):
    return fall(level - 1) if level > 0 else rise(level + 1, fall)
'''
SHAPE = '''
"""Shape."""
from grainpack.light import brighten, darken as _darken

def grow(value):
    return brighten(value) + 1

def _shrink(value):
    return value - 1

def shrink(value):
    return _shrink(value)

def tone(value):
    return value
'''


def write_package(folder, **modules):
    package = folder / "grainpack"
    package.mkdir(parents=True)
    modules = {"__init__": '__version__ = "1.0"\n', **modules}
    for name, text in modules.items():
        (package / f"{name}.py").write_text(text.lstrip(), "utf-8")
    return package


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    return write_package(folder, _checks=CHECKS, light=LIGHT, shape=SHAPE)


def run(text):
    space = {}
    exec(compile(text, "<copied>", "exec"), space)  # noqa: S102
    return space


def bound_names(text):
    """Names that the statements at the top of a module define or import."""
    found = Counter()
    for statement in ast.parse(text).body:
        inner = statement.body if isinstance(statement, ast.If) else [statement]
        for node in inner:
            if isinstance(node, ast.Import | ast.ImportFrom):
                found.update(i.bound for i in source.imports_of(node, ""))
            elif isinstance(node, ast.FunctionDef):
                found[node.name] += 1
            else:
                for target in node.targets:
                    found.update(n.id for n in ast.walk(target) if "id" in vars(n))
    found.pop("annotations", None)
    return found


@pytest.mark.parametrize(
    ("recipe", "needed"),
    [
        ("light.brighten", "math LIMIT _finite check GAIN"),
        ("light.darken", "TYPE_CHECKING Literal Iterable Decimal GAIN Level TABLE"),
        ("light.shades", "HALF THIRD"),
        ("light.tone", "TYPE_CHECKING Mapping Fraction stats cast"),
        ("light.logged", "TYPE_CHECKING Callable functools HALF THIRD _logged"),
        ("light.dim", "os math LIMIT _finite check GAIN brighten grow"),
        ("light.rise", ""),
        ("shape.shrink", "_shrink"),
    ],
)
def test_exactly_what_a_recipe_needs_is_copied(package, recipe, needed):
    text = copying.standalone([recipe], package=package)
    name = recipe.partition(".")[2]
    assert bound_names(text) == Counter([*needed.split(), name])
    code = text.partition("\n\n")[2]
    assert "grainpack" not in code
    run(text)


def test_copied_recipes_work(package):
    space = run(copying.standalone(["logged", "dim", "darken"], package=package))
    assert space["logged"](1) == 1 + 1 / 3
    assert space["dim"](4) == 9
    assert space["darken"](4) == 2
    assert run(copying.standalone(["rise"], package=package))["rise"](2, abs) == 1


def test_the_text_stays_as_written(package):
    text = copying.standalone(["light.brighten", "logged"], package=package)
    assert "# Twice as bright.\nGAIN = 2\n" in text
    assert "# Why it is logged.\n@_logged\ndef logged(value):\n" in text
    assert "LIMIT = 10  # a constant\n" in text
    assert "    statistics.mean : a peer.\n" in text
    assert "    >>> brighten(1.5)\n    3.0\n" in text
    assert "darken :" not in text
    assert "import brighten" not in text


def test_bare_drops_examples_and_references(package):
    text = copying.standalone(["brighten"], bare=True, package=package)
    assert '    statistics.mean : a peer.\n    """\n' in text
    text = copying.standalone(["dim"], bare=True, package=package)
    assert '    """Dim."""\n    return grow(value)' in text


def test_several_recipes_share_their_helpers(package):
    names = ["grow", "light.brighten", "shrink", "grow"]
    text = copying.standalone(names, package=package)
    assert set(bound_names(text).values()) == {1}
    assert text.index("def brighten") > text.index("def check")
    assert re.findall(r"# recipe: (\S+) 1.0 \w{16}\n", text) == [
        "shape.grow",
        "light.brighten",
        "shape.shrink",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import grainpack.b as b\ndef f():\n return b.g()", "by its own name"),
        ("from grainpack import b\ndef f():\n return b.g()", "by its own name"),
        ("from grainpack.b import g as h\ndef f():\n return h()", "by its own name"),
        ("from grainpack.b import gone\ndef f():\n return gone()", "by its own name"),
        ("from numpy import *\ndef f():\n return ones(1)", "uses ones, which"),
        ("def f():\n return __file__", "uses __file__, which"),
        (
            "try:\n X = 1\nexcept OSError:\n X = 2\ndef f():\n return X",
            "inside another",
        ),
        ("if 1:\n def f():\n  pass\ndef f():\n pass", "inside another"),
        (
            "import importlib as i\ndef f():\n return i.files('grainpack')",
            "a.f cannot be copied: it needs the installed package",
        ),
        ("def f():\n return 1  # as in grainpack", "names grainpack"),
        (
            "from grainpack.b import g\ndef _h():\n pass\ndef f():\n return g(), _h()",
            "a and b each define their own _h|b and a each define their own _h",
        ),
        (
            "import math as m\nfrom grainpack.b import g\ndef f():\n return m, g()",
            "m stands for two things",
        ),
        (
            "from grainpack.b import pow\ndef f():\n return pow(1), max(1, 2)",
            "uses Python's own max",
        ),
        (
            'def f():\n """\n Examples\n -----\n >>> from grainpack.b import g\n """',
            "an example needs more than is copied, `>>> from grainpack.b import g`",
        ),
    ],
)
def test_what_cannot_be_copied_is_refused(tmp_path, text, message):
    other = (
        "import cmath as m\ndef g():\n return _h(), m\ndef _h():\n pass\n"
        "def pow(x):\n return max(x)\ndef max(x):\n return x\n"
    )
    package = write_package(tmp_path, a=text, b=other)
    with pytest.raises(RecipeError, match=message):
        copying.standalone(["a.f"], package=package)


def test_a_name_may_leave_out_its_concept_if_that_is_enough(package):
    def find(name):
        return catalog.find(name, package).full_name

    assert find("grow") == find("shape.grow") == find("grainpack.shape.grow")
    assert find("light.tone") == "light.tone"
    for name, message in {
        "tone": "tone is the name of several recipes: say light.tone or shape.tone",
        "Brigthen": "did you mean light.brighten?",
        "shap.grow": "there is no recipe shap.grow; did you mean shape.grow",
        "shape": "shape is a concept; its recipes are grow, shrink, tone",
        "_finite": "there is no recipe _finite; `list` shows all",
        "xyz": "there is no recipe xyz; `list` shows all",
    }.items():
        with pytest.raises(RecipeError, match=re.escape(message)):
            find(name)


def test_the_recipes_that_a_script_uses_are_known(tmp_path, package):
    script = tmp_path / "script.py"
    script.write_text(
        "from grainpack import shape\n"
        "from grainpack.light import brighten, darken as dark\n"
        "from grainpack._checks import check\n"
        "from elsewhere import tone\n"
        "def f(shrink):\n    return shrink(check(1)), shape.grow(tone)\n"
        "print('dim', brighten(f(dark)))\n"
    )
    used = catalog.recipes_used(script, package)
    assert [recipe.full_name for recipe in used] == [
        "light.brighten",
        "light.darken",
        "shape.grow",
    ]


class Copied:
    """A copied file, and the package as it is later."""

    def __init__(self, folder, package):
        self.folder, self.package = folder, package
        self.path = folder / "mine.py"
        names = ["brighten", "shrink"]
        self.path.write_text(copying.standalone(names, package=package), "utf-8")

    def edit(self, old, new):
        text = self.path.read_text("utf-8")
        assert old in text
        self.path.write_text(text.replace(old, new), "utf-8")

    def update(self, old, new):
        texts = {"_checks": CHECKS, "light": LIGHT, "shape": SHAPE}
        assert any(old in text for text in texts.values())
        texts = {name: text.replace(old, new) for name, text in texts.items()}
        init = '__version__ = "1.1"\n'
        self.package = write_package(self.folder / "later", __init__=init, **texts)

    def states(self):
        return [status.state for status in aging.check(self.path, self.package)]

    def diffs(self):
        return [status.diff for status in aging.check(self.path, self.package)]


@pytest.fixture
def copied(tmp_path, package):
    return Copied(tmp_path, package)


def test_a_fresh_copy_is_unchanged(copied):
    assert copied.states() == ["unchanged", "unchanged"]
    assert copied.diffs() == ["", ""]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# Twice as bright.", "# Why?"),
        ("return check(value) * GAIN", "return (\n        check(value) * GAIN\n    )"),
        ('"""Check."""', ""),
        ("def brighten", "import os\n\n\ndef mine():\n    return os\n\n\ndef brighten"),
        ("    statistics.mean : a peer.\n", ""),
    ],
)
def test_layout_comments_docstrings_and_code_beside_do_not_count(copied, old, new):
    copied.edit(old, new)
    assert copied.states() == ["unchanged", "unchanged"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("* GAIN", "* GAIN * 1"),
        ("GAIN = 2", "GAIN = 3"),
        ("isfinite(value) else", "isinf(value) else"),
        ("import math", "import cmath as math"),
        ("(value: float) -> float", "(value: int) -> float"),
        ("def brighten", "def lighten"),
    ],
)
def test_an_edit_is_told_from_a_newer_version(copied, old, new):
    copied.edit(old, new)
    assert copied.states() == ["edited by you", "unchanged"]
    assert copied.diffs()[0].startswith(("--- ", "---"))
    copied.update("check(value) * GAIN", "check(value) * GAIN + 0")
    assert copied.states() == ["edited by you, newer version available", "unchanged"]


@pytest.mark.parametrize(
    ("old", "new", "states"),
    [
        ("value - 1", "value - 2", ["unchanged", "newer version available"]),
        ("LIMIT = 10", "LIMIT = 9", ["newer version available", "unchanged"]),
        (
            "import math",
            "import cmath as math",
            ["newer version available", "unchanged"],
        ),
        ("def shrink", "def contract", ["unchanged", "gone"]),
        ('"""Brighten,', '"""Make brighter,', ["unchanged", "unchanged"]),
        ("TABLE = [", "TABLE = [1] + [", ["unchanged", "unchanged"]),
    ],
)
def test_a_newer_version_is_known(copied, old, new, states):
    copied.update(old, new)
    assert copied.states()[: len(states)] == states


def test_what_was_edited_and_is_gone_or_was_taken_over(copied):
    copied.edit("value - 1", "value - 2")
    copied.update("value - 1", "value - 2")
    assert copied.states() == ["unchanged", "unchanged"]
    copied.package = write_package(copied.folder / "last", light=LIGHT, _checks=CHECKS)
    assert copied.states() == ["unchanged", "edited by you, gone"]


def test_the_difference_leads_to_the_newest_version(copied):
    copied.edit("GAIN = 2", "GAIN = 3")
    copied.update("math.isfinite", "not math.isnan")
    lines = copied.diffs()[0].splitlines()
    assert [line for line in lines if line[0] in "+-" and line[1] not in "+-"] == [
        "-GAIN = 3",
        "+GAIN = 2",
        "-    return value if math.isfinite(value) else LIMIT",
        "+    return value if not math.isnan(value) else LIMIT",
    ]
    assert "--- _finite (in the file)" in lines


def test_trees_are_written_without_layout_and_docstrings():
    one = 'def f(x):\n    """F."""\n    return [x, "a" f"{x!r:>{3}}", None]\n'
    other = "def f( x ) : return [x,  # x\n 'a'  f'{x!r:>{3}}',None,]\n"
    assert source.dump(ast.parse(one)) == source.dump(ast.parse(other))
    # The fingerprint of a file must be the same in another Python.
    assert source.dump(ast.parse("def f(x=-1):\n    return x[1:].y")) == (
        "Module(body=[FunctionDef(name='f',args=arguments(args=[arg(arg='x')],"
        "defaults=[UnaryOp(op=USub(),operand=Constant(value=1))]),"
        "body=[Return(value=Attribute(value=Subscript(value=Name(id='x'),"
        "slice=Slice(lower=Constant(value=1))),attr='y'))])])"
    )


def command(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "imgrecipes", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        **options,
    )


def test_list_names_all_recipes_with_their_summaries(capsys):
    assert main(["list"]) == 0
    words = capsys.readouterr().out
    assert main(["list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [concept["concept"] for concept in listed] == sorted(concepts())
    for concept in listed:
        assert f"{concept['concept']}: {concept['summary']}\n" in words
        known = recipes(concept["concept"])
        assert [recipe["name"] for recipe in concept["recipes"]] == list(known)
        for recipe in concept["recipes"]:
            summary = known[recipe["name"]].__doc__.partition("\n")[0]
            assert recipe["summary"] == summary
            assert re.search(rf"  {recipe['name']} +{re.escape(summary)}\n", words)


def test_nothing_is_imported_to_list_show_copy_and_check(tmp_path):
    path = tmp_path / "mine.py"
    code = (
        "import sys; from imgrecipes._copier.cli import main; "
        "main(['list']); main(['show', 'blur_gaussian']); "
        f"main(['copy', 'blur_gaussian', '--to', {str(path)!r}]); "
        f"main(['check', '--diff', {str(path)!r}]); "
        "assert not {'numpy', 'scipy'} & set(sys.modules); "
        "print(*[name for name in sys.modules if name.startswith('imgrecipes.')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    names = done.stdout.splitlines()[-1].split()
    assert all(name.startswith("imgrecipes._") for name in names)


def test_show_prints_what_copy_writes(tmp_path):
    path = tmp_path / "mine.py"
    done = command("copy", "pixels.histogram", "to_gray", "--bare", "--to", path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = len(path.read_text("utf-8").splitlines())
    assert done.stdout == f"{path}: {lines} lines, needs numpy\n"
    # Output is UTF-8 whatever the system's encoding is.
    plain = {**os.environ, "PYTHONIOENCODING": "ascii"}
    shown = command("show", "histogram", "to_gray", "--bare", env=plain)
    assert shown.stdout == path.read_text("utf-8")
    assert command("check", path).returncode == 0


def test_no_file_is_replaced_unasked_and_none_is_left_behind(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("mine")
    done = command("copy", "histogram", "--to", path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"imgrecipes: {path} exists; --force replaces it\n"
    assert path.read_text() == "mine"
    assert command("copy", "histogram", "--to", path, "--force").returncode == 0
    assert "def histogram" in path.read_text("utf-8")
    for wrong in (tmp_path, tmp_path / "no" / "mine.py"):
        done = command("copy", "histogram", "--to", wrong)
        assert done.returncode == 2
        assert done.stderr.startswith(f"imgrecipes: {wrong} ")
        assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == [path]


def test_errors_go_to_standard_error(tmp_path):
    done = command("show", "circular_mas")
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean pixels.circular_mask" in done.stderr
    done = command("show", "face")
    assert (done.returncode, done.stdout) == (2, "")
    assert "samples.face cannot be copied" in done.stderr
    assert command().returncode == 2
    plain = tmp_path / "plain.py"
    plain.write_text("x = 1\n")
    wrong = tmp_path / "wrong.py"
    wrong.write_text("x =\n")
    for path in (plain, wrong, tmp_path, tmp_path / "none.py"):
        done = command("check", path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"imgrecipes: {path} ")


def test_check_tells_by_its_status(tmp_path, capsys):
    paths = [tmp_path / "one.py", tmp_path / "two.py"]
    for path in paths:
        assert main(["copy", "to_gray", "histogram", "--to", str(path)]) == 0
    capsys.readouterr()
    text = paths[1].read_text("utf-8")
    changed = text.replace("2**24", "2**20").replace(catalog.version(), "0.0.1")
    paths[1].write_text(changed, "utf-8")
    assert main(["check", str(paths[0])]) == 0
    capsys.readouterr()
    assert main(["check", "--diff", *map(str, paths)]) == 1
    said = capsys.readouterr().out
    change = f"(0.0.1 to {catalog.version()})"
    assert said.splitlines()[:4] == [
        f"{paths[0]}: pixels.to_gray: unchanged",
        f"{paths[0]}: pixels.histogram: unchanged",
        f"{paths[1]}: pixels.to_gray: unchanged {change}",
        f"{paths[1]}: pixels.histogram: edited by you {change}",
    ]
    assert "\n-    if last - first >= 2**20:\n+    if last - first >= 2**24:\n" in said


def test_a_pipe_that_closes_early_is_no_error():
    process = subprocess.Popen(
        [sys.executable, "-m", "imgrecipes", "show", *COPIED],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout.readline().startswith(b"# Copied from imgrecipes ")
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


def test_the_console_script_is_the_module():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    target = settings["project"]["scripts"]["imgrecipes"]
    assert target == "imgrecipes.__main__:main"
    (script,) = importlib.metadata.entry_points(
        group="console_scripts", name="imgrecipes"
    )
    assert script.load() is main


def test_the_header_has_what_the_license_wants(monkeypatch):
    def header():
        return copying.standalone(["histogram"]).partition("\n\n")[0].splitlines()

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    license_text = (ROOT / "LICENSE").read_text("utf-8")
    assert f"# SPDX-License-Identifier: {settings['project']['license']}" in header()
    (notice,) = [line for line in header() if "SPDX-FileCopyrightText" in line]
    assert notice.partition(": ")[2] in license_text
    assert not any("://" in line for line in header())
    metadata = Message()
    metadata["Project-URL"] = "Repository, https://example.org/code"
    monkeypatch.setattr(importlib.metadata, "metadata", lambda _: metadata)
    assert "# https://example.org/code" in header()


def test_only_what_reads_data_of_the_package_is_refused():
    refused = {}
    for recipe in RECIPES:
        try:
            copying.standalone([recipe])
        except RecipeError as error:
            refused[recipe] = str(error)
    assert refused.keys() == REFUSED, refused
    assert all("where it reads data" in message for message in refused.values())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Folder with a file for each recipe, each bare recipe, each concept, and all."""
    folder = tmp_path_factory.mktemp("copied")
    for concept in concepts():
        together = []
        for recipe in COPIED:
            path = folder / f"{recipe.replace('.', '_')}.py"
            # What is refused fails a test of its own.
            if recipe.startswith(f"{concept}.") and not main(
                ["copy", recipe, "--to", str(path)]
            ):
                together.append(recipe)
                path = path.with_stem(f"{path.stem}_bare")
                assert main(["copy", recipe, "--bare", "--to", str(path)]) == 0
        if together:
            assert main(["copy", *together, "--to", str(folder / f"{concept}.py")]) == 0
    assert main(["copy", *COPIED, "--to", str(folder / "all.py")]) == 0
    return folder


@pytest.mark.parametrize("task", [("check",), ("format", "--check")])
def test_copies_pass_ruff_with_its_default_rules(folder, task):
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *task, "--isolated", "--no-cache", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_fresh_copies_are_unchanged(folder, capsys):
    paths = sorted(folder.glob("*_bare.py"))
    paths += [path for path in folder.glob("*.py") if path.stem in {*concepts(), "all"}]
    assert main(["check", *map(str, paths)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) >= len(paths) >= len(COPIED)
    assert all(line.endswith(": unchanged") for line in said)


def test_everything_in_a_copy_is_used(folder):
    for path in folder.glob("*.py"):
        text = path.read_text("utf-8")
        wanted = set(re.findall(r"(?m)^# recipe: \w+\.(\w+)", text))
        tree = ast.parse(text)
        used = {
            node.id
            for statement in tree.body
            for node in ast.walk(statement)
            if isinstance(node, ast.Name) and node.id != vars(statement).get("name")
        }
        assert bound_names(text).keys() <= used | wanted, path
        assert "imgrecipes" not in text.partition("\n\n")[2]


def distributions_for(names):
    """Names of distributions with all that they require."""
    found, queue = set(), list(names)
    while queue:
        name = re.sub(r"[-_.]+", "-", queue.pop()).lower()
        if name not in found:
            found.add(name)
            try:
                requirements = importlib.metadata.requires(name) or []
            except importlib.metadata.PackageNotFoundError:
                continue  # for another system
            queue += [
                re.match(r"[\w.-]+", requirement)[0]
                for requirement in requirements
                if "extra ==" not in requirement
            ]
    return found


def test_each_copied_recipe_gives_its_examples_results_alone(folder):
    owners = importlib.metadata.packages_distributions()
    found = {}
    for declared in {DECLARED.get(concept, ()) for concept in concepts()}:
        allowed = distributions_for(["numpy", "scipy", *declared])
        # An editable installation does not tell what it holds.
        blocked = ["imgrecipes"] + [
            name
            for name, distributions in owners.items()
            if not allowed & {re.sub(r"[-_.]+", "-", d).lower() for d in distributions}
        ]
        paths = [
            folder / f"{recipe.replace('.', '_')}.py"
            for recipe in COPIED
            if DECLARED.get(recipe.partition(".")[0], ()) == declared
        ]
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", RUNNER],
            input="\n".join(map(json.dumps, (blocked, list(map(str, paths))))),
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "MPLBACKEND": "agg"},
            cwd=folder,
        )
        assert done.returncode == 0, done.stderr
        found |= json.loads(done.stdout)
    assert "".join(output for _, output in found.values()) == ""
    for recipe in COPIED:
        stem, name = recipe.replace(".", "_"), recipe.partition(".")[2]
        assert found[stem][0][f"{stem}.{name}"] > 0, recipe


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(COPIED), min_size=2, max_size=4, unique=True))
def test_recipes_copied_together_are_those_copied_alone(chosen):
    alone = [copying.standalone([recipe]) for recipe in chosen]
    names = set().union(*map(bound_names, alone))
    together = copying.standalone(chosen)
    assert bound_names(together) == Counter(names)
    marks = [re.search(r"# recipe: .*\n", text)[0] for text in alone]
    assert re.findall(r"# recipe: .*\n", together) == marks
