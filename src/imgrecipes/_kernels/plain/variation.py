"""Least total variation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def least_variation(
    noisy: NDArray[Any], weight: float, distance: float, iterations: int
) -> NDArray[Any]:
    """Lower ``((u - noisy)**2).sum() / 2 + weight * lengths_of(slopes_of(u)).sum()``.

    Steps stop within the root mean square distance of the lowest.
    """
    ahead = field = np.zeros((noisy.ndim, *noisy.shape), noisy.dtype)
    momentum = 1.0
    for step in range(iterations):
        if step % 10 == 0:
            slopes = slopes_of(noisy + divergence_of(field))
            gap = weight * lengths_of(slopes).sum(dtype=np.float64)
            gap -= (field * slopes).sum(dtype=np.float64)
            if gap <= noisy.size * distance**2:
                break
        faster = (1 + math.sqrt(1 + 4 * momentum**2)) / 2
        # The square of the gradient's norm is below 4 for each axis.
        moved = ahead + slopes_of(noisy + divergence_of(ahead)) / (4 * noisy.ndim)
        moved *= weight / np.maximum(lengths_of(moved), weight)
        ahead = moved + (moved - field) * ((momentum - 1) / faster)
        field, momentum = moved, faster
    return np.asarray(noisy + divergence_of(field))


def slopes_of(image: NDArray[Any]) -> NDArray[Any]:
    """Return the difference to the next pixel along each axis, 0 at the border."""
    lasts = [image.take([-1], axis) for axis in range(image.ndim)]
    return np.stack([np.diff(image, 1, n, append=last) for n, last in enumerate(lasts)])


def divergence_of(field: NDArray[Any]) -> NDArray[Any]:
    """Return the sum of the differences to the pixel before."""
    zero = field.dtype.type(0)
    parts = [np.diff(part, 1, axis, prepend=zero) for axis, part in enumerate(field)]
    return np.asarray(np.sum(parts, axis=0))


def lengths_of(vectors: NDArray[Any]) -> NDArray[Any]:
    """Return the length of the vector of each pixel."""
    return np.asarray(np.sqrt(np.square(vectors).sum(axis=0)))
