"""What `imgrecipes.geometry` promises."""

import os
import sys

import numpy as np
import pytest
import scipy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage
from skimage import transform

from imgrecipes import geometry
from imgrecipes._checks import BORDER_MODES
from imgrecipes.geometry import crop_margin, resize, rotate, shift, warp_affine
from imgrecipes.samples import face, phantom

DTYPES = st.sampled_from(
    [
        "?",
        "u1",
        "i1",
        ">u2",
        "<u2",
        ">i4",
        "<u4",
        "<f2",
        ">f2",
        "<f4",
        ">f4",
        ">f8",
        "f8",
    ]
)
SHAPES = hnp.array_shapes(min_dims=2, max_dims=4, max_side=7)
IMAGES = DTYPES.flatmap(
    lambda dtype: (
        hnp.arrays(dtype, SHAPES, elements={"min_value": 0, "max_value": 1})
        if "f" in dtype
        else hnp.arrays(dtype, SHAPES)
    )
).flatmap(lambda image: st.sampled_from([image, np.ma.MaskedArray(image, mask=False)]))
ORDERS = st.integers(0, 5)
MODES = st.sampled_from(BORDER_MODES)
TO_NUMPY = {
    "reflect": "symmetric",
    "mirror": "reflect",
    "nearest": "edge",
    "wrap": "wrap",
}
TO_NDIMAGE = {mode: mode for mode in BORDER_MODES} | {"wrap": "grid-wrap"}


def as_ndimage_should(transformed, dtype):
    """Round and clip what ndimage made of floats."""
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return transformed.astype(dtype)
    if dtype.kind == "b":
        return transformed >= 0.5
    halves_away = np.copysign(np.floor(np.abs(transformed) + 0.5), transformed)
    limits = np.iinfo(dtype)
    return np.clip(halves_away, limits.min, limits.max).astype(dtype)


def assert_equal_but_for_rounding(result, floats, dtype):
    dtype = np.dtype(dtype).newbyteorder("=")
    expected = as_ndimage_should(floats, dtype)
    assert result.dtype == dtype
    assert result.shape == expected.shape
    assert type(result) is np.ndarray
    if result.dtype.kind == "f":
        tolerance = {2: 1e-3, 4: 1e-6, 8: 1e-12}[result.dtype.itemsize]
        np.testing.assert_allclose(result, expected, rtol=0, atol=tolerance)
    else:
        # A value that is nearly one half may go either way.
        slack = 1e-12 * max(1.0, np.abs(floats).max())
        low = as_ndimage_should(floats - slack, dtype)
        high = as_ndimage_should(floats + slack, dtype)
        assert ((low <= result) & (result <= high)).all()


def by_channel(function, image, ndim):
    """Apply `function` to the floats of each channel behind the first `ndim` axes."""
    channels = image.astype(np.float64).reshape((*image.shape[:ndim], -1))
    results = [function(channel) for channel in np.moveaxis(channels, -1, 0)]
    return np.stack(results, -1).reshape(results[0].shape + image.shape[ndim:])


def test_a_quarter_off_the_face():
    image = face(gray=True)
    cropped = crop_margin(image)
    assert cropped.shape == (384, 512)
    np.testing.assert_array_equal(cropped, image[192:-192, 256:-256])
    assert not np.shares_memory(cropped, image)
    assert crop_margin(face()).shape == (384, 512, 3)
    assert crop_margin(phantom(8), axes=(-1,)).shape == (8, 8, 4)


@given(length=st.integers(1, 300), hundredths=st.integers(0, 49))
def test_crop_cuts_the_rounded_down_share(length, hundredths):
    cropped = crop_margin(np.arange(length), hundredths / 100, axes=(0,))
    margin = length * hundredths // 100
    assert (cropped[0], cropped[-1]) == (margin, length - margin - 1)


def test_crop_refuses_bad_input():
    with pytest.raises(ValueError, match=r"fraction is 0.5; it must be below 0.5"):
        crop_margin(np.ones((4, 4)), 0.5)
    with pytest.raises(ValueError, match=r"fraction is -0.1"):
        crop_margin(np.ones((4, 4)), -0.1)
    with pytest.raises(ValueError, match="axes is 2"):
        crop_margin(np.ones((4, 4)), axes=(0, 2))
    with pytest.raises(ValueError, match=r"axes is \(0, -2\); each axis may occur"):
        crop_margin(np.ones((4, 4)), axes=(0, -2))


@settings(deadline=None, max_examples=150)
@given(IMAGES, st.floats(-400, 400), st.booleans(), ORDERS, MODES)
def test_rotation_equals_ndimage(image, angle, reshape, order, mode):
    assume(angle % 90 != 0)  # tested below, and more exact than ndimage
    before = image.copy()
    result = rotate(image, angle, reshape, order, mode=mode)
    floats = ndimage.rotate(
        image.astype(np.float64),
        angle,
        reshape=reshape,
        order=order,
        mode=TO_NDIMAGE[mode],
    )
    np.testing.assert_array_equal(image, before)
    assert_equal_but_for_rounding(result, floats, image.dtype)


# An older SciPy adds up the places in another order: some are rounded otherwise, or
# fall out of the image by a hair.
SCIPY = tuple(map(int, scipy.__version__.split(".")[:2]))
OTHER_BITS = 0 if SCIPY >= (1, 16) else 2e-3


@pytest.mark.skipif(
    sys.maxsize < 2**32,
    reason="SciPy for x86 of 32 bits computes places with more digits than doubles",
)
@pytest.mark.parametrize("mode", ["constant", "nearest"])
@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, bool])
def test_integers_are_those_of_ndimage_to_the_bit(dtype, order, mode):
    image = face(gray=True)[200:500, 300:700]
    image = image > 128 if dtype is bool else image.astype(dtype)
    levels = (
        image.view(np.uint8) if dtype is bool else image - 100 * (dtype != np.uint8)
    )
    image = levels.view(dtype)
    for angle in (30, 45, -12.34, 179.5):
        result = rotate(image, angle, order=order, mode=mode)
        expected = ndimage.rotate(levels, angle, order=order, mode=mode)
        assert np.mean(result != expected) <= OTHER_BITS
    volume = np.stack([levels[:60, :50]] * 40)
    matrix = np.array([[0.9, 0.2, 0.1], [-0.2, 0.95, 0.05], [0.1, -0.1, 1.1]])
    moved = warp_affine(volume, matrix, (1, 2, -3), (50, 70, 60), order, mode=mode)
    expected = ndimage.affine_transform(
        volume, matrix, (1, 2, -3), (50, 70, 60), order=order, mode=mode
    )
    assert np.mean(moved != expected) <= OTHER_BITS


@pytest.mark.parametrize("angle", [5e-324, 1e-300, 1e-9, 90 + 1e-9, -180 + 1e-9])
def test_a_hair_beside_a_quarter_turn(angle):
    image = face(gray=True)[300:340, 400:460]
    expected = ndimage.rotate(image, angle, order=1)
    np.testing.assert_array_equal(rotate(image, angle), expected)


def test_what_lies_far_outside_is_cval():
    image = np.ones((20, 30))
    away = np.iinfo(np.intp).max / 8
    far = warp_affine(image, [[1, away / 1e6], [3, -away / 1e3]], away, cval=5)
    np.testing.assert_array_equal(far, np.full((20, 30), 5))
    assert warp_affine(image, np.zeros((2, 2)), (3, 30), cval=5).max() == 5
    backward = warp_affine([1.0, 2.0, 4.0], [[-1]], 2.5, (4,))
    np.testing.assert_array_equal(backward, [0, 3, 1.5, 0])


@given(IMAGES, st.integers(-9, 9), ORDERS)
def test_quarter_turns_are_exact(image, turns, order):
    turned = rotate(image, 90 * turns, order=order)
    np.testing.assert_array_equal(turned, np.rot90(image, turns))
    assert turned.dtype == image.dtype.newbyteorder("=")
    assert not np.shares_memory(turned, image)
    back = rotate(turned, -90 * turns, order=order)
    np.testing.assert_array_equal(back, image)


def test_positive_angles_turn_counterclockwise_on_the_screen():
    image = np.zeros((11, 11))
    image[5, 9] = 1  # at the right; row 0 is at the top
    turned = rotate(image, 45, reshape=False)
    row, column = np.unravel_index(turned.argmax(), turned.shape)
    assert (row, column) == (2, 8)


@pytest.mark.parametrize("angle", [31, -75, 200])
@pytest.mark.parametrize("order", [0, 1, 3])
def test_rotation_equals_scikit_image_inside(angle, order):
    image = ndimage.gaussian_filter(face(gray=True)[200:301, 300:401] / 255, 2)
    expected = transform.rotate(image, angle, order=order, mode="edge")
    result = rotate(image, angle, reshape=False, order=order, mode="nearest")
    inside = np.s_[20:-20, 20:-20]
    # scikit-image leaves out the prefilter that makes a cubic spline interpolate.
    tolerance = 0.02 if order == 3 else 1e-9
    np.testing.assert_allclose(result[inside], expected[inside], atol=tolerance)


def test_rotation_of_the_face_by_45_degrees():
    assert rotate(face(gray=True), 45).shape == (1267, 1267)
    assert rotate(face(gray=True), 45, reshape=False).shape == (768, 1024)


def test_rotation_in_another_plane_of_a_volume():
    volume = phantom(16)[:, :12, :9]
    result = rotate(volume, 33, axes=(-1, 1))
    expected = np.stack([rotate(plane, 33) for plane in volume])
    np.testing.assert_array_equal(result, expected)


def test_rotation_refuses_bad_input():
    image = np.ones((4, 5))
    with pytest.raises(ValueError, match="angle is nan"):
        rotate(image, np.nan)
    with pytest.raises(ValueError, match="order is 6"):
        rotate(image, 1, order=6)
    with pytest.raises(TypeError, match=r"order is 1\.0"):
        rotate(image, 1, order=1.0)
    with pytest.raises(ValueError, match="mode is 'grid-wrap'; allowed are reflect"):
        rotate(image, 1, mode="grid-wrap")
    with pytest.raises(ValueError, match=r"axes is \(0,\); it must hold 2"):
        rotate(image, 1, axes=(0,))
    with pytest.raises(TypeError, match="axes is 0; it must be a sequence"):
        rotate(image, 1, axes=0)
    with pytest.raises(TypeError, match="reshape is 'no'; allowed are True and False"):
        rotate(image, 1, reshape="no")
    with pytest.raises(ValueError, match="axes is 1; allowed is -1 to 0"):
        rotate([1.0, 2.0], 1)


@settings(deadline=None, max_examples=100)
@given(
    IMAGES,
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.sampled_from([1, 2, 3]),
    st.booleans(),
)
def test_resizing_equals_scikit_image(image, shape, order, antialias):
    before = image.copy()
    result = resize(image, shape, order, antialias)
    floats = by_channel(
        lambda channel: transform.resize(
            channel,
            shape,
            order=order,
            mode="symmetric",
            anti_aliasing=antialias,
            clip=False,
            preserve_range=True,
        ),
        image,
        ndim=2,
    )
    np.testing.assert_array_equal(image, before)
    assert_equal_but_for_rounding(result, floats, image.dtype)


@given(IMAGES, st.data(), st.booleans())
def test_resizing_with_order_0_takes_the_nearest_pixel(image, data, antialias):
    longest = {2: 20, 3: 9, 4: 5}[image.ndim]
    shape = data.draw(st.tuples(*[st.integers(1, longest)] * image.ndim))
    result = resize(image, shape, order=0, antialias=antialias)
    assert (result.shape, result.dtype) == (shape, image.dtype.newbyteorder("="))
    for index in np.ndindex(shape):
        # Twice the position, in whole numbers of 1 / new pixels.
        nearest = []
        for i, old, new in zip(index, image.shape, shape, strict=True):
            distances = [abs((2 * i + 1) * old - (2 * j + 1) * new) for j in range(old)]
            nearest.append(max(np.flatnonzero(distances == np.min(distances))))
        assert result[index] == image[tuple(nearest)]


@given(IMAGES, ORDERS)
def test_resizing_to_the_same_shape_changes_nothing(image, order):
    same = resize(image, image.shape[:2], order)
    np.testing.assert_array_equal(same, image)
    assert not np.shares_memory(same, image)


def test_half_the_size_without_blur_is_the_mean_of_four_pixels():
    image = face() / 255
    half = resize(image, (384, 512), antialias=False)
    means = image.reshape(384, 2, 512, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(half, means, atol=1e-12)


def test_enlarging_labels_and_shrinking_them_back():
    labels = np.random.default_rng(0).integers(0, 2**50, (7, 5))
    large = resize(labels, (7 * 6, 5 * 3), order=0)
    np.testing.assert_array_equal(large, np.kron(labels, np.ones((6, 3), int)))
    np.testing.assert_array_equal(resize(large, (7, 5), order=0), labels)


def test_the_blur_removes_stripes_that_the_new_pixels_cannot_show():
    stripes = np.tile([0.0, 1.0, 1.0], (30, 40))
    aliased = resize(stripes, (30, 30), antialias=False)
    blurred = resize(stripes, (30, 30))
    assert np.ptp(aliased) == pytest.approx(0.5)
    inside = blurred[:, 3:-3]
    assert np.ptp(inside) < 0.1
    assert inside.mean() == pytest.approx(2 / 3, abs=1e-3)


def test_resizing_refuses_bad_input():
    image = np.ones((4, 4))
    with pytest.raises(ValueError, match="shape is 0"):
        resize(image, (0, 4))
    with pytest.raises(TypeError, match=r"shape is 2\.0"):
        resize(image, (2.0, 4))
    with pytest.raises(TypeError, match="shape is 8; it must be a sequence"):
        resize(image, 8)
    with pytest.raises(ValueError, match=r"shape is \(2, 2, 2\)"):
        resize(image, (2, 2, 2))
    with pytest.raises(ValueError, match=r"shape is .* up to 2 \*\* 40 pixels"):
        resize(image, (2**31, 2**31))
    with pytest.raises(TypeError, match="antialias is 2; allowed are True and False"):
        resize(image, (2, 2), antialias=2)


@settings(deadline=None, max_examples=150)
@given(
    IMAGES,
    st.lists(st.floats(-20, 20).map(lambda v: round(v, 2)), min_size=1, max_size=2),
    ORDERS,
    MODES,
)
def test_shift_equals_ndimage(image, offset, order, mode):
    assume(not all(step.is_integer() for step in offset))
    before = image.copy()
    result = shift(image, offset, order, mode=mode, cval=1)
    floats = by_channel(
        lambda channel: ndimage.shift(
            channel, offset, order=order, mode=TO_NDIMAGE[mode], cval=1
        ),
        image,
        ndim=len(offset),
    )
    np.testing.assert_array_equal(image, before)
    assert_equal_but_for_rounding(result, floats, image.dtype)


@given(IMAGES, st.tuples(st.integers(-20, 20), st.integers(-20, 20)), MODES, ORDERS)
def test_whole_shifts_are_exact(image, offset, mode, order):
    padding = {
        "constant": {"mode": "constant", "constant_values": 1},
        "reflect": {"mode": "symmetric"},
        "mirror": {"mode": "reflect"},
        "nearest": {"mode": "edge"},
        "wrap": {"mode": "wrap"},
    }[mode]
    width = [(20, 20)] * 2 + [(0, 0)] * (image.ndim - 2)
    padded = np.pad(image, width, **padding)
    rows, columns = (
        slice(20 - step, 20 - step + length)
        for step, length in zip(offset, image.shape, strict=False)
    )
    shifted = shift(image, offset, order, mode=mode, cval=1)
    np.testing.assert_array_equal(shifted, padded[rows, columns])
    assert shifted.dtype == image.dtype.newbyteorder("=")


@given(IMAGES, st.tuples(st.integers(-20, 20), st.integers(-20, 20)))
def test_shifting_there_and_back_with_wrap_changes_nothing(image, offset):
    there = shift(image, offset, mode="wrap")
    back = shift(there, [-step for step in offset], mode="wrap")
    np.testing.assert_array_equal(there, np.roll(image, offset, axis=(0, 1)))
    np.testing.assert_array_equal(back, image)


# Sides that are long enough for the matrices of splines or 1, images with few and with
# many pixels, and every second row of an array.
SIDES = st.one_of(
    st.lists(st.integers(24, 45), min_size=1, max_size=3),
    st.tuples(st.integers(180, 250), st.integers(190, 240)),
    st.tuples(st.just(30), st.just(1), st.integers(33, 40), st.integers(33, 40)),
)
LARGE = st.tuples(
    st.sampled_from([np.uint8, ">i2", np.float16, ">f4", np.float64, bool]),
    SIDES,
    st.integers(0, 9),
).map(lambda drawn: large_image(*drawn))


def large_image(dtype, shape, seed):
    values = np.random.default_rng(seed).random((2 * shape[0], *shape[1:]))
    low, high = (0, 1) if dtype is bool or np.dtype(dtype).kind == "f" else (0, 100)
    image = (low + (high - low) * values).round(0 if high > 1 else 8)
    return (image > 0.5 if dtype is bool else image.astype(dtype))[::2]


LONG = st.tuples(
    st.sampled_from([np.uint8, np.float32]),
    st.tuples(st.integers(33_000, 34_000)),
    st.integers(0, 9),
).map(lambda drawn: large_image(*drawn))


@settings(deadline=None, max_examples=100)
@given(LARGE | LONG, st.data(), ORDERS, MODES)
def test_shift_of_large_images_equals_ndimage(image, data, order, mode):
    # In a long line, ndimage rounds the places, unless these are fractions of 2.
    unit = 100 if len(image) < 1000 else 64
    step = st.integers(-90 * unit, 90 * unit).map(lambda value: value / unit)
    least = 3 if image.ndim == 4 else 1
    offset = data.draw(st.lists(step, min_size=least, max_size=image.ndim))
    assume(not all(value.is_integer() for value in offset))
    result = shift(image, offset, order, mode=mode, cval=1)
    floats = by_channel(
        lambda channel: ndimage.shift(
            channel, offset, order=order, mode=TO_NDIMAGE[mode], cval=1
        ),
        image,
        ndim=len(offset),
    )
    assert_equal_but_for_rounding(result, floats, image.dtype)


@settings(deadline=None, max_examples=100)
@given(LARGE, st.data(), st.integers(1, 5), st.booleans())
def test_resizing_large_images_equals_blur_and_zoom(image, data, order, antialias):
    least, longest = {1: (1, 90), 2: (1, 250), 3: (1, 60), 4: (3, 12)}[image.ndim]
    lengths = st.lists(st.integers(1, longest), min_size=least, max_size=image.ndim)
    if image.ndim == 1:
        lengths |= st.tuples(st.integers(33_000, 34_000))
    shape = data.draw(lengths)
    ratios = np.divide(image.shape[: len(shape)], shape)
    sigma = antialias * np.maximum(0, (ratios - 1) / 2)
    result = resize(image, shape, order, antialias)
    floats = by_channel(
        lambda channel: ndimage.zoom(
            ndimage.gaussian_filter(channel, sigma),
            1 / ratios,
            order=order,
            mode="reflect",
            grid_mode=True,
        ),
        image,
        ndim=len(shape),
    )
    assert_equal_but_for_rounding(result, floats, image.dtype)


def weigh_neighbours(levels, axis, place, whole, mode):
    """Integers `whole` times the linear interpolation at first + part / whole."""
    first, part = place
    margin = int(np.abs(first).max()) + levels.shape[axis] + 2
    widths = [(0, 0)] * levels.ndim
    widths[axis] = (margin, margin)
    padded = np.pad(levels, widths, TO_NUMPY[mode])
    shape = [-1 if k == axis else 1 for k in range(levels.ndim)]
    share = np.broadcast_to(part, first.shape).reshape(shape)
    near, far = (padded.take(first + margin + step, axis) for step in (0, 1))
    return (whole - share) * near + share * far


def rounded_quotient(numerator, divisor):
    """The nearest integer to a quotient of integers, halves away from zero."""
    return np.sign(numerator) * ((2 * np.abs(numerator) + divisor) // (2 * divisor))


def random_levels(dtype, shape):
    """Levels over the whole range of a dtype, as they are and as int64."""
    limits = np.iinfo(dtype)
    rng = np.random.default_rng(0)
    image = rng.integers(limits.min, limits.max, shape, dtype, endpoint=True)
    return image, image.astype(np.int64)


@pytest.mark.parametrize("mode", sorted(set(BORDER_MODES) - {"constant"}))
@pytest.mark.parametrize("shape", [(300, 301), (40, 41)])
@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16, np.int16, np.int32])
def test_halves_are_rounded_away_from_0_whatever_the_rounding_errors(
    dtype, shape, mode
):
    image, levels = random_levels(dtype, shape)
    for tenths in ((3, 0), (0, -7), (121, 0), (-3, 5), (1, 9)):
        numerator = levels
        for axis, step in enumerate(tenths):
            first, part = divmod(-step, 10)
            place = np.arange(shape[axis]) + first, part
            numerator = weigh_neighbours(numerator, axis, place, 10, mode)
        result = shift(image, np.divide(tenths, 10), mode=mode)
        np.testing.assert_array_equal(result, rounded_quotient(numerator, 100))


@pytest.mark.parametrize("shape", [(300, 301), (40, 41)])
@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16, np.int16, np.int32])
def test_halves_are_rounded_away_from_0_when_resizing(dtype, shape):
    image, levels = random_levels(dtype, shape)
    for new in ((300, 200), (480, 301), (25, 82), (60, 61)):
        numerator, divisor = levels, 1
        for axis, (old, length) in enumerate(zip(shape, new, strict=True)):
            doubled = (2 * np.arange(length) + 1) * old - length
            place = np.divmod(doubled, 2 * length)
            numerator = weigh_neighbours(numerator, axis, place, 2 * length, "reflect")
            divisor *= 2 * length
        result = resize(image, new, antialias=False)
        expected = rounded_quotient(numerator, divisor)
        if dtype == np.int32 and os.environ.get("KERNELS") == "plain":
            # Plain kernels leave the places to SciPy. With levels of 32 bits, rounding
            # errors of the places reach the halves of some pixels in a million.
            differs = result != expected
            assert differs.mean() < 1e-4
            np.testing.assert_allclose(result, expected, rtol=0, atol=1)
        else:
            np.testing.assert_array_equal(result, expected)


@pytest.mark.parametrize("shape", [(300, 301), (40, 41)])
def test_integers_that_floats_just_hold_are_not_moved_by_rounding(shape):
    image = 2**53 - np.random.default_rng(0).integers(0, 99, shape)
    for mode in ("nearest", "wrap"):
        moved = shift(image, (2, 1e-20), mode=mode)
        np.testing.assert_array_equal(moved, shift(image, (2, 0), mode=mode))
    enlarged = resize(image, (3 * shape[0], shape[1]), antialias=False)
    np.testing.assert_array_equal(enlarged[1::3], image)
    scaled = warp_affine(image, [[0.5, 0], [0, 1]], shape=(2 * shape[0] - 1, shape[1]))
    np.testing.assert_array_equal(scaled[::2], image)
    turned = rotate(image, 1e-9, reshape=False, mode="nearest")
    assert np.mean(turned == image) > 0.9


@pytest.mark.parametrize("side", [20, 140, 200])
def test_indices_may_have_32_bits(monkeypatch, side):
    """As NumPy has them on a machine of 32 bits."""
    image = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    calls = [
        lambda order: rotate(image, 30, order=order),
        lambda order: shift(image, (2.3, 0), order),
        lambda order: resize(image, (side - 9, side), order),
        lambda order: warp_affine(image, [[0.9, 0.2], [0, 1]], order=order),
    ]
    expected = [call(order) for call in calls for order in (0, 1)]

    class Narrow:
        intp = np.int32

        def __getattr__(self, name):
            return getattr(np, name)

        def arange(self, *arguments, dtype=np.int32):
            if not any(isinstance(number, float) for number in arguments):
                return np.arange(*arguments, dtype=dtype)
            return np.arange(*arguments)

    monkeypatch.setattr(geometry, "np", Narrow())
    found = [call(order) for call in calls for order in (0, 1)]
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_shift_refuses_bad_input():
    image = np.ones((4, 4))
    with pytest.raises(TypeError, match="offset is 1; it must be a sequence"):
        shift(image, 1)
    with pytest.raises(ValueError, match=r"offset is \(\)"):
        shift(image, ())
    with pytest.raises(ValueError, match=r"offset is 10000000000\.0; allowed is -107"):
        shift(image, (1e10,))
    with pytest.raises(ValueError, match=r"cval is 70000; allowed is -65504\.0 to"):
        shift(image.astype(np.float16), (1,), cval=70000)
    with pytest.raises(ValueError, match="offset is nan"):
        shift(image, (0, np.nan))
    with pytest.raises(ValueError, match="cval is 256; allowed is 0 to 255"):
        shift(image.astype(np.uint8), (1, 0), cval=256)
    with pytest.raises(ValueError, match=r"cval is 0\.5; for bool it must be an int"):
        shift(image.astype(bool), (1, 0), cval=0.5)
    with pytest.raises(TypeError, match="cval is 'a'"):
        shift(image, (1, 0), cval="a")
    with pytest.raises(ValueError, match="a single number"):
        shift(3.0, (1,))


@settings(deadline=None, max_examples=100)
@given(IMAGES, st.data(), ORDERS, MODES)
def test_affine_map_equals_ndimage(image, data, order, mode):
    number = st.floats(-2, 2).map(lambda value: round(value, 3) + 1 / 7)
    matrix = data.draw(hnp.arrays(np.float64, (2, 2), elements=number))
    offset = data.draw(st.tuples(number, number))
    shape = data.draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    result = warp_affine(image, matrix, offset, shape, order, mode=mode)
    floats = by_channel(
        lambda channel: ndimage.affine_transform(
            channel, matrix, offset, shape, order=order, mode=TO_NDIMAGE[mode]
        ),
        image,
        ndim=2,
    )
    assert_equal_but_for_rounding(result, floats, image.dtype)


@given(IMAGES, ORDERS)
def test_the_identity_matrix_changes_nothing(image, order):
    result = warp_affine(image, np.eye(image.ndim), order=order)
    np.testing.assert_allclose(result, image, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("order", [0, 1, 3])
def test_a_rotation_matrix_rotates(order):
    image = face()[300:361, 400:480] / 255
    cos, sin = np.cos(np.radians(25)), np.sin(np.radians(25))
    matrix = np.array([[cos, sin], [-sin, cos]])
    center = (np.array(image.shape[:2]) - 1) / 2
    result = warp_affine(image, matrix, center - matrix @ center, order=order)
    expected = rotate(image, 25, reshape=False, order=order)
    np.testing.assert_allclose(result, expected, atol=1e-12)


def test_the_matrix_leads_from_output_to_input():
    image = np.arange(12.0).reshape(3, 4)
    every_second = warp_affine(image, [[1, 0], [0, 2]], (0, 1), shape=(3, 2))
    np.testing.assert_array_equal(every_second, image[:, 1::2])


def test_affine_map_refuses_bad_input():
    image = np.ones((4, 4))
    with pytest.raises(ValueError, match=r"matrix has shape \(2, 3\)"):
        warp_affine(image, np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"matrix has shape \(3, 3\).*at most 2"):
        warp_affine(image, np.eye(3))
    with pytest.raises(ValueError, match="matrix holds 1 values that are NaN"):
        warp_affine(image, [[1, np.nan], [0, 1]])
    with pytest.raises(ValueError, match="offset is"):
        warp_affine(image, np.eye(2), (1, 2, 3))
    with pytest.raises(ValueError, match="shape is"):
        warp_affine(image, np.eye(2), shape=(4,))
    with pytest.raises(TypeError, match="shape is 5; it must be a sequence"):
        warp_affine(image, np.eye(2), shape=5)
    with pytest.raises(ValueError, match=r"shape is .* up to 2 \*\* 40 pixels"):
        warp_affine(image, np.eye(2), shape=(2**31, 2**31))
    for matrix, offset in (([[1e308]], 1e308), ([[1]], 5e18), ([[-2e18]], 0)):
        with pytest.raises(ValueError, match="matrix and offset lead to places"):
            warp_affine(image, matrix, offset)


EVERY_RECIPE = {
    "rotate": lambda image, order: rotate(image, 30, order=order),
    "resize": lambda image, order: resize(image, (23, 17), order=order),
    "shift": lambda image, order: shift(image, (0.4, 1.7), order=order, mode="wrap"),
    "warp_affine": lambda image, order: warp_affine(
        image, [[0.9, 0.2], [0.0, 1.1]], order=order
    ),
}
every_recipe = pytest.mark.parametrize(
    "recipe", EVERY_RECIPE.values(), ids=EVERY_RECIPE.keys()
)


@every_recipe
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32, np.uint64])
def test_overshooting_splines_are_clipped_not_wrapped(recipe, dtype):
    low, high = np.iinfo(dtype).min, min(np.iinfo(dtype).max, 2**53)
    image = np.full((20, 20), low, dtype)
    image[6:14, 6:14] = high
    floats = recipe(image.astype(np.float64), 3)
    assert floats.min() < low
    assert floats.max() > high
    result = recipe(image, 3)
    assert_equal_but_for_rounding(result, floats, dtype)


@every_recipe
def test_masks_stay_masks_without_holes(recipe):
    mask = np.zeros((20, 20), bool)
    mask[6:14, 6:14] = True
    result = recipe(mask, 3)
    assert result.dtype == bool
    np.testing.assert_array_equal(result, recipe(mask.astype(float), 3) >= 0.5)
    np.testing.assert_array_equal(ndimage.binary_fill_holes(result), result)


@every_recipe
def test_nan_stays_local_or_is_refused(recipe):
    image = np.ones((20, 20))
    image[10, 10] = np.nan
    for order in (0, 1):
        assert 0 < np.isnan(recipe(image, order)).sum() < 40
    with pytest.raises(ValueError, match="NaN or infinity, which order 3 spreads"):
        recipe(image, 3)


@every_recipe
@pytest.mark.parametrize("order", [0, 1, 3])
def test_layout_and_odd_dtypes_do_not_matter(recipe, order):
    image = np.random.default_rng(3).integers(0, 256, (20, 20, 3), dtype=np.uint8)
    expected = recipe(image, order)
    backward = image[:, ::-1].copy()[:, ::-1]
    backward.flags.writeable = False
    np.testing.assert_array_equal(recipe(np.asfortranarray(image), order), expected)
    np.testing.assert_array_equal(recipe(backward, order), expected)
    for channel in range(3):
        alone = recipe(image[..., channel], order)
        np.testing.assert_array_equal(alone, expected[..., channel])
    floats = recipe(image.astype(np.float64), order)
    for dtype in (np.float16, np.float32):
        result = recipe(image.astype(dtype), order)
        assert result.dtype == dtype
        np.testing.assert_allclose(result, floats, rtol=2e-3, atol=1e-3)


@every_recipe
def test_what_floats_cannot_hold_is_refused(recipe):
    with pytest.raises(ValueError, match=f"image holds {2**53 + 1} in size"):
        recipe(np.array([[0, -(2**53) - 1]]), 1)
    with pytest.raises(TypeError, match="image has dtype complex128"):
        recipe(np.ones((2, 2), complex), 1)
    with pytest.raises(ValueError, match="image is empty"):
        recipe(np.ones((2, 0)), 1)


def test_outside_can_be_marked_by_nan():
    image = np.ones((12, 12))
    for order in (1, 3):
        turned = rotate(image, 45, order=order, cval=np.nan)
        assert np.isnan(turned[0, 0])
        np.testing.assert_allclose(turned[np.isfinite(turned)], 1)


@every_recipe
def test_splines_that_float16_or_any_float_cannot_hold_are_refused(recipe):
    image = np.zeros((20, 20), np.float16)
    image[6:14, 6:14] = np.finfo(np.float16).max
    with pytest.raises(ValueError, match="image has dtype float16, too narrow"):
        recipe(image, 3)
    assert recipe(image, 1).max() == image.max()
    for dtype in (np.float32, np.float64):
        largest = np.full((20, 20), 0.99 * np.finfo(dtype).max, dtype)
        with pytest.raises(
            ValueError, match="image holds 400 values that are NaN or infinite, or b"
        ):
            recipe(largest, 3)
        np.testing.assert_allclose(recipe(largest, 1).max(), largest.max(), rtol=1e-6)


def test_turning_by_whole_turns_more_changes_nothing():
    image = face(gray=True)[:40, :50]
    for turns in (-3, 2, 2**40):
        np.testing.assert_array_equal(
            rotate(image, 30 + 360 * turns), rotate(image, 30)
        )
    assert rotate(image, 1e300).any()
