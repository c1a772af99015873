"""Shapes probed by a small shape: erode, dilate, open, close, measure sizes."""

from __future__ import annotations

import math
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from imgrecipes._checks import (
    check_choice,
    check_finite,
    check_flag,
    check_image,
    check_integer,
    check_mask,
    check_number,
    check_numbers,
)
from imgrecipes._kernels.fast.extrema import (
    closed_under,
    highest_under,
    lowest_under,
    opened_under,
)
from imgrecipes._kernels.fast.pieces import keep_touched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


def structuring_element(shape: str, radius: float, ndim: int = 2) -> NDArray[np.bool_]:
    r"""Mask of a cross, a diamond, a square or a disk around its middle pixel.

    Parameters
    ----------
    shape : {'cross', 'diamond', 'square', 'disk'}
        The shape. With three axes, a square is a cube and a disk a ball.
    radius : float
        Largest distance from the middle, in pixels, at least 0. A distance that
        exceeds it by rounding alone, less than 1e-9 of the radius, counts as equal.
    ndim : int, default 2
        Number of axes, up to 32.

    Returns
    -------
    ndarray of bool, with `ndim` axes of ``2 * int(radius) + 1`` pixels each
        True in the shape.

    Raises
    ------
    TypeError, ValueError
        If `shape` is another word, `radius` is not a number of at least 0, `ndim` is
        not an integer from 1 to 32, or the array would have more than 2 ** 26 pixels.

    See Also
    --------
    imgrecipes.pixels.circular_mask : a disk or an ellipse anywhere in an image.
    scipy.ndimage.generate_binary_structure : the smallest cross and square.
    skimage.morphology.disk : the disk; others are ball, diamond, footprint_rectangle.
    cv2.getStructuringElement : crosses, rectangles and ellipses.
    SimpleITK.sitkBall : goes into a filter with the radius, and is fuller than the
        disk; also sitkBox, sitkCross.

    Notes
    -----
    With the offsets :math:`d_i` from the middle along each axis, a disk holds the
    pixels of :math:`\sum_i d_i^2 \le r^2`, a diamond those of
    :math:`\sum_i |d_i| \le r`, a square those of :math:`\max_i |d_i| \le r`, and a
    cross those of the square that differ from the middle along one axis only. Cross and
    diamond of radius 1 are the same.

    Examples
    --------
    >>> from imgrecipes.morphology import structuring_element
    >>> structuring_element("cross", 1).astype(int)
    array([[0, 1, 0],
           [1, 1, 1],
           [0, 1, 0]])
    """
    check_choice(shape, "shape", ("cross", "diamond", "square", "disk"))
    ndim = check_integer(ndim, "ndim", 1, 32)
    # The square of 13 ** 0.5 is a bit less than 13.
    reach = check_number(radius, "radius", low=0) * (1 + 1e-9)
    if (2 * int(reach) + 1) ** ndim > 2**26:
        raise ValueError(
            f"radius is {radius!r} and ndim is {ndim}; allowed are up to 2 ** 26 pixels"
        )
    offsets = np.abs(np.arange(-int(reach), int(reach) + 1, dtype=np.float64))
    distances, limit = {
        "cross": (np.minimum(offsets, 1), 1),
        "diamond": (offsets, reach),
        "square": (offsets * 0, 0),
        "disk": (offsets**2, reach**2),
    }[shape]
    return np.asarray(reduce(np.add.outer, [distances] * ndim) <= limit)


def erode(image: ArrayLike, footprint: ArrayLike | None = None) -> NDArray[Any]:
    r"""Erosion: the lowest value under the footprint, around each pixel.

    Parameters
    ----------
    image : array_like of bool, integers or floats, 1-D to 4-D
        A mask or grey levels, without NaN.
    footprint : array_like of 0 and 1, as many axes as `image` or fewer, optional
        The structuring element. If it has fewer axes, it works along the first ones and
        the rest, such as colours, are carried along. Default: the cross of radius 1
        along all axes.

    Returns
    -------
    ndarray, same shape and dtype as `image`
        The lowest values. A mask shrinks: true remains where the footprint fits in.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, has more than four axes or holds NaN, or `footprint` is
        empty, has more axes than `image` or holds other values than 0 and 1.

    See Also
    --------
    dilate : the highest value.
    scipy.ndimage.grey_erosion : the same for grey levels; it reflects at the border.
    scipy.ndimage.binary_erosion : for masks; equal with ``border_value=1``.
    skimage.morphology.erosion : equal with ``mode="ignore"`` if all sides are odd.
    skimage.morphology.isotropic_erosion : the same for a mask and a disk.
    cv2.erode : the same with its default border.
    SimpleITK.GrayscaleErode : the same for grey levels.
    SimpleITK.BinaryErode : the same for masks.

    Notes
    -----
    :math:`\varepsilon_B(f)(x) = \min_{b \in B,\, x + b \in D} f(x + b)`, where the
    offsets :math:`b` count from pixel ``n // 2`` of the footprint along each axis.

    Border: pixels outside of the image :math:`D` are left out, which means that they
    count as true or as the largest value of the dtype; what touches the border is not
    eroded from there. So erosion and `dilate` stay adjoint: ``dilate(a) <= b`` if and
    only if ``a <= erode(b)``. Where a footprint without its middle meets no pixel at
    all, that value is the result. Besides the result, an erosion needs about the memory
    of the image once more.

    Elsewhere: ImageJ ``Process > Filters > Minimum...``; CellProfiler ``ErodeImage``.

    References
    ----------
    .. [1] P. Soille, "Morphological Image Analysis: Principles and Applications",
       2nd ed., Springer, 2003, chapter 3.

    Examples
    --------
    >>> from imgrecipes.morphology import erode
    >>> erode([5, 3, 4, 8, 9, 7])
    array([3, 3, 3, 4, 7, 7])
    """
    return lowest_under(*_check_probed(image, footprint))


def dilate(image: ArrayLike, footprint: ArrayLike | None = None) -> NDArray[Any]:
    r"""Dilation: the highest value under the turned footprint, around each pixel.

    Parameters
    ----------
    image : array_like of bool, integers or floats, 1-D to 4-D
        A mask or grey levels, without NaN.
    footprint : array_like of 0 and 1, as many axes as `image` or fewer, optional
        The structuring element. If it has fewer axes, it works along the first ones and
        the rest, such as colours, are carried along. Default: the cross of radius 1
        along all axes.

    Returns
    -------
    ndarray, same shape and dtype as `image`
        The highest values. A mask grows: each true pixel becomes the footprint.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, has more than four axes or holds NaN, or `footprint` is
        empty, has more axes than `image` or holds other values than 0 and 1.

    See Also
    --------
    erode : the lowest value.
    scipy.ndimage.grey_dilation : the same for grey levels; it reflects at the border.
    scipy.ndimage.binary_dilation : the same for masks.
    skimage.morphology.dilation : equal with ``mode="ignore"`` if all sides are odd
        and the footprint is symmetric, since it does not turn it.
    skimage.morphology.isotropic_dilation : the same for a mask and a disk.
    cv2.dilate : the same with its default border; it does not turn the footprint.
    SimpleITK.GrayscaleDilate : the same for grey levels.
    SimpleITK.BinaryDilate : the same for masks.

    Notes
    -----
    :math:`\delta_B(f)(x) = \max_{b \in B,\, x - b \in D} f(x - b)`, where the offsets
    :math:`b` count from pixel ``n // 2`` of the footprint along each axis. The minus
    turns the footprint by half a turn, so that a single pixel becomes the footprint as
    it is drawn. Only an asymmetric footprint shows the difference.

    Border: pixels outside of the image :math:`D` are left out, which means that they
    count as false or as the smallest value of the dtype. The memory is that of `erode`.

    Elsewhere: ImageJ ``Process > Filters > Maximum...``; CellProfiler ``DilateImage``.

    References
    ----------
    .. [1] P. Soille, "Morphological Image Analysis: Principles and Applications",
       2nd ed., Springer, 2003, chapter 3.

    Examples
    --------
    >>> from imgrecipes.morphology import dilate
    >>> dilate([5, 3, 4, 8, 9, 7])
    array([5, 5, 8, 9, 9, 9])
    >>> dilate([0, 0, 1, 0, 0], footprint=[0, 1, 1])
    array([0, 0, 1, 1, 0])
    """
    return highest_under(*_check_probed(image, footprint))


def opening(image: ArrayLike, footprint: ArrayLike | None = None) -> NDArray[Any]:
    r"""Erosion followed by dilation: removes what the footprint does not fit in.

    Parameters
    ----------
    image : array_like of bool, integers or floats, 1-D to 4-D
        A mask or grey levels, without NaN.
    footprint : array_like of 0 and 1, as many axes as `image` or fewer, optional
        The structuring element, as in `erode`. Default: the cross of radius 1 along all
        axes.

    Returns
    -------
    ndarray, same shape and dtype as `image`
        Nowhere higher than `image`. Of a mask, the pixels that the footprint covers
        while it moves about inside.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, has more than four axes or holds NaN, or `footprint` is
        empty, has more axes than `image` or holds other values than 0 and 1.

    See Also
    --------
    closing : dilation, then erosion.
    open_by_reconstruction : keeps the shape of what is not removed.
    scipy.ndimage.binary_opening : the same for masks away from the border.
    scipy.ndimage.grey_opening : the same for grey levels; it reflects at the border.
    skimage.morphology.opening : equal with ``mode="ignore"`` if all sides are odd.
    skimage.morphology.isotropic_opening : the same for a mask and a disk.
    cv2.morphologyEx : with ``cv2.MORPH_OPEN``.
    SimpleITK.GrayscaleMorphologicalOpening : for grey levels; equal with
        ``safeBorder=False``.

    Notes
    -----
    :math:`\gamma_B = \delta_B \varepsilon_B`. Opening twice changes nothing more, with
    any footprint, and at the border as well, since pixels outside are left out. SciPy's
    ``binary_opening`` takes the outside as false and so removes thin objects along the
    border.

    Elsewhere: ImageJ ``Process > Binary > Open``; CellProfiler ``Opening``.

    References
    ----------
    .. [1] P. Soille, "Morphological Image Analysis: Principles and Applications",
       2nd ed., Springer, 2003, chapter 4.

    Examples
    --------
    >>> from imgrecipes.morphology import opening
    >>> opening([0, 9, 0, 5, 6, 7, 2], footprint=[1, 1, 1])
    array([0, 0, 0, 5, 5, 5, 2])
    """
    return opened_under(*_check_probed(image, footprint))


def closing(image: ArrayLike, footprint: ArrayLike | None = None) -> NDArray[Any]:
    r"""Dilation followed by erosion: fills what the footprint does not fit in.

    Parameters
    ----------
    image : array_like of bool, integers or floats, 1-D to 4-D
        A mask or grey levels, without NaN.
    footprint : array_like of 0 and 1, as many axes as `image` or fewer, optional
        The structuring element, as in `erode`. Default: the cross of radius 1 along all
        axes.

    Returns
    -------
    ndarray, same shape and dtype as `image`
        Nowhere lower than `image`. Of a mask, gaps and holes into which the turned
        footprint does not fit are filled.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, has more than four axes or holds NaN, or `footprint` is
        empty, has more axes than `image` or holds other values than 0 and 1.

    See Also
    --------
    opening : erosion, then dilation.
    scipy.ndimage.binary_closing : the same for masks away from the border.
    scipy.ndimage.grey_closing : the same for grey levels; it reflects at the border.
    scipy.ndimage.binary_fill_holes : fills every hole, whatever its size.
    skimage.morphology.closing : equal with ``mode="ignore"`` if all sides are odd
        and the footprint is symmetric.
    skimage.morphology.isotropic_closing : the same for a mask and a disk.
    cv2.morphologyEx : with ``cv2.MORPH_CLOSE``.
    SimpleITK.GrayscaleMorphologicalClosing : for grey levels; equal with
        ``safeBorder=False``.

    Notes
    -----
    :math:`\varphi_B = \varepsilon_B \delta_B`. Closing twice changes nothing more, and
    closing is never less than the image, at the border as well. SciPy's
    ``binary_closing`` takes the outside as false when it erodes and so clears pixels
    along the border that were true.

    Elsewhere: ImageJ ``Process > Binary > Close-``; CellProfiler ``Closing``.

    References
    ----------
    .. [1] P. Soille, "Morphological Image Analysis: Principles and Applications",
       2nd ed., Springer, 2003, chapter 4.

    Examples
    --------
    >>> from imgrecipes.morphology import closing
    >>> closing([9, 1, 9, 7, 6, 5, 2], footprint=[1, 1, 1])
    array([9, 9, 9, 7, 6, 5, 5])
    """
    return closed_under(*_check_probed(image, footprint))


def open_by_reconstruction(
    mask: ArrayLike, footprint: ArrayLike | None = None, connectivity: int = 1
) -> NDArray[np.bool_]:
    r"""Objects that the footprint fits in, kept whole: opening by reconstruction.

    Parameters
    ----------
    mask : array_like of bool, 1-D to 4-D
        The objects.
    footprint : array_like of 0 and 1, as many axes as `mask` or fewer, optional
        The structuring element of the erosion. Default: the cross of radius 1 along all
        axes.
    connectivity : int, default 1
        Number of axes along which two neighbours may differ: 1 joins pixels that share
        an edge, 2 those that share a corner as well.

    Returns
    -------
    ndarray of bool, same shape as `mask`
        The connected objects of which the erosion leaves something, in their old shape.

    Raises
    ------
    TypeError, ValueError
        If `mask` is not boolean, is empty or has more than four axes, `footprint` is
        empty, has more axes than `mask` or holds other values than 0 and 1, or
        `connectivity` is not an integer from 1 to the number of axes.

    See Also
    --------
    opening : rounds corners as well.
    scipy.ndimage.binary_propagation : the second step, from the eroded mask.
    skimage.morphology.reconstruction : the second step, for grey levels as well.
    SimpleITK.BinaryOpeningByReconstruction : the same for masks.

    Notes
    -----
    The eroded mask is dilated again and again, each time cut to the mask, until nothing
    changes. For masks the result is the connected components that hold a pixel of the
    eroded mask, so that one labelling takes the place of many dilations. The border and
    the memory are those of `erode`.

    References
    ----------
    .. [1] L. Vincent, "Morphological grayscale reconstruction in image analysis:
       applications and efficient algorithms", IEEE Transactions on Image Processing
       2(2), 1993, pp. 176-201.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.morphology import open_by_reconstruction
    >>> mask = np.array([1, 0, 1, 1, 0, 1, 1, 1], bool)
    >>> open_by_reconstruction(mask, footprint=[1, 1, 1]).astype(int)
    array([0, 0, 0, 0, 0, 1, 1, 1])
    """
    array, element = _check_probed(check_mask(mask), footprint, "mask")
    connectivity = check_integer(connectivity, "connectivity", low=1, high=array.ndim)
    return keep_touched(array, lowest_under(array, element), connectivity)


def top_hat(
    image: ArrayLike, footprint: ArrayLike | None = None, dark: bool = False
) -> NDArray[Any]:
    r"""Top-hat: what an opening removes, or what a closing fills.

    Parameters
    ----------
    image : array_like of bool, integers or floats, 1-D to 4-D
        A mask or grey levels, without NaN or infinity.
    footprint : array_like of 0 and 1, as many axes as `image` or fewer, optional
        The structuring element, as in `erode`; larger than the details to be found.
        Default: the cross of radius 1 along all axes.
    dark : bool, default False
        Return dark details, ``closing - image`` (black top-hat), instead of bright
        ones, ``image - opening`` (white top-hat).

    Returns
    -------
    ndarray, same shape and dtype as `image`
        How far each pixel stands out, never negative. Differences that exceed the range
        of the dtype are clipped.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, has more than four axes or holds NaN or infinity, or
        `footprint` is empty, has more axes than `image` or holds other values than 0
        and 1, or `dark` is not True or False.

    See Also
    --------
    opening, closing : what is subtracted from, or by.
    scipy.ndimage.white_tophat : bright details of grey levels.
    scipy.ndimage.black_tophat : dark details of grey levels.
    skimage.morphology.white_tophat : equal with ``mode="ignore"`` if all sides
        are odd.
    skimage.morphology.black_tophat : the same for dark details.
    cv2.morphologyEx : with ``cv2.MORPH_TOPHAT`` or ``cv2.MORPH_BLACKHAT``.
    SimpleITK.WhiteTopHat : for grey levels; equal with ``safeBorder=False``.
    SimpleITK.BlackTopHat : the same for dark details.

    Notes
    -----
    :math:`f - \gamma_B(f)`, or :math:`\varphi_B(f) - f`; for masks the difference is
    "and not". A background that varies slowly against the size of the footprint is
    removed.

    Elsewhere: ImageJ ``Process > Filters > Top Hat...``; CellProfiler
    ``EnhanceOrSuppressFeatures``.

    References
    ----------
    .. [1] P. Soille, "Morphological Image Analysis: Principles and Applications",
       2nd ed., Springer, 2003, section 4.5.

    Examples
    --------
    >>> from imgrecipes.morphology import top_hat
    >>> top_hat([10, 20, 39, 40, 50, 40], footprint=[1, 1, 1])
    array([ 0,  0,  0,  0, 10,  0])
    """
    array, element = _check_probed(image, footprint)
    check_finite(array)
    if check_flag(dark, "dark"):
        high, low = closed_under(array, element), array
    else:
        high, low = array, opened_under(array, element)
    if array.dtype.kind == "b":
        return np.asarray(high ^ low)
    with np.errstate(over="ignore"):
        difference: NDArray[Any] = np.subtract(high, low, out=high if dark else low)
    if array.dtype.kind == "f":
        np.minimum(difference, np.finfo(array.dtype).max, out=difference)
    elif array.dtype.kind == "i":
        # A difference that does not fit wraps to a negative number.
        difference[difference < 0] = np.iinfo(array.dtype).max
    return difference


def granulometry(mask: ArrayLike, radii: Sequence[float]) -> NDArray[np.intp]:
    r"""Area that openings by disks of growing radius leave, a curve of sizes.

    Parameters
    ----------
    mask : array_like of bool, 1-D to 4-D
        The objects.
    radii : sequence of float
        Radii of the disks, or balls, in pixels, each at least 0, of disks of up to
        2 ** 26 pixels: 4095 in the plane, 202 in a volume. Any order.

    Returns
    -------
    ndarray of int, shape (len(radii),)
        Number of pixels left by the opening with each disk. Where the curve falls from
        one radius to the next, objects of that radius have disappeared.

    Raises
    ------
    TypeError, ValueError
        If `mask` is not boolean, is empty or has more than four axes, `radii` is not a
        sequence of numbers in their range.

    See Also
    --------
    structuring_element : the disks.
    scipy.ndimage.binary_opening : the opening, with the outside as false.
    scipy.ndimage.binary_erosion : the opening's first step, the outside as you like;
        then binary_dilation.
    skimage.morphology.isotropic_opening : the opening, in a loop over the radii.
    cv2.morphologyEx : the opening, with ``cv2.MORPH_OPEN``.
    SimpleITK.BinaryMorphologicalOpening : the opening, by radius.

    Notes
    -----
    :math:`A(r) = |\gamma_{rB}(m)|`. In the plane, the curve never rises. On a grid, it
    may rise by the few pixels by which a disk is not a union of smaller ones, as the
    example shows. Objects that the border cuts count as if they went on outside.

    Elsewhere: CellProfiler ``MeasureGranularity``.

    References
    ----------
    .. [1] Georges Matheron, "Random Sets and Integral Geometry", Wiley, 1975.
    .. [2] P. Soille, "Morphological Image Analysis: Principles and Applications",
       2nd ed., Springer, 2003, chapter 10.

    Examples
    --------
    >>> from imgrecipes.morphology import granulometry, structuring_element
    >>> disk = structuring_element("disk", 3)
    >>> granulometry(disk, [0, 1, 2, 3, 4])
    array([29, 25, 25, 29,  0])
    """
    array = check_mask(mask)
    sizes = check_numbers(radii, "radii", 0, 2 ** (26 / array.ndim - 1) - 0.5)
    # Disks larger than the image see no more of it.
    diagonal, areas = math.hypot(*array.shape), []
    for size in sizes:
        disk = structuring_element("disk", min(size, diagonal), array.ndim)
        areas.append(np.count_nonzero(opened_under(array, disk)))
    return np.array(areas, np.intp)


def _check_probed(
    image: ArrayLike, footprint: ArrayLike | None, name: str = "image"
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return an image without NaN, and the footprint, by default the cross."""
    array = check_image(image, name, ndim=(1, 2, 3, 4))
    if array.dtype.kind == "f" and np.isnan(array.min()):
        raise ValueError(f"{name} holds {np.isnan(array).sum()} values that are NaN")
    if footprint is None:
        return array, ndimage.generate_binary_structure(array.ndim, 1)
    element = check_image(footprint, "footprint", ndim=range(1, array.ndim + 1))
    values = np.unique(element)
    if not {1} <= set(values.tolist()) <= {0, 1}:
        raise ValueError(f"footprint holds {values}; allowed are 0 and 1, not 0 alone")
    return array, element == 1
