"""Weighted sums along the axes: separable linear filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from imgrecipes._kernels.plain.rounding import float_type, round_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def weighted_sums(
    image: NDArray[Any],
    weights: Sequence[NDArray[np.float64]],
    mode: str = "reflect",
    cval: float = 0.0,
) -> NDArray[Any]:
    """Correlate each axis with its weights, and round to the image's dtype."""
    return round_to(sums_along(image, weights, mode, cval), image.dtype)


def add_removed(
    image: NDArray[Any],
    weights: Sequence[NDArray[np.float64]],
    amount: float,
    mode: str = "reflect",
) -> NDArray[Any]:
    """Add `amount` times the difference between the image and its weighted sums."""
    change = image - sums_along(image, weights, mode, 0.0)
    return round_to(change * amount + image, image.dtype)


def sums_along(
    image: NDArray[Any],
    weights: Sequence[NDArray[np.float64]],
    mode: str,
    cval: float,
) -> NDArray[Any]:
    """Return the weighted sums as floats, one axis after the other."""
    border: Any = mode
    sums = image.astype(float_type(image.dtype))
    for axis, some in enumerate(weights):
        ndimage.correlate1d(sums, some, axis, sums, border, cval)
    return sums


def gaussian_weights(sigma: float, truncate: float = 4.0) -> NDArray[np.float64]:
    """Return samples of a Gaussian that add up to 1."""
    radius = int(truncate * sigma + 0.5)
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / max(sigma, 1e-15)) ** 2)
    sampled: NDArray[np.float64] = weights / weights.sum()
    return sampled
