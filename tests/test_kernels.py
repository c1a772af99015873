"""The fast kernels compute what the plain ones define."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

import imgrecipes

FOLDER = Path(imgrecipes.__file__).parent / "_kernels"
# Rounding of floats, as a share of the largest value: sums in another order.
ROUNDING = {"f2": 2e-3, "f4": 4e-6, "f8": 1e-12}


def kernels(kind):
    """All kernels of one kind, as functions by file and name."""
    found = {}
    for path in sorted((FOLDER / kind).glob("[!_]*.py")):
        module = importlib.import_module(f"imgrecipes._kernels.{kind}.{path.stem}")
        for name, value in vars(module).items():
            own = getattr(value, "__module__", "") == module.__name__
            if own and inspect.isfunction(value) and not name.startswith("_"):
                found[f"{path.stem}.{name}"] = value
    return found


PLAIN, FAST = kernels("plain"), kernels("fast")


# How to draw the arguments of a kernel stands in the file of its name in tests/kernels.
ARGUMENTS = {
    f"{path.stem}.{name}": strategy
    for path in sorted((FOLDER / "fast").glob("[!_]*.py"))
    for name, strategy in importlib.import_module(
        f"kernels.{path.stem}"
    ).ARGUMENTS.items()
}


# These write into an array that they are given.
FILLS = {"blocks.fill_by_rows"}


def test_every_fast_kernel_has_a_plain_twin():
    assert not FAST.keys() - PLAIN.keys()
    for name, fast in FAST.items():
        assert inspect.signature(fast) == inspect.signature(PLAIN[name]), name
        assert fast.__doc__, name


def test_every_pair_of_kernels_is_compared():
    assert FAST.keys() == ARGUMENTS.keys()


def assert_same(fast, plain, rounding=ROUNDING):
    """Equal bits for booleans and integers, equal to rounding for floats."""
    if isinstance(plain, dict):
        assert list(fast) == list(plain)
        fast, plain = list(fast.values()), list(plain.values())
    if isinstance(plain, tuple | list):
        assert len(fast) == len(plain)
        for one, other in zip(fast, plain, strict=True):
            assert_same(one, other, rounding)
        return
    fast, plain = np.asarray(fast), np.asarray(plain)
    assert fast.dtype == plain.dtype
    assert fast.shape == plain.shape
    if plain.dtype.kind != "f":
        np.testing.assert_array_equal(fast, plain)
        return
    scale = np.abs(plain[np.isfinite(plain)]).max(initial=1)
    allowed = rounding[plain.dtype.str[1:]] * scale
    np.testing.assert_allclose(fast, plain, rtol=0, atol=allowed)


@pytest.mark.parametrize("name", FAST)
def test_fast_kernels_equal_plain_ones(name):
    @settings(max_examples=60)
    @given(ARGUMENTS[name])
    def compare(arguments):
        given_before = [np.copy(a) for a in arguments if isinstance(a, np.ndarray)]
        if name in FILLS:
            assert_same(np.copy(FAST[name](*arguments)), PLAIN[name](*arguments))
            return
        fast, plain = FAST[name](*arguments), PLAIN[name](*arguments)
        assert_same(fast, plain)
        given_after = [a for a in arguments if isinstance(a, np.ndarray)]
        for before, after in zip(given_before, given_after, strict=True):
            np.testing.assert_array_equal(before, after)

    compare()
