"""Means over pixels whose patches look alike."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def average_alike(
    image: NDArray[Any],
    sizes: Sequence[int],
    distance: Sequence[int],
    strength: float,
    noise: float,
) -> NDArray[Any]:
    """Average floats by ``exp(-max(d2 - noise, 0) / strength**2)``, d2 of patches."""
    wide = np.pad(image, [(side // 2, side // 2) for side in sizes], mode="symmetric")
    total, weights = image.copy(), np.ones_like(image)
    for shift in itertools.product(*(range(-far, far + 1) for far in distance)):
        here, there = overlap(shift, image.shape)
        if any(shift):
            change = wide[overlap(shift, wide.shape)[0]].copy()
            change -= wide[overlap(shift, wide.shape)[1]]
            change *= change
            for axis, side in enumerate(sizes):
                ndimage.correlate1d(change, np.full(side, 1 / side), axis, change)
            inner = tuple(
                slice(n // 2, m - n // 2)
                for n, m in zip(sizes, change.shape, strict=True)
            )
            weight = np.exp(-np.maximum(change[inner] - noise, 0) / strength**2)
            total[here] += weight * image[there]
            weights[here] += weight
    averages: NDArray[Any] = total / weights
    return averages


def overlap(
    shift: Sequence[int], shape: Sequence[int]
) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Return where pixels have a partner at this shift, and where the partners are."""
    pairs = list(zip(shift, shape, strict=True))
    here = [slice(max(-step, 0), n - max(step, 0)) for step, n in pairs]
    there = [slice(max(step, 0), n - max(-step, 0)) for step, n in pairs]
    return tuple(here), tuple(there)
