"""Sums over two images, block by block, in single precision where that is exact enough.

Blocks of 32768 differences stay in the cache. Each sum of 256 squares of bytes fits in
the 24 bits of float32, which takes half the time of float64; differences of float32
have no more digits either. Squares of float32 whose sum is below 2 ** -126 a pixel, or
infinite, have lost digits and are summed again in float64.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._kernels.plain.sums import sum_of_squares as sum_of_squares_plain

if TYPE_CHECKING:
    from numpy.typing import NDArray


def sum_of_squares(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Add up blocks of the squared differences."""
    if one.size < 2**18:
        return sum_of_squares_plain(one, other)
    if {one.dtype.str[1:], other.dtype.str[1:]} <= {"b1", "u1", "f4"}:
        total = _sum_by_blocks(one, other, np.float32)
        if one.size * 2.0**-126 <= total < math.inf:
            return total
    return _sum_by_blocks(one, other, np.float64)


def _sum_by_blocks(
    one: NDArray[Any], other: NDArray[Any], kind: type[np.floating]
) -> float:
    first, second = one.reshape(-1), other.reshape(-1)
    squares, size = 0.0, min(2**15, -(-first.size // 256) * 256)
    change: NDArray[Any] = np.zeros(size, kind)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for start in range(0, first.size, size):
            left, right = first[start : start + size], second[start : start + size]
            change[left.size :] = 0
            part = change[: left.size]
            np.subtract(left, right, out=part, dtype=kind, casting="same_kind")
            rows = change.reshape(-1, 256)
            squares += np.einsum("ij,ij->i", rows, rows).sum(dtype=np.float64)
    return float(squares)
