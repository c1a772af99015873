"""The checks that recipes share: each names the argument, what came, what may come."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import ArrayLike, NDArray

# A bit below the largest float, so that it can be read in messages.
LARGEST = 1e308
BORDER_MODES = ("reflect", "mirror", "nearest", "wrap", "constant")


def check_image(
    image: ArrayLike, name: str = "image", ndim: Collection[int] = ()
) -> NDArray[Any]:
    """Return `image` as an array of booleans, integers or floats that is not empty."""
    if np.ma.is_masked(image):
        raise TypeError(f"{name} has masked values; replace them, as {name}.filled(0)")
    try:
        array = np.asarray(image)
    except ValueError as error:
        raise ValueError(f"{name} is not an array: {error}") from None
    # Extended precision, of code g, differs between machines, and SciPy lacks it.
    if array.dtype.kind not in "buif" or array.dtype.char == "g":
        allowed = "bool, integers and floats of 16, 32 and 64 bits"
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


def check_finite(
    array: NDArray[Any], name: str = "image", largest: float = LARGEST
) -> None:
    """Raise ValueError if `array` holds NaN, infinity, or floats beyond `largest`."""
    ends = [array.min(), array.max()] if array.dtype.kind == "f" else []
    if not all(abs(float(end)) <= largest for end in ends):
        wrong = (
            "NaN or infinite" if largest == LARGEST else f"NaN or beyond {largest:g}"
        )
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
    if not isinstance(np.asanyarray(value, object)[()], bool | np.bool_):
        raise TypeError(f"{name} is {value!r}; allowed are True and False")
    return bool(value)


def check_number(
    value: float, name: str, low: float = -LARGEST, high: float = LARGEST
) -> float:
    """Return `value` as a finite float from `low` to `high`, both included."""
    # An array without axes is a number, too.
    number = np.asanyarray(value, object)[()]
    if not isinstance(number, Real):
        raise TypeError(f"{name} is {value!r}; it must be a number")
    # In half precision, the limits would overflow.
    number = float(number) if isinstance(number, np.floating) else number
    if not low <= number <= high:
        raise ValueError(f"{name} is {value!r}; allowed is {low} to {high}")
    return float(number)


def check_integer(
    value: int, name: str, low: float = -math.inf, high: float = math.inf
) -> int:
    """Return `value` as an int from `low` to `high`, both included."""
    number = np.asanyarray(value, object)[()]
    if not isinstance(number, Integral):
        raise TypeError(f"{name} is {value!r}; it must be an integer")
    if not low <= number <= high:
        raise ValueError(f"{name} is {value!r}; allowed is {low} to {high}")
    return int(number)


def check_numbers(
    values: Sequence[float],
    name: str,
    low: float = -LARGEST,
    high: float = LARGEST,
    count: int | None = None,
) -> tuple[float, ...]:
    """Return a sequence of `count` numbers, or of any number, as floats."""
    return tuple(
        check_number(value, name, low, high)
        for value in check_sequence(values, name, count)
    )


def check_integers(
    values: Sequence[int],
    name: str,
    low: float = -math.inf,
    high: float = math.inf,
    count: int | None = None,
) -> tuple[int, ...]:
    """Return a sequence of `count` integers, or of any number, as ints."""
    return tuple(
        check_integer(value, name, low, high)
        for value in check_sequence(values, name, count)
    )


def check_shape(
    shape: Sequence[int], name: str, count: int | None = None
) -> tuple[int, ...]:
    """Return the lengths of `count` axes, or of any number, of an array."""
    lengths = check_integers(shape, name, 1, count=count)
    # NumPy 1 knows 32 axes; the rest no machine has the memory for.
    if not 1 <= len(lengths) <= 32 or math.prod(lengths) > 2**40:
        raise ValueError(
            f"{name} is {shape!r}; allowed are 1 to 32 lengths, and up to 2 ** 40 "
            "pixels in all"
        )
    return lengths


def check_sequence(
    values: Sequence[Any], name: str, count: int | None = None
) -> list[Any]:
    """Return a sequence as a list, if it has `count` entries or that is not given."""
    entries = as_list(values)
    if entries is None:
        raise TypeError(f"{name} is {values!r}; it must be a sequence, such as (1, 2)")
    if count not in {None, len(entries)}:
        raise ValueError(f"{name} is {values!r}; it must have {count} entries")
    return entries


def per_axis(value: float | Sequence[float], name: str, ndim: int) -> list[Any]:
    """Return `value` repeated for each axis, or as it is if it has `ndim` entries."""
    listed = as_list(value)
    entries = [value] * ndim if listed is None else listed
    if len(entries) != ndim:
        allowed = f"one number, or {ndim}, one for each axis"
        raise ValueError(f"{name} is {value!r}; allowed is {allowed}")
    return entries


def count_axes(value: float | Sequence[float], name: str, ndim: int) -> int:
    """Return how many leading axes `value` is for; one number is for all of them."""
    listed = as_list(value)
    count = ndim if listed is None else len(listed)
    if not 1 <= count <= ndim:
        allowed = f"one number, or one for each axis, of which the image has {ndim}"
        raise ValueError(f"{name} is {value!r}; allowed is {allowed}")
    return count


def as_list(value: object) -> list[Any] | None:
    """Return the entries of a sequence or an array with axes; None of all else."""
    if isinstance(value, np.ndarray):
        return list(value) if value.ndim else None
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return list(value)
    return None


def check_axes(axes: Sequence[int], ndim: int, name: str = "axes") -> list[int]:
    """Return distinct axes of an array of `ndim` axes, counted from 0, in order."""
    found = [axis % ndim for axis in check_integers(axes, name, -ndim, ndim - 1)]
    if len(set(found)) < len(found):
        raise ValueError(f"{name} is {axes!r}; each axis may occur once")
    return sorted(found)
