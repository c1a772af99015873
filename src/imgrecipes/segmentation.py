"""Segment an image: thresholds, clean masks, objects that touch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage, optimize

from imgrecipes._checks import (
    check_finite,
    check_image,
    check_integer,
    check_labels,
    check_mask,
    check_number,
    check_numbers,
    per_axis,
)
from imgrecipes._kernels.fast.pieces import replace_labels
from imgrecipes.morphology import closing, open_by_reconstruction, opening
from imgrecipes.pixels import histogram

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


def threshold_otsu(image: ArrayLike, bins: int | None = None) -> float:
    r"""Threshold that parts the grey levels into two classes far from each other.

    Parameters
    ----------
    image : array_like of bool, integers or floats, any shape
        The image, without NaN or infinity, of at least two grey levels. An array of
        three axes whose last one has 3 or 4 entries is refused, since it looks like a
        colour image; ``image.ravel()`` gives one threshold for all its channels.
    bins : int, optional
        Number of bins of equal width to count the grey levels in, from 2 to 65536,
        which is quicker for floats. Default: none; each grey level that occurs is one
        of its own.

    Returns
    -------
    float
        The threshold, in the image's unit of intensity: the highest level of the dark
        class or, with `bins`, the edge between two bins. ``image > threshold`` is the
        bright class.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, looks like a colour image, holds NaN or values beyond
        1e140 or has one grey level, or `bins` is not an integer from 2 to 65536.

    See Also
    --------
    threshold_valley : cuts where grey levels are rare.
    threshold_mixture : allows for classes of unequal spread.
    skimage.filters.threshold_otsu : the same for integers; floats in 256 bins.
    cv2.threshold : the same for uint8 with ``type=cv2.THRESH_OTSU``.
    SimpleITK.OtsuThreshold : the mask in 128 bins.

    Notes
    -----
    The threshold makes the variance between the classes,
    :math:`w_0 w_1 (\mu_0 - \mu_1)^2`, as large as it can be; :math:`w` are the shares
    of the pixels and :math:`\mu` the means of the classes. As the variance of all
    pixels is fixed, the variance within the classes becomes as small as it can be.
    Among equals, the lowest threshold is taken. Time grows with the number of pixels;
    for floats without `bins`, and for integers that span more than 65536 levels or more
    than there are pixels, it is that of sorting the pixels.

    Elsewhere: ImageJ ``Image > Adjust > Threshold...``; CellProfiler ``Threshold``.

    References
    ----------
    .. [1] N. Otsu, "A threshold selection method from gray-level histograms", IEEE
       Transactions on Systems, Man, and Cybernetics 9 (1979), pp. 62-66.

    Examples
    --------
    >>> from imgrecipes.segmentation import threshold_otsu
    >>> threshold_otsu([10, 11, 12, 50, 51, 90])  # means of 11 and 63.7
    12.0
    """
    array = _check_contrast(image)
    if bins is not None:
        counts, levels = histogram(array, check_integer(bins, "bins", 2, 2**16))
        thresholds = (levels[:-1] + levels[1:]) / 2
    elif array.dtype.kind == "f" or _span(array) > min(array.size, 2**16):
        levels, counts = np.unique(array, return_counts=True)
        thresholds = levels = levels.astype(np.float64)
    else:
        counts, levels = histogram(array)
        thresholds, counts = levels[counts > 0], counts[counts > 0]
        levels = thresholds
    # From the mean of all, so that a large offset costs no digits; divided by a power
    # of two, so that no square vanishes.
    offsets = levels - np.average(levels, weights=counts)
    offsets /= 2.0 ** math.frexp(np.abs(offsets).max())[1]
    dark = np.cumsum(counts)[:-1].astype(np.float64)
    bright = array.size - dark
    between = np.cumsum(counts * offsets)[:-1] ** 2 / (dark * bright)
    return float(thresholds[np.argmax(between)])


def threshold_valley(image: ArrayLike, bins: int | None = None) -> float:
    """Threshold in the valley between the two peaks of the histogram.

    Parameters
    ----------
    image : array_like of bool, integers or floats, any shape
        The image, without NaN or infinity, of at least two grey levels. An array of
        three axes whose last one has 3 or 4 entries is refused, since it looks like a
        colour image; ``image.ravel()`` gives one threshold for all its channels.
    bins : int, optional
        Number of bins of equal width, from 2 to 1024. Default: a bin for each integer
        from the smallest to the largest, if these are not more than 256; else 256.

    Returns
    -------
    float
        The lowest point of the valley, the middle of a bin, in the image's unit of
        intensity. ``image > threshold`` is the bright class.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, looks like a colour image, holds NaN or values beyond
        1e140 or has one grey level, `bins` is not an integer from 2 to 1024, or the
        smoothed histogram has a single peak.

    See Also
    --------
    threshold_otsu : finds a threshold in any histogram.
    imgrecipes.pixels.histogram : the counts and the levels.
    skimage.filters.threshold_minimum : the same, but takes the first of several lowest
        bins and no peak in the last bin.
    SimpleITK.IntermodesThreshold : the mask, cut in the middle between the peaks.

    Notes
    -----
    The mode method: the counts are replaced by the mean over each bin and its two
    neighbours, again and again, until no more than two peaks are left. Beyond the ends
    the counts are zero for finding peaks, and are reflected for the mean. If the valley
    is flat, its middle is taken. A few outliers make a peak of their own. Time grows
    with the number of pixels, and with the number of bins times that of the rounds,
    which is large for many bins of noisy counts.

    Elsewhere: ImageJ ``Image > Adjust > Threshold...``.

    References
    ----------
    .. [1] J. M. S. Prewitt and M. L. Mendelsohn, "The analysis of cell images", Annals
       of the New York Academy of Sciences 128 (1966), pp. 1035-1053.

    Examples
    --------
    >>> from imgrecipes.segmentation import threshold_valley
    >>> threshold_valley([1, 1, 1, 2, 3, 4, 5, 5])  # counts of 3, 1, 1, 1, 2
    3.0
    """
    array = _check_contrast(image)
    if bins is not None:
        bins = check_integer(bins, "bins", 2, 1024)
    elif array.dtype.kind == "f" or _span(array) > 255:
        bins = 256
    counts, levels = histogram(array, bins)
    smooth = counts.astype(np.float64)
    peaks = _find_peaks(smooth)
    padded = np.empty(len(smooth) + 2)
    while len(peaks) > 2:
        padded[0], padded[1:-1], padded[-1] = smooth[0], smooth, smooth[-1]
        smooth = (padded[:-2] + smooth + padded[2:]) / 3
        peaks = _find_peaks(smooth)
    if len(peaks) == 1:
        raise ValueError("image has a histogram of one peak; a valley needs two")
    between = smooth[peaks[0] : peaks[1]]
    lowest = np.flatnonzero(between == between.min())
    return float(levels[peaks[0] + lowest].mean())


def threshold_mixture(image: ArrayLike) -> float:
    r"""Threshold where two normal distributions of grey levels are equally probable.

    Parameters
    ----------
    image : array_like of bool, integers or floats, any shape
        The image, without NaN or infinity, of at least two grey levels. An array of
        three axes whose last one has 3 or 4 entries is refused, since it looks like a
        colour image; ``image.ravel()`` gives one threshold for all its channels.

    Returns
    -------
    float
        The threshold, in the image's unit of intensity. ``image > threshold`` is the
        bright class.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, looks like a colour image, holds NaN or values beyond
        1e140 or has one grey level, or if one class is the more probable at the means
        of both.

    See Also
    --------
    threshold_otsu : quicker; supposes classes of like size and spread.
    sklearn.mixture.GaussianMixture : the fit beneath, for several channels as well.
    skimage.filters.threshold_li : another criterion, minimum cross entropy.
    SimpleITK.KittlerIllingworthThreshold : the mask by the same model, from 256 bins.

    Notes
    -----
    A mixture of two normal distributions with the shares :math:`w`, the means
    :math:`\mu` and the standard deviations :math:`\sigma` is fitted by expectation
    maximization, which starts from Otsu's classes and uses no random numbers. The
    threshold :math:`t` lies between the means, where
    :math:`w_0 N(t; \mu_0, \sigma_0) = w_1 N(t; \mu_1, \sigma_1)`: there the share of
    pixels on the wrong side is smallest, if the model holds. If there are more than
    10 000 pixels, as many quantiles stand for all. Time is that of sorting the pixels,
    and of up to 1000 rounds over the quantiles.

    Elsewhere: ImageJ ``Image > Adjust > Threshold...``.

    References
    ----------
    .. [1] C. M. Bishop, "Pattern Recognition and Machine Learning", Springer, 2006,
       section 9.2.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.segmentation import threshold_mixture
    >>> random = np.random.default_rng(0)
    >>> narrow, wide = random.normal(0, 1, 9000), random.normal(10, 3, 9000)
    >>> print(f"{threshold_mixture(np.append(narrow, wide)):.1f}")
    2.9
    """
    # Imported here so that the other recipes need no scikit-learn.
    from sklearn.mixture import GaussianMixture  # noqa: PLC0415

    array = _check_contrast(image).astype(np.float64).ravel()
    lowest, span = array.min(), np.ptp(array)
    array = (array - lowest) / span
    if array.size > 10_000:
        array = np.quantile(array, np.linspace(0, 1, 10_000))
    threshold = threshold_otsu(array)
    center, scale = array.mean(), array.std()
    values = (array - center) / scale
    classes = [values[array <= threshold], values[array > threshold]]
    mixture = GaussianMixture(
        n_components=2,
        tol=1e-6,
        max_iter=1000,
        weights_init=[len(part) / len(values) for part in classes],
        means_init=[[part.mean()] for part in classes],
        # A class of one level still needs a width.
        precisions_init=[[[1 / max(part.var(), 1e-6)]] for part in classes],
        random_state=0,
    ).fit(values[:, np.newaxis])

    def lead(level: float) -> float:
        dark, bright = mixture.predict_proba([[level]])[0]
        return float(dark - bright)

    low, high = mixture.means_.ravel()
    if not lead(low) > 0 > lead(high):
        raise ValueError(
            "image has two classes of which one hides the other; no threshold parts "
            "them"
        )
    level = center + scale * optimize.brentq(lead, low, high)
    return float(lowest + span * level)


def clean_mask(
    mask: ArrayLike, footprint: ArrayLike | None = None
) -> NDArray[np.bool_]:
    r"""Remove specks and fill holes of a mask, by an opening, then a closing.

    Parameters
    ----------
    mask : array_like of bool, 1-D to 4-D
        The mask.
    footprint : array_like of 0 and 1, as many axes as `mask`, optional
        Structuring element. What it does not fit in goes, be it true or false. Default:
        the cross of the pixel and its nearest neighbours.

    Returns
    -------
    ndarray of bool, same shape as `mask`
        The cleaned mask.

    Raises
    ------
    TypeError, ValueError
        If `mask` is not boolean, is empty or has more than four axes, or `footprint` is
        empty, has more axes than `mask` or holds other values than 0 and 1.

    See Also
    --------
    clean_by_reconstruction : keeps the shape of what is left.
    imgrecipes.morphology.opening : the first step.
    imgrecipes.morphology.closing : the second step.
    scipy.ndimage.binary_closing : erodes what touches the border, by default.
    skimage.morphology.closing : the second step; ``opening`` is the first.
    skimage.morphology.remove_small_objects : removes by the number of pixels.
    cv2.morphologyEx : the steps, with ``cv2.MORPH_OPEN`` and ``cv2.MORPH_CLOSE``.
    SimpleITK.BinaryMorphologicalOpening : the first step; BinaryMorphologicalClosing is
        the second away from the border.

    Notes
    -----
    The opening :math:`\gamma` is an erosion and a dilation, the closing :math:`\phi` a
    dilation and an erosion; the result is :math:`\phi(\gamma(M))`. To clean it again
    changes nothing. Pixels beyond the border are left out: they are true for an erosion
    and false for a dilation. Time is that of two erosions and two dilations.

    References
    ----------
    .. [1] P. Soille, "Morphological Image Analysis", 2nd ed., Springer, 2003,
       chapter 4.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.segmentation import clean_mask
    >>> mask = np.zeros((5, 9), bool)
    >>> mask[:, 3:] = True
    >>> mask[2, 1], mask[2, 6] = True, False  # a speck and a hole
    >>> clean_mask(mask).astype(int)
    array([[0, 0, 0, 1, 1, 1, 1, 1, 1],
           [0, 0, 0, 1, 1, 1, 1, 1, 1],
           [0, 0, 0, 1, 1, 1, 1, 1, 1],
           [0, 0, 0, 1, 1, 1, 1, 1, 1],
           [0, 0, 0, 1, 1, 1, 1, 1, 1]])
    """
    return closing(opening(check_mask(mask), footprint), footprint)


def clean_by_reconstruction(
    mask: ArrayLike, footprint: ArrayLike | None = None
) -> NDArray[np.bool_]:
    """Remove specks and fill holes of a mask, and keep all other outlines.

    Parameters
    ----------
    mask : array_like of bool, 1-D to 4-D
        The mask.
    footprint : array_like of 0 and 1, as many axes as `mask`, optional
        Structuring element. Objects and holes that it fits in nowhere go. Default: the
        cross of the pixel and its nearest neighbours.

    Returns
    -------
    ndarray of bool, same shape as `mask`
        The cleaned mask.

    Raises
    ------
    TypeError, ValueError
        If `mask` is not boolean, is empty or has more than four axes, or `footprint` is
        empty, has more axes than `mask` or holds other values than 0 and 1.

    See Also
    --------
    clean_mask : opening and closing, which also round corners.
    imgrecipes.morphology.open_by_reconstruction : half of it: the specks.
    scipy.ndimage.binary_propagation : grows a seed in a mask, which takes longer.
    skimage.morphology.reconstruction : grows a seed, of grey levels as well.
    SimpleITK.BinaryOpeningByReconstruction : the first step; the second is
        BinaryClosingByReconstruction.

    Notes
    -----
    An erosion leaves a seed of each object that the footprint fits in; grown inside the
    mask by steps to the nearest neighbours, the seed becomes the whole object again.
    The same on the complement fills the holes. Pixels beyond the border are left out.
    Nothing has to grow step by step: the objects are labelled, and a table says for
    each label whether it holds a pixel of the seed.

    References
    ----------
    .. [1] L. Vincent, "Morphological grayscale reconstruction in image analysis", IEEE
       Transactions on Image Processing 2 (1993), pp. 176-201.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.segmentation import clean_by_reconstruction
    >>> mask = np.zeros((5, 7), bool)
    >>> mask[1:4, 2:6] = True
    >>> mask[1, 0] = True  # a speck
    >>> clean_by_reconstruction(mask).astype(int)
    array([[0, 0, 0, 0, 0, 0, 0],
           [0, 0, 1, 1, 1, 1, 0],
           [0, 0, 1, 1, 1, 1, 0],
           [0, 0, 1, 1, 1, 1, 0],
           [0, 0, 0, 0, 0, 0, 0]])
    """
    without_specks = open_by_reconstruction(mask, footprint)
    return ~open_by_reconstruction(~without_specks, footprint)


def split_touching(
    mask: ArrayLike, depth: float = 1.0, spacing: float | Sequence[float] = 1.0
) -> NDArray[np.int32]:
    r"""Label the objects of a mask, those that touch apart, by a watershed.

    Parameters
    ----------
    mask : array_like of bool, 1-D to 4-D
        The mask.
    depth : float, default 1
        Two parts stay together if on the way from one to the other the distance from
        the background need not sink by more than this below that of the smaller part's
        centre. In the unit of `spacing`; a larger depth cuts less.
    spacing : float or sequence of float, default 1
        Distance from pixel to pixel along each axis, 1 to count in pixels; from 1e-50
        to 1e50.

    Returns
    -------
    ndarray of int32, same shape as `mask`
        0 outside, 1, 2, … in the objects, in the order of their centres.

    Raises
    ------
    TypeError, ValueError
        If `mask` is empty or not boolean or has more than four axes, `depth` is
        negative, or `spacing` does not fit the number of axes or is not in its range.

    See Also
    --------
    scipy.ndimage.label : labels objects that do not touch.
    split_by_clustering : parts one object into a given number of parts.
    skimage.segmentation.watershed : floods any image from given markers.
    cv2.watershed : floods a colour image from given markers.
    SimpleITK.MorphologicalWatershed : the watershed lines of a grey image by depth.

    Notes
    -----
    From each pixel, the way of the steepest rise of the distance from the background
    ends on a peak; the pixels that share it are one basin of the watershed. From the
    highest pass down, neighbouring basins are joined if the lower of their two peaks
    rises by no more than `depth` above the pass. Diagonal neighbours touch. There is no
    background beyond the border. Time grows as :math:`n \log n` with the number of
    pixels inside. For `scipy.ndimage.watershed_ift` the cost of a step is the
    difference between two pixels, not their level, so that it is no help here.

    Elsewhere: ImageJ ``Process > Binary > Watershed``; CellProfiler ``Watershed``.

    References
    ----------
    .. [1] L. Vincent and P. Soille, "Watersheds in digital spaces: an efficient
       algorithm based on immersion simulations", IEEE Transactions on Pattern Analysis
       and Machine Intelligence 13 (1991), pp. 583-598.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.segmentation import split_touching
    >>> mask = np.ones((5, 9), bool)
    >>> mask[[0, 1, 3, 4], 4] = False  # a narrow neck
    >>> split_touching(mask)[1].tolist()
    [1, 1, 1, 1, 0, 2, 2, 2, 2]
    """
    array = check_mask(mask, ndim=(1, 2, 3, 4))
    depth = check_number(depth, "depth", low=0)
    steps = per_axis(spacing, "spacing", array.ndim)
    edges = check_numbers(steps, "spacing", 1e-50, 1e50)
    if array.all():  # then there is no background to measure a distance from
        return np.ones(array.shape, np.int32)
    # A frame of background keeps every neighbour of a pixel inside the array.
    distance = np.pad(ndimage.distance_transform_edt(array, edges), 1)
    basins, peaks = _climb(distance, edges)
    first, second, passes = _find_passes(distance, basins, edges)
    heights = distance.ravel()[peaks].tolist()
    joined = list(range(len(peaks)))

    def top(basin: int) -> int:
        while joined[basin] != basin:
            joined[basin] = basin = joined[joined[basin]]
        return basin

    for one, other, height in zip(first, second, passes, strict=True):
        low, high = sorted((top(one), top(other)), key=lambda basin: heights[basin])
        if heights[low] - height <= depth:
            joined[low] = high
    tops = [top(basin) for basin in range(len(peaks))]
    numbers = np.append(0, np.unique(tops, return_inverse=True)[1] + 1)
    core = (slice(1, -1),) * array.ndim
    labels: NDArray[np.int32] = numbers.astype(np.int32)[basins[core] + 1]
    return labels


def split_by_clustering(
    mask: ArrayLike, count: int, image: ArrayLike | None = None, seed: int = 0
) -> NDArray[np.int32]:
    r"""Part a mask into a given number of regions, by spectral clustering.

    Parameters
    ----------
    mask : array_like of bool, 2-D or 3-D
        The mask, in one piece.
    count : int
        Number of regions, at least 2.
    image : array_like of numbers, same shape as `mask`, optional
        Grey levels, without NaN or infinity; cuts along steep changes cost less.
        Default: all cuts cost the same.
    seed : int, default 0
        Seed of the random numbers, below 2 ** 32.

    Returns
    -------
    ndarray of int32, same shape as `mask`
        0 outside, 1 to `count` in the regions, in the order of their first pixels.

    Raises
    ------
    TypeError, ValueError
        If `mask` is not boolean, empty, not in one piece or has no more than `count`
        pixels, `image` has another shape, holds NaN or values beyond 1e300, `count` is
        not an integer of at least 2, or `seed` not one from 0 to 2 ** 32 - 1.

    See Also
    --------
    split_touching : quicker, and finds the number of objects itself.
    sklearn.cluster.spectral_clustering : the call beneath, for any graph.
    sklearn.feature_extraction.image.img_to_graph : makes the graph of an image.
    skimage.graph.cut_normalized : cuts a graph of regions in the same sense.

    Notes
    -----
    The pixels are the nodes of a graph, the edges join nearest neighbours with the
    weight :math:`\exp(-|g_i - g_j| / s)`, where :math:`g` are the grey levels and
    :math:`s` is the standard deviation of those differences. The normalized cut wants
    the cut weight small compared with that of the parts, so that the parts come out
    about equal in size. Its relaxed form is a problem of eigenvectors, the time of
    which grows faster than the number of pixels: use it for small images.

    References
    ----------
    .. [1] J. Shi and J. Malik, "Normalized cuts and image segmentation", IEEE
       Transactions on Pattern Analysis and Machine Intelligence 22 (2000), pp. 888-905.
    .. [2] S. X. Yu and J. Shi, "Multiclass spectral clustering", Proceedings of the
       9th IEEE International Conference on Computer Vision, 2003, pp. 313-319.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.segmentation import split_by_clustering
    >>> mask = np.ones((3, 9), bool)
    >>> mask[[0, 2], 4] = False  # a neck
    >>> split_by_clustering(mask, 2)[0].tolist()
    [1, 1, 1, 1, 0, 2, 2, 2, 2]
    """
    # Imported here so that the other recipes need no scikit-learn.
    from sklearn.cluster import spectral_clustering  # noqa: PLC0415
    from sklearn.feature_extraction.image import img_to_graph  # noqa: PLC0415

    array = check_mask(mask, ndim=(2, 3))
    levels = check_image(array if image is None else image).astype(np.float64)
    check_finite(levels, largest=1e300)
    if levels.shape != array.shape:
        raise ValueError(f"image has shape {levels.shape}; mask has {array.shape}")
    count = check_integer(count, "count", low=2)
    seed = check_integer(seed, "seed", 0, 2**32 - 1)
    if np.sum(array) <= count:
        raise ValueError(f"mask has {np.sum(array)} pixels; it needs more than {count}")
    pieces = ndimage.label(array)[1]
    if pieces > 1:
        raise ValueError(f"mask is in {pieces} pieces; part each of them on its own")
    # The weights do not depend on the scale, from 0 to 1 no exponential overflows.
    levels -= levels.min()
    levels /= levels.max() or 1
    # scikit-learn drops axes of one pixel; the frame keeps them longer.
    graph = img_to_graph(np.pad(levels, 1), mask=np.pad(array, 1))
    differences = graph.data[graph.row != graph.col]
    graph.data = np.exp(-graph.data / (differences.std() or 1))
    clusters = spectral_clustering(
        graph,
        n_clusters=count,
        eigen_solver="arpack",
        assign_labels="discretize",
        random_state=seed,
    )
    _, first, number = np.unique(clusters, return_index=True, return_inverse=True)
    labels = np.zeros(array.shape, np.int32)
    labels[array] = np.argsort(np.argsort(first))[number] + 1
    return labels


def match_labels(labels: ArrayLike, truth: ArrayLike) -> NDArray[np.int64]:
    r"""Rename labels so that they agree with true ones in as many pixels as can be.

    Parameters
    ----------
    labels : array_like of int, any shape
        Labels to rename; 0 is the background and stays.
    truth : array_like of int, same shape as `labels`
        The labels to agree with; 0 is the background. They and the names that are new
        must fit int64.

    Returns
    -------
    ndarray of int64, same shape as `labels`
        The regions of `labels` under the names that they have in `truth`. A region for
        which no name is left gets a number above all of those.

    Raises
    ------
    TypeError, ValueError
        If the labels are not integers, are negative or empty, the shapes differ, a
        result does not fit int64, or there are more than 2 ** 25 pairs of a region of
        `labels` and one of `truth`.

    See Also
    --------
    scipy.optimize.linear_sum_assignment : the assignment beneath.
    skimage.segmentation.relabel_sequential : makes labels consecutive.
    sklearn.metrics.adjusted_rand_score : compares labels without names.

    Notes
    -----
    With :math:`n_{ij}` pixels in region :math:`i` of `labels` and :math:`j` of `truth`,
    the one-to-one assignment is sought whose sum of :math:`n_{ij}` is the largest.
    `numpy.bincount` counts the pairs. Time grows with the number of pixels, and as the
    cube of the number of regions.

    References
    ----------
    .. [1] H. W. Kuhn, "The Hungarian method for the assignment problem", Naval Research
       Logistics Quarterly 2 (1955), pp. 83-97.

    Examples
    --------
    >>> from imgrecipes.segmentation import match_labels
    >>> match_labels([3, 3, 0, 1, 1, 2], [1, 1, 0, 2, 2, 2]).tolist()
    [1, 1, 0, 2, 2, 3]
    """
    array, names = check_labels(labels), check_labels(truth, "truth")
    if array.shape != names.shape:
        raise ValueError(f"labels has shape {array.shape}; truth has {names.shape}")
    row, column = (
        replace_labels(part.ravel(), lambda numbers, _: np.cumsum(numbers > 0))
        for part in (array, names)
    )
    row, column = row.astype(np.intp), column.astype(np.intp)
    shape = int(row.max()) + 1, int(column.max()) + 1
    if shape[0] * shape[1] > 2**25:
        raise ValueError(
            f"labels has {shape[0] - 1} regions and truth {shape[1] - 1}; allowed are "
            "up to 2 ** 25 pairs"
        )
    highest = int(names.max())
    if highest + max(0, shape[0] - shape[1]) >= 2**63:
        raise ValueError(
            f"truth holds {highest}; allowed are integers that fit int64, with room "
            "for new ones"
        )
    known = np.zeros(shape[1], np.int64)
    known[column] = names.ravel()
    pairs = np.bincount(row * shape[1] + column, minlength=shape[0] * shape[1])
    overlap = pairs.reshape(shape)[1:, 1:]
    rows, columns = optimize.linear_sum_assignment(overlap, maximize=True)
    renamed = np.zeros(shape[0], np.int64)
    renamed[rows + 1] = known[columns + 1]
    nameless = np.flatnonzero(renamed[1:] == 0) + 1
    renamed[nameless] = highest + 1 + np.arange(len(nameless), dtype=np.int64)
    matched: NDArray[np.int64] = renamed[row].reshape(array.shape)
    return matched


def _check_contrast(image: ArrayLike) -> NDArray[Any]:
    array = check_image(image)
    if array.ndim == 3 and array.shape[-1] in (3, 4):
        raise ValueError(
            f"image has shape {array.shape} and looks like a colour image; give one "
            "channel, its grey levels by to_gray, or image.ravel() for all levels "
            "together"
        )
    check_finite(array, largest=1e140)
    if float(array.min()) == float(array.max()):
        raise ValueError(f"image has one grey level, {array.min()}; it needs two")
    return array


def _span(array: NDArray[Any]) -> int:
    return int(array.max()) - int(array.min())


def _find_peaks(counts: NDArray[np.float64]) -> NDArray[np.intp]:
    """First bins of the peaks, flat ones included; beyond the ends the counts are 0."""
    slope = np.sign(np.diff(counts, prepend=0, append=0))
    turns = np.flatnonzero(slope)
    is_peak = (slope[turns[:-1]] > 0) & (slope[turns[1:]] < 0)
    return turns[:-1][is_peak]


def _find_neighbors(
    distance: NDArray[np.float64], spacing: Sequence[float]
) -> list[tuple[int, float]]:
    """Find the steps to the neighbours in the flattened array, and their lengths."""
    strides = np.array(distance.strides) // distance.itemsize
    steps = np.indices((3,) * distance.ndim).reshape(distance.ndim, -1).T - 1
    return [(int(s @ strides), math.hypot(*(s * spacing))) for s in steps if s.any()]


def _climb(
    distance: NDArray[np.float64], spacing: Sequence[float]
) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Basin of each pixel, -1 outside, and where in the flattened array they peak."""
    flat = distance.ravel()
    inside = np.flatnonzero(flat)
    height, best = flat[inside], inside
    steepest = np.zeros(len(inside))
    for step, length in _find_neighbors(distance, spacing):
        slope = (flat[inside + step] - height) / length
        best = np.where(slope > steepest, inside + step, best)
        np.maximum(slope, steepest, out=steepest)
    uphill = np.arange(flat.size)
    uphill[inside] = best
    # Each round doubles the way, up to the peak.
    while np.any((further := uphill[uphill]) != uphill):
        uphill = further
    is_peak = best == inside
    number = np.full(flat.size, -1)
    number[inside[is_peak]] = np.arange(np.count_nonzero(is_peak))
    basins = np.full(flat.size, -1)
    basins[inside] = number[uphill[inside]]
    return basins.reshape(distance.shape), inside[is_peak]


def _find_passes(
    distance: NDArray[np.float64], basins: NDArray[Any], spacing: Sequence[float]
) -> tuple[list[int], list[int], list[float]]:
    """Pairs of basins that touch, and the height of the pass, from the highest down."""
    flat, basin = distance.ravel(), basins.ravel()
    neighbors = _find_neighbors(distance, spacing)
    rim = np.zeros(flat.size, bool)
    for step, _ in neighbors:
        if step > 0:
            differs = basin[step:] != basin[:-step]
            rim[step:] |= differs
            rim[:-step] |= differs
    inside = np.flatnonzero(rim & (flat > 0))
    pairs, heights = [], []
    for step, _ in neighbors:
        one, other = basin[inside], basin[inside + step]
        touch = (other >= 0) & (one < other)
        pairs.append(one[touch] * np.int64(flat.size) + other[touch])
        heights.append(np.minimum(flat[inside], flat[inside + step])[touch])
    pair, height = np.concatenate(pairs), np.concatenate(heights)
    order = np.argsort(-height, kind="stable")
    first = np.sort(np.unique(pair[order], return_index=True)[1])
    highest = order[first]
    one, other = np.divmod(pair[highest], flat.size)
    return one.tolist(), other.tolist(), height[highest].tolist()
