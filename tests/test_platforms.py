"""What the package does where integers have 32 bits: WebAssembly, win32, armv7."""

from __future__ import annotations

import functools
import inspect

import matplotlib.pyplot as plt
import numpy as np
import pytest

from arguments import arguments, every_recipe
from test_conventions import same

RECIPES = every_recipe()
# They take long and have no indices of their own.
SLOW = {"denoising.denoise_nonlocal", "classification.classify_pixels"}


# Functions that refuse indices of 64 bits there, and which argument the indices are.
INDEXED = {"bincount": 0, "choose": 0, "put": 1, "repeat": 1, "take": 1}


def _like_32_bits(function, place):
    @functools.wraps(function)
    def checked(*arrays, **options):
        if np.asarray(arrays[place]).dtype.char in "qQ":
            raise TypeError("Cannot cast array data from int64 to int32, 'safe'")
        return function(*arrays, **options)

    return checked


@pytest.fixture
def small_integers(monkeypatch):
    """Let NumPy make integers of 32 bits, and tell indices from numbers of 64 bits.

    The latter have the type of C's long long here, which no index has.
    """
    arange = np.arange

    def arange_32(*limits, dtype=None, **options):
        result = arange(*limits, dtype=dtype, **options)
        small = dtype is None and result.dtype == np.intp
        return result.astype(np.int32) if small else result

    monkeypatch.setattr(np, "arange", arange_32)
    monkeypatch.setattr(np, "int64", np.longlong)
    monkeypatch.setattr(np, "uint64", np.ulonglong)
    for name, place in INDEXED.items():
        monkeypatch.setattr(np, name, _like_32_bits(getattr(np, name), place))


def _larger(value):
    """The argument, as an image so large that it is worked through in blocks."""
    if not isinstance(value, np.ndarray) or value.shape[:2] != (16, 16):
        return value
    return value.repeat(14, axis=0).repeat(13, axis=1)


def _as_it_is(value):
    return value


def _as_long_long(value):
    integers = isinstance(value, np.ndarray) and value.dtype == np.intp
    return value.astype(np.longlong) if integers else value


def _call(name, change):
    """The results with all arguments given, and with the defaults where there are."""
    given = {key: change(value) for key, value in arguments(name).items()}
    parameters = inspect.signature(RECIPES[name]).parameters
    needed = {
        key: value
        for key, value in given.items()
        if parameters[key].default is inspect.Parameter.empty
    }
    try:
        return RECIPES[name](**given), RECIPES[name](**needed)
    finally:
        plt.close("all")


@pytest.mark.skipif(
    np.dtype(np.intp).char in "qQ" or np.dtype(np.intp).itemsize == 4,
    reason="long long is an index here, or integers are that small anyway",
)
@pytest.mark.parametrize("name", [name for name in RECIPES if name not in SLOW])
@pytest.mark.parametrize("size", [_as_it_is, _larger])
def test_indices_have_32_bits_where_the_platform_has(name, size, request):
    expected = _call(name, size)
    request.getfixturevalue("small_integers")
    assert same(_call(name, lambda value: _as_long_long(size(value))), expected, 1e-12)
