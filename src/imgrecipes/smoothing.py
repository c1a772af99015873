"""Mix each pixel with its neighbours: blur an image, or sharpen it."""

from __future__ import annotations

import math
from itertools import accumulate
from operator import mul
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from scipy import ndimage

from imgrecipes._blocks import fill_by_rows
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
    workers: int = 1,
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
    workers : int, default 1
        How many threads share the work; they gain most on large images.

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
        a number that a float image can hold; `axes` names an axis twice or one that the
        image does not have; or `workers` is less than 1.

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

    A blur along an axis is a product with a matrix that holds the weights on a band
    beside its diagonal. A few rows of that matrix, multiplied by each piece of the axis
    with what lies around it, make small products of dense matrices, which BLAS does far
    faster than a loop does the sums: 16 rows in single precision for a float32 image,
    else 8 in double. `scipy.ndimage.correlate1d` does the work where that is no
    faster: in images of fewer than 16 lines, or where pixels times weights are fewer
    than 2 ** 18, and for a Gaussian that reaches beyond 1000 pixels, or so far beyond
    the border that the image with its margin is over four times as large. Time grows
    with the number of pixels times sigma, for each axis.

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
    threads = check_integer(workers, "workers", low=1)
    kernels = _gaussian_kernels(array, sigma, axes, truncate)
    check_choice(mode, "mode", BORDER_MODES)
    level = _check_level(cval, array.dtype)
    return _blur_by_bands(array, kernels, mode, level, workers=threads)


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

    Sums of 1, 2, 4, 8, ... pixels follow from one another by a single addition for each
    pixel, and those that make up :math:`n` in binary are added: 11 pixels are 1 + 2 +
    8, five additions in all. Sums of integers of 8 and 16 bits are exact, in the
    smallest dtype that holds them. Time grows with the number of pixels times
    :math:`\log n`. `scipy.ndimage.uniform_filter` does the work where that is no
    faster, in time that does not grow with :math:`n`: from windows beyond 512 bytes of
    sums, such as 65 pixels of float64 or 129 of float32, in images of fewer than 16384
    pixels or 16 lines, and where the margin would double the image.

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
    kinds = [_sum_type(array.dtype, n, mode) for n in accumulate(sizes, mul)]
    reach = [length // 2 for length in sizes]
    if max(sizes) * kinds[-1].itemsize > 512 or not _suits_blocks(
        array, reach, growth=2, fewest=2**14
    ):
        border: Any = mode
        # There is no uniform_filter of float16.
        source = array.astype(_float_type(array.dtype), copy=False)
        means = ndimage.uniform_filter(source, sizes, mode=border, cval=level)
        return _round_to(means, array.dtype)

    def fill(rows: NDArray[Any], out_rows: NDArray[Any]) -> None:
        # In a single line of all pixels, neighbours along an axis lie a gap apart.
        gaps = [math.prod(rows.shape[axis + 1 :]) for axis in range(rows.ndim)]
        sums = rows.ravel()
        for length, gap, kind in zip(sizes, gaps, kinds, strict=True):
            sums = _sum_along_line(sums.astype(kind, copy=False), length, gap)
        strides = [gap * sums.itemsize for gap in gaps]
        sums = as_strided(sums, out_rows.shape, strides)
        if kinds[-1].kind != "f":
            # A whole number divided by an odd one never lies halfway between two.
            sums = sums + count // 2
            np.floor_divide(sums, count, out=out_rows, casting="unsafe")
        elif kinds[-1] == out.dtype:
            np.divide(sums, count, out=out_rows)
        else:
            out_rows[...] = _round_to(sums / count, array.dtype)

    padded = _pad(array, reach, mode, level)
    rows = max(sizes[0], 3 * 2**17 // (padded[0].size * kinds[-1].itemsize))
    out = np.empty(array.shape, array.dtype)
    return fill_by_rows(fill, padded, out, block_bytes=rows * padded[0].nbytes)


def sharpen(
    image: ArrayLike,
    sigma: float | Sequence[float] = 1.0,
    amount: float = 1.0,
    *,
    mode: str = "reflect",
    axes: Sequence[int] | None = None,
    workers: int = 1,
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
    workers : int, default 1
        How many threads share the work; they gain most on large images.

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
        has none; `axes` names an axis twice or one that the image does not have; or
        `workers` is less than 1.

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
    floats, also for integers, since rounding errors would be multiplied as well. How it
    is done, and how time grows, is told at `blur_gaussian`.

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
    threads = check_integer(workers, "workers", low=1)
    check_choice(mode, "mode", [name for name in BORDER_MODES if name != "constant"])
    weight = check_number(amount, "amount", 0, 1e30)
    check_finite(array, "image", _largest_float(array.dtype) / (1 + 2 * weight))
    kernels = _gaussian_kernels(array, sigma, axes)
    return _blur_by_bands(array, kernels, mode, amount=weight, workers=threads)


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


def _gaussian_kernels(
    image: NDArray[Any],
    sigma: float | Sequence[float],
    axes: Sequence[int] | None,
    truncate: float = 4.0,
) -> list[NDArray[np.float64]]:
    """Return the weights along each axis, a single one where nothing is blurred."""
    kernels = []
    reach = check_number(truncate, "truncate", low=0)
    for number in _for_every_axis(sigma, "sigma", axes, image.ndim, other=0.0):
        width = max(check_number(number, "sigma", low=0), 1e-15)
        if reach * width > 2**16:
            raise ValueError(
                f"sigma is {number!r}, truncate {truncate!r}; allowed is a product of "
                "up to 65536 pixels"
            )
        radius = int(reach * width + 0.5)
        weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / width) ** 2)
        kernels.append(weights / weights.sum())
    return kernels


def _blur_by_bands(
    image: NDArray[Any],
    kernels: list[NDArray[np.float64]],
    mode: str,
    cval: float = 0.0,
    *,
    amount: float | None = None,
    workers: int = 1,
) -> NDArray[Any]:
    """Blur along each axis, or sharpen by `amount`, block by block of rows."""
    kind = _float_type(image.dtype)
    reach = [kernel.size // 2 for kernel in kernels]
    fewest = 2**18 // (2 * max(reach) + 1)
    if max(reach) > 1000 or not _suits_blocks(image, reach, 4, fewest):
        blurred = image.astype(kind)
        for axis, kernel in enumerate(kernels):
            border: Any = mode
            ndimage.correlate1d(blurred, kernel, axis, blurred, border, cval)
        return _round_to(_mix(blurred, image, amount), image.dtype)
    bands = [_band_matrix(kernel.astype(kind)) for kernel in kernels]

    def fill(rows: NDArray[Any], out_rows: NDArray[Any]) -> None:
        blurred = rows.astype(kind, order="C", copy=False)
        for axis, band in enumerate(bands):
            blurred = _times_band(blurred, band, axis)
        inner = zip(reach, blurred.shape, strict=True)
        levels = rows[tuple(slice(start, start + size) for start, size in inner)]
        out_rows[...] = _round_to(_mix(blurred, levels, amount), image.dtype)

    padded = _pad(image, reach, mode, cval)
    # An eighth of the image, or what still fits the cache of a core.
    block = min(max(image.nbytes // 8, 3 * 2**17), 2**20)
    rows = len(bands[0])
    rows *= max(1, block // (padded[0].size * kind.itemsize * rows))
    out = np.empty(image.shape, image.dtype)
    return fill_by_rows(
        fill, padded, out, workers=workers, block_bytes=rows * padded[0].nbytes
    )


def _suits_blocks(
    image: NDArray[Any], reach: list[int], growth: int, fewest: int
) -> bool:
    """Tell whether an image has enough pixels and lines, and not too much of margin."""
    if image.size < max(fewest, 16 * max(image.shape)):
        return False
    padded: int = math.prod(n + 2 * r for n, r in zip(image.shape, reach, strict=True))
    return padded <= growth * image.size


def _mix(
    blurred: NDArray[Any], levels: NDArray[Any], amount: float | None
) -> NDArray[Any]:
    """Return the blur, or the levels and an amount of what the blur has removed."""
    if amount is None:
        return blurred
    mixed: NDArray[Any] = levels - blurred
    mixed *= amount
    mixed += levels
    return mixed


def _band_matrix(kernel: NDArray[Any]) -> NDArray[Any]:
    """Return a matrix of which each row is the kernel, one pixel further on."""
    # As many rows as a line of the cache holds numbers were the fastest when measured.
    more = 64 // kernel.itemsize - 1
    return sliding_window_view(np.pad(kernel, more), kernel.size + more)[::-1].copy()


def _times_band(levels: NDArray[Any], band: NDArray[Any], axis: int) -> NDArray[Any]:
    """Multiply the band matrix by each piece of the axis; the pieces overlap."""
    step, length = band.shape
    if step == length:
        return levels
    shape = list(levels.shape)
    shape[axis] += step - length
    source = levels.reshape(math.prod(shape[:axis]), levels.shape[axis], -1)
    planes, _, width = source.shape
    if 1 < width < 16:
        # Few colours would make thin matrices; let the axis be the last.
        lines = np.ascontiguousarray(np.moveaxis(levels, axis, -1))
        return np.moveaxis(_times_band(lines, band, levels.ndim - 1), -1, axis)
    product = np.empty((planes, shape[axis], width), levels.dtype)
    target = product
    if width == 1:
        source, target = source.T, target.T
    pieces, rest = divmod(shape[axis], step)
    done = pieces * step
    plane, along, across = source.strides
    # OpenBLAS gives larger products to threads, whose start takes longer than they.
    tile = max(1, 2**18 // band.size)
    for start in range(0, source.shape[2], tile):
        part = source[:, :, start : start + tile]
        whole = target[:, :, start : start + tile]
        size = (len(part), pieces, length, part.shape[2])
        pixels = as_strided(part, size, (plane, step * along, along, across))
        products = whole[:, :done].reshape(len(part), pieces, step, part.shape[2])
        _multiply(band, pixels, products)
        if rest:
            last = band[:rest, : rest + length - step]
            _multiply(last, part[:, done:], whole[:, done:])
    return product.reshape(shape)


def _multiply(band: NDArray[Any], pixels: NDArray[Any], out: NDArray[Any]) -> None:
    """Multiply matrices; as their transposes where these lie in memory row by row."""
    if pixels.strides[-1] > pixels.strides[-2]:
        flipped = np.ascontiguousarray(band.T)
        np.matmul(pixels.swapaxes(-1, -2), flipped, out=out.swapaxes(-1, -2))
    else:
        np.matmul(band, pixels, out=out)


def _sum_along_line(line: NDArray[Any], length: int, gap: int) -> NDArray[Any]:
    """Add `length` pixels, a gap apart, from windows of 1, 2, 4, 8, ... pixels."""
    size = line.size - (length - 1) * gap
    total = line[:size]
    width = done = 1
    while 2 * width <= length:
        line = line[: -width * gap] + line[width * gap :]
        width *= 2
        if length & width:
            total = total + line[done * gap :][:size]
            done += width
    return total


def _sum_type(dtype: np.dtype[Any], count: int, mode: str) -> np.dtype[Any]:
    """Return a dtype for sums of `count` pixels, of small integers where they do."""
    if dtype.kind == "f" or dtype.itemsize > 2 or mode == "constant":
        return _float_type(dtype)
    if dtype.kind == "i":
        return np.min_scalar_type(int(np.iinfo(dtype).min) * count)
    return np.min_scalar_type((2 if dtype.kind == "b" else 256**dtype.itemsize) * count)


def _float_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the dtype to calculate in."""
    return np.dtype(np.float32 if dtype == np.float32 else np.float64)


def _largest_float(dtype: np.dtype[Any]) -> float:
    """Return the largest number in the dtype to calculate in."""
    return float(np.finfo(_float_type(dtype)).max)


def _pad(
    image: NDArray[Any], margins: list[int], mode: str, cval: float
) -> NDArray[Any]:
    """Add what lies beyond the border, on both sides of each axis."""
    widths = [(margin, margin) for margin in margins]
    if mode == "constant":
        # The dtype of the image may not hold that level.
        floats = image.astype(_float_type(image.dtype), copy=False)
        return np.pad(floats, widths, constant_values=cval)
    names = {"reflect": "symmetric", "mirror": "reflect", "nearest": "edge"}
    beyond: Any = names.get(mode, mode)
    return np.pad(image, widths, beyond) if any(margins) else image


def _round_to(levels: NDArray[Any], dtype: DTypeLike) -> NDArray[Any]:
    """Round and clip floats in place, and return them in `dtype`, never wrapped."""
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return narrow_floats(levels, dtype)
    if dtype.kind == "b":
        half: NDArray[np.bool_] = levels >= 0.5
        return half
    limits = np.iinfo(dtype)
    low, high = float(limits.min), float(limits.max)
    # The largest 64-bit integers are no floats; the float above them would wrap.
    if high > limits.max:
        high = np.nextafter(high, 0)
    np.rint(levels, out=levels)
    return levels.clip(low, high, out=levels).astype(dtype)
