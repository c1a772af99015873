"""Margins around an image, for kernels that work in blocks of rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._kernels.plain.rounding import float_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def suits_blocks(image: NDArray[Any], reach: Sequence[int], growth: int) -> bool:
    """Tell whether an image has enough lines, and not too much of margin."""
    if image.size < 16 * max(image.shape):
        return False
    padded: int = math.prod(n + 2 * r for n, r in zip(image.shape, reach, strict=True))
    return padded <= growth * image.size


def pad_image(
    image: NDArray[Any], margins: Sequence[int], mode: str, cval: float
) -> NDArray[Any]:
    """Add what lies beyond the border, on both sides of each axis."""
    widths = [(margin, margin) for margin in margins]
    if mode == "constant":
        # The dtype of the image may not hold that level.
        floats = image.astype(float_type(image.dtype), copy=False)
        return np.pad(floats, widths, constant_values=cval)
    names = {"reflect": "symmetric", "mirror": "reflect", "nearest": "edge"}
    beyond: Any = names.get(mode, mode)
    return np.pad(image, widths, beyond) if any(margins) else image
