"""Sums over the axes of a grid."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def sum_at_most(terms: Sequence[NDArray[Any]], limit: float) -> NDArray[np.bool_]:
    """Tell where the sum of a term for each axis, none negative, is up to the limit."""
    return np.asarray(reduce(np.add.outer, terms) <= limit)
