"""Eigenvalues of a symmetric matrix for each pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def eigenvalues(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the eigenvalues of matrices on the first two axes, the largest first."""
    values: NDArray[Any] = np.linalg.eigvalsh(np.moveaxis(matrix, (0, 1), (-2, -1)))
    return np.moveaxis(values[..., ::-1], -1, 0)
