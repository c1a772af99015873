"""What `imgrecipes.segmentation` promises."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage, optimize
from skimage import filters, morphology, segmentation

from imgrecipes.denoising import denoise_median
from imgrecipes.samples import face, noisy_blobs, touching_circles
from imgrecipes.segmentation import (
    clean_by_reconstruction,
    clean_mask,
    match_labels,
    split_by_clustering,
    split_touching,
    threshold_mixture,
    threshold_otsu,
    threshold_valley,
)

SHAPES = hnp.array_shapes(min_dims=1, max_dims=3, max_side=7)
MASKS = hnp.arrays(bool, SHAPES)
# Three axes that end in one of 3 or 4 look like a colour image.
GRAY_SHAPES = SHAPES.filter(lambda shape: len(shape) < 3 or shape[2] not in (3, 4))
DTYPES = st.sampled_from(
    [bool, np.uint8, ">u2", np.int32, np.float16, ">f4", np.float64]
)
THRESHOLDS = [threshold_otsu, threshold_valley, threshold_mixture]


def noisy_circles(seed=0):
    random = np.random.default_rng(seed)
    circles = touching_circles() > 0
    return circles, circles + random.normal(0, 0.2, circles.shape)


def accuracy(labels, truth):
    return np.mean(match_labels(labels, truth)[truth > 0] == truth[truth > 0])


def variance_between(values, threshold):
    dark, bright = values[values <= threshold], values[values > threshold]
    return dark.size * bright.size * (dark.mean() - bright.mean()) ** 2


@given(
    DTYPES.flatmap(lambda t: hnp.arrays(t, GRAY_SHAPES, elements=st.integers(0, 1))),
    st.integers(1, 9),
    st.data(),
)
@settings(deadline=None)
def test_otsu_is_the_best_of_all_splits(image, scale, data):
    if image.dtype != bool:
        image = image * data.draw(
            hnp.arrays(image.dtype, image.shape, elements=st.integers(0, 14 * scale))
        )
    before = image.copy()
    if np.ptp(image.astype(float)) == 0:
        with pytest.raises(ValueError, match="image has one grey level"):
            threshold_otsu(image)
        return
    threshold = threshold_otsu(image)
    np.testing.assert_array_equal(image, before)
    values = image.astype(float).ravel()
    levels = np.unique(values)
    assert threshold in levels[:-1]
    best = max(variance_between(values, level) for level in levels[:-1])
    assert variance_between(values, threshold) == pytest.approx(best, rel=1e-12)


@given(hnp.arrays(np.uint8, (6, 6), elements=st.integers(0, 20)))
@settings(deadline=None)
def test_otsu_equals_scikit_image_on_integers(image):
    if np.ptp(image) > 0:
        expected = filters.threshold_otsu(image)
        values = image.ravel().astype(float)
        # Of two splits that are equally good, rounding may choose either.
        assert variance_between(values, threshold_otsu(image)) == pytest.approx(
            variance_between(values, expected), rel=1e-12
        )


def test_otsu_of_tiny_and_of_large_levels_is_that_of_plain_ones():
    image = np.random.default_rng(0).normal(0, 1, 999) + 5 * (np.arange(999) > 400)
    expected = threshold_otsu(image)
    assert 1 < expected < 4
    for factor in (2.0**-1000, 2.0**-500, 2.0**400):
        assert threshold_otsu(image * factor) == expected * factor
        assert threshold_otsu(image * factor, 64) == threshold_otsu(image, 64) * factor
        mixed = threshold_mixture(image * factor) / factor
        assert mixed == pytest.approx(threshold_mixture(image))
    levels = np.array([2**64 - 1, 2**64 - 1, 2**63, 0, 5], np.uint64)
    assert threshold_otsu(levels) == 5
    assert threshold_otsu(levels[:3]) == 2**63


@pytest.mark.parametrize("threshold", THRESHOLDS)
@pytest.mark.parametrize("channels", [3, 4])
def test_thresholds_of_colours_are_only_taken_when_told(threshold, channels):
    image = face()[:90:3, :90:3]
    image = np.concatenate([image, image], axis=-1)[..., :channels]
    with pytest.raises(ValueError, match=r"image has shape .* colour .*image\.ravel"):
        threshold(image)
    assert 0 < threshold_otsu(image.ravel()) < 255
    assert threshold_otsu(image[..., 0]) > 0


def test_otsu_of_the_face_and_of_the_blobs():
    image = face(gray=True)
    assert threshold_otsu(image) == filters.threshold_otsu(image) == 111
    assert threshold_otsu(image.astype(np.int32) - 1000) == 111 - 1000
    blobs = noisy_blobs()[0]
    exact, binned = threshold_otsu(blobs), threshold_otsu(blobs, bins=60)
    assert (round(exact, 4), round(binned, 4)) == (0.4980, 0.4987)
    width = np.ptp(blobs) / 256
    assert threshold_otsu(blobs, bins=256) == pytest.approx(
        filters.threshold_otsu(blobs) + width / 2
    )


@pytest.mark.parametrize("shape", [(600, 600), (601, 601), (270_001,), (5, 6)])
def test_bytes_are_counted_in_pairs_as_other_integers_are_one_by_one(shape):
    random = np.random.default_rng(0)
    levels = np.append(random.normal(60, 12, 280_000), random.normal(170, 15, 120_000))
    image = random.permutation(levels)[: np.prod(shape)].clip(20, 240).reshape(shape)
    image = image.astype(np.uint8)[..., ::-1]
    one_by_one = image.astype(np.int16)
    assert threshold_otsu(image) == threshold_otsu(one_by_one)
    assert threshold_otsu(image) == threshold_otsu(image.astype(np.float32))
    if image.size > 30:
        assert threshold_valley(image) == threshold_valley(one_by_one)
        assert 100 < threshold_valley(image) < 150
    table = np.unique(image, return_counts=True)
    assert np.isclose(
        threshold_otsu(image), filters.threshold_otsu(hist=table[::-1]), atol=0
    )


@given(
    mean=st.integers(60, 90),
    share=st.integers(20, 80),
    spread=st.integers(5, 9),
    seed=st.integers(0, 99),
)
@settings(deadline=None, max_examples=30)
def test_valley_equals_scikit_image(mean, share, spread, seed):
    random = np.random.default_rng(seed)
    dark = random.normal(0, spread, 20 * share)
    bright = random.normal(mean, spread, 20 * (100 - share))
    # A lone pixel in the last bin is a peak to us and none to scikit-image.
    tails = np.append(np.abs(dark), np.abs(bright - mean)) > 2 * spread
    image = np.rint(np.append(dark, bright)[~tails]).astype(int)
    threshold = threshold_valley(image, bins=40)
    counts, edges = np.histogram(image, 40)
    width = edges[1] - edges[0]
    expected = filters.threshold_minimum(hist=(counts, (edges[:-1] + edges[1:]) / 2))
    # Where the valley is empty, ours lies in its middle and theirs at its edge.
    gap = np.sum(counts == 0) * width
    assert expected - 1e-9 <= threshold <= expected + gap / 2 + width


@pytest.mark.parametrize("threshold", THRESHOLDS)
@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.float32])
def test_thresholds_part_two_levels(threshold, dtype):
    image = np.full((3, 5), 2, dtype)
    image[1, 2:] = 9
    image.flags.writeable = False
    np.testing.assert_array_equal(image > threshold(image), image == 9)


def test_valley_of_the_blobs_and_of_one_peak():
    image = noisy_blobs()[0]
    assert round(threshold_valley(image, bins=60), 4) == 0.5205
    assert threshold_valley(image, 256) == pytest.approx(
        filters.threshold_minimum(image), abs=0.03
    )
    levels = np.rint(30_000 + 10_000 * image).astype(np.uint16)
    assert threshold_valley(levels) == threshold_valley(levels, bins=256)
    with pytest.raises(ValueError, match="histogram of one peak"):
        threshold_valley([1, 2, 2, 3])


@given(
    weight=st.floats(0.2, 0.8),
    spreads=st.tuples(st.floats(0.5, 2), st.floats(0.5, 2)),
)
@settings(deadline=None, max_examples=15)
def test_mixture_finds_where_the_densities_cross(weight, spreads):
    random = np.random.default_rng(0)
    sizes = round(9000 * weight), 9000 - round(9000 * weight)
    image = np.append(
        random.normal(0, spreads[0], sizes[0]), random.normal(9, spreads[1], sizes[1])
    )

    def log_ratio(level):
        z = level / spreads[0], (level - 9) / spreads[1]
        scale = sizes[0] / spreads[0], sizes[1] / spreads[1]
        return np.log(scale[0] / scale[1]) - (z[0] ** 2 - z[1] ** 2) / 2

    expected = optimize.brentq(log_ratio, 0, 9)
    threshold = threshold_mixture(image.reshape(-1, 50)[::-1])
    assert threshold == pytest.approx(expected, abs=0.2)


def test_mixture_of_the_blobs_and_of_a_rare_level():
    image = noisy_blobs()[0]
    threshold = threshold_mixture(image)
    assert threshold == threshold_mixture(image) == pytest.approx(0.522, abs=5e-4)
    assert threshold_mixture(1000 + 50 * image) == pytest.approx(1000 + 50 * threshold)
    rare = np.zeros(20_000)
    rare[7] = 1
    assert 0 < threshold_mixture(rare) < 1


@pytest.mark.parametrize("threshold", THRESHOLDS)
@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (np.zeros((0, 2)), ValueError, "image is empty"),
        ([1.0, np.nan], ValueError, "image holds 1 values that are NaN"),
        ([[7]], ValueError, "image has one grey level, 7"),
        ([1j, 2], TypeError, "image has dtype complex128"),
    ],
)
def test_thresholds_refuse_bad_images(threshold, image, error, message):
    with pytest.raises(error, match=message):
        threshold(image)


@pytest.mark.parametrize("threshold", [threshold_otsu, threshold_valley])
def test_thresholds_need_two_bins(threshold):
    with pytest.raises(ValueError, match="bins is 1; allowed is"):
        threshold([1, 2], bins=1)
    with pytest.raises(ValueError, match="bins is 70000; allowed is"):
        threshold([1, 2], bins=70_000)
    with pytest.raises(ValueError, match=r"image holds .* beyond 1e\+140"):
        threshold([1.0, 1e200])


def test_classic_errors_of_the_cleaned_blobs():
    image, field = noisy_blobs()
    mask = field > field.mean()
    truth = mask + 0.1 * field
    binary = image > 0.5
    plain = ndimage.binary_closing(ndimage.binary_opening(binary))
    assert np.abs(truth - plain).mean() == pytest.approx(0.00727836548, abs=1e-11)
    cleaned = clean_mask(binary)
    np.testing.assert_array_equal(cleaned[3:-3, 3:-3], plain[3:-3, 3:-3])
    assert [np.sum(m != mask) for m in (binary, plain, cleaned)] == [411, 467, 92]
    rebuilt = clean_by_reconstruction(binary)
    assert np.abs(truth - rebuilt).mean() == pytest.approx(0.000595025528, abs=1e-12)
    assert np.sum(rebuilt != mask) == 29


def test_a_median_first_beats_the_bare_threshold():
    image, field = noisy_blobs()
    mask = field > field.mean()
    wrong = [np.sum((denoise_median(image, n) > 0.5) != mask) for n in (1, 3, 5, 7)]
    assert wrong == [411, 48, 188, 645]


@given(MASKS, st.booleans())
@settings(deadline=None)
def test_cleaning_equals_ndimage_whose_border_takes_no_part(mask, full):
    rank = mask.ndim if full else 1
    cube = ndimage.generate_binary_structure(mask.ndim, rank)
    footprint = cube if full else None
    before = mask.copy()
    eroded = ndimage.binary_erosion(mask, cube, border_value=1)
    dilated = ndimage.binary_dilation(eroded, cube, iterations=2)
    expected = ndimage.binary_erosion(dilated, cube, border_value=1)
    cleaned = clean_mask(mask, footprint)
    np.testing.assert_array_equal(cleaned, expected)
    np.testing.assert_array_equal(clean_mask(cleaned, footprint), cleaned)
    np.testing.assert_array_equal(mask, before)


@given(MASKS)
@settings(deadline=None)
def test_reconstruction_keeps_or_drops_whole_objects(mask):
    mask.flags.writeable = False
    cleaned = clean_by_reconstruction(mask)
    cross = ndimage.generate_binary_structure(mask.ndim, 1)
    survives = ndimage.binary_erosion(mask, cross, border_value=1)
    labels, count = ndimage.label(mask)
    kept = np.isin(
        labels, [n for n in range(1, count + 1) if survives[labels == n].any()]
    )
    holes, count = ndimage.label(~kept)
    survives = ndimage.binary_erosion(~kept, cross, border_value=1)
    for n in range(1, count + 1):
        if not survives[holes == n].any():
            kept[holes == n] = True
    np.testing.assert_array_equal(cleaned, kept)


@pytest.mark.parametrize("noise", [0, 0.2])
def test_reconstruction_of_a_photograph_equals_ndimage(noise):
    image = face(gray=True)
    mask = ndimage.uniform_filter(image, 5) > 110
    mask ^= np.random.default_rng(0).random(mask.shape) < noise
    for share in (mask, np.asfortranarray(mask), mask[::-2]):
        kept = share
        for _ in range(2):  # the objects, then the holes
            seed = ndimage.binary_erosion(kept, border_value=1)
            kept = ~ndimage.binary_propagation(seed, mask=kept)
        np.testing.assert_array_equal(clean_by_reconstruction(share), kept)


@pytest.mark.parametrize("clean", [clean_mask, clean_by_reconstruction, split_touching])
def test_masks_are_boolean(clean):
    with pytest.raises(TypeError, match="mask has dtype uint8; allowed is bool"):
        clean(np.ones((3, 3), np.uint8))
    with pytest.raises(ValueError, match="mask is empty"):
        clean(np.ones((3, 0), bool))


@pytest.mark.parametrize("clean", [clean_mask, clean_by_reconstruction])
def test_footprints_fit_the_mask(clean):
    mask = np.ones((4, 4), bool)
    with pytest.raises(ValueError, match="footprint is 3-D"):
        clean(mask, np.ones((1, 3, 3)))
    with pytest.raises(ValueError, match=r"footprint holds .*; allowed are 0 and 1"):
        clean(mask, np.full((3, 3), 2))


def test_watershed_of_the_circles():
    truth = touching_circles()
    labels = split_touching(truth > 0)
    assert (labels.max(), labels.dtype) == (4, np.int32)
    np.testing.assert_array_equal(labels > 0, truth > 0)
    right = match_labels(labels, truth) == truth
    assert np.sum(~right) == 12
    distance = ndimage.distance_transform_edt(truth)
    markers = ndimage.label(morphology.h_maxima(distance, 1))[0]
    flooded = segmentation.watershed(-distance, markers, mask=truth > 0)
    assert accuracy(labels, truth) > 0.995
    assert accuracy(labels, flooded) > 0.994


def peaks_by_brute_force(distance, depth):
    """Count the tops that lie more than `depth` above all ways to higher ground."""
    count = 0
    everywhere = np.ones((3,) * distance.ndim)
    for level in np.unique(distance[distance > 0]):
        near = (distance > 0) & (distance >= level - depth - 1e-9)
        pieces = ndimage.label(near, everywhere)[0]
        for piece in np.unique(pieces[distance == level]):
            count += distance[pieces == piece].max() == level
    return count


@given(
    hnp.arrays(
        bool, st.sampled_from([(15,), (9, 12), (1, 15), (5, 5, 5), (2, 3, 4, 5)])
    ),
    st.sampled_from([0.0, 0.3, 1.0, 2.5]),
    st.sampled_from([None, 1.0, (5.0, 1.0, 2.0, 0.5)]),
)
@settings(deadline=None, max_examples=80)
def test_watershed_parts_each_object_by_its_dynamics(mask, depth, spacing):
    mask = mask | np.roll(mask, 1, axis=-1)
    before = mask.copy()
    if spacing is None:
        labels, edges = split_touching(mask, depth), None
    else:
        edges = spacing if spacing == 1 else spacing[: mask.ndim]
        labels = split_touching(mask, depth, edges)
    np.testing.assert_array_equal(mask, before)
    np.testing.assert_array_equal(labels > 0, mask)
    assert set(np.unique(labels)) - {0} == set(range(1, labels.max() + 1))
    everywhere = np.ones((3,) * mask.ndim)
    for label in range(1, labels.max() + 1):
        assert ndimage.label(labels == label, everywhere)[1] == 1
    if mask.all():
        assert labels.max() == 1
        return
    distance = ndimage.distance_transform_edt(mask, edges)
    assert labels.max() == peaks_by_brute_force(distance, depth)


def test_a_huge_depth_labels_as_ndimage_does():
    mask = noisy_blobs()[0] > 0.5
    labels = split_touching(mask[:, ::2], depth=1000)
    expected = ndimage.label(mask[:, ::2], np.ones((3, 3)))[0]
    assert labels.max() == expected.max()
    np.testing.assert_array_equal(match_labels(labels, expected), expected)
    with pytest.raises(ValueError, match="depth is -1"):
        split_touching(mask, depth=-1)


def test_watershed_parts_two_balls():
    plane, row, column = np.ogrid[:20, :20, :36]
    parts = [
        (plane - 10) ** 2 + (row - 10) ** 2 + (column - c) ** 2 < 81 for c in (10, 25)
    ]
    labels = split_touching(parts[0] | parts[1])
    assert labels.max() == 2
    assert not np.any((labels == 2) & ~parts[1])
    assert not np.any((labels == 1) & ~parts[0])


def test_watershed_parts_two_balls_in_voxels_that_are_not_cubes():
    plane, row, column = np.ogrid[:9, :40, :40]
    parts = [
        (5 * (plane - 4)) ** 2 + (row - 20) ** 2 + (column - c) ** 2 <= 81
        for c in (12, 27)
    ]
    balls = parts[0] | parts[1]
    labels = split_touching(balls, spacing=(5, 1, 1))
    assert labels.max() == 2
    right = np.where(column < 20, 1, 2) * balls
    assert np.mean(labels[balls] == right[balls]) > 0.98
    # In pixels, flat disks that are close hide the neck.
    assert split_touching(balls).max() == 1


def test_watershed_is_told_the_unit_of_the_depth():
    mask = touching_circles() > 0
    for depth in (0.5, 1, 6):
        np.testing.assert_array_equal(
            split_touching(mask, 0.25 * depth, spacing=0.25),
            split_touching(mask, depth),
        )
    with pytest.raises(ValueError, match="spacing is 0; allowed is 1e-50 to"):
        split_touching(mask, spacing=(0, 1))
    with pytest.raises(ValueError, match=r"spacing is \(1, 1, 1\); allowed is one"):
        split_touching(mask, spacing=(1, 1, 1))
    with pytest.raises(ValueError, match="mask is 0-D"):
        split_touching(np.True_)


@pytest.mark.parametrize("factor", [-(2.0**40), 2.0**-900, 1e299])
def test_clustering_does_not_depend_on_the_scale_of_the_levels(factor):
    mask, image = noisy_circles(0)
    mask, image = mask[::2, ::2], image[::2, ::2] / 4
    expected = split_by_clustering(mask, 4, image)
    np.testing.assert_array_equal(
        split_by_clustering(mask, 4, factor * image), expected
    )


@pytest.mark.parametrize("seed", [0, 1])
def test_clustering_of_the_circles(seed):
    truth = touching_circles()
    mask, image = noisy_circles(seed)
    labels = split_by_clustering(mask, 4, image, seed=seed)
    np.testing.assert_array_equal(labels > 0, mask)
    assert accuracy(labels, truth) > 0.98
    again = split_by_clustering(mask, 4, image, seed=seed)
    np.testing.assert_array_equal(again, labels)
    assert accuracy(split_by_clustering(mask, 4), truth) > 0.98


@pytest.mark.parametrize("shape", [(1, 12), (12, 1), (1, 1, 12), (2, 6)])
def test_clustering_halves_a_bar(shape):
    bar = np.ones(shape, bool)
    labels = split_by_clustering(bar, 2)
    assert np.bincount(labels.ravel()).tolist() == [0, 6, 6]
    assert labels.flat[0] == 1


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"mask": np.ones(4, bool)}, ValueError, "mask is 1-D"),
        ({"mask": np.eye(3, dtype="i8")}, TypeError, "mask has dtype int64"),
        ({"mask": np.eye(3, dtype=bool)}, ValueError, "mask is in 3 pieces"),
        ({"mask": np.ones((1, 2), bool)}, ValueError, "needs more than 2"),
        ({"image": np.ones((3, 4))}, ValueError, r"image has shape \(3, 4\)"),
        ({"image": np.full((4, 4), np.inf)}, ValueError, "image holds 16 values"),
        ({"count": 1}, ValueError, "count is 1"),
        ({"count": 2.0}, TypeError, "count is 2.0"),
        ({"seed": -1}, ValueError, "seed is -1"),
        ({"seed": 2**32}, ValueError, "seed is 4294967296; allowed is 0 to"),
    ],
)
def test_clustering_names_the_wrong_argument(arguments, error, message):
    with pytest.raises(error, match=message):
        split_by_clustering(**{"mask": np.ones((4, 4), bool), "count": 2} | arguments)


@given(
    hnp.arrays(np.uint8, 30, elements=st.integers(0, 4)),
    hnp.arrays(np.int32, 30, elements=st.integers(0, 3)),
)
@settings(deadline=None)
def test_matching_is_the_best_of_all_permutations(labels, truth):
    labels[0], truth[0] = 0, 0
    renamed = match_labels(labels, truth)
    # A renaming is one to one.
    assert len(np.unique(np.stack([labels, renamed]), axis=1).T) == len(
        np.unique(labels)
    )
    np.testing.assert_array_equal(renamed == 0, labels == 0)
    hits = np.sum((renamed == truth) & (truth > 0))
    best = max(
        sum(np.sum((labels == a) & (truth == b)) for a, b in enumerate(names, start=1))
        for names in itertools.permutations([1, 2, 3, -1])
    )
    assert hits == best


@given(
    hnp.arrays(np.uint16, (6, 5), elements=st.integers(0, 6)),
    st.permutations(range(1, 7)),
)
@settings(deadline=None)
def test_matching_undoes_a_renaming(truth, names):
    labels = np.append(0, np.array(names) * 1000)[truth]
    np.testing.assert_array_equal(match_labels(labels, truth), truth)


@pytest.mark.parametrize("dtype", ["u1", ">u2", "i4", "u8"])
def test_matching_of_any_integers_gives_int64(dtype):
    names = np.iinfo(dtype).max - np.arange(200).astype(dtype)
    truth = np.arange(200).astype(dtype)
    matched = match_labels(names, truth)
    assert matched.dtype == np.int64
    # All but one label stand for a pixel of their own; the last is no true one.
    np.testing.assert_array_equal(matched, np.where(truth == 0, 200, truth))


def test_matching_refuses_what_does_not_fit():
    huge = np.array([2**64 - 1, 2**63, 0], np.uint64)
    assert match_labels(huge, [7, 2, 0]).tolist() == [7, 2, 0]
    with pytest.raises(ValueError, match=f"truth holds {2**64 - 1}; allowed"):
        match_labels([1, 2, 3], huge)
    most = 2**63 - 2
    assert match_labels([1, 2], [0, most]).tolist() == [most + 1, most]
    with pytest.raises(ValueError, match=f"truth holds {most}; allowed"):
        match_labels([1, 2, 3], [0, 0, most])
    many = np.arange(9000)
    with pytest.raises(ValueError, match="labels has 8999 regions and truth 8999"):
        match_labels(many, many)


def test_matching_refuses_what_is_no_label():
    with pytest.raises(
        TypeError, match="labels has dtype float64; allowed are integers"
    ):
        match_labels([1.0], [1])
    with pytest.raises(ValueError, match="truth holds -1"):
        match_labels([1], [-1])
    with pytest.raises(ValueError, match=r"labels has shape \(2,\); truth has \(1,\)"):
        match_labels([1, 2], [1])
