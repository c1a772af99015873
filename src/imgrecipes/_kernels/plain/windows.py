"""Means of windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from imgrecipes._kernels.plain.rounding import round_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def mean_in_window(
    image: NDArray[Any], sizes: Sequence[int], mode: str = "reflect", cval: float = 0.0
) -> NDArray[Any]:
    """Return the mean of the window around each pixel, rounded to the image's dtype."""
    border: Any = mode
    # In float32, the sum along each axis would be rounded on its own.
    levels = image.astype(np.float64)
    means = ndimage.uniform_filter(levels, sizes, mode=border, cval=cval)
    return round_to(means, image.dtype)
