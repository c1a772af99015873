"""The checks that recipes share: each names the argument, what came, what may come."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import ArrayLike, NDArray

BORDER_MODES = ("reflect", "mirror", "nearest", "wrap", "constant")


def check_image(
    image: ArrayLike, name: str = "image", ndim: Collection[int] | None = None
) -> NDArray[Any]:
    """Return `image` as an array of booleans, integers or floats that is not empty."""
    if np.ma.is_masked(image):
        raise TypeError(
            f"{name} has masked values, which would count as pixels; replace them, "
            f"as {name}.filled(0) does, or crop the array"
        )
    try:
        array = np.asarray(image)
    except ValueError as error:
        raise ValueError(f"{name} is not an array: {error}") from None
    # Extended precision differs between machines, and SciPy does not compute with it.
    if array.dtype.kind not in "buif" or array.dtype.char == "g":
        raise TypeError(
            f"{name} has dtype {array.dtype}; allowed are bool, integers and floats "
            "of 16, 32 and 64 bits"
        )
    if array.size == 0:
        raise ValueError(f"{name} is empty, shape {array.shape}; it needs a pixel")
    if ndim is not None and array.ndim not in ndim:
        allowed = " or ".join(f"{n}-D" for n in ndim)
        raise ValueError(
            f"{name} is {array.ndim}-D, shape {array.shape}; allowed is {allowed}"
        )
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def check_mask(
    mask: ArrayLike, name: str = "mask", ndim: Collection[int] | None = None
) -> NDArray[np.bool_]:
    """Return `mask` as an array of booleans that is not empty."""
    array = check_image(mask, name, ndim)
    if array.dtype.kind != "b":
        raise TypeError(
            f"{name} has dtype {array.dtype}; allowed is bool ({name} > 0 makes one)"
        )
    return array


def check_finite(
    array: NDArray[Any], name: str = "image", largest: float = sys.float_info.max
) -> None:
    """Raise ValueError if `array` holds NaN, infinity, or floats beyond `largest`."""
    if array.dtype.kind != "f":
        return
    low, high = float(array.min()), float(array.max())
    if not -math.inf < low <= high < math.inf:
        count = int(array.size - np.isfinite(array).sum())
        raise ValueError(f"{name} holds {count} values that are NaN or infinite")
    if max(-low, high) > largest:
        raise ValueError(
            f"{name} holds values from {low:g} to {high:g}; allowed is up to "
            f"{largest:g} in magnitude, as larger results overflow"
        )


def narrow_floats(levels: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return floats in the dtype of the image, which may be too narrow for them."""
    if dtype.itemsize < levels.dtype.itemsize:
        limit = float(np.finfo(dtype).max)
        if (np.isfinite(levels) & (np.abs(levels) > limit)).any():
            raise ValueError(
                f"image has dtype {dtype}, which holds levels up to {limit:g}, and the "
                "result exceeds them; pass image.astype(np.float32)"
            )
    return levels.astype(dtype, copy=False)


def check_choice(value: object, name: str, allowed: Collection[str]) -> str:
    """Return `value` if it is one of the `allowed` words."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} is {value!r}; allowed are {', '.join(allowed)}")
    return value


def check_flag(value: bool, name: str) -> bool:
    """Return `value` if it is True or False."""
    if not isinstance(_as_number(value), bool):
        raise TypeError(f"{name} is {value!r}; allowed are True and False")
    return bool(value)


def check_number(
    value: float, name: str, low: float = -math.inf, high: float = math.inf
) -> float:
    """Return `value` as a finite float from `low` to `high`, both included."""
    number = _as_number(value)
    if not isinstance(number, int | float):
        raise TypeError(f"{name} is {value!r}; it must be a number")
    if not (low <= number <= high and abs(number) <= sys.float_info.max):
        raise ValueError(f"{name} is {value!r}; allowed is {_interval(low, high)}")
    return float(number)


def check_integer(
    value: int, name: str, low: float = -math.inf, high: float = math.inf
) -> int:
    """Return `value` as an int from `low` to `high`, both included."""
    number = _as_number(value)
    if not isinstance(number, int):
        raise TypeError(f"{name} is {value!r}; it must be an integer")
    if not low <= number <= high:
        raise ValueError(f"{name} is {value!r}; allowed is {_interval(low, high)}")
    return int(number)


def check_numbers(
    values: Sequence[float],
    name: str,
    low: float = -math.inf,
    high: float = math.inf,
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
) -> Sequence[Any]:
    """Return `values` if they are a sequence, of `count` entries if that is given."""
    if not _is_sequence(values):
        raise TypeError(f"{name} is {values!r}; it must be a sequence, such as (1, 2)")
    if count is not None and len(values) != count:
        raise ValueError(f"{name} is {values!r}; it must have {count} entries")
    return values


def per_axis(value: float | Sequence[float], name: str, ndim: int) -> Sequence[Any]:
    """Return `value` repeated for each axis, or as it is if it has `ndim` entries."""
    values = list[Any](value if _is_sequence(value) else [value] * ndim)
    if len(values) != ndim:
        raise ValueError(
            f"{name} is {value!r}; allowed is one number, or {ndim}, one for each axis"
        )
    return values


def count_axes(value: float | Sequence[float], name: str, ndim: int) -> int:
    """Return how many leading axes `value` is for; one number is for all of them."""
    count = len(value) if _is_sequence(value) else ndim
    if not 1 <= count <= ndim:
        raise ValueError(
            f"{name} is {value!r}; allowed is one number, or one for each axis, of "
            f"which the image has {ndim}"
        )
    return count


def check_axes(axes: Sequence[int], ndim: int, name: str = "axes") -> list[int]:
    """Return distinct axes of an array of `ndim` axes, counted from 0, in order."""
    found = [axis % ndim for axis in check_integers(axes, name, -ndim, ndim - 1)]
    if len(set(found)) < len(found):
        raise ValueError(f"{name} is {axes!r}; each axis may occur once")
    return sorted(found)


def _is_sequence(values: object) -> TypeGuard[Sequence[Any]]:
    if isinstance(values, np.ndarray):
        return values.ndim == 1 and not np.ma.is_masked(values)
    return isinstance(values, Sequence) and not isinstance(values, str | bytes)


def _as_number(value: object) -> object:
    """Return NumPy's scalars and arrays without axes as Python's numbers."""
    scalar = value[()] if isinstance(value, np.ndarray) else value
    if isinstance(scalar, np.floating):
        return float(scalar)  # whose item() is no float in extended precision
    return scalar.item() if isinstance(scalar, np.generic) else scalar


def _interval(low: float, high: float) -> str:
    if math.isinf(low) and math.isinf(high):
        return "a finite number"
    if math.isinf(high):
        return f"a finite number >= {low}"
    if math.isinf(low):
        return f"a finite number <= {high}"
    return f"{low} to {high}"
