"""What `imgrecipes.smoothing` promises."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage
from skimage import filters

from imgrecipes._checks import BORDER_MODES
from imgrecipes.samples import face, phantom
from imgrecipes.smoothing import blur_gaussian, blur_mean, sharpen

DTYPES = st.sampled_from(
    [
        "?",
        "u1",
        "i1",
        "<u2",
        ">i2",
        ">u4",
        "<i4",
        "<f2",
        ">f2",
        "<f4",
        ">f4",
        ">f8",
        "f8",
    ]
)
SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, max_side=7)
IMAGES = DTYPES.flatmap(
    lambda dtype: (
        hnp.arrays(dtype, SHAPES, elements={"min_value": -9, "max_value": 9})
        if "f" in dtype
        else hnp.arrays(dtype, SHAPES)
    )
).flatmap(lambda image: st.sampled_from([image, np.ma.MaskedArray(image, mask=False)]))
MODES = st.sampled_from(BORDER_MODES)
TO_NUMPY = {
    "reflect": "symmetric",
    "mirror": "reflect",
    "nearest": "edge",
    "wrap": "wrap",
    "constant": "constant",
}


def assert_rounded(result, floats, dtype):
    """Compare with averages in float64, which the recipe must round and clip."""
    dtype = np.dtype(dtype).newbyteorder("=")
    assert (result.dtype, result.shape) == (dtype, floats.shape)
    assert type(result) is np.ndarray
    if dtype.kind == "f":
        tolerance = {2: 1e-2, 4: 1e-5, 8: 1e-12}[dtype.itemsize]
        np.testing.assert_allclose(result, floats, rtol=tolerance, atol=tolerance)
        return
    limits = np.iinfo(dtype) if dtype.kind != "b" else None
    floats = np.clip(floats, *((limits.min, limits.max) if limits else (0, 1)))
    # To the nearest; a value that is nearly halfway may go either way.
    slack = 1e-12 * max(1.0, np.abs(floats).max())
    assert (np.abs(result.astype(np.float64) - floats) <= 0.5 + slack).all()


def windows(image, lengths, mode, cval=0.0):
    """Every window of these odd lengths, by padding: shape + window's shape."""
    margins = [(length // 2, length // 2) for length in lengths]
    options = {"constant_values": cval} if mode == "constant" else {}
    padded = np.pad(image.astype(np.float64), margins, TO_NUMPY[mode], **options)
    return np.lib.stride_tricks.sliding_window_view(padded, lengths)


@settings(deadline=None, max_examples=100)
@given(IMAGES, st.data(), MODES)
def test_gaussian_is_the_sum_of_its_weights(image, data, mode):
    sigma = data.draw(st.lists(st.floats(0, 1.5), min_size=1, max_size=image.ndim))
    truncate = data.draw(st.floats(1, 4))
    before = image.copy()
    image.flags.writeable = False
    result = blur_gaussian(image, sigma, mode=mode, cval=3, truncate=truncate)
    weights = np.ones(())
    lengths = []
    for number in sigma + [0] * (image.ndim - len(sigma)):
        radius = int(truncate * number + 0.5)
        offsets = np.arange(-radius, radius + 1)
        line = np.exp(-0.5 * (offsets / max(number, 1e-9)) ** 2)
        weights = np.multiply.outer(weights, line / line.sum())
        lengths.append(offsets.size)
    expected = (windows(image, lengths, mode, cval=3) * weights).sum(
        axis=tuple(range(-image.ndim, 0))
    )
    assert_rounded(result, expected, image.dtype)
    np.testing.assert_array_equal(image, before)
    assert not np.shares_memory(result, image)


@settings(deadline=None, max_examples=100)
@given(IMAGES, st.data(), MODES)
def test_mean_is_the_mean_of_the_window(image, data, mode):
    odd = st.sampled_from([1, 3, 5, 9])
    size = data.draw(st.lists(odd, min_size=1, max_size=image.ndim))
    before = image.copy()
    result = blur_mean(image, size, mode=mode, cval=-2)
    lengths = size + [1] * (image.ndim - len(size))
    expected = windows(image, lengths, mode, cval=-2).mean(
        axis=tuple(range(-image.ndim, 0))
    )
    assert_rounded(result, expected, image.dtype)
    np.testing.assert_array_equal(image, before)


@settings(deadline=None)
@given(IMAGES, st.floats(0, 3), st.floats(0, 30))
def test_sharpening_adds_what_the_blur_removes(image, sigma, amount):
    before = image.copy()
    result = sharpen(image, sigma, amount)
    levels = image.astype(np.float64)
    blurred = ndimage.gaussian_filter(levels, sigma)
    expected = levels + amount * (levels - blurred)
    if image.dtype == bool:
        np.testing.assert_array_equal(result, expected >= 0.5)
    elif image.dtype.kind == "f" and image.dtype.itemsize < 8:
        tolerance = 1e-4 if image.dtype.itemsize == 4 else 1e-3
        np.testing.assert_allclose(result, expected, rtol=tolerance, atol=1e-3)
    else:
        assert_rounded(result, expected, image.dtype)
    np.testing.assert_array_equal(image, before)


# Images on both sides of the sizes from which products and doubling windows are used,
# sides that pieces do not divide, and layouts of memory.
PHOTOGRAPHS = st.builds(
    lambda shape, dtype, seed, layout: layout(
        (np.random.default_rng(seed).random(shape) * 300 - 20).astype(dtype)
        if np.dtype(dtype).kind == "f"
        else np.random.default_rng(seed).integers(0, 256, shape).astype(dtype)
    ),
    st.one_of(
        st.tuples(st.integers(14, 120), st.integers(140, 180)),
        st.tuples(st.integers(20, 40), st.integers(20, 30), st.integers(1, 30)),
        st.tuples(st.just(3), st.just(1), st.integers(60, 90), st.integers(60, 90)),
    ),
    st.sampled_from([bool, np.uint8, ">i2", np.float16, ">f4", np.float64]),
    st.integers(0, 99),
    st.sampled_from(
        [np.asarray, np.asfortranarray, lambda array: array[::-1, ::-2], np.transpose]
    ),
)


@settings(deadline=None, max_examples=150)
@given(PHOTOGRAPHS, st.sampled_from([0.3, 1, 2.2, 5, 15, 260]), MODES, st.data())
def test_gaussian_is_that_of_ndimage(image, sigma, mode, data):
    sigmas = [data.draw(st.sampled_from([0, sigma, 1.4])) for _ in image.shape]
    before = image.copy()
    image.flags.writeable = False
    result = blur_gaussian(image, sigmas, mode=mode, cval=-7.5)
    floats = image.astype(np.float64)
    expected = ndimage.gaussian_filter(floats, sigmas, mode=mode, cval=-7.5)
    if image.dtype.kind == "f":
        assert result.dtype == image.dtype.newbyteorder("=")
        relative = {2: 1e-3, 4: 1e-6, 8: 1e-12}[image.dtype.itemsize]
        absolute = {2: 1e-3, 4: 2e-4, 8: 1e-11}[image.dtype.itemsize]
        np.testing.assert_allclose(result, expected, rtol=relative, atol=absolute)
    else:
        assert_rounded(result, expected, image.dtype)
    np.testing.assert_array_equal(image, before)
    assert not np.shares_memory(result, image)


@settings(deadline=None, max_examples=150)
@given(PHOTOGRAPHS, MODES, st.data())
def test_mean_is_that_of_ndimage(image, mode, data):
    odd = st.sampled_from([1, 3, 7, 15, 31, 63, 65, 127, 129, 257])
    sizes = [data.draw(odd) for _ in image.shape]
    before = image.copy()
    image.flags.writeable = False
    result = blur_mean(image, sizes, mode=mode, cval=-7.5)
    floats = image.astype(np.float64)
    expected = ndimage.uniform_filter(floats, sizes, mode=mode, cval=-7.5)
    if image.dtype.kind == "f":
        assert result.dtype == image.dtype.newbyteorder("=")
        relative = {2: 1e-3, 4: 0, 8: 0}[image.dtype.itemsize]
        absolute = {2: 1e-3, 4: 1e-4, 8: 1e-11}[image.dtype.itemsize]
        np.testing.assert_allclose(result, expected, rtol=relative, atol=absolute)
    else:
        assert_rounded(result, expected, image.dtype)
    np.testing.assert_array_equal(image, before)
    assert not np.shares_memory(result, image)


@pytest.mark.parametrize("size", [1, 3, 15, 31, 63, 255])
@pytest.mark.parametrize("dtype", ["?", "i1", "u1", "i2", "u2", "i4", "u4"])
def test_sums_of_the_largest_levels_do_not_wrap_round(dtype, size):
    limits = np.iinfo(dtype) if dtype != "?" else None
    extremes = (limits.min, limits.max) if limits else (False, True)
    for level in extremes:
        image = np.full((80, 130), level, dtype)
        image.flags.writeable = False
        np.testing.assert_array_equal(blur_mean(image, size), image)
        np.testing.assert_array_equal(blur_gaussian(image, size / 7), image)


@pytest.mark.parametrize("shape", [(3, 4), (50, 50), (200, 200)])
def test_half_precision_works_at_every_size(shape):
    image = np.full(shape, 60000, np.float16)
    image[1, 1] = 0
    for recipe, number in ((blur_mean, 3), (blur_gaussian, 1.5)):
        result = recipe(image, number)
        assert result.dtype == np.float16
        expected = recipe(image.astype(np.float64), number).astype(np.float16)
        np.testing.assert_array_equal(result, expected)
    with pytest.raises(ValueError, match="image has dtype float16, too narrow"):
        sharpen(image, 1, amount=5)
    expected = sharpen(image.astype(np.float64) / 8, 1, amount=1)
    np.testing.assert_allclose(sharpen(image / 8, 1), expected, rtol=1e-3, atol=1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("side", [9, 150])
def test_sums_that_overflow_are_refused(dtype, side):
    largest = np.full((side, side), min(1e308, float(np.finfo(dtype).max)), dtype)
    np.testing.assert_allclose(blur_mean(largest / 9.1, 3), largest / 9.1, rtol=1e-6)
    for recipe in (lambda image: blur_mean(image, 3), sharpen):
        with pytest.raises(ValueError, match=r"image holds .* beyond"):
            recipe(largest)
    with pytest.raises(ValueError, match=r"cval is 1e\+308; allowed is -"):
        blur_mean(largest / 9.1, 3, mode="constant", cval=1e308)
    with pytest.raises(ValueError, match=r"cval is 4e\+38; allowed is"):
        blur_gaussian(np.zeros((4, 4), np.float32), 1, mode="constant", cval=4e38)


def test_a_photograph_in_blocks_agrees_with_ndimage():
    image = face(gray=True)
    volume = np.random.default_rng(7).integers(0, 256, (40, 90, 70), np.uint8)
    for pixels, number in ((image, 15), (image.T, 3), (volume, 2), (volume, 7)):
        floats = pixels.astype(np.float64)
        np.testing.assert_array_equal(
            blur_gaussian(pixels, number),
            np.rint(ndimage.gaussian_filter(floats, number)),
        )
        size = 2 * number + 1
        np.testing.assert_array_equal(
            blur_mean(pixels, size), np.rint(ndimage.uniform_filter(floats, size))
        )


def test_sharpening_equals_scikit_image():
    image = face(gray=True)[:90, :120] / 255
    expected = filters.unsharp_mask(image, 2, 1.5, preserve_range=True)
    np.testing.assert_allclose(sharpen(image, 2, 1.5), expected, atol=1e-12)


def test_the_mean_brightness_stays_when_the_border_reflects():
    image = face(gray=True).astype(np.float64)
    for blurred in (blur_gaussian(image, 5), blur_mean(image, 11), sharpen(image, 3)):
        assert blurred.mean() == pytest.approx(image.mean(), rel=1e-12)


def test_integers_are_rounded_where_ndimage_cuts_them():
    image = face(gray=True)
    floats = image.astype(np.float64)
    for result, exact, cut in (
        (
            blur_gaussian(image, 3),
            ndimage.gaussian_filter(floats, 3),
            ndimage.gaussian_filter(image, 3),
        ),
        (
            blur_mean(image, 11),
            ndimage.uniform_filter(floats, 11),
            ndimage.uniform_filter(image, 11),
        ),
    ):
        np.testing.assert_array_equal(result, np.rint(exact))
        assert cut.mean() < image.mean() - 0.5


@settings(deadline=None, max_examples=20)
@given(st.floats(1, 3), st.floats(1, 3))
def test_two_blurs_are_one_of_the_summed_variances(first, second):
    image = face(gray=True)[300:400, 400:500].astype(np.float64)
    # Far cuts leave only the error of sampling the Gaussian.
    twice = blur_gaussian(blur_gaussian(image, first, truncate=6), second, truncate=6)
    once = blur_gaussian(image, np.hypot(first, second), truncate=6)
    np.testing.assert_allclose(twice, once, atol=0.05)


def test_colors_and_planes_that_are_not_named_stay_apart():
    color = face()[:40, :50]
    channels = [color[..., channel] for channel in range(3)]
    for recipe, number in ((blur_gaussian, 2.5), (blur_mean, 5), (sharpen, 2.5)):
        expected = np.stack([recipe(channel, number) for channel in channels], -1)
        np.testing.assert_array_equal(recipe(color, (number, number)), expected)
        np.testing.assert_array_equal(recipe(color, number, axes=(0, 1)), expected)
        np.testing.assert_array_equal(
            recipe(color.transpose(2, 0, 1), number, axes=(-1, -2)),
            expected.transpose(2, 0, 1),
        )


def test_numbers_follow_the_order_of_the_axes():
    volume = phantom(24)
    expected = blur_gaussian(volume, (0, 1, 3))
    np.testing.assert_array_equal(blur_gaussian(volume, (3, 1), axes=(2, 1)), expected)


def test_integers_are_clipped_not_wrapped():
    edge = np.array([0, 0, 0, 255, 255, 255], np.uint8)
    assert sharpen(edge, 1, 5).tolist() == edge.tolist()
    large = np.array([-(2**53), 2**53])
    limits = np.iinfo(np.int64)
    low, high = sharpen(large, 1, 1e6)
    assert low == limits.min
    assert limits.max - 1024 <= high <= limits.max
    assert blur_mean(edge, 3, mode="constant", cval=1e4)[0] == 255


@pytest.mark.parametrize("recipe", [blur_gaussian, blur_mean, sharpen])
def test_blurs_refuse_bad_images_and_axes(recipe):
    with pytest.raises(ValueError, match="image holds 1 values that are NaN"):
        recipe([[1.0, np.nan]], 3)
    with pytest.raises(ValueError, match="image is empty"):
        recipe(np.zeros((0, 4)), 3)
    with pytest.raises(ValueError, match="image is a single number"):
        recipe(4.0, 3)
    with pytest.raises(TypeError, match="image has dtype complex128"):
        recipe([1j], 3)
    with pytest.raises(ValueError, match=r"allowed is up to 2 \*\* 53"):
        recipe([2**53 + 1], 3)
    image = np.ones((4, 4))
    with pytest.raises(ValueError, match=r"is \(3, 3, 3\); .* the image has 2"):
        recipe(image, (3, 3, 3))
    with pytest.raises(ValueError, match=r"is \(3, 3\); allowed is one number, or 1"):
        recipe(image, (3, 3), axes=(0,))
    with pytest.raises(ValueError, match=r"is \(\); allowed is one number, or one for"):
        recipe(image, ())
    with pytest.raises(TypeError, match="axes is 0; it must be a sequence"):
        recipe(image, 3, axes=0)
    with pytest.raises(ValueError, match="axes is 2"):
        recipe(image, 3, axes=(0, 2))
    with pytest.raises(ValueError, match=r"axes is \(1, -1\); each axis may occur"):
        recipe(image, 3, axes=(1, -1))
    with pytest.raises(ValueError, match="mode is 'symmetric'; allowed are reflect"):
        recipe(image, 3, mode="symmetric")


@pytest.mark.parametrize(
    ("recipe", "arguments", "error", "message"),
    [
        (blur_gaussian, {"sigma": -1}, ValueError, "sigma is -1"),
        (blur_gaussian, {"sigma": (1, np.nan)}, ValueError, "sigma is nan"),
        (blur_gaussian, {"sigma": "a"}, TypeError, "sigma is 'a'"),
        (blur_gaussian, {"sigma": 1, "truncate": -1}, ValueError, "truncate is -1"),
        (blur_gaussian, {"sigma": 1, "cval": np.nan}, ValueError, "cval is nan"),
        (blur_mean, {"size": 4}, ValueError, "size is 4; it must be odd"),
        (blur_mean, {"size": (3, 0)}, ValueError, "size is 0; allowed is"),
        (blur_gaussian, {"sigma": 1e300}, ValueError, r"sigma is 1e\+300, truncate 4"),
        (blur_gaussian, {"sigma": 1, "truncate": 1e5}, ValueError, "truncate 100000"),
        (blur_mean, {"size": 2**31 + 1}, ValueError, "allowed is 1 to 131071"),
        (blur_mean, {"size": 3.0}, TypeError, "size is 3.0; it must be an integer"),
        (sharpen, {"amount": -2}, ValueError, "amount is -2"),
        (sharpen, {"amount": 1e300}, ValueError, r"amount is 1e\+300; allowed is 0 to"),
        (sharpen, {"sigma": -1}, ValueError, "sigma is -1"),
        (sharpen, {"mode": "constant"}, ValueError, "mode is 'constant'; allowed are"),
    ],
)
def test_blurs_name_the_wrong_argument(recipe, arguments, error, message):
    with pytest.raises(error, match=message):
        recipe(np.ones((4, 4)), **arguments)


@pytest.mark.parametrize("kind", "bBhHiIlLqQ")
def test_a_window_given_as_a_scalar_of_numpy_is_that_of_the_number(kind):
    image = face(gray=True)[:40, :50]
    expected = blur_mean(image, 9)
    for size in (np.dtype(kind).type(9), np.array(9, kind), np.full(2, 9, kind)):
        np.testing.assert_array_equal(blur_mean(image, size), expected)
