"""What `imgrecipes.denoising` promises."""

import itertools
import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage, optimize, signal
from skimage import metrics, restoration

from imgrecipes._kernels.fast.ranks import rank_in_window
from imgrecipes.denoising import (
    add_noise,
    denoise_median,
    denoise_nonlocal,
    denoise_tv,
    denoise_wiener,
    filter_percentile,
    psnr,
    rmse,
)
from imgrecipes.pixels import circular_mask
from imgrecipes.samples import face

DTYPES = (np.bool_, np.uint8, np.uint16, np.int32, np.float32, np.float64)
SHAPES = st.integers(1, 4).flatmap(
    lambda ndim: hnp.array_shapes(
        min_dims=ndim, max_dims=ndim, max_side=(40, 9, 7, 4)[ndim - 1]
    )
)
IMAGES = st.sampled_from([*DTYPES, np.float16, ">i2", ">f4"]).flatmap(
    lambda dtype: hnp.arrays(
        dtype,
        SHAPES,
        elements=st.booleans() if dtype is np.bool_ else st.integers(0, 120),
    )
)
DENOISERS = {
    "median": denoise_median,
    "percentile": lambda image: filter_percentile(image, 30),
    "wiener": denoise_wiener,
    "wiener, known noise": lambda image: denoise_wiener(image, 3, sigma=4),
    "tv": lambda image: denoise_tv(image, 5, tolerance=1e-3),
    "nonlocal": lambda image: denoise_nonlocal(image, 20, patch=3, distance=2),
}


def noisy_crop():
    clean = face(gray=True)[230:290, 220:320].astype(float)
    return add_noise(clean, 0.4 * clean.std(), seed=0), clean


# What all the denoisers keep.


@pytest.mark.parametrize("name", DENOISERS)
@settings(deadline=None, max_examples=40)
@given(image=IMAGES)
def test_denoisers_keep_dtype_range_and_input(name, image):
    denoise = DENOISERS[name]
    image.flags.writeable = False
    before = image.copy()
    result = denoise(image)
    np.testing.assert_array_equal(image, before)
    assert result.dtype == image.dtype.newbyteorder("=")
    assert result.shape == image.shape
    # All of them select or average.
    assert result.min() >= image.min() - 1e-4
    assert result.max() <= image.max() + 1e-4
    result[...] = 0
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize("name", DENOISERS)
@settings(deadline=None, max_examples=20)
@given(
    image=hnp.arrays(
        np.float64,
        hnp.array_shapes(min_dims=2, max_dims=3, max_side=6),
        elements=st.integers(0, 120),
    )
)
def test_denoisers_know_neither_direction_nor_memory_layout(name, image):
    denoise, result = DENOISERS[name], DENOISERS[name](image)
    # The total variation's differences look ahead, and so know one direction.
    if name != "tv":
        np.testing.assert_allclose(
            denoise(image[::-1]), result[::-1], rtol=1e-9, atol=1e-6
        )
    np.testing.assert_allclose(
        denoise(image.swapaxes(0, -1)), result.swapaxes(0, -1), atol=0.1
    )
    padded = np.repeat(image, 2, axis=-1)[..., ::2]
    np.testing.assert_array_equal(denoise(padded), result)


@pytest.mark.parametrize("name", sorted(set(DENOISERS) - {"median", "percentile"}))
@pytest.mark.parametrize("dtype", [np.bool_, np.uint8, np.int32])
def test_averages_of_integers_are_those_of_floats_rounded(name, dtype):
    image = np.random.default_rng(0).integers(0, 256, (11, 9))
    image = image > 128 if dtype is np.bool_ else image.astype(dtype)
    exact = DENOISERS[name](image.astype(np.float64))
    expected = exact >= 0.5 if dtype is np.bool_ else np.rint(exact).astype(dtype)
    np.testing.assert_array_equal(DENOISERS[name](image), expected)


@pytest.mark.parametrize("name", DENOISERS)
def test_denoisers_take_any_width_and_byte_order(name):
    image = np.random.default_rng(0).integers(0, 200, (6, 7))
    expected = DENOISERS[name](image.astype(np.float64))
    for dtype in (">u2", ">f4", np.float16, np.int64, np.uint64):
        result = DENOISERS[name](image.astype(dtype))
        assert result.dtype == np.dtype(dtype).newbyteorder("=")
        np.testing.assert_allclose(result.astype(float), expected, atol=0.5001)


@pytest.mark.parametrize(
    ("dtype", "factor"),
    [("f4", 2.0**-80), ("f4", 2.0**90), ("f8", 2.0**-900), ("f8", 2.0**900)],
)
def test_squares_of_tiny_and_of_huge_levels_neither_vanish_nor_overflow(dtype, factor):
    image = np.random.default_rng(0).uniform(-50, 200, (12, 13)).astype(dtype)
    scaled = image * image.dtype.type(factor)
    for expected, result in (
        (denoise_wiener(image), denoise_wiener(scaled)),
        (denoise_wiener(image, 3, 9), denoise_wiener(scaled, 3, 9 * factor)),
        (denoise_tv(image, 5), denoise_tv(scaled, 5 * factor)),
        (
            denoise_nonlocal(image, 20, 3, 2, 5),
            denoise_nonlocal(scaled, 20 * factor, 3, 2, 5 * factor),
        ),
    ):
        np.testing.assert_array_equal(result / result.dtype.type(factor), expected)


def test_parameters_that_are_out_of_all_proportion_lead_to_the_limit():
    image = np.random.default_rng(0).uniform(0, 200, (12, 13))
    for dtype in (np.float32, np.float64):
        levels = image.astype(dtype)
        mean = np.full_like(levels, levels.mean())
        for weight in (1e300, 1e40):
            np.testing.assert_allclose(
                denoise_tv(levels, weight, 1e-4, 9000), mean, atol=0.1
            )
        for tiny in (1e-300, 1e-40):
            np.testing.assert_array_equal(denoise_nonlocal(levels, tiny), levels)
            np.testing.assert_array_equal(denoise_tv(levels, tiny, 0, 5), levels)
            np.testing.assert_allclose(denoise_wiener(levels, 5, tiny), levels)
        for huge in (1e300, 1e40):
            average = denoise_nonlocal(levels, 1, 3, 20, sigma=huge)
            np.testing.assert_allclose(average, mean, rtol=1e-5)
            average = denoise_nonlocal(levels, huge, 3, 20)
            np.testing.assert_allclose(average, mean, rtol=1e-5)
            smooth = ndimage.uniform_filter(image, 5)
            np.testing.assert_allclose(
                denoise_wiener(levels, 5, huge), smooth, rtol=1e-5
            )


@pytest.mark.parametrize("name", DENOISERS)
def test_denoisers_refuse_what_is_not_an_image(name):
    with pytest.raises(ValueError, match="image holds 1 values that are NaN"):
        DENOISERS[name](np.array([[1.0, np.nan]]))
    with pytest.raises(ValueError, match=r"image is empty, shape \(0, 3\)"):
        DENOISERS[name](np.zeros((0, 3)))
    with pytest.raises(ValueError, match="image is a single number"):
        DENOISERS[name](3.0)
    with pytest.raises(TypeError, match="image has dtype complex128"):
        DENOISERS[name]([[1j]])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda i: denoise_median(i, 4), ValueError, "size is 4; allowed are odd"),
        (lambda i: denoise_median(i, (3, 3, 3)), ValueError, "size is .* one number"),
        (lambda i: denoise_median(i, 3.0), TypeError, "size is 3.0"),
        (lambda i: denoise_median(i, -1), ValueError, "size is -1"),
        (lambda i: denoise_median(i, 101), ValueError, "size is 101; .* 1 to 99"),
        (lambda i: denoise_wiener(i, 10**30 + 1), TypeError, "size has dtype object"),
        (lambda i: filter_percentile(i, 101), ValueError, "percentile is 101"),
        (lambda i: filter_percentile(i, 50, 2), ValueError, "size is 2"),
        (lambda i: denoise_wiener(i, 2), ValueError, "size is 2"),
        (lambda i: denoise_wiener(i, sigma=-1), ValueError, "sigma is -1"),
        (lambda i: denoise_tv(i, 0), ValueError, "weight is 0; it must be a positive"),
        (lambda i: denoise_tv(i, -3), ValueError, "weight is -3"),
        (lambda i: denoise_tv(i, 1, tolerance=-1), ValueError, "tolerance is -1"),
        (lambda i: denoise_tv(i, 1, iterations=0), ValueError, "iterations is 0"),
        (lambda i: denoise_nonlocal(i, 0), ValueError, "strength is 0"),
        (lambda i: denoise_nonlocal(i, 1, patch=4), ValueError, "patch is 4"),
        (lambda i: denoise_nonlocal(i, 1, distance=-1), ValueError, "distance is -1"),
        (lambda i: denoise_nonlocal(i, 1, sigma=np.nan), ValueError, "sigma is nan"),
        (lambda i: add_noise(i, -1, 0), ValueError, "sigma is -1"),
        (lambda i: add_noise(i, 10**400, 0), ValueError, "sigma is 1000"),
        (lambda i: add_noise(i, 1, None), TypeError, "seed is None"),
        (lambda i: add_noise(i, 1, -1), ValueError, "seed is -1"),
        (
            lambda i: rmse(i, i[0]),
            ValueError,
            r"image has shape \(4, 5\) and reference",
        ),
        (lambda i: rmse(i, i * np.nan), ValueError, "reference holds 20 values"),
        (lambda i: psnr(i, i, 0), ValueError, "data_range is 0"),
        (
            lambda i: rmse(1.7e308 * i, -1.7e308 * i),
            ValueError,
            "image and reference differ by more",
        ),
    ],
)
def test_recipes_name_the_wrong_argument(call, error, message):
    with pytest.raises(error, match=message):
        call(np.ones((4, 5)))


# Noise and the measures of error.


def test_noise_has_the_mean_zero_and_the_given_deviation():
    clean = np.linspace(0, 255, 250_000).reshape(500, 500)
    noise = add_noise(clean, 20, seed=3) - clean
    assert abs(noise.mean()) < 4 * 20 / 500
    assert noise.std() == pytest.approx(20, rel=0.01)
    assert np.mean(np.abs(noise) < 20) == pytest.approx(0.6827, abs=0.005)
    np.testing.assert_array_equal(noise, add_noise(clean, 20, seed=3) - clean)
    assert rmse(add_noise(clean, 20, seed=4) - clean, noise) > 20


@settings(max_examples=40)
@given(
    dtype=st.sampled_from([np.uint8, np.int16, np.int64, np.uint64, np.int8]),
    sigma=st.floats(0, 1e20),
    seed=st.integers(0, 99),
)
def test_noise_rounds_and_clips_integers_and_never_wraps(dtype, sigma, seed):
    info = np.iinfo(dtype)
    image = np.array([info.min, info.max // 3, info.max // 2], dtype)
    noise = np.random.default_rng(seed).normal(0, sigma, 3)
    noisy = add_noise(image, sigma, seed)
    assert noisy.dtype == dtype
    for level, value, result in zip(image, noise, noisy, strict=True):
        expected = min(max(float(level) + value, info.min), info.max)
        assert float(result) == pytest.approx(expected, abs=0.5, rel=1e-15)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_noise_clips_floats_to_their_range(dtype):
    most = np.finfo(dtype).max
    noisy = add_noise(np.zeros(99, dtype), 1e300, seed=0)
    assert noisy.dtype == dtype
    assert np.isin(noisy, [-most, most]).all()


def test_noise_flips_the_pixels_of_a_mask_beyond_one_half():
    mask = np.zeros((300, 300), bool)
    flipped = add_noise(mask, 0.5, seed=0).mean()
    assert flipped == pytest.approx(0.1587, abs=0.005)  # beyond one sigma, on one side


@given(
    images=st.sampled_from(DTYPES[1:]).flatmap(
        lambda dtype: st.tuples(
            *[hnp.arrays(dtype, (3, 4), elements=st.integers(0, 250))] * 2
        )
    ),
    data_range=st.floats(0.1, 1000),
)
def test_errors_equal_those_of_scikit_image(images, data_range):
    expected = math.sqrt(metrics.mean_squared_error(*images))
    assert rmse(*images) == pytest.approx(expected)
    if expected:
        assert psnr(*images, data_range) == pytest.approx(
            metrics.peak_signal_noise_ratio(*images, data_range=data_range), abs=1e-9
        )
    else:
        assert psnr(*images, data_range) == math.inf


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.uint16, np.int64])
def test_errors_of_many_pixels_are_those_of_exact_sums(dtype):
    one, other = np.random.default_rng(0).integers(0, 256, (2, 501, 533)).astype(dtype)
    squares = sum(
        (int(a) - int(b)) ** 2 for a, b in zip(one.flat, other.flat, strict=True)
    )
    assert rmse(one.T, other.T) == math.sqrt(squares / one.size)


def test_errors_of_floats_neither_vanish_nor_overflow():
    # The squares of 3e-23 are float32 of few digits.
    for level in (1e-44, 1e-30, 3e-23, 1e-19, 1e-18, 1e18, 1e30, 3e38):
        one = np.full((90_000, 3), level, np.float32)
        other = np.zeros_like(one)
        assert rmse(one, other) == pytest.approx(float(one[0, 0]), rel=1e-6)
    for level in (5e-324, 1e-200, 1e-150, 1e150, 1e200, 1.7e308):
        one, other = np.full(7, level), np.zeros(7)
        assert rmse(one, other) == pytest.approx(level)
        decibels = 20 * (math.log10(255) - math.log10(level))
        assert psnr(one, other, 255) == pytest.approx(decibels)
    with pytest.raises(ValueError, match="image holds 1 values"):
        rmse(np.float32([np.inf, 1]), np.float32([np.inf, 1]))


# Ranks.


@settings(deadline=None, max_examples=60)
@given(image=IMAGES, percentile=st.floats(0, 100), data=st.data())
def test_ranks_equal_brute_force(image, percentile, data):
    size = data.draw(st.tuples(*[st.sampled_from([1, 3, 5])] * image.ndim))
    wide = np.pad(image, [(side // 2,) * 2 for side in size], mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(wide, size)
    ordered = np.sort(windows.reshape(*image.shape, -1), axis=-1)
    count = ordered.shape[-1]
    rank = min(int(count * percentile / 100), count - 1)
    np.testing.assert_array_equal(
        filter_percentile(image, percentile, size), ordered[..., rank]
    )
    np.testing.assert_array_equal(denoise_median(image, size), ordered[..., count // 2])
    np.testing.assert_array_equal(
        filter_percentile(image, 50, size), denoise_median(image, size)
    )


@pytest.mark.parametrize(
    ("levels", "shape", "size"),
    [
        # Sorted by a network, of one block or of many.
        (256, (300, 1100), (3, 3)),
        (None, (90, 1100), (5, 5)),
        (256, (70, 600), (11, 5)),
        (None, (40, 30), (23, 21)),
        (None, (30, 20, 40), (5, 5, 3)),
        (None, (60_000,), (7,)),
        (256, (1, 70_000), (5, 9)),
        (256, (70_000, 1), (9, 5)),
        # Counted level by level.
        (2, (200, 700), (31, 31)),
        (60, (40, 50), (25, 21)),
        (20, (9, 80), (41, 27)),
        (7, (20, 20, 30), (9, 9, 9)),
        (5, (3000,), (1201,)),
        (300, (20, 30), (35, 39)),
        # Too many pixels and levels for either: sorted tile by tile.
        (None, (20, 30), (35, 35)),
        (None, (70, 41), (35, 33)),
        (None, (1, 2000), (1, 1201)),
        (None, (3, 50, 40), (1, 41, 1)),
        (None, (12, 11, 13), (11, 11, 11)),
    ],
)
@pytest.mark.parametrize("percentile", [0, 30, 50, 100])
def test_ranks_equal_ndimage_whichever_way_is_taken(levels, shape, size, percentile):
    random = np.random.default_rng(0)
    if levels is None:
        image = random.normal(0, 1, shape).astype(np.float32)
    else:
        image = random.integers(0, levels, shape)
        image = image.astype(np.uint8 if levels <= 256 else np.uint16)
    count = math.prod(size)
    rank = min(int(count * percentile / 100), count - 1)
    expected = ndimage.rank_filter(image, rank, size, mode="reflect")
    np.testing.assert_array_equal(filter_percentile(image, percentile, size), expected)


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 999),
    dtype=st.sampled_from([np.bool_, np.uint8, np.int16, np.float16, np.float64]),
    shape=hnp.array_shapes(min_dims=1, max_dims=2, max_side=40)
    | hnp.array_shapes(min_dims=3, max_dims=4, max_side=8),
    percentile=st.floats(0, 100),
    data=st.data(),
)
def test_ranks_of_large_windows_are_those_of_sorting(
    seed, dtype, shape, percentile, data
):
    # Sides of 1 between others as well.
    size = data.draw(
        st.permutations(
            [
                *(2 * data.draw(st.integers(3, 16)) + 1 for _ in shape[:2]),
                *(1 for _ in shape[2:]),
            ]
        )
    )
    levels = data.draw(st.sampled_from([9, 30_000]))
    image = np.random.default_rng(seed).integers(0, levels, (*shape, 2))[..., 0]
    image = image.astype(dtype)
    count = math.prod(size)
    rank = min(int(count * percentile / 100), count - 1)
    # In windows larger than the image, ndimage takes wrong pixels, now and then.
    padded = np.pad(image, [(side // 2,) * 2 for side in size], mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(padded, size)
    expected = np.sort(windows.reshape(*shape, -1), axis=-1)[..., rank]
    result = filter_percentile(image, percentile, size)
    np.testing.assert_array_equal(result, expected)


@pytest.mark.parametrize("shape", [(20, 20), (60, 70)])
@pytest.mark.parametrize("size", [3, 21])
def test_ranks_of_large_integers_keep_all_digits(shape, size):
    image = 2**60 + np.random.default_rng(0).integers(0, 10_000, shape)
    np.testing.assert_array_equal(
        denoise_median(image, size), denoise_median(image - 2**60, size) + 2**60
    )


def test_a_window_side_of_1_between_two_others_leaves_its_axis_alone():
    image = np.zeros((3, 1, 3))
    image[1, 0, 1] = 9
    np.testing.assert_allclose(denoise_wiener(image, (3, 1, 3), sigma=100), 1)
    image = np.random.default_rng(3).integers(0, 4, (24, 3, 24))
    result = denoise_median(image, (11, 1, 11))
    for channel in range(3):
        np.testing.assert_array_equal(
            result[:, channel], ndimage.median_filter(image[:, channel], 11)
        )


def test_a_window_that_is_too_large_for_the_network_is_no_cliff():
    image = np.random.default_rng(0).random((128, 160))
    seconds = []
    for median in (
        lambda: rank_in_window(image, (33, 33), 33**2 // 2),
        lambda: ndimage.median_filter(image, 33),
    ):
        start = time.process_time()
        median()
        seconds.append(time.process_time() - start)
    # Measured: a sixth.
    assert seconds[0] < 0.7 * seconds[1]


def test_median_of_the_face_equals_ndimage_channel_by_channel():
    image = face()[200:300:2, 300:400:2]
    assert not image.flags.c_contiguous
    expected = [ndimage.median_filter(image[..., c], 3) for c in range(3)]
    np.testing.assert_array_equal(
        denoise_median(image, (3, 3, 1)), np.stack(expected, axis=-1)
    )


# Wiener's filter.


@pytest.mark.parametrize("shape", [(20, 17), (9, 11, 10)])
def test_wiener_equals_scipy_away_from_the_border(shape):
    image = np.random.default_rng(0).normal(1000, 30, shape)
    image[: shape[0] // 2] += 50
    inside = (slice(2, -2),) * image.ndim
    np.testing.assert_allclose(
        denoise_wiener(image, 5, sigma=25)[inside],
        signal.wiener(image, 5, noise=25**2)[inside],
    )


def wiener_by_brute_force(image, size, sigma):
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(image, [(n // 2, n // 2) for n in size], mode="symmetric"), size
    ).reshape(*image.shape, -1)
    mean, variance = windows.mean(axis=-1), windows.var(axis=-1)
    noise = variance.mean() if sigma is None else sigma**2
    gain = np.zeros_like(image)
    np.divide(variance - noise, variance, out=gain, where=variance > noise)
    return mean + gain * (image - mean)


@settings(deadline=None, max_examples=60)
@given(
    shape=SHAPES,
    sigma=st.sampled_from([None, 0.0, 8.0]),
    seed=st.integers(0, 99),
    data=st.data(),
)
def test_wiener_equals_brute_force_up_to_the_border(shape, sigma, seed, data):
    size = data.draw(st.tuples(*[st.sampled_from([1, 3, 5, 9])] * len(shape)))
    image = np.random.default_rng(seed).normal(0, 10, shape)
    np.testing.assert_allclose(
        denoise_wiener(image, size, sigma),
        wiener_by_brute_force(image, size, sigma),
        atol=1e-10,
    )


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ((470, 350), (3, 5)),
        ((160_000,), (7,)),
        ((60, 9, 300), (5, 1, 7)),
        ((40, 5, 30, 25), (3, 1, 3, 3)),
        ((50, 60, 50), (1, 5, 1)),
    ],
)
def test_wiener_of_many_pixels_equals_brute_force(shape, size):
    image = np.random.default_rng(0).normal(1000, 10, shape)
    for sigma in (None, 8):
        np.testing.assert_allclose(
            denoise_wiener(image, size, sigma),
            wiener_by_brute_force(image, size, sigma),
        )


def test_wiener_leaves_flat_parts_flat_and_warns_of_nothing():
    image = np.zeros((12, 12))
    image[:, 6:] = 1e6 + 0.1
    result = denoise_wiener(image, 3)
    np.testing.assert_allclose(result[:, :5], 0, atol=1e-9)
    np.testing.assert_allclose(result[:, 7:], 1e6 + 0.1, rtol=1e-15)
    np.testing.assert_array_equal(denoise_wiener(np.full((4, 4), 0.1)), 0.1)
    np.testing.assert_allclose(denoise_wiener(image, 3, sigma=0), image, atol=1e-9)


# Total variation.


def total_variation(image):
    slopes = [
        np.diff(image, axis=axis, append=image.take([-1], axis))
        for axis in range(image.ndim)
    ]
    return np.sqrt(np.sum(np.square(slopes), axis=0)).sum()


@pytest.mark.parametrize("shape", [(30, 40), (8, 9, 10), (50,), (1, 40)])
def test_tv_equals_scikit_image(shape):
    image = np.cumsum(np.random.default_rng(0).normal(0, 1, shape), axis=-1)
    expected = restoration.denoise_tv_chambolle(image, 1.5, eps=0, max_num_iter=3000)
    result = denoise_tv(image, 1.5, tolerance=1e-3)
    assert rmse(result, expected) < 1.5e-3 * image.std()


def test_tv_stops_within_the_tolerance():
    image = noisy_crop()[0][:30, :40]
    exact = denoise_tv(image, 10, tolerance=1e-4, iterations=20_000)
    errors = []
    for tolerance in (0.1, 0.01, 0.001):
        result = denoise_tv(image, 10, tolerance)
        errors.append(rmse(result, exact) / image.std())
        assert errors[-1] <= tolerance + 1e-4
        assert result.mean() == pytest.approx(image.mean())
    assert errors[0] > errors[1] > errors[2]


def test_tv_stops_after_the_given_steps():
    image, _ = noisy_crop()
    one, two = (denoise_tv(image, 10, iterations=steps) for steps in (1, 2))
    assert total_variation(two) < total_variation(one) < total_variation(image)


def test_tv_reaches_the_least_sum():
    image = np.random.default_rng(2).normal(0, 3, (3, 4))

    def cost(levels):
        guess = levels.reshape(image.shape)
        return ((guess - image) ** 2).sum() / 2 + 2 * total_variation(guess)

    found = cost(denoise_tv(image, 2, tolerance=1e-6, iterations=100_000))
    for start in (image, np.zeros_like(image)):
        best = optimize.minimize(cost, start.ravel(), method="Powell").fun
        assert found <= best + 1e-9
    assert found < cost(image)


def test_tv_lowers_a_step_by_the_weight_over_its_pixels():
    step = np.repeat([0.0, 12.0], [3, 6])
    for image in (step, np.tile(step, (4, 1))):
        np.testing.assert_allclose(
            denoise_tv(image, 3, tolerance=1e-6, iterations=20_000),
            np.broadcast_to(np.repeat([1.0, 11.5], [3, 6]), image.shape),
            atol=1e-4,
        )


def test_a_strong_tv_leaves_the_mean():
    image = np.random.default_rng(0).uniform(0, 9, (6, 7))
    flat = denoise_tv(image, 1e4, tolerance=1e-6, iterations=10_000)
    np.testing.assert_allclose(flat, image.mean(), atol=1e-3)


# Non-local means.


def nonlocal_by_brute_force(image, strength, patch, distance, sigma):
    wide = np.pad(image, [(n // 2, n // 2) for n in patch], mode="symmetric")
    patches = np.lib.stride_tricks.sliding_window_view(wide, patch)
    result = np.empty_like(image)
    for here in np.ndindex(image.shape):
        total = weights = 0.0
        for step in itertools.product(
            range(-distance, distance + 1), repeat=image.ndim
        ):
            there = tuple(i + s for i, s in zip(here, step, strict=True))
            if all(0 <= i < n for i, n in zip(there, image.shape, strict=True)):
                squared = np.mean((patches[here] - patches[there]) ** 2)
                weight = np.exp(-max(squared - 2 * sigma**2, 0) / strength**2)
                weights += weight
                total += weight * image[there]
        result[here] = total / weights
    return result


@settings(deadline=None, max_examples=25)
@given(
    shape=hnp.array_shapes(min_dims=1, max_dims=3, max_side=6),
    distance=st.integers(0, 3),
    sigma=st.sampled_from([0.0, 3.0]),
    seed=st.integers(0, 99),
    data=st.data(),
)
def test_nonlocal_means_equal_brute_force(shape, distance, sigma, seed, data):
    patch = data.draw(st.tuples(*[st.sampled_from([1, 3, 5])] * len(shape)))
    image = np.random.default_rng(seed).uniform(0, 30, shape)
    np.testing.assert_allclose(
        denoise_nonlocal(image, 8, patch, distance, sigma),
        nonlocal_by_brute_force(image, 8, patch, distance, sigma),
    )


@pytest.mark.parametrize("sigma", [0.0, 10.0])
def test_nonlocal_means_are_close_to_those_of_scikit_image(sigma):
    # Not equal: its border, its exponential and the extent of its patches differ.
    image = np.random.default_rng(0).normal(100, 15, (40, 50))
    image[:, 25:] += 20
    expected = restoration.denoise_nl_means(
        image, patch_size=5, patch_distance=6, h=25, sigma=sigma, fast_mode=True
    )
    result = denoise_nonlocal(image, 25, patch=5, distance=6, sigma=sigma)
    inside = (slice(8, -8),) * 2
    change = rmse(expected[inside], image[inside])
    assert rmse(result[inside], expected[inside]) < 0.05 * change


def test_nonlocal_means_treat_channels_on_their_own():
    image = face()[230:246, 220:240]
    result = denoise_nonlocal(image, 20, patch=(3, 3, 1), distance=(4, 4, 0))
    for channel in range(3):
        np.testing.assert_array_equal(
            result[..., channel],
            denoise_nonlocal(image[..., channel], 20, patch=3, distance=4),
        )


# What the pages show.


def test_each_denoiser_lowers_the_error_of_the_noisy_face():
    noisy, clean = noisy_crop()
    before = psnr(noisy, clean, 255)
    sigma = 0.4 * clean.std()
    after = {
        "median": denoise_median(noisy),
        "wiener": denoise_wiener(noisy, sigma=sigma),
        "tv": denoise_tv(noisy, 0.5 * sigma),
        "nonlocal": denoise_nonlocal(noisy, 0.6 * sigma, sigma=sigma),
    }
    for name, image in after.items():
        assert psnr(image, clean, 255) > before + 1, name


def test_denoisers_work_in_volumes():
    clean = 100.0 * circular_mask((16, 17, 18), radius=6)
    noisy = add_noise(clean, 40, seed=0)
    for name, denoise in DENOISERS.items():
        if name != "percentile":
            assert rmse(denoise(noisy), clean) < rmse(noisy, clean), name
