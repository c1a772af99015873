"""Grey levels: blocks that stay in the cache, and tables of all levels.

Floats and integers of 32 bits are worked on in blocks of the flat image. Two cases are
faster still. A function of integers of 8 and 16 bits is computed once for each level
that the dtype has, and looked up for each pixel; their percentiles follow from counts,
without a sort. And uint8 is counted two pixels at a time: a pair is one of 65536
numbers, and there are half as many numbers to count.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._kernels.fast._blocks import fill_blocks
from imgrecipes._kernels.plain.levels import count_in_bins as count_in_bins_plain
from imgrecipes._kernels.plain.levels import count_levels as count_levels_plain
from imgrecipes._kernels.plain.levels import map_levels as map_levels_plain
from imgrecipes._kernels.plain.levels import mix_channels as mix_channels_plain
from imgrecipes._kernels.plain.levels import percentiles as percentiles_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray


def mix_channels(image: NDArray[Any], weights: NDArray[Any]) -> NDArray[Any]:
    """Multiply matrices for float32, else add channels block by block."""
    if image.ndim == 1:
        return mix_channels_plain(image, weights)
    if image.dtype == np.float32:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(image @ weights.astype(np.float32))
    factors = weights.astype(np.float64)

    def fill(colors: NDArray[Any], gray: NDArray[Any]) -> None:
        with np.errstate(over="ignore", invalid="ignore"):
            np.multiply(colors[..., 0], factors[0], out=gray, dtype=np.float64)
            for channel in (1, 2):
                gray += np.multiply(colors[..., channel], factors[channel], dtype=float)

    return fill_blocks(fill, image, np.empty(image.shape[:-1]), 2**16)


def count_levels(image: NDArray[Any]) -> NDArray[np.intp]:
    """Count pairs of pixels for large images of uint8."""
    if image.dtype.kind in "bu" and image.dtype.itemsize < 4:
        if image.dtype != np.uint8 or image.size < 2**18:
            counts = np.bincount(image.reshape(-1))
            return counts[int(image.min()) :]
    elif image.dtype.itemsize < 8:
        # A difference that wraps around is right again as an unsigned integer.
        offset = np.subtract(image, image.min()).view(f"u{image.dtype.itemsize}")
        return np.bincount(offset.astype(np.intp).ravel())
    else:
        return count_levels_plain(image)
    flat = np.ascontiguousarray(image).reshape(-1)
    even = flat.size // 2 * 2
    numbers, pairs = flat[:even].view(np.uint16), np.zeros((256, 256), np.intp)
    for start in range(0, numbers.size, 2**17):
        block = numbers[start : start + 2**17]
        pairs += np.bincount(block, minlength=2**16).reshape(256, 256)
    counts = np.asarray(pairs.sum(axis=0) + pairs.sum(axis=1))
    counts += np.bincount(flat[even:], minlength=256)
    found = np.flatnonzero(counts)
    return counts[found[0] : found[-1] + 1]


def count_in_bins(image: NDArray[Any], edges: NDArray[np.float64]) -> NDArray[np.intp]:
    """Compute the bin of each pixel; next to an edge, compare with the edge."""
    if image.size < 2**10:
        return count_in_bins_plain(image, edges)
    bins, low, high = len(edges) - 1, float(edges[0]), float(edges[-1])
    levels, counts = image.reshape(-1), np.zeros(bins + 1, np.intp)
    # Edges are rounded, which far from 0 moves them by much of a bin.
    slack = 1e-6 + 4 * bins * float(np.spacing(max(-low, high))) / (high - low)
    # Each block makes an array of counts.
    step = max(2**15, bins)
    for start in range(0, levels.size, step):
        block = levels[start : start + step].astype(np.float64)
        place = (block - low) / (high - low) * bins
        index = place.astype(np.intp)
        # Close to an edge, rounding must not decide.
        near = np.flatnonzero(np.abs(place - np.rint(place)) < slack)
        index[near] = np.searchsorted(edges, block[near], side="right") - 1
        counts += np.bincount(index, minlength=bins + 1)
    # The last edge belongs to the last bin.
    counts[-2] += counts[-1]
    return counts[:-1]


def percentiles(image: NDArray[Any], percentages: Sequence[float]) -> list[float]:
    """Count integers of 8 and 16 bits instead of sorting them."""
    if tuple(percentages) == (0, 100):
        return [float(image.min()), float(image.max())]
    if image.dtype.kind not in "ui" or image.size < 16**image.dtype.itemsize:
        return percentiles_plain(image, percentages)
    if image.dtype.itemsize > 2:
        return percentiles_plain(image, percentages)
    ends, lowest, found = np.cumsum(count_levels(image)), float(image.min()), []
    for percentage in percentages:
        place = (image.size - 1) * (percentage / 100)
        first, last = (
            lowest + float(np.searchsorted(ends, rank, side="right"))
            for rank in (math.floor(place), math.ceil(place))
        )
        part, step = place % 1, last - first
        found.append(first + step * part if part < 0.5 else last - step * (1 - part))
    return found


def map_levels(
    function: Callable[[NDArray[Any]], NDArray[Any]], image: NDArray[Any]
) -> NDArray[Any]:
    """Look levels up in a table, or call the function block by block."""
    if image.size < 2**10:
        return map_levels_plain(function, image)
    flat = np.ascontiguousarray(image).reshape(-1)
    if image.dtype.itemsize > 2 or image.dtype.kind == "f":
        blocks = range(0, flat.size, 2**14)
        first = function(flat[: 2**14])
        result = np.empty(flat.shape, first.dtype)
        for start in blocks:
            stop = start + 2**14
            result[start:stop] = function(flat[start:stop]) if start else first
        return result.reshape(image.shape)
    if image.size < 256**image.dtype.itemsize:
        return map_levels_plain(function, image)
    # All levels that the dtype can have, in the order of their bits.
    bits = flat.view(f"u{image.dtype.itemsize}")
    levels = np.arange(256**image.dtype.itemsize).astype(bits.dtype)
    table = function(levels.view(image.dtype))
    result = np.empty(flat.shape, table.dtype)
    fill_blocks(
        lambda index, part: np.take(table, index, out=part, mode="clip"),
        bits,
        result,
        2**15,
    )
    return result.reshape(image.shape)
