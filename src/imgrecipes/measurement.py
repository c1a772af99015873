"""Measure what is in an image: regions, blocks, rings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._checks import (
    check_finite,
    check_flag,
    check_image,
    check_integer,
    check_labels,
    check_number,
    check_numbers,
    check_sequence,
    per_axis,
)
from imgrecipes._kernels.fast.pieces import label_pieces, replace_labels
from imgrecipes._kernels.fast.regions import measure_places, measure_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


def label_regions(mask: ArrayLike, connectivity: int = 1) -> NDArray[np.int32]:
    """Give each connected region of a mask its number.

    Parameters
    ----------
    mask : array_like of bool or integers, 1-D to 3-D
        Pixels that are not 0 belong to a region.
    connectivity : int, default 1
        Along how many axes at once a step to a neighbour may go. In two dimensions, 1
        joins a pixel with its 4 neighbours, 2 with the diagonal ones as well.

    Returns
    -------
    ndarray of int32, shape of `mask`
        0 for the background, 1 to ``n`` in the ``n`` regions, numbered in the order in
        which the rows, read from the top, meet them. ``labels.max()`` is ``n``.

    Raises
    ------
    TypeError, ValueError
        If `mask` is empty or of floats, which need a threshold first, or
        `connectivity` is not an integer from 1 to the number of axes.

    See Also
    --------
    scipy.ndimage.label : the same labels, and their number.
    skimage.measure.label : joins diagonal neighbours by default.
    cv2.connectedComponents : the same in two dimensions, diagonals by default.
    SimpleITK.ConnectedComponent : the same, diagonals by ``fullyConnected=True``.

    Notes
    -----
    Two pixels belong to one region if a chain of neighbours inside the mask leads from
    one to the other: the regions are the connected components of the mask. There is
    nothing beyond the border.

    Elsewhere: ImageJ ``Analyze > Analyze Particles...``; CellProfiler
    ``ConvertImageToObjects``.

    Examples
    --------
    >>> from imgrecipes.measurement import label_regions
    >>> mask = [[1, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0]]
    >>> label_regions(mask).tolist()
    [[1, 1, 0, 0], [0, 0, 2, 0], [3, 0, 0, 0]]
    >>> int(label_regions(mask, connectivity=2).max())
    2
    """
    array = check_image(mask, "mask", ndim=(1, 2, 3))
    if array.dtype.kind == "f":
        allowed = "bool and integers (compare with a threshold, as in image > 0.5)"
        raise TypeError(f"mask has dtype {array.dtype}; allowed are {allowed}")
    connectivity = check_integer(connectivity, "connectivity", 1, array.ndim)
    return label_pieces(array.astype(bool, copy=False), connectivity)


def region_table(
    labels: ArrayLike, image: ArrayLike | None = None
) -> dict[str, NDArray[Any]]:
    r"""Measure each labelled region: where it is, how large, how bright.

    Parameters
    ----------
    labels : array_like of integers, 1-D to 3-D
        The number of each pixel's region; 0 is background. Numbers may be missing.
    image : array_like of bool, integers or floats, shape of `labels`, optional
        The image to measure, without NaN or infinity and up to 1e140 in magnitude.

    Returns
    -------
    dict of str to ndarray
        Columns with one row for each of the ``n`` regions, ordered by label. Positions
        have the shape (n, axes) and are in pixels along (row, column) or (plane, row,
        column).

        - ``label``: the number of the region.
        - ``size``: number of its pixels.
        - ``centroid``: mean position of its pixels.
        - ``start``, ``stop``: bounding box, from start up to, but not with, stop.

        With an image also, in its unit of intensity:

        - ``mean``, ``std``: mean and standard deviation, float64.
        - ``min``, ``max``: extreme values, in the dtype of the image.
        - ``center_of_mass``: mean position, each pixel weighted by its value; NaN where
          the values of a region add up to 0. A negative value is a negative weight:
          where values have both signs, the centre can lie outside of the region and
          even of the image. Subtract the background first, for example
          ``image - image.min()``.
        - ``peak``: position of the largest value, the first one in reading order.

    Raises
    ------
    TypeError, ValueError
        If `labels` is empty, negative or not of integers, or `image` has another shape,
        holds NaN or values beyond 1e140.

    See Also
    --------
    scipy.ndimage.sum_labels : sums by region; `mean` and `center_of_mass` are alike.
    skimage.measure.regionprops_table : these and many more properties.
    cv2.connectedComponentsWithStats : sizes, boxes and centroids along with labels.
    SimpleITK.LabelIntensityStatisticsImageFilter : the same in physical units.

    Notes
    -----
    For a region of :math:`n` pixels at :math:`r_i` with values :math:`v_i`, the mean is
    :math:`\bar v = \sum v_i / n`, the variance :math:`\sum (v_i - \bar v)^2 / n`, the
    centroid :math:`\sum r_i / n` and the centre of mass
    :math:`\sum v_i r_i / \sum v_i`. All is computed in float64: sums of integers are
    exact up to 2 ** 53.

    Elsewhere: ImageJ ``Analyze > Analyze Particles...``; CellProfiler
    ``MeasureObjectIntensity``.

    Examples
    --------
    >>> from imgrecipes.measurement import region_table
    >>> labels = [[1, 1, 0], [0, 0, 4]]
    >>> table = region_table(labels, [[10, 30, 99], [99, 99, 7]])
    >>> for name in ("label", "size", "mean", "centroid", "center_of_mass", "peak"):
    ...     print(name, table[name].tolist())
    label [1, 4]
    size [2, 1]
    mean [20.0, 7.0]
    centroid [[0.0, 0.5], [1.0, 2.0]]
    center_of_mass [[0.0, 0.75], [1.0, 2.0]]
    peak [[0, 1], [1, 2]]
    """
    array = check_labels(labels, ndim=(1, 2, 3))
    if image is None:
        return measure_places(array)
    picture = check_image(image)
    if picture.shape != array.shape:
        allowed = f"that of labels, {array.shape}"
        raise ValueError(f"image has shape {picture.shape}; it must be {allowed}")
    check_finite(picture, largest=1e140)
    table = measure_places(array)
    return table | measure_values(array, picture, table["label"], table["size"])


def remove_small_regions(labels: ArrayLike, min_size: int) -> NDArray[Any]:
    """Turn regions of too few pixels into background.

    Parameters
    ----------
    labels : array_like of integers, 1-D to 3-D
        The number of each pixel's region; 0 is background.
    min_size : int
        Regions of fewer pixels than this are removed.

    Returns
    -------
    ndarray, shape and dtype of `labels`
        The regions that are left keep their numbers; see `relabel`.

    Raises
    ------
    TypeError, ValueError
        If `labels` is empty, negative or not of integers, or `min_size` is not an
        integer of at least 0.

    See Also
    --------
    relabel : numbers the regions that are left without gaps.
    skimage.morphology.remove_small_objects : the same, for masks as well.
    SimpleITK.RelabelComponent : removes by ``minimumObjectSize`` and sorts by size.

    Notes
    -----
    Pixels with one number count as one region, whether they touch or not.

    Elsewhere: ImageJ ``Plugins > MorphoLibJ > Label Images > Label Size Opening``;
    CellProfiler ``FilterObjects``.

    Examples
    --------
    >>> from imgrecipes.measurement import remove_small_regions
    >>> remove_small_regions([[1, 0, 2, 2], [0, 0, 2, 0], [3, 3, 0, 4]], min_size=2)
    array([[0, 0, 2, 2],
           [0, 0, 2, 0],
           [3, 3, 0, 0]])
    """
    array = check_labels(labels, ndim=(1, 2, 3))
    min_size = check_integer(min_size, "min_size", low=0)
    return replace_labels(
        array, lambda numbers, size: np.where(size >= min_size, numbers, 0)
    )


def relabel(labels: ArrayLike) -> NDArray[Any]:
    """Close the gaps in the numbers of the regions.

    Parameters
    ----------
    labels : array_like of integers, 1-D to 3-D
        The number of each pixel's region; 0 is background.

    Returns
    -------
    ndarray, shape and dtype of `labels`
        0 where it was 0; elsewhere 1 to ``n`` for ``n`` regions, in their old order.

    Raises
    ------
    TypeError, ValueError
        If `labels` is empty, negative or not of integers.

    See Also
    --------
    label_regions : tells regions apart by whether they touch; this recipe does not.
    skimage.segmentation.relabel_sequential : the same, and the map there and back.
    SimpleITK.RelabelComponent : the same in the order of size.

    Notes
    -----
    The new number is the rank of the old one among the numbers that occur, and so never
    exceeds it. To relabel twice changes nothing.

    Examples
    --------
    >>> from imgrecipes.measurement import relabel
    >>> relabel([[0, 7, 7], [3, 0, 9]])
    array([[0, 2, 2],
           [1, 0, 3]])
    """
    array = check_labels(labels, ndim=(1, 2, 3))
    return replace_labels(array, lambda numbers, _: np.cumsum(numbers > 0))


def region_of_interest(
    labels: ArrayLike, label: int, margin: int = 0
) -> tuple[slice, ...]:
    """Find the box around one region, as slices.

    Parameters
    ----------
    labels : array_like of integers, 1-D to 3-D
        The number of each pixel's region; 0 is background.
    label : int
        Number of the region.
    margin : int, default 0
        How many pixels to add on each side, as far as the image goes.

    Returns
    -------
    tuple of slice, one for each axis
        ``image[region_of_interest(labels, label)]`` is the part of an image that shows
        the region, a view of it.

    Raises
    ------
    TypeError, ValueError
        If `labels` is empty, negative or not of integers, `label` is not an integer of
        at least 1 or does not occur, or `margin` is negative.

    See Also
    --------
    region_table : the boxes of all the regions, as ``start`` and ``stop``.
    scipy.ndimage.find_objects : the slices for all the labels.
    skimage.measure.regionprops : the slices of each region, as its ``slice``.
    cv2.boundingRect : the box of a mask, column before row.
    SimpleITK.LabelShapeStatisticsImageFilter : start and size by ``GetBoundingBox``,
        columns first.

    Notes
    -----
    The box is the smallest that holds all pixels of the region; other regions may reach
    into it.

    Elsewhere: ImageJ ``Edit > Selection > To Bounding Box``; CellProfiler
    ``MeasureObjectSizeShape``.

    Examples
    --------
    >>> from imgrecipes.measurement import region_of_interest
    >>> region_of_interest([[0, 0, 0, 0], [0, 0, 5, 5], [0, 0, 0, 5]], label=5)
    (slice(1, 3, None), slice(2, 4, None))
    """
    array = check_labels(labels, ndim=(1, 2, 3))
    label = check_integer(label, "label", low=1)
    margin = check_integer(margin, "margin", low=0)
    mask = array == label
    box: list[slice] = []
    for axis in range(array.ndim):
        others = tuple(other for other in range(array.ndim) if other != axis)
        hit = np.flatnonzero(mask.any(axis=others))
        if len(hit) == 0:
            raise ValueError(f"label is {label}; it does not occur in labels")
        low, high = int(hit[0]), int(hit[-1]) + 1
        box.append(slice(max(low - margin, 0), min(high + margin, array.shape[axis])))
        # The next axes need not look at what lies outside.
        mask = mask[(slice(None),) * axis + (slice(low, high),)]
    return tuple(box)


def block_mean(
    image: ArrayLike, block: int | Sequence[int], crop: bool = False
) -> NDArray[np.float64]:
    r"""Average an image over rectangular blocks.

    Parameters
    ----------
    image : array_like of bool, integers or floats, 1-D to 4-D
        The image. A NaN makes the mean of its block NaN.
    block : int or sequence of int
        Pixels of a block along each axis, at most as many as the image has. Axes that
        the sequence does not reach are carried along: ``(4, 4)`` averages a colour
        image channel by channel. One number stands for all the axes.
    crop : bool, default False
        What happens where the blocks do not fit: by default the last ones are
        smaller, and averaged over the pixels that they have. True leaves them out.

    Returns
    -------
    ndarray of float64
        The means. An axis of ``n`` pixels becomes ``ceil(n / block)`` long, or
        ``n // block`` with `crop`. Nothing is rounded.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty or a sum exceeds the range of float64, `block` is not of
        integers from 1 to the length of its axis or has more entries than the image has
        axes, or `crop` is not True or False.

    See Also
    --------
    imgrecipes.geometry.resize : any shape, for looking at.
    skimage.transform.downscale_local_mean : fills incomplete blocks with zeros.
    cv2.resize : with ``interpolation=cv2.INTER_AREA``, rounded to the dtype.
    SimpleITK.BinShrink : the same with `crop`, in the dtype of the image.

    Notes
    -----
    The mean of a block is its sum in float64 divided by its number of pixels, so that
    for integers it equals the plain average exactly, up to sums of 2 ** 53. Where the
    blocks fit, the means have the mean of the image. Along each axis, the first pixels
    of all blocks are added up with the second ones, the third ones and so on; integers
    of 8 and 16 bits in the smallest type that holds the sum of a block.

    Elsewhere: ImageJ ``Image > Transform > Bin...``.

    Examples
    --------
    >>> from imgrecipes.measurement import block_mean
    >>> image = [[1, 3, 5], [1, 3, 7]]
    >>> block_mean(image, 2)
    array([[2., 6.]])
    >>> block_mean(image, (1, 2), crop=True)
    array([[2.],
           [2.]])
    """
    array = check_image(image, ndim=(1, 2, 3, 4))
    crop = check_flag(crop, "crop")
    given = block if np.iterable(block) else [block] * array.ndim
    axes = len(check_sequence(given, "block"))
    if axes > array.ndim:
        raise ValueError(f"block is {block!r}; image has {array.ndim} axes")
    edges = [
        check_integer(edge, "block", 1, length)
        for edge, length in zip(given, array.shape, strict=False)
    ]
    sums = array.view(np.uint8) if array.dtype.kind == "b" else array
    dtype: Any = np.float64
    if sums.dtype.kind in "ui" and sums.itemsize <= 2:  # whole numbers add up faster
        limits, pixels = np.iinfo(sums.dtype), math.prod(edges)
        dtype = np.result_type(
            *(np.min_scalar_type(int(end) * pixels) for end in (limits.min, limits.max))
        )
    count = np.ones(())
    for axis, (edge, length) in enumerate(zip(edges, array.shape, strict=False)):
        before = (slice(None),) * axis
        stop = length - length % edge if crop else length
        total = sums[(*before, slice(0, stop, edge))].astype(dtype)
        for first in range(1, edge):
            part = sums[(*before, slice(first, stop, edge))]
            _add_finite(total[(*before, slice(part.shape[axis]))], part)
        sums = total
        pixels = np.minimum(length - np.arange(0, stop, edge), edge)
        count = np.multiply.outer(count, pixels)
    return sums / count.reshape(count.shape + (1,) * (array.ndim - axes))


def radial_mean(
    image: ArrayLike,
    center: Sequence[float] | None = None,
    width: float = 1.0,
    spacing: float | Sequence[float] = 1.0,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    r"""Average an image along circles: its profile from a centre outwards.

    Parameters
    ----------
    image : array_like of bool, integers or floats, 1-D to 3-D
        The image, without NaN or infinity. In a volume, the circles are spheres.
    center : sequence of float, optional
        The centre, in pixels along each axis, up to 1e50. Default: the middle of the
        image.
    width : float, default 1
        Width of the rings, in the unit of `spacing`; from 1e-50 to 1e50.
    spacing : float or sequence of float, default 1
        Distance from pixel to pixel along each axis, 1 to count in pixels; from 1e-50
        to 1e50.

    Returns
    -------
    radius : ndarray of float64, shape (n,)
        Mean distance of the ring's pixels from the centre, in the unit of `spacing`.
    mean : ndarray of float64, shape (n,)
        Mean of the ring, in the image's unit of intensity.
    count : ndarray of int, shape (n,)
        Number of pixels in the ring.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, holds NaN or values beyond 1e300, `center` or `spacing`
        does not fit the number of axes, or a number is not in its range.

    See Also
    --------
    scipy.ndimage.mean : the mean by label, for rings as for all regions.
    skimage.transform.warp_polar : unrolls the circles into rows, by interpolation.
    cv2.warpPolar : the same.

    Notes
    -----
    Ring :math:`k` holds the pixels at a distance :math:`k w \le r < (k + 1) w`. The
    first ring is the disk around the centre, the last reaches the farthest corner, and
    each pixel lies in one ring: the sum of count times mean is the sum of the image.
    Rings without pixels, which a small `width` makes, are left out. The middle of an
    axis of ``n`` pixels is ``(n - 1) / 2``. If the centre is in the middle of an axis,
    pixels that mirror each other share a ring: the image is folded, and half of it is
    left to do.

    Elsewhere: CellProfiler ``MeasureObjectIntensityDistribution``.

    Examples
    --------
    >>> from imgrecipes.measurement import radial_mean
    >>> radius, mean, count = radial_mean([[1, 2, 1], [2, 9, 2], [1, 2, 3]])
    >>> radius.round(2).tolist(), mean.tolist(), count.tolist()
    ([0.0, 1.21], [9.0, 1.75], [1, 8])
    """
    array = check_image(image, ndim=(1, 2, 3))
    check_finite(array, largest=1e300)
    width = check_number(width, "width", 1e-50, 1e50)
    if center is None:
        center = [(length - 1) / 2 for length in array.shape]
    steps = per_axis(spacing, "spacing", array.ndim)
    squared, folds, values = np.zeros(()), np.ones(()), array
    for axis, (length, middle, step) in enumerate(
        zip(
            array.shape,
            check_numbers(center, "center", -1e50, 1e50, array.ndim),
            check_numbers(steps, "spacing", 1e-50, 1e50),
            strict=True,
        )
    ):
        offset = np.arange(length) - middle
        fold = np.ones(length)
        if offset[0] == -offset[-1]:  # both halves have the same distances
            values = _fold(values, axis)
            fold[: length // 2] = 2
        kept = values.shape[axis]
        squared = np.add.outer(squared, (step * offset[:kept]) ** 2)
        folds = np.multiply.outer(folds, fold[:kept])
    distance = np.sqrt(squared).ravel()
    ring = np.floor(distance / width)
    if ring.max() > 4 * ring.size:  # then most rings are empty
        ring = np.unique(ring, return_inverse=True)[1]
    ring = ring.astype(np.intp)
    count = np.bincount(ring, folds.ravel())
    kept = count > 0
    radius, total = (
        np.bincount(ring, weights.ravel())[kept]
        for weights in (folds.ravel() * distance, values)
    )
    count = count[kept]
    return radius / count, total / count, count.astype(np.intp)


def _add_finite(total: NDArray[Any], part: NDArray[Any]) -> None:
    """Add in place, where NaN and infinity may occur but no sum may overflow."""
    try:
        with np.errstate(over="raise", invalid="ignore"):
            total += part
    except FloatingPointError:
        raise ValueError("image has a sum that exceeds the range of float64") from None


def _fold(values: NDArray[Any], axis: int) -> NDArray[Any]:
    """Add the mirror image of the last half to the first half; a middle line stays."""
    lines = np.moveaxis(values, axis, 0)
    half = len(lines) // 2
    both = np.add(lines[:half], lines[::-1][:half], dtype=np.float64)
    return np.moveaxis(np.concatenate([both, lines[half : len(lines) - half]]), 0, axis)
