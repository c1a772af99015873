"""Minima and maxima under a footprint, by runs that double in length.

The image lies in memory as one line of pixels, in which the neighbour below is a fixed
number of pixels ahead, as the one to the right is. The minimum over two pixels, taken
of the line and of its copy moved by two, is that over four: a run of n pixels takes
about log2(n) steps. A full rectangle takes its sides, one after the other. Any other
footprint is cut into runs along its last axis, which share their steps and cost one
step more each [1]_: a disk of radius 20 takes 55 steps, not the 1257 of its pixels.
Masks of 2 ** 17 pixels and more are packed, eight pixels to a byte; to pack a smaller
one takes longer than it saves.

The image is padded once, so that a kernel needs about the memory of the image besides
the result; for a packed mask, a quarter of it.

References
----------
.. [1] E. R. Urbach and M. H. F. Wilkinson, "Efficient 2-D grayscale morphological
   transformations with arbitrary flat structuring elements", IEEE Transactions on
   Image Processing 17(1), 2008, pp. 1-8.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._kernels.fast._blocks import fill_blocks
from imgrecipes._kernels.plain.extrema import extremes_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


def lowest_under(image: NDArray[Any], footprint: NDArray[np.bool_]) -> NDArray[Any]:
    """Combine the minima of runs."""
    return _find_in_lines(image, footprint, np.minimum)


def highest_under(image: NDArray[Any], footprint: NDArray[np.bool_]) -> NDArray[Any]:
    """Combine the maxima of runs."""
    return _find_in_lines(image, footprint, np.maximum)


def opened_under(image: NDArray[Any], footprint: NDArray[np.bool_]) -> NDArray[Any]:
    """Combine the minima of runs, then the maxima; a mask is packed once for both."""
    return _find_in_lines(image, footprint, np.minimum, np.maximum)


def closed_under(image: NDArray[Any], footprint: NDArray[np.bool_]) -> NDArray[Any]:
    """Combine the maxima of runs, then the minima; a mask is packed once for both."""
    return _find_in_lines(image, footprint, np.maximum, np.minimum)


def _find_in_lines(
    image: NDArray[Any], footprint: NDArray[np.bool_], *picks: np.ufunc
) -> NDArray[Any]:
    # Axes beyond the footprint's become part of the columns, `unit` values to each.
    unit = math.prod(image.shape[footprint.ndim :])
    ones = (1,) * (2 - footprint.ndim)
    rows = image.reshape(*ones, *image.shape[: footprint.ndim - 1], -1)
    element = footprint.reshape(ones + footprint.shape)
    is_mask = image.dtype.kind == "b"
    if not is_mask or image.size < 2**17:
        rows = rows.view(np.uint8) if is_mask else rows
        for pick in picks:
            rows = _find_extremum(rows, element, pick, unit)
        rows = rows.reshape(image.shape)
        return rows != 0 if is_mask else rows
    width = rows.shape[-1]
    rows = np.packbits(rows, axis=-1, bitorder="little")
    for pick in picks:
        rows = _find_extremum(rows, element, pick, unit, width)
    rows = np.unpackbits(rows, axis=-1, count=width, bitorder="little")
    return rows.view(np.bool_).reshape(image.shape)


def _find_extremum(
    rows: NDArray[Any],
    footprint: NDArray[np.bool_],
    pick: np.ufunc,
    unit: int,
    bits: int = 0,
) -> NDArray[Any]:
    low = pick is np.minimum
    outside = extremes_of(rows.dtype)[low]
    footprint = footprint if low else np.flip(footprint)
    each = 1
    if bits:
        # A byte holds eight pixels, the last one of a row may hold fewer.
        each, pick = 8, np.bitwise_and if low else np.bitwise_or
        used = 255 >> -bits % 8
        rows[..., -1] = rows[..., -1] & used | outside & ~used
    before = [(n - 1 + low) // 2 for n in footprint.shape]
    margins = [(b, n - 1 - b) for b, n in zip(before, footprint.shape, strict=True)]
    left, right = (-(-n * unit // each) for n in margins[-1])
    padded = _surround(rows, [*margins[:-1], (left, right)], outside)
    # Pixels below and to the right are a fixed way ahead in memory.
    steps = [stride // padded.itemsize for stride in padded.strides]
    runs, sides = [(footprint.shape[-1], 0, 0)], footprint.shape[:-1]
    if not footprint.all():
        runs, sides = _find_runs(footprint, steps), ()
    origin = left * each - before[-1] * unit

    def fill(block: NDArray[Any], out: NDArray[Any]) -> None:
        line, at, best = block.reshape(-1), (1, -1), block[:0]
        size = 1 + sum((n - 1) * s for n, s in zip(out.shape, steps, strict=True))
        total = np.empty(size, dtype=line.dtype)
        # A full rectangle is one run, after its other sides have been dealt with.
        for side, step in zip(sides, steps, strict=False):
            line = _pick_run(line, step * each, 1, side, pick=pick, each=each)
        for length, column, start in runs:
            if (length, column) != at:
                line = _pick_run(line, unit, at[0], length, pick=pick, each=each)
                moved = _move(line, origin + column * unit, each)
                at = length, column
            window = moved[start : start + size]
            best = pick(best, window, out=total) if best.size else window
        out[...] = np.ndarray(out.shape, best.dtype, best, 0, block.strides)

    # Blocks that stay in the processor's cache can be read many times at little cost.
    size = max(2**18, len(footprint) * padded[0].nbytes)
    return fill_blocks(fill, padded, np.empty_like(rows), size)


def _surround(
    rows: NDArray[Any], margins: list[tuple[int, int]], outside: float
) -> NDArray[Any]:
    shape = [n + sum(both) for n, both in zip(rows.shape, margins, strict=True)]
    padded = np.empty(shape, dtype=rows.dtype)
    inner = padded
    for axis, (before, after) in enumerate(margins):
        lines = padded.swapaxes(0, axis)
        lines[:before] = lines[len(lines) - after :] = outside
        inner = inner.swapaxes(0, axis)[before : len(lines) - after].swapaxes(0, axis)
    inner[...] = rows
    return padded


def _find_runs(
    footprint: NDArray[np.bool_], steps: list[int]
) -> list[tuple[int, int, int]]:
    # An empty column on either side ends each run within its row.
    width = footprint.shape[-1] + 2
    line = np.zeros((*footprint.shape[:-1], width), dtype=np.bool_)
    line[..., 1:-1] = footprint
    edges = np.flatnonzero(line.ravel()[1:] != line.ravel()[:-1])
    starts, ends = edges[::2], edges[1::2]
    *index, columns = np.unravel_index(starts, line.shape)
    ahead = starts * 0
    for numbers, step in zip(index, steps, strict=False):
        ahead += numbers * step
    lists = (ends - starts).tolist(), columns.tolist(), ahead.tolist()
    return sorted(zip(*lists, strict=True))


def _pick_run(
    line: NDArray[Any], step: int, reach: int, length: int, *, pick: np.ufunc, each: int
) -> NDArray[Any]:
    # Two runs of n pixels that overlap or meet make a run of up to 2 n.
    while reach < length:
        more = min(reach, length - reach)
        moved = _move(line, more * step, each)
        line = pick(line[: len(moved)], moved)
        reach += more
    return line


def _move(line: NDArray[Any], pixels: int, each: int) -> NDArray[Any]:
    items, bits = divmod(pixels, each)
    moved = line[items:]
    if bits:
        # Bits that leave a byte enter the one before; times 2**n moves up by n.
        carried = moved[1:] * np.uint8(2 ** (8 - bits))
        moved = moved >> bits
        np.bitwise_or(moved[:-1], carried, out=moved[:-1])
    return moved
