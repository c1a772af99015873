"""Wiener's filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from imgrecipes._kernels.plain.rounding import round_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def shrink_to_mean(
    image: NDArray[Any], sizes: Sequence[int], scale: float, noise: float | None
) -> NDArray[Any]:
    """Shrink to the mean of the window by the share of the noise in the variance.

    The noise is a variance in squares of the scale, by default the mean variance.
    """
    levels = np.divide(image, scale, dtype=np.float64)
    # Around zero, squares of large levels do not drown small variances.
    offset = levels.mean()
    levels -= offset
    mean = ndimage.uniform_filter(levels, sizes)
    variance = np.maximum(ndimage.uniform_filter(levels**2, sizes) - mean**2, 0)
    noise = variance.mean() if noise is None else noise
    gain = np.zeros_like(variance)
    np.divide(variance - noise, variance, out=gain, where=variance > noise)
    return round_to((gain * (levels - mean) + mean + offset) * scale, image.dtype)
