"""Take noise out of an image, and measure how well that went."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._checks import (
    check_finite,
    check_image,
    check_integer,
    check_number,
    per_axis,
)
from imgrecipes._kernels.fast.patches import average_alike
from imgrecipes._kernels.fast.ranks import rank_in_window
from imgrecipes._kernels.fast.shrinkage import shrink_to_mean
from imgrecipes._kernels.fast.sums import sum_of_squares
from imgrecipes._kernels.fast.variation import least_variation
from imgrecipes._kernels.plain.rounding import round_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


def add_noise(image: ArrayLike, sigma: float, seed: int) -> NDArray[Any]:
    r"""Add normal noise of mean zero.

    Parameters
    ----------
    image : array_like of bool, integers or floats, any shape
        The clean image.
    sigma : float
        Standard deviation of the noise, in the image's unit of intensity; from 0 to
        1e300.
    seed : int
        Seed of `numpy.random.default_rng`, at least 0. The same seed gives the same
        noise.

    Returns
    -------
    ndarray, same shape and dtype as `image`
        The noisy image, clipped to the range of its dtype. Integers are rounded to the
        nearest; booleans are True from one half on.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, `sigma` is not from 0 to 1e300, or `seed` is not an integer
        of at least 0.

    See Also
    --------
    numpy.random.Generator.normal : draws the noise.
    skimage.util.random_noise : several kinds of noise, on floats from 0 to 1.
    cv2.randn : fills an array with the noise, in place; add it with ``cv2.add``.
    SimpleITK.AdditiveGaussianNoise : the same, with a mean to choose.

    Notes
    -----
    Each pixel gets an independent :math:`n \sim N(0, \sigma^2)`. Clipping breaks the
    mean of zero where the clean image is close to black or to white: convert to float
    first where this matters.

    Elsewhere: ImageJ ``Process > Noise > Add Specified Noise...``.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed.,
       Pearson, 2018, section 5.2.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.denoising import add_noise
    >>> noisy = add_noise(np.full((100, 100), 50.0), sigma=3, seed=0)
    >>> print(f"mean {noisy.mean():.1f}, standard deviation {noisy.std():.1f}")
    mean 50.0, standard deviation 3.0
    """
    array = check_image(image)
    sigma = check_number(sigma, "sigma", 0, 1e300)
    random = np.random.default_rng(check_integer(seed, "seed", low=0))
    noisy = np.asarray(array + random.normal(0, sigma, array.shape))
    return _as_dtype(noisy, array.dtype)


def denoise_median(image: ArrayLike, size: int | Sequence[int] = 3) -> NDArray[Any]:
    r"""Replace each pixel by the median of its neighbourhood.

    Parameters
    ----------
    image : array_like of bool, integers or floats, at least 1-D
        The noisy image, without NaN or infinity.
    size : int or sequence of int, default 3
        Side of the square or cubic window in pixels, or one for each axis; odd, and at
        most 99 or twice the length of the axis, whichever is more. For a colour image,
        ``size=(3, 3, 1)`` treats each channel on its own.

    Returns
    -------
    ndarray, same shape and dtype as `image`
        The median of each window, which is one of its pixels.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, a single number or holds NaN, or a size is not an odd
        integer in its range.

    See Also
    --------
    filter_percentile : other ranks than the middle one.
    scipy.ndimage.median_filter : the same, for even sizes and other borders as well.
    skimage.filters.median : the same for windows of any shape.
    skimage.filters.rank.median : the same for uint8 and uint16, by sliding histograms.
    cv2.medianBlur : the same with the border mode "nearest".
    SimpleITK.Median : the same by radius.

    Notes
    -----
    Beyond the border the image is mirrored, mode ``"reflect"``. The median ignores how
    far off a wrong pixel is, so that single wild pixels vanish and straight edges stay;
    lines and corners thinner than half of the window vanish as well.

    Elsewhere: ImageJ ``Process > Filters > Median...``; CellProfiler ``MedianFilter``.

    References
    ----------
    .. [1] John W. Tukey, "Exploratory Data Analysis", Addison-Wesley, 1977.
    .. [2] T. S. Huang, G. J. Yang and G. Y. Tang, "A fast two-dimensional median
       filtering algorithm", IEEE Trans. Acoust., Speech, Signal Process. 27(1), 1979,
       pp. 13-18.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.denoising import denoise_median
    >>> image = np.zeros((3, 6), np.uint8)
    >>> image[:, 3:] = 200
    >>> image[1, 1] = 255
    >>> denoise_median(image)
    array([[  0,   0,   0, 200, 200, 200],
           [  0,   0,   0, 200, 200, 200],
           [  0,   0,   0, 200, 200, 200]], dtype=uint8)
    """
    array = _check_noisy(image)
    sizes = _odd_sizes(size, "size", array.shape)
    return rank_in_window(array, sizes, math.prod(sizes) // 2)


def filter_percentile(
    image: ArrayLike, percentile: float, size: int | Sequence[int] = 3
) -> NDArray[Any]:
    r"""Replace each pixel by a percentile of its neighbourhood.

    Parameters
    ----------
    image : array_like of bool, integers or floats, at least 1-D
        The image, without NaN or infinity.
    percentile : float
        Rank in per cent: 0 takes the smallest pixel of the window, 50 the median, 100
        the largest.
    size : int or sequence of int, default 3
        Side of the square or cubic window in pixels, or one for each axis; odd, and at
        most 99 or twice the length of the axis, whichever is more. For a colour image,
        ``size=(3, 3, 1)`` treats each channel on its own.

    Returns
    -------
    ndarray, same shape and dtype as `image`
        For each window the pixel of this rank; nothing is interpolated.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, a single number or holds NaN, `percentile` is not from 0
        to 100, or a size is not an odd integer in its range.

    See Also
    --------
    denoise_median : the middle rank.
    scipy.ndimage.percentile_filter : the same, for even sizes and other borders.
    skimage.filters.rank.percentile : the same for windows of any shape, on uint8.
    SimpleITK.Rank : the same by radius, with a rank from 0 to 1.

    Notes
    -----
    Of the :math:`n` pixels of the window, sorted and counted from 0, the one of rank
    :math:`\min(\lfloor n p / 100 \rfloor, n - 1)` is taken. Beyond the border the image
    is mirrored, mode ``"reflect"``.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed.,
       Pearson, 2018, section 5.3.

    Examples
    --------
    >>> from imgrecipes.denoising import filter_percentile
    >>> row = [[5, 1, 2, 9, 3]]
    >>> filter_percentile(row, 0, size=(1, 3)).tolist()
    [[1, 1, 1, 2, 3]]
    >>> filter_percentile(row, 100, size=(1, 3)).tolist()
    [[5, 5, 9, 9, 9]]
    """
    array = _check_noisy(image)
    percentile = check_number(percentile, "percentile", 0, 100)
    sizes = _odd_sizes(size, "size", array.shape)
    count = math.prod(sizes)
    return rank_in_window(array, sizes, min(int(count * percentile / 100), count - 1))


def denoise_wiener(
    image: ArrayLike, size: int | Sequence[int] = 5, sigma: float | None = None
) -> NDArray[Any]:
    r"""Smooth the more, the less a neighbourhood varies beyond the noise.

    Parameters
    ----------
    image : array_like of bool, integers or floats, at least 1-D
        The noisy image, without NaN or infinity.
    size : int or sequence of int, default 5
        Side of the square or cubic window in pixels, or one for each axis; odd, and at
        most 99 or twice the length of the axis, whichever is more. For a colour image,
        ``size=(5, 5, 1)`` treats each channel on its own.
    sigma : float, optional
        Standard deviation of the noise, in the image's unit of intensity. Default: the
        square root of the mean of all local variances.

    Returns
    -------
    ndarray, same shape and dtype as `image`
        The denoised image. Integers are rounded to the nearest, booleans are True from
        one half on.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, a single number or holds NaN, a size is not an odd integer
        in its range, or `sigma` is negative.

    See Also
    --------
    scipy.signal.wiener : the same with zeros beyond the border; ``noise=sigma**2``.
    skimage.restoration.wiener : undoes a blur; another filter of the same name.

    Notes
    -----
    With the mean :math:`\mu` and the variance :math:`v` of the window around a pixel of
    level :math:`g`, the result is :math:`\mu + \frac{\max(v - \sigma^2, 0)}{v}
    (g - \mu)`, or :math:`\mu` where :math:`v = 0`. So flat parts are averaged and edges
    keep their noise. The default takes for noise what is detail in part, and smooths
    too much: give `sigma` if you know it.

    Beyond the border the image is mirrored, mode ``"reflect"``.

    References
    ----------
    .. [1] J.-S. Lee, "Digital image enhancement and noise filtering by use of local
       statistics", IEEE Trans. Pattern Anal. Mach. Intell. 2(2), 1980, pp. 165-168.
    .. [2] J. S. Lim, "Two-Dimensional Signal and Image Processing", Prentice Hall,
       1990, p. 548.

    Examples
    --------
    >>> from imgrecipes.denoising import denoise_wiener
    >>> row = [[0, 2, 0, 2, 0, 2, 90, 92, 90, 92, 90]]
    >>> denoise_wiener(row, size=(1, 3), sigma=1).tolist()
    [[1, 1, 1, 1, 1, 2, 90, 91, 91, 91, 91]]
    """
    array = _check_noisy(image)
    sizes = _odd_sizes(size, "size", array.shape)
    scale, noise = _scale(array), None
    if sigma is not None:
        noise = min(check_number(sigma, "sigma", low=0) / scale, 1e9) ** 2
    return shrink_to_mean(array, sizes, scale, noise)


def denoise_tv(
    image: ArrayLike, weight: float, tolerance: float = 0.01, iterations: int = 1000
) -> NDArray[Any]:
    r"""Find a close image whose neighbouring pixels differ little in total.

    Parameters
    ----------
    image : array_like of bool, integers or floats, at least 1-D
        The noisy image, without NaN or infinity. Each axis counts as space; treat the
        channels of a colour image one by one.
    weight : float
        Weight of the total variation, positive, in the image's unit of intensity. For
        noise of standard deviation sigma, try sigma / 2 to sigma.
    tolerance : float, default 0.01
        Stop when the result is proven to lie within this root mean square distance of
        the exact solution, in units of the image's standard deviation.
    iterations : int, default 1000
        Stop after this many steps, whatever the distance.

    Returns
    -------
    ndarray, same shape and dtype as `image`
        The denoised image, of the same mean. Integers are rounded to the nearest,
        booleans are True from one half on.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, a single number or holds NaN, `weight` is not positive,
        `tolerance` is negative, or `iterations` is not an integer of at least 1.

    See Also
    --------
    skimage.restoration.denoise_tv_chambolle : the same minimum, with integers turned
        to floats from 0 to 1, so that the weight is divided by 255 for uint8.
    cv2.denoise_TVL1 : the sum of absolute instead of squared differences.

    Notes
    -----
    Of all images :math:`u`, the result has the least :math:`\frac12 \sum (u - f)^2 + w
    \sum |\nabla u|`, where :math:`f` is the noisy image, :math:`w` the weight and
    :math:`\nabla` the difference to the next pixel along each axis, 0 at the border.
    This is Chambolle's dual problem [1]_: :math:`u = f + \operatorname{div} p` for the
    vector field :math:`|p| \le w` that makes :math:`\sum u^2` least, here by projected
    gradient steps with momentum [2]_. For any such :math:`p`, :math:`\sum (w |\nabla u|
    - p \cdot \nabla u)` bounds the squared distance to the solution.

    Each step takes time and memory for the number of pixels times axes; the number of
    steps grows with the weight, from some ten to some hundred. Images of float32
    are computed as such, unless the tolerance is below 0.001.

    References
    ----------
    .. [1] A. Chambolle, "An algorithm for total variation minimization and
       applications", J. Math. Imaging Vis. 20, 2004, pp. 89-97.
    .. [2] A. Beck and M. Teboulle, "Fast gradient-based algorithms for constrained
       total variation image denoising and deblurring problems", IEEE Trans. Image
       Process. 18(11), 2009, pp. 2419-2434.
    .. [3] L. I. Rudin, S. Osher and E. Fatemi, "Nonlinear total variation based noise
       removal algorithms", Physica D 60, 1992, pp. 259-268.

    Examples
    --------
    >>> from imgrecipes.denoising import denoise_tv
    >>> step = [[0.0, 0, 10, 10, 10, 10]]
    >>> denoise_tv(step, weight=2, tolerance=1e-4).round(2).tolist()  # 2 / 2 and 2 / 4
    [[1.0, 1.0, 9.5, 9.5, 9.5, 9.5]]
    """
    array = _check_noisy(image)
    weight, scale = _check_positive(weight, "weight"), _scale(array)
    tolerance = min(check_number(tolerance, "tolerance", low=0), 1e9)
    # Rounding to 24 bits must not hide how close the result is.
    small = array.dtype == np.float32 and tolerance >= 1e-3
    noisy = np.divide(array, scale, dtype=np.float32 if small else np.float64)
    distance = tolerance * noisy.std(dtype=np.float64)
    # Beyond the larger bound the result is the mean, below the other one the image.
    weight = min(max(weight / scale, 1e-30), 4.0 * array.size)
    steps = check_integer(iterations, "iterations", low=1)
    result = least_variation(noisy, weight, distance, steps)
    return _as_dtype(result * scale, array.dtype)


def denoise_nonlocal(
    image: ArrayLike,
    strength: float,
    patch: int | Sequence[int] = 5,
    distance: int | Sequence[int] = 7,
    sigma: float = 0.0,
) -> NDArray[Any]:
    r"""Average pixels whose surroundings look alike, near or not so near.

    Parameters
    ----------
    image : array_like of bool, integers or floats, at least 1-D
        The noisy image, without NaN or infinity.
    strength : float
        Root mean square difference of two patches at which the weight has fallen to
        1 / e; positive, in the image's unit of intensity.
    patch : int or sequence of int, default 5
        Side of the patches in pixels, or one for each axis; odd, and at most 99 or
        twice the length of the axis, whichever is more.
    distance : int or sequence of int, default 7
        Farthest pixel to look at, along each axis. For a colour image, ``patch=(5, 5,
        1)`` and ``distance=(7, 7, 0)`` treat each channel on its own.
    sigma : float, default 0.0
        Standard deviation of the noise, if known: what it adds to the difference of two
        patches is taken off.

    Returns
    -------
    ndarray, same shape and dtype as `image`
        The denoised image. Integers are rounded to the nearest, booleans are True from
        one half on.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, a single number or holds NaN, `strength` is not positive,
        a side is not an odd integer in its range, a distance is not an integer of at
        least 0, or `sigma` is negative.

    See Also
    --------
    skimage.restoration.denoise_nl_means : close to this with ``fast_mode=True``,
        ``h=strength``; it differs in the border, the patches and tiny weights.
    cv2.fastNlMeansDenoising : the same idea on integers.
    SimpleITK.PatchBasedDenoising : the same idea, in iterations over sampled patches.

    Notes
    -----
    The pixel :math:`q` counts for the pixel :math:`p` with the weight
    :math:`\exp(-\max(d^2 - 2 \sigma^2, 0) / h^2)`, where :math:`d^2` is the mean
    squared difference of the patches around them and :math:`h` the strength. Patches
    see the image mirrored beyond its border, mode ``"reflect"``; only pixels of the
    image are averaged.

    For one shift :math:`q - p`, means of windows give the :math:`d^2` of all pixels at
    once. The time grows with the number of pixels times ``2 * distance + 1`` for each
    axis. Images of float32 are computed as such, all others in float64.

    Elsewhere: CellProfiler ``ReduceNoise``.

    References
    ----------
    .. [1] A. Buades, B. Coll and J.-M. Morel, "A non-local algorithm for image
       denoising", CVPR 2005, vol. 2, pp. 60-65.

    Examples
    --------
    >>> from imgrecipes.denoising import denoise_nonlocal
    >>> row = [[10, 90, 12, 90, 10, 90, 12]]  # with a patch of one pixel, like to like
    >>> denoise_nonlocal(row, strength=20, patch=1).tolist()
    [[11, 90, 11, 90, 11, 90, 11]]
    """
    array = _check_noisy(image)
    scale = _scale(array)
    # Within these bounds, weights are told from 0 and 1, and squares stay finite.
    strength = min(max(_check_positive(strength, "strength") / scale, 1e-15), 1e9)
    noise = 2 * min(check_number(sigma, "sigma", low=0) / scale, 1e9) ** 2
    sizes = _odd_sizes(patch, "patch", array.shape)
    farthest = [
        min(check_integer(steps, "distance", low=0), length - 1)
        for steps, length in zip(
            per_axis(distance, "distance", array.ndim), array.shape, strict=True
        )
    ]
    kind = np.float32 if array.dtype == np.float32 else np.float64
    values = np.divide(array, scale, dtype=kind, order="C")
    averages = average_alike(values, sizes, farthest, strength, noise)
    return _as_dtype(averages * scale, array.dtype)


def rmse(image: ArrayLike, reference: ArrayLike) -> float:
    r"""Root mean square difference of two images.

    Parameters
    ----------
    image, reference : array_like of bool, integers or floats, of one shape
        The images, without NaN or infinity. Their dtypes may differ.

    Returns
    -------
    float
        The error in the images' unit of intensity; 0 if they are equal.

    Raises
    ------
    TypeError, ValueError
        If an image is empty or holds NaN, the shapes differ, or a difference exceeds
        the range of float64.

    See Also
    --------
    psnr : the same on a scale of decibels.
    skimage.metrics.mean_squared_error : its square.
    cv2.norm : of two images, the root of the sum instead of the mean of squares.

    Notes
    -----
    :math:`\sqrt{\frac{1}{n} \sum_i (g_i - r_i)^2}`, in floats, so that integers do not
    wrap around. Differences whose squares are too large or too small for float64 are
    divided by the largest of them first.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed.,
       Pearson, 2018, section 8.1.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.denoising import rmse
    >>> rmse(np.array([7, 3, 3, 0], np.uint8), np.array([5, 4, 5, 0], np.uint8))
    1.5
    """
    array, truth = check_image(image), check_image(reference, "reference")
    if array.shape != truth.shape:
        raise ValueError(
            f"image has shape {array.shape} and reference {truth.shape}; allowed are "
            "equal shapes"
        )
    total, scale = sum_of_squares(array, truth), 1.0
    # Sums that overflow, that lose digits as they are tiny, or of NaN are rare.
    if not array.size * 1e-290 <= total < math.inf:
        check_finite(array)
        check_finite(truth, "reference")
        with np.errstate(over="ignore"):
            change = np.subtract(array, truth, dtype=np.float64, casting="same_kind")
        scale = float(np.abs(change).max())
        if math.isinf(scale):
            raise ValueError("image and reference differ by more than a float64 holds")
        total = float(np.square(change / scale).sum()) if scale else 0.0
    return scale * math.sqrt(total / array.size)


def psnr(image: ArrayLike, reference: ArrayLike, data_range: float) -> float:
    r"""Peak signal-to-noise ratio of an image, in decibels.

    Parameters
    ----------
    image, reference : array_like of bool, integers or floats, of one shape
        The image and what it should be, without NaN or infinity.
    data_range : float
        Largest level minus smallest level that images of this kind can have, positive:
        255 for the levels of uint8, whatever their dtype.

    Returns
    -------
    float
        Decibels; the more, the better. Infinity if the images are equal.

    Raises
    ------
    TypeError, ValueError
        If an image is empty or holds NaN, the shapes differ, or `data_range` is not
        positive.

    See Also
    --------
    rmse : the error in the image's unit of intensity.
    skimage.metrics.peak_signal_noise_ratio : the same; guesses the range if not given.
    cv2.PSNR : the same, with a range of 255 if not given.

    Notes
    -----
    :math:`20 \log_{10} (R / \mathrm{rmse})` with the range :math:`R`. Half the error is
    6 decibels more.

    References
    ----------
    .. [1] Z. Wang, A. C. Bovik, H. R. Sheikh and E. P. Simoncelli, "Image quality
       assessment: from error visibility to structural similarity", IEEE Trans. Image
       Process. 13(4), 2004, pp. 600-612.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.denoising import psnr
    >>> clean = np.full((4, 4), 100, np.uint8)
    >>> psnr(clean + 1, clean, data_range=100)  # an error of a hundredth of the range
    40.0
    """
    data_range = _check_positive(data_range, "data_range")
    error = rmse(image, reference)
    return 20 * (math.log10(data_range) - math.log10(error)) if error else math.inf


def _check_noisy(image: ArrayLike) -> NDArray[Any]:
    """Return `image` as an array with an axis, without NaN or infinity."""
    array = check_image(image)
    if array.ndim == 0:
        raise ValueError("image is a single number; it needs an axis")
    if not np.isfinite([array.min(), array.max()]).all():
        count = np.count_nonzero(~np.isfinite(array))
        raise ValueError(f"image holds {count} values that are NaN or infinite")
    return array


def _check_positive(value: float, name: str) -> float:
    """Return `value` as a finite float above 0."""
    number = check_number(value, name, low=0)
    if number == 0:
        raise ValueError(f"{name} is {value!r}; it must be a positive number")
    return number


def _odd_sizes(size: ArrayLike, name: str, shape: Sequence[int]) -> list[int]:
    """Return the side of a window along each axis, if it has a middle pixel."""
    sizes, most = check_image(size, name), [max(99, 2 * n) for n in shape]
    allowed = "odd integers, 1 to 99 or twice the axis, one number or one for each axis"
    if sizes.dtype.kind not in "iu":
        raise TypeError(f"{name} is {size!r}; allowed are {allowed}")
    fits = sizes.shape in {(), (len(shape),)} and (sizes >= 1).all()
    if not (fits and (sizes <= most).all() and (sizes % 2).all()):
        raise ValueError(f"{name} is {size!r}; allowed are {allowed}")
    return list(map(int, np.broadcast_to(sizes, len(shape))))


def _scale(image: NDArray[Any]) -> float:
    """Return a power of two near the largest level.

    Divided by it, which is exact, levels have squares that neither overflow nor vanish.
    """
    largest = max(abs(float(image.min())), abs(float(image.max())))
    return 2.0 ** min(max(math.frexp(largest)[1] - 1, -1000), 1000)


def _as_dtype(values: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return floats in `dtype`: rounded and clipped, or True from one half on."""
    if dtype.kind == "f" and dtype.itemsize < values.itemsize:
        values = np.clip(values, np.finfo(dtype).min, np.finfo(dtype).max)
    return round_to(values, dtype)
