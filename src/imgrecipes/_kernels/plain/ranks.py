"""Ranks in windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def rank_in_window(
    image: NDArray[Any], sizes: Sequence[int], rank: int
) -> NDArray[Any]:
    """Return the pixel of this rank, from 0, of the window around each pixel."""
    # SciPy ranks floats, which do not hold all large integers; numbers of levels do.
    levels, numbers = np.unique(image, return_inverse=True)
    half = [side // 2 for side in sizes]
    # In windows larger than the image, SciPy takes wrong pixels now and then.
    padded = np.pad(numbers.reshape(image.shape), [(n, n) for n in half], "symmetric")
    inner = tuple(map(slice, half, np.add(half, image.shape)))
    return levels[ndimage.rank_filter(padded, rank, sizes)[inner]]
