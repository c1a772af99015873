"""Sums over the axes of a grid, within the box where they can be small.

Where the term of one axis exceeds the limit, the sum does as well, so that only the
pixels of a box are computed, in blocks of rows that stay in the cache.
"""

from __future__ import annotations

import math
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._kernels.fast._blocks import fill_blocks
from imgrecipes._kernels.plain.grids import sum_at_most as sum_at_most_plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def sum_at_most(terms: Sequence[NDArray[Any]], limit: float) -> NDArray[np.bool_]:
    """Add the terms in the box where each of them is up to the limit."""
    shape = tuple(map(len, terms))
    if math.prod(shape) < 2**12:
        return sum_at_most_plain(terms, limit)
    mask = np.zeros(shape, bool)
    close = [np.flatnonzero(term <= limit) for term in terms]
    if not all(near.size for near in close):
        return mask
    box = [slice(near[0], near[-1] + 1) for near in close]
    rows, *others = [term[part] for term, part in zip(terms, box, strict=True)]

    def fill(first: NDArray[Any], inside: NDArray[Any]) -> None:
        np.less_equal(reduce(np.add.outer, others, first), limit, out=inside)

    part = mask[tuple(box)]
    fill_blocks(fill, rows, part, max(1, 2**14 // part[0].size) * rows.itemsize)
    return mask
