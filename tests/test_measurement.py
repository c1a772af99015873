"""What `imgrecipes.measurement` promises."""

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage
from skimage import measure, segmentation

from imgrecipes._kernels.fast._runs import (
    connect_runs,
    find_runs,
    has_few_runs,
    paint_runs,
)
from imgrecipes._kernels.fast.regions import measure_places, measure_values
from imgrecipes.measurement import (
    block_mean,
    label_regions,
    radial_mean,
    region_of_interest,
    region_table,
    relabel,
    remove_small_regions,
)
from imgrecipes.samples import blobs, face, phantom

DTYPES = st.sampled_from(
    [np.bool_, np.uint8, ">u2", np.int32, np.float16, ">f4", np.float64]
)
SHAPES = hnp.array_shapes(min_dims=1, max_dims=3, max_side=7)
MASKS = hnp.arrays(np.bool_, SHAPES)
LABELS = hnp.arrays(
    st.sampled_from([np.uint8, ">i2", np.int32, np.uint64]),
    SHAPES,
    elements=st.sampled_from([0, 0, 1, 2, 3, 5, 90]),
)


def draw_image(data, shape):
    """An image of any dtype, whose levels are whole numbers: sums are exact."""
    dtype = np.dtype(data.draw(DTYPES))
    low = -100 if dtype.kind in "if" else 0
    levels = st.booleans() if dtype.kind == "b" else st.integers(low, 100)
    image = data.draw(hnp.arrays(dtype, shape, elements=levels))
    image.flags.writeable = False
    return image


def test_the_blobs_have_28_regions_with_sizes_and_means():
    field = blobs()
    mask = field > field.mean()
    labels = label_regions(mask)
    assert labels.max() == 28
    table = region_table(labels, field)
    index = np.arange(1, 29)
    np.testing.assert_array_equal(table["label"], index)
    assert table["size"].sum() == mask.sum()
    np.testing.assert_array_equal(
        table["size"], ndimage.sum_labels(mask, labels, index)
    )
    means = ndimage.mean(field, labels, index)
    np.testing.assert_allclose(table["mean"], means, rtol=1e-14)
    # What the classic calls means are sums: the mean times the size.
    sums = ndimage.sum_labels(field, labels, index)
    np.testing.assert_allclose(table["mean"] * table["size"], sums, rtol=1e-12)
    kept = remove_small_regions(labels, 1000)
    assert np.unique(kept).size - 1 == (table["size"] >= 1000).sum() == 9


@given(MASKS, st.data())
@settings(deadline=None)
def test_labels_equal_ndimage_and_follow_the_reading_order(mask, data):
    connectivity = data.draw(st.integers(1, mask.ndim))
    neighbors = ndimage.generate_binary_structure(mask.ndim, connectivity)
    expected, count = ndimage.label(mask, neighbors)
    labels = label_regions(mask, connectivity)
    assert labels.dtype == np.int32
    np.testing.assert_array_equal(labels, expected)
    numbers, first = np.unique(labels[labels > 0], return_index=True)
    assert numbers.tolist() == list(range(1, count + 1))
    assert np.all(np.diff(first) > 0)


@given(
    st.sampled_from([(40,), (1, 60), (60, 1), (25, 40), (1, 9, 20), (7, 1, 20)]),
    st.sampled_from([0.1, 0.4, 0.6, 0.9]),
    st.integers(0, 2**32),
    st.booleans(),
)
@settings(deadline=None, max_examples=150)
def test_labels_of_long_and_winding_runs_equal_ndimage(shape, share, seed, by_columns):
    mask = np.random.default_rng(seed).random(shape) < share
    if by_columns:
        mask = np.asfortranarray(mask)
    for connectivity in range(1, mask.ndim + 1):
        neighbors = ndimage.generate_binary_structure(mask.ndim, connectivity)
        expected = ndimage.label(mask, neighbors)[0]
        np.testing.assert_array_equal(label_regions(mask, connectivity), expected)
        # Few runs or many: each way on its own gives the same.
        runs = find_runs(mask)
        region = connect_runs(*runs, mask.shape, connectivity)
        labels = paint_runs(*runs, region + 1, mask.shape)
        assert labels.dtype == np.int32
        np.testing.assert_array_equal(labels, expected)
        rows = region_table(labels)["stop"]
        boxes = [
            tuple(side.stop for side in box) for box in ndimage.find_objects(expected)
        ]
        assert rows.tolist() == [list(box) for box in boxes]


@pytest.mark.parametrize("noise", [0, 0.2])
@pytest.mark.parametrize("make", [lambda: face(gray=True), lambda: phantom(64)])
def test_few_runs_or_many_make_no_difference(make, noise):
    image = make()
    mask = ndimage.uniform_filter(image.astype(float), 5) > image.mean()
    mask ^= np.random.default_rng(0).random(mask.shape) < noise
    assert has_few_runs(mask) == (noise == 0)
    labels = label_regions(mask)
    np.testing.assert_array_equal(labels, ndimage.label(mask)[0])
    sizes = np.bincount(labels.ravel())
    kept = remove_small_regions(labels, 3)
    numbers = np.where(sizes < 3, 0, np.arange(sizes.size))
    np.testing.assert_array_equal(kept, numbers[labels])
    expected = segmentation.relabel_sequential(kept)[0]
    np.testing.assert_array_equal(relabel(kept), expected)


def test_small_and_textured_masks_are_labelled_pixel_by_pixel():
    image = face(gray=True)
    for mask in (image > 113, image[:300, :400] > -1, np.tile(image > 113, (2, 2))):
        assert not has_few_runs(mask)
    assert has_few_runs(ndimage.gaussian_filter(image, 3) > 113)
    assert has_few_runs(np.ones((2**17, 1), bool).T)
    assert not has_few_runs(np.ones((2**17, 1), bool))


def test_a_spiral_and_a_comb_are_one_region():
    spiral = np.zeros((33, 33), bool)
    row, column, step = 16, 16, (0, 1)
    for length in range(2, 32, 2):
        for _ in range(2):
            for _ in range(length):
                spiral[row, column] = True
                row, column = row + step[0], column + step[1]
            step = (step[1], -step[0])
    comb = np.ones((20, 31), bool)
    comb[:-1, 1::2] = False
    for mask in (spiral, spiral.T, comb, comb[::-1]):
        np.testing.assert_array_equal(label_regions(mask), mask)
    np.testing.assert_array_equal(label_regions(~spiral), ndimage.label(~spiral)[0])


@pytest.mark.parametrize("dtype", ["u1", ">i2", "i4", "u8"])
def test_labels_keep_their_dtype_and_their_largest_numbers(dtype):
    most = np.iinfo(dtype).max
    labels = np.array([[most, most, 0, 1], [0, most, 1, 1]], dtype)
    for kept in (remove_small_regions(labels, 3), remove_small_regions(labels.T, 3).T):
        assert kept.dtype == labels.dtype.newbyteorder("=")
        np.testing.assert_array_equal(kept, labels)
    assert not remove_small_regions(labels, 4).any()
    assert relabel(labels).dtype == labels.dtype.newbyteorder("=")
    np.testing.assert_array_equal(relabel(labels), [[2, 2, 0, 1], [0, 2, 1, 1]])


@given(MASKS)
@settings(deadline=None)
def test_full_connectivity_equals_scikit_image(mask):
    expected = measure.label(mask)
    np.testing.assert_array_equal(label_regions(mask, mask.ndim), expected)


def test_labels_of_integers_and_of_strided_read_only_masks():
    image = face(gray=True)[::7, ::-5]
    mask = image > 150
    expected = ndimage.label(mask)[0]
    mask.flags.writeable = False
    np.testing.assert_array_equal(label_regions(mask.T).T > 0, mask)
    np.testing.assert_array_equal(label_regions(mask), expected)
    np.testing.assert_array_equal(label_regions(mask.astype(">u2") * 255), expected)
    np.testing.assert_array_equal(label_regions(mask * np.int8(-1)), expected)


def test_labels_refuse_bad_input():
    with pytest.raises(TypeError, match=r"mask has dtype float64.*threshold"):
        label_regions(np.ones((2, 2)))
    with pytest.raises(ValueError, match="connectivity is 3; allowed is 1 to 2"):
        label_regions(np.ones((2, 2), bool), connectivity=3)
    with pytest.raises(ValueError, match="mask is empty"):
        label_regions(np.ones((0, 2), bool))
    with pytest.raises(ValueError, match="mask is 4-D"):
        label_regions(np.ones((1, 1, 1, 1), bool))


def assert_table_is_right(labels, image):
    table = region_table(labels, image)
    numbers = np.unique(labels[labels > 0])
    assert table["label"].tolist() == numbers.tolist()
    assert all(len(column) == len(numbers) for column in table.values())
    assert table["min"].dtype == table["max"].dtype == image.dtype.newbyteorder("=")
    for k, number in enumerate(numbers):
        places = np.argwhere(labels == number)
        values = image[labels == number]
        levels = values.astype(float)
        assert table["size"][k] == len(places)
        np.testing.assert_allclose(table["centroid"][k], places.mean(axis=0))
        np.testing.assert_array_equal(table["start"][k], places.min(axis=0))
        np.testing.assert_array_equal(table["stop"][k], places.max(axis=0) + 1)
        assert table["mean"][k] == levels.sum() / len(levels)
        np.testing.assert_allclose(table["std"][k], levels.std(), atol=1e-12)
        assert (table["min"][k], table["max"][k]) == (values.min(), values.max())
        np.testing.assert_array_equal(table["peak"][k], places[np.argmax(values)])
        if levels.sum() == 0:
            assert np.isnan(table["center_of_mass"][k]).all()
        else:
            center = levels @ places / levels.sum()
            np.testing.assert_allclose(table["center_of_mass"][k], center)


@given(LABELS, st.data())
@settings(deadline=None)
def test_table_equals_brute_force(labels, data):
    image = draw_image(data, labels.shape)
    before = labels.copy()
    labels.flags.writeable = False
    assert_table_is_right(labels, image)
    np.testing.assert_array_equal(labels, before)


@pytest.mark.parametrize("make", [lambda: face(gray=True), lambda: phantom(32)])
def test_table_equals_ndimage_and_scikit_image(make):
    image = make()
    labels = label_regions(image > 110)
    table = region_table(labels, image)
    index = table["label"]
    np.testing.assert_allclose(
        table["std"], ndimage.standard_deviation(image, labels, index), atol=1e-10
    )
    np.testing.assert_allclose(
        table["center_of_mass"], ndimage.center_of_mass(image, labels, index)
    )
    boxes = [
        tuple(map(slice, start, stop))
        for start, stop in zip(table["start"], table["stop"], strict=True)
    ]
    assert boxes == ndimage.find_objects(labels)
    names = ["label", "area", "centroid", "intensity_mean", "intensity_max"]
    expected = measure.regionprops_table(labels, image, properties=names)
    np.testing.assert_array_equal(table["label"], expected["label"])
    np.testing.assert_array_equal(table["size"], expected["area"])
    np.testing.assert_allclose(table["mean"], expected["intensity_mean"])
    np.testing.assert_array_equal(table["max"], expected["intensity_max"])
    for axis in range(image.ndim):
        np.testing.assert_allclose(
            table["centroid"][:, axis], expected[f"centroid-{axis}"]
        )


@pytest.mark.parametrize(
    ("shape", "largest", "dtype"),
    [
        ((150_000,), 100, "u1"),
        ((2, 70_001), 60_000, "f2"),
        ((300, 400), 100, ">f4"),
        ((300, 400), 2**40, "f8"),
        ((25, 80, 90), 200_000, "i8"),
        ((100_000, 1), 100, "u2"),
    ],
)
def test_table_of_many_blocks_equals_brute_force(shape, largest, dtype):
    random = np.random.default_rng(0)
    names = random.integers(0, largest, 60)
    labels = names[np.minimum(random.geometric(0.05, shape), 59)]
    image = random.integers(0, 90, shape).astype(dtype)
    assert_table_is_right(labels, image)
    assert_table_is_right(np.repeat(labels.T, 2, axis=0)[::-2], image.T)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_table_takes_little_memory_beside_itself_even_in_noise(dtype):
    noise = np.random.default_rng(0).random((900, 1100))
    labels, image = label_regions(noise < 0.4), (255 * noise).astype(dtype)
    # The fast kernels by name, since the plain ones may take more.
    tracemalloc.start()
    table = measure_places(labels)
    table |= measure_values(labels, image, table["label"], table["size"])
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(table["label"]) > 100_000
    # Measured: 2.9, 0.7 and 0.4.
    assert peak - kept < 4 * image.nbytes


def test_negative_values_can_move_the_center_of_mass_out_of_the_region():
    labels = [[0, 0, 1, 1]]
    table = region_table(labels, [[0, 0, -1.0, 2.0]])
    assert table["center_of_mass"].tolist() == [[0.0, 4.0]]
    assert table["centroid"].tolist() == [[0.0, 2.5]]


def test_table_without_regions_and_with_huge_labels():
    empty = region_table(np.zeros((2, 3), int), np.ones((2, 3)))
    assert empty["size"].shape == empty["mean"].shape == (0,)
    assert empty["peak"].shape == empty["center_of_mass"].shape == (0, 2)
    # A table with a row for each possible number would not fit into any memory.
    labels = np.array([[2**63, 1], [1, 2**63]], np.uint64)
    table = region_table(labels)
    assert table["label"].tolist() == [1, 2**63]
    assert table["centroid"].tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert set(table) == {"label", "size", "centroid", "start", "stop"}


@pytest.mark.parametrize(
    "recipe",
    [
        region_table,
        relabel,
        lambda labels: remove_small_regions(labels, 2),
        lambda labels: region_of_interest(labels, 1),
    ],
)
def test_recipes_refuse_what_are_no_labels(recipe):
    with pytest.raises(TypeError, match="labels has dtype float64"):
        recipe(np.ones((2, 2)))
    with pytest.raises(TypeError, match="labels has dtype bool; allowed are integers"):
        recipe(np.ones((2, 2), bool))
    with pytest.raises(ValueError, match="labels holds -3"):
        recipe(np.array([[1, -3]]))
    with pytest.raises(ValueError, match="labels is empty"):
        recipe(np.zeros((0, 2), int))


def test_table_refuses_an_image_that_does_not_fit():
    labels = np.ones((2, 3), int)
    with pytest.raises(ValueError, match=r"image has shape \(3, 2\)"):
        region_table(labels, np.ones((3, 2)))
    with pytest.raises(ValueError, match="image holds 1 values that are NaN"):
        region_table(labels, [[1, 2, 3], [4, np.nan, 6]])
    with pytest.raises(ValueError, match=r"image holds .* beyond 1e\+140"):
        region_table(labels, [[1, 2, 3], [4, 1e300, 6]])


@given(LABELS, st.integers(0, 12))
@settings(deadline=None)
def test_removal_keeps_the_large_regions_and_their_numbers(labels, min_size):
    before = labels.copy()
    kept = remove_small_regions(labels, min_size)
    np.testing.assert_array_equal(labels, before)
    assert kept.dtype == labels.dtype.newbyteorder("=")
    size = {number: (labels == number).sum() for number in np.unique(labels)}
    for index in np.ndindex(labels.shape):
        large = size[labels[index]] >= min_size
        assert kept[index] == (labels[index] if large else 0)
    np.testing.assert_array_equal(remove_small_regions(kept, min_size), kept)


def test_removal_refuses_bad_sizes():
    with pytest.raises(ValueError, match="min_size is -1"):
        remove_small_regions([[1]], -1)
    with pytest.raises(TypeError, match=r"min_size is 2\.5"):
        remove_small_regions([[1]], 2.5)


@given(LABELS)
@settings(deadline=None)
def test_relabelling_equals_scikit_image_and_keeps_the_regions(labels):
    before = labels.copy()
    dense = relabel(labels)
    np.testing.assert_array_equal(labels, before)
    assert dense.dtype == labels.dtype.newbyteorder("=")
    expected = segmentation.relabel_sequential(labels.astype(int))[0]
    np.testing.assert_array_equal(dense, expected)
    np.testing.assert_array_equal(relabel(dense), dense)
    old, new = region_table(labels), region_table(dense)
    for name in ("size", "centroid", "start", "stop"):
        np.testing.assert_array_equal(old[name], new[name])


@given(LABELS, st.integers(0, 4))
@settings(deadline=None)
def test_box_holds_its_region_and_the_margin(labels, margin):
    table = region_table(labels)
    for k, number in enumerate(table["label"]):
        window = region_of_interest(labels, number, margin)
        for axis, side in enumerate(window):
            start, stop = table["start"][k, axis], table["stop"][k, axis]
            assert side.start == max(start - margin, 0)
            assert side.stop == min(stop + margin, labels.shape[axis])


def test_box_refuses_what_is_not_there():
    labels = [[0, 2], [0, 0]]
    with pytest.raises(ValueError, match="label is 1; it does not occur in labels"):
        region_of_interest(labels, 1)
    with pytest.raises(ValueError, match="label is 0; allowed"):
        region_of_interest(labels, 0)
    with pytest.raises(ValueError, match="label is 300; it does not occur"):
        region_of_interest(np.array(labels, np.uint8), 300)
    with pytest.raises(ValueError, match="margin is -1"):
        region_of_interest(labels, 2, margin=-1)


@given(hnp.array_shapes(min_dims=1, max_dims=4, max_side=7), st.booleans(), st.data())
@settings(deadline=None)
def test_block_means_equal_the_plain_average_of_each_block(shape, crop, data):
    image = draw_image(data, shape)
    axes = data.draw(st.integers(1, len(shape)))
    block = data.draw(st.tuples(*[st.integers(1, length) for length in shape[:axes]]))
    means = block_mean(image, block, crop=crop)
    ends = [
        n // b if crop else math.ceil(n / b) for n, b in zip(shape, block, strict=False)
    ]
    assert means.shape == (*ends, *shape[axes:])
    assert means.dtype == np.float64
    for index in np.ndindex(*ends):
        window = tuple(
            slice(i * b, (i + 1) * b) for i, b in zip(index, block, strict=True)
        )
        part = image[window].astype(float)
        expected = part.sum(axis=tuple(range(axes))) / math.prod(part.shape[:axes])
        np.testing.assert_array_equal(means[index], expected)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_block_means_of_the_face_equal_the_reshape_trick(dtype):
    image = face(gray=True).astype(dtype)
    means = block_mean(image, (4, 8))
    plain = image.reshape(192, 4, 128, 8).mean(axis=(1, 3), dtype=np.float64)
    np.testing.assert_array_equal(means, plain)
    assert means.mean() == pytest.approx(113.48026784261067, rel=1e-14)


def test_blocks_that_do_not_fit_do_not_wrap_round():
    image = face(gray=True)
    means = block_mean(image, (4, 6))
    assert means.shape == (192, 171)
    assert means[0, 0] == image[:4, :6].mean()
    assert means[100, 170] == image[400:404, 1020:].mean()
    np.testing.assert_array_equal(block_mean(image, (4, 6), crop=True), means[:, :170])
    # All the same, each pixel counts once.
    count = 24 - 8 * (np.arange(171) == 170)
    assert (means * count).sum() == pytest.approx(image.sum(dtype=float), rel=1e-12)


def test_block_of_one_number_runs_along_all_axes():
    volume = phantom(16)
    np.testing.assert_array_equal(block_mean(volume, 4), block_mean(volume, (4, 4, 4)))
    colors = block_mean(face(), (8, 8))
    np.testing.assert_array_equal(colors[..., 1], block_mean(face()[..., 1], 8))


def test_nan_stays_in_its_block():
    image = np.ones((4, 4))
    image[0, 3] = np.nan
    np.testing.assert_array_equal(block_mean(image, 2), [[1, np.nan], [1, 1]])
    image[0, :3] = np.inf, -np.inf, np.inf
    np.testing.assert_array_equal(block_mean(image, 2), [[np.nan, np.nan], [1, 1]])


def test_blocks_refuse_bad_input():
    image = np.ones((4, 6))
    with pytest.raises(ValueError, match="block is 0; allowed is 1 to 4"):
        block_mean(image, 0)
    with pytest.raises(ValueError, match="block is 5; allowed is 1 to 4"):
        block_mean(image, 5)
    with pytest.raises(TypeError, match=r"block is 2\.0; it must be an integer"):
        block_mean(image, (2.0, 2))
    with pytest.raises(ValueError, match=r"block is \(1, 1, 1\); image has 2 axes"):
        block_mean(image, (1, 1, 1))
    with pytest.raises(ValueError, match="image is empty"):
        block_mean(image[:0], 1)
    with pytest.raises(ValueError, match="image has a sum that exceeds the range"):
        block_mean(1.7e308 * image, 2)
    with pytest.raises(TypeError, match="crop is 1; allowed are True and False"):
        block_mean(image, 2, crop=1)


@given(SHAPES, st.data())
@settings(deadline=None)
def test_rings_hold_each_pixel_once(shape, data):
    image = draw_image(data, shape)
    quarters = st.integers(-20, 40).map(lambda value: value / 4)
    center = data.draw(st.none() | st.tuples(*[quarters] * len(shape)))
    width = data.draw(st.sampled_from([1, 0.01, 0.5, 2, 100]))
    radius, mean, count = radial_mean(image, center, width)
    middle = [(n - 1) / 2 for n in shape] if center is None else center
    rings = {}
    for index in np.ndindex(shape):
        distance = math.sqrt(
            sum((i - c) ** 2 for i, c in zip(index, middle, strict=True))
        )
        rings.setdefault(math.floor(distance / width), []).append(
            (distance, float(image[index]))
        )
    rings = [np.array(rings[key]) for key in sorted(rings)]
    assert count.tolist() == [len(ring) for ring in rings]
    np.testing.assert_allclose(radius, [ring[:, 0].mean() for ring in rings])
    assert mean.tolist() == [ring[:, 1].sum() / len(ring) for ring in rings]
    total = image.astype(float).sum()
    assert (count * mean).sum() == pytest.approx(total, abs=1e-9)


def test_profile_of_the_distance_is_the_distance():
    row, column, plane = np.ogrid[:21, :30, :11]
    distance = np.sqrt((row - 10) ** 2 + (column - 14.5) ** 2 + (plane - 5) ** 2)
    radius, mean, count = radial_mean(distance)
    np.testing.assert_array_equal(mean, radius)
    assert np.all(np.diff(radius) > 0)
    assert count[0] == 2  # an even number of columns: two share the middle


def test_profile_equals_ndimage_with_the_center_bin():
    image = face(gray=True)
    row, column = np.ogrid[:768, :1024]
    ring = np.hypot(row - 300, column - 600).astype(int)
    index = np.arange(ring.max() + 1)
    radius, mean, count = radial_mean(image, center=(300, 600))
    np.testing.assert_allclose(mean, ndimage.mean(image, ring, index), rtol=1e-13)
    assert (radius[0], mean[0], count[0]) == (0, image[300, 600], 1)
    assert (count * mean).sum() == pytest.approx(image.sum(dtype=float), rel=1e-12)


def test_rings_of_pixels_that_are_not_square_are_rings():
    row, column = np.ogrid[:21, :60]
    distance = np.hypot(3 * (row - 10), column - 29.5)
    radius, mean, count = radial_mean(distance, width=2, spacing=(3, 1))
    np.testing.assert_array_equal(mean, radius)
    assert np.array_equal(np.floor(radius / 2), np.arange(radius.size))
    assert count[0] == np.count_nonzero(distance < 2)


def test_rings_refuse_bad_input():
    image = np.ones((3, 3))
    with pytest.raises(ValueError, match="spacing is 0; allowed is 1e-50 to"):
        radial_mean(image, spacing=(1, 0))
    with pytest.raises(ValueError, match=r"spacing is \(1, 1, 1\)"):
        radial_mean(image, spacing=(1, 1, 1))
    with pytest.raises(ValueError, match="width is 0; allowed is 1e-50 to"):
        radial_mean(image, width=0)
    with pytest.raises(ValueError, match="width is -1"):
        radial_mean(image, width=-1)
    with pytest.raises(ValueError, match=r"center is \(1, 1, 1\)"):
        radial_mean(image, center=(1, 1, 1))
    with pytest.raises(ValueError, match="center is 1e\\+300; allowed is -1e\\+50"):
        radial_mean(image, center=(1, 1e300))
    with pytest.raises(ValueError, match="center is nan"):
        radial_mean(image, center=(1, np.nan))
    with pytest.raises(ValueError, match="image holds 1 values that are NaN"):
        radial_mean([1.0, np.nan])
