"""Floats to calculate in, and the way back to the dtype of an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def float_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the dtype to calculate in: float32 for float32, float64 for the rest."""
    return np.dtype(np.float32 if dtype == np.float32 else np.float64)


def round_to(levels: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return floats in `dtype`: rounded and clipped, or True from one half on."""
    if dtype.kind == "b":
        levels = levels >= 0.5
    elif dtype.kind in "ui":
        lowest, highest = np.iinfo(dtype).min, float(np.iinfo(dtype).max)
        # The largest integers of 64 bits are rounded up to a float beyond them.
        highest = np.nextafter(highest, 0) if highest >= 2**63 else highest
        levels = np.asarray(np.rint(levels))
        levels = levels.clip(lowest, highest, out=levels)
    return levels.astype(dtype, copy=False)
