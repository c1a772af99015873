"""What `imgrecipes.pixels` promises."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage import color, exposure

from imgrecipes.pixels import circular_mask, histogram, stretch_contrast, to_gray
from imgrecipes.samples import face

INTEGERS = st.sampled_from(["u1", "i1", "u2", ">i2", "<u4", ">i4", ">u8", "<i8"])
FLOATS = st.sampled_from([">f2", "<f2", ">f4", "<f4", ">f8", "<f8"])
SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, max_side=8)
LEVELS = hnp.arrays(
    st.sampled_from([np.uint8, np.int16]), SHAPES, elements=st.integers(0, 120)
)


def test_the_classic_numbers_of_the_gray_face():
    image = face(gray=True)
    assert image[0, 40] == 127
    assert image[10:13, 20:23].tolist() == [
        [141, 153, 145],
        [133, 134, 125],
        [96, 92, 94],
    ]
    assert image.mean() == 113.48026784261067
    assert (image.max(), image.min()) == (250, 0)


@given(
    shape=hnp.array_shapes(min_dims=1, max_dims=4, max_side=9),
    data=st.data(),
)
def test_mask_holds_the_pixels_within_the_radii(shape, data):
    ndim = len(shape)
    center = data.draw(st.tuples(*[st.integers(-300, 1200)] * ndim))
    radius = data.draw(st.tuples(*[st.integers(25, 900)] * ndim))
    mask = circular_mask(shape, np.divide(center, 100), np.divide(radius, 100))
    assert mask.shape == shape
    for index in np.ndindex(shape):
        # Hundredths are no exact floats, but fractions of whole numbers.
        distance = sum(
            Fraction(100 * i - c, r) ** 2
            for i, c, r in zip(index, center, radius, strict=True)
        )
        assert mask[index] == (distance <= (1 + Fraction(1, 10**9)) ** 2)


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_a_radius_that_is_a_square_root_reaches_the_pixels_at_its_distance(ndim):
    for squared in range(1, 400 if ndim < 3 else 90):
        side = 2 * int(squared**0.5) + 1
        steps = np.indices((side,) * ndim) - side // 2
        expected = (steps**2).sum(axis=0) <= squared
        mask = circular_mask((side,) * ndim, radius=squared**0.5)
        np.testing.assert_array_equal(mask, expected, err_msg=f"{squared}")
    assert circular_mask((9, 9), radius=13**0.5).sum() == 45


def test_a_tiny_disk_far_outside_is_empty():
    assert not circular_mask((4, 5), (1e300, 2), 1e-300).any()
    assert circular_mask((4, 5), (1, 2), 5e-324).sum() == 1
    assert circular_mask((4, 5), radius=1e308).all()


def test_default_mask_is_the_largest_centered_disk():
    mask = circular_mask((20, 31))
    np.testing.assert_array_equal(mask, mask[::-1, ::-1])
    assert np.any(mask, axis=1).all()
    assert np.any(mask, axis=0).sum() == 19  # columns 6 to 24, around 15


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"shape": (4, 0)}, ValueError, "shape is 0"),
        ({"shape": (4.0, 4)}, TypeError, "shape is 4.0"),
        ({"shape": (4, 4), "center": (1, 2, 3)}, ValueError, "center is"),
        ({"shape": (4, 4), "radius": 0}, ValueError, "radius is 0"),
        ({"shape": (4, 4), "radius": -2}, ValueError, "radius is -2"),
        ({"shape": (4, 4), "radius": np.nan}, ValueError, "radius is nan"),
        ({"shape": (4, 4), "center": "ab"}, TypeError, "center is"),
        ({"shape": 5}, TypeError, "shape is 5; it must be a sequence"),
        ({"shape": ()}, ValueError, r"shape is \(\); allowed are 1 to 32 lengths"),
        ({"shape": (2**31, 2**31)}, ValueError, r"shape is .* up to 2 \*\* 40"),
    ],
)
def test_mask_names_the_wrong_argument(arguments, error, message):
    with pytest.raises(error, match=message):
        circular_mask(**arguments)


@st.composite
def near_a_level(draw):
    """Integers anywhere in the range of their dtype, but near one another."""
    dtype = np.dtype(draw(INTEGERS))
    limits = np.iinfo(dtype)
    low = draw(st.integers(limits.min, limits.max - 120))
    low = draw(st.sampled_from([limits.min, low, limits.max - 120]))
    return draw(hnp.arrays(dtype, SHAPES, elements=st.integers(low, low + 120)))


@given(near_a_level())
def test_histogram_of_integers_counts_each_level(image):
    counts, levels = histogram(image)
    assert counts.sum() == image.size
    assert counts.dtype == np.intp
    values, expected = np.unique(image, return_counts=True)
    found = np.flatnonzero(counts)
    np.testing.assert_array_equal(found, [int(v) - int(values[0]) for v in values])
    np.testing.assert_array_equal(counts[found], expected)
    np.testing.assert_array_equal(levels[found], values.astype(np.float64))


@pytest.mark.parametrize("value", [0.0, -3.5, 1e17, -1e300, 5e-324])
@pytest.mark.parametrize("bins", [None, 1, 5, 2**16])
def test_equal_floats_are_counted_in_one_bin(value, bins):
    counts, levels = histogram(np.full(3, value), bins)
    assert counts.max() == counts.sum() == 3
    assert np.all(np.diff(levels) > 0)
    middle = levels[counts.argmax()]
    assert abs(middle - value) <= max(1, 4 * levels.size * np.spacing(abs(value)))


@given(
    offset=st.sampled_from([0, 1e5, -1e9, 1e15]),
    steps=hnp.arrays(np.int64, st.integers(1, 300), elements=st.integers(0, 300)),
    bins=st.integers(1, 300),
)
def test_floats_far_from_0_are_counted_between_the_edges(offset, steps, bins):
    image = offset + 0.7 * steps
    counts, levels = histogram(image, bins)
    if np.ptp(image) == 0:
        return
    edges = np.linspace(image.min(), image.max(), bins + 1)
    places = np.searchsorted(edges, image, side="right") - 1
    expected = np.bincount(np.minimum(places, bins - 1), minlength=bins)
    np.testing.assert_array_equal(counts, expected)
    np.testing.assert_allclose(levels, (edges[:-1] + edges[1:]) / 2, rtol=1e-15)


# NumPy 1 takes quotients of the smallest numbers for an overflow, and gives them right.
@pytest.mark.filterwarnings("ignore:overflow encountered in divide")
@given(
    image=FLOATS.flatmap(
        lambda dtype: hnp.arrays(
            dtype, SHAPES, elements={"min_value": -1e3, "max_value": 1e3}
        )
    ),
    bins=st.integers(1, 40),
)
def test_histogram_of_floats_equals_numpy(image, bins):
    counts, levels = histogram(image, bins)
    expected, edges = np.histogram(image.astype(np.float64), bins)
    np.testing.assert_array_equal(counts, expected)
    np.testing.assert_allclose(levels, edges[:-1] + np.diff(edges) / 2)


@given(
    image=hnp.arrays(np.float32, (4, 300), elements=st.integers(0, 120)),
    bins=st.integers(1, 500),
)
def test_floats_on_the_edges_of_bins_are_counted_as_by_numpy(image, bins):
    expected, edges = np.histogram(image.astype(np.float64), bins)
    counts, levels = histogram(image, bins)
    np.testing.assert_array_equal(counts, expected)
    np.testing.assert_allclose(levels, (edges[:-1] + edges[1:]) / 2, rtol=1e-15)


@pytest.mark.parametrize("size", [2**18, 2**18 + 3, 70_001])
@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16, np.float64])
def test_histogram_of_many_pixels_equals_numpy(size, dtype):
    image = np.random.default_rng(size).normal(60, 15, size).astype(dtype)
    levels = np.arange(image.min(), image.max() + 1.0)
    bins = None if image.dtype.kind in "ui" else levels.size
    edges = bins or np.append(levels, levels[-1] + 1) - 0.5
    counts, centers = histogram(image[::-1], bins)
    expected, edges = np.histogram(image.astype(np.float64), edges)
    np.testing.assert_array_equal(counts, expected)
    np.testing.assert_allclose(centers, edges[:-1] + np.diff(edges) / 2)


def test_histogram_of_the_face_equals_scikit_image():
    image = face(gray=True)
    counts, levels = histogram(image)
    expected, centers = exposure.histogram(image)
    np.testing.assert_array_equal(counts, expected)
    np.testing.assert_array_equal(levels, centers)
    assert (counts * levels).sum() / counts.sum() == pytest.approx(image.mean())


def test_histogram_of_signed_integers_and_booleans():
    counts, levels = histogram(np.array([-128, 127], np.int8))
    assert (counts.size, levels[0], counts[0], counts[-1]) == (256, -128, 1, 1)
    counts, levels = histogram(np.array([True, False, True]))
    assert (counts.tolist(), levels.tolist()) == ([1, 2], [0, 1])


def test_histogram_refuses_bad_input():
    with pytest.raises(ValueError, match="image holds 1 values that are NaN"):
        histogram([1.0, np.nan])
    with pytest.raises(ValueError, match="image is empty"):
        histogram(np.zeros((0, 3)))
    for bins in (0, 2**24 + 1, 2**63):
        with pytest.raises(ValueError, match=f"bins is {bins}; allowed is 1 to 1677"):
            histogram([1.0], bins=bins)
    with pytest.raises(ValueError, match=r"image spans the levels -1e\+308 to 1e\+308"):
        histogram([-1e308, 1e308])
    with pytest.raises(ValueError, match="too many for a bin each"):
        histogram(np.array([0, 2**31], np.int64))
    with pytest.raises(TypeError, match="image has dtype complex128"):
        histogram([1j])


def test_gray_with_the_legacy_weights_is_the_gray_face():
    gray = to_gray(face(), weights=(0.21, 0.71, 0.07))
    np.testing.assert_array_equal(gray.astype(np.uint8), face(gray=True))


def test_gray_equals_the_luminance_of_scikit_image():
    image = face()[:64, :64]
    gray = to_gray(image, weights=(0.2125, 0.7154, 0.0721))
    np.testing.assert_allclose(gray, color.rgb2gray(image) * 255, rtol=1e-12)


@pytest.mark.parametrize("dtype", ["u1", ">u2", "i1", "<u8", ">f2", ">f4", "f4", ">f8"])
@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3, 4), (3, 300, 3)])
def test_gray_keeps_equal_channels(dtype, shape):
    level = (np.arange(np.prod(shape, dtype=int)) % 120).astype(dtype).reshape(shape)
    image = np.stack([level] * 3, axis=-1)
    image.flags.writeable = False
    gray = to_gray(image)
    assert isinstance(gray, np.ndarray)
    assert gray.dtype == (np.float32 if dtype in {"f4", ">f4"} else np.float64)
    np.testing.assert_allclose(gray, level.astype(float), rtol=1e-6)


def test_an_array_of_three_columns_is_a_list_of_colors():
    colors = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]
    expected = [0.2126 * 255, 0.7152 * 255, 0.0722 * 255, 255]
    np.testing.assert_allclose(to_gray(colors), expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gray_carries_nan_along_and_is_infinite_beyond_the_largest_float(dtype):
    image = np.array([[[np.nan, 1, 1], [1, 2, 3]]], dtype)
    np.testing.assert_array_equal(np.isnan(to_gray(image)), [[True, False]])
    largest = np.full((2, 3), np.finfo(dtype).max)
    assert np.isposinf(to_gray(largest, (1, 1, 1))).all()


def test_gray_refuses_what_is_not_three_channels():
    with pytest.raises(ValueError, match=r"image has shape \(4, 4\).*3 channels"):
        to_gray(np.zeros((4, 4)))
    with pytest.raises(ValueError, match="drop an alpha channel"):
        to_gray(np.zeros((4, 4, 4)))
    with pytest.raises(ValueError, match="weights is"):
        to_gray(np.zeros((4, 4, 3)), weights=(1, 2))
    with pytest.raises(TypeError, match="weights is 1; it must be a sequence"):
        to_gray(np.zeros((4, 4, 3)), weights=1)
    with pytest.raises(ValueError, match=r"weights is \(1, 1e\+39, 1\); allowed is"):
        to_gray(np.zeros((4, 4, 3)), weights=(1, 1e39, 1))
    with pytest.raises(TypeError, match="weights has dtype <U"):
        to_gray(np.zeros((4, 4, 3)), weights=("a", 1, 1))


@given(LEVELS)
def test_stretched_image_fills_the_range_and_keeps_the_order(image):
    before = image.copy()
    stretched = stretch_contrast(image)
    np.testing.assert_array_equal(image, before)
    assert stretched.dtype == image.dtype
    if np.ptp(image) == 0:
        assert not stretched.any()
        return
    assert (stretched.min(), stretched.max()) == (0, np.iinfo(image.dtype).max)
    order = np.argsort(image, axis=None)
    assert np.all(np.diff(stretched.ravel()[order].astype(int)) >= 0)


@given(LEVELS)
def test_stretching_floats_equals_scikit_image(image):
    image = image.astype(np.float64)
    if np.ptp(image) > 0:
        expected = exposure.rescale_intensity(image, out_range=(0, 1))
        np.testing.assert_allclose(stretch_contrast(image), expected, atol=1e-15)


@settings(deadline=None)
@given(
    image=st.sampled_from(["u1", "i1", ">u2", "<i2", "<u4", ">i4", "<i4"]).flatmap(
        lambda dtype: hnp.arrays(
            dtype,
            hnp.array_shapes(min_dims=0, max_dims=4, max_side=8),
            elements=st.integers(max(-100, np.iinfo(dtype).min), 120)
            | st.integers(np.iinfo(dtype).min, np.iinfo(dtype).max),
        )
    ),
    dark=st.sampled_from([0, 0.5, 2, 33.3]),
    bright=st.sampled_from([0, 1, 7.7, 50]),
)
def test_stretched_integers_are_those_of_the_formula_pixel_by_pixel(
    image, dark, bright
):
    # As floats, since NumPy's own differences of int8 wrap around.
    low, high = np.percentile(image.astype(float), [dark, 100 - bright])
    stretched = stretch_contrast(image, dark, bright)
    if low == high:
        assert not stretched.any()
        return
    unit = np.clip((image - low) / (high - low), 0, 1)
    expected = np.rint(unit * np.iinfo(image.dtype).max).astype(image.dtype)
    np.testing.assert_array_equal(stretched, expected)


@given(
    image=FLOATS.flatmap(
        lambda dtype: hnp.arrays(
            dtype,
            hnp.array_shapes(min_dims=0, max_dims=4, max_side=8),
            elements={"allow_nan": False, "allow_infinity": False}
            | ({"min_value": -1e307, "max_value": 1e307} if dtype[1:] == "f8" else {}),
        )
    ),
    dark=st.sampled_from([0, 0.5, 2, 33.3]),
    bright=st.sampled_from([0, 1, 7.7, 50]),
)
def test_stretched_floats_are_those_of_the_formula_pixel_by_pixel(image, dark, bright):
    floats = image.astype(np.float64)
    low, high = np.percentile(floats, [dark, 100 - bright])
    stretched = stretch_contrast(image, dark, bright)
    assert stretched.dtype == image.dtype.newbyteorder("=")
    expected = np.zeros(image.shape)
    if low < high:
        expected = (np.clip(floats, low, high) - low) / (high - low)
    resolution = float(np.finfo(image.dtype).resolution)
    np.testing.assert_allclose(stretched, expected, rtol=0, atol=resolution)


def test_percentiles_of_large_integers_and_of_float16_do_not_wrap_or_overflow():
    image = np.array([-1_500_000_000] * 5 + [1_500_000_000] * 5, np.int32)
    stretched = stretch_contrast(image, dark=50)
    assert stretched.tolist() == [0] * 5 + [2**31 - 1] * 5
    halves = np.array([-60000, 0, 60000], np.float16)
    for dark in (0, 1e-9):
        np.testing.assert_allclose(stretch_contrast(halves, dark), [0, 0.5, 1], 1e-3)


def test_stretching_saturates_the_given_percentage():
    image = np.arange(1000, dtype=np.uint16)
    stretched = stretch_contrast(image, dark=5, bright=10)
    assert (stretched == 0).mean() == pytest.approx(0.05)
    assert (stretched == 65535).mean() == pytest.approx(0.10)


def test_stretching_twice_changes_nothing():
    image = face(gray=True)
    once = stretch_contrast(image)
    np.testing.assert_array_equal(stretch_contrast(once), once)


def test_stretching_refuses_bad_input():
    with pytest.raises(ValueError, match=r"dark \+ bright is 100"):
        stretch_contrast(np.arange(4, dtype=np.uint8), dark=60, bright=40)
    with pytest.raises(ValueError, match="dark is -1"):
        stretch_contrast(np.arange(4, dtype=np.uint8), dark=-1)
    with pytest.raises(TypeError, match="image has dtype bool"):
        stretch_contrast(np.array([True, False]))
    with pytest.raises(TypeError, match="image has dtype int64"):
        stretch_contrast(np.arange(4, dtype=np.int64))
    with pytest.raises(ValueError, match=r"image spans .* up to 1.79769e\+308"):
        stretch_contrast([-1e308, 1e308])
    with pytest.raises(ValueError, match="NaN"):
        stretch_contrast(np.array([np.nan, 1.0]))
