"""Find how one image lies on another: shifts, rotations, scales, affine maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import fft, linalg, ndimage

from imgrecipes._checks import (
    check_choice,
    check_finite,
    check_image,
    check_integer,
    check_integers,
    check_mask,
    check_number,
    check_numbers,
    per_axis,
)
from imgrecipes._kernels.fast.bands import weighted_sums
from imgrecipes._kernels.fast.sampling import sample_affine, sample_axes
from imgrecipes._kernels.plain.bands import gaussian_weights

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import ArrayLike, NDArray

_MODELS = ("shift", "rigid", "similarity", "affine")


def find_shift(
    image: ArrayLike, moved: ArrayLike, upsample: int = 20
) -> tuple[NDArray[np.float64], float]:
    r"""Find how far an image has moved, by phase correlation, to 1/20 of a pixel.

    Parameters
    ----------
    image : array_like of bool, integers or floats, at least 1-D
        The image before, without NaN or infinity. All its axes are spatial: turn
        colours grey first.
    moved : array_like of bool, integers or floats, shape of `image`
        The image after.
    upsample : int, default 20
        Number of steps per pixel: 20 gives the shift in steps of 1/20 pixel. At most
        1000, and no more than keep ``(2 * upsample + 1) ** image.ndim``, the number of
        shifts that are compared, below 2**27.

    Returns
    -------
    offset : ndarray of float64, shape (image.ndim,)
        Shift in pixels along each axis, up to half of its length. Positive numbers tell
        that the picture moved down and to the right: ``geometry.shift(image, offset)``
        looks like `moved`, and ``geometry.shift(moved, -offset)`` like `image`.
    quality : float
        The correlation of the two where they overlap, -1 to 1, by
        `overlap_correlation`. Noise lowers it; near 0, the shift means nothing. An
        image without texture has quality 0 and offset 0.

    Raises
    ------
    TypeError, ValueError
        If the shapes differ, an image is empty or holds NaN, or `upsample` is not an
        integer of at least 1, or too large.

    See Also
    --------
    skimage.registration.phase_cross_correlation : the same with its two images swapped,
        for images that wrap around; it weights all frequencies alike.
    cv2.phaseCorrelate : to a fraction by the centre of mass around the peak; columns
        first.
    SimpleITK.FFTNormalizedCorrelation : the normalised correlation at each whole shift.

    Notes
    -----
    A shift :math:`s` multiplies the Fourier transform by :math:`e^{-2 \pi i f s}`. The
    cross spectrum :math:`G \bar F / |G \bar F|` of the two keeps this phase alone; its
    inverse transform is a peak at :math:`s`. A first peak gives whole pixels. The parts
    that both images show are cut out, a little shorter where that makes a length
    without large prime factors, and compared once more; around that peak the transform
    is computed on a grid of 1 / `upsample` pixel by a product with a matrix for each
    axis. As the images are real, half of each spectrum is enough; it is in float32.
    Before each transform the image fades out over an eighth of its length at each end,
    as its ends do not match. A Gaussian of 0.2 cycles per pixel weighs the frequencies,
    the highest of which hold most noise and aliasing.

    Shifts of more than half of an axis are out of reach. In a single row of fewer than
    about 60 pixels, a wrong peak may be the highest now and then. Where the image is
    striped, the shift along the stripes is arbitrary and the quality high all the same.
    Time grows as :math:`N \log N` for :math:`N` pixels, where trying all shifts would
    take :math:`N^2` products.

    Elsewhere: CellProfiler ``Align``.

    References
    ----------
    .. [1] M. Guizar-Sicairos, S. T. Thurman and J. R. Fienup, "Efficient subpixel image
       registration algorithms", Optics Letters 33(2), 156-158, 2008.
    .. [2] H. S. Stone, M. T. Orchard, E.-C. Chang and S. A. Martucci, "A fast direct
       Fourier-based algorithm for subpixel registration of images", IEEE Transactions
       on Geoscience and Remote Sensing 39(10), 2235-2243, 2001.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.registration import find_shift
    >>> image = np.random.default_rng(0).normal(size=(32, 32))
    >>> offset, quality = find_shift(image, np.roll(image, (3, -5), axis=(0, 1)))
    >>> offset.tolist(), round(quality, 2)
    ([3.0, -5.0], 1.0)
    """
    first, second = _check_pair(image, moved)
    most = min(1000, int(2 ** (27 / first.ndim) - 1) // 2)
    upsample = check_integer(upsample, "upsample", low=1, high=most)
    if not (_has_texture(first) and _has_texture(second)):
        return np.zeros(first.ndim), 0.0
    axes = range(first.ndim)
    whole = _find_peak(*_cross_phase((first, second), axes))
    # What both show; the rest of each image would only disturb the fraction.
    low, high = np.maximum(whole, 0), np.maximum(-whole, 0)
    # The largest lengths whose Fourier transform is fast.
    size = [
        next(m for m in range(n, 0, -1) if fft.next_fast_len(m) == m)
        for n in np.array(first.shape) - np.abs(whole)
    ]
    parts = [
        array[tuple(slice(a, a + n) for a, n in zip(start, size, strict=True))]
        for array, start in ((first, high), (second, low))
    ]
    offset = whole.astype(np.float64)
    if all(_has_texture(part) for part in parts):
        phase, lengths = _cross_phase(parts, axes)
        offset += _find_fraction(phase, lengths, 0 * whole, upsample)
    return offset, _quality(first, second, np.eye(first.ndim), offset)


def log_polar(
    image: ArrayLike,
    angles: int = 360,
    radii: int = 180,
    *,
    min_radius: float = 1.0,
    max_radius: float | None = None,
    center: Sequence[float] | None = None,
) -> NDArray[Any]:
    r"""Unroll an image: rows become angles, columns the logarithm of the radius.

    Parameters
    ----------
    image : array_like of bool, integers or floats, shape (rows, columns)
        The image, without NaN or infinity.
    angles : int, default 360
        Number of directions in a full turn. The first points right, the next ones turn
        counterclockwise on a screen that shows row 0 at the top. `angles` times `radii`
        may be up to 2**24, or four times the number of pixels if that is more.
    radii : int, default 180
        Number of radii, at least 2, each larger than the last by the same factor.
    min_radius : float, default 1.0
        The first radius in pixels, above 0.
    max_radius : float, optional
        The last radius in pixels. Default: from the centre to the nearest edge.
    center : sequence of 2 floats, optional
        The centre (row, column) in pixels. Default: the middle of the image.

    Returns
    -------
    ndarray of float32 or float64, shape (angles, radii)
        float32 for float32, else float64, in the unit of the image, by linear
        interpolation and not rounded; 0 outside the image.

    Raises
    ------
    TypeError, ValueError
        If `image` is not 2-D or holds NaN, a number is too small, `angles` and `radii`
        are too large, or `min_radius` is not below `max_radius`.

    See Also
    --------
    skimage.transform.warp_polar : with ``scaling="log"``, from radius 1, clockwise.
    cv2.warpPolar : with ``cv2.WARP_POLAR_LOG``, clockwise, by the logarithm of the
        radius plus 1.

    Notes
    -----
    Pixel :math:`(i, j)` shows the place at the angle :math:`2 \pi i / n` and the radius
    :math:`r_0 (r_1 / r_0)^{j / (m - 1)}`. A rotation about the centre shifts the result
    along its rows, a scale along its columns. Time grows with the pixels of the result.

    References
    ----------
    .. [1] B. S. Reddy and B. N. Chatterji, "An FFT-based technique for translation,
       rotation, and scale-invariant image registration", IEEE Transactions on Image
       Processing 5(8), 1266-1271, 1996.

    Examples
    --------
    >>> from imgrecipes.registration import log_polar
    >>> image = [[0, 7, 0], [3, 0, 1], [0, 5, 0]]
    >>> log_polar(image, angles=4, radii=2, min_radius=0.5).round(6)
    array([[0.5, 1. ],
           [3.5, 7. ],
           [1.5, 3. ],
           [2.5, 5. ]])
    """
    array = check_image(image, ndim=(2,))
    check_finite(array)
    angles = check_integer(angles, "angles", low=1)
    radii = check_integer(radii, "radii", low=2)
    if angles * radii > max(2**24, 4 * array.size):
        raise ValueError(
            f"angles is {angles} and radii is {radii}; allowed is a product of up to "
            f"{max(2**24, 4 * array.size)}"
        )
    inside = [(n - 1) / 2 for n in array.shape] if center is None else center
    middle = np.array(check_numbers(inside, "center", count=2))
    edge = min(*middle, *(np.array(array.shape) - 1 - middle))
    last = check_number(edge if max_radius is None else max_radius, "max_radius")
    first = check_number(min_radius, "min_radius")
    if not 0 < first < last:
        raise ValueError(
            f"min_radius is {first}; allowed is above 0 and below max_radius, {last}"
        )
    angle = np.arange(angles)[:, np.newaxis] * (2 * np.pi / angles)
    radius = np.geomspace(first, last, radii)
    places = [middle[0] - radius * np.sin(angle), middle[1] + radius * np.cos(angle)]
    kind = np.float32 if array.dtype == np.float32 else np.float64
    polar: NDArray[Any] = ndimage.map_coordinates(
        array.astype(kind), places, order=1, mode="constant"
    )
    return polar


def find_rotation(
    image: ArrayLike, moved: ArrayLike
) -> tuple[float, float, NDArray[np.float64], float]:
    r"""Find a rotation, a scale and a shift, by spectra in log-polar form.

    Parameters
    ----------
    image : array_like of bool, integers or floats, shape (rows, columns)
        The image before, without NaN or infinity.
    moved : array_like of bool, integers or floats, shape of `image`
        The image after.

    Returns
    -------
    angle : float
        Rotation in degrees, above -180 to 180. Positive: `moved` is turned
        counterclockwise, as by ``geometry.rotate(image, angle)``.
    scale : float
        Magnification; above 1 `moved` is the larger picture.
    offset : ndarray of float64, shape (2,)
        Shift of the image's middle in pixels; positive numbers point down and to the
        right. `similarity_map` makes a map of the three.
    quality : float
        The correlation of the two where they overlap, -1 to 1, by
        `overlap_correlation`. Near 0, the result means nothing. An image without
        texture has quality 0, angle 0, scale 1 and offset 0.

    Raises
    ------
    TypeError, ValueError
        If the shapes differ, or an image is not 2-D, is empty or holds NaN.

    See Also
    --------
    skimage.registration.phase_cross_correlation : finds the shift of two images made by
        ``skimage.transform.warp_polar``.
    cv2.phaseCorrelate : the same for images made by ``cv2.warpPolar``.
    SimpleITK.ImageRegistrationMethod : by optimisation, with a
        ``SimpleITK.Similarity2DTransform``.

    Notes
    -----
    The amplitude of the Fourier transform does not feel a shift. It turns with the
    image, and shrinks by :math:`a` where the image grows by :math:`a`. In `log_polar`
    form both are shifts, of rows by the angle, of columns by :math:`-\log a`, and
    phase correlation finds them. Images fade out by a Hann window first. The logarithm
    of the amplitude is taken, so that all frequencies have a say, not the lowest only.

    The amplitude is the same after half a turn, so both angles are tried: the shift is
    found for each, and the better correlation wins. Use it for scales from 0.5 to 2 and
    images that share most of what they show; larger scales leave too little in common.
    `register` refines the result. Time grows as :math:`N \log N` for :math:`N` pixels.

    References
    ----------
    .. [1] B. S. Reddy and B. N. Chatterji, "An FFT-based technique for translation,
       rotation, and scale-invariant image registration", IEEE Transactions on Image
       Processing 5(8), 1266-1271, 1996.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.registration import find_rotation
    >>> image = np.random.default_rng(0).normal(size=(64, 64))
    >>> angle, scale, offset, quality = find_rotation(image, np.rot90(image))
    >>> round(angle), round(scale, 2), offset.tolist(), round(quality, 2)
    (90, 1.0, [0.0, 0.0], 1.0)
    """
    first, second = _check_pair(image, moved, ndim=(2,))
    if not (_has_texture(first) and _has_texture(second)):
        return 0.0, 1.0, np.zeros(2), 0.0
    size = max(*first.shape, 16)
    spectra = [_log_polar_spectrum(array, size) for array in (first, second)]
    # The angle goes round, so that a window would only lose what it shows.
    phase, lengths = _cross_phase(spectra, axes=(1,))
    peak = _find_peak(phase, lengths)
    turn, stretch = _find_fraction(phase, lengths, peak, upsample=20)
    angle = turn * 180 / spectra[0].shape[0]
    scale = float(16 ** (-stretch / (size - 1)))
    # A spectrum looks the same upside down: only the images tell which way is up.
    found = []
    for candidate in (angle, angle - 180 if angle > 0 else angle + 180):
        matrix, origin = similarity_map(first.shape, candidate, scale)
        upright = ndimage.affine_transform(
            second, matrix, origin, order=1, cval=second.mean()
        )
        offset = matrix @ find_shift(first, upright)[0]
        quality = _quality(first, second, matrix, origin + offset)
        found.append((quality, float(candidate), offset))
    quality, angle, offset = max(found, key=lambda entry: entry[0])
    return angle, scale, offset, quality


def similarity_map(
    shape: Sequence[int],
    angle: float = 0.0,
    scale: float = 1.0,
    offset: float | Sequence[float] = 0.0,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""Matrix and offset of a rotation and a scale about the middle, then a shift.

    Parameters
    ----------
    shape : sequence of 2 ints
        Rows and columns of the image, in pixels; they tell its middle.
    angle : float, default 0.0
        Rotation in degrees; positive turns counterclockwise on a screen that shows row
        0 at the top.
    scale : float, default 1.0
        Magnification, from 1e-100 to 1e100.
    offset : float or sequence of 2 floats, default 0.0
        Shift in pixels; positive numbers point down and to the right.

    Returns
    -------
    matrix : ndarray of float64, shape (2, 2)
        The linear part of the map.
    origin : ndarray of float64, shape (2,)
        The place in pixels to which the map moves pixel (0, 0).

    Raises
    ------
    TypeError, ValueError
        If `shape` is not 2 lengths, a number is not finite, or `scale` is too small or
        too large.

    See Also
    --------
    skimage.transform.SimilarityTransform : the same of (column, row), about the origin.
    cv2.getRotationMatrix2D : angle and scale about a centre, of (column, row).
    SimpleITK.Similarity2DTransform : the same, with a centre, in the units of voxels.

    Notes
    -----
    A point :math:`r` of the picture moves to :math:`M r + b = c + d + a R (r - c)`,
    with the middle :math:`c`, the offset :math:`d`, the scale :math:`a` and
    :math:`R = \begin{pmatrix} \cos\alpha & -\sin\alpha \\ \sin\alpha & \cos\alpha
    \end{pmatrix}`. As `geometry.warp_affine` takes the inverse map,
    ``warp_affine(moved, matrix, origin)`` undoes the motion, and the inverse,
    ``inverse = np.linalg.inv(matrix)``, makes it:
    ``warp_affine(image, inverse, -inverse @ origin)``.

    References
    ----------
    .. [1] George Wolberg, "Digital Image Warping", IEEE Computer Society Press, 1990.

    Examples
    --------
    A quarter turn brings the upper left pixel of 3 by 3 to the lower left:

    >>> from imgrecipes.registration import similarity_map
    >>> matrix, origin = similarity_map((3, 3), angle=90)
    >>> matrix.round().astype(int).tolist(), origin.round().astype(int).tolist()
    ([[0, -1], [1, 0]], [2, 0])
    """
    lengths = check_integers(shape, "shape", 1, np.iinfo(np.intp).max, count=2)
    scale = check_number(scale, "scale", 1e-100, 1e100)
    steps = [check_number(step, "offset") for step in per_axis(offset, "offset", 2)]
    turn = np.deg2rad(check_number(angle, "angle"))
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    matrix = np.array([[cos, -sin], [sin, cos]])
    center = (np.array(lengths) - 1) / 2
    return matrix, center + steps - matrix @ center


def register(
    image: ArrayLike,
    moved: ArrayLike,
    model: str = "rigid",
    *,
    start: tuple[ArrayLike, ArrayLike] | None = None,
    mask: ArrayLike | None = None,
    moved_mask: ArrayLike | None = None,
    levels: int | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    r"""Find the map from one image to another by optimisation, coarse to fine.

    Parameters
    ----------
    image : array_like of bool, integers or floats, at least 1-D
        The image before, without NaN or infinity. All its axes are spatial: turn
        colours grey first.
    moved : array_like of bool, integers or floats, shape of `image`
        The image after.
    model : {'rigid', 'shift', 'similarity', 'affine'}, default 'rigid'
        What may happen: rotation and shift; shift only; rotation, shift and one scale;
        any linear map and shift.
    start : tuple of matrix and offset, optional
        Where to start, such as from `similarity_map`. The result is this map after one
        of the model. Default: nothing moved.
    mask : array_like of bool, shape of `image`, optional
        Which pixels of `image` count. Default: all.
    moved_mask : array_like of bool, shape of `moved`, optional
        Which pixels of `moved` count. Default: all. What lies outside the frame of
        `moved` never counts.
    levels : int, optional
        Number of resolutions, each half of the next. Default: as many as leave at least
        32 pixels along the shortest axis.

    Returns
    -------
    matrix : ndarray of float64, shape (image.ndim, image.ndim)
        The point :math:`r` of `image` lies at ``matrix @ r + offset`` in `moved`, so
        that ``geometry.warp_affine(moved, matrix, offset)`` looks like `image`.
    offset : ndarray of float64, shape (image.ndim,)
        See `matrix`, in pixels.
    quality : float
        The correlation of the two where they overlap, -1 to 1, by
        `overlap_correlation`. Near 0, the map means nothing. If one image has no
        texture, the start is returned, with quality 0.

    Raises
    ------
    TypeError, ValueError
        If the shapes differ, an image is empty or holds NaN, a mask is not boolean or
        holds no pixel, `model` is unknown, `start` or `levels` does not fit, or the
        matrix in `start` has no inverse.

    See Also
    --------
    SimpleITK.ImageRegistrationMethod : many transforms, metrics and optimisers.
    cv2.findTransformECC : maximises the same correlation, on one level.
    skimage.registration.optical_flow_tvl1 : a shift for each pixel.
    scipy.optimize.least_squares : minimises sums of squares in general.

    Notes
    -----
    With the moved image read at :math:`M r + b`, both are shifted and scaled to mean 0
    and sum of squares 1 over the overlap, so that brightness and contrast do not count.
    The sum of squares of their difference, :math:`2 - 2 \varrho` for the correlation
    :math:`\varrho`, is minimised by the Gauss-Newton method, whose steps grow while
    they win what the slopes promise, and shrink when they do not. The slopes are those
    of the moved image times what the parameters move each pixel, so that a step reads
    the moved image once; a level takes at most 10. The map is
    :math:`M = M_0 \exp(\sum_k p_k G_k / R)` about the middle of the image;
    the generators :math:`G_k` make up the model. With the distance :math:`R` from the
    middle to the corner, all parameters are in pixels.

    Each level starts where the one before, of half its resolution, has ended. Level
    :math:`k` keeps every :math:`2^k`-th pixel after a Gaussian blur of
    :math:`2^k / 2` pixels. The optimiser walks downhill, so that the start has to be
    nearer than the size of what is seen at the coarsest level: start from `find_shift`
    or `find_rotation` if it is not. Time grows with the number of pixels times that of
    parameters.

    Elsewhere: ImageJ ``Plugins > Registration > Register Virtual Stack Slices``;
    CellProfiler ``Align``.

    References
    ----------
    .. [1] P. Thévenaz, U. E. Ruttimann and M. Unser, "A pyramid approach to subpixel
       registration based on intensity", IEEE Transactions on Image Processing 7(1),
       27-41, 1998.
    .. [2] B. D. Lucas and T. Kanade, "An iterative image registration technique with an
       application to stereo vision", Proceedings of the 7th International Joint
       Conference on Artificial Intelligence, 674-679, 1981.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import ndimage
    >>> from imgrecipes.registration import register
    >>> image = ndimage.gaussian_filter(np.random.default_rng(0).random((64, 64)), 4)
    >>> moved = ndimage.rotate(image, 5, reshape=False, mode="reflect")
    >>> matrix, offset, quality = register(image, moved, model="rigid")
    >>> float(np.rad2deg(np.arcsin(matrix[1, 0])).round(1)), round(quality, 2)
    (5.0, 1.0)
    """
    first, second = _check_pair(image, moved)
    ndim = first.ndim
    generators = _generators(check_choice(model, "model", _MODELS), ndim)
    fixed = first, _check_weights(mask, "mask", first.shape)
    moving = second, _check_weights(moved_mask, "moved_mask", first.shape)
    given: Any = (np.eye(ndim), 0) if start is None else start
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise TypeError(f"start is {start!r}; it must hold a matrix and an offset")
    matrix, offset = _check_map(given, ndim, ("start[0]", "start[1]"))
    if np.linalg.matrix_rank(matrix) < ndim:
        raise ValueError(f"start[0] is {matrix.tolist()}; it has no inverse")
    most = min(first.shape).bit_length()
    wanted = max(1, most - 5) if levels is None else levels
    levels = check_integer(wanted, "levels", 1, most)
    if not all(_has_texture(array[counts > 0]) for array, counts in (fixed, moving)):
        return matrix, offset, 0.0
    for step in [2**level for level in reversed(range(levels))]:
        pair = _coarser(*fixed, step), _coarser(*moving, step)
        matrix, offset = _refine(pair, matrix, offset / step, generators)
        offset = offset * step
    counts = fixed[1], moving[1]
    return matrix, offset, _quality(first, second, matrix, offset, counts=counts)


def overlap_correlation(
    image: ArrayLike,
    moved: ArrayLike,
    matrix: ArrayLike,
    offset: ArrayLike = 0,
    *,
    mask: ArrayLike | None = None,
    moved_mask: ArrayLike | None = None,
    min_share: float = 0.1,
) -> float:
    r"""Correlation of two images where they overlap under a map.

    Parameters
    ----------
    image : array_like of bool, integers or floats, at least 1-D
        The image before, without NaN or infinity.
    moved : array_like of bool, integers or floats, shape of `image`
        The image after.
    matrix : array_like of numbers, shape (image.ndim, image.ndim)
        The point :math:`r` of `image` lies at ``matrix @ r + offset`` in `moved`, in
        pixels; ``np.eye(2)`` for a shift of a 2-D image.
    offset : float or sequence of floats, default 0
        See `matrix`, in pixels.
    mask, moved_mask : array_like of bool, shapes of the images, optional
        Which pixels of each image count. Default: all.
    min_share : float, default 0.1
        Share of all pixels that must overlap, 0 to 1.

    Returns
    -------
    float
        From -1 (a negative) by 0 (nothing in common) to 1 (equal up to brightness and
        contrast). 0 if too little overlaps, or if one of the parts has no texture.

    Raises
    ------
    TypeError, ValueError
        If the shapes differ, an image is empty or holds NaN, a mask is not boolean or
        holds no pixel, or a number is not allowed.

    See Also
    --------
    numpy.corrcoef : the same for all pixels of two images.
    skimage.measure.pearson_corr_coeff : the same within a mask, and its p-value.
    cv2.matchTemplate : for a small image at all places of a large one, with
        ``cv2.TM_CCOEFF_NORMED``.
    SimpleITK.MaskedFFTNormalizedCorrelation : at all whole shifts, with masks.

    Notes
    -----
    :math:`\varrho = \sum (f - \bar f)(g - \bar g) / \sqrt{\sum (f - \bar f)^2 \sum
    (g - \bar g)^2}` over the pixels of `image` that count and whose place in `moved`
    lies in its frame and mask; :math:`g` is read there by a cubic spline.

    Noise of variance :math:`v` on both pictures of variance :math:`s` leaves at most
    :math:`s / (s + v)`. Pictures that have only coarse features in common, such as a
    bright sky above a dark ground, correlate without fitting. Time grows with the
    number of pixels.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed.,
       Pearson, 2018, section 12.3.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.registration import overlap_correlation
    >>> image = np.array([[1, 5, 2, 8], [3, 1, 4, 1]])
    >>> moved = 100 - 2 * np.roll(image, 1, axis=1)
    >>> round(overlap_correlation(image, moved, np.eye(2), (0, 1)), 6)
    -1.0
    """
    first, second = _check_pair(image, moved)
    min_share = check_number(min_share, "min_share", 0, 1)
    back, origin = _check_map((matrix, offset), first.ndim)
    counts = tuple(
        None if array is None else _check_weights(array, name, first.shape)
        for array, name in ((mask, "mask"), (moved_mask, "moved_mask"))
    )
    return _quality(first, second, back, origin, counts=counts, min_share=min_share)


def _check_pair(
    image: ArrayLike, moved: ArrayLike, ndim: Collection[int] = ()
) -> list[NDArray[np.float64]]:
    """Return both images as floats up to 1 in size, if they have one shape."""
    pair = []
    for values, name in ((image, "image"), (moved, "moved")):
        array = check_image(values, name, ndim)
        check_finite(array, name)
        if array.ndim == 0:
            raise ValueError(f"{name} is a single number; it needs an axis")
        # Short numbers fit float32, which takes half of the time.
        kind = np.float32 if np.can_cast(array.dtype, np.float32) else np.float64
        # No result depends on the unit, and products could overflow.
        largest = max(float(array.max()), -float(array.min()))
        pair.append(np.divide(array, largest or 1.0, dtype=kind))
    if pair[0].shape != pair[1].shape:
        raise ValueError(
            f"moved has shape {pair[1].shape}; it must have that of image, "
            f"{pair[0].shape}"
        )
    return pair


def _check_weights(
    mask: ArrayLike | None, name: str, shape: tuple[int, ...]
) -> NDArray[np.float64]:
    """Return the mask as weights of 0 and 1; without a mask, all 1."""
    if mask is None:
        return np.ones(shape)
    array = check_mask(mask, name)
    if array.shape != shape:
        raise ValueError(
            f"{name} has shape {array.shape}; it must have that of the image, {shape}"
        )
    if not array.any():
        raise ValueError(f"{name} is False everywhere; it needs a pixel that counts")
    return array.astype(np.float64)


def _check_map(
    given: Sequence[Any], ndim: int, names: tuple[str, str] = ("matrix", "offset")
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return matrix and offset as floats, if they fit the number of axes."""
    array = check_image(given[0], names[0], ndim=(2,)).astype(np.float64)
    check_finite(array, names[0], 1e300)
    if array.shape != (ndim, ndim):
        raise ValueError(
            f"{names[0]} has shape {array.shape}; it must have a row and a column for "
            f"each axis of the image, {(ndim, ndim)}"
        )
    steps = [
        check_number(step, names[1]) for step in per_axis(given[1], names[1], ndim)
    ]
    return array, np.array(steps)


def _lies_inside(
    shape: tuple[int, ...], matrix: NDArray[np.float64], origin: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Tell which pixels a map moves to places in the frame."""
    inside = np.ones(shape, bool)
    for row, start, length in zip(matrix, origin, shape, strict=True):
        place = start
        for factor, index in zip(row, np.ogrid[*map(slice, shape)], strict=True):
            # Where a map only shifts, places are a row or a column.
            if factor != 0:
                place = place + factor * index
        inside &= (place >= 0) & (place <= length - 1)
    return inside


def _quality(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    matrix: NDArray[np.float64],
    origin: NDArray[np.float64],
    *,
    counts: Sequence[NDArray[np.float64] | None] = (None, None),
    min_share: float = 0.1,
) -> float:
    """Return the correlation where enough of both is seen and counts, else 0."""
    seen = _lies_inside(first.shape, matrix, origin)
    fixed, moving = counts
    if fixed is not None:
        seen &= fixed > 0
    if moving is not None and seen.any():
        linear = 1, "constant", 0.0
        seen &= sample_affine(moving, matrix, origin, moving.shape, linear) > 0.999
    if seen.mean() < min_share:
        return 0.0
    return _correlate(first, second, seen, matrix, origin)


def _correlate(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    seen: NDArray[np.bool_],
    matrix: NDArray[np.float64],
    origin: NDArray[np.float64],
) -> float:
    """Return the correlation of two images over the pixels that are seen in both."""
    if not seen.any():
        return 0.0
    if np.array_equal(matrix, np.eye(first.ndim)):
        # Without a turn, each axis is read on its own, whole shifts without rounding.
        whole = all(step % 1 == 0 for step in origin)
        source = second if whole else second.astype(np.float32, copy=False)
        places = [(1.0, step) for step in origin.tolist()]
        spline = 1 if whole else 3, "constant", 0.0
        warped = sample_axes(source, places, source.shape, spline, False)
    else:
        cubic = 3, "constant", 0.0
        warped = sample_affine(second, matrix, origin, second.shape, cubic)
    # To pick pixels takes longer than all the sums.
    part: Any = ... if seen.all() else seen
    one, two = (array[part].ravel().astype(np.float64) for array in (first, warped))
    one -= one.mean()
    two -= two.mean()
    square, other = one @ one, two @ two
    if min(square, other) <= 1e-24 * one.size:
        return 0.0
    return float(np.clip(one @ two / np.sqrt(square) / np.sqrt(other), -1, 1))


def _has_texture(values: NDArray[np.float64]) -> bool:
    """Tell whether values of size 1 differ by more than rounding."""
    return bool(np.ptp(values) > 1e-12)


def _cross_phase(
    pair: Sequence[NDArray[np.float64]], axes: Sequence[int]
) -> tuple[NDArray[np.complex64], Sequence[int]]:
    """Return the phases by which the spectra differ; `axes` have ends to fade out.

    The images are real, so that half of the last axis tells all; the full lengths are
    returned too.
    """
    lengths = pair[0].shape
    spectra = []
    values = np.empty(lengths, np.float32)
    for array in pair:
        values[...] = array - float(array.mean(dtype=np.float64))
        for axis in axes:
            length = lengths[axis]
            edge = np.minimum(np.arange(1, length + 1), np.arange(length, 0, -1))
            fade = np.sin(np.pi / 2 * np.minimum(edge / (length / 8 + 1), 1)) ** 2
            values *= _along(fade.astype(np.float32), axis, array.ndim)
        spectra.append(fft.rfftn(values, overwrite_x=True))
    phase: NDArray[np.complex64] = spectra[1]
    phase *= np.conj(spectra[0], out=spectra[0])
    factor = np.abs(phase)
    # Where there is nothing but rounding, the phase is noise.
    factor += 1e-12 * factor.max() + np.finfo(np.float32).tiny
    np.reciprocal(factor, out=factor)
    for axis, (length, kept) in enumerate(zip(lengths, phase.shape, strict=True)):
        weight = np.exp(-0.5 * (fft.fftfreq(length)[:kept] / 0.2) ** 2)
        factor *= _along(weight.astype(np.float32), axis, phase.ndim)
    phase *= factor
    return phase, lengths


def _along(values: NDArray[np.float64], axis: int, ndim: int) -> NDArray[np.float64]:
    """Return the values along one axis of an array of so many axes."""
    return np.expand_dims(values, [other for other in range(ndim) if other != axis])


def _find_peak(
    phase: NDArray[np.complex64], lengths: Sequence[int]
) -> NDArray[np.intp]:
    """Return the shift in whole pixels, up to half of each axis."""
    correlation = fft.irfftn(phase, lengths)
    peak = np.array(np.unravel_index(correlation.argmax(), correlation.shape))
    half = np.array(lengths) // 2
    whole: NDArray[np.intp] = (peak + half) % lengths - half
    return whole


def _find_fraction(
    phase: NDArray[np.complex64],
    lengths: Sequence[int],
    peak: NDArray[np.intp],
    upsample: int,
) -> NDArray[np.float64]:
    """Return the place of the highest correlation within a pixel of the peak."""
    values: NDArray[Any] = phase
    grids = []
    for axis, (length, start) in enumerate(zip(lengths, peak, strict=True)):
        reach = upsample if length > 1 else 0
        grid = start + np.arange(-reach, reach + 1) / upsample
        kept = fft.fftfreq(length)[: phase.shape[axis]]
        waves = np.exp(2j * np.pi * np.outer(kept, grid))
        if axis == phase.ndim - 1:
            # The half of this axis that is left out adds as much again.
            waves[1 : (length + 1) // 2] *= 2
        # The first axis is summed up and its grid becomes the last axis.
        values = np.tensordot(values, waves.astype(np.complex64), axes=(0, 0))
        grids.append(grid)
    best = np.unravel_index(values.real.argmax(), values.shape)
    return np.array([grid[index] for grid, index in zip(grids, best, strict=True)])


def _log_polar_spectrum(image: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Return the spectrum's log amplitude over half a turn and a 16-fold radius."""
    window = np.outer(*(np.hanning(length + 2)[1:-1] for length in image.shape))
    amplitude = np.abs(fft.fft2((image - image.mean()) * window, (size, size)))
    level = fft.fftshift(np.log(amplitude + 1e-6 * amplitude.max()))
    radius = (size - 1) // 2
    polar = log_polar(
        level,
        angles=2 * size,
        radii=size,
        min_radius=radius / 16,
        max_radius=radius,
        center=(size // 2, size // 2),
    )
    return polar[:size]


def _generators(model: str, ndim: int) -> NDArray[np.float64]:
    """Return the matrices whose exponentials make up the model."""
    units = np.eye(ndim * ndim).reshape(-1, ndim, ndim)
    if model == "affine":
        return units
    pairs = [(i, j) for i in range(ndim) for j in range(i)]
    skew = [units[i * ndim + j] - units[j * ndim + i] for i, j in pairs]
    chosen = {"shift": [], "rigid": skew, "similarity": [*skew, np.eye(ndim)]}
    return np.array(chosen[model]).reshape(-1, ndim, ndim)


def _coarser(
    image: NDArray[np.float64], weights: NDArray[np.float64], step: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return every pixel in so many of the image, blurred, and of the weights."""
    part = (slice(None, None, step),) * image.ndim
    kernel = [gaussian_weights(step / 2)] * image.ndim
    if weights.all():
        return weighted_sums(image, kernel)[part], weights[part]
    total = weighted_sums(weights, kernel)
    mean = weighted_sums(image * weights, kernel)
    blurred = np.divide(mean, total, out=np.zeros_like(mean), where=total > 1e-3)
    return blurred[part], (weights * (total > 1e-3))[part]


def _refine(
    pair: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]],
    matrix: NDArray[np.float64],
    offset: NDArray[np.float64],
    generators: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the map near this one that brings two images with weights together."""
    fixed = pair[0]
    # Weights that fade to 0 across the edge keep the sum of squares continuous.
    moving = np.pad(pair[1][0], 1, mode="edge"), np.pad(pair[1][1], 1)
    ndim = len(offset)
    center = (np.array(fixed[0].shape) - 1) / 2
    radius = max(float(np.linalg.norm(center)), 1.0)
    units = [
        (np.arange(n) - c) / radius for n, c in zip(fixed[0].shape, center, strict=True)
    ]
    best = _differ(fixed, moving, matrix, offset)
    reach = 1.0
    # Images that fit need fewer steps; others should not be led far away.
    for _ in range(10):
        normal, downhill = _slope(best[1:], matrix, np.ix_(*units), generators)
        moves = np.linalg.lstsq(normal, downhill, rcond=1e-9)[0]
        length = float(np.linalg.norm(moves))
        moves *= min(1.0, reach / max(length, 1e-9))
        expected = moves @ (2 * downhill - normal @ moves)
        # The map after these moves, in pixels, about the centre.
        change = linalg.expm(np.tensordot(moves[ndim:], generators, 1) / radius)
        shifted = offset + moves[:ndim] + matrix @ (center - change @ center)
        found = _differ(fixed, moving, matrix @ change, shifted)
        gain = best[0] - found[0]
        if gain > 0:
            matrix, offset, best = matrix @ change, shifted, found
        # Steps may grow while the images change as the slopes tell.
        if gain > 0.75 * expected:
            reach = max(reach, 2 * min(length, reach))
        elif gain < 0.25 * expected:
            reach = min(length, reach) / 4
        if min(length, reach) < 1e-3 or 0 < gain < 1e-4 * best[0]:
            break
    return matrix, offset


def _differ(
    fixed: tuple[NDArray[np.float64], NDArray[np.float64]],
    moving: tuple[NDArray[np.float64], NDArray[np.float64]],
    matrix: NDArray[np.float64],
    origin: NDArray[np.float64],
) -> tuple[float, NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return how much two images with weights differ, normalised, and by what.

    `moving` has a margin of a pixel. What is returned are the sum of squares, the moved
    image, the roots of the weights, and the two normalised images times them.
    """
    place, shape = origin + 1, fixed[0].shape
    linear = 1, "constant", 0.0
    seen = fixed[1] * sample_affine(moving[1], matrix, place, shape, linear)
    # Beyond the frame the last pixel goes on, so that there is no edge in the slopes.
    going_on = 1, "nearest", 0.0
    moved = sample_affine(moving[0], matrix, place, shape, going_on)
    root = np.sqrt(seen, out=seen)
    images = np.stack([fixed[0], moved])
    if np.mean(root**2) < 0.05:
        # As bad as a negative, so that no step leads out of the frame.
        return 4.0, moved, root, 0 * images
    unit = (root / np.sqrt(np.vdot(root, root))).ravel()
    flat = images.reshape(2, -1)
    flat *= root.ravel()
    flat -= np.outer(flat @ unit, unit)
    norms = np.sqrt(np.einsum("ij,ij->i", flat, flat))
    flat *= np.where(norms > 1e-12, 1 / np.maximum(norms, 1e-12), 0)[:, np.newaxis]
    return float(np.sum((images[0] - images[1]) ** 2)), moved, root, images


def _slope(
    found: tuple[NDArray[Any], NDArray[Any], NDArray[Any]],
    matrix: NDArray[np.float64],
    units: Sequence[NDArray[np.float64]],
    generators: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the matrix and the right side of the equations of Gauss and Newton."""
    moved, root, images = found
    ndim = moved.ndim
    along = [
        root * np.gradient(moved, axis=axis) if n > 1 else 0 * root
        for axis, n in enumerate(moved.shape)
    ]
    back = np.linalg.inv(matrix)
    slopes = np.empty((ndim + len(generators), moved.size), moved.dtype)
    for number, slope in enumerate(slopes.reshape(-1, *moved.shape)):
        weights = back[:, number] if number < ndim else np.zeros(ndim)
        factors: list[Any] = list(weights)
        if number >= ndim:
            factors = [
                sum(g * unit for g, unit in zip(row, units, strict=True) if g != 0)
                for row in generators[number - ndim]
            ]
        slope[...] = sum(f * part for f, part in zip(factors, along, strict=True))
    one, two = images.reshape(2, -1)
    # Brightness and contrast may change freely: those directions do not count.
    free = np.stack([root.ravel() / (np.sqrt(np.vdot(root, root)) or 1.0), two])
    norm = ((root * moved).ravel() @ two) or 1.0
    inner = slopes @ free.T
    normal = (slopes @ slopes.T - inner @ inner.T) / norm**2
    downhill = (slopes @ (one - two) - inner @ (free @ (one - two))) / norm
    return normal.astype(np.float64), downhill.astype(np.float64)
