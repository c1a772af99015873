"""Move pixels: crop, rotate, resize, shift, and any affine map."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage, special

from imgrecipes._blocks import fill_by_rows
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

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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

    For the orders 0 and 1 with 'constant', blocks of rows that fit the cache are worked
    through: a line of the output is a line of the input, so that two corners tell which
    columns to compute at all; the pixels are taken by their flat index. All else, and
    planes of fewer than 10,000 pixels, is left to `scipy.ndimage`. Time grows with the
    number of pixels times ``(order + 1) ** 2``.

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
    options = _ndimage_options(array, order, mode, cval)
    angle = math.fmod(check_number(angle, "angle"), 360)
    reshape = check_flag(reshape, "reshape")
    plane = check_axes(axes, array.ndim)
    if len(plane) != 2:
        raise ValueError(f"axes is {axes!r}; it must hold 2 axes")
    turns = angle / 90 % 4
    square = array.shape[plane[0]] == array.shape[plane[1]]
    if turns in {0, 2} or (turns in {1, 3} and (reshape or square)):
        return np.rot90(array, int(turns), (plane[0], plane[1])).copy()
    source = _readable_by_ndimage(array)
    pixels = array.shape[plane[0]] * array.shape[plane[1]]
    if order > 1 or mode != "constant" or pixels < 10_000:
        # It does not round integers of more than 52 bits exactly.
        options["output"] = np.float64 if source.itemsize == 8 else source.dtype
        rotated: NDArray[Any] = ndimage.rotate(
            source, angle, axes=(plane[0], plane[1]), reshape=reshape, **options
        )
        result = rotated
        if rotated.dtype != source.dtype:
            result = np.empty(rotated.shape, source.dtype)
            _round_into(rotated, result)
        return narrow_floats(result, array.dtype)
    cos, sin = float(special.cosdg(angle)), float(special.sindg(angle))
    matrix = np.array([[cos, sin], [-sin, cos]])
    lengths = np.array([array.shape[axis] for axis in plane])
    grown = np.floor(np.abs(matrix) @ lengths + 0.5).astype(np.intp)
    new = grown if reshape else lengths
    origin = (lengths - 1) / 2 - matrix @ ((new - 1) / 2)
    shape = np.array(array.shape)
    shape[plane] = new
    result = np.empty(shape, source.dtype)
    old, turned = (np.moveaxis(part, plane, (0, 1)) for part in (source, result))
    for other in np.ndindex(old.shape[2:]):
        _gather(old[..., *other], turned[..., *other], matrix, origin, options)
    return narrow_floats(result, array.dtype)


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

    Blur, coefficients of the spline and interpolation are one band matrix for each
    axis, so that resizing is :math:`A X B^T`. Blocks of 16 rows of a matrix span few
    pixels and are multiplied at a time, by BLAS. With :math:`t` pixels in each sum
    (``order + 1``; some 60 more for a spline's coefficients, less for float32; and
    :math:`8 \sigma` for the blur), an axis takes about :math:`t + 16 n / m` products a
    pixel. `scipy.ndimage` does the work where both images have fewer than 32768 pixels,
    for splines along fewer than 24 pixels, and for NaN and infinity, which a product
    with 0 would spread. Integers are rounded here, so that a half is a half whatever
    the rounding errors: a value that lies below it by less than they can amount to
    counts as one half.

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
    options = _ndimage_options(array, order, "reflect", cval=0)
    sigmas = np.maximum(0, (ratios - 1) / 2) * blur
    dtype = source.dtype
    if _suits_matrices(source, options, lengths):
        slack = _slack(source)
        bands = [
            None if old == new else _band(*_centers(old, new), options, source, sigma)
            for old, new, sigma in zip(array.shape, lengths, sigmas, strict=False)
        ]

        def transform(old: NDArray[Any], new: NDArray[Any]) -> None:
            _sample_by_matrices(old, new, bands, "reflect", slack)

    else:
        slack = _slack(source, max(array.shape))
        if sigmas.any():
            sigmas = np.append(sigmas, np.zeros(array.ndim - len(lengths)))
            source = ndimage.gaussian_filter(source, sigmas, output=_precision(source))

        def transform(old: NDArray[Any], new: NDArray[Any]) -> None:
            values = _floats_for(new)
            ndimage.zoom(old, 1 / ratios, values, grid_mode=True, **options)
            _round_into(values, new, slack)

    resized = _each_channel(transform, source, lengths, dtype)
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

    Each axis is multiplied by a band matrix, as in `resize`; order 0 and whole shifts
    take pixels by their index. `scipy.ndimage` does the work for images of fewer than
    32768 pixels, for splines along fewer than 24 pixels or with 'nearest', and for NaN
    and infinity. Integers are rounded here, so that a half is a half whatever the
    rounding errors: a value that lies below it by less than they can amount to counts
    as one half. Time grows with the number of pixels times ``order + 1`` for each axis,
    and some 60 more for splines.

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
    options = _ndimage_options(array, order, mode, cval)
    mode = options["mode"]
    if order == 0 or all(step.is_integer() for step in steps):
        return _shift_whole_pixels(array, steps, options)
    source = _readable_by_ndimage(array)
    lengths = array.shape[: len(steps)]
    if _suits_matrices(source, options, lengths):
        slack = _slack(source)
        bands = [
            # The fraction is that of the step, not of a larger and rounded place.
            _band(np.arange(n) + math.floor(-step), -step % 1, options, source)
            if step
            else None
            for n, step in zip(lengths, steps, strict=True)
        ]

        def transform(old: NDArray[Any], new: NDArray[Any]) -> None:
            _sample_by_matrices(old, new, bands, mode, slack)

    else:
        slack = _slack(source, max(array.shape))

        def transform(old: NDArray[Any], new: NDArray[Any]) -> None:
            values = _floats_for(new)
            ndimage.shift(old, steps, values, **options)
            _round_into(values, new, slack)

    shifted = _each_channel(transform, source, lengths, source.dtype)
    if mode == "constant":
        for axis, (n, step) in enumerate(zip(lengths, steps, strict=True)):
            place = np.arange(n) - step
            outside = (place < 0) | (place > n - 1)
            np.moveaxis(shifted, axis, 0)[outside] = options["cval"]
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
    How it is done, and how exact halves are rounded: see `rotate`.

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
    options = _ndimage_options(array, order, mode, cval)
    source = _readable_by_ndimage(array)
    few = max(math.prod(array.shape[:ndim]), math.prod(lengths)) < 10_000

    def transform(old: NDArray[Any], new: NDArray[Any]) -> None:
        if order > 1 or mode != "constant" or few:
            values = _floats_for(new) if new.itemsize == 8 else new
            ndimage.affine_transform(old, inverse, origin, output=values, **options)
            _round_into(values, new)
        else:
            _gather(old, new, inverse, origin, options)

    warped = _each_channel(transform, source, lengths, source.dtype)
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
        largest = float(np.finfo(_precision(array)).max) / 1e6
        check_finite(array, "image", largest)
    if array.dtype.kind in "ui" and array.dtype.itemsize == 8:
        largest = max(int(array.max()), -int(array.min()))
        if largest > 2**53:
            raise ValueError(
                f"image holds {largest} in size; allowed is up to 2 ** 53, as "
                "floats do not hold larger integers exactly"
            )
    return array


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


def _ndimage_options(
    image: NDArray[Any], order: int, mode: str, cval: float
) -> dict[str, Any]:
    """Return what all interpolating functions of ndimage understand."""
    check_choice(mode, "mode", BORDER_MODES)
    # The 'wrap' of these functions lets the last pixel and the first one coincide.
    mode = "grid-wrap" if mode == "wrap" else mode
    return {"order": order, "mode": mode, "cval": _check_cval(cval, image)}


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


def _each_channel(
    transform: Callable[[NDArray[Any], NDArray[Any]], object],
    image: NDArray[Any],
    lengths: Sequence[int],
    dtype: np.dtype[Any],
) -> NDArray[Any]:
    """Fill an array of `lengths` and the trailing axes by transform(old, new)."""
    channels = image.shape[len(lengths) :]
    result = np.empty((*lengths, *channels), dtype)
    for channel in np.ndindex(channels):
        transform(image[..., *channel], result[..., *channel])
    return result


def _pick(image: NDArray[Any], indices: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Take the pixels with these indices along each leading axis."""
    for axis, index in enumerate(indices):
        image = image.take(index.astype(np.intp, copy=False), axis=axis)
    return image


def _floats_for(out: NDArray[Any]) -> NDArray[Any]:
    """Return `out` if it can hold interpolated values, else an array that can."""
    return out if out.dtype.kind == "f" else np.empty(out.shape)


def _slack(image: NDArray[Any], length: int = 0) -> float:
    """Return how much rounding errors take off interpolated integers at the most.

    Places along `length` pixels have errors of their own, unless `length` is 0.
    """
    if image.dtype.kind == "f":
        return 0.0
    largest = max(int(image.max()), -int(image.min()))
    slack = 8 * (2 + length) * float(np.finfo(float).eps) * largest
    # Where it is no longer small, nothing tells which values are halves.
    return slack if slack < 2**-6 else 0.0


def _shift_whole_pixels(
    image: NDArray[Any], steps: Sequence[float], options: dict[str, Any]
) -> NDArray[Any]:
    """Shift by indexing, which is exact and fast."""
    # On the numbers 0, 1, 2, ... ndimage shows which pixel it would take.
    marked = options | {"order": 0, "cval": -1}
    found = [
        ndimage.shift(np.arange(length, dtype=np.float64), step, **marked)
        for step, length in zip(steps, image.shape, strict=False)
    ]
    shifted = _pick(image, found)
    for axis, index in enumerate(found):
        np.moveaxis(shifted, axis, 0)[index < 0] = options["cval"]
    return shifted


def _gather(
    image: NDArray[Any],
    out: NDArray[Any],
    matrix: NDArray[np.float64],
    origin: NDArray[np.float64],
    options: dict[str, Any],
) -> None:
    """Fill `out` by the pixels, or the means of neighbours, that a matrix leads to."""
    # Behind the last pixel, where its neighbours have weight 0, lies another one.
    padded = np.ascontiguousarray(np.pad(image, (0, 1), mode="edge"))
    pixels = padded.ravel()
    strides = np.array(padded.strides) // padded.itemsize
    rows = max(1, 2**15 * len(out) // out.size)
    # The blocks share their memory, as fresh memory costs more than the arithmetic.
    places = np.empty((3, rows * out[0].size))
    shares = np.empty((2 * image.ndim + 2, rows * out[0].size), _precision(image))
    taken = np.empty(rows * out[0].size, image.dtype)

    def fill(rows: NDArray[np.intp], new: NDArray[Any]) -> None:
        new[...] = options["cval"]
        window = _columns_inside(rows, new.shape, image.shape, matrix, origin)
        new = new[..., window]
        steps = [rows, *map(np.arange, out.shape[1:])]
        grid = np.ix_(*steps[:-1], steps[-1][window])
        place, whole, index, *weights, values = (
            part[: new.size].reshape(new.shape) for part in (*places, *shares, taken)
        )
        inside: Any = True
        for axis, length in enumerate(image.shape):
            # Summed in the order of ndimage, so that rounding errors are the same.
            start: Any = origin[axis]
            for factor, step in zip(matrix[axis, :-1], grid[:-1], strict=True):
                start = start + factor * step
            np.add(start, matrix[axis, -1] * grid[-1], out=place)
            np.clip(place, 0, length - 1, out=whole)
            inside = inside & (whole == place)
            if options["order"] == 0:
                np.floor(np.add(whole, 0.5, out=whole), out=whole)
            else:
                np.floor(whole, out=place)
                whole -= place
                np.subtract(1, whole, out=weights[2 * axis], casting="same_kind")
                np.subtract(1, weights[2 * axis], out=weights[2 * axis + 1])
                whole, place = place, whole
            if axis == 0:
                np.multiply(whole, strides[axis], out=index)
            else:
                index += np.multiply(whole, strides[axis], out=whole)
        corner = index.astype(np.int32 if pixels.size < 2**31 else np.intp)
        if options["order"] == 0:
            np.copyto(
                new, np.take(pixels, corner, out=values, mode="clip"), where=inside
            )
        else:
            sums = _mean_of_neighbours(pixels, corner, strides, weights, values)
            _round_into(sums, new, where=inside)

    every_row = np.arange(len(out))
    fill_by_rows(fill, every_row, out, block_bytes=rows * every_row.itemsize)


def _mean_of_neighbours(
    pixels: NDArray[Any],
    index: NDArray[np.intp],
    strides: NDArray[np.intp],
    weights: Sequence[NDArray[Any]],
    values: NDArray[Any],
) -> NDArray[Any]:
    """Return the sums of 2 pixels along each axis, from `index` on, with weights."""
    *sides, term, sums = weights
    for corner in itertools.product((0, 1), repeat=len(strides)):
        np.take(pixels[np.dot(corner, strides) :], index, out=values, mode="clip")
        target = term if any(corner) else sums
        np.multiply(values, sides[corner[0]], out=target)
        for axis in range(1, len(strides)):
            target *= sides[2 * axis + corner[axis]]
        if target is term:
            sums += term
    return sums


def _columns_inside(
    rows: NDArray[np.intp],
    shape: tuple[int, ...],
    source_shape: tuple[int, ...],
    matrix: NDArray[np.float64],
    origin: NDArray[np.float64],
) -> slice:
    """Return a range of the last axis that holds all whose place is in the image."""
    low, high = 0.0, float(shape[-1])
    corners = np.array([rows[[0, -1]], *([0, n - 1] for n in shape[1:])]).T
    for row, start, length in zip(matrix, origin, source_shape, strict=True):
        ends = np.sort(row * corners, axis=0)[:, :-1].sum(axis=1) + start
        if abs(row[-1]) > 1e-6 and len(shape) > 1:
            edges = np.divide([0 - ends, length - 1 - ends], row[-1])
            low, high = max(low, edges.min() - 1), min(high, edges.max() + 2)
    return slice(int(low), int(max(low, high)))


def _precision(image: NDArray[Any]) -> np.dtype[Any]:
    """Return the type in which to compute: float32 for float32, else float64."""
    return np.dtype(np.float32 if image.dtype == np.float32 else np.float64)


def _suits_matrices(
    image: NDArray[Any], options: dict[str, Any], lengths: Sequence[int]
) -> bool:
    """Tell whether `_sample_by_matrices` is faster, and gives what ndimage gives."""
    shape = image.shape[: len(lengths)]
    if max(math.prod(shape), math.prod(lengths)) < 2**15:
        return False
    # A product with a zero of the matrix would spread NaN. The splines of ndimage are
    # not exact along a short axis, or beyond a border that repeats the last pixel.
    if image.dtype.kind == "f" and not np.isfinite(image).all():
        return False
    long = min(shape) >= 24 and options["mode"] != "nearest"
    return bool(options["order"] < 2 or long)


def _centers(old: int, new: int) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Return where the centres of `new` pixels lie among `old`: pixels and fractions.

    As quotients of integers, which are rounded only once.
    """
    doubled = (2 * np.arange(new, dtype=np.int64) + 1) * old - new
    whole, rest = np.divmod(doubled, 2 * new)
    return whole, rest / (2 * new)


def _band(
    pixel: NDArray[Any],
    fraction: NDArray[np.float64] | float,
    options: dict[str, Any],
    image: NDArray[Any],
    sigma: float = 0,
) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Return the matrix that interpolates at ascending places, in blocks of 16 rows.

    A place is a fraction from 0 to 1 behind a pixel. Block `k` stands for the pixels
    from `starts[k]` on, also beyond the border.
    """
    order = options["order"]
    kind = _precision(image)
    # Splines of even order are centred between two pixels.
    behind = np.broadcast_to(fraction + (0 if order % 2 else 0.5), pixel.shape)
    first = pixel - order // 2 + (behind >= 1)
    part = (behind - (behind >= 1))[:, np.newaxis]
    weights = np.ones((len(pixel), 1))
    for degree in range(1, order + 1):
        tap = np.arange(degree + 1)
        left, right = (np.pad(weights, ((0, 0), one)) for one in ((1, 0), (0, 1)))
        weights = ((part + degree - tap) * left + (1 + tap - part) * right) / degree
    kernel = np.ones(1)
    if order > 1:
        # Pixels farther away hardly count: by 1e-8 for float32, 1e-16 for float64.
        reach = (4 * order + 3) * kind.itemsize // 4
        kernel = ndimage.spline_filter1d(np.arange(-reach, reach + 1) == 0, order)
    if sigma > 0:
        reach = int(4 * sigma + 0.5)
        blur = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
        kernel = np.convolve(kernel, blur / blur.sum())
    taps = np.zeros((len(pixel), order + len(kernel)))
    for number, weight in enumerate(weights.T):
        taps[:, number : number + len(kernel)] += np.outer(weight, kernel)
    start = first.astype(np.intp) - len(kernel) // 2
    starts = start[::16]
    block, row = np.divmod(np.arange(len(pixel))[:, np.newaxis], 16)
    column = (start - starts[block[:, 0]])[:, np.newaxis] + np.arange(taps.shape[1])
    matrices = np.zeros((len(starts), 16, column.max() + 1), kind)
    matrices[block, row, column] = taps
    return starts, matrices


def _sample_by_matrices(
    image: NDArray[Any],
    out: NDArray[Any],
    bands: Sequence[tuple[NDArray[np.intp], NDArray[Any]] | None],
    mode: str,
    slack: float,
) -> None:
    """Fill `out` by the products of the image and a band matrix along each axis."""
    kind = next(band[1].dtype for band in bands if band is not None)

    def fill(rows: NDArray[np.intp], new: NDArray[Any]) -> None:
        window: slice | NDArray[np.intp] = slice(rows[0], rows[-1] + 1)
        if bands[0] is not None:
            starts, matrices = (
                part[rows[0] // 16 : rows[-1] // 16 + 1] for part in bands[0]
            )
            window = _window(
                starts[0], starts[-1] + matrices.shape[2], len(image), mode
            )
        block = np.ascontiguousarray(image[window], kind)
        for axis in reversed(range(1, image.ndim)):
            band = bands[axis]
            if band is not None:
                sums = np.empty((*block.shape[:axis], *out.shape[axis:]), kind)
                block = _multiply_along(band, block, axis, mode, sums)
        if bands[0] is not None:
            direct = new.flags.c_contiguous and new.dtype == kind
            sums = new if direct else np.empty(new.shape, kind)
            block = _multiply_along(
                (starts - starts[0], matrices), block, 0, mode, sums
            )
        if block is not new:
            fill_by_rows(lambda sums, part: _round_into(sums, part, slack), block, new)

    rows = 16 * max(1, int(2**16 * len(out) / max(image.size, out.size)))
    every_row = np.arange(len(out))
    fill_by_rows(fill, every_row, out, block_bytes=rows * every_row.itemsize)


def _window(start: int, stop: int, length: int, mode: str) -> slice | NDArray[np.intp]:
    """Return what takes the pixels from `start` to `stop`, also beyond the border."""
    if start >= 0 and stop <= length:
        return slice(start, stop)
    return _index_inside(np.arange(start, stop), length, mode)


def _multiply_along(
    band: tuple[NDArray[np.intp], NDArray[Any]],
    block: NDArray[Any],
    axis: int,
    mode: str,
    out: NDArray[Any],
) -> NDArray[Any]:
    """Fill `out` by the block times a matrix along an axis, 16 rows at a time."""
    starts, matrices = band
    old, new = (
        array.reshape(math.prod(out.shape[:axis]), array.shape[axis], -1)
        for array in (block, out)
    )
    last = axis == out.ndim - 1
    if last:
        # Matrix products are fastest with both factors row by row.
        matrices = np.ascontiguousarray(matrices.transpose(0, 2, 1))
    # Larger products BLAS would share out to threads, which takes longer than to do.
    step = max(1, 2**18 // matrices[0].size)
    for number, first in enumerate(starts.tolist()):
        window = _window(first, first + band[1].shape[2], old.shape[1], mode)
        part = new[:, 16 * number : 16 * number + 16]
        used = slice(part.shape[1])
        matrix = matrices[number, :, used] if last else matrices[number, used]
        for start in range(0, old.shape[0 if last else 2], step):
            some = slice(start, start + step)
            if last:
                np.matmul(old[some, window, 0], matrix, out=part[some, :, 0])
            else:
                np.matmul(matrix, old[:, window, some], out=part[..., some])
    return out


def _round_into(
    values: NDArray[Any],
    out: NDArray[Any],
    slack: float = 0.0,
    where: NDArray[np.bool_] | bool = True,
) -> None:
    """Write floats; as integers rounded, halves away from zero, and clipped.

    What lacks less than `slack` to a half is taken for one.
    """
    if values is out:
        return
    if out.dtype.kind != "f":
        limits = np.iinfo(out.dtype)
        # The float below one half, which moves no integer up to 2 ** 53.
        half = np.nextafter(0.5, 0) + slack
        values += half if limits.min == 0 else np.copysign(half, values)
        np.clip(values, limits.min, limits.max, out=values)
    np.copyto(out, values, where=where, casting="unsafe")


def _index_inside(index: NDArray[np.intp], length: int, mode: str) -> NDArray[np.intp]:
    """Return the index of the pixel that a border mode shows for any index."""
    if mode == "grid-wrap":
        return index % length
    if mode == "reflect":
        return np.minimum(index % (2 * length), -(index + 1) % (2 * length))
    if mode == "nearest":
        return np.clip(index, 0, length - 1)
    period = max(2 * length - 2, 1)
    return np.minimum(index % period, -index % period)
