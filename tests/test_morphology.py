"""What `imgrecipes.morphology` promises."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage
from skimage import morphology

from imgrecipes.morphology import (
    closing,
    dilate,
    erode,
    granulometry,
    open_by_reconstruction,
    opening,
    structuring_element,
    top_hat,
)
from imgrecipes.pixels import circular_mask
from imgrecipes.samples import blobs, face
from imgrecipes.volumes import ball_footprint

DTYPES = [bool, np.uint8, np.int8, ">u4", np.int32, np.float16, ">f4", np.float64]
RECIPES = [erode, dilate, opening, closing, top_hat]


def with_footprint(image, side=4):
    """Pairs of an image and a footprint of any shape, which has a pixel."""
    return image.flatmap(
        lambda array: st.tuples(
            st.just(array),
            hnp.arrays(
                bool,
                hnp.array_shapes(
                    min_dims=array.ndim, max_dims=array.ndim, max_side=side
                ),
            ).filter(np.any),
        )
    )


def images(*dtypes, max_dims=4):
    return st.sampled_from(dtypes).flatmap(
        lambda dtype: hnp.arrays(
            dtype,
            st.integers(1, max_dims).flatmap(
                lambda ndim: hnp.array_shapes(
                    min_dims=ndim, max_dims=ndim, max_side=(40, 9, 6, 4)[ndim - 1]
                )
            ),
            elements=None if dtype is bool else st.integers(0, 100),
        )
    )


def extremes(dtype):
    """Values that lose against all others: of the minimum, and of the maximum."""
    if np.dtype(dtype).kind == "f":
        return np.inf, -np.inf
    return np.iinfo(dtype).max, np.iinfo(dtype).min


def test_elements_are_those_of_the_peers():
    assert structuring_element("cross", 1).astype(int).tolist() == [
        [0, 1, 0],
        [1, 1, 1],
        [0, 1, 0],
    ]
    for radius in range(6):
        disk = structuring_element("disk", radius)
        np.testing.assert_array_equal(disk, morphology.disk(radius))
        diamond = structuring_element("diamond", radius)
        np.testing.assert_array_equal(diamond, morphology.diamond(radius))
        ball = structuring_element("disk", radius, ndim=3)
        np.testing.assert_array_equal(ball, morphology.ball(radius))
        square = structuring_element("square", radius, ndim=1)
        np.testing.assert_array_equal(square, np.ones(2 * radius + 1))
    for name, connectivity in (("cross", 1), ("diamond", 1), ("square", 3)):
        np.testing.assert_array_equal(
            structuring_element(name, 1, ndim=3),
            ndimage.generate_binary_structure(3, connectivity),
        )
    assert structuring_element("cross", 2).sum() == 9
    assert structuring_element("disk", 1.5).all()
    assert structuring_element("disk", 2.3).sum() == 21


@settings(deadline=None)
@given(with_footprint(images(*DTYPES[1:])))
def test_gray_images_agree_with_ndimage_when_the_outside_never_wins(pair):
    image, footprint = pair
    before = image.copy()
    image.flags.writeable = False
    high, low = extremes(image.dtype)
    for recipe, plain, outside in (
        (erode, ndimage.grey_erosion, high),
        (dilate, ndimage.grey_dilation, low),
    ):
        result = recipe(image, footprint)
        # ndimage knows no float16.
        wide = image.astype(float) if image.itemsize == 2 else image
        expected = plain(wide, footprint=footprint, mode="constant", cval=outside)
        assert result.dtype == image.dtype.newbyteorder("=")
        np.testing.assert_array_equal(result, expected)
        result[...] = 0  # must not reach the input
    np.testing.assert_array_equal(image, before)


@settings(deadline=None)
@given(with_footprint(images(bool)))
def test_masks_agree_with_ndimage_and_with_gray_images(pair):
    mask, footprint = pair
    eroded, dilated = erode(mask, footprint), dilate(mask, footprint)
    assert eroded.dtype == dilated.dtype == bool
    np.testing.assert_array_equal(
        eroded, ndimage.binary_erosion(mask, footprint, border_value=1)
    )
    np.testing.assert_array_equal(dilated, ndimage.binary_dilation(mask, footprint))
    level = mask.astype(np.uint8) * 255
    np.testing.assert_array_equal(erode(level, footprint), eroded * np.uint8(255))


@pytest.mark.parametrize("shape", [(3, 3), (101, 1), (2, 60), (90, 3)])
def test_a_photograph_in_blocks_agrees_with_ndimage(shape):
    random = np.random.default_rng(0)
    image = face(gray=True).astype(np.float64)[:, ::2]
    for footprint in (np.ones(shape), random.random(shape) < 0.2):
        np.testing.assert_array_equal(
            dilate(image, footprint),
            ndimage.grey_dilation(
                image, footprint=footprint, mode="constant", cval=-np.inf
            ),
        )


@settings(deadline=None, max_examples=50)
@given(
    st.sampled_from([(1, 66_000), (66_000, 1), (260, 257), (3, 150, 149), (70_001,)]),
    st.tuples(st.integers(1, 3), st.integers(1, 5), st.integers(1, 40)),
    st.sampled_from([0.1, 0.5, 1]),
    st.booleans(),
    st.integers(0, 99),
)
def test_masks_wider_than_bytes_agree_with_ndimage(shape, sides, share, turned, seed):
    # A byte holds eight pixels: runs start, end and reach into any of its bits.
    random = np.random.default_rng(seed)
    mask = random.random(shape) < random.choice([0.1, 0.5, 0.95])
    mask = np.asfortranarray(mask) if turned else mask[::-1]
    footprint = random.random(sides[-mask.ndim :]) <= share
    footprint.flat[0] = True
    # Of 0 and 1, the lowest and highest levels, in bytes.
    levels = mask.view(np.uint8)
    eroded = ndimage.grey_erosion(
        levels, footprint=footprint, mode="constant", cval=1
    ).astype(bool)
    np.testing.assert_array_equal(erode(mask, footprint), eroded)
    np.testing.assert_array_equal(
        opening(mask, footprint), dilate(eroded.view(np.uint8), footprint)
    )


def test_a_large_mask_in_blocks_agrees_with_ndimage():
    mask = np.tile(face(gray=True) > 100, (4, 2))[:, :-3]
    for shape in ("square", "disk"):
        footprint = structuring_element(shape, 4)
        np.testing.assert_array_equal(
            dilate(mask, footprint), ndimage.binary_dilation(mask, footprint)
        )


@pytest.mark.parametrize("order", "CF")
@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (2, 3), (5, 6, 7)])
def test_footprints_larger_than_the_image_see_all_of_it(shape, order):
    image = np.arange(np.prod(shape), dtype=np.float32).reshape(shape, order=order)
    footprint = np.ones([2 * n + 1 for n in shape])
    assert (erode(image, footprint) == 0).all()
    assert (dilate(image, footprint) == image.size - 1).all()
    assert not erode(image > 0, footprint).any()
    assert (dilate(image > 0, footprint) == (image.size > 1)).all()


@pytest.mark.parametrize("recipe", RECIPES)
def test_odd_symmetric_footprints_agree_with_scikit_image(recipe):
    peers = {
        erode: morphology.erosion,
        dilate: morphology.dilation,
        opening: morphology.opening,
        closing: morphology.closing,
        top_hat: morphology.white_tophat,
    }
    image = face(gray=True)[:90, :80]
    for shape in ("cross", "disk", "square"):
        footprint = structuring_element(shape, 3)
        expected = peers[recipe](image, footprint, mode="ignore")
        np.testing.assert_array_equal(recipe(image, footprint), expected)


def test_a_distance_that_equals_the_radius_up_to_rounding_lies_inside():
    assert structuring_element("disk", 13**0.5).sum() == 45
    for squared in range(1, 400):
        radius = squared**0.5
        disk = structuring_element("disk", radius)
        reach = len(disk) // 2
        row, column = np.ogrid[-reach : reach + 1, -reach : reach + 1]
        np.testing.assert_array_equal(disk, row**2 + column**2 <= squared)
        np.testing.assert_array_equal(disk, ball_footprint(radius, (1, 1)))
        np.testing.assert_array_equal(disk, circular_mask(disk.shape, radius=radius))
        if squared < 60:
            ball = structuring_element("disk", radius, ndim=3)
            np.testing.assert_array_equal(ball, ball_footprint(radius, (1, 1, 1)))
            np.testing.assert_array_equal(
                ball, circular_mask(ball.shape, radius=radius)
            )
    for shape in ("cross", "diamond", "square", "disk"):
        almost = structuring_element(shape, 0.1 * 3 / 0.1 * (1 - 1e-12))
        np.testing.assert_array_equal(almost, structuring_element(shape, 3))
        less = structuring_element(shape, 3 - 1e-6)
        assert less.shape == (5, 5)


def test_large_integers_and_infinity_stay_exact():
    large = np.array([2**62, 2**62 + 1, 2**62 - 1])
    assert dilate(large).tolist() == [2**62 + 1, 2**62 + 1, 2**62 + 1]
    assert erode(large.astype(np.uint64)).tolist() == [2**62, 2**62 - 1, 2**62 - 1]
    assert erode([np.inf, 1.0, -np.inf]).tolist() == [1.0, -np.inf, -np.inf]


@pytest.mark.parametrize("recipe", RECIPES)
def test_colors_are_carried_along_and_strides_do_not_matter(recipe):
    image = face()[:300:3, 40:0:-1]
    footprint = np.array([[1, 1, 0, 1], [0, 1, 0, 0]])
    result = recipe(image, footprint)
    for channel in range(3):
        alone = recipe(image[..., channel].copy(), footprint)
        np.testing.assert_array_equal(result[..., channel], alone)


@settings(deadline=None)
@given(with_footprint(images(bool, np.uint8)), st.randoms(use_true_random=False))
def test_erosion_and_dilation_are_adjoint(pair, random):
    image, footprint = pair
    values = image.ravel().tolist()
    random.shuffle(values)
    other = np.array(values, image.dtype).reshape(image.shape)
    # Random pairs hardly ever compare, so that the limit case is tested as well.
    for bound in (other, dilate(image, footprint), erode(other, footprint)):
        left = (dilate(image, footprint) <= bound).all()
        assert left == (image <= erode(bound, footprint)).all()


@settings(deadline=None)
@given(with_footprint(images(bool, np.uint8)))
def test_what_recipes_do_to_bright_they_do_to_dark(pair):
    image, footprint = pair
    # An odd side has its middle where it was when it is turned round.
    footprint = np.pad(footprint, [(0, (n + 1) % 2) for n in footprint.shape])
    turned = np.flip(footprint)
    for recipe, dual in ((erode, dilate), (opening, closing)):
        expected = ~dual(~image, turned)
        np.testing.assert_array_equal(recipe(image, footprint), expected)
    np.testing.assert_array_equal(
        top_hat(image, footprint), top_hat(~image, turned, dark=True)
    )


@settings(deadline=None)
@given(with_footprint(images(bool, np.uint8)))
def test_opening_shrinks_closing_grows_and_both_do_so_once(pair):
    image, footprint = pair
    opened, closed = opening(image, footprint), closing(image, footprint)
    assert (opened <= image).all()
    assert (closed >= image).all()
    np.testing.assert_array_equal(opening(opened, footprint), opened)
    np.testing.assert_array_equal(closing(closed, footprint), closed)
    np.testing.assert_array_equal(
        top_hat(image, footprint),
        image ^ opened if image.dtype == bool else image - opened,
    )


def test_a_block_of_ones_erodes_to_a_line_and_to_nothing():
    image = np.zeros((7, 7), dtype=int)
    image[1:6, 2:5] = 1
    line = np.zeros((7, 7), dtype=int)
    line[2:5, 3] = 1
    np.testing.assert_array_equal(erode(image), line)
    assert not erode(image, np.ones((5, 5))).any()


def test_a_single_pixel_dilates_to_a_cross_or_to_the_footprint_as_drawn():
    image = np.zeros((5, 5), dtype=int)
    image[2, 2] = 1
    np.testing.assert_array_equal(
        dilate(image)[1:4, 1:4], [[0, 1, 0], [1, 1, 1], [0, 1, 0]]
    )
    hook = [[1, 0, 0], [1, 0, 0], [1, 1, 1]]
    np.testing.assert_array_equal(dilate(image, hook)[1:4, 1:4], hook)


def test_opening_removes_the_lone_pixel_and_the_cross_rounds_corners():
    image = np.zeros((5, 5), dtype=int)
    image[1:4, 1:4] = 1
    image[4, 4] = 1
    square = np.pad(np.ones((3, 3)), 1)
    np.testing.assert_array_equal(opening(image, np.ones((3, 3))), square)
    cross = np.pad([[0, 1, 0], [1, 1, 1], [0, 1, 0]], 1)
    np.testing.assert_array_equal(opening(image), cross)


def test_reconstruction_of_the_noisy_square_keeps_what_touches_it():
    mask = np.zeros((32, 32), dtype=bool)
    mask[10:-10, 10:-10] = True
    points = (32 * np.random.RandomState(2).random_sample((2, 20))).astype(int)
    mask[tuple(points)] = True
    plain = ndimage.binary_propagation(ndimage.binary_erosion(mask), mask=mask)
    kept = open_by_reconstruction(mask)
    np.testing.assert_array_equal(kept, plain)
    assert (mask.sum(), opening(mask).sum(), kept.sum()) == (158, 140, 144)
    assert kept[10:-10, 10:-10].all()


@settings(deadline=None)
@given(with_footprint(images(bool), side=3), st.data())
def test_reconstruction_equals_propagation_of_what_erosion_leaves(pair, data):
    mask, footprint = pair
    connectivity = data.draw(st.integers(1, mask.ndim))
    neighbors = ndimage.generate_binary_structure(mask.ndim, connectivity)
    marker = mask & ndimage.binary_erosion(mask, footprint, border_value=1)
    expected = morphology.reconstruction(marker, mask, footprint=neighbors)
    kept = open_by_reconstruction(mask, footprint, connectivity)
    assert kept.dtype == bool
    np.testing.assert_array_equal(kept, expected.astype(bool))


def test_differences_beyond_the_dtype_are_clipped():
    image = np.array([-128, 127, -128, 0, -128], np.int8)
    assert top_hat(image).tolist() == [0, 127, 0, 127, 0]
    for dtype in (np.float16, np.float32, np.float64):
        most = np.finfo(dtype).max
        image = np.array([-most, most, -most, 0, -most], dtype)
        assert top_hat(image).tolist() == [0, most, 0, most, 0]


@settings(deadline=None, max_examples=50)
@given(images(bool, max_dims=2), st.lists(st.floats(0, 4), max_size=4))
def test_granulometry_counts_what_disks_inside_cover(mask, radii):
    expected = []
    for radius in radii:
        covered = np.zeros_like(mask)
        for center in np.argwhere(mask):
            squared = ((np.argwhere(mask | True) - center) ** 2).sum(axis=1)
            # A distance that equals the radius up to rounding lies inside.
            disk = (np.sqrt(squared) <= radius + 1e-9).reshape(mask.shape)
            covered |= disk & mask[disk].all()
        expected.append(covered.sum())
    area = granulometry(mask, radii)
    assert area.dtype == np.intp
    assert area.tolist() == expected


def test_granulometry_finds_the_radius_of_disks():
    mask = np.zeros((200, 200), dtype=bool)
    row, column = np.ogrid[:200, :200]
    for index, radius in enumerate([4, 4, 4, 9, 9, 14]):
        center = 30 + 65 * (index // 3), 30 + 65 * (index % 3)
        mask |= (row - center[0]) ** 2 + (column - center[1]) ** 2 <= radius**2
    radii = np.arange(1, 18)
    loss = -np.diff(granulometry(mask, radii))
    # A disk of radius r survives the opening with r and none of those beyond.
    disks = {r: structuring_element("disk", r).sum() for r in (4, 9, 14)}
    assert set(radii[:-1][loss > 40]) == {4, 9, 14}
    assert granulometry(mask, [14, 15]).tolist() == [disks[14], 0]


def test_disks_larger_than_the_image_cover_it_from_every_pixel():
    mask = np.ones((5, 9), bool)
    assert granulometry(mask, [8, 30, 4095]).tolist() == [45, 45, 45]
    mask[2, 3] = False
    assert granulometry(mask, [8, 30, 4095]).tolist() == [0, 0, 0]


def test_granulometry_of_the_blobs_agrees_with_ndimage():
    field = blobs()
    mask = np.pad((field > field.mean())[8:-8, 8:-8], 8)
    radii = range(1, 20, 3)
    expected = [
        ndimage.binary_opening(mask, structuring_element("disk", radius)).sum()
        for radius in radii
    ]
    assert granulometry(mask, radii).tolist() == expected
    assert np.all(np.diff(expected) <= 0)


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((np.zeros((0, 2)),), ValueError, "image is empty"),
        ((np.float64(3),), ValueError, "image is 0-D"),
        (([1.0, np.nan, np.nan],), ValueError, "image holds 2 values that are NaN"),
        (([1j],), TypeError, "image has dtype complex128"),
        (([1, 2], [0, 0]), ValueError, r"footprint holds \[0\]; allowed"),
        (([1, 2], [0, 2]), ValueError, r"footprint holds \[0 2\]; allowed are 0 and 1"),
        (([1, 2], [[1]]), ValueError, "footprint is 2-D"),
        (([1, 2], []), ValueError, "footprint is empty"),
    ],
)
def test_recipes_name_the_wrong_argument(recipe, arguments, error, message):
    with pytest.raises(error, match=message):
        recipe(*arguments)


def test_masks_elements_and_radii_are_checked():
    with pytest.raises(ValueError, match="shape is 'circle'; allowed are cross"):
        structuring_element("circle", 1)
    with pytest.raises(ValueError, match="radius is -1"):
        structuring_element("disk", -1)
    with pytest.raises(ValueError, match="ndim is 0"):
        structuring_element("disk", 1, ndim=0)
    with pytest.raises(TypeError, match=r"mask has dtype int\d+; allowed is bool"):
        open_by_reconstruction([1, 0])
    with pytest.raises(ValueError, match="connectivity is 2; allowed is 1 to 1"):
        open_by_reconstruction([True], connectivity=2)
    with pytest.raises(TypeError, match="mask has dtype uint8"):
        granulometry(np.ones(3, np.uint8), [1])
    with pytest.raises(TypeError, match="radii is 3; it must be a sequence"):
        granulometry([True], 3)
    with pytest.raises(ValueError, match="radii is 5000; allowed is 0 to 4095"):
        granulometry([[True]], [1, 5000])
    with pytest.raises(ValueError, match=r"radius is 5000 and ndim is 2; allowed"):
        structuring_element("cross", 5000)
    with pytest.raises(ValueError, match="ndim is 33; allowed is 1 to 32"):
        structuring_element("cross", 0, ndim=33)
    with pytest.raises(TypeError, match="dark is 1; allowed are True and False"):
        top_hat([1, 2], dark=1)
    with pytest.raises(ValueError, match="radii is -1"):
        granulometry([True], [2, -1])
    with pytest.raises(ValueError, match="NaN or infinite"):
        top_hat([np.inf, 1.0])
