"""Grey levels: sums of channels, counts, percentiles, and functions of a level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._kernels.plain.rounding import float_type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray


def mix_channels(image: NDArray[Any], weights: NDArray[Any]) -> NDArray[Any]:
    """Return the weighted sum of the three channels in the last axis, as floats."""
    kind = float_type(image.dtype)
    r, g, b = weights.astype(kind)
    red, green, blue = np.moveaxis(image, -1, 0).astype(kind)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(r * red + g * green + b * blue)


def count_levels(image: NDArray[Any]) -> NDArray[np.intp]:
    """Count each integer from the smallest to the largest."""
    # Differences of large unsigned integers wrap around, twice, and are right again.
    levels = image.ravel().astype(np.int64) - image.min().astype(np.int64)
    return np.bincount(levels)


def count_in_bins(image: NDArray[Any], edges: NDArray[np.float64]) -> NDArray[np.intp]:
    """Count the pixels between the edges, which are evenly spaced and cover them all.

    A bin includes its left edge, the last bin its right edge as well.
    """
    return np.histogram(image.astype(np.float64), edges)[0]


def percentiles(image: NDArray[Any], percentages: Sequence[float]) -> list[float]:
    """Return the percentiles, interpolated between the two nearest levels."""
    # Differences of integers wrap around, and those of float16 overflow.
    found: list[float] = np.percentile(image.astype(np.float64), percentages).tolist()
    return found


def map_levels(
    function: Callable[[NDArray[Any]], NDArray[Any]], image: NDArray[Any]
) -> NDArray[Any]:
    """Return ``function(image)``, of which each pixel depends on its level alone."""
    return function(image)
