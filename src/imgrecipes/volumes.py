"""Volumes of voxels that are no cubes: millimetres instead of pixels."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from imgrecipes._checks import (
    BORDER_MODES,
    check_choice,
    check_finite,
    check_image,
    check_integer,
    check_labels,
    check_number,
    check_numbers,
    count_axes,
    narrow_floats,
    per_axis,
)
from imgrecipes._kernels.fast.bands import weighted_sums
from imgrecipes._kernels.fast.regions import measure_places
from imgrecipes._kernels.fast.sampling import sample_axes
from imgrecipes._kernels.plain.bands import gaussian_weights
from imgrecipes.geometry import _check_interpolable, _readable_by_ndimage
from imgrecipes.smoothing import _check_smoothable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


def blur_physical(
    volume: ArrayLike,
    sigma: float | Sequence[float],
    spacing: float | Sequence[float],
    *,
    mode: str = "reflect",
) -> NDArray[Any]:
    r"""Blur by a Gaussian whose width is given in millimetres.

    Parameters
    ----------
    volume : array_like of bool, integers or floats, at least 1-D
        A volume or an image, without NaN or infinity.
    sigma : float or sequence of float
        Standard deviation of the Gaussian in the unit of `spacing`, or one for each
        axis that `spacing` names.
    spacing : float or sequence of float
        Distance from voxel to voxel in a unit such as millimetres, for each of the
        leading axes; the others, such as colour, are carried along. One number stands
        for all axes.
    mode : {'reflect', 'mirror', 'nearest', 'wrap'}, default 'reflect'
        What lies beyond the border.

    Returns
    -------
    ndarray, shape and dtype of `volume`
        The blurred volume. Integers are rounded to the nearest; booleans are True from
        an average of one half on.

    Raises
    ------
    TypeError, ValueError
        If the volume is empty, holds NaN, or 64-bit integers beyond 2 ** 53; `sigma` is
        negative, more than 16384 voxels or does not fit `spacing`; a spacing is not
        from 1e-30 to 1e30, or there are more of them than axes; or `mode` is unknown.

    See Also
    --------
    imgrecipes.smoothing.blur_gaussian : the same in voxels.
    scipy.ndimage.gaussian_filter : the same in voxels, one sigma for each axis.
    skimage.filters.gaussian : the same in voxels, with borders of mode 'nearest'.
    cv2.GaussianBlur : for images; takes two sigmas in pixels, columns first.
    SimpleITK.SmoothingRecursiveGaussian : in the unit of the image's own spacing.

    Notes
    -----
    Along an axis of spacing :math:`d`, a width of :math:`\sigma` is
    :math:`\sigma / d` voxels. So a ball becomes a blurred ball, however the scanner cut
    it. Where :math:`\sigma` is much smaller than :math:`d`, nothing is blurred along
    the axis. Time grows with the number of voxels times the sum of the sigmas.

    Elsewhere: ImageJ ``Process > Filters > Gaussian Blur 3D...``; CellProfiler
    ``GaussianFilter``.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed.,
       Pearson, 2018, section 3.5.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.volumes import blur_physical
    >>> point = np.zeros((5, 5))
    >>> point[2, 2] = 100
    >>> blur_physical(point, sigma=1, spacing=(3, 1)).round()  # mm, rows 3 mm apart
    array([[ 0.,  0.,  0.,  0.,  0.],
           [ 0.,  0.,  0.,  0.,  0.],
           [ 6., 24., 39., 24.,  6.],
           [ 0.,  0.,  0.,  0.,  0.],
           [ 0.,  0.,  0.,  0.,  0.]])
    """
    array = _check_smoothable(volume, "volume")
    steps = _leading_spacing(spacing, array)
    sigmas = check_numbers(per_axis(sigma, "sigma", len(steps)), "sigma", low=0)
    widths = [width / step for width, step in zip(sigmas, steps, strict=True)]
    check_choice(mode, "mode", [name for name in BORDER_MODES if name != "constant"])
    if max(widths) > 2**14:
        raise ValueError(f"sigma is {max(widths):g} voxels; allowed is up to 16384")
    widths += [0.0] * (array.ndim - len(widths))
    return weighted_sums(array, [gaussian_weights(width) for width in widths], mode)


def ball_footprint(radius: float, spacing: Sequence[float]) -> NDArray[np.bool_]:
    r"""Mask of a ball, or of a disk, in voxels that are no cubes.

    Parameters
    ----------
    radius : float
        Radius in the unit of `spacing`, at least 0. A distance that exceeds it by less
        than 1e-9 of the radius, as rounding can make it, counts as equal.
    spacing : sequence of float
        Distance from voxel to voxel along each axis, in a unit such as millimetres.

    Returns
    -------
    ndarray of bool, with an axis of odd length for each number in `spacing`
        True where the centre of the voxel lies within the radius of the middle one; up
        to 2 ** 26 voxels.

    Raises
    ------
    TypeError, ValueError
        If `radius` is negative, `spacing` is not a sequence of numbers from 1e-30 to
        1e30, or the mask would have too many voxels.

    See Also
    --------
    imgrecipes.morphology.structuring_element : a ball in cubic voxels.
    imgrecipes.pixels.circular_mask : balls and ellipsoids anywhere in a volume.
    skimage.morphology.ball : a ball in cubic voxels.
    skimage.morphology.disk : a disk in square pixels.
    cv2.getStructuringElement : ellipses in images.

    Notes
    -----
    With the spacing :math:`d_i` and the whole numbers :math:`k_i` of steps from the
    middle, the ball holds the voxels of :math:`\sum_i (k_i d_i)^2 \le r^2`. It is the
    neighbourhood to hand to a rank filter or to an opening, so that it reaches equally
    far along all axes. The squares along one axis are added to those along the others.
    Time grows with the number of voxels of the mask.

    References
    ----------
    .. [1] Pierre Soille, "Morphological Image Analysis", 2nd ed., Springer, 2003.

    Examples
    --------
    >>> from imgrecipes.volumes import ball_footprint
    >>> ball_footprint(2, spacing=(2, 1)).astype(int)  # mm, rows 2 mm apart
    array([[0, 0, 1, 0, 0],
           [1, 1, 1, 1, 1],
           [0, 0, 1, 0, 0]])
    """
    steps = check_numbers(spacing, "spacing", 1e-30, 1e30)
    # 0.3 / 0.1 is a bit less than 3.
    reach = check_number(radius, "radius", 0, 1e100) * (1 + 1e-9)
    counts = [int(reach / step) for step in steps]
    if not 0 < len(steps) <= 32 or math.prod(2 * n + 1 for n in counts) > 2**26:
        raise ValueError(
            f"radius is {radius!r} and spacing {spacing!r}; allowed are 1 to 32 axes "
            "and up to 2 ** 26 voxels"
        )
    squared = np.zeros(())
    for step, count in zip(steps, counts, strict=True):
        squared = np.add.outer(squared, (np.arange(-count, count + 1) * step) ** 2)
    inside: NDArray[np.bool_] = squared <= reach**2
    return inside


def resample(
    volume: ArrayLike,
    spacing: float | Sequence[float],
    new_spacing: float | Sequence[float],
    order: int = 1,
) -> NDArray[Any]:
    r"""Show the same body in voxels of another size, such as cubes.

    Parameters
    ----------
    volume : array_like of bool, integers or floats, at least 1-D
        A volume or an image, without NaN or infinity.
    spacing : float or sequence of float
        Distance from voxel to voxel in a unit such as millimetres, for each of the
        leading axes; the others, such as colour, are carried along. One number stands
        for all axes.
    new_spacing : float or sequence of float
        The distances wanted, in the same unit, up to 32768 times `spacing`. One number
        makes cubes.
    order : int, default 1
        Degree of the interpolating spline, 0 to 5: 0 takes the nearest voxel (choose
        it for labels), 1 is linear, 3 is cubic.

    Returns
    -------
    ndarray, dtype of `volume`
        The volume in new voxels, along each axis as many as fit, rounded to a whole
        number and at least 1. Integers are rounded to the nearest and clipped to their
        dtype; booleans are True from one half on.

    Raises
    ------
    TypeError, ValueError
        If the volume is empty, holds NaN, floats whose splines overflow or 64-bit
        integers beyond 2 ** 53; a spacing is not from 1e-30 to 1e30; the spacings do
        not fit the axes or each other, or make more than 2 ** 40 voxels; or `order` is
        not 0 to 5.

    See Also
    --------
    imgrecipes.geometry.resize : to a given shape, whatever spacing this makes.
    scipy.ndimage.zoom : by a factor; the shape is rounded, and the spacing with it.
    skimage.transform.rescale : the same by a factor.
    cv2.resize : for images.
    SimpleITK.Resample : the same between images that know their spacing; without blur.

    Notes
    -----
    The outer faces of the first voxels coincide. From the spacing :math:`d` to
    :math:`d'`, voxel :math:`i` takes the value at
    :math:`(i + \frac{1}{2}) \frac{d'}{d} - \frac{1}{2}`. The new spacing is exact, and
    to pay for it, the last voxels may stick out of the old volume, which continues by
    reflection, or leave up to half a voxel of it uncovered.

    An axis that gets coarser is blurred first, by a Gaussian of
    :math:`\sigma = (d' / d - 1) / 2` old voxels, unless the order is 0. Finer voxels
    hold no more than the coarse ones did: no detail comes back.

    Blur and interpolation along one axis are one matrix, with entries near its diagonal
    only, and axis after axis is multiplied by it. Time grows with the number of voxels,
    old and new.

    Elsewhere: ImageJ ``Image > Scale...``; CellProfiler ``Resize``.

    References
    ----------
    .. [1] P. Thévenaz, T. Blu and M. Unser, "Interpolation revisited", IEEE
       Transactions on Medical Imaging 19(7), 739-758, 2000.

    Examples
    --------
    >>> from imgrecipes.volumes import resample
    >>> resample([[0.0], [6.0]], spacing=(3, 1), new_spacing=1)  # rows were 3 mm apart
    array([[0.],
           [0.],
           [2.],
           [4.],
           [6.],
           [6.]])
    """
    array = check_image(volume, "volume")
    check_finite(array, "volume")
    order = check_integer(order, "order", 0, 5)
    old = _leading_spacing(spacing, array)
    new = _check_spacing(new_spacing, len(old), "new_spacing")
    ratios = np.divide(new, old)
    lengths = _new_lengths(array.shape, ratios)
    if np.all(ratios == 1):
        return array.copy()
    if order == 0:
        # Axes that get coarser come first, so that the others have less to copy.
        for axis in np.argsort(-ratios):
            if ratios[axis] != 1:
                index = _nearest_voxels(array.shape[axis], lengths[axis], ratios[axis])
                array = array.take(index, axis)
        return array
    source = _readable_by_ndimage(_check_interpolable(array, order))
    places = [(ratio, (ratio - 1) / 2) for ratio in ratios.tolist()]
    spline = order, "reflect", 0.0
    resampled = sample_axes(source, places, lengths, spline, True)
    return narrow_floats(resampled, array.dtype)


def region_volumes(
    labels: ArrayLike, spacing: float | Sequence[float]
) -> dict[str, NDArray[Any]]:
    r"""Measure the volume and the place of each region in millimetres.

    Parameters
    ----------
    labels : array_like of integers, 1-D to 3-D
        The number of each voxel's region; 0 is background.
    spacing : float or sequence of float
        Distance from voxel to voxel along each axis, in a unit such as millimetres.

    Returns
    -------
    dict of str to ndarray, one row for each region
        ``label`` in ascending order; ``size``, the number of voxels; ``volume`` in
        cubic units, in an image the area in square units; ``diameter``, that of a ball
        of the same volume; ``centroid``, shape (n, ndim), the mean position, from the
        centre of the first voxel.

    Raises
    ------
    TypeError, ValueError
        If `labels` is empty, negative or not of integers, or a spacing is not from
        1e-30 to 1e30 or does not fit the axes.

    See Also
    --------
    imgrecipes.measurement.region_table : more measures, in voxels.
    scipy.ndimage.center_of_mass : the centroids in voxels; `sum_labels` counts them.
    skimage.measure.regionprops_table : many measures; takes the spacing as well.
    cv2.connectedComponentsWithStats : sizes in pixels, of images.
    SimpleITK.LabelShapeStatisticsImageFilter : the same in physical units.

    Notes
    -----
    The volume is the number of voxels :math:`n` times that of one,
    :math:`V = n \prod_i d_i`, and the diameter in three dimensions
    :math:`(6 V / \pi)^{1/3}`. A voxel counts whole or not at all. Along a smooth
    outline these errors cancel, much better than the size of voxels lets expect. An
    outline shifted by :math:`\delta` all around does not cancel: it changes the volume
    of a ball of radius :math:`R` by :math:`3 \delta / R`. Time grows with the number of
    voxels.

    Elsewhere: ImageJ ``Analyze > 3D Objects Counter``; CellProfiler
    ``MeasureObjectSizeShape``.

    Examples
    --------
    >>> from imgrecipes.volumes import region_volumes
    >>> table = region_volumes([[[1, 1, 0], [1, 0, 5]]], spacing=(3, 0.5, 0.5))
    >>> table["label"].tolist(), table["volume"].tolist()
    ([1, 5], [2.25, 0.75])
    """
    array = check_labels(labels, ndim=(1, 2, 3))
    steps = _check_spacing(spacing, array.ndim)
    table = measure_places(array)
    volume = table["size"] * float(np.prod(steps))
    unit = {1: 2.0, 2: np.pi, 3: 4 / 3 * np.pi}[len(steps)]
    return {
        "label": table["label"],
        "size": table["size"],
        "volume": volume,
        "diameter": 2 * (volume / unit) ** (1 / len(steps)),
        "centroid": table["centroid"] * steps,
    }


def project_maximum(volume: ArrayLike, axis: int = 0) -> NDArray[Any]:
    r"""Look through a volume and see the brightest voxel on each ray.

    Parameters
    ----------
    volume : array_like of bool, integers or floats, at least 1-D
        The volume, without NaN or infinity.
    axis : int, default 0
        The axis to look along: 0 goes through all planes. Negative numbers count from
        the last axis.

    Returns
    -------
    ndarray, dtype of `volume`, without the axis
        The maximum-intensity projection.

    Raises
    ------
    TypeError, ValueError
        If the volume is empty, a single number or holds NaN, or it has no such axis.

    See Also
    --------
    numpy.max : the call beneath; `numpy.mean` makes an X-ray picture.
    imgrecipes.geometry.rotate : turns the volume, to look at it from elsewhere.
    cv2.reduce : the same for images with ``cv2.REDUCE_MAX``.
    SimpleITK.MaximumProjection : the same; keeps the axis with a length of 1.

    Notes
    -----
    :math:`p_{jk} = \max_i v_{ijk}`. What is bright shines through all that is darker,
    in front of it or behind, so that depth is lost. Noise shines as well: the maximum
    of :math:`n` voxels of normal noise :math:`\sigma` lies at about
    :math:`\sigma \sqrt{2 \ln n}` or somewhat below; blur first. Time grows with the
    number of voxels.

    Elsewhere: ImageJ ``Image > Stacks > Z Project...``; CellProfiler
    ``MakeProjection``.

    References
    ----------
    .. [1] J. W. Wallis, T. R. Miller, C. A. Lerner and E. C. Kleerup,
       "Three-dimensional display in nuclear medicine", IEEE Transactions on Medical
       Imaging 8(4), 1989, pp. 297-303.

    Examples
    --------
    >>> from imgrecipes.volumes import project_maximum
    >>> project_maximum([[[1, 2], [3, 4]], [[5, 0], [0, 0]]])
    array([[5, 2],
           [3, 4]])
    """
    array = check_image(volume, "volume")
    if array.ndim == 0:
        raise ValueError("volume is a single number; it needs an axis")
    axis = check_integer(axis, "axis", -array.ndim, array.ndim - 1)
    projection = np.asarray(np.max(array, axis=axis))
    # NaN and infinity come through to it, all but minus infinity.
    floats = array.dtype.kind == "f"
    if floats and not (np.isfinite(projection).all() and array.min() > -np.inf):
        check_finite(array, "volume")
    return projection


def surface_area(
    vertices: ArrayLike,
    faces: ArrayLike,
    spacing: float | Sequence[float] = (1, 1, 1),
) -> float:
    r"""Measure the area of a mesh.

    Parameters
    ----------
    vertices : array_like of numbers, shape (n, 3)
        Corners of the mesh in voxels: (plane, row, column).
    faces : array_like of int, shape (m, 3) or (m, 4)
        Triangles or quadrilaterals as indices into `vertices`, in the order in which
        they go round.
    spacing : float or sequence of float, default (1, 1, 1)
        Distance from voxel to voxel along each axis, in a unit such as millimetres.

    Returns
    -------
    float
        The area in square units.

    Raises
    ------
    TypeError, ValueError
        If `vertices` or `faces` has another shape or is empty, a vertex is NaN or
        beyond 2 ** 53, a face is not of integers or points to no vertex, or a spacing
        is not from 1e-30 to 1e30.

    See Also
    --------
    imgrecipes.display.surface_mesh : makes such a mesh from a volume.
    skimage.measure.mesh_surface_area : the same for triangles.

    Notes
    -----
    The triangle (a, b, c) has the area :math:`|(b - a) \times (c - a)| / 2`. A
    quadrilateral is cut into two along its first diagonal; four points in space need
    not lie in one plane. Do not count the outer faces of voxels instead: they only look
    along the axes, so that for a ball they add up to 3/2 of its area, however fine the
    voxels are. The faces are taken by thousands, which stay in the cache. Time grows
    with the number of faces.

    Elsewhere: CellProfiler ``MeasureObjectSizeShape``.

    References
    ----------
    .. [1] W. E. Lorensen and H. E. Cline, "Marching cubes: a high resolution 3D surface
       construction algorithm", ACM SIGGRAPH Computer Graphics 21(4), 1987, pp. 163-169.

    Examples
    --------
    >>> from imgrecipes.volumes import surface_area
    >>> corners = [[0, 0, 0], [0, 0, 1], [0, 1, 1], [0, 1, 0]]
    >>> surface_area(corners, [[0, 1, 2, 3]], spacing=(1, 2, 3))
    6.0
    """
    points = check_image(vertices, "vertices", ndim=(2,))
    corners = check_image(faces, "faces", ndim=(2,))
    if points.shape[1] != 3 or corners.shape[1] not in {3, 4}:
        raise ValueError(
            f"vertices has shape {points.shape} and faces {corners.shape}; allowed are "
            "(n, 3), and (m, 3) or (m, 4)"
        )
    check_finite(points, "vertices", 2.0**53)
    if corners.dtype.kind not in "ui":
        raise TypeError(f"faces has dtype {corners.dtype}; allowed are integers")
    if corners.min() < 0 or corners.max() >= len(points):
        raise ValueError(
            f"faces points to the vertices {corners.min()} to {corners.max()}; there "
            f"are 0 to {len(points) - 1}"
        )
    places = points * _check_spacing(spacing, 3)
    area, block = 0.0, 2**13
    for first in range(0, len(corners), block):
        some = corners[first : first + block].T.astype(np.intp)
        start, *others = places.take(some, axis=0)
        edges = [(end - start).T for end in others]
        for (x1, y1, z1), (x2, y2, z2) in pairwise(edges):
            squared = (y1 * z2 - z1 * y2) ** 2
            squared += (z1 * x2 - x1 * z2) ** 2
            squared += (x1 * y2 - y1 * x2) ** 2
            area += float(np.sqrt(squared).sum()) / 2
    return area


def _new_lengths(shape: tuple[int, ...], ratios: NDArray[np.float64]) -> list[int]:
    """Return how many new voxels fit along each axis, if a volume may have them."""
    lengths = [max(1, round(n / r)) for n, r in zip(shape, ratios, strict=False)]
    if ratios.max() > 2**15 or math.prod(lengths) > 2**40:
        raise ValueError(
            f"new_spacing is {ratios.tolist()} times spacing; allowed is up to 32768 "
            "times, and 2 ** 40 voxels in all"
        )
    return lengths


def _nearest_voxels(old: int, new: int, ratio: float) -> NDArray[np.intp]:
    """Return the indices of the voxels that order 0 takes along an axis."""
    # On the numbers 0, 1, 2, ... ndimage shows which voxel it would take.
    found: NDArray[Any] = ndimage.affine_transform(
        np.arange(old, dtype=np.float64),
        [[ratio]],
        (ratio - 1) / 2,
        (new,),
        order=0,
        mode="reflect",
    )
    return found.astype(np.intp)


def _check_spacing(
    spacing: float | Sequence[float], ndim: int, name: str = "spacing"
) -> tuple[float, ...]:
    # So that volumes and areas are floats in any unit.
    return check_numbers(per_axis(spacing, name, ndim), name, 1e-30, 1e30)


def _leading_spacing(
    spacing: float | Sequence[float], image: NDArray[Any]
) -> tuple[float, ...]:
    """Return the spacing of each axis that it names, the first ones; one names all."""
    return _check_spacing(spacing, count_axes(spacing, "spacing", image.ndim))
