"""Images read between their pixels, by interpolating splines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from imgrecipes._kernels.plain.rounding import float_type

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
    """Return the image at ``matrix @ place + offset``, in the dtype of the image.

    Integers are rounded, halves away from zero; trailing axes are carried along.
    """
    values = sample_channels(image, matrix, offset, shape, spline)
    sampled = np.empty(values.shape, image.dtype)
    round_into(values, sampled)
    return sampled


def sample_axes(
    image: NDArray[Any],
    places: Sequence[tuple[float, float]],
    shape: Sequence[int],
    spline: tuple[int, str, float],
    blur: bool,
) -> NDArray[Any]:
    """Return the image at ``ratio * index + start`` of each axis.

    `places` holds both for each axis. `blur` smooths axes that shrink by a Gaussian of
    ``(ratio - 1) / 2`` pixels. Integers are rounded, halves away from zero, whatever
    the rounding errors; trailing axes are carried along.
    """
    ratios, starts = zip(*places, strict=True)
    slack, dtype = slack_of(image, max(image.shape)), image.dtype
    if blur:
        sigmas = [max(0.0, (ratio - 1) / 2) for ratio in ratios]
        sigmas += [0.0] * (image.ndim - len(shape))
        image = ndimage.gaussian_filter(image, sigmas, output=float_type(dtype))
    values = sample_channels(image, np.diag(ratios), starts, shape, spline)
    sampled = np.empty(values.shape, dtype)
    round_into(values, sampled, slack)
    return sampled


def sample_channels(
    image: NDArray[Any],
    matrix: NDArray[np.float64],
    offset: Sequence[float] | NDArray[np.float64],
    shape: Sequence[int],
    spline: tuple[int, str, float],
) -> NDArray[Any]:
    """Apply an affine map to each channel, and return floats."""
    order, border, cval = spline
    # The 'wrap' of SciPy lets the last pixel and the first one coincide.
    mode: Any = "grid-wrap" if border == "wrap" else border
    degree: Any = order
    channels = image.shape[len(shape) :]
    values = np.empty((*shape, *channels), float_type(image.dtype))
    for channel in np.ndindex(channels):
        old, new = image[..., *channel], values[..., *channel]
        ndimage.affine_transform(
            old, matrix, offset, output=new, order=degree, mode=mode, cval=cval
        )
    return values


def slack_of(image: NDArray[Any], length: int) -> float:
    """Return how much rounding errors take off interpolated integers at the most.

    Places along `length` pixels have errors of their own, unless `length` is 0.
    """
    if image.dtype.kind == "f":
        return 0.0
    largest = max(int(image.max()), -int(image.min()))
    slack = 8 * (2 + length) * float(np.finfo(float).eps) * largest
    # Where it is no longer small, nothing tells which values are halves.
    return slack if slack < 2**-6 else 0.0


def round_into(
    values: NDArray[Any],
    out: NDArray[Any],
    slack: float = 0.0,
    where: NDArray[np.bool_] | bool = True,
) -> None:
    """Write floats; as integers rounded, halves away from zero, and clipped.

    What lacks less than `slack` to a half is taken for one.
    """
    if values is out:
        return
    if out.dtype.kind != "f":
        limits = np.iinfo(out.dtype)
        # The float below one half, which moves no integer up to 2 ** 53.
        half = slack + (0.5 if out.itemsize < 8 else np.nextafter(0.5, 0))
        values += half if limits.min == 0 else np.copysign(half, values)
        np.clip(values, limits.min, limits.max, out=values)
    np.copyto(out, values, where=where, casting="unsafe")
