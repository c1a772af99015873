"""The checks that recipes share: each names the argument, what came, what may come."""

from __future__ import annotations

import math
import sys
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import ArrayLike, NDArray

LARGEST = sys.float_info.max
BORDER_MODES = ("reflect", "mirror", "nearest", "wrap", "constant")


def check_image(
    image: ArrayLike, name: str = "image", ndim: Collection[int] = ()
) -> NDArray[Any]:
    """Return `image` as an array of this machine's byte order, if it can be one."""
    if np.ma.is_masked(image):
        raise TypeError(f"{name} has masked values; replace them, as {name}.filled(0)")
    try:
        array = np.asarray(image)
    except ValueError as error:
        raise ValueError(f"{name} is not an array: {error}") from None
    # Extended precision, of code g, differs between machines, and SciPy lacks it.
    if array.dtype.kind not in "buif" or array.dtype.char == "g":
        allowed = "bool, integers and floats of up to 64 bits"
        raise TypeError(f"{name} has dtype {array.dtype}; allowed are {allowed}")
    if array.size == 0:
        raise ValueError(f"{name} is empty, shape {array.shape}; it needs a pixel")
    if ndim and array.ndim not in ndim:
        allowed = " or ".join(f"{n}-D" for n in ndim)
        raise ValueError(f"{name} is {array.ndim}-D; allowed is {allowed}")
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def check_mask(
    mask: ArrayLike, name: str = "mask", ndim: Collection[int] = ()
) -> NDArray[np.bool_]:
    """Return `mask` as an array of booleans that is not empty."""
    array = check_image(mask, name, ndim)
    if array.dtype.kind != "b":
        allowed = f"bool ({name} > 0 makes one)"
        raise TypeError(f"{name} has dtype {array.dtype}; allowed is {allowed}")
    return array


def check_labels(
    labels: ArrayLike, name: str = "labels", ndim: Collection[int] = ()
) -> NDArray[Any]:
    """Return `labels` as an array of integers from 0 that is not empty."""
    array = check_image(labels, name, ndim)
    if array.dtype.kind not in "ui":
        allowed = "integers (label_regions makes them from a mask)"
        raise TypeError(f"{name} has dtype {array.dtype}; allowed are {allowed}")
    if array.min() < 0:
        raise ValueError(f"{name} holds {array.min()}; allowed are integers >= 0")
    return array


def check_finite(
    array: NDArray[Any], name: str = "image", largest: float = LARGEST
) -> None:
    """Raise ValueError if `array` holds NaN, infinity, or floats beyond `largest`."""
    ends = [array.min(), array.max()] if array.dtype.kind == "f" else []
    if not all(abs(float(end)) <= largest for end in ends):
        wrong = f"NaN or infinite, or beyond {largest:g}"
        count = np.count_nonzero(~(np.abs(array.astype(float)) <= largest))
        raise ValueError(f"{name} holds {count} values that are {wrong}")


def narrow_floats(levels: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return floats in the dtype of the image, which may be too narrow for them."""
    with np.errstate(over="ignore"):
        narrow = levels.astype(dtype, copy=False)
    if narrow is not levels and (np.isinf(narrow) & np.isfinite(levels)).any():
        way_out = "too narrow for the result; pass image.astype(np.float32)"
        raise ValueError(f"image has dtype {dtype}, {way_out}")
    return narrow


def check_choice(value: object, name: str, allowed: Collection[str]) -> str:
    """Return `value` if it is one of the `allowed` words."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} is {value!r}; allowed are {', '.join(allowed)}")
    return value


def check_flag(value: bool, name: str) -> bool:
    """Return `value` if it is True or False."""
    if not isinstance(as_python(value), bool):
        raise TypeError(f"{name} is {value!r}; allowed are True and False")
    return bool(value)


def check_number(
    value: float, name: str, low: float = -inf, high: float = inf
) -> float:
    """Return `value` as a finite float from `low` to `high`, both included."""
    number = as_python(value)
    if not isinstance(number, int | float):
        raise TypeError(f"{name} is {value!r}; it must be a number")
    if not (low <= number <= high and abs(number) <= LARGEST):
        raise ValueError(f"{name} is {value!r}; allowed is {low} to {high}, finite")
    return float(number)


def check_integer(value: int, name: str, low: float = -inf, high: float = inf) -> int:
    """Return `value` as an int from `low` to `high`, both included."""
    number = as_python(value)
    if not isinstance(number, int):
        raise TypeError(f"{name} is {value!r}; it must be an integer")
    if not low <= number <= high:
        raise ValueError(f"{name} is {value!r}; allowed is {low} to {high}")
    return int(number)


def as_python(value: object) -> object:
    """Return arrays and scalars of NumPy as Python's numbers, all else as it is."""
    if isinstance(value, np.ndarray | np.generic):
        # Python has no number of extended precision, code g.
        value = (value.astype(float) if value.dtype.char == "g" else value).tolist()
    return value


def check_numbers(
    values: Sequence[float],
    name: str,
    low: float = -inf,
    high: float = inf,
    count: int = 0,
) -> tuple[float, ...]:
    """Return a sequence of `count` numbers, or of any number, as floats."""
    entries = check_sequence(values, name, count)
    return tuple(check_number(value, name, low, high) for value in entries)


def check_integers(
    values: Sequence[int],
    name: str,
    low: float = -inf,
    high: float = inf,
    count: int = 0,
) -> tuple[int, ...]:
    """Return a sequence of `count` integers, or of any number, as ints."""
    entries = check_sequence(values, name, count)
    return tuple(check_integer(value, name, low, high) for value in entries)


def check_shape(shape: Sequence[int], name: str, count: int = 0) -> tuple[int, ...]:
    """Return the lengths of `count` axes, or of any number, of an array."""
    lengths = check_integers(shape, name, 1, count=count)
    # NumPy 1 knows 32 axes; the rest no machine has the memory for.
    if not 1 <= len(lengths) <= 32 or math.prod(lengths) > 2**40:
        allowed = "1 to 32 lengths, and up to 2 ** 40 pixels in all"
        raise ValueError(f"{name} is {shape!r}; allowed are {allowed}")
    return lengths


def check_sequence(values: Sequence[Any], name: str, count: int = 0) -> Sequence[Any]:
    """Return a sequence of `count` entries, or of any number if that is 0."""
    entries = as_python(values)
    if not isinstance(entries, list | tuple | range):
        raise TypeError(f"{name} is {values!r}; it must be a sequence, such as (1, 2)")
    if count and len(entries) != count:
        raise ValueError(f"{name} is {values!r}; it must have {count} entries")
    return entries


def per_axis(value: float | Sequence[float], name: str, ndim: int) -> Sequence[Any]:
    """Return `value` repeated for each axis, or as it is if it has `ndim` entries."""
    entries = as_python(value)
    numbers = list(entries) if isinstance(entries, list | tuple) else [entries] * ndim
    if len(numbers) != ndim:
        allowed = f"one number, or {ndim}, one for each axis"
        raise ValueError(f"{name} is {value!r}; allowed is {allowed}")
    return numbers


def count_axes(value: float | Sequence[float], name: str, ndim: int) -> int:
    """Return how many leading axes `value` is for; one number is for all of them."""
    entries = as_python(value)
    count = len(entries) if isinstance(entries, list | tuple) else ndim
    if not 1 <= count <= ndim:
        allowed = f"one number, or one for each axis, of which the image has {ndim}"
        raise ValueError(f"{name} is {value!r}; allowed is {allowed}")
    return count


def check_axes(axes: Sequence[int], ndim: int, name: str = "axes") -> list[int]:
    """Return distinct axes of an array of `ndim` axes, counted from 0, in order."""
    found = [axis % ndim for axis in check_integers(axes, name, -ndim, ndim - 1)]
    if len(set(found)) < len(found):
        raise ValueError(f"{name} is {axes!r}; each axis may occur once")
    return sorted(found)
