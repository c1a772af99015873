"""Images read between their pixels, in blocks that fit the cache.

Affine maps take pixels by their flat index; maps of single axes are matrix products.
The coefficients of the splines follow [1]_.

References
----------
.. [1] P. Thévenaz, T. Blu and M. Unser, "Interpolation revisited", IEEE Transactions on
   Medical Imaging 19(7), 739-758, 2000.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._kernels.fast._gather import gather_pixels
from imgrecipes._kernels.fast._matrices import band_matrix, sample_by_matrices
from imgrecipes._kernels.plain.rounding import float_type
from imgrecipes._kernels.plain.sampling import sample_affine as sample_affine_plain
from imgrecipes._kernels.plain.sampling import sample_axes as sample_axes_plain
from imgrecipes._kernels.plain.sampling import slack_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def sample_affine(
    image: NDArray[Any],
    matrix: NDArray[np.float64],
    offset: NDArray[np.float64],
    shape: Sequence[int],
    spline: tuple[int, str, float],
) -> NDArray[Any]:
    """Take the pixels around each place by their index, for the orders 0 and 1."""
    order, mode, _ = spline
    pixels = max(math.prod(image.shape[: len(shape)]), math.prod(shape))
    if pixels < 10_000 or order > 1 or mode != "constant":
        return sample_affine_plain(image, matrix, offset, shape, spline)
    channels = image.shape[len(shape) :]
    sampled = np.empty((*shape, *channels), image.dtype)
    for channel in np.ndindex(channels):
        old, new = image[..., *channel], sampled[..., *channel]
        gather_pixels(old, new, matrix, offset, spline)
    return sampled


def sample_axes(
    image: NDArray[Any],
    places: Sequence[tuple[float, float]],
    shape: Sequence[int],
    spline: tuple[int, str, float],
    blur: bool,
) -> NDArray[Any]:
    """Multiply each axis by a band matrix that blurs and interpolates."""
    order, mode, cval = spline
    old_shape = image.shape[: len(shape)]
    if max(math.prod(old_shape), math.prod(shape)) < 2**15 or not _suits_matrices(
        image, old_shape, order, mode
    ):
        return sample_axes_plain(image, places, shape, spline, blur)
    kind = float_type(image.dtype)
    bands, outside, exact = [], [], True
    for old, new, (ratio, start) in zip(old_shape, shape, places, strict=True):
        index = np.arange(new, dtype=np.int64)
        place = index * ratio + start
        outside.append((place < 0) | (place > old - 1))
        pixel: NDArray[Any] = np.floor(place).astype(np.intp)
        part: Any = place - pixel
        if ratio == 1:
            # The fraction is that of the start, not of a larger and rounded place.
            pixel, part = index + math.floor(start), start % 1
        elif ratio == old / new and start == (ratio - 1) / 2:
            # Centres of pixels, as quotients of integers, are rounded only once.
            pixel, rest = np.divmod((2 * index + 1) * old - new, 2 * new)
            part = rest / (2 * new)
        else:
            exact = False
        kept = (ratio, start, new) == (1, 0, old)
        sigma = max(0.0, (ratio - 1) / 2) * blur
        bands.append(None if kept else band_matrix(pixel, part, order, kind, sigma))
    if all(band is None for band in bands):
        return image.copy()
    # Where the slack of the plain kernel is small, the same one rounds all alike.
    tight = exact and image.itemsize > 2
    slack = slack_of(image, 0 if tight else max(image.shape))
    channels = image.shape[len(shape) :]
    sampled = np.empty((*shape, *channels), image.dtype)
    border = "grid-wrap" if mode == "wrap" else mode
    for channel in np.ndindex(channels):
        before, after = image[..., *channel], sampled[..., *channel]
        sample_by_matrices(before, after, bands, border, slack)
    for axis, beyond in enumerate(outside if mode == "constant" else []):
        np.moveaxis(sampled, axis, 0)[beyond] = cval
    return sampled


def _suits_matrices(
    image: NDArray[Any], shape: Sequence[int], order: int, mode: str
) -> bool:
    """Tell whether products give what SciPy gives."""
    # A product with a zero of the matrix would spread NaN. The splines of SciPy are
    # not exact along a short axis, or beyond a border that repeats the last pixel.
    if image.dtype.kind == "f" and not np.isfinite(image).all():
        return False
    return bool(order < 2 or (min(shape) >= 24 and mode != "nearest"))
