"""The checks that recipes share: each names the argument, what came, what may come."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import ArrayLike, NDArray

BORDER_MODES = ("reflect", "mirror", "nearest", "wrap", "constant")


def check_image(
    image: ArrayLike, name: str = "image", ndim: Collection[int] | None = None
) -> NDArray[Any]:
    """Return `image` as an array of booleans, integers or floats that is not empty."""
    array = np.asarray(image)
    if array.dtype.kind not in "buif":
        raise TypeError(
            f"{name} has dtype {array.dtype}; allowed are bool, integers and floats"
        )
    if array.size == 0:
        raise ValueError(f"{name} is empty, shape {array.shape}; it needs a pixel")
    if ndim is not None and array.ndim not in ndim:
        allowed = " or ".join(f"{n}-D" for n in ndim)
        raise ValueError(
            f"{name} is {array.ndim}-D, shape {array.shape}; allowed is {allowed}"
        )
    return array


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


def check_finite(array: NDArray[Any], name: str = "image") -> None:
    """Raise ValueError if `array` holds NaN or infinity."""
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        count = int(array.size - np.isfinite(array).sum())
        raise ValueError(f"{name} holds {count} values that are NaN or infinite")


def check_choice(value: str, name: str, allowed: Collection[str]) -> str:
    """Return `value` if it is one of the `allowed` words."""
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}; allowed are {', '.join(allowed)}")
    return value


def check_number(
    value: float, name: str, low: float = -math.inf, high: float = math.inf
) -> float:
    """Return `value` as a finite float from `low` to `high`, both included."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} is {value!r}; it must be a number") from None
    if not (math.isfinite(number) and low <= number <= high):
        raise ValueError(f"{name} is {value!r}; allowed is {_interval(low, high)}")
    return number


def check_integer(
    value: int, name: str, low: float = -math.inf, high: float = math.inf
) -> int:
    """Return `value` as an int from `low` to `high`, both included."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is {value!r}; it must be an integer") from None
    if not low <= number <= high:
        raise ValueError(f"{name} is {value!r}; allowed is {_interval(low, high)}")
    return number


def per_axis(value: float | Sequence[float], name: str, ndim: int) -> tuple[Any, ...]:
    """Return `value` repeated for each axis, or as it is if it has `ndim` entries."""
    values = tuple(np.asarray(value).tolist()) if np.ndim(value) else (value,) * ndim
    if len(values) != ndim:
        raise ValueError(
            f"{name} is {value!r}; allowed is one number, or {ndim}, one for each axis"
        )
    return values


def _interval(low: float, high: float) -> str:
    if math.isinf(low) and math.isinf(high):
        return "a finite number"
    if math.isinf(high):
        return f"a finite number >= {low}"
    if math.isinf(low):
        return f"a finite number <= {high}"
    return f"{low} to {high}"
