"""An image is an array: masks, grey levels, histograms, contrast."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._blocks import fill_by_rows
from imgrecipes._checks import (
    check_finite,
    check_image,
    check_integer,
    check_number,
    per_axis,
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
        Shape of the mask, in pixels: (rows, columns), (planes, rows, columns), …
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
        If a length is not an integer of at least 1, a radius is not positive, or
        `center` or `radius` does not fit the number of axes.

    See Also
    --------
    skimage.draw.disk : the indices of a disk's pixels.
    cv2.circle : draws a filled circle into an image with ``thickness=-1``.

    Notes
    -----
    A pixel at :math:`r` is inside if :math:`\sum_i ((r_i - c_i) / R_i)^2 \le 1`. The
    middle of an axis of ``n`` pixels is ``(n - 1) / 2``. Only the pixels
    of the box around the disk are looked at; time grows with their number.

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
    shape = [check_integer(length, "shape", low=1) for length in shape]
    if center is None:
        center = [(length - 1) / 2 for length in shape]
    if radius is None:
        radius = min(shape) / 2
    centers = per_axis(center, "center", len(shape))
    radii = per_axis(radius, "radius", len(shape))
    squares: list[NDArray[np.float64]] = []
    for axis, index in enumerate(np.ogrid[tuple(slice(length) for length in shape)]):
        check_number(centers[axis], "center")
        if check_number(radii[axis], "radius", low=0) == 0:
            raise ValueError("radius is 0; it must be a positive number")
        squares.append(((index - centers[axis]) / radii[axis]) ** 2)
    mask = np.zeros(shape, bool)
    # Only pixels within the radius along each axis can be inside.
    close = [np.flatnonzero(square <= 1) for square in squares]
    if all(near.size for near in close):
        box = tuple(slice(near[0], near[-1] + 1) for near in close)
        terms = [
            term[term <= 1].reshape([-1 if n > 1 else 1 for n in term.shape])
            for term in squares
        ]
        part = mask[box]
        rows = max(1, 2**14 // part[0].size)

        def fill(first: NDArray[Any], inside: NDArray[Any]) -> None:
            np.less_equal(sum(terms[1:], start=first), 1, out=inside)

        fill_by_rows(fill, terms[0], part, block_bytes=rows * terms[0].itemsize)
    return mask


def histogram(
    image: ArrayLike, bins: int | None = None
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Count the pixels at each grey level.

    Parameters
    ----------
    image : array_like of bool, integers or floats, any shape
        The image, without NaN or infinity.
    bins : int, optional
        Number of bins of equal width from the smallest to the largest value. Default:
        a bin for each integer from the smallest to the largest; 256 for floats.

    Returns
    -------
    counts : ndarray of int, shape (bins,)
        Number of pixels in each bin; the sum is the number of all pixels.
    levels : ndarray of float64, shape (bins,)
        The middle of each bin, in the image's unit of intensity.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty or holds NaN, `bins` is not an integer of at least 1, or
        integers span more than 2 ** 24 levels and `bins` is not given.

    See Also
    --------
    numpy.histogram : bins by their edges; the same counts for the same bins.
    skimage.exposure.histogram : the same for images, over channels as well.
    cv2.calcHist : the same for uint8, uint16 and float32.

    Notes
    -----
    Integers are counted one by one with `numpy.bincount`, so that no bin is wider than
    another; bins that do not line up with the integers leave false gaps and peaks in a
    histogram. Large images of uint8 are counted two pixels at a time: a pair is one of
    65536 numbers. Floats are counted in blocks, and next to the edge of a bin they are
    compared with it. Time grows with the number of pixels.

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
        bins = check_integer(bins, "bins", low=1)
    if array.dtype.kind == "f" or bins is not None:
        return _histogram_of_floats(array.reshape(-1), bins or 256)
    first, last = int(array.min()), int(array.max())
    if last - first >= 2**24:
        raise ValueError(
            f"image spans the levels {first} to {last}, too many for a bin each; "
            "give the number of bins"
        )
    levels = np.arange(first, last + 1, dtype=np.float64)
    if array.dtype == np.uint8 and array.size >= 2**18:
        # Two pixels are one number of 16 bits, and half as many numbers to count.
        flat = np.ascontiguousarray(array).reshape(-1)
        even = flat.size // 2 * 2
        numbers, pairs = flat[:even].view(np.uint16), np.zeros((256, 256), np.intp)
        for start in range(0, numbers.size, 2**17):
            block = numbers[start : start + 2**17]
            pairs += np.bincount(block, minlength=2**16).reshape(256, 256)
        counts = pairs.sum(axis=0) + pairs.sum(axis=1)
        counts += np.bincount(flat[even:], minlength=256)
        return counts[first : last + 1], levels
    if array.dtype.kind in "bu" and last < 2**24:
        return np.bincount(array.reshape(-1))[first:], levels
    offset = array.astype(np.int64) - first
    return np.bincount(offset.ravel()), levels


def _histogram_of_floats(
    levels: NDArray[Any], bins: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return what `numpy.histogram` counts, and the middles of the bins."""
    low, high = float(levels.min()), float(levels.max())
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, bins + 1)
    counts = np.zeros(bins + 1, np.intp)
    for start in range(0, levels.size, 2**15):
        block = levels[start : start + 2**15].astype(np.float64)
        place = (block - low) / (high - low) * bins
        index = place.astype(np.intp)
        # Close to an edge, rounding must not decide.
        near = np.flatnonzero(np.abs(place - np.rint(place)) < 1e-6)
        index[near] = np.searchsorted(edges, block[near], side="right") - 1
        counts += np.bincount(index, minlength=bins + 1)
    # The last edge belongs to the last bin.
    counts[-2] += counts[-1]
    return counts[:-1], (edges[:-1] + edges[1:]) / 2


def to_gray(
    image: ArrayLike, weights: Sequence[float] = (0.2126, 0.7152, 0.0722)
) -> NDArray[Any]:
    """Grey levels of a colour image, as a weighted sum of its channels.

    Parameters
    ----------
    image : array_like of integers or floats, shape (..., 3)
        Red, green and blue along the last axis.
    weights : sequence of 3 floats, default (0.2126, 0.7152, 0.0722)
        Weights of red, green and blue. The default is the luminance of Rec. 709.

    Returns
    -------
    ndarray of float32 or float64, shape (...)
        float32 for float32, else float64, in the range of the input: 0 to 255 for
        uint8. Nothing is rounded; ``np.rint(gray).astype(np.uint8)`` does that.

    Raises
    ------
    TypeError, ValueError
        If the last axis does not have 3 channels, or a weight is not a finite number.

    See Also
    --------
    skimage.color.rgb2gray : weights of 0.2125, 0.7154, 0.0721, to a range of 0 to 1.
    cv2.cvtColor : the weights of Rec. 601, rounded to the dtype of the input.

    Notes
    -----
    :math:`Y = w_R R + w_G G + w_B B`, summed from left to right. Rec. 709 and Rec. 601
    (0.299, 0.587, 0.114) define the sum on different colours; neither undoes the gamma
    of the picture. For float32 it is a product of matrices, which may add in another
    order. Time grows with the number of pixels.

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
        raise ValueError(
            f"image has shape {array.shape}; the last axis must hold 3 channels "
            "(drop an alpha channel with image[..., :3])"
        )
    if len(weights) != 3:
        raise ValueError(f"weights is {weights!r}; it must hold 3 numbers")
    weights = [check_number(weight, "weights") for weight in weights]
    if array.dtype == np.float32:
        return array @ np.array(weights, np.float32)

    def fill(colors: NDArray[Any], gray: NDArray[Any]) -> None:
        np.multiply(colors[..., 0], weights[0], out=gray, dtype=np.float64)
        for channel in (1, 2):
            gray += np.multiply(colors[..., channel], weights[channel], dtype=float)

    shape = array.shape[:-1] or (1,)
    gray = np.empty(shape)
    fill_by_rows(fill, array.reshape(*shape, 3), gray, block_bytes=2**16)
    return gray.reshape(array.shape[:-1])


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
        If `image` is empty, boolean, of 64-bit integers or holds NaN, a percentage is
        negative, or the two add up to 100 or more.

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
    the given percentage. For integers of 8 and 16 bits, the formula is computed once
    for each level and looked up for each pixel. Time grows with the number of pixels.

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
    if array.dtype.kind == "b" or (
        array.dtype.kind in "ui" and array.dtype.itemsize > 4
    ):
        raise TypeError(
            f"image has dtype {array.dtype}; allowed are integers of up to 32 bits, "
            "which floats hold exactly, and floats"
        )
    dark = check_number(dark, "dark", low=0)
    bright = check_number(bright, "bright", low=0)
    if dark + bright >= 100:
        raise ValueError(f"dark + bright is {dark + bright}; it must be below 100")
    check_finite(array)
    low, high = _percentiles(array, dark, 100 - bright)
    if low == high:
        return np.zeros_like(array)
    # In the precision of the differences, so that the largest becomes 1.
    span = np.float32(high) - np.float32(low) if array.dtype == "f4" else high - low

    def fill(levels: NDArray[Any], stretched: NDArray[Any]) -> None:
        unit = stretched if array.dtype == np.float32 else np.empty(levels.shape)
        np.divide(np.subtract(levels, low, out=unit), span, out=unit)
        if dark or bright:
            np.clip(unit, 0, 1, out=unit)
        if array.dtype.kind != "f":
            np.rint(np.multiply(unit, np.iinfo(array.dtype).max, out=unit), out=unit)
        if unit is not stretched:
            stretched[...] = unit

    flat = np.ascontiguousarray(array).reshape(-1)
    result = np.empty_like(flat)
    if array.dtype.itemsize > 2 or array.dtype.kind == "f":
        fill_by_rows(fill, flat, result, block_bytes=2**16)
    else:
        # All levels that the dtype can have, in the order of their bits.
        bits = flat.view(f"u{array.dtype.itemsize}")
        table = np.empty(256**array.dtype.itemsize, array.dtype)
        fill(np.arange(table.size).astype(bits.dtype).view(array.dtype), table)
        fill_by_rows(
            lambda index, part: np.take(table, index, out=part, mode="clip"),
            bits,
            result,
            block_bytes=2**15,
        )
    return result.reshape(array.shape)


def _percentiles(image: NDArray[Any], *percentages: float) -> list[float]:
    """Return what `numpy.percentile` gives, but integers are counted, not sorted."""
    if percentages == (0, 100):
        return [float(image.min()), float(image.max())]
    if image.dtype.kind == "f" or image.dtype.itemsize > 2:
        return list(map(float, np.percentile(image, percentages)))
    counts, levels = histogram(image)
    ends, found = np.cumsum(counts), []
    for percentage in percentages:
        place = (image.size - 1) * (percentage / 100)
        first, last = (
            float(levels[np.searchsorted(ends, rank, side="right")])
            for rank in (math.floor(place), math.ceil(place))
        )
        part, step = place % 1, last - first
        found.append(first + step * part if part < 0.5 else last - step * (1 - part))
    return found
