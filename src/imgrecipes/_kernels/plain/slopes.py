"""Gradients by Sobel's filter, and the crests of their magnitude."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray


def sobel(image: NDArray[Any], mode: str = "reflect") -> NDArray[np.float64]:
    """Return the slope along each axis, per pixel, averaged along the other axes."""
    levels = image.astype(np.float64)
    border: Any = mode
    slopes = [ndimage.sobel(levels, i, mode=border) for i in range(image.ndim)]
    gradient: NDArray[np.float64] = np.stack(slopes) * (2.0 / 4**image.ndim)
    return gradient


def keep_crests(gradient: NDArray[np.float64], limit: float) -> NDArray[np.float64]:
    """Return the magnitude, 0 where it is above `limit` and not a crest."""
    magnitude: NDArray[np.float64] = np.sqrt((gradient * gradient).sum(axis=0))
    place: Any = np.nonzero(magnitude > limit)
    here, uphill = magnitude[place], gradient[(slice(None), *place)]
    # To where the line along the gradient meets the square of the neighbours.
    step = uphill / np.abs(uphill).max(axis=0, initial=0)
    ahead, behind = (
        here - ndimage.map_coordinates(magnitude, to, order=1, mode="mirror")
        for to in (place + step, place - step)
    )
    # Rounding must not decide between pixels that are equal.
    slack = 1e-10 * here
    magnitude[place] = here * ((ahead > slack) & (behind >= -slack))
    return magnitude
