"""Least total variation, by steps over blocks of rows.

The gradient of a block needs its divergence a row further, and the divergence the field
a row before, so that a step goes once over the image and each of its arrays, in blocks
of about 32768 pixels that stay in the cache and in memory that is used again.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


def least_variation(
    noisy: NDArray[Any], weight: float, distance: float, iterations: int
) -> NDArray[Any]:
    """Take all steps block by block of rows."""
    field = np.zeros((noisy.ndim, *noisy.shape), noisy.dtype)
    ahead, following, momentum = field.copy(), np.empty_like(field), 1.0
    for step in range(iterations):
        if step % 10 == 0:
            gap = 0.0
            for rows, slope, squares in _dual_slopes(noisy, field):
                gap += weight * _lengths(slope, squares).sum(dtype=np.float64)
                gap -= (field[:, rows] * slope).sum(dtype=np.float64)
            if gap <= noisy.size * distance**2:
                break
        faster = (1 + math.sqrt(1 + 4 * momentum**2)) / 2
        for rows, slope, squares in _dual_slopes(noisy, ahead):
            # The square of the gradient's norm is below 4 for each axis.
            moved = np.multiply(slope, 1 / (4 * noisy.ndim), out=slope)
            moved += ahead[:, rows]
            length = _lengths(moved, squares)
            np.maximum(length, weight, out=length)
            moved *= np.divide(weight, length, out=length)
            change = np.subtract(moved, field[:, rows], out=following[:, rows])
            change *= (momentum - 1) / faster
            change += moved
            field[:, rows] = moved
        ahead, following, momentum = following, ahead, faster
    result = noisy.copy()
    _add_divergence(result, field)
    return result


def _dual_slopes(
    noisy: NDArray[Any], field: NDArray[Any]
) -> Iterator[tuple[slice, NDArray[Any], NDArray[Any]]]:
    """Yield the gradient of `noisy` plus the field's divergence, by blocks of rows.

    The third array of each block is memory of the same shape to work with.
    """
    size = max(1, 2**15 // noisy[0].size)
    shape = (size + 2, *noisy.shape[1:])
    image, (slopes, squares) = (
        np.empty(shape, noisy.dtype),
        np.empty((2, len(field), *shape), noisy.dtype),
    )
    for start in range(0, len(noisy), size):
        # The divergence looks a row back, the gradient a row ahead.
        rows = slice(start, min(start + size, len(noisy)))
        wide = slice(max(start - 1, 0), rows.stop + 1)
        levels = image[: len(noisy[wide])]
        levels[...] = noisy[wide]
        _add_divergence(levels, field[:, wide])
        for axis, slope in enumerate(slopes[:, : len(levels)]):
            ahead, here = slope.swapaxes(0, axis), levels.swapaxes(0, axis)
            np.subtract(here[1:], here[:-1], out=ahead[:-1])
            ahead[-1] = 0
        inner = slice(start - wide.start, rows.stop - wide.start)
        yield rows, slopes[:, inner], squares[:, inner]


def _add_divergence(image: NDArray[Any], field: NDArray[Any]) -> None:
    """Add the negative transpose of the gradient, for a field that it could give."""
    for axis, part in enumerate(field):
        image += part
        image.swapaxes(0, axis)[1:] -= part.swapaxes(0, axis)[:-1]


def _lengths(vectors: NDArray[Any], squares: NDArray[Any]) -> NDArray[Any]:
    """Return the lengths of a field's vectors, in the first part of `squares`."""
    first, *others = np.multiply(vectors, vectors, out=squares)
    for other in others:
        first += other
    lengths: NDArray[Any] = np.sqrt(first, out=first)
    return lengths
