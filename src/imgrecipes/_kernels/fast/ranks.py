"""Ranks in windows, which neighbours share.

Windows are sorted by a network of minima and maxima of whole images [1]_. Neighbours
share it: columns are merged to pairs of columns, pairs to fours, and pixels that can no
longer have the rank are dropped [2]_. The median takes 22 operations a pixel for 3 x 3,
88 for 5 x 5 and 796 for 11 x 11; for n pixels in the window, about n log2(n). The
closer the rank is to an end, the more pixels drop out early; for the minimum and the
maximum only windows remain that double, 9 operations a pixel for 11 x 11.

If the image has so few grey levels that 25 operations a level and byte are fewer than
that, as uint8 has from about 27 x 27 on, then for each level the pixels up to it are
counted in all windows, by sums that double. Larger windows, from about 19 x 19 on for
float64, of images with many levels are done tile by tile: the pixels of a tile and of
its border are sorted once for all its windows, and those up to a level are counted by a
product of matrices.

References
----------
.. [1] K. E. Batcher, "Sorting networks and their applications", AFIPS Spring Joint
   Computer Conference 32, 1968, pp. 307-314.
.. [2] A. Adams, "Fast median filters using separable sorting networks", ACM
   Transactions on Graphics 40(4), 2021, article 70.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._kernels.fast._blocks import fill_blocks
from imgrecipes._kernels.fast._sums import sum_windows, wide_axes
from imgrecipes._kernels.plain.ranks import rank_in_window as rank_in_window_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray


def rank_in_window(
    image: NDArray[Any], sizes: Sequence[int], rank: int
) -> NDArray[Any]:
    """Sort by a network, count level by level, or sort tiles, whichever is fastest."""
    if image.size * math.prod(sizes) < 2**14:
        return rank_in_window_plain(image, sizes, rank)
    array = _comparable(image)
    count, level = math.prod(sizes), array.itemsize
    sides = [(side // 2,) * 2 for side in sizes]
    padded = np.pad(np.ascontiguousarray(array), sides, mode="symmetric")
    out = np.empty(array.shape, array.dtype)
    # Measured: operations on bytes for each pixel, of the network and of a box sum.
    effort = level * count * math.log2(2 + min(rank, count - 1 - rank))
    if effort > 4000 and min(effort, 20_000) > 25 * np.unique(array).size:
        return fill_blocks(
            lambda rows, part: _rank_by_counts(rows, part, sizes, rank),
            padded,
            out,
            block_bytes=3 * 2**16 * level,
        ).astype(image.dtype, copy=False)
    crowded = count * padded[: sizes[0]].nbytes > max(2**27, 4 * array.nbytes)
    # Minima and maxima need few operations, whatever the window.
    if (effort > 20_000 or crowded) and 0 < rank < count - 1:
        _rank_by_tiles(padded, out, sizes, rank)
        return out.astype(image.dtype, copy=False)
    steps, wires, chosen = _rank_network(sizes, _steps(padded), rank)
    blocks: dict[int, Any] = {}

    def fill(rows: NDArray[Any], part: NDArray[Any]) -> None:
        if len(rows) not in blocks:
            blocks.clear()
            blocks[len(rows)] = _wire(steps, wires, rows)
        memory, calls = blocks[len(rows)]
        memory[0, : rows.size] = rows.reshape(-1)
        for function, one, other, result in calls:
            function(one, other, out=result)
        _crop(memory[chosen], part, rows)

    size = min(2**17, max(2**14 * level, 5 * image.nbytes // (3 * wires)))
    fill_blocks(fill, padded, out, block_bytes=size)
    return out.astype(image.dtype, copy=False)


def _rank_by_tiles(
    padded: NDArray[Any], out: NDArray[Any], sizes: Sequence[int], rank: int
) -> None:
    """Fill `out` tile by tile: sort the pixels of a tile once for all its windows.

    In order, they form blocks. How many pixels of a block each window holds is a
    product of two matrices: which rows the windows hold, and which places in a row.
    """
    tile = _tile_sides(out.shape, sizes)
    wide = [n + side - 1 for n, side in zip(tile, sizes, strict=True)]
    held = [
        np.tri(more, n, dtype=bool).T & ~np.tri(more, n, -side, dtype=bool).T
        for more, n, side in zip(wide, tile, sizes, strict=True)
    ]
    by_row = np.repeat(held[0], math.prod(wide[1:]), axis=1)
    in_row = np.tile(reduce(np.kron, held[1:], np.ones((1, 1), bool)), wide[0])
    pixels = by_row.shape[1]
    each = math.isqrt(pixels)
    # Zeros fill the last block.
    rows, places = (
        np.zeros((len(table), -(-pixels // each) * each), np.float32)
        for table in (by_row, in_row)
    )
    one, other = np.ogrid[: len(rows), : len(places)]
    blocks = rows.reshape(len(rows), -1, each), places.reshape(len(places), -1, each)
    sides = list(zip(out.shape, tile, strict=True))
    for corner in itertools.product(*(range(0, n, side) for n, side in sides)):
        start = [min(c, n - side) for c, (n, side) in zip(corner, sides, strict=True)]
        here = tuple(slice(c, c + n) for c, n in zip(start, wide, strict=True))
        values = padded[here].reshape(-1)
        order = values.argsort()
        rows[:, :pixels], places[:, :pixels] = by_row[:, order], in_row[:, order]
        counts = blocks[0].transpose(1, 0, 2) @ blocks[1].transpose(1, 2, 0)
        total = counts.cumsum(axis=0)
        block = np.count_nonzero(total <= rank, axis=0)
        before = total[block, one, other] - counts[block, one, other]
        hits = (blocks[0][one, block] * blocks[1][other, block]).cumsum(axis=-1)
        within = np.count_nonzero(hits <= rank - before[..., np.newaxis], axis=-1)
        here = tuple(slice(c, c + n) for c, n in zip(start, tile, strict=True))
        out[here] = values[order[block * each + within]].reshape(tile)


def _tile_sides(shape: Sequence[int], sizes: Sequence[int]) -> list[int]:
    """Return about half the sides of the window, or less to save memory."""
    least = 2 ** (6 // len(sizes))
    tile = [
        min(n, side if side == 1 else max(side // 2, least), 32)
        for n, side in zip(shape, sizes, strict=True)
    ]
    while max(tile) > 1:
        pixels = math.prod(n + side - 1 for n, side in zip(tile, sizes, strict=True))
        if pixels * max(tile[0], math.prod(tile[1:])) <= 2**22:
            break
        tile = [(n + 1) // 2 for n in tile]
    return tile


def _rank_network(
    sizes: Sequence[int], strides: Sequence[int], rank: int
) -> tuple[list[tuple[Any, ...]], int, tuple[int, slice]]:
    """Return what to compute, the number of wires, and where the result stands.

    A value is a minimum or maximum of two earlier ones, one or both shifted. Neighbours
    share what their windows share: sorted lists of small windows are merged to those of
    larger ones, and pixels are dropped that cannot have the rank any more.
    """
    count = math.prod(sizes)
    pairs: list[tuple[int, int, int, int]] = []

    def order(one: tuple[int, int], other: tuple[int, int]) -> list[tuple[int, int]]:
        base = min(one[1], other[1])
        pairs.append((one[0], one[1] - base, other[0], other[1] - base))
        return [(2 * len(pairs) - 1, base), (2 * len(pairs), base)]

    values, below, covered = [(0, 0)], 0, 1
    for size, step in zip(sizes, strides, strict=True):
        start = values, below, covered
        for far, doubled in _doublings(size):
            more, dropped, added = (values, below, covered) if doubled else start
            moved = [(value, shift + far * step) for value, shift in more]
            values = _merge_sorted(values, moved, order)
            below, covered = below + dropped, covered + added
            lowest = max(rank - (count - covered), below)
            values = values[lowest - below : rank + 1 - below]
            below = lowest
    ((result, place),) = values
    # Backwards: only what the result needs, and where each value is needed last.
    needed, used = {0, result}, []
    for value in range(2 * len(pairs), 0, -1):
        if value in needed:
            one, shift, other, far = pairs[(value - 1) // 2]
            used.append((value, one, shift, other, far, {one, other} - needed))
            needed |= {one, other}
    wire, wires, free, steps = {0: 0}, 1, list[int](), []
    for value, one, shift, other, far, done in reversed(used):
        if not free:
            free, wires = [wires], wires + 1
        wire[value] = free.pop()
        function = np.minimum if value % 2 else np.maximum
        steps.append((function, wire[value], wire[one], shift, wire[other], far))
        free += [wire[old] for old in done]
    return steps, wires, (wire[result], slice(place, None))


def _merge_sorted(
    one: list[Any], other: list[Any], order: Callable[[Any, Any], list[Any]]
) -> list[Any]:
    """Merge two sorted lists by Batcher's network of comparisons."""
    if not one or not other:
        return one or other
    if len(one) == len(other) == 1:
        return order(one[0], other[0])
    even = _merge_sorted(one[::2], other[::2], order)
    odd = _merge_sorted(one[1::2], other[1::2], order)
    merged = even[:1]
    for low, high in zip(odd, even[1:], strict=False):
        merged += order(low, high)
    return merged + odd[len(merged) // 2 :] + even[len(merged) // 2 + 1 :]


def _wire(
    steps: list[tuple[Any, ...]], wires: int, rows: NDArray[Any]
) -> tuple[NDArray[Any], list[tuple[Any, ...]]]:
    """Return memory for the flat `rows` on each wire, and the calls that fill it."""
    # A row more, for the windows that reach beyond the last pixel and are not used.
    size = rows.size + rows[0].size
    memory = np.zeros((wires, size), rows.dtype)
    length = {0: size}
    calls = []
    for function, target, one, shift, other, far in steps:
        n = min(length[one] - shift, length[other] - far)
        length[target] = n
        left, right = memory[one, shift : shift + n], memory[other, far : far + n]
        calls.append((function, left, right, memory[target, :n]))
    return memory, calls


def _doublings(size: int) -> Iterator[tuple[int, bool]]:
    """Yield the shifts that widen a window of 1 to `size`: by itself, or by 1."""
    width = 1
    for digit in bin(size)[3:]:
        yield width, True
        width *= 2
        if digit == "1":
            yield width, False
            width += 1


def _rank_by_counts(
    rows: NDArray[Any], part: NDArray[Any], sizes: Sequence[int], rank: int
) -> None:
    """Fill `part` by counting, for each grey level, the pixels up to it."""
    flat, size = rows.reshape(-1), len(part) * rows[0].size
    levels, mask = np.unique(flat), np.empty(flat.size, bool)
    width = np.min_scalar_type(math.prod(sizes)).itemsize
    spare = np.empty((2, 3, flat.size * width), np.uint8)
    wide = wide_axes(sizes, _steps(rows))

    def is_higher(level: np.generic) -> NDArray[np.bool_]:
        counts, most = np.less_equal(flat, level, out=mask).view(np.uint8), 1
        for turn, (side, step) in enumerate(wide):
            counts = sum_windows(counts, side, step, spare[turn % 2], most)
            most *= side
        higher: NDArray[np.bool_] = counts[:size] <= rank
        return higher

    first = bisect_left(levels, True, key=lambda level: not is_higher(level).all())
    index = np.full(size, first, np.min_scalar_type(levels.size))
    for level in levels[first:-1]:
        higher = is_higher(level)
        if not higher.any():
            break
        index[: higher.size] += higher.view(np.uint8)
    _crop(levels[index], part, rows)


def _comparable(image: NDArray[Any]) -> NDArray[Any]:
    """Return `image` in a dtype of the same values that can be compared fast."""
    if image.dtype.kind == "b":
        return image.view(np.uint8)
    return image.astype(np.float32) if image.dtype == np.float16 else image


def _steps(rows: NDArray[Any]) -> list[int]:
    """Return how far apart neighbours along each axis lie in the flat array."""
    return [step // rows.itemsize for step in rows.strides]


def _crop(wide: NDArray[Any], part: NDArray[Any], rows: NDArray[Any]) -> None:
    """Fill `part` from flat results for rows as wide as those of the padded image."""
    shape = (len(part), *rows.shape[1:])
    box = tuple(map(slice, part.shape))
    part[...] = wide[: math.prod(shape)].reshape(shape)[box]
