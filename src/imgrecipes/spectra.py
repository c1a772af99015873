"""Correlation, Fourier spectra and wavelets: an image by its scales."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import fft, signal

from imgrecipes._checks import (
    check_choice,
    check_finite,
    check_flag,
    check_image,
    check_integer,
    check_number,
)
from imgrecipes.measurement import radial_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

_WINDOWS = ("hann", "hamming", "blackman", "boxcar")
_WAVELETS = ("haar", "db2")


def autocorrelation(image: ArrayLike, unbiased: bool = False) -> NDArray[np.float64]:
    r"""Correlate an image with shifted copies of itself.

    Parameters
    ----------
    image : array_like of bool, integers or floats, 1-D to 3-D
        The image, without NaN or infinity, up to 1e300 in magnitude, of more than one
        value.
    unbiased : bool, default False
        Divide by the number of pixels that overlap at each shift, instead of by their
        number at shift 0. At far shifts, of small overlap, the result is then
        uncertain, and may lie below -1 or above 1.

    Returns
    -------
    ndarray of float64
        The correlation, 1 at shift 0, within -1 and 1 unless `unbiased`. An axis of
        ``n`` pixels becomes ``2 n - 1`` long: entry ``i`` belongs to a shift of
        ``i - (n - 1)`` pixels.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, holds NaN, is too large, or has the same value everywhere,
        so that it has no variance to divide by.

    See Also
    --------
    correlation_length : one number from it.
    scipy.signal.correlate : the sum of products, of an image minus its mean.
    scipy.ndimage.correlate : the same sum with ``mode="constant"``, one by one.
    cv2.matchTemplate : the same sum with ``cv2.TM_CCORR``, of an image padded by zeros.
    cv2.filter2D : the same sum, for small images.
    SimpleITK.FFTConvolution : the same sum, of the padded image and a turned one.

    Notes
    -----
    With the image minus its mean, :math:`v`, the recipe returns

    .. math:: r(s) = \frac{\sum_x v(x) v(x + s)}{\sum_x v(x)^2},

    where products reach only over pixels inside the image: padded with zeros, it does
    not wrap round. By the theorem of Wiener and Khinchin the sum is the inverse Fourier
    transform of :math:`|\hat v|^2`. Not unbiased, :math:`|r| \le 1`, and the sum over
    all shifts is 0. The unbiased one divides by the share of the pixels that overlap.
    Since the denominator is still the variance of the whole image, its values are no
    correlation coefficients: where the pixels that overlap vary more than the rest,
    they lie beyond 1.

    For :math:`N` pixels, time grows with :math:`N \log N`, and memory with :math:`N`;
    the sums themselves would take :math:`N^2` products. Rows of padding are not
    transformed, and of each two opposite shifts, which have the same correlation, one
    is computed.

    Elsewhere: ImageJ ``Process > FFT > FD Math...``.

    References
    ----------
    .. [1] A. Khintchine, "Korrelationstheorie der stationären stochastischen Prozesse",
       Mathematische Annalen 109, 1934, pp. 604-615.

    Examples
    --------
    >>> from imgrecipes.spectra import autocorrelation
    >>> autocorrelation([5, 9, 5, 9]).round(2)
    array([-0.25,  0.5 , -0.75,  1.  , -0.75,  0.5 , -0.25])
    >>> autocorrelation([5, 9, 5, 9], unbiased=True).round(2)
    array([-1.,  1., -1.,  1., -1.,  1., -1.])

    A ramp, whose ends are the least alike, is beyond -1 at the farthest shifts:

    >>> autocorrelation([1, 3, 5, 7], unbiased=True).round(2)
    array([-1.8 , -0.6 ,  0.33,  1.  ,  0.33, -0.6 , -1.8 ])
    """
    unbiased = check_flag(unbiased, "unbiased")
    deviation = _deviation(image)
    reach = [length - 1 for length in deviation.shape]
    correlation = _correlate_near(deviation, reach)
    if unbiased:
        correlation /= _overlap(deviation.shape, reach)
    return correlation


def correlation_length(image: ArrayLike, level: float = 1 / math.e) -> float:
    r"""Distance over which the pixels of an image stay alike.

    Parameters
    ----------
    image : array_like of bool, integers or floats, 1-D to 3-D
        The image, without NaN or infinity, up to 1e300 in magnitude, of more than one
        value.
    level : float, default 1/e
        The correlation to which it falls, above 0 and below 1.

    Returns
    -------
    float
        The distance in pixels at which the autocorrelation, averaged over all
        directions, first falls to `level`.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, holds NaN, is too large or has the same value everywhere,
        or `level` is not between 0 and 1.

    See Also
    --------
    autocorrelation : the correlation at each shift, in each direction.
    imgrecipes.measurement.radial_mean : averages it along circles.

    Notes
    -----
    Each ring of shifts, one pixel wide, adds its products up and divides by the number
    of pairs of pixels; between the rings, the recipe interpolates linearly. White noise
    blurred by a Gaussian of :math:`\sigma` has :math:`r(s) = e^{-s^2 / 4 \sigma^2}` and
    the length :math:`2 \sigma`. Lengths of about a pixel only say that neighbours are
    not alike, and lengths near the size of the image that it is too small to tell.

    It begins with shifts of up to 32 pixels, which need that much padding only, and
    doubles them until the correlation is low enough. For :math:`N` pixels, time grows
    with :math:`N \log N`.

    Examples
    --------
    >>> from imgrecipes.spectra import correlation_length
    >>> round(correlation_length([0, 0, 1, 1] * 50, level=0.5), 2)
    0.5
    """
    wanted = check_number(level, "level", low=0, high=1)
    if wanted in {0, 1}:
        raise ValueError(f"level is {level}; it must lie between 0 and 1")
    deviation = _deviation(image)
    shape = deviation.shape
    radius, below = 16, np.array([False])
    # It falls below in every image, since all the products add up to 0.
    while not below.any():
        radius *= 2
        reach = [min(radius, length - 1) for length in shape]
        distance, mean, _ = radial_mean(_correlate_near(deviation, reach))
        profile = mean / radial_mean(_overlap(shape, reach))[1]
        # Rings beyond are cut off, unless these are all the shifts that there are.
        below = profile < wanted
        if max(shape) > radius + 1:
            below = below[: radius + 1]
    after = int(np.argmax(below))
    before = after - 1
    part = (profile[before] - wanted) / (profile[before] - profile[after])
    return float(distance[before] + part * (distance[after] - distance[before]))


def power_spectrum(
    image: ArrayLike, window: str = "hann"
) -> tuple[NDArray[np.float64], tuple[NDArray[np.float64], ...]]:
    r"""Distribute the variance of an image over spatial frequencies.

    Parameters
    ----------
    image : array_like of bool, integers or floats, 1-D to 3-D
        The image, without NaN or infinity, up to 1e140 in magnitude. All its axes are
        transformed.
    window : {"hann", "hamming", "blackman", "boxcar"}, default "hann"
        Weights that fade the image out towards its border, along each axis. "boxcar"
        weights all pixels alike: for images that are periodic.

    Returns
    -------
    power : ndarray of float64, shape of `image`
        Power density: squared intensity, times a pixel for each axis. Frequency 0
        stands in the middle, at index ``n // 2`` of an axis of ``n`` pixels.
    frequencies : tuple of ndarray of float64, one for each axis
        The frequencies along each axis, from -0.5 up to 0.5, in cycles per pixel.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, holds NaN or is too large, or `window` is unknown.

    See Also
    --------
    radial_spectrum : averages it over all directions.
    scipy.signal.periodogram : the same along one axis with
        ``window=window, return_onesided=False``.
    skimage.filters.window : the windows in several dimensions.
    cv2.dft : the Fourier transform alone.
    SimpleITK.ForwardFFT : the Fourier transform alone.

    Notes
    -----
    With the image minus its mean, :math:`v`, and the weights :math:`w`, the power is
    :math:`P = |\mathrm{DFT}(w v)|^2 / \sum w^2`. By Parseval's theorem its mean is
    :math:`\sum w^2 v^2 / \sum w^2`, which for "boxcar" is the variance of the image.
    White noise of variance :math:`\sigma^2` has the power :math:`\sigma^2` at every
    frequency. Without a window, the step from each border to the opposite one adds
    power that falls with :math:`f^{-2}` along the axes. Opposite frequencies have the
    same power, so that half of the transform is enough. For :math:`N` pixels, time
    grows with :math:`N \log N`.

    Elsewhere: ImageJ ``Process > FFT > FFT``.

    References
    ----------
    .. [1] F. J. Harris, "On the use of windows for harmonic analysis with the discrete
       Fourier transform", Proceedings of the IEEE 66(1), 1978, pp. 51-83.

    Examples
    --------
    >>> from imgrecipes.spectra import power_spectrum
    >>> power, (frequency,) = power_spectrum([3, 5, 3, 5], window="boxcar")
    >>> frequency.tolist()
    [-0.5, -0.25, 0.0, 0.25]
    >>> power.tolist(), power.mean().tolist()
    ([4.0, 0.0, 0.0, 0.0], 1.0)
    """
    array = _check_image(image, 1e140)
    half = _half_power(array, window)
    *others, last = array.shape
    # Opposite frequencies have the same power: the other half is this one, turned.
    here = np.ix_(*[np.arange(n) - n // 2 for n in others])
    opposite = np.ix_(*[(n // 2 - np.arange(n)) % n for n in others])
    power = np.empty(array.shape)
    power[..., last // 2 :] = half[here][..., : last - last // 2]
    power[..., : last // 2] = half[opposite][..., last // 2 : 0 : -1]
    return power, tuple(fft.fftshift(fft.fftfreq(n)) for n in array.shape)


def radial_spectrum(
    image: ArrayLike, window: str = "hann"
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    r"""Average the power spectrum over all directions.

    Parameters
    ----------
    image : array_like of bool, integers or floats, 1-D to 3-D
        The image, without NaN or infinity, up to 1e140 in magnitude.
    window : {"hann", "hamming", "blackman", "boxcar"}, default "hann"
        Weights that fade the image out towards its border; see `power_spectrum`.

    Returns
    -------
    frequency : ndarray of float64, shape (n,)
        Mean frequency of each ring, in cycles per pixel. The first is 0. Beyond 0.5,
        the rings lie in the corners of the spectrum.
    power : ndarray of float64, shape (n,)
        Mean power density of the ring, in the unit of `power_spectrum`.
    count : ndarray of int, shape (n,)
        Number of frequencies in the ring. The sum of count times power, divided by the
        number of pixels, is the mean of `power_spectrum`.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, holds NaN or is too large, or `window` is unknown.

    See Also
    --------
    power_spectrum : the power in each direction.
    imgrecipes.measurement.radial_mean : the averaging.

    Notes
    -----
    A ring is as wide as the steps of frequency along the longest axis, :math:`1 / n`
    for :math:`n` pixels. The power of a single frequency scatters by as much as its
    mean, that of a ring of :math:`m` by about :math:`\sqrt{2 / m}` of it, as two
    opposite frequencies have the same power, and by a bit more with a window. An image
    whose power falls as :math:`f^{-\alpha}` shows a line of slope :math:`-\alpha` on
    logarithmic axes. Only half of the frequencies are computed and sorted into rings,
    and count twice. For :math:`N` pixels, time grows with :math:`N \log N`.

    References
    ----------
    .. [1] D. J. Field, "Relations between the statistics of natural images and the
       response properties of cortical cells", Journal of the Optical Society of America
       A 4(12), 1987, pp. 2379-2394.

    Examples
    --------
    >>> from imgrecipes.spectra import radial_spectrum
    >>> checkerboard = [[0, 2, 0, 2], [2, 0, 2, 0]] * 2
    >>> frequency, power, count = radial_spectrum(checkerboard, window="boxcar")
    >>> frequency.round(2).tolist(), power.round(2).tolist(), count.tolist()
    ([0.0, 0.3, 0.56], [0.0, 0.0, 2.29], [1, 8, 7])
    """
    array = _check_image(image, 1e140)
    half = _half_power(array, window)
    longest, last = max(array.shape), array.shape[-1]
    # In steps of the longest axis, whole numbers, no rounding moves a ring's edge.
    squared = np.zeros(())
    for n, index in zip(array.shape, np.ogrid[*map(slice, half.shape)], strict=True):
        squared = squared + (longest / n * np.minimum(index, n - index)) ** 2
    distance = np.sqrt(squared)
    ring = distance.astype(np.intp).ravel()
    # All columns but the first, and the last of an even number, stand for two.
    twice = np.full(half.shape, 2.0)
    twice[..., [0, -1] if last % 2 == 0 else [0]] = 1
    count = np.bincount(ring, twice.ravel()).astype(np.intp)
    power = np.bincount(ring, (twice * half).ravel()) / count
    return np.bincount(ring, (twice * distance).ravel()) / count / longest, power, count


def dominant_frequency(
    image: ArrayLike, max_period: float | None = None
) -> NDArray[np.float64]:
    r"""Find the strongest wave in an image: its period and its direction.

    Parameters
    ----------
    image : array_like of bool, integers or floats, 1-D to 3-D
        The image, without NaN or infinity, up to 1e140 in magnitude.
    max_period : float, optional
        Longer waves are not sought, in pixels. Default: a quarter of the longest axis.

    Returns
    -------
    ndarray of float64, shape (axes,)
        The frequency along each axis, in cycles per pixel. The period is one divided by
        its length, ``1 / np.linalg.norm(frequency)``; the crests stand across it. Of
        the two opposite frequencies of a wave, it is the one whose larger part is
        positive.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, holds NaN or is too large, `max_period` is not a number of
        at least 2, or no wave of such a period is there.

    See Also
    --------
    power_spectrum : the power of all the waves.
    radial_spectrum : the power by period alone.
    scipy.signal.find_peaks : peaks of a curve.

    Notes
    -----
    Takes the highest of the peaks of the power spectrum with a Hann window; only values
    that are nearly as high as the highest are compared with their neighbours. With the
    amplitudes (the roots of the power) :math:`a_0` there and :math:`a_-, a_+` at both
    neighbours along an axis of :math:`n` pixels, the wave lies
    :math:`2 (a_+ - a_-) / (a_- + 2 a_0 + a_+)` steps of :math:`1 / n` away, which is
    exact for a lone wave far from frequency 0. Noise has peaks as well: compare the
    highest with its ring in `radial_spectrum`. For :math:`N` pixels, time grows with
    :math:`N \log N`.

    References
    ----------
    .. [1] F. J. Harris, "On the use of windows for harmonic analysis with the discrete
       Fourier transform", Proceedings of the IEEE 66(1), 1978, pp. 51-83.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.spectra import dominant_frequency
    >>> row, column = np.ogrid[:64, :64]
    >>> waves = np.cos(2 * np.pi * (0.08 * row - 0.15 * column))
    >>> frequency = dominant_frequency(waves)
    >>> print(frequency.round(3), "period", round(1 / np.linalg.norm(frequency), 2))
    [-0.08  0.15] period 5.88
    """
    power, frequencies = power_spectrum(image)
    if max_period is None:
        max_period = max(2.0, max(power.shape) / 4)
    # No wave is longer than the image.
    longest = min(check_number(max_period, "max_period", low=2), 2 * max(power.shape))
    squared = sum(f**2 for f in np.meshgrid(*frequencies, indexing="ij", sparse=True))
    sought = np.where(squared * longest**2 >= 1, power, 0)
    peak = _highest_peak(power, sought)
    if peak is None:
        raise ValueError(f"image has no wave of up to {max_period} pixels")
    found = np.array([f[i] for f, i in zip(frequencies, peak, strict=True)])
    for axis, length in enumerate(power.shape):
        near: list[Any] = list(peak)
        near[axis] = (peak[axis] + np.arange(-1, 2)) % length
        left, middle, right = np.sqrt(power[tuple(near)])
        offset = 2 * (right - left) / (left + 2 * middle + right)
        found[axis] += np.clip(offset, -0.5, 0.5) / length
    largest = np.argmax(np.abs(found))
    opposite: NDArray[Any] = found * np.sign(found[largest])
    return opposite


def wavelet_transform(
    image: ArrayLike, levels: int | None = None, wavelet: str = "haar"
) -> NDArray[np.float64]:
    r"""Split an image into details of doubling size and a small remainder.

    Parameters
    ----------
    image : array_like of bool, integers or floats, 1-D to 3-D
        The image, without NaN or infinity, up to 1e140 in magnitude. All its axes are
        transformed.
    levels : int, optional
        Number of scales. Each axis must be a multiple of ``2 ** levels`` long. Default:
        as many as the shape permits.
    wavelet : {"haar", "db2"}, default "haar"
        Haar's wavelet, two pixels long, or Daubechies' of two vanishing moments, four
        pixels long, which leaves no details in linear ramps.

    Returns
    -------
    ndarray of float64, shape of `image`
        The coefficients. Halve each axis: the first halves together hold the image at
        half its size (times 2 in two dimensions), the other quarters the details that
        it lacks along the columns (right), the rows (below) and both. With more levels,
        the first quarter is split again.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, holds NaN or is too large, `wavelet` is unknown, or
        `levels` is not an integer of at least 1 or more than the shape permits.

    See Also
    --------
    inverse_wavelet_transform : the way back.
    wavelet_energy : the sum of squares at each scale.
    pywt.wavedecn : the same with ``mode="periodization"``, as a list, and many more
        wavelets; ``pywt.coeffs_to_array`` makes this array of it.
    skimage.restoration.denoise_wavelet : removes noise by shrinking the details.

    Notes
    -----
    Along each axis, a pair of pixels :math:`a, b` becomes :math:`(a + b) / \sqrt 2` and
    :math:`(a - b) / \sqrt 2`, which is a reflection of the point :math:`(a, b)` in a
    line; "db2" reflects twice, pairs and then pairs of their neighbours [3]_, with the
    image continued periodically. As a matrix it is orthonormal: lengths and angles
    stay, so that the sum of squares of the coefficients is that of the image. Time and
    memory grow with the number of pixels.

    References
    ----------
    .. [1] I. Daubechies, "Orthonormal bases of compactly supported wavelets",
       Communications on Pure and Applied Mathematics 41(7), 1988, pp. 909-996.
    .. [2] S. G. Mallat, "A theory for multiresolution signal decomposition: the wavelet
       representation", IEEE Transactions on Pattern Analysis and Machine Intelligence
       11(7), 1989, pp. 674-693.
    .. [3] P. P. Vaidyanathan and P.-Q. Hoang, "Lattice structures for optimal design
       and robust implementation of two-channel perfect-reconstruction QMF banks", IEEE
       Transactions on Acoustics, Speech, and Signal Processing 36(1), 1988, pp. 81-94.

    Examples
    --------
    >>> from imgrecipes.spectra import wavelet_transform
    >>> wavelet_transform([[4, 2], [4, 2]]).round(6)
    array([[6., 2.],
           [0., 0.]])
    """
    coefficients = _check_image(image, 1e140)
    check_choice(wavelet, "wavelet", _WAVELETS)
    shape = coefficients.shape
    for level in range(_check_levels(levels, shape)):
        corner = tuple(slice(n >> level) for n in shape)
        part = coefficients[corner]
        for axis in range(part.ndim):
            part = _change_lines(_split_lines, part, axis, wavelet)
        coefficients[corner] = part
    return coefficients


def inverse_wavelet_transform(
    coefficients: ArrayLike, levels: int | None = None, wavelet: str = "haar"
) -> NDArray[np.float64]:
    r"""Put an image together from its wavelet coefficients.

    Parameters
    ----------
    coefficients : array_like of bool, integers or floats, 1-D to 3-D
        What `wavelet_transform` returns, changed or not, up to 1e200 in magnitude.
    levels : int, optional
        Number of scales, as in `wavelet_transform`. Default: as many as the shape
        permits.
    wavelet : {"haar", "db2"}, default "haar"
        The wavelet, as in `wavelet_transform`.

    Returns
    -------
    ndarray of float64, shape of `coefficients`
        The image.

    Raises
    ------
    TypeError, ValueError
        If `coefficients` is empty, holds NaN or is too large, `wavelet` is unknown, or
        `levels` is not an integer of at least 1 or more than the shape permits.

    See Also
    --------
    wavelet_transform : makes the coefficients.
    pywt.waverecn : the same for a list of coefficients.

    Notes
    -----
    A reflection undoes itself, so that the same ones lead back, in reverse order. With
    all details of a scale set to 0 the image loses that scale; with all of them it
    comes back to about 15 digits. Time and memory grow with the number of pixels.

    References
    ----------
    .. [1] S. G. Mallat, "A theory for multiresolution signal decomposition: the wavelet
       representation", IEEE Transactions on Pattern Analysis and Machine Intelligence
       11(7), 1989, pp. 674-693.

    Examples
    --------
    >>> from imgrecipes.spectra import inverse_wavelet_transform
    >>> inverse_wavelet_transform([[6, 2], [0, 0]]).round(6)
    array([[4., 2.],
           [4., 2.]])
    """
    image = _check_image(coefficients, 1e200, "coefficients")
    check_choice(wavelet, "wavelet", _WAVELETS)
    shape = image.shape
    for level in reversed(range(_check_levels(levels, shape, "coefficients"))):
        corner = tuple(slice(n >> level) for n in shape)
        part = image[corner]
        for axis in range(part.ndim):
            part = _change_lines(_join_lines, part, axis, wavelet)
        image[corner] = part
    return image


def wavelet_energy(
    image: ArrayLike, levels: int | None = None, wavelet: str = "haar"
) -> NDArray[np.float64]:
    r"""Sum of squares of an image, split by the size of its details.

    Parameters
    ----------
    image : array_like of bool, integers or floats, 1-D to 3-D
        The image, without NaN or infinity, up to 1e140 in magnitude.
    levels : int, optional
        Number of scales. Each axis must be a multiple of ``2 ** levels`` long. Default:
        as many as the shape permits.
    wavelet : {"haar", "db2"}, default "haar"
        The wavelet; see `wavelet_transform`.

    Returns
    -------
    ndarray of float64, shape (levels + 1,)
        The energy, in squared intensity, of the details from the finest scale, 2
        pixels, to the coarsest, ``2 ** levels`` pixels, and last that of the remainder.
        The sum is ``(image ** 2).sum()``, in floats.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, holds NaN or is too large, `wavelet` is unknown, or
        `levels` is not an integer of at least 1 or more than the shape permits.

    See Also
    --------
    wavelet_transform : the coefficients.
    radial_spectrum : the power by frequency; scale :math:`2^k` lies between the
        frequencies :math:`2^{-k-1}` and :math:`2^{-k}`, roughly.
    pywt.wavedecn : the coefficients, from the coarsest scale to the finest.

    Notes
    -----
    The transform is orthonormal, so that energy neither appears nor vanishes. White
    noise of variance :math:`\sigma^2` has :math:`\sigma^2` in each coefficient, on
    average. Of an image of power :math:`f^{-\alpha}`, the energy of a coefficient grows
    :math:`2^\alpha` times from scale to scale, as long as :math:`\alpha` is small for
    the wavelet. Time and memory grow with the number of pixels.

    References
    ----------
    .. [1] S. G. Mallat, "A theory for multiresolution signal decomposition: the wavelet
       representation", IEEE Transactions on Pattern Analysis and Machine Intelligence
       11(7), 1989, pp. 674-693.

    Examples
    --------
    >>> from imgrecipes.spectra import wavelet_energy
    >>> wavelet_energy([7, 5, 1, 3]).round(6).tolist()
    [4.0, 16.0, 64.0]
    """
    squares = wavelet_transform(image, levels, wavelet) ** 2
    energy = []
    for level in range(_check_levels(levels, squares.shape), -1, -1):
        corner = tuple(slice(n >> level) for n in squares.shape)
        energy.append(squares[corner].sum())
        # What has been counted does not count again in the corner around it.
        squares[corner] = 0
    return np.array(energy[::-1])


def _check_image(
    image: ArrayLike, largest: float, name: str = "image"
) -> NDArray[np.float64]:
    array = check_image(image, name, ndim=(1, 2, 3))
    check_finite(array, name, largest)
    return array.astype(np.float64)


def _deviation(image: ArrayLike) -> NDArray[np.float64]:
    """Return the image minus its mean, scaled so that no square overflows."""
    array = _check_image(image, 1e300)
    low, high = array.min(), array.max()
    if low == high:
        raise ValueError(
            f"image is {low} everywhere; an autocorrelation needs different values"
        )
    array -= array.mean()
    array /= high - low
    return array


def _correlate_near(
    deviation: NDArray[np.float64], reach: Sequence[int]
) -> NDArray[np.float64]:
    """Correlation at shifts from `-reach` to `reach` along each axis, 1 at shift 0."""
    if deviation.ndim == 1:
        return _correlate_near(deviation[np.newaxis], [0, *reach]).ravel()
    padded = [
        fft.next_fast_len(n + r, real=True)
        for n, r in zip(deviation.shape, reach, strict=True)
    ]
    # Axis by axis: rows of zeros need no transform, and wait for their turn.
    spectrum = fft.rfft(deviation, padded[-1])
    for axis, length in enumerate(padded[:-1]):
        spectrum = fft.fft(spectrum, length, axis)
    power = spectrum.real**2 + spectrum.imag**2
    # The way back is a half as well: opposite shifts have the same correlation.
    part = fft.ihfft(power, axis=0)[: reach[0] + 1]
    for axis, r in enumerate(reach[1:-1], 1):
        part = fft.ifft(part, axis=axis).take(range(-r, r + 1), axis, mode="wrap")
    products = fft.irfft(part, padded[-1])
    # Negative shifts stand at the end.
    first, last = reach[0], reach[-1]
    zero = products[(0, *reach[1:-1], 0)]
    correlation = np.empty([2 * r + 1 for r in reach])
    half = correlation[first:]
    np.divide(products[..., : last + 1], zero, out=half[..., last:])
    np.divide(products[..., padded[-1] - last :], zero, out=half[..., :last])
    correlation[:first] = np.flip(half[1:])
    return correlation


def _overlap(shape: Sequence[int], reach: Sequence[int]) -> NDArray[np.float64]:
    """Share of the pixels that overlap at each shift."""
    share = np.ones(())
    for length, r in zip(shape, reach, strict=True):
        share = np.multiply.outer(share, 1 - np.abs(np.arange(-r, r + 1)) / length)
    return share


def _half_power(array: NDArray[np.float64], window: str) -> NDArray[np.float64]:
    """Power at the frequencies of `rfftn`; changes `array`."""
    check_choice(window, "window", _WINDOWS)
    array -= array.mean()
    total = 1.0
    for axis, length in enumerate(array.shape):
        weights = signal.get_window(window, length)
        array *= weights.reshape(-1, *[1] * (array.ndim - 1 - axis))
        total *= (weights**2).sum()
    spectrum = fft.rfftn(array)
    return np.asarray(spectrum.real**2 + spectrum.imag**2) / total


def _highest_peak(
    power: NDArray[np.float64], sought: NDArray[np.float64]
) -> tuple[NDArray[np.intp], ...] | None:
    """Index of the highest value sought that no neighbour in `power` exceeds."""
    level, values = sought.max(), sought.ravel()
    tried, count = 0, np.count_nonzero(sought)
    # Few values are near the highest. Lower ones come next, and at last all of them.
    while tried < count:
        level /= 4
        places = np.flatnonzero(values >= level)
        index = np.unravel_index(places, power.shape)
        peaks = np.ones(len(places), bool)
        for step in product((-1, 0, 1), repeat=power.ndim):
            # Around the border, a spectrum goes on at the other end.
            around = zip(index, step, power.shape, strict=True)
            near = tuple((i + s) % n for i, s, n in around)
            peaks &= values[places] >= power[near]
        if peaks.any():
            # The flank of a longer, stronger wave is not a peak.
            best = places[peaks][np.argmax(values[places[peaks]])]
            return np.unravel_index(best, power.shape)
        tried = len(places)
    return None


def _check_levels(
    levels: int | None, shape: tuple[int, ...], name: str = "image"
) -> int:
    # The lowest bit of all the lengths: the highest power of 2 that divides them.
    bits = int(np.bitwise_or.reduce(shape))
    highest = (bits & -bits).bit_length() - 1
    if highest == 0:
        raise ValueError(f"{name} has shape {shape}; all the lengths must be even")
    if levels is None:
        return highest
    levels = check_integer(levels, "levels", low=1)
    if levels > highest:
        raise ValueError(
            f"levels is {levels}; the shape {shape} permits {highest}, as each length "
            "must be a multiple of 2 ** levels"
        )
    return levels


def _change_lines(
    change: Callable[[NDArray[Any], NDArray[Any], str], object],
    part: NDArray[np.float64],
    axis: int,
    wavelet: str,
) -> NDArray[np.float64]:
    """Apply `change` to all lines along `axis`."""
    changed = np.empty(part.shape)
    old, new = (np.moveaxis(array, axis, 0) for array in (part, changed))
    if part.ndim == 1:
        old, new = old[:, np.newaxis], new[:, np.newaxis]
    change(old.swapaxes(0, 1), new.swapaxes(0, 1), wavelet)
    return changed


def _split_lines(lines: NDArray[Any], out: NDArray[Any], wavelet: str) -> None:
    half = lines.shape[1] // 2
    even, odd = lines[:, ::2], lines[:, 1::2]
    if wavelet == "haar":
        out[:, :half], out[:, half:] = _reflect_pairs(even, odd, 45)
        return
    mean, slope = _reflect_pairs(np.roll(odd, 1, axis=1), even, 60)
    out[:, :half], out[:, half:] = _reflect_pairs(np.roll(slope, -1, axis=1), mean, 75)


def _join_lines(lines: NDArray[Any], out: NDArray[Any], wavelet: str) -> None:
    low, high = np.split(lines, 2, axis=1)
    if wavelet == "haar":
        out[:, ::2], out[:, 1::2] = _reflect_pairs(low, high, 45)
        return
    slope, mean = _reflect_pairs(low, high, 75)
    odd, out[:, ::2] = _reflect_pairs(mean, np.roll(slope, 1, axis=1), 60)
    out[:, 1::2] = np.roll(odd, -1, axis=1)


def _reflect_pairs(
    first: NDArray[Any], second: NDArray[Any], angle: float
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Reflect the points (first, second) in a line at half the angle; twice is once."""
    # As a cosine, the sine of 45 degrees is the same number, and equal pairs give 0.
    cosine, sine = (math.cos(math.radians(part)) for part in (angle, 90 - angle))
    along = cosine * first
    along += sine * second
    across = sine * first
    across -= cosine * second
    return along, across
