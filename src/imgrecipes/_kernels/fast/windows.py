"""Means of windows from sums that double in width.

Sums of 1, 2, 4, 8, ... pixels follow from one another by a single addition for each
pixel, and those that make up the side of the window in binary are added: 11 pixels are
1 + 2 + 8, five additions in all. This works along one axis after the other, in blocks
of rows that stay in the cache. Sums of integers of 8 and 16 bits are exact, in the
smallest dtype that holds them, and a whole-number division rounds them.

The time grows with the logarithm of the side. `scipy.ndimage.uniform_filter` moves the
window along by adding one pixel and subtracting another, in a time that does not grow
with the side. It is faster for windows of more than 512 bytes of sums, such as 65
pixels of float64 or 129 of float32, and where the margin would double the image. It is
faster as well for images of fewer than 16 lines or 2 ** 14 pixels, or 2 ** 17 and 2 **
18 pixels if their sums are float32 and float64.
"""

from __future__ import annotations

import math
from itertools import accumulate
from operator import mul
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from imgrecipes._kernels.fast._blocks import fill_blocks
from imgrecipes._kernels.fast._borders import pad_image, suits_blocks
from imgrecipes._kernels.plain.rounding import float_type, round_to
from imgrecipes._kernels.plain.windows import mean_in_window as mean_in_window_plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def mean_in_window(
    image: NDArray[Any], sizes: Sequence[int], mode: str = "reflect", cval: float = 0.0
) -> NDArray[Any]:
    """Divide sums that double in width, block by block of rows."""
    if image.size < 2**14:
        return mean_in_window_plain(image, sizes, mode, cval)
    kinds = [_sum_type(image.dtype, n, mode) for n in accumulate(sizes, mul)]
    reach, count = [side // 2 for side in sizes], math.prod(sizes)
    wide = max(sizes) * kinds[-1].itemsize > 512
    few = kinds[-1].kind == "f" and image.size < 2**15 * kinds[-1].itemsize
    if wide or few or not suits_blocks(image, reach, growth=2):
        return mean_in_window_plain(image, sizes, mode, cval)

    def fill(rows: NDArray[Any], out_rows: NDArray[Any]) -> None:
        # In a single line of all pixels, neighbours along an axis lie a gap apart.
        gaps = [math.prod(rows.shape[axis + 1 :]) for axis in range(rows.ndim)]
        sums = rows.ravel()
        for side, gap, kind in zip(sizes, gaps, kinds, strict=True):
            sums = _sum_along_line(sums.astype(kind, copy=False), side, gap)
        strides = [gap * sums.itemsize for gap in gaps]
        sums = as_strided(sums, out_rows.shape, strides)
        if kinds[-1].kind != "f":
            # A whole number divided by an odd one never lies halfway between two.
            sums = sums + count // 2
            np.floor_divide(sums, count, out=out_rows, casting="unsafe")
        elif kinds[-1] == out.dtype:
            np.divide(sums, count, out=out_rows)
        else:
            out_rows[...] = round_to(sums / count, image.dtype)

    padded = pad_image(image, reach, mode, cval)
    rows = max(sizes[0], 3 * 2**17 // (padded[0].size * kinds[-1].itemsize))
    out = np.empty(image.shape, image.dtype)
    return fill_blocks(fill, padded, out, rows * padded[0].nbytes)


def _sum_along_line(line: NDArray[Any], side: int, gap: int) -> NDArray[Any]:
    """Add `side` pixels, a gap apart, from windows of 1, 2, 4, 8, ... pixels."""
    size = line.size - (side - 1) * gap
    total = line[:size]
    width = done = 1
    while 2 * width <= side:
        line = line[: -width * gap] + line[width * gap :]
        width *= 2
        if side & width:
            total = total + line[done * gap :][:size]
            done += width
    return total


def _sum_type(dtype: np.dtype[Any], count: int, mode: str) -> np.dtype[Any]:
    """Return a dtype for sums of `count` pixels, of small integers where they do."""
    if dtype.kind == "f" or dtype.itemsize > 2 or mode == "constant":
        return float_type(dtype)
    if dtype.kind == "i":
        return np.min_scalar_type(int(np.iinfo(dtype).min) * count)
    return np.min_scalar_type((2 if dtype.kind == "b" else 256**dtype.itemsize) * count)
