"""Mix each pixel with its neighbours: blur an image, or sharpen it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._checks import (
    BORDER_MODES,
    check_axes,
    check_choice,
    check_finite,
    check_image,
    check_integer,
    check_number,
    count_axes,
    narrow_floats,
    per_axis,
)
from imgrecipes._kernels.fast.bands import add_removed, weighted_sums
from imgrecipes._kernels.fast.windows import mean_in_window
from imgrecipes._kernels.plain.bands import gaussian_weights
from imgrecipes._kernels.plain.rounding import float_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


def blur_gaussian(
    image: ArrayLike,
    sigma: float | Sequence[float],
    *,
    mode: str = "reflect",
    cval: float = 0.0,
    truncate: float = 4.0,
    axes: Sequence[int] | None = None,
) -> NDArray[Any]:
    r"""Blur by a Gaussian: an average in which near pixels weigh more.

    Parameters
    ----------
    image : array_like of bool, integers or floats, at least 1-D
        The image, without NaN or infinity.
    sigma : float or sequence of float
        Standard deviation of the Gaussian in pixels, or one for each of `axes`. Along
        an axis of sigma 0 nothing is blurred. The Gaussian may reach, `truncate` times
        `sigma`, up to 65536 pixels.
    mode : {'reflect', 'mirror', 'nearest', 'wrap', 'constant'}, default 'reflect'
        What lies beyond the border.
    cval : float, default 0.0
        The level beyond the border if `mode` is 'constant'.
    truncate : float, default 4.0
        Where the Gaussian is cut off, in sigmas.
    axes : sequence of int, optional
        The axes to blur along; the others, such as colour, are carried along. Default:
        as many leading axes as `sigma` has numbers, or all axes for a single number.
        For a colour image give two sigmas, or ``axes=(0, 1)``.

    Returns
    -------
    ndarray, shape and dtype of `image`
        The blurred image. Integers are rounded to the nearest and clipped to their
        dtype; booleans are True from an average of one half on.

    Raises
    ------
    TypeError, ValueError
        If the image is empty, holds NaN, or 64-bit integers beyond 2 ** 53, which
        floats do not hold exactly; `sigma` or `truncate` is negative or the Gaussian
        reaches too far; `sigma` does not fit the axes; `mode` is unknown; `cval` is not
        a number that a float image can hold; or `axes` names an axis twice or one that
        the image does not have.

    See Also
    --------
    scipy.ndimage.gaussian_filter : the same for floats; it cuts integers off.
    skimage.filters.gaussian : with borders of mode 'nearest', to floats from 0 to 1.
    cv2.GaussianBlur : takes the window's size as well, and names columns first.
    SimpleITK.SmoothingRecursiveGaussian : a fast approximation, in the image's spacing.
    SimpleITK.DiscreteGaussian : takes variances, columns first; borders of mode
        'nearest'; a discrete Gaussian, so that small sigmas differ.

    Notes
    -----
    The weights are :math:`w_i \propto \exp(-i^2 / 2 \sigma^2)` for whole numbers
    :math:`|i| \le \lfloor t \sigma + \frac{1}{2} \rfloor`, where :math:`t` is
    `truncate`, and add up to 1. A Gaussian in several dimensions is a product of
    one-dimensional ones, so each axis is blurred on its own. Two blurs in a row equal
    one with :math:`\sigma^2 = \sigma_1^2 + \sigma_2^2`, but for sampling, cutting and
    rounding.

    The blur of integers works in double precision and is rounded once, at the end. It
    needs memory for a copy of the image in floats. Time grows with the number of pixels
    times sigma, for each axis.

    Elsewhere: ImageJ ``Process > Filters > Gaussian Blur...``; CellProfiler
    ``GaussianFilter``.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed.,
       Pearson, 2018, section 3.5.

    Examples
    --------
    >>> from imgrecipes.smoothing import blur_gaussian
    >>> blur_gaussian([0, 0, 0, 100, 0, 0, 0], sigma=1)
    array([ 0,  5, 24, 40, 24,  5,  0])
    >>> blur_gaussian([[0.0, 8.0], [4.0, 4.0]], sigma=(0, 100)).round(2)
    array([[4., 4.],
           [4., 4.]])
    """
    array = _check_smoothable(image)
    weights = _gaussian_weights(array, sigma, axes, truncate)
    check_choice(mode, "mode", BORDER_MODES)
    level = _check_level(cval, array.dtype)
    return weighted_sums(array, weights, mode, level)


def blur_mean(
    image: ArrayLike,
    size: int | Sequence[int],
    *,
    mode: str = "reflect",
    cval: float = 0.0,
    axes: Sequence[int] | None = None,
) -> NDArray[Any]:
    r"""Replace each pixel by the mean of a window around it.

    Parameters
    ----------
    image : array_like of bool, integers or floats, at least 1-D
        The image, without NaN or infinity.
    size : int or sequence of int
        Length of the window in pixels, an odd number up to 131071 so that it has a
        middle, or one for each of `axes`. Along an axis of size 1 nothing is blurred.
    mode : {'reflect', 'mirror', 'nearest', 'wrap', 'constant'}, default 'reflect'
        What lies beyond the border.
    cval : float, default 0.0
        The level beyond the border if `mode` is 'constant'.
    axes : sequence of int, optional
        The axes of the window; the others, such as colour, are carried along. Default:
        as many leading axes as `size` has numbers, or all axes for a single number.
        For a colour image give two sizes, or ``axes=(0, 1)``.

    Returns
    -------
    ndarray, shape and dtype of `image`
        The means. Integers are rounded to the nearest and clipped to their dtype;
        booleans are True where most of the window is.

    Raises
    ------
    TypeError, ValueError
        If the image is empty, holds NaN, or 64-bit integers beyond 2 ** 53, which
        floats do not hold exactly, or floats so large that their sum overflows; `size`
        is not an odd integer from 1 to 131071 or does not fit the axes; `mode` is
        unknown; `cval` is not a number that a float image can hold; or `axes` names an
        axis twice or one that the image does not have.

    See Also
    --------
    scipy.ndimage.uniform_filter : the same for floats; it cuts integers off.
    skimage.filters.rank.mean : over any neighbourhood, for integers.
    cv2.blur : the same with ``borderType=cv2.BORDER_REFLECT``.
    SimpleITK.BoxMean : takes the radius of the window, which is ``size // 2``.

    Notes
    -----
    For a window of :math:`n` pixels along an axis,
    :math:`m_i = \frac{1}{n} \sum_{|j| \le (n - 1) / 2} g_{i + j}`, one axis after the
    other.

    The means of integers are computed in double precision or exactly, and rounded
    once, at the end. The recipe needs memory for a copy of the image in floats.

    Elsewhere: ImageJ ``Process > Filters > Mean...``.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed.,
       Pearson, 2018, section 3.5.

    Examples
    --------
    >>> from imgrecipes.smoothing import blur_mean
    >>> blur_mean([10, 20, 90, 20, 10], size=3)
    array([13, 40, 43, 40, 13])
    """
    array = _check_smoothable(image)
    sizes = [
        check_integer(length, "size", 1, 2**17 - 1)
        for length in _for_every_axis(size, "size", axes, array.ndim, other=1)
    ]
    if any(length % 2 == 0 for length in sizes):
        raise ValueError(f"size is {size!r}; it must be odd")
    check_choice(mode, "mode", BORDER_MODES)
    count = math.prod(sizes)
    check_finite(array, "image", _largest_float(array.dtype) / count)
    level = _check_level(cval, array.dtype, count)
    return mean_in_window(array, sizes, mode, level)


def sharpen(
    image: ArrayLike,
    sigma: float | Sequence[float] = 1.0,
    amount: float = 1.0,
    *,
    mode: str = "reflect",
    axes: Sequence[int] | None = None,
) -> NDArray[Any]:
    r"""Sharpen by adding back what a blur removes: unsharp masking.

    Parameters
    ----------
    image : array_like of bool, integers or floats, at least 1-D
        The image, without NaN or infinity.
    sigma : float or sequence of float, default 1.0
        Standard deviation of the blur in pixels, up to 16384, or one for each of
        `axes`: the size of the details to raise.
    amount : float, default 1.0
        How much of the difference to add, up to 1e30; 0 changes nothing.
    mode : {'reflect', 'mirror', 'nearest', 'wrap'}, default 'reflect'
        What lies beyond the border.
    axes : sequence of int, optional
        The axes to sharpen along; the others, such as colour, are carried along.
        Default: as many leading axes as `sigma` has numbers, or all axes for a single
        number. For a colour image give two sigmas, or ``axes=(0, 1)``.

    Returns
    -------
    ndarray, shape and dtype of `image`
        The sharpened image. It goes beyond the levels of the input beside edges;
        integers are rounded to the nearest and clipped to their dtype; booleans are
        True from one half on.

    Raises
    ------
    TypeError, ValueError
        If the image is empty, holds NaN, or 64-bit integers beyond 2 ** 53, which
        floats do not hold exactly, or floats so large that the result overflows;
        `sigma` or `amount` is negative or too large; `sigma` does not fit the axes;
        `mode` is unknown or 'constant', which has an edge to sharpen where the image
        has none; or `axes` names an axis twice or one that the image does not have.

    See Also
    --------
    blur_gaussian : the blur; the opposite of this recipe.
    skimage.filters.unsharp_mask : the same for floats with ``preserve_range=True``; its
        radius is the sigma.
    cv2.addWeighted : adds the image and its blur with two weights.
    SimpleITK.UnsharpMask : the same above a threshold.

    Notes
    -----
    With the blur :math:`G_\sigma * g` of the image :math:`g`, the result is
    :math:`g + a (g - G_\sigma * g)`. A wave of frequency :math:`f` per pixel is
    multiplied by :math:`1 + a (1 - e^{-2 \pi^2 \sigma^2 f^2})`: coarse structures stay,
    the finest grow by :math:`1 + a`, and noise with them. The blur itself works with
    floats, also for integers, since rounding errors would be multiplied as well.

    Elsewhere: ImageJ ``Process > Filters > Unsharp Mask...``.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed.,
       Pearson, 2018, section 3.6.

    Examples
    --------
    >>> from imgrecipes.smoothing import sharpen
    >>> sharpen([10, 10, 10, 10, 50, 50, 50, 50], sigma=1, amount=1)
    array([10, 10,  8, -2, 62, 52, 50, 50])
    """
    array = _check_smoothable(image)
    check_choice(mode, "mode", [name for name in BORDER_MODES if name != "constant"])
    weight = check_number(amount, "amount", 0, 1e30)
    check_finite(array, "image", _largest_float(array.dtype) / (1 + 2 * weight))
    weights = _gaussian_weights(array, sigma, axes)
    kind = float_type(array.dtype) if array.dtype.kind == "f" else array.dtype
    sharpened = add_removed(array.astype(kind, copy=False), weights, weight, mode)
    return narrow_floats(sharpened, array.dtype) if kind != array.dtype else sharpened


def _check_smoothable(image: ArrayLike, name: str = "image") -> NDArray[Any]:
    """Return `image` as an array with axes, whose values floats hold exactly."""
    array = check_image(image, name)
    if array.ndim == 0:
        raise ValueError(f"{name} is a single number; it needs an axis")
    check_finite(array, name)
    if array.dtype.kind in "ui" and array.dtype.itemsize == 8:
        largest = max(int(array.max()), -int(array.min()))
        if largest > 2**53:
            allowed = "2 ** 53, as floats do not hold larger integers exactly"
            raise ValueError(
                f"{name} holds {largest} in size; allowed is up to {allowed}"
            )
    return array


def _check_level(cval: float, dtype: np.dtype[Any], count: int = 1) -> float:
    """Return `cval` if a float image holds it, and sums of `count` pixels as well."""
    narrow = float(np.finfo(dtype).max) if dtype.kind == "f" else math.inf
    limit = min(_largest_float(dtype) / count, narrow)
    return check_number(cval, "cval", -limit, limit)


def _for_every_axis(
    value: float | Sequence[float],
    name: str,
    axes: Sequence[int] | None,
    ndim: int,
    other: float,
) -> list[Any]:
    """Return `value` on `axes`, and the number that changes nothing on the others."""
    count = count_axes(value, name, ndim)
    chosen = range(count) if axes is None else axes
    if axes is not None:
        check_axes(axes, ndim)
    values: list[Any] = [other] * ndim
    for axis, number in zip(chosen, per_axis(value, name, len(chosen)), strict=True):
        values[int(axis)] = number
    return values


def _gaussian_weights(
    image: NDArray[Any],
    sigma: float | Sequence[float],
    axes: Sequence[int] | None,
    truncate: float = 4.0,
) -> list[NDArray[np.float64]]:
    """Return the weights along each axis, a single one where nothing is blurred."""
    reach = check_number(truncate, "truncate", low=0)
    widths = _for_every_axis(sigma, "sigma", axes, image.ndim, other=0.0)
    widths = [check_number(width, "sigma", low=0) for width in widths]
    if reach * max(widths) > 2**16:
        allowed = "a product of up to 65536 pixels"
        raise ValueError(
            f"sigma is {sigma!r}, truncate {truncate!r}; allowed is {allowed}"
        )
    return [gaussian_weights(width, reach) for width in widths]


def _largest_float(dtype: np.dtype[Any]) -> float:
    """Return the largest number in the dtype to calculate in."""
    return float(np.finfo(float_type(dtype)).max)
