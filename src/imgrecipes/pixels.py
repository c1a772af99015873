"""An image is an array: masks, grey levels, histograms, contrast."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._checks import (
    as_python,
    check_finite,
    check_image,
    check_integer,
    check_number,
    check_numbers,
    check_sequence,
    check_shape,
    per_axis,
)
from imgrecipes._kernels.fast.grids import sum_at_most
from imgrecipes._kernels.fast.levels import (
    count_in_bins,
    count_levels,
    map_levels,
    mix_channels,
    percentiles,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


def circular_mask(
    shape: Sequence[int],
    center: Sequence[float] | None = None,
    radius: float | Sequence[float] | None = None,
) -> NDArray[np.bool_]:
    r"""Mask of a disk, an ellipse, a ball or an ellipsoid.

    Parameters
    ----------
    shape : sequence of int
        Shape of the mask, in pixels: (rows, columns), (planes, rows, columns), …;
        up to 2 ** 40 pixels.
    center : sequence of float, optional
        Centre, in pixels along each axis. Default: the middle of the image.
    radius : float or sequence of float, optional
        Radius in pixels, or one for each axis. Default: half of the shortest axis.

    Returns
    -------
    ndarray of bool, shape `shape`
        True where the centre of the pixel lies inside or on the edge.

    Raises
    ------
    TypeError, ValueError
        If `shape` is not a sequence of positive integers or has too many pixels, a
        radius is not positive, or `center` or `radius` does not fit the number of axes.

    See Also
    --------
    skimage.draw.disk : the indices of a disk's pixels.
    cv2.circle : draws a filled circle into an image with ``thickness=-1``.

    Notes
    -----
    A pixel at :math:`r` is inside if :math:`\sum_i ((r_i - c_i) / R_i)^2 \le 1`. A
    radius is rarely an exact float, so that a distance that exceeds it by less than
    1e-9 of the radius counts as equal: a disk of radius ``13 ** 0.5`` includes the
    pixel 2 down and 3 to the right. The middle of an axis of ``n`` pixels is
    ``(n - 1) / 2``.

    Elsewhere: ImageJ ``Edit > Selection > Create Mask``.

    Examples
    --------
    >>> from imgrecipes.pixels import circular_mask
    >>> circular_mask((5, 5), radius=2).astype(int)
    array([[0, 0, 1, 0, 0],
           [0, 1, 1, 1, 0],
           [1, 1, 1, 1, 1],
           [0, 1, 1, 1, 0],
           [0, 0, 1, 0, 0]])
    """
    lengths = check_shape(shape, "shape")
    if center is None:
        center = [(length - 1) / 2 for length in lengths]
    if radius is None:
        radius = min(lengths) / 2
    centers = check_numbers(per_axis(center, "center", len(lengths)), "center")
    radii = check_numbers(per_axis(radius, "radius", len(lengths)), "radius", low=0)
    if min(radii) == 0:
        raise ValueError(f"radius is {radius!r}; it must be a positive number")
    with np.errstate(over="ignore"):  # far outside of a tiny disk
        squares = [
            ((np.arange(length) - middle) / reach) ** 2
            for length, middle, reach in zip(lengths, centers, radii, strict=True)
        ]
    return sum_at_most(squares, (1 + 1e-9) ** 2)


def histogram(
    image: ArrayLike, bins: int | None = None
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Count the pixels at each grey level.

    Parameters
    ----------
    image : array_like of bool, integers or floats, any shape
        The image, without NaN or infinity.
    bins : int, optional
        Number of bins of equal width from the smallest to the largest value, up to
        2 ** 24. Default: a bin for each integer from the smallest to the largest; 256
        for floats.

    Returns
    -------
    counts : ndarray of int, shape (bins,)
        Number of pixels in each bin; the sum is the number of all pixels.
    levels : ndarray of float64, shape (bins,)
        The middle of each bin, in the image's unit of intensity. Integers beyond
        2 ** 53 are rounded to the nearest float.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, holds NaN or spans more than the largest float, `bins` is
        not an integer from 1 to 2 ** 24, or integers span more than 2 ** 24 levels and
        `bins` is not given.

    See Also
    --------
    numpy.histogram : bins by their edges; the same counts for the same bins.
    skimage.exposure.histogram : the same for images, over channels as well.
    cv2.calcHist : the same for uint8, uint16 and float32.

    Notes
    -----
    Integers are counted one by one with `numpy.bincount`, so that no bin is wider than
    another; bins that do not line up with the integers leave false gaps and peaks in a
    histogram. If all floats are equal, the bins span 1 around them, or as much as it
    takes for their edges to differ. Time grows with the number of pixels.

    Elsewhere: ImageJ ``Analyze > Histogram``.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed.,
       Pearson, 2018, section 3.3.

    Examples
    --------
    >>> from imgrecipes.pixels import histogram
    >>> counts, levels = histogram([[3, 5, 5], [5, 3, 6]])
    >>> counts.tolist(), levels.tolist()
    ([2, 0, 3, 1], [3.0, 4.0, 5.0, 6.0])
    """
    array = check_image(image)
    check_finite(array)
    if bins is not None:
        bins = check_integer(bins, "bins", 1, 2**24)
    low, high = array.min(), array.max()
    if array.dtype.kind == "f" or bins is not None:
        edges = _edges_of_bins(float(low), float(high), bins or 256)
        return count_in_bins(array, edges), edges[:-1] + np.diff(edges) / 2
    first, last = int(low), int(high)
    if last - first >= 2**24:
        many = "too many for a bin each; give the number of bins"
        raise ValueError(f"image spans the levels {first} to {last}, {many}")
    return count_levels(array), first + np.arange(last - first + 1, dtype=np.float64)


def _edges_of_bins(low: float, high: float, bins: int) -> NDArray[np.float64]:
    """Return the edges of bins of equal width, which is not 0 for a single level."""
    if low == high:
        half = max(0.5, bins * float(np.spacing(abs(low))))
        low, high = low - half, high + half
    _check_span(low, high)
    return np.linspace(low, high, bins + 1)


def _check_span(low: float, high: float) -> None:
    """Raise ValueError if the difference between two levels is no finite float."""
    if math.isinf(high - low):
        allowed = f"a span of up to {sys.float_info.max:g}, the largest float"
        raise ValueError(
            f"image spans the levels {low:g} to {high:g}; allowed is {allowed}"
        )


def to_gray(
    image: ArrayLike, weights: Sequence[float] = (0.2126, 0.7152, 0.0722)
) -> NDArray[Any]:
    """Grey levels of a colour image, as a weighted sum of its channels.

    Parameters
    ----------
    image : array_like of integers or floats, shape (..., 3)
        Red, green and blue along the last axis. An array of shape (n, 3) is a list of
        n colours; a grey image that is 3 pixels wide looks the same and is taken for
        one. NaN and infinity are carried along.
    weights : sequence of 3 floats, default (0.2126, 0.7152, 0.0722)
        Weights of red, green and blue. The default is the luminance of Rec. 709.

    Returns
    -------
    ndarray of float32 or float64, shape (...)
        float32 for float32, else float64, in the range of the input: 0 to 255 for
        uint8. Nothing is rounded; ``np.rint(gray).astype(np.uint8)`` does that. A sum
        beyond the largest float is infinite. A single colour gives an array without
        axes.

    Raises
    ------
    TypeError, ValueError
        If the last axis does not have 3 channels, or `weights` does not have 3 finite
        numbers that fit float32.

    See Also
    --------
    skimage.color.rgb2gray : weights of 0.2125, 0.7154, 0.0721, to a range of 0 to 1.
    cv2.cvtColor : the weights of Rec. 601, rounded to the dtype of the input.

    Notes
    -----
    :math:`Y = w_R R + w_G G + w_B B`. Rec. 709 and Rec. 601
    (0.299, 0.587, 0.114) define the sum on different colours; neither undoes the gamma
    of the picture. The sum of float32 is computed in single precision, where the order
    of its terms decides the last digit. Time grows with the number of pixels.

    Elsewhere: ImageJ ``Image > Type > 8-bit``; CellProfiler ``ColorToGray``.

    References
    ----------
    .. [1] Recommendation ITU-R BT.709-6, "Parameter values for the HDTV standards for
       production and international programme exchange", 2015.
    .. [2] Recommendation ITU-R BT.601-7, "Studio encoding parameters of digital
       television for standard 4:3 and wide-screen 16:9 aspect ratios", 2011.

    Examples
    --------
    >>> from imgrecipes.pixels import to_gray
    >>> to_gray([[[255, 0, 0], [0, 255, 0], [255, 255, 255]]]).round(1)
    array([[ 54.2, 182.4, 255. ]])
    """
    array = check_image(image)
    if array.ndim == 0 or array.shape[-1] != 3:
        way_out = "drop an alpha channel with image[..., :3]"
        raise ValueError(f"image has shape {array.shape}, not 3 channels; {way_out}")
    numbers: Any = [as_python(w) for w in check_sequence(weights, "weights", 3)]
    factors, largest = check_image(numbers, "weights", (1,)), np.finfo(np.float32).max
    if not np.all(abs(factors.astype(float)) <= largest):
        raise ValueError(f"weights is {weights!r}; allowed is up to {largest:g}")
    return mix_channels(array, factors)


def stretch_contrast(
    image: ArrayLike, dark: float = 0.0, bright: float = 0.0
) -> NDArray[Any]:
    """Spread the grey levels over the whole range, saturating some at each end.

    Parameters
    ----------
    image : array_like of integers up to 32 bits or floats, any shape
        The image, without NaN or infinity.
    dark, bright : float, default 0
        Percentage of the pixels to saturate at the dark and at the bright end. With 0,
        the minimum becomes the lowest level and the maximum the highest.

    Returns
    -------
    ndarray, same shape and dtype as `image`
        Integers fill the range from 0 to the largest of their dtype, rounded to the
        nearest; floats fill 0 to 1. An image of one level becomes 0 everywhere.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, boolean, of 64-bit integers, holds NaN or spans more than
        the largest float, a percentage is negative, or the two add up to 100 or more.

    See Also
    --------
    skimage.exposure.rescale_intensity : the same between given levels.
    cv2.normalize : minimum to maximum with ``norm_type=cv2.NORM_MINMAX``.
    SimpleITK.RescaleIntensity : minimum to maximum, without saturation;
        ``IntensityWindowing`` takes the levels.

    Notes
    -----
    With the percentiles :math:`a` and :math:`b` of the grey levels, each level
    :math:`g` becomes :math:`(g - a) / (b - a)`, cut to 0 and 1 and scaled to the range.
    Levels that occur often are saturated whole, so that a flat image can lose more than
    the given percentage. Time grows with the number of pixels, and for percentiles of
    floats with that of a sort.

    Elsewhere: ImageJ ``Process > Enhance Contrast...``; CellProfiler
    ``RescaleIntensity``.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed.,
       Pearson, 2018, section 3.2.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.pixels import stretch_contrast
    >>> stretch_contrast(np.array([50, 60, 100], np.uint8))
    array([  0,  51, 255], dtype=uint8)
    """
    array = check_image(image)
    if array.dtype.name in {"bool", "int64", "uint64"}:
        allowed = "integers of up to 32 bits, which floats hold exactly, and floats"
        raise TypeError(f"image has dtype {array.dtype}; allowed are {allowed}")
    dark = check_number(dark, "dark", low=0)
    bright = check_number(bright, "bright", low=0)
    if dark + bright >= 100:
        raise ValueError(f"dark + bright is {dark + bright}; it must be below 100")
    check_finite(array)
    _check_span(float(array.min()), float(array.max()))
    low, high = percentiles(array, (dark, 100 - bright))
    if low == high:
        return np.zeros_like(array)
    # Between two levels of float32, it is precise enough if their difference fits.
    fits = array.dtype == np.float32 and high - low <= float(np.finfo("f4").max)
    kind = np.dtype(np.float32 if fits and dark == bright == 0 else np.float64).type

    def stretch(levels: NDArray[Any]) -> NDArray[Any]:
        unit: NDArray[Any] = levels.astype(kind, copy=False).clip(low, high)
        unit -= low
        # In this precision as well, so that the largest becomes 1.
        unit /= kind(high) - kind(low)
        if array.dtype.kind != "f":
            np.rint(np.multiply(unit, np.iinfo(array.dtype).max, out=unit), out=unit)
        return unit.astype(array.dtype, copy=False)

    return map_levels(stretch, array)
