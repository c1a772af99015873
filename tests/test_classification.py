"""What `imgrecipes.classification` promises."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage
from skimage.feature import hessian_matrix_eigvals
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import jaccard_score
from sklearn.neighbors import NearestCentroid

from imgrecipes.classification import (
    classify_by_mean,
    classify_pixels,
    intersection_over_union,
    pixel_features,
)
from imgrecipes.samples import face

DTYPES = ["bool", "u1", "i1", "u2", ">u2", "i4", "u8", "i8", "f2", "f4", ">f4", "f8"]


def wave(size=48):
    """Crossed waves with noise: edges, lines and spots of all kinds."""
    row, column = np.ogrid[:size, :size]
    noise = np.random.default_rng(0).normal(0, 5, (size, size))
    return 100 + 50 * np.sin(row / 4) * np.cos(column / 6) + noise


def test_digits_by_their_mean_equal_scikit_learn():
    digits = load_digits()
    half = len(digits.images) // 2
    found = classify_by_mean(
        digits.images[half:], digits.images[:half], digits.target[:half]
    )
    vectors = digits.images.reshape(-1, 64)
    with warnings.catch_warnings():
        # It minds pixels that are 0 in all the digits.
        warnings.simplefilter("ignore", UserWarning)
        model = NearestCentroid().fit(vectors[:half], digits.target[:half])
    np.testing.assert_array_equal(found, model.predict(vectors[half:]))
    assert np.mean(found == digits.target[half:]) == pytest.approx(0.8754, abs=1e-4)


@pytest.mark.parametrize("dtype", DTYPES)
def test_means_are_not_wrapped_in_small_integers(dtype):
    examples = np.zeros((4, 3, 3), dtype)
    examples[2:] = 1 if dtype == "bool" else 100
    images = examples[::-1]
    images.flags.writeable = False
    found = classify_by_mean(images, examples, np.array([7, 7, 3, 3], np.uint8))
    assert (found.tolist(), found.dtype) == ([3, 3, 7, 7], np.uint8)


def test_the_lowest_of_two_classes_wins_at_the_same_distance():
    assert classify_by_mean([[1]], [[0], [2]], [5, 4]).tolist() == [4]


@pytest.mark.parametrize("shape", [(64,), (32, 40), (12, 14, 16)])
def test_features_equal_their_formulas(shape):
    image = np.random.default_rng(1).normal(100, 20, shape)
    ndim = len(shape)
    sigmas = (1, 2.5)
    features = pixel_features(image, sigmas)
    assert features.shape == (*shape, 2 * (2 + ndim))
    inner = (slice(2, -2),) * ndim  # np.gradient is one-sided at the border
    for part, sigma in zip(np.split(features, 2, axis=-1), sigmas, strict=True):
        blurred = ndimage.gaussian_filter(image, sigma)
        slopes = np.gradient(blurred)
        slopes = [slopes] if ndim == 1 else slopes
        magnitude = sigma * np.sqrt(sum(slope**2 for slope in slopes))
        np.testing.assert_allclose(part[..., 0], blurred)
        np.testing.assert_allclose(part[inner][..., 1], magnitude[inner], atol=1e-12)
        trace = sum(
            np.roll(blurred, 1, axis) + np.roll(blurred, -1, axis) - 2 * blurred
            for axis in range(ndim)
        )
        total = part[..., 2:].sum(axis=-1)
        np.testing.assert_allclose(total[inner], (sigma**2 * trace)[inner], atol=1e-10)
        assert np.all(np.diff(part[..., 2:], axis=-1) <= 0)


def test_eigenvalues_equal_scikit_image():
    blurred = ndimage.gaussian_filter(wave(), 2)
    slope = np.gradient(blurred)[1]
    second = [ndimage.correlate1d(blurred, [1, -2, 1], axis) for axis in (0, 1)]
    mixed = np.gradient(slope, axis=0)
    expected = 4 * hessian_matrix_eigvals([second[0], mixed, second[1]])
    found = np.moveaxis(pixel_features(wave(), (2,))[..., 2:], -1, 0)
    inner = np.s_[:, 2:-2, 2:-2]
    np.testing.assert_allclose(found[inner], expected[inner], atol=1e-9)


@settings(deadline=None, max_examples=40)
@given(
    hnp.arrays(
        np.float64,
        hnp.array_shapes(min_dims=1, max_dims=4, max_side=4),
        elements=st.integers(-3, 3),
    )
)
def test_eigenvalues_equal_lapack(image):
    # Few levels make equal and vanishing eigenvalues, where formulas lose digits.
    sigma, axes = 0.5, range(image.ndim)
    blurred = ndimage.gaussian_filter(image, sigma)
    hessian = np.empty((*image.shape, image.ndim, image.ndim))
    for i in axes:
        hessian[..., i, i] = ndimage.correlate1d(blurred, [1, -2, 1], i)
        for j in range(i):
            slope = ndimage.correlate1d(blurred, [-0.5, 0, 0.5], i)
            mixed = ndimage.correlate1d(slope, [-0.5, 0, 0.5], j)
            hessian[..., i, j] = hessian[..., j, i] = mixed
    expected = sigma**2 * np.linalg.eigvalsh(hessian)[..., ::-1]
    found = pixel_features(image, (sigma,))[..., 2:]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)


def test_a_paraboloid_has_its_second_derivatives():
    plane, row, column = np.mgrid[:33, :33, :33] - 16.0
    bowl = 2 * plane**2 - row**2 + 0.5 * column**2 + 3 * row
    blurred, gradient, *eigenvalues = pixel_features(bowl, (1.5,))[16, 16, 16]
    assert gradient == pytest.approx(1.5 * 3)
    np.testing.assert_allclose(eigenvalues, 1.5**2 * np.array([4, 1, -2]))
    assert blurred == pytest.approx(1.5**2 * (2 - 1 + 0.5), rel=1e-3)


def test_the_largest_levels_and_features_give_finite_results():
    image = 1e150 * np.sign(np.random.default_rng(0).normal(size=(6, 7, 8)))
    assert np.isfinite(pixel_features(image, (0.5, 80))).all()
    assert np.isfinite(pixel_features(image[0], (0.5, 70))).all()
    assert classify_by_mean(image, image, np.arange(6)).tolist() == [*range(6)]
    features = np.array([[3e38], [-3e38]])
    assert classify_pixels(features, [1, 2], trees=9, seed=2**32 - 1).shape == (2,)


def test_a_flat_image_has_no_derivatives():
    flat = pixel_features(np.full((9, 5), 200, np.uint8), (0.5, 3))
    np.testing.assert_allclose(flat[..., ::4], 200)
    assert not np.delete(flat, [0, 4], axis=-1).any()


def test_a_picture_twice_as_large_has_its_features_at_twice_the_scale():
    row, column = np.mgrid[:160, :160] - 79.5
    small, large = (
        np.exp(-(row**2 + 2 * column**2) / (2 * size**2)) for size in (8, 16)
    )
    one, other = pixel_features(small, (4,)), pixel_features(large, (8,))
    highest = [np.abs(features).max(axis=(0, 1)) for features in (one, other)]
    np.testing.assert_allclose(*highest, rtol=0.02)


@settings(deadline=None, max_examples=40)
@given(
    image=hnp.arrays(
        st.sampled_from(DTYPES),
        hnp.array_shapes(min_dims=1, max_dims=3, max_side=6),
        elements=st.integers(0, 1),
    ),
    axis=st.integers(0, 2),
)
def test_features_turn_with_the_image_and_do_not_mind_its_dtype(image, axis):
    before = image.copy()
    image.flags.writeable = False
    features = pixel_features(image, (0.7,))
    np.testing.assert_array_equal(image, before)
    axis %= image.ndim
    turned = pixel_features(np.flip(image, axis).T.astype(float), (0.7,))
    order = (*range(image.ndim)[::-1], image.ndim)
    expected = np.flip(features, axis).transpose(order)
    np.testing.assert_allclose(turned, expected, atol=1e-12)


def test_pixels_equal_the_forest_of_scikit_learn():
    image = wave()
    scribbles = np.zeros(image.shape, np.uint8)
    scribbles[:, 8], scribbles[:, 30] = 2, 5
    features = pixel_features(image)
    found = classify_pixels(features, scribbles, trees=10, seed=3)
    forest = RandomForestClassifier(n_estimators=10, random_state=3)
    forest.fit(features[scribbles > 0], scribbles[scribbles > 0])
    expected = forest.predict(features.reshape(-1, features.shape[-1]))
    np.testing.assert_array_equal(found.ravel(), expected)
    assert found.dtype == np.uint8
    assert set(np.unique(found)) == {2, 5}
    again = classify_pixels(features, scribbles, trees=10, seed=3)
    np.testing.assert_array_equal(found, again)


def test_a_forest_learns_on_one_volume_and_finds_the_other():
    truth = np.zeros((2, 6, 8, 10), int)
    truth[0, :3] = truth[1, :, 4:] = 1
    noise = np.random.default_rng(0).normal(0, 0.1, truth.shape)
    scribbles = np.where(np.arange(10) % 3 == 0, truth + 1, 0)
    scribbles[1] = 0
    found = classify_pixels((truth + noise)[..., np.newaxis], scribbles, trees=20)
    np.testing.assert_array_equal(found[1], truth[1] + 1)


def test_units_of_features_do_not_matter():
    features = pixel_features(face(gray=True)[:40, :60])
    scribbles = np.zeros((40, 60), int)
    scribbles[5, :30], scribbles[30, 20:] = 1, 2
    one = classify_pixels(features, scribbles, trees=10)
    other = classify_pixels(features * 2.0 ** np.arange(12), scribbles, trees=10)
    np.testing.assert_array_equal(one, other)


@given(
    masks=hnp.array_shapes(min_dims=1, max_dims=3, max_side=5).flatmap(
        lambda shape: st.tuples(hnp.arrays(bool, shape), hnp.arrays(bool, shape))
    )
)
def test_overlap_equals_scikit_learn(masks):
    mask, truth = masks
    found = intersection_over_union(mask, truth)
    expected = jaccard_score(truth.ravel(), mask.ravel(), zero_division=1)
    assert found == pytest.approx(expected)
    assert found == intersection_over_union(truth, mask)
    assert intersection_over_union(mask, mask) == 1


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([[1]], [[1, 2]], [1]), ValueError, r"images has shape \(1, 1\) and examples"),
        (([1], [1], [1]), ValueError, "allowed are stacks"),
        (([[1]], [[1]], [1, 2]), ValueError, r"classes has shape \(2,\); there are 1"),
        (([[1]], [[1]], [1.0]), TypeError, "classes has dtype float64"),
        (([[np.nan]], [[1]], [1]), ValueError, "images holds 1 values that are NaN"),
        (([[1]], np.zeros((0, 1)), [1]), ValueError, "examples is empty"),
        ((np.ones((1, 1), "g"), [[1]], [1]), TypeError, "images has dtype .*; allowed"),
        (([[1]], np.ones((1, 1), "g"), [1]), TypeError, "examples has dtype .*; allow"),
        (([[2e150]], [[1]], [1]), ValueError, r"images holds .*1e\+150"),
        (([[1]], [[2e150]], [1]), ValueError, r"examples holds .*1e\+150"),
    ],
)
def test_means_refuse_bad_input(arguments, error, message):
    with pytest.raises(error, match=message):
        classify_by_mean(*arguments)


def test_features_refuse_bad_input():
    with pytest.raises(ValueError, match=r"sigmas is \(\); allowed"):
        pixel_features(np.ones((3, 3)), ())
    with pytest.raises(ValueError, match=r"sigmas is \(1, 0\); allowed"):
        pixel_features(np.ones((3, 3)), (1, 0))
    with pytest.raises(ValueError, match="sigmas is -1"):
        pixel_features(np.ones((3, 3)), (-1,))
    with pytest.raises(ValueError, match="sigmas is 31; allowed is 0 to 30"):
        pixel_features(np.ones((3, 3)), (1, 31))
    with pytest.raises(TypeError, match="sigmas is 2; it must be a sequence"):
        pixel_features(np.ones((3, 3)), 2)
    with pytest.raises(ValueError, match=r"image holds .*1e\+150"):
        pixel_features([1, 2e150])
    with pytest.raises(ValueError, match="image is a single number"):
        pixel_features(3)
    with pytest.raises(ValueError, match="image holds 1 values that are NaN"):
        pixel_features([1.0, np.nan])


@pytest.mark.parametrize(
    ("scribbles", "error", "message"),
    [
        ([1, 2], ValueError, r"scribbles has shape \(2,\); the pixels of features"),
        ([1, 0, 1], ValueError, r"scribbles holds the values \[0 1\]; it needs two"),
        ([1, -1, 2], ValueError, r"scribbles holds the values \[-1  1  2\]"),
        ([1.0, 0.0, 2.0], TypeError, "scribbles has dtype float64"),
    ],
)
def test_pixels_refuse_bad_scribbles(scribbles, error, message):
    with pytest.raises(error, match=message):
        classify_pixels(np.ones((3, 2)), scribbles)


def test_pixels_and_overlap_refuse_other_bad_input():
    with pytest.raises(ValueError, match="features holds 2 values that are NaN"):
        classify_pixels([[np.nan], [np.inf]], [1, 2])
    with pytest.raises(ValueError, match="trees is 0"):
        classify_pixels([[1], [2]], [1, 2], trees=0)
    with pytest.raises(ValueError, match="trees is 10001; allowed is 1 to 10000"):
        classify_pixels([[1], [2]], [1, 2], trees=10001)
    with pytest.raises(ValueError, match="seed is -1"):
        classify_pixels([[1], [2]], [1, 2], seed=-1)
    with pytest.raises(ValueError, match="seed is 4294967296"):
        classify_pixels([[1], [2]], [1, 2], seed=2**32)
    with pytest.raises(ValueError, match=r"features holds .*3e\+38"):
        classify_pixels([[1], [4e38]], [1, 2])
    with pytest.raises(TypeError, match=r"truth has dtype int\d+; allowed is bool"):
        intersection_over_union([True], [1])
    with pytest.raises(ValueError, match=r"mask has shape \(1,\); truth has \(2,\)"):
        intersection_over_union([True], [True, False])
