"""Find what stands out: gradients, edges, corners, blobs."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import fft, ndimage, sparse, spatial

from imgrecipes._checks import (
    BORDER_MODES,
    check_choice,
    check_finite,
    check_flag,
    check_image,
    check_integer,
    check_number,
    check_numbers,
)
from imgrecipes._kernels.fast.bands import weighted_sums
from imgrecipes._kernels.fast.blocks import fill_by_rows
from imgrecipes._kernels.fast.pieces import keep_touched
from imgrecipes._kernels.fast.slopes import keep_crests, sobel
from imgrecipes._kernels.plain.bands import gaussian_weights
from imgrecipes.morphology import dilate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


def sobel_gradient(image: ArrayLike, *, mode: str = "reflect") -> NDArray[np.float64]:
    r"""Slope of the grey levels along each axis, by Sobel's filter.

    Parameters
    ----------
    image : array_like of bool, integers or floats, 1-D to 3-D
        The grey image, without NaN or infinity, up to 1e300 in magnitude. Of a colour
        image take the grey levels first, as its last axis would count as a direction
        in space.
    mode : {'reflect', 'mirror', 'nearest', 'wrap', 'constant'}, default 'reflect'
        What lies beyond the border; 0 if 'constant'.

    Returns
    -------
    ndarray of float64, shape (image.ndim,) + shape of `image`
        Grey levels per pixel: ``gradient[0]`` down the rows, ``gradient[1]`` along the
        columns, or planes, rows and columns. A ramp that rises by 1 from pixel to pixel
        has the gradient 1; at its ends, where the border reflects it, one half.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, of more than three axes, too large or holds NaN, or `mode`
        is unknown.

    See Also
    --------
    scipy.ndimage.sobel : one axis; in 2-D 8 times as large, and integers wrap around.
    skimage.filters.sobel_h : down the rows, twice as large; ``sobel_v`` is the other.
    skimage.filters.sobel : one axis of many, with ``axis``; twice as large.
    cv2.Sobel : one axis, 8 times as large for ``ksize=3`` and ``scale=1``.
    SimpleITK.GradientMagnitude : the magnitude, by central differences.

    Notes
    -----
    Along its own axis each component is the central difference
    :math:`(g_{i+1} - g_{i-1}) / 2`, along all others an average with the weights
    :math:`\frac{1}{4}, \frac{1}{2}, \frac{1}{4}`, which takes some of the noise away.
    Of a wave of :math:`f` periods per pixel along the axis, the slope comes out as
    :math:`\sin(2 \pi f) / (2 \pi f)` of the truth: 99 % at 25 pixels per period, 64 %
    at 4.

    Elsewhere: ImageJ ``Process > Find Edges``; CellProfiler ``EnhanceEdges``.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed.,
       Pearson, 2018, section 10.2.

    Examples
    --------
    >>> from imgrecipes.features import sobel_gradient
    >>> down, right = sobel_gradient([[0, 3, 6, 9], [0, 3, 6, 9], [0, 3, 6, 9]])
    >>> right[1].tolist()
    [1.5, 3.0, 3.0, 1.5]
    >>> down.any()
    np.False_
    """
    array = check_image(image, ndim=(1, 2, 3))
    check_finite(array, largest=1e300)
    check_choice(mode, "mode", BORDER_MODES)
    # What NumPy calls these borders; next to the edge, 'reflect' repeats it.
    return sobel(array, mode)


def magnitude_and_direction(
    gradient: ArrayLike,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""How steep an image is, and which way it rises.

    Parameters
    ----------
    gradient : array_like of numbers, shape (2, rows, columns)
        Slope down the rows and along the columns, as from `sobel_gradient`, up to 1e150
        in magnitude.

    Returns
    -------
    magnitude : ndarray of float64, shape (rows, columns)
        Slope in the direction of steepest rise, in the unit of `gradient`.
    direction : ndarray of float64, shape (rows, columns)
        Direction of steepest rise in degrees, above -180 to 180, counterclockwise on a
        screen that shows row 0 at the top: 0 to the right, 90 up. It is 0 where the
        magnitude is 0.

    Raises
    ------
    TypeError, ValueError
        If `gradient` is empty, has another shape, is too large or holds NaN.

    See Also
    --------
    sobel_gradient : makes the gradient.
    skimage.filters.sobel : a magnitude, the root mean square over the axes.
    cv2.cartToPolar : the same from columns and rows; its angles run clockwise, and are
        off by up to 0.01 degrees.
    SimpleITK.VectorMagnitude : the magnitude of such a field.
    SimpleITK.SobelEdgeDetection : the magnitude from the image, 8 times as large.

    Notes
    -----
    With slopes :math:`g_r` and :math:`g_c`, the magnitude is
    :math:`\sqrt{g_r^2 + g_c^2}` and the direction is that of the vector
    :math:`(g_c, -g_r)`; the minus stands because rows are counted downwards. An edge
    runs across this direction. In a volume, ``numpy.linalg.norm(gradient, axis=0)`` is
    the magnitude. The square root takes a fraction of the time of ``numpy.hypot``.
    Time grows with the number of pixels.

    Elsewhere: ImageJ ``Process > Find Edges``; CellProfiler ``EnhanceEdges``.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed.,
       Pearson, 2018, section 10.2.

    Examples
    --------
    >>> from imgrecipes.features import magnitude_and_direction
    >>> down, right = [[3, 0, -3]], [[4, -2, 0]]
    >>> magnitude, direction = magnitude_and_direction([down, right])
    >>> magnitude.tolist(), direction.round(1).tolist()
    ([[5.0, 2.0, 3.0]], [[-36.9, 180.0, 90.0]])
    """
    slopes = check_image(gradient, "gradient", ndim=(3,))
    if slopes.shape[0] != 2:
        raise ValueError(
            f"gradient has shape {slopes.shape}; allowed is (2, rows, columns)"
        )
    check_finite(slopes, "gradient", 1e150)

    def fill(rows: NDArray[Any], out: NDArray[np.float64]) -> None:
        down, right = np.moveaxis(rows.astype(np.float64, copy=False), 1, 0)
        magnitude, direction = np.moveaxis(out, 1, 0)
        np.multiply(down, down, out=magnitude)
        magnitude += right * right
        np.sqrt(magnitude, out=magnitude)
        # 0 - 0 is 0 where -(0) would be -0, of which arctan2 makes -180 degrees.
        np.arctan2(0 - down, right, out=direction)
        direction *= 180 / np.pi
        direction[magnitude == 0] = 0
        # Rounding takes a direction there that is a bit above -180.
        direction[direction == -180] = 180

    result = np.empty(slopes.shape)
    fill_by_rows(fill, np.moveaxis(slopes, 0, 1), np.moveaxis(result, 0, 1))
    return result[0], result[1]


def thin_edges(gradient: ArrayLike) -> NDArray[np.bool_]:
    r"""Crest lines of the gradient: edges thinned to one pixel.

    Parameters
    ----------
    gradient : array_like of numbers, shape (n, ...) with `n` axes behind the first
        Slope along each axis of an image, as from `sobel_gradient`, up to 1e150 in
        magnitude.

    Returns
    -------
    ndarray of bool, shape of the image
        True where the magnitude is larger than its neighbour uphill and not smaller
        than the one downhill. Of two equal pixels side by side, as beside an ideal
        step, the one on the bright side is taken.

    Raises
    ------
    TypeError, ValueError
        If `gradient` is empty, its first axis does not count the others, of which there
        are 1 to 3, or it is too large or holds NaN.

    See Also
    --------
    find_edges : all the steps of Canny's method in one call.
    skimage.feature.canny : holds this step inside.
    SimpleITK.ZeroCrossingBasedEdgeDetection : finds crests as zeros of the Laplacian.

    Notes
    -----
    The step called non-maximum suppression. With the gradient :math:`\nabla`, the
    magnitude at :math:`p` is compared with that at :math:`p \pm \nabla / \max_i
    |\nabla_i|`, where the line along the gradient meets the square of the eight
    neighbours, interpolated linearly between two of them; at the border, the image is
    mirrored. It is differences to the pixel that are interpolated, so that a slope
    that is the same everywhere has no edge; magnitudes that differ by less than 1e-10
    of themselves count as equal. Faint crests of noise are kept as well. Time grows
    with the number of pixels.

    References
    ----------
    .. [1] J. Canny, "A computational approach to edge detection", IEEE Trans. Pattern
       Analysis and Machine Intelligence 8(6), 1986, pp. 679-698.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.features import thin_edges
    >>> step = np.array([[0, 0, 0, 3, 9, 9, 9]] * 3)
    >>> along_rows, along_columns = np.gradient(step)
    >>> along_columns[1].tolist()
    [0.0, 0.0, 1.5, 4.5, 3.0, 0.0, 0.0]
    >>> thin_edges([along_rows, along_columns])[1].astype(int)
    array([0, 0, 0, 1, 0, 0, 0])
    """
    slopes = check_image(gradient, "gradient", ndim=(2, 3, 4))
    if slopes.shape[0] != slopes.ndim - 1:
        raise ValueError(
            f"gradient has shape {slopes.shape}; its first axis must hold as many "
            "components as there are axes behind it"
        )
    check_finite(slopes, "gradient", 1e150)
    edges: NDArray[np.bool_] = keep_crests(slopes.astype(np.float64), 0.0) > 0
    return edges


def threshold_hysteresis(
    image: ArrayLike, low: float, high: float, connectivity: int | None = None
) -> NDArray[np.bool_]:
    """Pixels above a low threshold that hang together with one above a high threshold.

    Parameters
    ----------
    image : array_like of bool, integers or floats, 1-D to 3-D
        The image, without NaN or infinity.
    low, high : float
        The thresholds, in the image's unit of intensity.
    connectivity : int, optional
        Along how many axes at once a step to a neighbour may go. Default: all of them,
        so that in two dimensions a pixel has 8 neighbours.

    Returns
    -------
    ndarray of bool, shape of `image`
        The connected regions of ``image > low`` that hold a pixel of ``image > high``.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty or holds NaN, a threshold is not a finite number, `low`
        exceeds `high`, or `connectivity` is not an integer from 1 to the number of
        axes.

    See Also
    --------
    imgrecipes.measurement.label_regions : the labels of the regions.
    skimage.filters.apply_hysteresis_threshold : the same for `connectivity` 1.
    SimpleITK.DoubleThreshold : the same with an inner and an outer band.

    Notes
    -----
    The regions above the low threshold are labelled once, and those labels kept that
    occur above the high one. Time grows with the number of pixels, not with the length
    of the regions.

    References
    ----------
    .. [1] J. Canny, "A computational approach to edge detection", IEEE Trans. Pattern
       Analysis and Machine Intelligence 8(6), 1986, pp. 679-698.

    Examples
    --------
    >>> from imgrecipes.features import threshold_hysteresis
    >>> threshold_hysteresis([3, 3, 0, 3, 9, 3, 0, 9], low=2, high=5).astype(int)
    array([0, 0, 0, 1, 1, 1, 0, 1])
    """
    array = check_image(image, ndim=(1, 2, 3))
    check_finite(array)
    low, high = check_number(low, "low"), check_number(high, "high")
    if low > high:
        raise ValueError(f"low is {low} and high is {high}; low must not exceed high")
    if connectivity is None:
        connectivity = array.ndim
    connectivity = check_integer(connectivity, "connectivity", low=1, high=array.ndim)
    if array.dtype.kind == "f":
        # Otherwise NumPy would round the thresholds to the dtype of the image.
        array = array.astype(np.float64, copy=False)
    return keep_touched(array > low, array > high, connectivity)


def find_edges(
    image: ArrayLike, low: float, high: float, sigma: float = 1.0
) -> NDArray[np.bool_]:
    r"""Edges of one pixel's width, by Canny's method.

    Parameters
    ----------
    image : array_like of bool, integers or floats, 1-D to 3-D
        The grey image, without NaN or infinity, up to 1e150 in magnitude.
    low, high : float
        Thresholds of the gradient in grey levels per pixel, at least 0: an edge is
        steeper than `low` everywhere and steeper than `high` somewhere.
    sigma : float, default 1.0
        Standard deviation in pixels of the Gaussian that blurs the image first; 0 does
        not blur.

    Returns
    -------
    ndarray of bool, shape of `image`
        The edges; in a volume, surfaces.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, of more than three axes, too large or holds NaN, a
        threshold or `sigma` is negative, or `low` exceeds `high`.

    See Also
    --------
    sobel_gradient, thin_edges, threshold_hysteresis : the steps.
    skimage.feature.canny : the same; its thresholds are 8 times as large, and it leaves
        out the pixels at the border.
    cv2.Canny : without the blur, for uint8; thresholds 8 times as large if
        ``L2gradient=True``.
    SimpleITK.CannyEdgeDetection : takes the variance, ``sigma ** 2``.

    Notes
    -----
    Blur, gradient, thinning, hysteresis. A step of height :math:`h` that is blurred by
    :math:`\sigma` has the slope :math:`h / (\sqrt{2 \pi} \sigma)`, a bit less after
    Sobel's filter, so that the thresholds grow with the contrast and fall with `sigma`.
    The blur moves curved edges: that of a disk of radius :math:`r` inwards by about
    :math:`\sigma^2 / 2 r`. Edges nearer to each other than about :math:`2 \sigma`
    disturb each other. Time grows with the number of pixels times sigma.

    Elsewhere: CellProfiler ``EnhanceEdges``.

    References
    ----------
    .. [1] J. Canny, "A computational approach to edge detection", IEEE Trans. Pattern
       Analysis and Machine Intelligence 8(6), 1986, pp. 679-698.

    Examples
    --------
    >>> from imgrecipes.features import find_edges
    >>> image = [[10, 10, 10, 50, 90, 90, 90]] * 5
    >>> find_edges(image, low=5, high=15)[2].astype(int)
    array([0, 0, 0, 1, 0, 0, 0])
    """
    array = check_image(image, ndim=(1, 2, 3))
    check_finite(array, largest=1e150)
    low, high = check_number(low, "low", low=0), check_number(high, "high", low=0)
    sigma = check_number(sigma, "sigma", low=0, high=2**14)
    if low > high:
        raise ValueError(f"low is {low} and high is {high}; low must not exceed high")
    weights = [gaussian_weights(sigma)] * array.ndim
    gradient = sobel(weighted_sums(array.astype(np.float64), weights))
    # Crests that are not above the low threshold need not be told from the rest.
    crests = keep_crests(gradient, low)
    return keep_touched(crests > low, crests > high, array.ndim)


def harris_response(
    image: ArrayLike, sigma: float = 1.0, k: float = 0.05
) -> NDArray[np.float64]:
    r"""How much a place looks like a corner, by Harris and Stephens.

    Parameters
    ----------
    image : array_like of bool, integers or floats, shape (rows, columns)
        The grey image, without NaN or infinity, up to 1e75 in magnitude.
    sigma : float, default 1.0
        Standard deviation in pixels of the Gaussian window in which the directions of
        the gradient are gathered.
    k : float, default 0.05
        Weight of the trace, 0 to 0.25; the larger, the sharper a corner must be.

    Returns
    -------
    ndarray of float64, shape of `image`
        Positive at corners, negative along edges, near 0 where the image is flat. Its
        unit is the fourth power of grey levels per pixel.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, not 2-D, too large or holds NaN, `sigma` is negative, or
        `k` is not within 0 and 0.25.

    See Also
    --------
    find_corners : the corners as a list of positions.
    skimage.feature.corner_harris : ``8 ** 4`` times as large, dark beyond the border.
    cv2.cornerHarris : in a square window, with another scale.

    Notes
    -----
    With the gradient :math:`\nabla g`, a column, and the window :math:`G_\sigma`, the
    structure tensor is :math:`A = G_\sigma * (\nabla g \, \nabla g^T)` and the response
    :math:`\det A - k (\operatorname{tr} A)^2`. The eigenvalues of :math:`A` are both
    large if the window holds two directions, which is what makes a corner; along an
    edge one of them is 0. Twice the contrast gives 16 times the response. Time grows
    with the number of pixels times sigma.

    References
    ----------
    .. [1] C. Harris and M. Stephens, "A combined corner and edge detector", Proc. 4th
       Alvey Vision Conference, 1988, pp. 147-151.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.features import harris_response
    >>> image = np.zeros((12, 12))
    >>> image[6:, 6:] = 8
    >>> response = harris_response(image)
    >>> response[6, 6] > 0, response[10, 6] < 0, abs(response[2, 2]) < 1e-9
    (np.True_, np.True_, np.True_)
    """
    array = check_image(image, ndim=(2,))
    check_finite(array, largest=1e75)
    sigma = check_number(sigma, "sigma", low=0, high=2**14)
    k = check_number(k, "k", low=0, high=0.25)
    weights = [gaussian_weights(sigma)] * 2
    down, right = sobel(array)
    rr = weighted_sums(down * down, weights)
    cc = weighted_sums(right * right, weights)
    rc = weighted_sums(down * right, weights)
    trace = rr + cc
    # In place: whole images cost more to allocate than to multiply.
    trace *= trace
    trace *= k
    response: NDArray[np.float64] = np.multiply(rr, cc, out=rr)
    rc *= rc
    response -= rc
    response -= trace
    return response


def find_corners(
    image: ArrayLike,
    sigma: float = 1.0,
    threshold: float = 0.05,
    min_distance: int = 5,
    *,
    subpixel: bool = True,
) -> NDArray[np.float64]:
    r"""Positions of corners, by Harris' response, to a fraction of a pixel.

    Parameters
    ----------
    image : array_like of bool, integers or floats, shape (rows, columns)
        The grey image, without NaN or infinity, up to 1e75 in magnitude.
    sigma : float, default 1.0
        Standard deviation of the Gaussian window in pixels, at least 0.5.
    threshold : float, default 0.05
        Which share of the strongest response, 0 to 1, a corner must exceed.
    min_distance : int, default 5
        A corner has the largest response of all pixels up to this many rows and columns
        away. Nearer than this to the border no corner is reported.
    subpixel : bool, default True
        Improve the positions; False leaves them at the pixel of the largest response.

    Returns
    -------
    ndarray of float64, shape (n, 2)
        Row and column of each corner, the strongest response first.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, not 2-D, too large or holds NaN, `sigma` is below 0.5,
        `threshold` is not within 0 and 1, or `min_distance` is not an integer of at
        least 1.

    See Also
    --------
    harris_response : the response.
    skimage.feature.corner_peaks : picks peaks of a response.
    skimage.feature.corner_subpix : improves them, in a square window.
    cv2.goodFeaturesToTrack : response and peaks in one call.
    cv2.cornerSubPix : improves them in the same way, in a rectangular window.

    Notes
    -----
    The largest response lies inside a corner, not at its tip. The tip :math:`x` is
    where the edges meet: the gradient at any point :math:`p` of an edge is at right
    angles to :math:`p - x`. Least squares over a window of weights :math:`w` give
    :math:`x = (\sum w \nabla \nabla^T)^{-1} \sum w \nabla \nabla^T p`. The window is a
    Gaussian of ``2 * sigma``, moved to the new position ten times; a corner that strays
    by more than the window's sigma and a pixel is left at its pixel. Where four squares
    of a chessboard meet and edges are at least two pixels wide, the error is below 0.01
    pixels; with sharper edges, at a single square, or where the window meets the border
    it is about 0.1. Equal responses beside each other make one corner.

    Pixels below the threshold are left out first. The Gaussian of the window is a
    product of one along the rows and one along the columns, so that each sum over a
    window takes two products with vectors. Time grows with the number of pixels, and
    with the number of corners times sigma squared.

    References
    ----------
    .. [1] C. Harris and M. Stephens, "A combined corner and edge detector", Proc. 4th
       Alvey Vision Conference, 1988, pp. 147-151.
    .. [2] W. Förstner and E. Gülch, "A fast operator for detection and precise location
       of distinct points, corners and centres of circular features", Proc. ISPRS
       Intercommission Conference on Fast Processing of Photogrammetric Data, 1987,
       pp. 281-305.

    Examples
    --------
    The bright square covers rows and columns 10 to 19; its edges lie at 9.5 and 19.5.

    >>> import numpy as np
    >>> from imgrecipes.features import find_corners
    >>> image = np.zeros((30, 30))
    >>> image[10:20, 10:20] = 1
    >>> np.sort(find_corners(image).round(1), axis=0)[[0, -1]].tolist()
    [[9.5, 9.5], [19.5, 19.5]]
    """
    sigma = check_number(sigma, "sigma", low=0.5)
    share = check_number(threshold, "threshold", low=0, high=1)
    margin = check_integer(min_distance, "min_distance", low=1)
    subpixel = check_flag(subpixel, "subpixel")
    response = harris_response(image, sigma)
    if 2 * margin >= min(response.shape):
        return np.empty((0, 2))  # every pixel is too near to the border
    limit = share * max(float(response.max()), 0.0)
    peaks = _find_maxima(response, 2 * margin + 1, limit)
    inside = [
        (place >= margin) & (place < length - margin)
        for place, length in zip(peaks.T, response.shape, strict=True)
    ]
    corners = peaks[np.logical_and(*inside)]
    return _meet_edges(image, corners, 2 * sigma) if subpixel else corners * 1.0


def find_blobs(
    image: ArrayLike,
    sigmas: Sequence[float],
    threshold: float,
    *,
    dark: bool = False,
    subpixel: bool = True,
) -> NDArray[np.float64]:
    r"""Positions and sizes of blobs, by the Laplacian of Gaussian over scales.

    Parameters
    ----------
    image : array_like of bool, integers or floats, 2-D or 3-D
        The grey image, without NaN or infinity, up to 1e150 in magnitude.
    sigmas : sequence of at least 3 floats
        The scales to look at, in pixels, increasing, best by a constant factor:
        ``numpy.geomspace(2, 16, 13)``. Allowed is 0.5 to ten times the longest axis.
        Blobs at the first and the last are left out, since their true size may lie
        beyond.
    threshold : float
        Response that a blob must exceed, above 0, in the image's unit of intensity: of
        a bright disk, 0.74 of its contrast; of a Gaussian, half of its height; beside a
        straight edge, 0.24.
    dark : bool, default False
        Find dark blobs on bright ground instead of bright ones.
    subpixel : bool, default True
        Improve position and size by a parabola along each axis; False leaves them at
        the pixel and at one of `sigmas`.

    Returns
    -------
    ndarray of float64, shape (n, image.ndim + 1)
        Row, column and sigma, or plane, row, column and sigma, of each blob, the
        strongest response first. A disk has the radius ``sigma * sqrt(2)``, a ball
        ``sigma * sqrt(3)``.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, neither 2-D nor 3-D, too large or holds NaN, `sigmas` does
        not hold three increasing numbers of the allowed size, or `threshold` is not
        positive.

    See Also
    --------
    scipy.ndimage.gaussian_laplace : the filter, at one scale.
    skimage.feature.blob_log : the same without parabolas; drops blobs that overlap.
    cv2.SimpleBlobDetector : blobs by thresholds, with limits for size and shape.
    SimpleITK.LaplacianRecursiveGaussian : the filter, with ``normalizeAcrossScale``.

    Notes
    -----
    The response :math:`-\sigma^2 \nabla^2 (G_\sigma * g)` does not depend on the size
    of a blob, if :math:`\sigma` grows with it. A blob is a maximum in space and scale.
    For a disk or ball of radius :math:`r` in :math:`n` dimensions this is at
    :math:`\sigma = r / \sqrt{n}`, for a Gaussian blob of standard deviation :math:`s`
    at :math:`\sigma = s \sqrt{2 / n}`. Blobs may lie inside others.

    The waves of a cosine transform [2]_ are mirrored at the border as the image is, and
    the filter, cut off at five sigmas, only multiplies each by a number: the image is
    transformed once, and back for each sigma. Responses that differ by no more than the
    rounding of this, 1e-12 of the contrast, count as equal. Time grows with the number
    of pixels :math:`N` as :math:`N \log N` for each sigma, however large, and memory
    with the pixels times the number of sigmas.

    Elsewhere: ImageJ ``Plugins > Tracking > TrackMate``.

    References
    ----------
    .. [1] T. Lindeberg, "Feature detection with automatic scale selection",
       International Journal of Computer Vision 30(2), 1998, pp. 79-116.
    .. [2] G. Strang, "The discrete cosine transform", SIAM Review 41(1), 1999,
       pp. 135-147.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.features import find_blobs
    >>> disk = np.hypot(*np.ogrid[-30:30, -50:30]) <= 8
    >>> row, column, sigma = find_blobs(disk, np.geomspace(2, 16, 13), 0.5)[0]
    >>> print(f"{row:.1f} {column:.1f}, radius {sigma * np.sqrt(2):.1f}")
    30.0 50.0, radius 8.0
    """
    array = check_image(image, ndim=(2, 3))
    check_finite(array, largest=1e150)
    scales = np.array(check_numbers(sigmas, "sigmas", 0.5, 10 * max(array.shape)))
    if scales.size < 3 or (np.diff(scales) <= 0).any():
        raise ValueError(f"sigmas is {sigmas!r}; it must hold 3 increasing numbers")
    threshold = check_number(threshold, "threshold", low=0)
    if threshold == 0:
        raise ValueError("threshold is 0; it must be a positive number")
    dark, subpixel = check_flag(dark, "dark"), check_flag(subpixel, "subpixel")
    levels = array.astype(np.float64)
    # A filter that is cut off sees something in a flat ground: of its level, 3e-5 for 5
    # sigmas, one thousandth for the usual 4.
    levels = (levels - levels.mean()) * (1 if dark else -1)
    spectrum = fft.dctn(levels)
    response = np.empty((scales.size, *levels.shape))
    for sigma, plane in zip(scales, response, strict=True):
        laplacian = _transform_laplacian(sigma, levels.shape)
        laplacian *= spectrum
        plane[...] = fft.idctn(laplacian, overwrite_x=True)
    # What is equal but for rounding counts as equal.
    peaks = _find_maxima(response, 3, threshold, 1e-12 * np.abs(levels).max())
    peaks = peaks[(peaks[:, 0] > 0) & (peaks[:, 0] < scales.size - 1)]
    places = peaks + _vertex_of_parabola(response, peaks) if subpixel else peaks * 1.0
    sigma = np.exp(np.interp(places[:, 0], np.arange(scales.size), np.log(scales)))
    return np.column_stack([places[:, 1:], sigma])


def _find_maxima(
    response: NDArray[np.float64], size: int, threshold: float, slack: float = 0.0
) -> NDArray[np.intp]:
    """Return where the maxima are, the largest first, equal neighbours as one."""
    if response.size < 2**14:
        # So few pixels are compared in less time than it takes to choose among them.
        highest = ndimage.maximum_filter(response, size, mode="nearest")
        peaks = (response > threshold) & (response >= highest - slack)
        labels = ndimage.label(peaks, np.ones([3] * response.ndim))[0][peaks]
        return _strongest(response, np.argwhere(peaks), labels)
    places = np.argwhere(response > threshold)
    for step in product((-1, 0, 1), repeat=response.ndim):
        # Beyond the border, a pixel of the border is compared once more.
        beside = np.clip(places + step, 0, np.array(response.shape) - 1)
        levels = response[tuple(beside.T)] - slack
        places = places[response[tuple(places.T)] >= levels]
    if size > 3:
        highest = dilate(response, np.ones((size,) * response.ndim, bool))
        places = places[response[tuple(places.T)] == highest[tuple(places.T)]]
    pairs = spatial.cKDTree(places).query_pairs(1, p=np.inf, output_type="ndarray")
    touching = sparse.coo_array((np.ones(len(pairs)), pairs.T), (len(places),) * 2)
    labels = sparse.csgraph.connected_components(touching)[1]
    return _strongest(response, places, labels)


def _strongest(
    response: NDArray[np.float64], places: NDArray[np.intp], labels: NDArray[Any]
) -> NDArray[np.intp]:
    """Return the first place of each label, the largest response first."""
    firsts = places[np.unique(labels, return_index=True)[1]]
    order = np.argsort(-response[tuple(firsts.T)], kind="stable")
    strongest: NDArray[np.intp] = firsts[order]
    return strongest


def _transform_laplacian(sigma: float, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the cosine transform of sigma squared times a Laplacian of Gaussian."""
    radius = int(5 * sigma + 0.5)
    place = np.arange(-radius, radius + 1)
    weights = np.exp(-0.5 * (place / sigma) ** 2)
    weights /= weights.sum()
    bends = weights * ((place / sigma) ** 2 - 1)
    smooth, laplacian = np.ones(1), np.zeros(1)
    for length in shape:
        # The mirrored image has the period 2 * length, and so have the weights then.
        around = place % (2 * length)
        both = np.stack(
            [
                fft.rfft(np.bincount(around, values, 2 * length)).real[:length]
                for values in (weights, bends)
            ]
        )
        laplacian = np.stack([laplacian, smooth], axis=-1) @ both
        smooth = np.multiply.outer(smooth, both[0])
    total: NDArray[np.float64] = laplacian[0]
    return total


def _vertex_of_parabola(
    response: NDArray[np.float64], peaks: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the way from each peak to the vertex along each axis, at most 0.5."""
    offset = np.zeros(peaks.shape)
    last = np.array(response.shape) - 1
    for axis, step in enumerate(np.eye(response.ndim, dtype=int)):
        before, here, after = (
            response[tuple(np.clip(peaks + shift * step, 0, last).T)]
            for shift in (-1, 0, 1)
        )
        bend = before - 2 * here + after
        offset[:, axis] = (before - after) / np.where(bend == 0, np.inf, 2 * bend)
    return offset


def _meet_edges(
    image: ArrayLike, corners: NDArray[np.intp], sigma: float
) -> NDArray[np.float64]:
    """Return where the edges in a Gaussian window around each corner meet."""
    reach = int(3 * sigma) + 1
    gradient = np.pad(
        sobel(np.asarray(image)), ((0, 0), (reach, reach), (reach, reach))
    )
    place = np.arange(-reach, reach + 1)
    row, column = (corners[:, :, np.newaxis] + place + reach).swapaxes(0, 1)
    down, right = gradient[:, row[:, :, np.newaxis], column[:, np.newaxis]]
    rr, rc, cc = down * down, down * right, right * right
    i, j = place[:, np.newaxis], place
    terms = np.stack([rr, rc, cc, i * rr + j * rc, i * rc + j * cc], axis=1)
    tip = np.zeros(corners.shape)
    for _ in range(10):
        # A Gaussian is a product of one along the rows and one along the columns.
        away = place - tip[:, :, np.newaxis]
        down, right = np.exp(-(away**2) / (2 * sigma**2)).swapaxes(0, 1)[
            ..., np.newaxis
        ]
        sums = (terms @ right[:, np.newaxis])[..., 0] @ down
        rr, rc, cc, *moment = sums[..., 0].T
        tensor = np.stack([rr, rc, rc, cc], axis=1).reshape(-1, 2, 2)
        inverse = np.linalg.pinv(tensor, hermitian=True)
        tip = np.einsum("nij,jn->ni", inverse, moment)
    strayed = np.linalg.norm(tip, axis=1) > sigma + 1
    tip[strayed] = 0
    return corners + tip
