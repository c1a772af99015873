"""Minima and maxima under a footprint."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


def lowest_under(image: NDArray[Any], footprint: NDArray[np.bool_]) -> NDArray[Any]:
    """Return the minimum under the footprint, which has axes of the image's first."""
    outside = extremes_of(image.dtype)[1]
    return reduce(np.minimum, views_under(image, footprint, 1, outside), outside)


def highest_under(image: NDArray[Any], footprint: NDArray[np.bool_]) -> NDArray[Any]:
    """Return the maximum under the footprint, turned by half a turn."""
    outside = extremes_of(image.dtype)[0]
    return reduce(np.maximum, views_under(image, footprint, -1, outside), outside)


def opened_under(image: NDArray[Any], footprint: NDArray[np.bool_]) -> NDArray[Any]:
    """Return the maximum, under the turned footprint, of the minimum under it."""
    low, high = extremes_of(image.dtype)
    lowest = reduce(np.minimum, views_under(image, footprint, 1, high), high)
    return reduce(np.maximum, views_under(lowest, footprint, -1, low), low)


def closed_under(image: NDArray[Any], footprint: NDArray[np.bool_]) -> NDArray[Any]:
    """Return the minimum, under the footprint, of the maximum under it turned."""
    low, high = extremes_of(image.dtype)
    highest = reduce(np.maximum, views_under(image, footprint, -1, low), low)
    return reduce(np.minimum, views_under(highest, footprint, 1, high), high)


def views_under(
    image: NDArray[Any], footprint: NDArray[np.bool_], turn: int, outside: float
) -> Iterator[NDArray[Any]]:
    """Yield the image as it is seen from each pixel of the footprint."""
    element = footprint.reshape(footprint.shape + (1,) * (image.ndim - footprint.ndim))
    middle: NDArray[np.intp] = np.array(element.shape, np.intp) // 2
    padded = np.pad(image, [(n, n) for n in middle], constant_values=outside)
    for start in middle + turn * (np.argwhere(element) - middle):
        yield padded[tuple(map(slice, start, start + image.shape))]


def extremes_of(dtype: np.dtype[Any]) -> tuple[Any, Any]:
    """Return the smallest and the largest value of a dtype."""
    if dtype.kind in "ui":
        return np.iinfo(dtype).min, np.iinfo(dtype).max
    return (False, True) if dtype.kind == "b" else (-np.inf, np.inf)
