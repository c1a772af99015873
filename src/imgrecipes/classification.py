"""Learn from examples: classify small images, and the pixels of an image."""

from __future__ import annotations

from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._checks import (
    check_finite,
    check_image,
    check_integer,
    check_mask,
    check_numbers,
)
from imgrecipes._kernels.fast.bands import weighted_sums
from imgrecipes._kernels.fast.blocks import fill_by_rows
from imgrecipes._kernels.fast.eigen import eigenvalues
from imgrecipes._kernels.plain.bands import gaussian_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


def classify_by_mean(
    images: ArrayLike, examples: ArrayLike, classes: ArrayLike
) -> NDArray[Any]:
    r"""Give each image the class whose mean image is the nearest.

    Parameters
    ----------
    images : array_like of bool, integers or floats, shape (n, ...)
        The images to classify, one after the other, without NaN or infinity, up to
        1e150 in magnitude.
    examples : array_like of bool, integers or floats, shape (m, ...)
        The images to learn from, each of the shape of those in `images`, in the same
        limits.
    classes : array_like of bool or integers, shape (m,)
        The class of each example.

    Returns
    -------
    ndarray, shape (n,), dtype of `classes`
        The class of each image. Between means at the same distance, the lowest class.

    Raises
    ------
    TypeError, ValueError
        If an argument is empty, holds NaN or is too large, `classes` is not of integers
        or has not one entry for each example, or the images differ in shape.

    See Also
    --------
    sklearn.neighbors.NearestCentroid : the same for vectors.
    cv2.ml.KNearest : in OpenCV 4, compares with every example instead of the means.

    Notes
    -----
    With the mean :math:`m_k` of the examples of class :math:`k`, an image :math:`g`
    gets the class that makes :math:`\sum_i (g_i - m_{k,i})^2` smallest. No parameter is
    left to choose, which makes it a baseline: a method that learns more has to be
    better than this. Time grows with the number of pixels times that of the classes.

    References
    ----------
    .. [1] T. Hastie, R. Tibshirani and J. Friedman, "The Elements of Statistical
       Learning", 2nd ed., Springer, 2009, chapter 4.

    Examples
    --------
    >>> from imgrecipes.classification import classify_by_mean
    >>> examples = [[[0, 0]], [[0, 2]], [[8, 8]]]  # three images of one row
    >>> classify_by_mean([[[1, 1]], [[9, 5]]], examples, [1, 1, 2])
    array([1, 2])
    """
    known, wanted = check_image(examples, "examples"), check_image(images, "images")
    check_finite(known, "examples", 1e150)
    check_finite(wanted, "images", 1e150)
    labels = _check_classes(classes, "classes")
    if known.ndim < 2 or known.shape[1:] != wanted.shape[1:]:
        raise ValueError(
            f"images has shape {wanted.shape} and examples {known.shape}; allowed are "
            "stacks along the first axis, of images of one shape"
        )
    if labels.shape != known.shape[:1]:
        raise ValueError(
            f"classes has shape {labels.shape}; there are {len(known)} examples"
        )
    names = np.unique(labels)
    means = [known[labels == name].mean(axis=0, dtype=np.float64) for name in names]

    def fill(vectors: NDArray[Any], out: NDArray[np.float64]) -> None:
        for index, mean in enumerate(means):
            away = vectors - mean.reshape(-1)
            np.einsum("ij,ij->i", away, away, out=out[:, index])

    distances = np.empty((len(wanted), len(names)))
    fill_by_rows(fill, wanted.reshape(len(wanted), -1), distances)
    nearest: NDArray[Any] = names[np.argmin(distances, axis=1)]
    return nearest


def pixel_features(
    image: ArrayLike, sigmas: Sequence[float] = (1, 2, 4)
) -> NDArray[np.float64]:
    r"""Describe the surroundings of each pixel by a few numbers, at several scales.

    Parameters
    ----------
    image : array_like of bool, integers or floats, at least 1-D
        Grey levels, without NaN or infinity, up to 1e150 in magnitude. Every axis
        counts as space: of a colour image, join the features of its channels.
    sigmas : sequence of float, default (1, 2, 4)
        The scales: standard deviations of a Gaussian, in pixels, above 0 and up to ten
        times the longest axis.

    Returns
    -------
    ndarray of float64, shape of `image` and a last axis of ``len(sigmas) * (2 + ndim)``
        For each scale in turn: the blurred image, the magnitude of its gradient, and
        the eigenvalues of its Hessian matrix from the largest to the smallest, one for
        each axis of the image. All are in the image's unit of intensity.

    Raises
    ------
    TypeError, ValueError
        If the image is empty, a single number, too large or holds NaN, or `sigmas` is
        empty or holds a number that is not positive or too large.

    See Also
    --------
    skimage.feature.multiscale_basic_features : the same kinds of features at scales
        that double, not normalized.
    skimage.feature.hessian_matrix_eigvals : the eigenvalues alone.
    cv2.cornerEigenValsAndVecs : those of another matrix, the gradient's products.
    SimpleITK.GradientMagnitudeRecursiveGaussian : the gradient magnitude alone.

    Notes
    -----
    On the blurred image :math:`G_\sigma * g`, central differences
    :math:`(-\frac{1}{2}, 0, \frac{1}{2})` stand for first derivatives and
    :math:`(1, -2, 1)` for second ones, so that a flat image has none, exactly. They are
    multiplied by :math:`\sigma` and :math:`\sigma^2`, the number of derivatives: then a
    picture twice as large has the same features at twice the scale. Beyond the border
    the image is reflected.

    Large on an edge: the gradient. On a bright line across: the smallest eigenvalue,
    below zero. On a bright spot: all of them, below zero; on dark ones, above. Neither
    changes if the image is turned, so that textures that differ in their direction only
    are the same to them.

    Each feature lies in memory as an image of its own.

    Elsewhere: ImageJ ``Plugins > Segmentation > Trainable Weka Segmentation``.

    References
    ----------
    .. [1] T. Lindeberg, "Feature detection with automatic scale selection",
       International Journal of Computer Vision 30(2), 1998, pp. 79-116.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.classification import pixel_features
    >>> valley = np.tile(3.0 * np.arange(-20, 21) ** 2, (41, 1))
    >>> pixel_features(valley, sigmas=(2,))[20, 20].round(1) + 0
    array([12.,  0., 24.,  0.])

    That is 3 sigma ** 2 of the blurred valley, no slope at its bottom, and the second
    derivatives across and along it, 6 and 0, times sigma ** 2.
    """
    array = check_image(image)
    if array.ndim == 0:
        raise ValueError("image is a single number; it needs an axis")
    check_finite(array, largest=1e150)
    scales = check_numbers(sigmas, "sigmas", 0, min(10 * max(array.shape), 2**14))
    if not scales or min(scales) == 0:
        raise ValueError(f"sigmas is {sigmas!r}; allowed are one or more numbers > 0")
    levels = array.astype(np.float64)
    features = np.empty((len(scales), 2 + levels.ndim, *levels.shape))
    for sigma, planes in zip(scales, features, strict=True):
        planes[0] = weighted_sums(levels, [gaussian_weights(sigma)] * levels.ndim)
        fill = partial(_differentiate, sigma=sigma)
        fill_by_rows(fill, np.pad(planes[0], 1, "edge"), np.moveaxis(planes[1:], 0, 1))
    return np.moveaxis(features.reshape(-1, *levels.shape), 0, -1)


def classify_pixels(
    features: ArrayLike, scribbles: ArrayLike, trees: int = 100, seed: int = 0
) -> NDArray[Any]:
    r"""Give every pixel a class, learned from a few pixels marked by hand.

    Parameters
    ----------
    features : array_like of bool, integers or floats, shape (..., n)
        The features of each pixel along the last axis, without NaN or infinity, up to
        3e38 in magnitude: the forest compares them in float32.
    scribbles : array_like of integers, shape (...)
        0 where nothing is marked, else the class of the pixel, 1 or more.
    trees : int, default 100
        Number of trees in the forest, up to 10000. More are slower and never worse by
        much.
    seed : int, default 0
        Seed of the random numbers, from 0 to 2**32 - 1.

    Returns
    -------
    ndarray, shape and dtype of `scribbles`
        The class of each pixel, of those that occur in `scribbles`. Marked pixels are
        classified as well and may come out with another class than marked.

    Raises
    ------
    TypeError, ValueError
        If `features` is empty, holds NaN or is too large, `scribbles` is not of
        integers, is negative, has another shape or marks fewer than two classes, or
        `trees` or `seed` is not an allowed integer.

    See Also
    --------
    pixel_features : features to use.
    sklearn.ensemble.RandomForestClassifier : the forest beneath; it tells the
        probability of each class as well.
    skimage.future.fit_segmenter : the same with any classifier of scikit-learn.
    cv2.ml.RTrees : in OpenCV 4, another random forest.

    Notes
    -----
    A random forest is many decision trees, each grown on a random sample of the marked
    pixels and choosing each of its splits among a random few of the features; the mean
    of their votes decides. Scales and units of features do not matter, as a split only
    compares one feature with a threshold.

    To learn on one image and classify another, stack their features along a new first
    axis and mark nothing in the other. Time grows with the number of trees times that
    of pixels.

    Elsewhere: ImageJ ``Plugins > Segmentation > Trainable Weka Segmentation``.

    References
    ----------
    .. [1] Leo Breiman, "Random forests", Machine Learning 45(1), 2001, pp. 5-32.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.classification import classify_pixels
    >>> brightness = np.array([[1.0, 2.0, 2.0, 8.0, 9.0, 9.0]])
    >>> scribbles = np.array([[1, 1, 0, 2, 2, 0]])
    >>> classify_pixels(brightness[..., np.newaxis], scribbles)
    array([[1, 1, 1, 2, 2, 2]])
    """
    # Imported here so that the other recipes need no scikit-learn.
    from sklearn.ensemble import RandomForestClassifier  # noqa: PLC0415

    array = check_image(features, "features")
    check_finite(array, "features", 3e38)
    marks = _check_classes(scribbles, "scribbles")
    if array.shape[:-1] != marks.shape:
        raise ValueError(
            f"scribbles has shape {marks.shape}; the pixels of features have "
            f"{array.shape[:-1]}"
        )
    marked = marks > 0
    if marks.min() < 0 or len(np.unique(marks[marked])) < 2:
        raise ValueError(
            f"scribbles holds the values {np.unique(marks)}; it needs two classes of "
            "1 or more, and 0 elsewhere"
        )
    forest = RandomForestClassifier(
        check_integer(trees, "trees", low=1, high=10000),
        random_state=check_integer(seed, "seed", low=0, high=2**32 - 1),
    )
    forest.fit(array[marked], marks[marked])
    classes: NDArray[Any] = forest.predict(array.reshape(-1, array.shape[-1]))
    return classes.reshape(marks.shape)


def intersection_over_union(mask: ArrayLike, truth: ArrayLike) -> float:
    r"""Measure how well two masks agree, from 0 to 1.

    Parameters
    ----------
    mask : array_like of bool, any shape
        A mask. Of one class among several, compare first: ``labels == 2``.
    truth : array_like of bool, shape of `mask`
        The mask to agree with.

    Returns
    -------
    float
        1 where the masks are equal, two empty ones included; 0 where they share no
        pixel.

    Raises
    ------
    TypeError, ValueError
        If a mask is not boolean or is empty, or the shapes differ.

    See Also
    --------
    sklearn.metrics.jaccard_score : the same for vectors; 0 for two empty masks.
    cv2.countNonZero : counts what ``cv2.bitwise_and`` and ``cv2.bitwise_or`` make.
    SimpleITK.LabelOverlapMeasuresImageFilter : this and other measures of overlap.

    Notes
    -----
    :math:`J = |A \cap B| / |A \cup B|`, also called the Jaccard index. Pixels that both
    leave out do not count, so that a small object in a large background cannot be
    missed at a good score. The Dice coefficient tells the same in another scale,
    :math:`D = 2 J / (1 + J)`. The union is never made, as :math:`|A \cup B| = |A| + |B|
    - |A \cap B|`. Time grows with the number of pixels.

    References
    ----------
    .. [1] P. Jaccard, "The distribution of the flora in the alpine zone", New
       Phytologist 11(2), 1912, pp. 37-50.

    Examples
    --------
    >>> from imgrecipes.classification import intersection_over_union
    >>> intersection_over_union([True, True, True, False], [False, True, True, True])
    0.5
    """
    one, other = check_mask(mask), check_mask(truth, "truth")
    if one.shape != other.shape:
        raise ValueError(f"mask has shape {one.shape}; truth has {other.shape}")
    both = np.count_nonzero(one & other)
    union = np.count_nonzero(one) + np.count_nonzero(other) - both
    return float(both / union) if union else 1.0


def _check_classes(classes: ArrayLike, name: str) -> NDArray[Any]:
    array = check_image(classes, name)
    if array.dtype.kind == "f":
        raise TypeError(f"{name} has dtype {array.dtype}; classes are integers")
    return array


def _differentiate(
    padded: NDArray[np.float64], out: NDArray[np.float64], sigma: float
) -> None:
    """Write the gradient's magnitude and the Hessian's eigenvalues, largest first."""
    ndim = padded.ndim

    def neighbor(*axes: int) -> NDArray[np.float64]:
        """Return the pixels one step further along each axis, or back along ~axis."""
        steps = [(axis in axes) - (~axis in axes) for axis in range(ndim)]
        shape = zip(steps, padded.shape, strict=True)
        return padded[tuple(slice(1 + step, n - 1 + step) for step, n in shape)]

    twice, squared = 2 * neighbor(), np.zeros(neighbor().shape)
    hessian = np.empty((ndim, ndim, *squared.shape))
    for axis in range(ndim):
        slope = neighbor(axis) - neighbor(~axis)
        squared += slope * slope
        hessian[axis, axis] = neighbor(axis) + neighbor(~axis) - twice
    for i, j in combinations(range(ndim), 2):
        mixed = neighbor(i, j) - neighbor(i, ~j) - neighbor(~i, j) + neighbor(~i, ~j)
        hessian[i, j] = hessian[j, i] = 0.25 * mixed
    out[:, 0] = np.sqrt(squared) * (sigma / 2)
    out[:, 1:] = np.moveaxis(eigenvalues(hessian) * sigma**2, 0, 1)
