"""Sums over two images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def sum_of_squares(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Return the sum of the squared differences of two images, infinity included."""
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        change = np.subtract(one, other, dtype=np.float64, casting="same_kind").ravel()
        return float(np.dot(change, change))
