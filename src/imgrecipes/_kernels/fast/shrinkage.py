"""Wiener's filter, from sums that double in width.

A block of rows stays in the cache while its sums, its sums of squares and the result
are computed. Without a given noise, all blocks are computed twice, once for the mean
of the variances. Below 150 000 pixels, to get the memory of a block takes longer than
it saves.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._kernels.fast._blocks import fill_blocks
from imgrecipes._kernels.fast._sums import window_sums
from imgrecipes._kernels.plain.rounding import round_to
from imgrecipes._kernels.plain.shrinkage import shrink_to_mean as shrink_to_mean_plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def shrink_to_mean(
    image: NDArray[Any], sizes: Sequence[int], scale: float, noise: float | None
) -> NDArray[Any]:
    """Compute means, variances and the result block by block of rows."""
    if image.size < 150_000:
        return shrink_to_mean_plain(image, sizes, scale, noise)
    # Around zero, squares of large levels do not drown small variances.
    with np.errstate(over="ignore"):
        mean = image.mean(dtype=np.float64)
    offset = float(mean) / scale if np.isfinite(mean) else 0.0
    reach = [(side // 2,) * 2 for side in sizes]
    padded = np.pad(np.ascontiguousarray(image), reach, mode="symmetric")
    variances, count = list[float](), math.prod(sizes)

    def fill(rows: NDArray[Any], part: NDArray[Any]) -> None:
        flat = np.zeros(rows.size + rows[0].size)
        values = flat[: rows.size].reshape(rows.shape)
        np.divide(rows, scale, out=values)
        values -= offset
        middle = tuple(
            slice(n, n + m) for (n, _), m in zip(reach, part.shape, strict=True)
        )
        spare = np.empty((2, 3, flat.size))
        mean = window_sums(flat, rows.shape, sizes, spare) / count
        variance = window_sums(flat**2, rows.shape, sizes, spare) / count
        variance = np.maximum(variance - mean**2, 0, out=variance)
        if noise is None:
            variances.append(variance.sum())
            return
        gain = np.zeros_like(variance)
        np.divide(variance - noise, variance, out=gain, where=variance > noise)
        gain *= values[middle] - mean
        part[...] = round_to((gain + mean + offset) * scale, image.dtype)

    result, block = np.empty(image.shape, image.dtype), 2**15 * image.itemsize
    if noise is None:
        fill_blocks(fill, padded, result, block)
        noise = math.fsum(variances) / image.size
    return fill_blocks(fill, padded, result, block)
