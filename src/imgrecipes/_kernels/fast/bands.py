"""Weighted sums along the axes, as products with a band matrix.

A filter along an axis is a product with a matrix that holds the weights on a band
beside its diagonal. A few rows of this matrix are multiplied by each piece of the axis
with its halo. These are small products of dense matrices, which BLAS computes much
faster than a loop: 16 rows in single precision for a float32 image, 8 rows in double
precision for the others. All axes are filtered in blocks of rows that stay in the
cache.

`scipy.ndimage.correlate1d` is as fast, or faster, where pixels times weights are fewer
than 2 ** 18, for images of fewer than 16 lines, for weights that reach beyond 1000
pixels, and where the image with its margin is over four times as large.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from imgrecipes._kernels.fast._blocks import fill_blocks
from imgrecipes._kernels.fast._borders import pad_image, suits_blocks
from imgrecipes._kernels.plain.bands import add_removed as add_removed_plain
from imgrecipes._kernels.plain.bands import weighted_sums as weighted_sums_plain
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
    """Multiply the axes by band matrices, block by block of rows."""
    if image.size * max(map(len, weights)) < 2**18 or not _suits(image, weights):
        return weighted_sums_plain(image, weights, mode, cval)
    return _by_blocks(image, weights, mode, cval)


def add_removed(
    image: NDArray[Any],
    weights: Sequence[NDArray[np.float64]],
    amount: float,
    mode: str = "reflect",
) -> NDArray[Any]:
    """Mix each block of sums with its pixels, while both are in the cache."""
    if image.size * max(map(len, weights)) < 2**18 or not _suits(image, weights):
        return add_removed_plain(image, weights, amount, mode)

    return _by_blocks(image, weights, mode, amount=amount)


def _suits(image: NDArray[Any], weights: Sequence[NDArray[np.float64]]) -> bool:
    """Tell whether the weights are few enough for the image."""
    reach = [len(some) // 2 for some in weights]
    return max(reach) <= 1000 and suits_blocks(image, reach, growth=4)


def _by_blocks(
    image: NDArray[Any],
    weights: Sequence[NDArray[np.float64]],
    mode: str,
    cval: float = 0.0,
    amount: float | None = None,
) -> NDArray[Any]:
    """Filter, or add an amount of what the filter removes, in blocks of rows."""
    kind = float_type(image.dtype)
    reach = [len(some) // 2 for some in weights]
    bands = [_band_matrix(some.astype(kind)) for some in weights]

    def fill(rows: NDArray[Any], out_rows: NDArray[Any]) -> None:
        sums = rows.astype(kind, order="C", copy=False)
        for axis, band in enumerate(bands):
            sums = _times_band(sums, band, axis)
        if amount is not None:
            inner = zip(reach, sums.shape, strict=True)
            levels = rows[tuple(slice(start, start + size) for start, size in inner)]
            sums = levels - sums
            sums *= amount
            sums += levels
        out_rows[...] = round_to(sums, image.dtype)

    padded = pad_image(image, reach, mode, cval)
    # An eighth of the image, or what still fits the cache of a core.
    block = min(max(image.nbytes // 8, 3 * 2**17), 2**20)
    rows = len(bands[0])
    rows *= max(1, block // (padded[0].size * kind.itemsize * rows))
    out = np.empty(image.shape, image.dtype)
    return fill_blocks(fill, padded, out, rows * padded[0].nbytes)


def _band_matrix(weights: NDArray[Any]) -> NDArray[Any]:
    """Return a matrix of which each row holds the weights, one pixel further on."""
    # As many rows as a line of the cache holds numbers were the fastest when measured.
    more = 64 // weights.itemsize - 1
    return sliding_window_view(np.pad(weights, more), weights.size + more)[::-1].copy()


def _times_band(levels: NDArray[Any], band: NDArray[Any], axis: int) -> NDArray[Any]:
    """Multiply the band matrix by each piece of the axis; the pieces overlap."""
    step, length = band.shape
    if step == length:
        return levels
    shape = list(levels.shape)
    shape[axis] += step - length
    source = levels.reshape(math.prod(shape[:axis]), levels.shape[axis], -1)
    planes, _, width = source.shape
    if 1 < width < 16:
        # Few colours would make thin matrices; let the axis be the last.
        lines = np.ascontiguousarray(np.moveaxis(levels, axis, -1))
        return np.moveaxis(_times_band(lines, band, levels.ndim - 1), -1, axis)
    product = np.empty((planes, shape[axis], width), levels.dtype)
    target = product
    if width == 1:
        source, target = source.T, target.T
    pieces, rest = divmod(shape[axis], step)
    done = pieces * step
    plane, along, across = source.strides
    # OpenBLAS gives larger products to threads, whose start takes longer than they.
    tile = max(1, 2**18 // band.size)
    for start in range(0, source.shape[2], tile):
        part = source[:, :, start : start + tile]
        whole = target[:, :, start : start + tile]
        size = (len(part), pieces, length, part.shape[2])
        pixels = as_strided(part, size, (plane, step * along, along, across))
        products = whole[:, :done].reshape(len(part), pieces, step, part.shape[2])
        _multiply(band, pixels, products)
        if rest:
            last = band[:rest, : rest + length - step]
            _multiply(last, part[:, done:], whole[:, done:])
    return product.reshape(shape)


def _multiply(band: NDArray[Any], pixels: NDArray[Any], out: NDArray[Any]) -> None:
    """Multiply matrices; as their transposes where these lie in memory row by row."""
    if pixels.strides[-1] > pixels.strides[-2]:
        flipped = np.ascontiguousarray(band.T)
        np.matmul(pixels.swapaxes(-1, -2), flipped, out=out.swapaxes(-1, -2))
    else:
        np.matmul(band, pixels, out=out)
