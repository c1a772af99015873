"""What `imgrecipes.pixels` promises."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage import color, exposure

from imgrecipes.pixels import circular_mask, histogram, stretch_contrast, to_gray
from imgrecipes.samples import face

INTEGERS = st.sampled_from([np.uint8, np.uint16, np.int16, np.int32])
SHAPES = hnp.array_shapes(min_dims=1, max_dims=3, max_side=8)
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
    shape=hnp.array_shapes(min_dims=1, max_dims=3, max_side=9),
    data=st.data(),
)
def test_mask_holds_the_pixels_within_the_radii(shape, data):
    ndim = len(shape)
    number = st.floats(-3, 12).map(lambda value: round(value, 2))
    center = data.draw(st.tuples(*[number] * ndim))
    radius = data.draw(
        st.tuples(*[st.floats(0.25, 9).map(lambda v: round(v, 2))] * ndim)
    )
    mask = circular_mask(shape, center, radius)
    assert mask.shape == shape
    for index in np.ndindex(shape):
        distance = sum(
            ((i - c) / r) ** 2 for i, c, r in zip(index, center, radius, strict=True)
        )
        assert mask[index] == (distance <= 1)


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
    ],
)
def test_mask_names_the_wrong_argument(arguments, error, message):
    with pytest.raises(error, match=message):
        circular_mask(**arguments)


@given(hnp.arrays(INTEGERS, SHAPES, elements=st.integers(0, 120)))
def test_histogram_of_integers_counts_each_level(image):
    counts, levels = histogram(image)
    assert counts.sum() == image.size
    values, expected = np.unique(image, return_counts=True)
    assert (levels[0], levels[-1]) == (values[0], values[-1])
    np.testing.assert_array_equal(levels[counts > 0], values)
    np.testing.assert_array_equal(counts[counts > 0], expected)


# NumPy 1 takes quotients of the smallest numbers for an overflow, and gives them right.
@pytest.mark.filterwarnings("ignore:overflow encountered in divide")
@given(
    image=hnp.arrays(np.float64, SHAPES, elements=st.floats(-1e3, 1e3)),
    bins=st.integers(1, 40),
)
def test_histogram_of_floats_equals_numpy(image, bins):
    counts, levels = histogram(image, bins)
    expected, edges = np.histogram(image, bins)
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
    np.testing.assert_array_equal(levels, (edges[:-1] + edges[1:]) / 2)


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
    with pytest.raises(ValueError, match="bins is 0"):
        histogram([1.0], bins=0)
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


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
def test_gray_keeps_equal_channels(dtype):
    level = np.arange(24, dtype=dtype).reshape(2, 3, 4)
    image = np.stack([level] * 3, axis=-1)
    image.flags.writeable = False
    gray = to_gray(image)
    assert gray.dtype == (np.float32 if dtype == np.float32 else np.float64)
    np.testing.assert_allclose(gray, level, rtol=1e-6)


def test_gray_refuses_what_is_not_three_channels():
    with pytest.raises(ValueError, match=r"image has shape \(4, 4\).*3 channels"):
        to_gray(np.zeros((4, 4)))
    with pytest.raises(ValueError, match="drop an alpha channel"):
        to_gray(np.zeros((4, 4, 4)))
    with pytest.raises(ValueError, match="weights is"):
        to_gray(np.zeros((4, 4, 3)), weights=(1, 2))
    with pytest.raises(TypeError, match="weights is 'a'"):
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
    image=st.sampled_from([np.uint8, np.int8, np.uint16, np.int16, np.int32]).flatmap(
        lambda dtype: hnp.arrays(
            dtype,
            hnp.array_shapes(min_dims=0, max_dims=3, max_side=8),
            elements=st.integers(max(-100, np.iinfo(dtype).min), 120),
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
    with pytest.raises(ValueError, match="NaN"):
        stretch_contrast(np.array([np.nan, 1.0]))
