"""What the page Conventions says of numbers and dtypes, held for every recipe."""

from __future__ import annotations

import contextlib
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpydoc.docscrape import FunctionDoc

from arguments import arguments, every_recipe

RECIPES = every_recipe()
INTEGERS = [np.dtype(code) for code in "bBhHiIlLqQ"]
FLOATS = [np.dtype(code) for code in "efdg"]
DTYPES = [np.dtype(name) for name in ("bool", "u1", "i1", "u2", "i2", "u4", "i4")]
DTYPES += [np.dtype(name) for name in ("u8", "i8", "f2", "f4", "f8")]
# What a result says of its dtype, and which dtype that is for an image of another one.
PROMISES = {
    r"of bool\b": lambda _: np.dtype(bool),
    r"of float32 or float64": lambda dtype: (
        dtype if dtype == np.float32 else np.dtype(float)
    ),
    r"of float64": lambda _: np.dtype(float),
    r"of int32": lambda _: np.dtype(np.int32),
    r"of int64": lambda _: np.dtype(np.int64),
    r"of int\b": lambda _: np.dtype(np.intp),
}


def same(one, other, tolerance=0.0):
    """Whether two results are equal: arrays, numbers, figures, or several of these."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(
            same(one[key], other[key], tolerance) for key in one
        )
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(
            same(a, b, tolerance) for a, b in zip(one, other, strict=True)
        )
    if isinstance(one, np.ndarray | np.generic | float | int):
        a, b = np.asarray(one), np.asarray(other)
        scale = max(np.abs(a.astype(float)).max(initial=0), 1.0)
        return (
            a.shape == b.shape
            and a.dtype == b.dtype
            and np.allclose(a, b, rtol=0, atol=tolerance * scale, equal_nan=True)
        )
    return type(one) is type(other)  # figures, or None


def call(name, **changed):
    try:
        return RECIPES[name](**arguments(name) | changed)
    finally:
        plt.close("all")


def kinds_of_array(name):
    """The parameters of a recipe that are arrays, the first of them the image."""
    return [key for key, value in arguments(name).items() if _is_image(value)]


def _is_number_or_some(value):
    some = value if isinstance(value, tuple) else (value,)
    return all(isinstance(one, int | float) for one in some)


def _is_image(value):
    return isinstance(value, np.ndarray) and value.ndim > 1


WITH_ARRAYS = [name for name in RECIPES if kinds_of_array(name)]


def twins(value):
    """The same number, or numbers, as NumPy has them."""
    integers = np.asarray(value).dtype.kind == "i"
    for dtype in [*INTEGERS, *FLOATS] if integers else FLOATS:
        array = np.asarray(value, dtype)
        if integers and dtype.kind == "f":
            continue
        assert np.array_equal(array, value), f"{value} is not exact in {dtype}"
        if array.ndim:
            yield array
            yield list(array)
            yield array.astype(dtype.newbyteorder())
        else:
            yield array[()]
            yield array
            yield array.astype(dtype.newbyteorder())


def _promise(name, text):
    """The rule by which the dtype of a result follows from that of the first array."""
    if found := re.search(r"dtype (?:of|as) `(\w+)`", text):
        if found[1] == kinds_of_array(name)[0]:
            return lambda dtype: dtype
        return lambda _: arguments(name)[found[1]].dtype
    return next(
        (rule for known, rule in PROMISES.items() if re.search(known, text)), None
    )


@pytest.mark.parametrize("name", RECIPES)
def test_numbers_of_numpy_count_as_those_of_python(name):
    expected = call(name)
    for key, value in arguments(name).items():
        if isinstance(value, bool):
            others = [np.bool_(value), np.array(value)]
        elif _is_number_or_some(value):
            others = twins(value)
        else:
            continue
        for other in others:
            assert same(call(name, **{key: other}), expected), (key, repr(other))


@pytest.mark.parametrize("name", WITH_ARRAYS)
def test_byte_order_and_memory_layout_do_not_matter(name):
    plain = {key: arguments(name)[key] for key in kinds_of_array(name)}
    expected = call(name)
    for change in (
        lambda array: array.astype(array.dtype.newbyteorder()),
        np.asfortranarray,
        lambda array: np.repeat(array, 2, axis=-1)[..., ::2],
        lambda array: array[::-1].copy()[::-1],
        lambda array: np.ma.MaskedArray(array, mask=False),
        lambda array: array.tolist(),
    ):
        changed = {key: change(array) for key, array in plain.items()}
        # Sums may be taken in another order.
        assert same(call(name, **changed), expected, 1e-12)


@pytest.mark.parametrize("name", WITH_ARRAYS)
def test_what_is_given_is_not_changed(name):
    given = {key: arguments(name)[key].copy() for key in kinds_of_array(name)}
    for array in given.values():
        array.flags.writeable = False
    call(name, **given)


@pytest.mark.parametrize("name", WITH_ARRAYS)
def test_masked_values_are_refused_with_a_way_out(name):
    for key in kinds_of_array(name):
        array = np.ma.MaskedArray(arguments(name)[key])
        array[0, 0] = np.ma.masked
        with pytest.raises(TypeError, match=rf"\b{key} has masked .*{key}\.filled"):
            call(name, **{key: array})


@pytest.mark.parametrize("name", WITH_ARRAYS)
def test_extended_precision_is_refused(name):
    for key in kinds_of_array(name):
        array = arguments(name)[key].astype(np.longdouble)
        with pytest.raises(TypeError, match=rf"\b{key} has dtype .*; allowed"):
            call(name, **{key: array})


@pytest.mark.parametrize("name", WITH_ARRAYS)
def test_results_have_the_dtype_that_the_docstring_promises(name):
    first = kinds_of_array(name)[0]
    returns = FunctionDoc(RECIPES[name])["Returns"]
    promises = [_promise(name, part.type) for part in returns]
    taken = []
    for dtype in DTYPES:
        array = arguments(name)[first]
        high = 1 if dtype.kind == "b" else 100
        scaled = array if array.max() <= high else array / array.max() * high
        image = np.rint(scaled) if dtype.kind in "ui" else scaled
        image = image > 0.5 if dtype.kind == "b" else image.astype(dtype)
        for given in (image, image.astype(dtype.newbyteorder())):
            # How a refusal reads is for the test of hostile input to say.
            with contextlib.suppress(TypeError, ValueError):
                taken.append((dtype, call(name, **{first: given})))
    assert taken
    for dtype, result in taken:
        results = result if len(returns) > 1 else (result,)
        for promise, part in zip(promises, results, strict=True):
            if isinstance(part, np.ndarray):
                assert promise, "the docstring names no dtype"
                assert part.dtype == promise(dtype), dtype
                assert part.dtype.isnative


@pytest.mark.parametrize("name", WITH_ARRAYS)
@pytest.mark.parametrize("repeats", [None, 1, 9])
def test_half_precision_is_read_exactly_and_overflows_nowhere(name, repeats):
    first, *others = kinds_of_array(name)
    array = arguments(name)[first]
    if array.dtype.kind != "f" or (others and repeats != 1):
        return
    if repeats is None:
        array = array[tuple(slice(0, 8) for _ in array.shape[:2])]
    else:
        array = np.tile(array, [1] * (array.ndim - 2) + [repeats, 1])
    half = (300 * array).astype(np.float16)
    results = []
    for image in (half, half.astype(np.float64)):
        try:
            results.append(call(name, **{first: image}))
        except (TypeError, ValueError) as error:
            results.append(str(error))
    if isinstance(results[0], str):
        # Too small for a recipe is too small in any dtype; a dtype is refused by name.
        assert "float16" in results[0] or results[0] == results[1]
        return
    for one, other in zip(*map(_numbers, results), strict=True):
        scale = np.abs(other).max(initial=1)
        np.testing.assert_allclose(one / scale, other / scale, rtol=0, atol=1e-3)


def _numbers(result):
    if isinstance(result, dict):
        result = tuple(result.values())
    parts = result if isinstance(result, tuple) else (result,)
    arrays = [part for part in parts if isinstance(part, np.ndarray | float | int)]
    return [np.asarray(part, float) for part in arrays]
