"""Means over pixels whose patches look alike, for one shift of the image at a time.

For one shift, sums of windows give the distances of all patches at once [1]_ [2]_, and
the opposite shift has the same distances, so that half of the shifts are enough. Blocks
of about 32768 pixels stay in the cache.

References
----------
.. [1] J. Darbon, A. Cunha, T. F. Chan, S. Osher and G. J. Jensen, "Fast nonlocal
   filtering applied to electron cryomicroscopy", ISBI 2008, pp. 1331-1334.
.. [2] J. Froment, "Parameter-free fast pixelwise non-local means denoising", Image
   Processing On Line 4, 2014, pp. 300-326.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._kernels.fast._sums import window_sums

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
    """Add up both partners of a shift, block by block of rows."""
    wide = np.pad(image, [(side // 2,) * 2 for side in sizes], mode="symmetric")
    # Each pixel counts for itself with a weight of one.
    total, weights = image.copy(), np.ones_like(image)
    shifts = itertools.product(*(range(-steps, steps + 1) for steps in distance))
    # The opposite shift serves the same pairs of pixels.
    half = [shift for shift in shifts if shift > (0,) * image.ndim]
    count, size = math.prod(sizes), max(1, 2**15 // image[0].size)
    flat = np.zeros((size + sizes[0]) * wide[0].size, image.dtype)
    spare, product = np.empty((2, 3, flat.size), image.dtype), np.empty_like(flat)
    for start, shift in itertools.product(range(0, len(image), size), half):
        here, there = _partners(shift, image.shape, start, start + size)
        if here[0].start >= here[0].stop:
            continue
        first, second = (
            tuple(
                slice(part.start, part.stop + side - 1)
                for part, side in zip(place, sizes, strict=True)
            )
            for place in (here, there)
        )
        shape = wide[first].shape
        change = flat[: math.prod(shape)].reshape(shape)
        np.subtract(wide[first], wide[second], out=change)
        change *= change
        row = change[0].size
        weight = window_sums(flat[: change.size + row], shape, sizes, spare)
        if noise:
            np.maximum(np.subtract(weight, noise * count, out=weight), 0, out=weight)
        weight *= -1 / (strength**2 * count)
        np.exp(weight, out=weight)
        part = product[: weight.size].reshape(weight.shape)
        total[here] += np.multiply(weight, image[there], out=part)
        total[there] += np.multiply(weight, image[here], out=part)
        weights[here] += weight
        weights[there] += weight
    total /= weights
    return total


def _partners(
    shift: Sequence[int], shape: Sequence[int], start: int, stop: int
) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Return where pixels of some rows have a partner at this shift, and the partners.

    The shift of the rows is not negative.
    """
    pairs = list(zip(shift, shape, strict=True))
    here = [slice(max(-step, 0), n - max(step, 0)) for step, n in pairs]
    here[0] = slice(start, min(stop, here[0].stop))
    there = [
        slice(part.start + step, part.stop + step)
        for part, step in zip(here, shift, strict=True)
    ]
    return tuple(here), tuple(there)
