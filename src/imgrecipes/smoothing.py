"""Mix each pixel with its neighbours: blur an image, or sharpen it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from imgrecipes._checks import (
    BORDER_MODES,
    check_choice,
    check_finite,
    check_image,
    check_integer,
    check_number,
    per_axis,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, DTypeLike, NDArray


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
        an axis of sigma 0 nothing is blurred.
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
        floats do not hold exactly; `sigma` or `truncate` is negative; `sigma` does not
        fit the axes; `mode` is unknown; or `axes` names an axis twice or one that the
        image does not have.

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
    rounding. Time grows with the number of pixels times sigma, for each axis.

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
    options = _filter_options(array, mode, cval)
    sigmas = [
        check_number(number, "sigma", low=0)
        for number in _for_every_axis(sigma, "sigma", axes, array, other=0.0)
    ]
    reach = check_number(truncate, "truncate", low=0)
    blurred = ndimage.gaussian_filter(array, sigmas, truncate=reach, **options)
    return _round_to(blurred, array.dtype)


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
        Length of the window in pixels, an odd number so that it has a middle, or one
        for each of `axes`. Along an axis of size 1 nothing is blurred.
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
        floats do not hold exactly; `size` is not an odd integer of at least 1 or does
        not fit the axes; `mode` is unknown; or `axes` names an axis twice or one that
        the image does not have.

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
    other. Each sum follows from the one before by adding a pixel and subtracting
    another, so that time grows with the number of pixels, whatever the size.

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
    options = _filter_options(array, mode, cval)
    sizes = _for_every_axis(size, "size", axes, array, other=1)
    for length in sizes:
        if check_integer(length, "size", low=1) % 2 == 0:
            raise ValueError(f"size is {size!r}; it must be odd")
    means = ndimage.uniform_filter(array, sizes, **options)
    return _round_to(means, array.dtype)


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
        Standard deviation of the blur in pixels, or one for each of `axes`: the size
        of the details to raise.
    amount : float, default 1.0
        How much of the difference to add; 0 changes nothing.
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
        floats do not hold exactly; `sigma` or `amount` is negative; `sigma` does not
        fit the axes; `mode` is unknown or 'constant', which has an edge to sharpen
        where the image has none; or `axes` names an axis twice or one that the image
        does not have.

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
    floats, also for integers, since rounding errors would be multiplied as well. Time
    grows with the number of pixels times sigma, for each axis.

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
    weight = check_number(amount, "amount", low=0)
    levels = array.astype(np.float32 if array.dtype == np.float32 else np.float64)
    blurred = blur_gaussian(levels, sigma, mode=mode, axes=axes)
    return _round_to(levels + weight * (levels - blurred), array.dtype)


def _check_smoothable(image: ArrayLike) -> NDArray[Any]:
    """Return `image` as an array with axes, whose values floats hold exactly."""
    array = check_image(image)
    if array.ndim == 0:
        raise ValueError("image is a single number; it needs an axis")
    check_finite(array)
    if array.dtype.kind in "ui" and array.dtype.itemsize == 8:
        largest = max(int(array.max()), -int(array.min()))
        if largest > 2**53:
            raise ValueError(
                f"image holds {largest} in size; allowed is up to 2 ** 53, as "
                "floats do not hold larger integers exactly"
            )
    return array


def _for_every_axis(
    value: float | Sequence[float],
    name: str,
    axes: Sequence[int] | None,
    image: NDArray[Any],
    other: float,
) -> list[Any]:
    """Return `value` on `axes`, and the number that changes nothing on the others."""
    ndim = image.ndim
    if np.ndim(value) > 1 or np.size(value) > ndim:
        raise ValueError(
            f"{name} is {value!r}; allowed is one number, or one for each axis, of "
            f"which the image has {ndim}"
        )
    if axes is None:
        axes = range(np.size(value) if np.ndim(value) else ndim)
    chosen = [check_integer(axis, "axes", -ndim, ndim - 1) % ndim for axis in axes]
    if len(set(chosen)) != len(chosen):
        raise ValueError(f"axes is {axes!r}; each axis may occur once")
    values = [other] * ndim
    for axis, number in zip(chosen, per_axis(value, name, len(chosen)), strict=True):
        values[axis] = number
    return values


def _filter_options(image: NDArray[Any], mode: str, cval: float) -> dict[str, Any]:
    """Return what the filters of ndimage understand; they calculate in floats."""
    return {
        "output": np.float32 if image.dtype == np.float32 else np.float64,
        "mode": check_choice(mode, "mode", BORDER_MODES),
        "cval": check_number(cval, "cval"),
    }


def _round_to(levels: NDArray[Any], dtype: DTypeLike) -> NDArray[Any]:
    """Return floats in `dtype`: integers to the nearest, clipped, never wrapped."""
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return levels.astype(dtype, copy=False)
    if dtype.kind == "b":
        half: NDArray[np.bool_] = levels >= 0.5
        return half
    limits = np.iinfo(dtype)
    low, high = float(limits.min), float(limits.max)
    # The largest 64-bit integers are no floats; the float above them would wrap.
    if high > limits.max:
        high = np.nextafter(high, 0)
    rounded: NDArray[Any] = np.rint(levels).clip(low, high).astype(dtype)
    return rounded
