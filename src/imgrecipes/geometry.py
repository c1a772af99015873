"""Move pixels: crop, rotate, resize, shift, and any affine map."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage, special

from imgrecipes._checks import (
    BORDER_MODES,
    check_axes,
    check_choice,
    check_finite,
    check_flag,
    check_image,
    check_integer,
    check_number,
    check_numbers,
    check_sequence,
    check_shape,
    narrow_floats,
    per_axis,
)
from imgrecipes._kernels.fast.sampling import sample_affine, sample_axes
from imgrecipes._kernels.plain.rounding import float_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


def crop_margin(
    image: ArrayLike, fraction: float = 0.25, axes: Sequence[int] = (0, 1)
) -> NDArray[Any]:
    r"""Cut the same share off both ends of each axis.

    Parameters
    ----------
    image : array_like of bool, integers or floats, any shape
        The image.
    fraction : float, default 0.25
        Share of the length to cut off at each end, from 0 to below 0.5.
    axes : sequence of int, default (0, 1)
        The axes to crop; the others, such as colour, stay whole.

    Returns
    -------
    ndarray, dtype of `image`
        A copy of the middle; half as long along each of the axes for a quarter.

    Raises
    ------
    TypeError, ValueError
        If `fraction` is negative or 0.5 or more, or `axes` is not a sequence, names an
        axis twice or one that the image does not have.

    See Also
    --------
    skimage.util.crop : cuts off given numbers of pixels.
    SimpleITK.Crop : cuts off given numbers of pixels, for each end of each axis.

    Notes
    -----
    An axis of :math:`n` pixels loses :math:`\lfloor f n \rfloor` at each end. In plain
    NumPy a quarter is ``image[rows // 4 : rows - rows // 4]``; a slice such as
    ``rows / 4 : -rows / 4`` raises TypeError, because ``/`` makes floats. Time and
    memory grow with the number of pixels kept.

    Elsewhere: ImageJ ``Image > Crop``; CellProfiler ``Crop``.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.geometry import crop_margin
    >>> crop_margin(np.arange(16).reshape(4, 4))
    array([[ 5,  6],
           [ 9, 10]])
    """
    array = check_image(image)
    share = check_number(fraction, "fraction", low=0)
    if share >= 0.5:
        raise ValueError(f"fraction is {fraction!r}; it must be below 0.5")
    window = [slice(None)] * array.ndim
    for axis in check_axes(axes, array.ndim):
        length = array.shape[axis]
        # As a float, 0.29 * 100 is a little less than 29.
        margin = min(int(share * length + 1e-9), (length - 1) // 2)
        window[axis] = slice(margin, length - margin)
    return array[tuple(window)].copy()


def rotate(
    image: ArrayLike,
    angle: float,
    reshape: bool = True,
    order: int = 1,
    *,
    mode: str = "constant",
    cval: float = 0.0,
    axes: Sequence[int] = (0, 1),
) -> NDArray[Any]:
    r"""Turn an image about its centre.

    Parameters
    ----------
    image : array_like of bool, integers or floats, at least 2-D
        The image. NaN and infinity are allowed for orders 0 and 1.
    angle : float
        Angle in degrees. Positive angles turn the picture counterclockwise on a screen
        that shows row 0 at the top.
    reshape : bool, default True
        Grow the image so that its corners stay inside; otherwise keep its shape.
    order : int, default 1
        Degree of the interpolating spline, 0 to 5: 0 takes the nearest pixel, 1 is
        linear, 3 is cubic.
    mode : {'constant', 'reflect', 'mirror', 'nearest', 'wrap'}, default 'constant'
        What lies beyond the border.
    cval : float, default 0.0
        The level beyond the border if `mode` is 'constant'. It must fit the dtype; for
        floats NaN is allowed.
    axes : sequence of 2 ints, default (0, 1)
        The plane of rotation, in any order; all other axes are carried along.

    Returns
    -------
    ndarray, dtype of `image`
        The rotated image. Integers are rounded, halves away from zero, and clipped to
        their dtype; booleans are True from an interpolated value of one half on.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not allowed, `order` is above 1 and the image holds NaN or
        floats whose splines overflow, or 64-bit integers are beyond 2 ** 53, which
        floats do not hold exactly.

    See Also
    --------
    scipy.ndimage.rotate : the same for integers and floats, with order 3 by default.
    numpy.rot90 : quarter turns.
    skimage.transform.rotate : the same about any centre, to floats from 0 to 1.
    cv2.warpAffine : with the matrix of ``cv2.getRotationMatrix2D``.
    cv2.rotate : quarter turns.
    SimpleITK.Resample : with an ``Euler2DTransform``, in radians about any centre.

    Notes
    -----
    The output pixel at :math:`o` takes the value of the image at
    :math:`c_i + M (o - c_o)`, where :math:`c_i` and :math:`c_o` are the centres and
    :math:`M = \begin{pmatrix} \cos\alpha & \sin\alpha \\ -\sin\alpha & \cos\alpha
    \end{pmatrix}`. Quarter turns only move pixels and are exact.

    With 'constant', a point outside the outermost pixel centres gets `cval`, unmixed
    (``mode="grid-constant"`` of `scipy.ndimage` would mix). 'wrap' repeats the image
    without a gap, as the filters do (``mode="grid-wrap"``). Splines of order 2 and more
    overshoot beside an edge. Rounding errors decide how a value within 1e-12 or so of
    one half is rounded, as in `scipy.ndimage`.

    Time grows with the number of pixels times ``(order + 1) ** 2``.

    Elsewhere: ImageJ ``Image > Transform > Rotate...``; CellProfiler ``FlipAndRotate``.

    References
    ----------
    .. [1] P. Thévenaz, T. Blu and M. Unser, "Interpolation revisited", IEEE
       Transactions on Medical Imaging 19(7), 739-758, 2000.

    Examples
    --------
    >>> from imgrecipes.geometry import rotate
    >>> rotate([[1, 2, 3], [4, 5, 6]], 90)
    array([[3, 6],
           [2, 5],
           [1, 4]])
    >>> rotate([[0.0] * 10] * 10, 45).shape  # the diagonal is 14.1 pixels long
    (14, 14)
    """
    order = check_integer(order, "order", 0, 5)
    array = _check_interpolable(image, order)
    spline = _check_spline(order, mode, cval, array)
    angle = math.fmod(check_number(angle, "angle"), 360)
    reshape = check_flag(reshape, "reshape")
    plane = check_axes(axes, array.ndim)
    if len(plane) != 2:
        raise ValueError(f"axes is {axes!r}; it must hold 2 axes")
    turns = angle / 90 % 4
    square = array.shape[plane[0]] == array.shape[plane[1]]
    if turns in {0, 2} or (turns in {1, 3} and (reshape or square)):
        return np.rot90(array, int(turns), (plane[0], plane[1])).copy()
    cos, sin = float(special.cosdg(angle)), float(special.sindg(angle))
    matrix = np.array([[cos, sin], [-sin, cos]])
    lengths = np.array([array.shape[axis] for axis in plane])
    grown = np.floor(np.abs(matrix) @ lengths + 0.5).astype(np.intp)
    new = grown if reshape else lengths
    origin = (lengths - 1) / 2 - matrix @ ((new - 1) / 2)
    source = np.moveaxis(_readable_by_ndimage(array), plane, (0, 1))
    turned = sample_affine(source, matrix, origin, new.tolist(), spline)
    turned = np.ascontiguousarray(np.moveaxis(turned, (0, 1), plane))
    return narrow_floats(turned, array.dtype)


def resize(
    image: ArrayLike, shape: Sequence[int], order: int = 1, antialias: bool = True
) -> NDArray[Any]:
    r"""Show the same picture with more or fewer pixels.

    Parameters
    ----------
    image : array_like of bool, integers or floats, at least 1-D
        The image. NaN and infinity are allowed for orders 0 and 1.
    shape : sequence of int
        New lengths of the leading axes, in pixels, up to 2 ** 40 pixels in all;
        trailing axes, such as colour, are carried along.
    order : int, default 1
        Degree of the interpolating spline, 0 to 5: 0 takes the nearest pixel (choose
        it for labels), 1 is linear, 3 is cubic.
    antialias : bool, default True
        Blur each axis that shrinks, so that details finer than the new pixels do not
        turn into false patterns. Order 0 never blurs, so that labels remain labels.

    Returns
    -------
    ndarray, shape `shape` and the trailing axes, dtype of `image`
        The resized image. Integers are rounded, halves away from zero, and clipped to
        their dtype; booleans are True from an interpolated value of one half on.

    Raises
    ------
    TypeError, ValueError
        If `shape` has no or too many entries or one that is not an integer of at least
        1, or too many pixels; `order` is not 0 to 5, or is above 1 and the image holds
        NaN or floats whose splines overflow; or 64-bit integers are beyond 2 ** 53,
        which floats do not hold exactly.

    See Also
    --------
    scipy.ndimage.zoom : the same without blur with ``grid_mode=True, mode='reflect'``.
    skimage.transform.resize : the same for floats with ``mode='symmetric',
        anti_aliasing=True, clip=False, preserve_range=True``.
    cv2.resize : without blur; with ``cv2.INTER_AREA`` the mean over each new pixel.
    SimpleITK.Resample : without blur, onto a grid of a given size, origin and spacing.

    Notes
    -----
    The edges of the picture coincide, not the centres of its corner pixels: from ``n``
    to ``m`` pixels, pixel :math:`i` takes the value at
    :math:`(i + \frac{1}{2}) \frac{n}{m} - \frac{1}{2}`; halfway between two pixels,
    order 0 takes the later one. The image is continued by reflection. The blur is a
    Gaussian filter of :math:`\sigma = (n / m - 1) / 2` pixels of the input, cut off at
    4 sigma.

    Integers are rounded so that a half is a half whatever the rounding errors: a value
    that lies below it by less than they can amount to counts as one half.

    Elsewhere: ImageJ ``Image > Scale...``; CellProfiler ``Resize``.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed.,
       Pearson, 2018, section 4.5.
    .. [2] P. Thévenaz, T. Blu and M. Unser, "Interpolation revisited", IEEE
       Transactions on Medical Imaging 19(7), 739-758, 2000.

    Examples
    --------
    >>> from imgrecipes.geometry import resize
    >>> resize([[0.0, 4.0]], (1, 4))
    array([[0., 1., 3., 4.]])
    >>> resize([[1, 2]], (2, 4), order=0)
    array([[1, 1, 2, 2],
           [1, 1, 2, 2]])
    """
    order = check_integer(order, "order", 0, 5)
    array = _check_interpolable(image, order)
    lengths = check_shape(_for_leading_axes(shape, "shape", array), "shape")
    blur = check_flag(antialias, "antialias") and order > 0
    ratios = np.divide(array.shape[: len(lengths)], lengths)
    if np.all(ratios == 1):
        return array.copy()
    if order == 0:
        # Integers, as floats can miss the middle between two pixels.
        return _pick(
            array,
            [
                (2 * np.arange(new, dtype=np.int64) + 1) * old // (2 * new)
                for old, new in zip(array.shape, lengths, strict=False)
            ],
        )
    source = _readable_by_ndimage(array)
    spline = order, "reflect", 0.0
    places = [(ratio, (ratio - 1) / 2) for ratio in ratios.tolist()]
    resized = sample_axes(source, places, lengths, spline, blur)
    return narrow_floats(resized, array.dtype)


def shift(
    image: ArrayLike,
    offset: Sequence[float],
    order: int = 1,
    *,
    mode: str = "constant",
    cval: float = 0.0,
) -> NDArray[Any]:
    r"""Move an image by pixels and fractions of pixels.

    Parameters
    ----------
    image : array_like of bool, integers or floats, at least 1-D
        The image. NaN and infinity are allowed for orders 0 and 1.
    offset : sequence of float
        Shift in pixels along each of the leading axes, up to 2 ** 30; positive numbers
        move the picture down and to the right. Trailing axes, such as colour, are
        carried along.
    order : int, default 1
        Degree of the interpolating spline, 0 to 5: 0 takes the nearest pixel, 1 is
        linear, 3 is cubic.
    mode : {'constant', 'reflect', 'mirror', 'nearest', 'wrap'}, default 'constant'
        What comes in from beyond the border.
    cval : float, default 0.0
        The level beyond the border if `mode` is 'constant'. It must fit the dtype; for
        floats NaN is allowed.

    Returns
    -------
    ndarray, shape and dtype of `image`
        The shifted image. Integers are rounded, halves away from zero, and clipped to
        their dtype; booleans are True from an interpolated value of one half on.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not allowed, `order` is above 1 and the image holds NaN or
        floats whose splines overflow, or 64-bit integers are beyond 2 ** 53, which
        floats do not hold exactly.

    See Also
    --------
    scipy.ndimage.shift : the same for all axes, with order 3 by default.
    numpy.roll : shifts by whole pixels, with wrapping.
    scipy.ndimage.fourier_shift : shifts a Fourier transform by any fraction.
    skimage.transform.warp : with a ``SimilarityTransform`` of the inverse shift,
        columns first; floats from 0 to 1.
    cv2.warpAffine : with the matrix ``[[1, 0, columns], [0, 1, rows]]``.
    SimpleITK.Resample : with a ``TranslationTransform`` of the inverse shift, columns
        first.

    Notes
    -----
    The pixel at :math:`o` takes the value of the image at :math:`o - s`. Whole numbers
    only move pixels and are exact.

    With 'constant', a point outside the outermost pixel centres gets `cval`, unmixed
    (``mode="grid-constant"`` of `scipy.ndimage` would mix): a shift by half a pixel
    fills a whole row. 'wrap' repeats the image without a gap, as the filters do
    (``mode="grid-wrap"``).

    Integers are rounded so that a half is a half whatever the rounding errors: a value
    that lies below it by less than they can amount to counts as one half.

    Elsewhere: ImageJ ``Image > Transform > Translate...``.

    References
    ----------
    .. [1] P. Thévenaz, T. Blu and M. Unser, "Interpolation revisited", IEEE
       Transactions on Medical Imaging 19(7), 739-758, 2000.

    Examples
    --------
    >>> from imgrecipes.geometry import shift
    >>> shift([0.0, 0.0, 8.0, 0.0, 0.0], [1.25])
    array([0., 0., 0., 6., 2.])
    >>> shift([[1, 2], [3, 4]], (1, 0), cval=9)
    array([[9, 9],
           [1, 2]])
    """
    order = check_integer(order, "order", 0, 5)
    array = _check_interpolable(image, order)
    steps = check_numbers(
        _for_leading_axes(offset, "offset", array), "offset", -(2**30), 2**30
    )
    spline = _check_spline(order, mode, cval, array)
    if order == 0 or all(step % 1 == 0 for step in steps):
        return _shift_whole_pixels(array, steps, spline)
    source, lengths = _readable_by_ndimage(array), array.shape[: len(steps)]
    places = [(1.0, -step) for step in steps]
    shifted = sample_axes(source, places, lengths, spline, False)
    return narrow_floats(shifted, array.dtype)


def warp_affine(
    image: ArrayLike,
    matrix: ArrayLike,
    offset: float | Sequence[float] = 0,
    shape: Sequence[int] | None = None,
    order: int = 1,
    *,
    mode: str = "constant",
    cval: float = 0.0,
) -> NDArray[Any]:
    r"""Scale, rotate, shear, reflect and shift by one matrix.

    Parameters
    ----------
    image : array_like of bool, integers or floats, at least 1-D
        The image. NaN and infinity are allowed for orders 0 and 1.
    matrix : array_like of numbers, shape (k, k)
        The inverse map: from the coordinates of an output pixel to the coordinates in
        `image`, in pixels along the ``k`` leading axes, rows before columns. Trailing
        axes, such as colour, are carried along.
    offset : float or sequence of k floats, default 0
        Added to the coordinates after the matrix, in pixels.
    shape : sequence of k ints, optional
        Lengths of the leading axes of the output, in pixels, up to 2 ** 40 pixels in
        all. Default: as the input.
    order : int, default 1
        Degree of the interpolating spline, 0 to 5: 0 takes the nearest pixel, 1 is
        linear, 3 is cubic.
    mode : {'constant', 'reflect', 'mirror', 'nearest', 'wrap'}, default 'constant'
        What lies beyond the border.
    cval : float, default 0.0
        The level beyond the border if `mode` is 'constant'. It must fit the dtype; for
        floats NaN is allowed.

    Returns
    -------
    ndarray, shape `shape` and the trailing axes, dtype of `image`
        The mapped image. Integers are rounded, halves away from zero, and clipped to
        their dtype; booleans are True from an interpolated value of one half on.

    Raises
    ------
    TypeError, ValueError
        If `matrix` is not square, has more rows than the image has axes or holds NaN,
        or leads with `offset` farther than half the largest index of an array (2 ** 62
        on most machines); another parameter is not allowed; `order` is above 1 and the
        image holds NaN or floats whose splines overflow; or 64-bit integers are beyond
        2 ** 53, which floats do not hold exactly.

    See Also
    --------
    scipy.ndimage.affine_transform : the same for all axes, with order 3 by default.
    skimage.transform.warp : takes the inverse map too, of (column, row).
    cv2.warpAffine : takes the forward map of (column, row), unless told otherwise.
    SimpleITK.Resample : with an ``AffineTransform``, the inverse map too, of (column,
        row).

    Notes
    -----
    The output pixel at :math:`o` takes the value of the image at :math:`M o + b`. To
    move the picture by a known forward map :math:`i \mapsto A i + t`, pass
    :math:`M = A^{-1}` and :math:`b = -A^{-1} t`; to keep a centre :math:`c` in place,
    pass :math:`b = c - M c`.

    With 'constant', a point outside the outermost pixel centres gets `cval`, unmixed
    (``mode="grid-constant"`` of `scipy.ndimage` would mix). 'wrap' repeats the image
    without a gap, as the filters do (``mode="grid-wrap"``). A map that shrinks does not
    blur first. Time grows with the number of output pixels times ``(order + 1) ** k``.
    How exact halves are rounded: see `rotate`.

    References
    ----------
    .. [1] George Wolberg, "Digital Image Warping", IEEE Computer Society Press, 1990.
    .. [2] P. Thévenaz, T. Blu and M. Unser, "Interpolation revisited", IEEE
       Transactions on Medical Imaging 19(7), 739-758, 2000.

    Examples
    --------
    >>> from imgrecipes.geometry import warp_affine
    >>> transpose = [[0, 1], [1, 0]]
    >>> warp_affine([[1, 2, 3], [4, 5, 6]], transpose, shape=(3, 2))
    array([[1, 4],
           [2, 5],
           [3, 6]])
    """
    order = check_integer(order, "order", 0, 5)
    array = _check_interpolable(image, order)
    inverse = check_image(matrix, "matrix", ndim=(2,)).astype(np.float64)
    check_finite(inverse, "matrix")
    if inverse.shape[0] != inverse.shape[1] or len(inverse) > array.ndim:
        raise ValueError(
            f"matrix has shape {inverse.shape}; it must be square, with a row for each "
            f"spatial axis, at most {array.ndim}"
        )
    ndim = len(inverse)
    origin = np.array(check_numbers(per_axis(offset, "offset", ndim), "offset"))
    lengths = array.shape[:ndim]
    if shape is not None:
        lengths = check_shape(shape, "shape", count=ndim)
    with np.errstate(over="ignore", invalid="ignore"):
        farthest = np.max(np.abs(inverse) @ np.subtract(lengths, 1) + np.abs(origin))
    if not farthest <= np.iinfo(np.intp).max // 2:
        raise ValueError(
            f"matrix and offset lead to places {farthest:g} pixels away; allowed are "
            f"up to {np.iinfo(np.intp).max // 2}"
        )
    spline = _check_spline(order, mode, cval, array)
    source = _readable_by_ndimage(array)
    warped = sample_affine(source, inverse, origin, lengths, spline)
    return narrow_floats(warped, array.dtype)


def _check_interpolable(image: ArrayLike, order: int) -> NDArray[Any]:
    """Return `image` as an array whose values a spline of this order can carry."""
    array = check_image(image)
    if array.ndim == 0:
        raise ValueError("image is a single number; it needs an axis")
    # The prefilter of these splines runs along whole rows and columns.
    if order > 1 and array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(
            f"image holds NaN or infinity, which order {order} spreads over the whole "
            "image; allowed are the orders 0 and 1, or finite values"
        )
    if order > 1:
        # The coefficients of splines are larger than the pixels.
        largest = float(np.finfo(float_type(array.dtype)).max) / 1e6
        check_finite(array, "image", largest)
    if array.dtype.kind in "ui" and array.dtype.itemsize == 8:
        largest = max(int(array.max()), -int(array.min()))
        if largest > 2**53:
            raise ValueError(
                f"image holds {largest} in size; allowed is up to 2 ** 53, as "
                "floats do not hold larger integers exactly"
            )
    return array


def _check_spline(
    order: int, mode: str, cval: float, image: NDArray[Any]
) -> tuple[int, str, float]:
    """Return the order, the border and the level beyond it, if `image` allows them."""
    return order, check_choice(mode, "mode", BORDER_MODES), _check_cval(cval, image)


def _check_cval(cval: float, image: NDArray[Any]) -> float:
    """Return `cval` if the dtype of `image` holds it."""
    if image.dtype.kind == "f":
        number = np.asanyarray(cval, object)[()]
        if isinstance(number, float | np.floating) and not math.isfinite(number):
            return float(number)
        limit = float(np.finfo(image.dtype).max)
        return check_number(cval, "cval", -limit, limit)
    if image.dtype.kind == "b":
        low, high = 0, 1
    else:
        low, high = np.iinfo(image.dtype).min, np.iinfo(image.dtype).max
    level = check_number(cval, "cval", low, high)
    if not level.is_integer():
        raise ValueError(f"cval is {cval!r}; for {image.dtype} it must be an integer")
    return level


def _for_leading_axes(
    values: Sequence[Any], name: str, image: NDArray[Any]
) -> Sequence[Any]:
    """Return `values` if they are one for each of the first axes of `image`."""
    entries = check_sequence(values, name)
    if not 1 <= len(entries) <= image.ndim:
        raise ValueError(
            f"{name} is {values!r}; allowed is a sequence of 1 to {image.ndim} "
            "numbers, one for each leading axis"
        )
    return entries


def _readable_by_ndimage(image: NDArray[Any]) -> NDArray[Any]:
    """Return `image` in a dtype that ndimage interpolates and rounds well."""
    if image.dtype.kind == "b":
        # As booleans, 0.9 would be cut to False.
        return image.view(np.uint8)
    if image.dtype.kind == "f" and image.dtype.itemsize not in {4, 8}:
        return image.astype(np.float64)
    return image


def _pick(image: NDArray[Any], indices: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Take the pixels with these indices along each leading axis."""
    for axis, index in enumerate(indices):
        image = image.take(index.astype(np.intp, copy=False), axis=axis)
    return image


def _shift_whole_pixels(
    image: NDArray[Any], steps: Sequence[float], spline: tuple[int, str, float]
) -> NDArray[Any]:
    """Shift by indexing, which is exact and fast."""
    _, mode, cval = spline
    # On the numbers 0, 1, 2, ... ndimage shows which pixel it would take.
    border = "grid-wrap" if mode == "wrap" else mode
    marked: dict[str, Any] = {"order": 0, "mode": border, "cval": -1}
    found = [
        ndimage.shift(np.arange(length, dtype=np.float64), step, **marked)
        for step, length in zip(steps, image.shape, strict=False)
    ]
    shifted = _pick(image, found)
    for axis, index in enumerate(found):
        np.moveaxis(shifted, axis, 0)[index < 0] = cval
    return shifted
