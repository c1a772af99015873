"""What `imgrecipes.features` promises."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import fft, ndimage
from skimage import feature, filters

from imgrecipes._checks import BORDER_MODES
from imgrecipes.features import (
    _find_maxima,
    _transform_laplacian,
    find_blobs,
    find_corners,
    find_edges,
    harris_response,
    magnitude_and_direction,
    sobel_gradient,
    thin_edges,
    threshold_hysteresis,
)
from imgrecipes.pixels import circular_mask
from imgrecipes.samples import face, mri_slice, phantom

DTYPES = st.sampled_from(
    ["bool", "u1", "i1", "u2", ">u2", "i4", ">i4", "u8", "i8", "f2", ">f4", "f4", "f8"]
).map(np.dtype)
SHAPES = hnp.array_shapes(min_dims=1, max_dims=3, max_side=7)
TO_NUMPY = {
    "reflect": "symmetric",
    "mirror": "reflect",
    "nearest": "edge",
    "wrap": "wrap",
    "constant": "constant",
}


def images(shapes=SHAPES):
    return DTYPES.flatmap(
        lambda dtype: (
            hnp.arrays(dtype, shapes, elements={"min_value": -9, "max_value": 9})
            if dtype.kind == "f"
            else hnp.arrays(dtype, shapes)
        )
    )


def board(angle, shift, cell=20.0, size=120):
    """A chessboard with smooth edges, and where its corners lie."""
    center = (size - 1) / 2 + np.array(shift)
    row, column = np.indices((size, size)) - center.reshape(2, 1, 1)
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    down, right = (row * cos + column * sin) / cell, (column * cos - row * sin) / cell
    image = np.tanh(6 * np.sin(np.pi * down) * np.sin(np.pi * right))
    i, j = cell * np.mgrid[-4:5, -4:5].reshape(2, -1)
    return image, center + np.stack([i * cos - j * sin, i * sin + j * cos], axis=-1)


def distances(found, truth):
    return np.linalg.norm(found[:, np.newaxis] - truth, axis=-1).min(axis=1)


def soft_ball(shape, center, radius, fine):
    """A ball of contrast 1 whose edge pixels are as bright as they are covered."""
    place = (np.asarray(center) + 0.5) * fine - 0.5
    mask = circular_mask([n * fine for n in shape], place, radius * fine)
    split = [number for n in shape for number in (n, fine)]
    return mask.reshape(split).mean(axis=tuple(range(1, 2 * len(shape), 2)))


# Gradient


@settings(deadline=None, max_examples=100)
@given(images(), st.sampled_from(BORDER_MODES))
def test_gradient_is_the_sum_of_its_weights(image, mode):
    before = image.copy()
    image.flags.writeable = False
    result = sobel_gradient(image, mode=mode)
    padded = np.pad(image.astype(np.float64), 1, TO_NUMPY[mode])
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3,) * image.ndim)
    for axis in range(image.ndim):
        weights = np.ones(())
        for other in range(image.ndim):
            line = [-0.5, 0, 0.5] if other == axis else [0.25, 0.5, 0.25]
            weights = np.multiply.outer(weights, line)
        expected = (windows * weights).sum(axis=tuple(range(-image.ndim, 0)))
        largest = np.abs(image.astype(float)).max()
        np.testing.assert_allclose(result[axis], expected, atol=1e-14 * largest)
    assert result.dtype == np.float64
    np.testing.assert_array_equal(image, before)


@given(hnp.arrays(np.float64, 3, elements=st.floats(-50, 50)))
def test_a_plane_has_its_slope_everywhere_inside(slope):
    planes, rows, columns = np.indices((5, 6, 7))
    for index in ((rows, columns), (planes, rows, columns)):
        truth = slope[-len(index) :]
        ramp = sum(s * i for s, i in zip(truth, index, strict=True))
        image = ramp[0] if len(index) == 2 else ramp
        inside = sobel_gradient(image)[(slice(None),) + (slice(1, -1),) * len(index)]
        expected = np.broadcast_to(truth.reshape(-1, *(1,) * len(index)), inside.shape)
        np.testing.assert_allclose(inside, expected, atol=1e-11)


@pytest.mark.parametrize("period", [4, 10, 25])
def test_a_wave_keeps_the_share_of_its_slope_that_the_notes_state(period):
    step = 2 * np.pi / period
    wave = np.tile(np.cos(step * np.arange(4 * period)), (5, 1))
    slope = sobel_gradient(wave, mode="wrap")[1]
    share = slope.max() / (step * np.abs(np.sin(step * np.arange(period))).max())
    assert share == pytest.approx(np.sin(step) / step)


def test_gradient_equals_scikit_image_and_integers_do_not_wrap():
    image = face(gray=True)
    down, right = sobel_gradient(image)
    floats = image.astype(np.float64)
    np.testing.assert_allclose(2 * down, filters.sobel_h(floats), atol=1e-12)
    np.testing.assert_allclose(2 * right, filters.sobel_v(floats), atol=1e-12)
    assert (ndimage.sobel(image, 0) != 8 * down).mean() > 0.4


@pytest.mark.parametrize("shape", [(300_000,), (900, 700), (40, 120, 130)])
@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint16, np.float32])
def test_gradient_of_many_blocks_equals_scipy_exactly(shape, dtype):
    extremes = [-128, 127] if dtype == np.int8 else [0, 255]
    if np.dtype(dtype).itemsize == 2:
        extremes = [np.iinfo(dtype).min, np.iinfo(dtype).max]
    random = np.random.default_rng(0)
    image = random.choice([*extremes, 3], shape).astype(dtype)
    scale = 2 * 4 ** (len(shape) - 1)
    for mode in ("reflect", "wrap"):
        for axis, slope in enumerate(sobel_gradient(image, mode=mode)):
            expected = ndimage.sobel(image.astype(float), axis, mode=mode) / scale
            np.testing.assert_array_equal(slope, expected)


@settings(deadline=None)
@given(images(hnp.array_shapes(min_dims=2, max_dims=2, max_side=7)))
def test_a_quarter_turn_of_the_picture_adds_90_degrees(image):
    magnitude, direction = magnitude_and_direction(sobel_gradient(image))
    turned, turned_direction = magnitude_and_direction(sobel_gradient(np.rot90(image)))
    np.testing.assert_allclose(turned, np.rot90(magnitude), atol=1e-6)
    assert np.all((direction > -180) & (direction <= 180))
    assert np.all(direction[magnitude == 0] == 0)
    # The direction of what rounding leaves means nothing.
    steep = np.rot90(magnitude) > 1e-9 * max(1.0, float(np.abs(image).max()))
    change = (turned_direction - np.rot90(direction) - 90 + 180) % 360 - 180
    np.testing.assert_allclose(change[steep], 0, atol=1e-4)


def test_a_hill_rises_towards_its_summit():
    row, column = np.indices((61, 61)) - 30.0
    down, right = sobel_gradient(np.exp(-(row**2 + column**2) / 200))
    magnitude, direction = magnitude_and_direction([down, right])
    inside = magnitude > 0.2 * magnitude.max()
    uphill = np.degrees(np.arctan2(row, -column))
    error = (direction - uphill + 180) % 360 - 180
    assert np.abs(error[inside]).max() < 0.2
    assert magnitude.max() == pytest.approx(np.exp(-0.5) / 10, rel=0.01)


def test_magnitude_and_direction_of_known_slopes():
    down = np.array([[3, 0, 0.0, -3, 1, -0.0]])
    right = np.array([[4, -2, 0, 0, -1, -5]])
    magnitude, direction = magnitude_and_direction([down, right])
    np.testing.assert_allclose(magnitude, [[5, 2, 0, 3, 2**0.5, 5]])
    np.testing.assert_allclose(
        direction, [[-36.8698976, 180, 0, 90, -135, 180]], atol=1e-6
    )


# Edges


@settings(deadline=None, max_examples=60)
@given(
    hnp.arrays(
        np.int8,
        hnp.array_shapes(min_dims=2, max_dims=2, min_side=3, max_side=7).map(
            lambda shape: (2, *shape)
        ),
        elements=st.integers(-3, 3),
    )
)
def test_thin_edges_compare_with_both_neighbors_along_the_gradient(gradient):
    before = gradient.copy()
    result = thin_edges(gradient)
    magnitude = np.hypot(*gradient.astype(float))

    def interpolate(row, column):
        rows, columns = np.floor([row, column]).astype(int)
        corners = magnitude[rows : rows + 2, columns : columns + 2]
        down = np.array([1 + rows - row, row - rows])[: corners.shape[0]]
        right = np.array([1 + columns - column, column - columns])[: corners.shape[1]]
        return down @ corners @ right

    for r in range(1, magnitude.shape[0] - 1):
        for c in range(1, magnitude.shape[1] - 1):
            here = magnitude[r, c]
            if here == 0:
                assert not result[r, c]
                continue
            dr, dc = gradient[:, r, c] / np.abs(gradient[:, r, c]).max()
            ahead, behind = interpolate(r + dr, c + dc), interpolate(r - dr, c - dc)
            if np.abs(np.array([ahead, behind]) - here).min() > 1e-9:
                assert result[r, c] == (here > ahead and here > behind)
    np.testing.assert_array_equal(gradient, before)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=3), st.integers(0, 9))
def test_thin_edges_equal_an_interpolation_in_space(shape, seed):
    gradient = np.random.default_rng(seed).normal(size=(len(shape), *shape))
    magnitude = np.linalg.norm(gradient, axis=0)
    place, uphill = np.indices(shape), gradient / np.abs(gradient).max(axis=0)
    ahead, behind = (
        ndimage.map_coordinates(magnitude, place + step, order=1, mode="mirror")
        for step in (uphill, -uphill)
    )
    expected = (magnitude > ahead + 1e-12) & (magnitude >= behind - 1e-12)
    np.testing.assert_array_equal(thin_edges(gradient), expected)
    readable = np.asfortranarray(gradient)
    readable.flags.writeable = False
    np.testing.assert_array_equal(thin_edges(readable), expected)


def test_where_the_slope_is_the_same_is_no_edge():
    for slope in ((1, 0.3), (-0.7, 0.1), (0.5, 0.2, -0.3)):
        gradient = np.ones((len(slope), *[6] * len(slope)))
        gradient *= np.reshape(slope, (-1, *[1] * len(slope)))
        assert not thin_edges(gradient).any()


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("rises", [True, False])
def test_an_ideal_step_gives_one_pixel_on_its_bright_side(axis, rises):
    volume = np.zeros((8, 8, 8), np.uint8)
    volume[4:] = 200
    volume = np.moveaxis(volume if rises else volume[::-1], 0, axis)
    edges = np.moveaxis(thin_edges(sobel_gradient(volume)), axis, 0)
    assert np.flatnonzero(edges.all(axis=(1, 2))).tolist() == [4 if rises else 3]
    assert edges.sum() == 64


@settings(deadline=None)
@given(images(), st.data())
def test_hysteresis_grows_the_strong_pixels_in_the_weak(image, data):
    low, high = sorted(data.draw(st.tuples(*[st.floats(-9, 300)] * 2)))
    connectivity = data.draw(st.integers(1, image.ndim))
    before = image.copy()
    result = threshold_hysteresis(image, low, high, connectivity)
    neighbors = ndimage.generate_binary_structure(image.ndim, connectivity)
    levels = image.astype(np.float64) if image.dtype.kind == "f" else image
    expected = ndimage.binary_propagation(levels > high, neighbors, levels > low)
    np.testing.assert_array_equal(result, expected)
    np.testing.assert_array_equal(image, before)
    joined = threshold_hysteresis(image, low, high)
    np.testing.assert_array_equal(
        joined, threshold_hysteresis(image, low, high, image.ndim)
    )


@pytest.mark.parametrize("dtype", ["f2", "f4", ">f4", "f8"])
def test_thresholds_are_not_rounded_to_the_dtype_of_the_image(dtype):
    image = np.array([1, 2, 3], dtype)
    assert not threshold_hysteresis(image, 1e300, 1e300).any()
    just_below = threshold_hysteresis(image, 3 - 1e-9, 3 - 1e-9)
    assert just_below.tolist() == [False, False, True]
    assert not threshold_hysteresis(image, 1.5, 3 + 1e-9).any()


def test_hysteresis_equals_scikit_image():
    image = mri_slice()
    expected = filters.apply_hysteresis_threshold(image, 50, 120)
    np.testing.assert_array_equal(threshold_hysteresis(image, 50, 120, 1), expected)


@pytest.mark.parametrize(("sigma", "low", "high"), [(1, 8, 20), (2, 3, 8), (4, 1, 2)])
@pytest.mark.parametrize("sample", ["face", "mri"])
def test_edges_equal_scikit_image_inside_the_border(sample, sigma, low, high):
    # A regular pattern would have ties, which the two break in different ways.
    image = face(gray=True)[200:500, 300:700] if sample == "face" else mri_slice()
    random = np.random.default_rng(0).random(image.shape)
    image = image + 0.01 * random
    expected = feature.canny(image, sigma, 8 * low, 8 * high, mode="reflect")
    result = find_edges(image, low, high, sigma)
    # Edges along the border may decide whether a whole chain of pixels stays.
    differ = (result != expected)[2:-2, 2:-2]
    assert expected.sum() > 500
    assert differ.sum() <= 0.002 * expected.sum()


@settings(deadline=None, max_examples=15)
@given(
    st.floats(8, 20),
    # Not in the middle of a pixel or between two, where all eight octants would be
    # rounded the same way.
    st.tuples(*[st.floats(28, 32).filter(lambda place: 0.1 < 2 * place % 1 < 0.9)] * 2),
    st.floats(1, 2),
)
def test_edge_of_a_disk_is_a_closed_thin_circle(radius, center, sigma):
    image = soft_ball((60, 60), center, radius, 4)
    edges = find_edges(image, 0.05, 0.1, sigma)
    distance = np.hypot(*(np.argwhere(edges) - center).T)
    assert np.abs(distance - radius).max() < 1.2
    # A blur pulls the edge of a disk inwards, the more the smaller the disk.
    assert abs(distance.mean() - radius + sigma**2 / (2 * radius)) < 0.12
    assert ndimage.label(edges, np.ones((3, 3)))[1] == 1
    assert ndimage.label(~edges)[1] == 2  # inside and outside
    assert edges.sum() < 8 * radius  # the length of a circle in steps along the axes


def test_edge_of_a_ball_is_its_surface():
    image = soft_ball((32, 32, 32), (15.2, 16.1, 15.7), 10, 2)
    edges = find_edges(image, 0.1, 0.2)
    distance = np.linalg.norm(np.argwhere(edges) - (15.2, 16.1, 15.7), axis=1)
    assert np.abs(distance - 10).max() < 1.2
    assert ndimage.label(~edges)[1] == 2


def test_the_slope_of_a_blurred_step_is_as_the_notes_state():
    step = np.zeros((20, 60))
    step[:, 30:] = 100
    for sigma in (2, 4):
        slope = 100 / np.sqrt(2 * np.pi) / sigma
        assert find_edges(step, 0, 0.92 * slope, sigma)[10].sum() == 1
        assert not find_edges(step, 0, slope, sigma).any()


@settings(deadline=None, max_examples=40)
@given(images(), st.floats(0, 2))
def test_edges_are_the_steps_one_after_the_other(image, sigma):
    before = image.copy()
    blurred = ndimage.gaussian_filter(image.astype(float), sigma)
    gradient = sobel_gradient(blurred)
    strength = np.where(thin_edges(gradient), np.linalg.norm(gradient, axis=0), 0)
    expected = threshold_hysteresis(strength, 0.5, 2)
    np.testing.assert_array_equal(find_edges(image, 0.5, 2, sigma), expected)
    np.testing.assert_array_equal(image, before)


# Corners


def test_response_equals_scikit_image_inside_the_border():
    image = face(gray=True)[300:400, 400:540].astype(np.float64)
    for sigma, k in ((1, 0.05), (2.5, 0.1)):
        expected = feature.corner_harris(image, k=k, sigma=sigma) / 8**4
        result = harris_response(image, sigma, k)
        inside = np.s_[12:-12, 12:-12]
        np.testing.assert_allclose(
            result[inside], expected[inside], atol=1e-12 * expected.max()
        )


@settings(deadline=None)
@given(images(hnp.array_shapes(min_dims=2, max_dims=2, max_side=7)))
def test_response_turns_with_the_picture_and_grows_as_the_fourth_power(image):
    before = image.copy()
    image.flags.writeable = False
    response = harris_response(image)
    size = 1e-9 * max(1.0, float(np.abs(image).max())) ** 4
    np.testing.assert_allclose(
        harris_response(np.rot90(image)), np.rot90(response), atol=size
    )
    np.testing.assert_allclose(
        harris_response(2.0 * image), 16 * response, atol=16 * size
    )
    np.testing.assert_array_equal(image, before)


def test_whole_corners_equal_scikit_image():
    image = face(gray=True)
    expected = feature.peak_local_max(
        harris_response(image, 2), min_distance=7, threshold_rel=0.02
    )
    result = find_corners(image, 2, 0.02, 7, subpixel=False)
    assert len(result) > 100
    assert {*map(tuple, result)} == {*map(tuple, expected)}
    strength = harris_response(image, 2)[tuple(result.astype(int).T)]
    assert np.all(np.diff(strength) <= 0)


@settings(deadline=None, max_examples=15)
@given(st.floats(-45, 45), st.tuples(st.floats(-1, 1), st.floats(-1, 1)))
def test_corners_of_a_chessboard_to_a_hundredth_of_a_pixel(angle, shift):
    image, truth = board(angle, shift)
    corners = find_corners(image, 1.5, 0.2, 7)
    # Within reach of the window the border bends the edges.
    inside = np.all((corners > 12) & (corners < 107), axis=1)
    assert inside.sum() >= 16
    assert distances(corners[inside], truth).max() < 0.01


def test_corners_in_noise_are_as_near_as_those_of_scikit_image():
    rough, ours, theirs = [], [], []
    for angle in (4, 17, 31):
        image, truth = board(angle, (0.3, -0.4))
        image += np.random.default_rng(angle).normal(0, 0.06, image.shape)
        whole = find_corners(image, 1.5, 0.2, 7, subpixel=False)
        rough.append(distances(whole, truth))
        ours.append(distances(find_corners(image, 1.5, 0.2, 7), truth))
        peer = feature.corner_subpix(image, whole.astype(int), window_size=13)
        theirs.append(distances(peer[~np.isnan(peer).any(axis=1)], truth))
    rough, ours, theirs = (
        np.sqrt(np.mean(np.concatenate(errors) ** 2))
        for errors in (rough, ours, theirs)
    )
    assert ours < 0.15
    assert ours < theirs
    assert ours < rough / 4


def test_a_right_angle_is_found_at_its_tip():
    # Its four edges lie at 15.5 and 44.5; the response is largest inside.
    image = np.zeros((60, 60), np.uint8)
    image[16:45, 16:45] = 200
    truth = np.array([(15.5, 15.5), (15.5, 44.5), (44.5, 15.5), (44.5, 44.5)])
    whole = distances(find_corners(image, 2, subpixel=False), truth)
    fine = distances(find_corners(image, 2), truth)
    assert len(fine) == 4
    assert whole.min() > 2
    assert fine.max() < 0.05


@settings(deadline=None, max_examples=20)
@given(st.floats(0.5, 20), st.floats(-100, 100))
def test_corners_do_not_depend_on_contrast_and_brightness(contrast, offset):
    image, _ = board(12, (0.2, 0.1))
    expected = find_corners(image, 1.5, 0.2)
    result = find_corners(contrast * image + offset, 1.5, 0.2)
    order, other = np.lexsort(result.T.round(3)), np.lexsort(expected.T.round(3))
    np.testing.assert_allclose(result[order], expected[other], atol=1e-6)


@settings(deadline=None)
@given(
    hnp.arrays(
        np.int8, st.tuples(*[st.integers(1, 12)] * 2), elements=st.integers(0, 4)
    ),
    st.sampled_from([3, 5]),
    st.sampled_from([0.0, 1.5]),
)
def test_maxima_are_the_same_in_small_and_in_large_images(levels, size, slack):
    slack = slack if size == 3 else 0.0
    response = levels.astype(float)
    padded = np.pad(response, ((0, 130), (0, 130)), constant_values=-9)
    assert response.size < 2**14 < padded.size
    np.testing.assert_array_equal(
        _find_maxima(response, size, 0.5, slack), _find_maxima(padded, size, 0.5, slack)
    )


def test_corners_keep_their_distance_and_stay_off_the_border():
    image = np.random.default_rng(3).random((80, 90))
    corners = find_corners(image, 1, 0.01, 6, subpixel=False)
    apart = np.abs(corners[:, np.newaxis] - corners).max(axis=-1)
    np.fill_diagonal(apart, 99)
    assert len(corners) > 20
    assert apart.min() > 6
    assert corners.min() >= 6
    assert np.all(corners.max(axis=0) < (74, 84))


# Blobs


@settings(deadline=None, max_examples=20)
@given(
    st.floats(3, 12),
    st.tuples(st.floats(40, 44), st.floats(40, 44)),
    st.floats(0.5, 90),
    st.booleans(),
)
def test_a_disk_gives_its_center_and_radius(radius, center, contrast, dark):
    image = soft_ball((84, 84), center, radius, 4) * contrast
    image = 50 - image if dark else 50 + image
    sigmas = np.geomspace(1.5, 14, 19)
    blobs = find_blobs(image, sigmas, 0.5 * contrast, dark=dark)
    assert len(blobs) == 1
    assert np.linalg.norm(blobs[0, :2] - center) < 0.08
    assert blobs[0, 2] * np.sqrt(2) == pytest.approx(radius, rel=0.015)
    assert not len(find_blobs(image, sigmas, 0.5 * contrast, dark=not dark))


def test_a_ball_gives_its_center_and_radius():
    for radius, center in ((4, (15.2, 16.4, 14.9)), (7, (16, 15.5, 15.1))):
        image = soft_ball((32, 32, 32), center, radius, 4)
        blobs = find_blobs(image, np.geomspace(1.5, 6, 9), 0.5)
        assert len(blobs) == 1
        assert np.linalg.norm(blobs[0, :3] - center) < 0.05
        assert blobs[0, 3] * np.sqrt(3) == pytest.approx(radius, rel=0.015)


def test_a_gaussian_gives_its_sigma():
    index = np.indices((41, 41, 41))
    for ndim, sigma in ((2, 3.0), (3, 3.0)):
        center = np.array([20.3, 19.6, 20.0])[:ndim]
        place = index[:ndim, ..., 20] if ndim == 2 else index
        squared = sum((i - c) ** 2 for i, c in zip(place, center, strict=True))
        blob = find_blobs(np.exp(-squared / 2 / sigma**2), np.geomspace(1, 8, 22), 0.3)[
            0
        ]
        np.testing.assert_allclose(blob[:ndim], center, atol=0.02)
        assert blob[ndim] == pytest.approx(sigma * np.sqrt(2 / ndim), rel=0.01)


@pytest.mark.parametrize(
    ("kind", "response"),
    [("disk", 2 / np.e), ("gauss", 0.5), ("edge", np.exp(-0.5) / np.sqrt(2 * np.pi))],
)
def test_responses_are_as_the_threshold_is_documented(kind, response):
    row, column = np.indices((101, 101)) - 50
    image = {
        "disk": soft_ball((101, 101), (50, 50), 8, 4),
        "gauss": np.exp(-(row**2 + column**2) / 2 / 6**2),
        # Wavy, as a straight edge has no maximum along itself.
        "edge": np.clip(4 * np.cos(row / 25) - column, 0, 1),
    }[kind]
    sigmas = np.geomspace(3, 12, 13)
    assert len(find_blobs(image, sigmas, 0.9 * response))
    assert not len(find_blobs(image, sigmas, 1.1 * response))


def test_whole_blobs_equal_scikit_image():
    image = face(gray=True)[200:500, 300:700] / 255
    # The peer's filter is cut off earlier, which is felt on a bright ground.
    image -= image.mean()
    expected = feature.blob_log(
        image, 2, 16, 10, threshold=0.1, overlap=1, log_scale=True, exclude_border=False
    )
    expected = expected[(expected[:, 2] > 2.01) & (expected[:, 2] < 15.9)]
    result = find_blobs(image, np.geomspace(2, 16, 10), 0.1, subpixel=False)
    same = {*map(tuple, result.round(6))} & {*map(tuple, expected.round(6))}
    assert len(same) > 80
    assert len(same) >= 0.97 * max(len(result), len(expected))


@settings(deadline=None, max_examples=30)
@given(images(hnp.array_shapes(min_dims=2, max_dims=3, max_side=9)))
def test_blobs_are_maxima_in_space_and_scale(image):
    before, levels = image.copy(), image.astype(np.float64)
    sigmas = np.array([0.8, 1.2, 2.0, 3.1])
    blobs = find_blobs(image, sigmas, 0.1, subpixel=False)
    stack = [
        -(s**2) * ndimage.gaussian_laplace(levels - levels.mean(), s, truncate=5)
        for s in sigmas
    ]
    padded = np.pad(stack, 1, constant_values=-np.inf)
    for *place, sigma in blobs:
        level = int(np.flatnonzero(np.isclose(sigmas, sigma))[0])
        assert level in {1, 2}
        index = (level, *map(int, place))
        here = padded[tuple(i + 1 for i in index)]
        assert here == padded[tuple(slice(i, i + 3) for i in index)].max() > 0.1
    np.testing.assert_array_equal(image, before)


def test_a_straight_line_is_one_blob_though_rounding_makes_its_pixels_differ():
    for axis, contrast in ((0, 1.0), (1, 200.0)):
        line = np.zeros((70, 90))
        line[(slice(None),) * axis + (40,)] = contrast
        assert len(find_blobs(line, (1, 1.4, 2, 2.8), 0.1 * contrast)) <= 1
        line[(slice(None),) * axis + (slice(38, 43),)] = contrast
        assert len(find_blobs(line, (1, 1.4, 2, 2.8, 4), 0.1 * contrast)) == 1


def test_equal_neighbors_make_one_blob():
    # The centre lies between four pixels, which have the same response.
    image = np.zeros((40, 40))
    image[16:24, 16:24] = 1
    sigmas = np.geomspace(2, 8, 9)
    assert len(find_blobs(image, sigmas, 0.5, subpixel=False)) == 1
    np.testing.assert_allclose(find_blobs(image, sigmas, 0.5)[0, :2], 19.5, atol=0.02)


# All


def test_flat_and_tiny_images_have_no_features():
    for image in (np.full((30, 40), 200), np.ones((1, 1)), np.ones((1, 9), bool)):
        assert not sobel_gradient(image).any()
        assert not find_edges(image, 0, 0).any()
        assert not harris_response(image).any()
        assert find_corners(image).shape == (0, 2)
        assert find_blobs(image, (1, 2, 3), 0.001).shape == (0, 3)
    assert find_blobs(np.ones((2, 1, 3)), (1, 2, 3), 0.1).shape == (0, 4)


def test_features_of_views_equal_those_of_copies():
    image = face(gray=True)[100:400:2, 700:200:-3].T
    copy = np.ascontiguousarray(image)
    np.testing.assert_array_equal(find_edges(image, 3, 9), find_edges(copy, 3, 9))
    np.testing.assert_array_equal(find_corners(image), find_corners(copy))
    sigmas = np.geomspace(2, 8, 5)
    np.testing.assert_array_equal(
        find_blobs(image, sigmas, 30), find_blobs(copy, sigmas, 30)
    )


def test_the_lesion_of_the_phantom_is_a_blob_of_known_place_and_size():
    blobs = find_blobs(phantom(64)[..., 20:60], np.geomspace(1.5, 6, 9), 30)
    truth = (np.array([-0.05, 0.50, 0.25]) + 1) * 32 - 0.5 - (0, 0, 20)
    nearest = blobs[np.argmin(np.linalg.norm(blobs[:, :3] - truth, axis=1))]
    np.testing.assert_allclose(nearest[:3], truth, atol=0.5)
    assert nearest[3] * np.sqrt(3) == pytest.approx(0.14 * 32, rel=0.1)


RECIPES = {
    sobel_gradient: {},
    threshold_hysteresis: {"low": 1, "high": 2},
    find_edges: {"low": 1, "high": 2},
    harris_response: {},
    find_corners: {},
    find_blobs: {"sigmas": (1, 2, 3), "threshold": 1},
}


@pytest.mark.parametrize("recipe", RECIPES)
def test_recipes_refuse_bad_images(recipe):
    arguments = RECIPES[recipe]
    with pytest.raises(ValueError, match="image holds 1 values that are NaN"):
        recipe([[1.0, np.nan]], **arguments)
    with pytest.raises(ValueError, match="image is empty"):
        recipe(np.zeros((0, 4)), **arguments)
    with pytest.raises(ValueError, match="image is 4-D"):
        recipe(np.zeros((2, 2, 2, 2)), **arguments)
    with pytest.raises(TypeError, match="image has dtype complex128"):
        recipe([[1j]], **arguments)


@pytest.mark.parametrize(
    ("recipe", "arguments", "error", "message"),
    [
        (sobel_gradient, {"mode": "edge"}, ValueError, "mode is 'edge'; allowed are"),
        (threshold_hysteresis, {"low": 2, "high": 1}, ValueError, "low must not"),
        (threshold_hysteresis, {"low": "a", "high": 1}, TypeError, "low is 'a'"),
        (
            threshold_hysteresis,
            {"low": 1, "high": 2, "connectivity": 3},
            ValueError,
            "connectivity is 3; allowed is 1 to 2",
        ),
        (find_edges, {"low": -1, "high": 2}, ValueError, "low is -1"),
        (find_edges, {"low": 3, "high": 2}, ValueError, "low must not exceed"),
        (find_edges, {"low": 1, "high": 2, "sigma": -1}, ValueError, "sigma is -1"),
        (harris_response, {"sigma": -1}, ValueError, "sigma is -1"),
        (harris_response, {"k": 0.3}, ValueError, "k is 0.3; allowed is 0 to 0.25"),
        (find_corners, {"sigma": 0.2}, ValueError, "sigma is 0.2"),
        (find_corners, {"threshold": 2}, ValueError, "threshold is 2; allowed is 0 to"),
        (find_corners, {"min_distance": 0}, ValueError, "min_distance is 0"),
        (find_corners, {"min_distance": 1.5}, TypeError, "min_distance is 1.5"),
        (
            find_blobs,
            {"sigmas": (1, 2), "threshold": 1},
            ValueError,
            r"sigmas is \(1, 2\); it must hold 3 increasing",
        ),
        (find_blobs, {"sigmas": (1, 3, 2), "threshold": 1}, ValueError, "increasing"),
        (
            find_blobs,
            {"sigmas": (0, 1, 2), "threshold": 1},
            ValueError,
            "sigmas is 0; allowed is 0.5 to 40",
        ),
        (
            find_blobs,
            {"sigmas": (1, 2, 41), "threshold": 1},
            ValueError,
            "sigmas is 41; allowed is 0.5 to 40",
        ),
        (
            find_blobs,
            {"sigmas": 2.0, "threshold": 0.1},
            TypeError,
            r"sigmas is 2.0; it must be a sequence, such as \(1, 2\)",
        ),
        (
            find_blobs,
            {"sigmas": (1, 2, 3), "threshold": 1, "dark": 1},
            TypeError,
            "dark is 1; allowed are True and False",
        ),
        (
            find_blobs,
            {"sigmas": (1, 2, 3), "threshold": 0},
            ValueError,
            "threshold is 0; it must be a positive number",
        ),
    ],
)
def test_recipes_name_the_wrong_argument(recipe, arguments, error, message):
    with pytest.raises(error, match=message):
        recipe(np.ones((4, 4)), **arguments)


@pytest.mark.parametrize(
    ("recipe", "largest"),
    [
        (sobel_gradient, 1e300),
        (find_edges, 1e150),
        (harris_response, 1e75),
        (find_corners, 1e75),
        (find_blobs, 1e150),
    ],
)
def test_images_whose_features_overflow_are_refused(recipe, largest):
    image = largest * np.sign(np.random.default_rng(0).normal(size=(30, 30)))
    result = recipe(image, **RECIPES[recipe])
    assert np.isfinite(result).all()
    assert result.any()
    with pytest.raises(ValueError, match=f"image holds .*{re.escape(f'{largest:g}')}"):
        recipe(1.1 * image, **RECIPES[recipe])


def test_gradients_whose_squares_overflow_are_refused():
    gradient = np.full((2, 3, 3), 1e150)
    assert magnitude_and_direction(gradient)[0] == pytest.approx(2**0.5 * 1e150)
    thin_edges(gradient)
    for recipe in (magnitude_and_direction, thin_edges):
        with pytest.raises(ValueError, match=r"gradient holds .*1e\+150"):
            recipe(1.1 * gradient)


def test_no_corner_lies_off_a_border_that_is_everywhere():
    image = np.random.default_rng(0).random((20, 30))
    assert find_corners(image, min_distance=10**9).shape == (0, 2)
    assert find_corners(image, min_distance=10).shape == (0, 2)
    assert np.all(find_corners(image, min_distance=9, subpixel=False) >= 9)


@pytest.mark.parametrize("shape", [(9, 30), (12, 5, 7)])
@pytest.mark.parametrize("sigma", [0.5, 2.0, 9.0, 60.0])
def test_laplacians_of_any_size_equal_scipy(shape, sigma):
    image = np.random.default_rng(0).random(shape)
    spectrum = fft.dctn(image) * _transform_laplacian(sigma, shape)
    expected = sigma**2 * ndimage.gaussian_laplace(image, sigma, truncate=5)
    np.testing.assert_allclose(fft.idctn(spectrum), expected, atol=1e-12)


def test_gradients_of_the_wrong_shape_are_refused():
    with pytest.raises(ValueError, match=r"gradient has shape \(3, 4, 4\); allowed is"):
        magnitude_and_direction(np.ones((3, 4, 4)))
    with pytest.raises(ValueError, match=r"gradient has shape \(3, 4, 4\); its first"):
        thin_edges(np.ones((3, 4, 4)))
    with pytest.raises(ValueError, match="gradient holds 1 values that are NaN"):
        thin_edges(np.array([[[0.0, np.nan]], [[0, 0]]]))
    with pytest.raises(ValueError, match="gradient holds 1 values that are NaN"):
        magnitude_and_direction(np.array([[[0.0, np.nan]], [[0, 0]]]))
