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
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgrecipes._copier import aging, catalog, copying, forms, source
from imgrecipes._copier.appending import append
from imgrecipes._copier.bare import is_check, strip
from imgrecipes._copier.cli import main
from imgrecipes._copier.layout import join, lay_out
from imgrecipes._copier.source import RecipeError

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))
from concepts import concepts, recipes  # noqa: E402

RECIPES = [f"{concept}.{name}" for concept in concepts() for name in recipes(concept)]
# They are pictures that come with the package.
REFUSED = {
    f"samples.{name}"
    for name, recipe in recipes("samples").items()
    if "_read_picture" in recipe.__code__.co_names
}
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
for name, examples in json.loads(sys.stdin.readline()):
    path = pathlib.Path(name)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    output = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    test = doctest.DocTestParser().get_doctest(
        examples, vars(module), path.stem, str(path), 0
    )
    found[path.stem] = [runner.run(test, out=output.append).attempted, "".join(output)]
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


SIEVE = '''
"""Sieve."""
from grainpack._checks import check
from grainpack._kernels.fast.ranks import middle_of

def sift(values):
    """Take the value in the middle.

    See Also
    --------
    statistics.median_low : a peer.

    Notes
    -----
    Half of the values are smaller. Also called: riddle,
    bolting_cloth. It has a mesh.

    Examples
    --------
    >>> from grainpack.sieve import sift
    >>> sift([3, 1, 2])
    2
    """
    found = [check(value) for value in values]
    if len(found) > 99:
        raise ValueError(f"values are {len(found)}")
    # The lower one of two.
    return middle_of(found, 2)
'''
PLAIN_RANKS = '''
"""Ranks, plain."""
def middle_of(values, parts):
    """Return the lower value in the middle.

    That of a rank.
    """
    return sorted(values)[ends(values) // parts]

def ends(values):
    return len(values) - 1
'''
FAST_RANKS = '''
"""Ranks, fast."""
import heapq

from grainpack._kernels.plain.ranks import ends, middle_of as middle_of_plain

def middle_of(values, parts):
    """Return the lower value in the middle."""
    if len(values) < 3:
        return middle_of_plain(values, parts)
    return heapq.nsmallest(ends(values) // parts + 1, values)[-1]
'''
KERNELS = {
    "_checks": CHECKS,
    "sieve": SIEVE,
    "_kernels.plain.ranks": PLAIN_RANKS,
    "_kernels.fast.ranks": FAST_RANKS,
}


def write_package(folder, **modules):
    package = folder / "grainpack"
    modules = {"__init__": '__version__ = "1.0"\n', **modules}
    for name, text in modules.items():
        path = package.joinpath(*name.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip(), "utf-8")
    return package


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    return write_package(folder, _checks=CHECKS, light=LIGHT, shape=SHAPE)


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    """Return a package with a kernel, plain and fast."""
    return write_package(tmp_path_factory.mktemp("kernels"), **KERNELS)


def in_form(package, *names, form):
    kind, _, bare = form.partition("-")
    return copying.standalone(
        names, fast=kind == "fast", bare=bool(bare), package=package
    )


def code_of(text):
    return text.partition("\n\n")[2]


def run(text):
    space = {}
    exec(compile(text, "<copied>", "exec"), space)  # noqa: S102
    return space


# Many copies are looked at more than once.
tree_of = cache(ast.parse)


def bound_names(text):
    """Names that the statements at the top of a module define or import."""
    found = Counter()
    for statement in tree_of(text).body:
        inner = statement.body if isinstance(statement, ast.If) else [statement]
        for node in inner:
            if isinstance(node, ast.Import | ast.ImportFrom):
                found.update(i.bound for i in source.imports_of(node, ""))
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                found[node.name] += 1
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    found.update(n.id for n in ast.walk(target) if "id" in vars(n))
    found.pop("annotations", None)
    return found


@pytest.mark.parametrize(
    ("recipe", "needed"),
    [
        ("light.brighten", "math LIMIT _finite check GAIN"),
        ("light.darken", "Literal Iterable Decimal GAIN Level TABLE"),
        ("light.shades", "HALF THIRD"),
        ("light.tone", "Mapping Fraction stats cast"),
        ("light.logged", "Callable functools HALF THIRD _logged"),
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


def test_a_class_stands_below_the_constants(tmp_path):
    text = (
        "class _Page:\n    size: int\n\nKINDS = {1: _Page}\n\nX = 1\n\n"
        "def f():\n    return KINDS, X\n"
    )
    package = write_package(tmp_path, a=text)
    code = code_of(copying.standalone(["f"], package=package))
    assert code.startswith("X = 1\n\n\nclass _Page:\n    size: int\n\n\nKINDS = ")
    run(code)


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


def test_helpers_keep_the_first_line_of_their_docstrings(package):
    text = copying.standalone(["dim"], package=package)
    assert '    """Brighten, unlike `darken`."""\n    return check' in text
    text = copying.standalone(["dim", "brighten"], package=package)
    assert "    statistics.mean : a peer.\n" in text


def test_the_plain_form_is_the_default(kernels):
    text = copying.standalone(["sift"], package=kernels)
    assert text == in_form(kernels, "sift", form="plain")
    assert "# Copied from grainpack 1.0, plain form;" in text
    assert "heapq" not in text
    assert set(bound_names(text)) == {
        *("math", "LIMIT", "_finite", "check", "ends", "middle_of", "sift")
    }
    assert "    >>> sift([3, 1, 2])\n" in text
    assert '    """Return the lower value in the middle."""\n' in text


def test_both_twins_stand_in_a_fast_copy(kernels):
    text = in_form(kernels, "sift", form="fast")
    assert "# Copied from grainpack 1.0, fast form;" in text
    assert "def middle_of_plain(values, parts):" in text
    assert "        return middle_of_plain(values, parts)\n" in text
    assert set(bound_names(text).values()) == {1}


@pytest.mark.parametrize("form", forms.FORMS)
def test_each_form_works(kernels, form):
    space = run(in_form(kernels, "sift", form=form))
    assert [space["sift"](v) for v in ([5], [2, 1], [3, 1, 2], [4, 4, 1, 9])] == [
        5,
        1,
        2,
        4,
    ]


def test_a_bare_copy_has_no_checks(kernels):
    text = in_form(kernels, "sift", form="plain-bare")
    assert "# Copied from grainpack 1.0, plain form, without checks;" in text
    assert code_of(text).endswith(
        '''def sift(values):
    """Take the value in the middle."""
    found = list(values)
    # The lower one of two.
    return middle_of(found, 2)
'''
    )
    assert set(bound_names(text)) == {"ends", "middle_of", "sift"}


def test_a_long_name_breaks_its_line_as_the_formatter_does(tmp_path):
    signature = f"def middle_of(values: list[{'int | ' * 5}bool], parts: int) -> int:"
    assert len(signature) == 83
    plain = PLAIN_RANKS.replace("def middle_of(values, parts):", signature)
    package = write_package(tmp_path, **{**KERNELS, "_kernels.plain.ranks": plain})
    text = in_form(package, "sift", form="fast")
    assert (
        f"def middle_of_plain(\n    values: list[{'int | ' * 5}bool], parts: int\n"
        ") -> int:\n"
    ) in text


def test_a_missing_module_or_form_is_an_error(kernels):
    for module, form in {
        ("_kernels.fast.waves", "plain"),
        ("_kernels.fast.waves", "fast"),
        ("light", "plain"),
        ("sieve", "fancy"),
    }:
        with pytest.raises(RecipeError, match=r"has no module|there is no form"):
            forms.load(kernels, module, form)


# What a function has, and what is left of it without checks.
BARE = [
    ("image = check_image(image)", "image = np.asarray(image)"),
    ("check_image(image)", ""),
    ("mask = check_mask(mask, 'mask', ndim=(2,))", "mask = np.asarray(mask, bool)"),
    ("n = 2 * check_number(a + b, 'n') ** 2", "n = 2 * (a + b) ** 2"),
    ("n = 2 * check_number(a, 'n') ** 2", "n = 2 * a**2"),
    ("n = -check_number(value=a.b, name='n')", "n = -a.b"),
    (
        "n = [check_number(v, 'n') for v in per_axis(n, 'n', 2)]",
        "n = np.broadcast_to(n, 2).tolist()",
    ),
    ("n = tuple(check_number(v, 'n') for v in n)", "n = tuple(n)"),
    (
        "axes = check_axes(axes, image.ndim)",
        "axes = sorted(axis % image.ndim for axis in axes)",
    ),
    ("n = check_number(n, 'n')", ""),
    ("n = tuple(check_numbers(n, 'n'))", "n = tuple(n)"),
    ("n = other_of(n, 'n')", None),
    (
        "n = 2 * count_axes(n, 'n', 3)",
        "n = 2 * (len(n) if np.ndim(n) else 3)",
    ),
    (
        "n = narrow_floats(a + b, image.dtype)",
        "n = (a + b).astype(image.dtype, copy=False)",
    ),
    ("a, b = check_number(a, 'a'), check_number(b, 'b')", ""),
    ("if n > 1:\n    raise ValueError(n)", ""),
    ("if n > 1:\n    why = str(n)\n    raise ValueError(why)", ""),
    (
        "if n > 1:\n    n = 2\nelif n < 0:\n    raise ValueError(n)",
        "if n > 1:\n    n = 2",
    ),
    ("if n > 1:\n    n = 2\nelse:\n    check_number(n)", "if n > 1:\n    n = 2"),
    ("for v in n:\n    check_number(v, 'n')", ""),
    ("with np.errstate():\n    if n:\n        raise ValueError(n)", ""),
    (
        "try:\n    n = int(n)\nexcept ValueError:\n    raise TypeError(n) from None",
        "n = int(n)",
    ),
    ("try:\n    n = int(n)\nexcept ValueError:\n    n = 0", None),
    ("kinds = set(n)\nif kinds:\n    raise ValueError(n)", ""),
    ("kinds, n = set(n), 1\nif kinds:\n    raise ValueError(n)", "n = 1"),
    ("def bad(v):\n    return v\n\nif bad(n):\n    raise ValueError(n)", ""),
    ("_refuse(n, 'n')", ""),
    ("n = _positive(n, 'n')", ""),
    ("n = _positive(a + b, 'n')", "n = a + b"),
    ("n = _sizes(n, ndim=3)", "n = tuple(np.broadcast_to(n, 3).tolist())"),
    ("# Why.\ncheck_number(n, 'n')\n\n# How.\nn += 1", "# How.\nn += 1"),
    ("n, a = n, 2", "a = 2"),
    ("e, (low, high) = n, axes\nif low > high > e:\n    raise ValueError(n)", ""),
    ("e, a = divmod(n, 2)\nif e:\n    raise ValueError(n)", "_, a = divmod(n, 2)"),
    ("e = 0\nfor a in n:\n    e += a\nif e > 9:\n    raise ValueError(e)", ""),
    ("e = n\ne += a\nif e > 9:\n    raise ValueError(e)", "e = n\ne += a"),
    (
        "if a > b:\n    return True\nif n:\n    raise ValueError\n# No.\nreturn False",
        "# No.\nreturn a > b",
    ),
    ("while n:\n    check_number(a)\n    n -= 1", "while n:\n    n -= 1"),
    ("if n:\n    return check_choice(n, 'n', a)", "if n:\n    return n"),
    # Not a check, so it stays.
    ("if n:\n    n = 1\n    raise ValueError(n)\nelse:\n    n = 2", None),
    ("n = _other(n)", None),
    ("total = 0\nfor v in n:\n    total = total + v\na = total", None),
    ("def f():\n    return a\n\na = 2\nb = f", None),
]
CHECKED = '''
import numpy as np

from grainpack._checks import check_axes, check_choice, check_image, check_mask
from grainpack._checks import check_number, check_numbers, count_axes, narrow_floats
from grainpack._checks import other_of, per_axis

def f(image, mask, n, a, b, axes):
    """F."""
{body}
    return image, mask, n, a, b, axes

def _refuse(n, name):
    """Refuse."""
    if n < 0:
        raise ValueError(name)

def _positive(n, name):
    number = check_number(n, name)
    if number <= 0:
        raise ValueError(name)
    return number

def _sizes(n, name="n", *, ndim):
    sizes = tuple(check_number(v, name) for v in per_axis(n, name, ndim))
    if 0 in sizes:
        raise ValueError(name)
    return sizes

def _other(n):
    return n + 1
'''


@pytest.mark.parametrize(("body", "left"), BARE)
def test_what_a_bare_copy_leaves_out(body, left):
    names = {
        "check_axes": ["axes", "ndim", "name"],
        "check_choice": ["value", "name", "allowed"],
        "check_image": ["image", "name", "ndim"],
        "check_mask": ["mask", "name", "ndim"],
        "check_number": ["value", "name"],
        "check_numbers": ["values", "name"],
        "count_axes": ["value", "name", "ndim"],
        "narrow_floats": ["levels", "dtype"],
        "other_of": ["value", "name"],
        "per_axis": ["value", "name", "ndim"],
    }

    def function(text):
        (node,) = [n for n in ast.parse(text).body if getattr(n, "name", "") == "f"]
        lines = text.split("\n")[node.lineno + 1 : node.end_lineno - 1]
        return "\n".join(line.removeprefix("    ") for line in lines)

    inner = "\n".join(f"    {line}" if line else "" for line in body.split("\n"))
    stripped = strip(CHECKED.format(body=inner), names)
    assert function(stripped) == (body if left is None else left)
    assert strip(stripped, names) == stripped


def test_an_imported_check_goes_as_well(tmp_path):
    package = write_package(
        tmp_path,
        a="from grainpack._b import refuse, g\n\ndef f(x):\n    refuse(x)\n"
        "    return g(x)\n",
        _b="def refuse(x):\n    if x < 0:\n        raise ValueError(x)\n\n\n"
        "def g(x):\n    refuse(x)\n    return x\n",
    )
    code = code_of(copying.standalone(["f"], bare=True, package=package))
    assert code == "def g(x):\n    return x\n\n\ndef f(x):\n    return g(x)\n"


def test_numpy_is_imported_where_a_conversion_needs_it():
    text = (
        "from grainpack._checks import check_image\n\n"
        "def f(x):\n    return check_image(x)\n"
    )
    stripped = strip(text, {"check_image": ["image"]})
    assert stripped.startswith("import numpy as np\nfrom grainpack")
    with pytest.raises(
        RecipeError, match="the conversion of check_image names 'image'"
    ):
        strip(text, {"check_image": ["picture"]})


@pytest.mark.parametrize(
    "text",
    [
        f"x = f({'a' * 31}, {'b' * 30}, {'c' * 17})",
        f"x = f({'a' * 31}, {'b' * 30}, {'c' * 17}, {'d' * 11})",
        f"{'x' * 16} = np.broadcast_to({'a' * 28}, {'b' * 18}).tolist()",
        f"{'x' * 16} = {'a' * 23} if {'b' * 19} else sorted({'c' * 21})",
        f"{'x' * 8} = sorted(axis % image.{'n' * 15} for axis in {'a' * 34})",
        f"return {'a' * 29} + {'b' * 31} + {'c' * 26}",
        f"if {'a' * 31} and {'b' * 31} and {'c' * 26}:\n    pass",
        f"for a in zip({'a' * 31}, np.broadcast_to({'b' * 16}, 3)):\n    pass",
        f"def f({'a' * 23}: int, {'b' * 27}: int, {'c' * 13}: int) -> int:\n    pass",
        f"low, high = np.asarray({'a' * 34}), np.asarray({'b' * 27})",
        f"x = [{'a' * 17}(f'{{b!r:>{{3}}}}', {'d' * 18}) for b in {'d' * 31}]",
        f"x = 2 * {'a' * 46}.{'b' * 13}({'c' * 34})",
        f"{'x' * 40} = {'a' * 20}.{'b' * 13}({'c' * 10}) < {'d' * 14}",
    ],
)
def test_long_lines_break_as_those_of_the_formatter(text):
    line, _, body = text.partition("\n")
    laid = "\n".join(lay_out(line, 0)) + f"\n{body}" * bool(body)
    if line.startswith("return"):
        laid = f"def f():\n{chr(10).join(lay_out(line, 4))}"
        text = f"def f():\n    {line}"
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--isolated", "-"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    assert laid.replace("'", '"') == done.stdout.rstrip("\n")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("f(\n    a,\n    b,\n)", "f(a, b)"),
        ("x = (\n    a,\n)", "x = (a,)"),
        ("x[\n    a,\n]", "x[a,]"),
        ("x = (\n    a\n    .b()\n)", "x = (a.b())"),
        ("f(\n    a,  # why\n)", None),
        ('f("""a\nb""")', None),
        ("x = a.b ** -c", "x = a.b**-c"),
        ("x = f(a) ** b", "x = f(a) ** b"),
        ("x = a ** b(c)", "x = a ** b(c)"),
        ("f(**a, b=f'{a ** b}')", "f(**a, b=f'{a ** b}')"),
    ],
)
def test_a_statement_fits_on_one_line(text, line):
    assert join(text) == line


def test_several_recipes_share_their_helpers(package):
    names = ["grow", "light.brighten", "shrink", "grow"]
    text = copying.standalone(names, package=package)
    assert set(bound_names(text).values()) == {1}
    assert text.index("def brighten") > text.index("def check")
    assert re.findall(r"# recipe: (\S+) 1.0 plain \w{16}\n", text) == [
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


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("sifft", "sieve.sift"),  # alike
        ("riddle", "sieve.sift"),  # also called
        ("bolting_cloht", "sieve.sift"),
        ("middle", "sieve.sift"),  # in the summary
        ("median_low", "sieve.sift"),  # under See Also
        ("mesh", "sieve.sift"),  # in the text, as nothing else has it
        ("esh", None),
        ("half of", "sieve.sift"),
    ],
)
def test_suggestions_search_names_and_docstrings(kernels, wanted, found):
    hint = rf"did you mean {found}\?" if found else "`list` shows all"
    with pytest.raises(RecipeError, match=hint):
        catalog.find(wanted, kernels)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("canny", "features.find_edges"),
        ("unsharp", "smoothing.sharpen"),
        ("watershed", "segmentation.split_touching"),
        ("otsu", "segmentation.threshold_otsu"),
        ("medianBlur", "denoising.denoise_median"),
    ],
)
def test_other_names_of_a_task_lead_to_its_recipe(wanted, found):
    with pytest.raises(RecipeError, match=rf"did you mean {found}\b"):
        catalog.find(wanted)


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
        forms.forget()

    def accept(self, **options):
        text = aging.accept(self.path, package=self.package, **options)
        self.path.write_text(text, "utf-8")

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


@pytest.mark.parametrize("form", forms.FORMS)
def test_a_kernel_ages_the_copies_that_hold_it(tmp_path, kernels, form):
    path = tmp_path / "mine.py"
    path.write_text(in_form(kernels, "sift", form=form), "utf-8")

    def state(module, old, new):
        assert old in KERNELS[module]
        modules = {**KERNELS, module: KERNELS[module].replace(old, new)}
        later = write_package(tmp_path / "later", **modules)
        forms.forget()
        (status,) = aging.check(path, later)
        return status.state

    newer = "newer version available"
    fast, bare = form.startswith("fast"), form.endswith("bare")
    assert state("sieve", "sift", "sift") == "unchanged"
    ranks = "_kernels.fast.ranks", "< 3", "< 4"
    assert state(*ranks) == (newer if fast else "unchanged")
    assert state("_kernels.plain.ranks", "sorted(", "sorted(1 * ") == newer
    assert state("_checks", "LIMIT = 10", "LIMIT = 9") == (
        "unchanged" if bare else newer
    )


def test_a_mark_without_a_form_is_that_of_a_plain_copy(tmp_path, kernels):
    path = tmp_path / "mine.py"
    text = in_form(kernels, "sift", form="plain")
    key = "sieve", "sift"
    whole = copying.fingerprint(lambda module: forms.load(kernels, module), key)
    marked = re.sub(r"1.0 plain \w+", f"1.0 {whole}", text)
    assert f"# recipe: sieve.sift 1.0 {whole}\n" in marked
    path.write_text(marked, "utf-8")
    assert [status.state for status in aging.check(path, kernels)] == ["unchanged"]
    path.write_text(marked.replace("sorted(", "sorted(1 * "), "utf-8")
    assert [status.state for status in aging.check(path, kernels)] == ["edited by you"]
    path.write_text(aging.accept(path, package=kernels), "utf-8")
    assert [status.state for status in aging.check(path, kernels)] == ["unchanged"]


def test_the_forms_have_fingerprints_of_their_own(kernels):
    found = {
        form: copying.fingerprint(
            lambda module, form=form: forms.load(kernels, module, form),
            ("sieve", "sift"),
        )
        for form in forms.FORMS
    }
    assert len(set(found.values())) == len(found)


def test_an_accepted_edit_is_no_edit_until_the_next(copied):
    copied.edit("* GAIN", "* GAIN * 1")
    assert copied.states() == ["edited by you", "unchanged"]
    copied.accept()
    assert copied.states() == ["unchanged", "unchanged"]
    assert copied.diffs() == ["", ""]
    assert copied.path.read_text("utf-8").count(" accepted ") == 1
    copied.edit("* GAIN * 1", "* GAIN * 3")
    assert copied.states() == ["edited by you", "unchanged"]
    copied.edit("* GAIN * 3", "* GAIN")
    assert copied.states() == ["unchanged", "unchanged"]
    copied.accept()
    assert " accepted " not in copied.path.read_text("utf-8")


def test_an_accepted_edit_still_ages(copied):
    copied.edit("* GAIN", "* GAIN * 1")
    copied.accept()
    copied.update("check(value) * GAIN", "check(value) * GAIN + 0")
    assert copied.states() == ["newer version available", "unchanged"]
    assert "+    return check(value) * GAIN + 0\n" in copied.diffs()[0]
    copied.accept()
    assert copied.states() == ["newer version available", "unchanged"]
    copied.accept(merged=True)
    assert copied.states() == ["unchanged", "unchanged"]
    assert "# recipe: light.brighten 1.1 plain " in copied.path.read_text("utf-8")


def test_what_is_not_there_cannot_be_accepted(copied):
    copied.edit("def brighten", "def lighten")
    with pytest.raises(RecipeError, match="does not define brighten any more"):
        copied.accept()


def test_a_check_that_has_moved_is_no_edit(copied):
    text = copied.path.read_text("utf-8")
    start, end = text.index("def _finite"), text.index("def _shrink")
    moved = text[:start] + text[end:]
    moved = moved.replace("LIMIT = 10  # a constant\n\n\n", "").replace(
        "import math\n", "from project.checks import check\n"
    )
    assert set(bound_names(moved)) == {"check", "GAIN", "_shrink", "brighten", "shrink"}
    copied.path.write_text(moved, "utf-8")
    assert copied.states() == ["unchanged", "unchanged"]
    copied.update("LIMIT = 10", "LIMIT = 9")
    assert copied.states() == ["unchanged", "unchanged"]
    copied.edit("* GAIN", "* GAIN * 1")
    assert copied.states() == ["edited by you", "unchanged"]
    assert "check (in" not in copied.diffs()[0]
    copied.edit("* GAIN * 1", "* GAIN")
    copied.update("GAIN = 2", "GAIN = 3")
    assert copied.states() == ["newer version available", "unchanged"]


def imports_of(text):
    return code_of(text).partition("\n\n\n")[0]


def test_recipes_are_added_to_a_copied_file(package):
    text = copying.standalone(["dim"], package=package)
    added = append(text, ["logged", "darken"], "plain", package=package)
    together = copying.standalone(["dim", "logged", "darken"], package=package)
    assert added.kept == []
    assert bound_names(added.text) == bound_names(together)
    assert (
        imports_of(added.text).splitlines()[:12]
        == (imports_of(together).splitlines()[:12])
    )
    assert re.findall("# recipe: .*", added.text) == re.findall(
        "# recipe: .*", together
    )
    run(added.text)
    again = append(added.text, ["dim", "darken"], "plain", package=package)
    assert again.text == added.text


def test_what_is_in_the_file_is_kept(package):
    text = copying.standalone(["brighten"], package=package)
    text = text.replace("GAIN = 2", "GAIN = 3")
    start, end = text.index("def _finite"), text.index("def brighten")
    text = text[:start] + text[end:].replace("* GAIN", "* GAIN  # mine")
    text = text.replace("import math\n", "from project.checks import check\n")
    text += '\n\nif __name__ == "__main__":\n    print(brighten(1))\n'
    text, kept = append(text, ["dim"], "plain", package=package)
    assert kept == ["GAIN", "check"]
    assert "* GAIN  # mine\n" in text
    assert "GAIN = 3" in text
    assert "GAIN = 2" not in text
    assert "_finite" not in text
    assert text.endswith('\n\n\nif __name__ == "__main__":\n    print(brighten(1))\n')
    assert text.index("def dim") > text.index("def grow") > text.index("def brighten")
    assert "import os.path\n\nfrom project.checks import check\n" in text


OWN = [
    "",
    '"""Mine."""\n',
    "# Mine.\n",
    "#!/usr/bin/env python\nX = 1\n",
    "from __future__ import annotations\n",
    "import os  # mine\n\nHERE = os.curdir\n",
    "from zoo import ape as monkey\n\n\ndef mine():\n    return monkey\n",
    "from .zoo import ape\n\n\ndef mine():\n    return ape\n",
    "if __name__ == '__main__':\n    print(1)\n".replace("'", '"'),
    '"""Mine."""\n\nimport numpy as np\n\nS = np.pi\n\n\ndef mine():\n    return 1\n',
    "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from zoo import Ape\n",
]


@pytest.mark.parametrize("own", OWN)
def test_recipes_are_added_to_a_file_of_ones_own(tmp_path, package, own):
    text, kept = append(own, ["darken", "light.tone"], "plain", package=package)
    assert kept == []
    assert re.match(r"(#!.*\n)?# Copied from grainpack 1.0, plain form;", text)
    assert ast.get_docstring(ast.parse(text)) == ast.get_docstring(ast.parse(own))
    assert bound_names(own).keys() <= bound_names(text).keys()
    lines = iter(text.splitlines())
    mine = [line for line in own.splitlines() if line and "import TYPE_CH" not in line]
    assert all(line in lines for line in mine)
    if "zoo" not in own:
        assert run(text)["darken"](4) == 2
    path = tmp_path / "mine.py"
    path.write_text(text, "utf-8")
    states = {status.state for status in aging.check(path, package)}
    assert states == {"unchanged"}
    path.chmod(0o755 if own.startswith("#!") else 0o644)
    # Nobody has these modules.
    code = ["--ignore", "E,F"] if "zoo" in own else []
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", *code, path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + text


@pytest.mark.parametrize(
    ("text", "form", "message"),
    [
        ("def brighten():\n    pass\n", "plain", "has its own brighten"),
        ("from elsewhere import brighten\n", "plain", "has its own brighten"),
        ("x =\n", "plain", "cannot be read"),
        (None, "fast", "the plain form; give neither --fast nor --bare"),
    ],
)
def test_what_cannot_be_added_is_refused(package, text, form, message):
    text = text or copying.standalone(["shrink"], package=package)
    with pytest.raises(RecipeError, match=message):
        append(text, ["brighten"], form, package=package)


def test_a_recipe_that_came_with_another_gets_its_mark(package):
    text = copying.standalone(["grow"], package=package)
    assert "def brighten" in text
    added = append(text, ["brighten"], "plain", package=package).text
    assert added.count("def brighten") == 1
    assert "# recipe: light.brighten 1.0 plain " in added


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
    assert done.stderr == (
        f"imgrecipes: {path} exists; --force replaces it, --append adds to it\n"
    )
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
    assert "save the array that it returns, or take the file from" in done.stderr
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


def test_the_command_copies_adds_and_accepts(tmp_path, capsys):
    path = tmp_path / "mine.py"

    def said(*arguments):
        status = main([*map(str, arguments)])
        out, error = capsys.readouterr()
        return status, out.replace(str(path), "FILE") or error

    assert said("copy", "histogram", "--fast", "--to", path)[0] == 0
    assert "fast form;" in path.read_text("utf-8")
    status, out = said("copy", "rmse", "--append", "--to", path)
    assert status == 2
    assert "the file has recipes in the fast form; give --fast to append" in out
    status, out = said("copy", "rmse", "--fast", "--append", "--to", path)
    lines = len(path.read_text("utf-8").splitlines())
    assert (status, out) == (0, f"FILE: {lines} lines, needs numpy\n")
    assert said("copy", "rmse", "--fast", "--append", "--to", path) == (
        0,
        "FILE: has these recipes already\n",
    )
    assert said("check", path)[0] == 0
    text = path.read_text("utf-8").replace("def rmse(", "def rmse(*_, ")
    path.write_text(text.replace("*_, \n", "*_,\n"), "utf-8")
    status, out = said("check", path)
    assert (status, out.splitlines()[1]) == (1, "FILE: denoising.rmse: edited by you")
    status, out = said("check", "--accept", path)
    assert (status, out.splitlines()[1]) == (0, "FILE: denoising.rmse: unchanged")
    assert said("check", path)[0] == 0
    assert said("copy", "crop_margin", "--append", "--to", tmp_path / "new.py")[0] == 0
    assert "def crop_margin" in (tmp_path / "new.py").read_text("utf-8")


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
    for recipe, message in refused.items():
        assert message.startswith(f"{recipe} cannot be copied: it needs the installed")
        assert "imgrecipes/data" in message
    with pytest.raises(RecipeError, match=r"^samples\.coins cannot be copied"):
        copying.standalone(["to_gray", "coins"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Folder with each recipe in each form that differs, each concept, and all."""
    folder = tmp_path_factory.mktemp("copied")

    def write(stem, recipes, form):
        text = copying.standalone(
            recipes, fast=form.startswith("fast"), bare=form.endswith("bare")
        )
        (folder / f"{stem}.py").write_text(text, "utf-8")
        return code_of(text)

    for recipe in COPIED:
        known = set()
        for form in forms.FORMS:
            path = folder / f"{recipe.replace('.', '_')}-{form}.py"
            code = write(path.stem, [recipe], form)
            if code in known:  # no kernel, or nothing to leave out
                path.unlink()
            known.add(code)
    for concept in concepts():
        together = [name for name in COPIED if name.startswith(f"{concept}.")]
        if together:
            write(f"{concept}-together", together, "plain")
    for form in forms.FORMS:
        write(f"all-{form}", COPIED, form)
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
    paths = [folder / f"all-{form}.py" for form in forms.FORMS]
    assert main(["check", *map(str, paths)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == len(paths) * len(COPIED)
    assert all(line.endswith(": unchanged") for line in said)


def test_everything_in_a_copy_is_used(folder):
    for path in folder.glob("*.py"):
        text = path.read_text("utf-8")
        wanted = set(re.findall(r"(?m)^# recipe: \w+\.(\w+)", text))
        tree = tree_of(text)
        used = {
            node.id
            for statement in tree.body
            for node in ast.walk(statement)
            if isinstance(node, ast.Name) and node.id != vars(statement).get("name")
        }
        assert bound_names(text).keys() <= used | wanted, path
        assert "imgrecipes" not in code_of(text)


def test_no_check_is_left_in_a_bare_copy(folder):
    checks = set(filter(is_check, forms.checks(catalog.PACKAGE)))
    paths = list(folder.glob("*-bare.py"))
    assert len(paths) > len(COPIED) / 2
    for path in paths:
        text = path.read_text("utf-8")
        assert not [name for name in bound_names(text) if name in checks], path
        for node in ast.walk(tree_of(text)):
            if isinstance(node, ast.FunctionDef):
                assert "\n" not in (ast.get_docstring(node) or ""), path


def test_recipes_can_be_added_one_by_one(tmp_path):
    chosen = COPIED[:: len(COPIED) // 8]
    text = "import os  # mine\n\nHERE = os.curdir\n"
    for number, recipe in enumerate(chosen):
        text, kept = append(text, [recipe], "plain")
        assert kept == []
        (tmp_path / f"added{number}.py").write_text(text, "utf-8")
    assert bound_names(text).keys() - {"HERE", "os"} == (
        bound_names(copying.standalone(chosen)).keys() - {"os"}
    )
    states = {status.state for status in aging.check(tmp_path / f"added{number}.py")}
    assert states == {"unchanged"}
    for task in (("check",), ("format", "--check")):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *task, "--isolated", "--no-cache", tmp_path],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


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


def example_of(recipe, path):
    """Return the docstring that shows what a copied recipe gives.

    A bare copy has none, and must give what the plain one shows.
    """
    if path.stem.endswith("bare"):
        path = path.with_stem(f"{recipe.replace('.', '_')}-plain")
    name = recipe.partition(".")[2]
    (node,) = [
        node
        for node in tree_of(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == name
    ]
    return ast.get_docstring(node)


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
        examples = [
            (str(path), example_of(recipe, path))
            for recipe in COPIED
            if DECLARED.get(recipe.partition(".")[0], ()) == declared
            for path in sorted(folder.glob(f"{recipe.replace('.', '_')}-*.py"))
        ]
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", RUNNER],
            input="\n".join(map(json.dumps, (blocked, examples))),
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "MPLBACKEND": "agg"},
            cwd=folder,
        )
        assert done.returncode == 0, done.stderr
        found |= json.loads(done.stdout)
    assert "".join(output for _, output in found.values()) == ""
    assert all(attempted > 0 for attempted, _ in found.values())
    assert {stem.partition("-")[0] for stem in found} == {
        recipe.replace(".", "_") for recipe in COPIED
    }


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(COPIED), min_size=2, max_size=4, unique=True))
def test_recipes_copied_together_are_those_copied_alone(chosen):
    alone = [copying.standalone([recipe]) for recipe in chosen]
    names = set().union(*map(bound_names, alone))
    together = copying.standalone(chosen)
    assert bound_names(together) == Counter(names)
    marks = [re.search(r"# recipe: .*\n", text)[0] for text in alone]
    assert re.findall(r"# recipe: .*\n", together) == marks
