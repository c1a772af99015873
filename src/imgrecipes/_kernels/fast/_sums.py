"""Sums of the windows of a flat array, by sums that double in width.

Two windows of half the side make up a window: they touch, leave a pixel out, or overlap
by one pixel.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def window_sums(
    flat: NDArray[Any], shape: Sequence[int], sizes: Sequence[int], spare: NDArray[Any]
) -> NDArray[Any]:
    """Return the sum of each window within an array of this `shape`.

    The array is flat and has a row more, for windows beyond the last pixel, not used.
    The sums stand in the spare memory, of six arrays as long.
    """
    steps = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
    for turn, (side, step) in enumerate(wide_axes(sizes, steps)):
        flat = sum_windows(flat, side, step, spare[turn % 2])
    inner = [n - side + 1 for n, side in zip(shape, sizes, strict=True)]
    wide = (inner[0], *shape[1:])
    return flat[: math.prod(wide)].reshape(wide)[tuple(map(slice, inner))]


def wide_axes(sizes: Sequence[int], steps: Sequence[int]) -> list[tuple[int, int]]:
    """Return the sides above 1 and their steps, which fill memory by turns."""
    return [pair for pair in zip(sizes, steps, strict=True) if pair[0] > 1]


def sum_windows(
    counts: NDArray[Any], side: int, step: int, spare: NDArray[Any], most: int = 0
) -> NDArray[Any]:
    """Return sums of `side` numbers that lie `step` apart; counts are up to `most`.

    They stand in one of the first two of the three rows of `spare` memory.
    """

    def in_kind(numbers: NDArray[Any]) -> NDArray[Any]:
        if numbers.dtype == kind:
            return numbers
        converted: NDArray[Any] = spare[2].view(kind)[: numbers.size]
        converted[...] = numbers
        return converted

    sides = []
    while side > 1:
        sides.append(side)
        side = side // 2 + (side % 4 == 3 and side > 3)
    part, kinds = counts, [np.dtype(f"u{size}") for size in (1, 2, 4)]
    for turn, wide in enumerate(reversed(sides)):
        # Two windows of half the side touch, leave a pixel out, or overlap by one.
        top = most * wide
        kind = kinds[(top >= 2**8) + (top >= 2**16)] if most else counts.dtype
        far = wide // 2 * step
        part = in_kind(part)
        total = spare[turn % 2].view(kind)[: part.size - far]
        np.add(part[:-far], part[far:], out=total)
        if wide % 2:
            overlaps = side > wide // 2
            total = total[: counts.size - (far if overlaps else 2 * far)]
            single = in_kind(counts[far if overlaps else 2 * far :][: total.size])
            change = np.subtract if overlaps else np.add
            change(total, single, out=total)
        part, side = total, wide
    return part
