"""What `imgrecipes.spectra` promises."""

import numpy as np
import pytest
import pywt
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import fft, ndimage, signal

from imgrecipes.measurement import radial_mean
from imgrecipes.samples import blobs, face
from imgrecipes.spectra import (
    autocorrelation,
    correlation_length,
    dominant_frequency,
    inverse_wavelet_transform,
    power_spectrum,
    radial_spectrum,
    wavelet_energy,
    wavelet_transform,
)

DTYPES = st.sampled_from(
    ["u1", "i1", "u2", ">u2", "i4", ">i4", "u8", "i8", "f2", "f4", ">f4", "f8"]
)
SHAPES = hnp.array_shapes(min_dims=1, max_dims=3, max_side=8)
IMAGES = hnp.arrays(DTYPES, SHAPES, elements=st.integers(0, 100))
VARIED = IMAGES.filter(lambda image: np.ptp(image) > 0)
WINDOWS = st.sampled_from(["hann", "hamming", "blackman", "boxcar"])
WAVELETS = st.sampled_from(["haar", "db2"])
RECIPES = [
    autocorrelation,
    correlation_length,
    power_spectrum,
    radial_spectrum,
    dominant_frequency,
    wavelet_transform,
    inverse_wavelet_transform,
    wavelet_energy,
]


def noise_of_power(exponent, size, seed):
    """White noise, filtered to a power of frequency ** -exponent; periodic."""
    white = np.fft.fft2(np.random.default_rng(seed).normal(size=(size, size)))
    row, column = np.fft.fftfreq(size)[:, None], np.fft.fftfreq(size)
    frequency = np.hypot(row, column)
    frequency[0, 0] = np.inf
    return np.fft.ifft2(white * frequency ** (-exponent / 2)).real


@given(image=VARIED)
@settings(deadline=None)
def test_autocorrelation_equals_the_sum_of_products(image):
    before = image.copy()
    correlation = autocorrelation(image)
    np.testing.assert_array_equal(image, before)
    deviation = image.astype(np.float64) - image.mean(dtype=np.float64)
    expected = signal.correlate(deviation, deviation, method="direct")
    expected /= (deviation**2).sum()
    np.testing.assert_allclose(correlation, expected, atol=1e-13)
    np.testing.assert_allclose(correlation.sum(), 0, atol=1e-11)
    pairs = np.ones(image.shape)
    pairs = signal.correlate(pairs, pairs, method="direct") / image.size
    np.testing.assert_allclose(
        autocorrelation(image, unbiased=True), expected / pairs, atol=1e-11
    )


def test_only_the_unbiased_correlation_leaves_minus_one_to_one():
    ramp = np.tile(np.arange(32.0), (32, 1))
    assert np.abs(autocorrelation(ramp)).max() <= 1
    # The columns at both ends lie 15.5 from the mean; the variance is (32**2 - 1) / 12.
    expected = -(15.5**2) * 12 / (32**2 - 1)
    assert autocorrelation(ramp, unbiased=True)[31, -1] == pytest.approx(expected)


def test_autocorrelation_does_not_wrap_round():
    image = np.zeros((6, 9))
    image[0, 1] = image[5, 8] = 1
    correlation = autocorrelation(image)
    # Round the border, the two points would be one row apart.
    assert correlation[5 + 5, 8 + 7] > 0.4
    assert correlation[5 + 1, 8] < 0


def test_autocorrelation_of_extreme_intensities():
    image = np.random.default_rng(1).normal(size=(7, 8))
    expected = autocorrelation(image)
    for factor in (1e-200, 1e200):
        np.testing.assert_allclose(autocorrelation(factor * image), expected)


@pytest.mark.parametrize("sigma", [3, 6])
def test_length_of_blurred_noise_is_twice_the_sigma(sigma):
    white = np.random.default_rng(7).normal(size=(400, 500))
    image = ndimage.gaussian_filter(white, sigma, mode="wrap")
    assert correlation_length(image) == pytest.approx(2 * sigma, rel=0.06)
    expected = 2 * sigma * np.sqrt(np.log(2))
    assert correlation_length(image, level=0.5) == pytest.approx(expected, rel=0.06)


def test_length_of_the_classic_blobs():
    assert correlation_length(blobs()) == pytest.approx(2 * 256 / 40, rel=0.05)


@pytest.mark.parametrize("shape", [(150, 170), (40, 300), (301,), (12, 70, 90)])
@pytest.mark.parametrize("level", [0.8, 1 / np.e, 0.02])
def test_length_is_that_of_the_whole_autocorrelation(shape, level):
    """Near shifts come first; here some lengths are near, some in the far corners."""
    image = np.random.default_rng(8).normal(size=shape)
    for sigma in (0, 4, 40):
        blurred = ndimage.gaussian_filter(image, sigma)
        distance, mean, _ = radial_mean(autocorrelation(blurred))
        pairs = np.ones(shape)
        pairs = signal.correlate(pairs, pairs, method="fft") / image.size
        profile = mean / radial_mean(pairs)[1]
        k = np.argmax(profile < level)
        expected = np.interp(level, profile[[k, k - 1]], distance[[k, k - 1]])
        assert correlation_length(blurred, level) == pytest.approx(expected)


@given(image=VARIED, level=st.floats(0.01, 0.99))
@settings(deadline=None)
def test_every_image_has_a_length(image, level):
    longest = np.linalg.norm(image.shape)
    assert 0 < correlation_length(image, level) < longest
    assert correlation_length(image, level) == pytest.approx(
        correlation_length(7.5 - 3.0 * image, level)
    )


@given(image=IMAGES, window=WINDOWS)
@settings(deadline=None)
def test_spectrum_obeys_parseval(image, window):
    power, frequencies = power_spectrum(image, window)
    deviation = image.astype(np.float64) - image.mean(dtype=np.float64)
    weights = np.ones(())
    for length in image.shape:
        weights = np.multiply.outer(weights, signal.get_window(window, length))
    expected = ((weights * deviation) ** 2).sum() / (weights**2).sum()
    np.testing.assert_allclose(power.mean(), expected, rtol=1e-10, atol=1e-12)
    if window == "boxcar":
        np.testing.assert_allclose(power.mean(), deviation.var(), atol=1e-12)
    assert power.shape == tuple(f.size for f in frequencies) == image.shape
    assert all(f[f.size // 2] == 0 for f in frequencies)
    assert all(f.min() >= -0.5 and f.max() <= 0.5 for f in frequencies)


@given(image=hnp.arrays(DTYPES, st.integers(1, 40), elements=st.integers(0, 100)))
@settings(deadline=None)
def test_spectrum_of_a_row_equals_the_periodogram_of_scipy(image):
    for window in ("hann", "blackman", "boxcar"):
        frequency, expected = signal.periodogram(
            image.astype(np.float64), window=window, return_onesided=False
        )
        power, (along,) = power_spectrum(image, window)
        order = np.argsort(frequency)
        np.testing.assert_array_equal(along, frequency[order])
        np.testing.assert_allclose(power, expected[order], atol=1e-9)


def test_spectrum_of_white_noise_is_its_variance():
    image = np.random.default_rng(3).normal(5, 2, (200, 300))
    for window in ("hann", "boxcar"):
        frequency, power, count = radial_spectrum(image, window)
        assert np.average(power[1:], weights=count[1:]) == pytest.approx(4, rel=0.04)
        low, high = (power[(frequency > a) & (frequency < a + 0.2)] for a in (0.1, 0.4))
        assert low.mean() == pytest.approx(high.mean(), rel=0.03)


@given(image=IMAGES, window=WINDOWS)
@settings(deadline=None)
def test_spectrum_equals_the_whole_fourier_transform(image, window):
    weights = np.ones(())
    for length in image.shape:
        weights = np.multiply.outer(weights, signal.get_window(window, length))
    deviation = image.astype(np.float64) - image.mean(dtype=np.float64)
    spectrum = fft.fftshift(fft.fftn(weights * deviation))
    expected = np.abs(spectrum) ** 2 / (weights**2).sum()
    np.testing.assert_allclose(power_spectrum(image, window)[0], expected, atol=1e-8)


@given(image=IMAGES, window=WINDOWS)
@settings(deadline=None)
def test_rings_keep_the_power_and_know_their_frequencies(image, window):
    power, axes = power_spectrum(image, window)
    frequency, mean, count = radial_spectrum(image, window)
    assert count.sum() == image.size
    total = (count * mean).sum() / image.size
    np.testing.assert_allclose(total, power.mean(), rtol=1e-10, atol=1e-12)
    assert (frequency[0], count[0]) == (0, 1)
    length = np.sqrt(sum(f**2 for f in np.meshgrid(*axes, indexing="ij")))
    np.testing.assert_allclose((count * frequency).sum(), length.sum())
    longest = max(image.shape)
    middle = [n // 2 for n in image.shape]
    steps = [longest / n for n in image.shape]
    radius, expected, size = radial_mean(power, middle, spacing=steps)
    np.testing.assert_array_equal(count, size)
    np.testing.assert_allclose(frequency, radius / longest)
    np.testing.assert_allclose(mean, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("exponent", [0, 1, 2, 3])
def test_known_exponents_come_back(exponent):
    image = noise_of_power(exponent, 512, seed=2)[:256, :256]
    frequency, power, _ = radial_spectrum(image)
    fit = (frequency > 0.02) & (frequency < 0.4)
    slope = np.polyfit(np.log(frequency[fit]), np.log(power[fit]), 1)[0]
    assert -slope == pytest.approx(exponent, abs=0.05)


@given(
    row=st.floats(-0.4, 0.4),
    column=st.floats(-0.4, 0.4),
    phase=st.floats(0, 6.3),
    shape=st.tuples(st.integers(48, 80), st.integers(48, 80)),
)
@settings(deadline=None, max_examples=40)
@example(row=-7.875 / 48, column=8.25 / 48, phase=0.0, shape=(48, 48))
def test_frequency_of_a_wave_comes_back(row, column, phase, shape):
    truth = np.array([row, column])
    if np.abs(truth).max() < 0.1:
        truth[0] = 0.2
    index = np.indices(shape)
    image = 100 + np.cos(2 * np.pi * np.tensordot(truth, index, 1) + phase)
    found = dominant_frequency(image)
    assert found[np.abs(found).argmax()] > 0
    error = min(np.abs(found - truth).max(), np.abs(found + truth).max())
    assert error < 0.02 / min(shape)


def test_frequency_in_noise_in_volumes_and_in_rows():
    wave = np.cos(2 * np.pi * 0.21 * np.arange(90))
    noise = np.random.default_rng(6).normal(0, 2, (8, 70, 90))
    assert dominant_frequency(wave) == pytest.approx([0.21], abs=1e-4)
    assert dominant_frequency(wave + noise) == pytest.approx([0, 0, 0.21], abs=2e-3)
    assert dominant_frequency(np.tile([3, 5], 20)) == pytest.approx([0.5])


@given(image=IMAGES, period=st.floats(2, 10))
@settings(deadline=None)
def test_the_highest_peak_is_that_of_a_maximum_filter(image, period):
    power, axes = power_spectrum(image)
    squared = sum(f**2 for f in np.meshgrid(*axes, indexing="ij"))
    peaks = power == ndimage.maximum_filter(power, size=3, mode="wrap")
    sought = np.where(peaks & (squared * period**2 >= 1), power, 0)
    if not sought.any():
        with pytest.raises(ValueError, match="image has no wave"):
            dominant_frequency(image, period)
        return
    found = dominant_frequency(image, period)
    # It lies within half a step of a peak, or of its opposite, that is as high.
    highest = np.argwhere(sought >= sought.max() * (1 - 1e-9))
    near = np.array([[f[i] for f, i in zip(axes, p, strict=True)] for p in highest])
    steps = np.abs(np.stack([near - found, near + found])) * image.shape
    assert steps.max(axis=-1).min() <= 0.5 + 1e-9


def test_a_longest_period_beyond_the_image_is_no_limit():
    image = 5 + np.cos(2 * np.pi * np.arange(60) / 30)
    expected = dominant_frequency(image, 60)
    for period in (1e3, 1e200, np.float32(1e30)):
        np.testing.assert_array_equal(dominant_frequency(image, period), expected)


@pytest.mark.parametrize("recipe", RECIPES)
def test_intensities_whose_results_overflow_are_refused(recipe):
    signs = np.sign(np.random.default_rng(5).normal(size=(16, 16)))
    largest = 1e300 if recipe in {autocorrelation, correlation_length} else 1e140
    largest = 1e200 if recipe is inverse_wavelet_transform else largest
    result = recipe(largest * signs)
    first = result[0] if isinstance(result, tuple) else result
    assert np.isfinite(first).all()
    with pytest.raises(ValueError, match=r"holds .*1e\+(140|200|300)"):
        recipe(1.1 * largest * signs)


def test_only_peaks_up_to_the_longest_period_are_found():
    row = np.arange(256)
    image = 5 * np.cos(2 * np.pi * row / 40) + np.cos(2 * np.pi * row / 7)
    assert 1 / dominant_frequency(image)[0] == pytest.approx(40, abs=0.1)
    # At 37 pixels stands the flank of the longer wave, higher than the shorter one.
    assert 1 / dominant_frequency(image, 37)[0] == pytest.approx(7, abs=0.01)


@pytest.mark.filterwarnings("ignore:Level value of .* is too high")
@pytest.mark.parametrize("wavelet", ["haar", "db2"])
@pytest.mark.parametrize("shape", [(48,), (64, 32), (16, 24, 8)])
def test_wavelets_equal_those_of_pywavelets(shape, wavelet):
    image = np.random.default_rng(4).normal(size=shape)
    for levels in (1, 2, 3):
        found = wavelet_transform(image, levels, wavelet)
        expected = pywt.wavedecn(image, wavelet, "periodization", levels)
        np.testing.assert_allclose(found, pywt.coeffs_to_array(expected)[0], atol=1e-13)
        energy = [(expected[0] ** 2).sum()]
        energy += [sum((d**2).sum() for d in part.values()) for part in expected[1:]]
        np.testing.assert_allclose(
            wavelet_energy(image, levels, wavelet), energy[::-1], rtol=1e-12
        )


@given(
    quarters=hnp.array_shapes(min_dims=1, max_dims=3, max_side=3),
    wavelet=WAVELETS,
    levels=st.sampled_from([None, 1, 2]),
    data=st.data(),
)
@settings(deadline=None)
def test_wavelets_keep_the_energy_and_come_back(quarters, wavelet, levels, data):
    shape = tuple(4 * length for length in quarters)
    image = data.draw(hnp.arrays(DTYPES, shape, elements=st.integers(0, 120)))
    image.flags.writeable = False
    coefficients = wavelet_transform(image[::-1], levels, wavelet)
    energy = (image.astype(np.float64) ** 2).sum()
    np.testing.assert_allclose((coefficients**2).sum(), energy)
    parts = wavelet_energy(image[::-1], levels, wavelet)
    np.testing.assert_allclose(parts.sum(), energy)
    assert (parts >= 0).all()
    coefficients.flags.writeable = False
    back = inverse_wavelet_transform(coefficients, levels, wavelet)
    np.testing.assert_allclose(back, image[::-1].astype(float), atol=1e-10)


def test_remainder_of_haar_is_the_block_mean_and_flat_images_have_no_details():
    image = face(gray=True)
    levels = 5
    means = image.reshape(24, 32, 32, 32).mean(axis=(1, 3))
    corner = wavelet_transform(image, levels)[:24, :32]
    np.testing.assert_allclose(corner, 32 * means, rtol=1e-12)
    for wavelet in ("haar", "db2"):
        energy = wavelet_energy(np.full((16, 16), 7), wavelet=wavelet)
        np.testing.assert_allclose(energy, [0, 0, 0, 0, 256 * 49], atol=1e-9)


def test_daubechies_sees_no_details_in_a_ramp():
    ramp = np.arange(32.0)
    details = wavelet_transform(ramp, 1, "db2")[16:]
    # Where the ramp starts anew, at the border, there is one step.
    np.testing.assert_allclose(details[1:-1], 0, atol=1e-12)
    assert np.abs(wavelet_transform(ramp, 1)[16:]).min() > 0.7


def test_spectra_refuse_bad_input():
    for recipe in RECIPES:
        with pytest.raises(ValueError, match=r"(image|coefficients) is 4-D"):
            recipe(np.ones((2, 2, 2, 2)))
        with pytest.raises(ValueError, match="holds 1 values that are NaN"):
            recipe(np.array([[np.nan, 1], [1, 0]]))
        with pytest.raises(ValueError, match="is empty"):
            recipe(np.ones((0, 2)))
    for recipe in (autocorrelation, correlation_length):
        with pytest.raises(ValueError, match=r"image is 0\.1 everywhere"):
            recipe(np.full((3, 3), 0.1))
    for level in (0, 1):
        with pytest.raises(ValueError, match=f"level is {level}; it must lie between"):
            correlation_length([1, 2], level)
    with pytest.raises(ValueError, match="level is 2; allowed is 0 to 1"):
        correlation_length([1, 2], 2)
    for recipe in (power_spectrum, radial_spectrum):
        with pytest.raises(ValueError, match="window is 'none'; allowed are hann"):
            recipe([1, 2], "none")
    with pytest.raises(ValueError, match=r"max_period is 1; allowed is .*2"):
        dominant_frequency([1, 2], 1)
    with pytest.raises(ValueError, match="image has no wave of up to 4"):
        dominant_frequency(np.ones((16, 16)))
    for recipe in (wavelet_transform, inverse_wavelet_transform, wavelet_energy):
        with pytest.raises(ValueError, match="wavelet is 'db4'; allowed are haar, db2"):
            recipe([1, 2], wavelet="db4")
        with pytest.raises(ValueError, match=r"shape \(4, 3\); all the lengths must"):
            recipe(np.ones((4, 3)))
        with pytest.raises(ValueError, match=r"levels is 3; the shape \(8, 4\) perm"):
            recipe(np.ones((8, 4)), levels=3)
        with pytest.raises(ValueError, match="levels is 0"):
            recipe(np.ones((8, 4)), levels=0)
        with pytest.raises(TypeError, match=r"levels is 1\.0; it must be an integer"):
            recipe(np.ones((8, 4)), levels=1.0)
