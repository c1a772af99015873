"""What `imgrecipes.registration` promises."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from scipy.spatial.transform import Rotation
from skimage.registration import phase_cross_correlation
from skimage.transform import warp_polar

from imgrecipes.geometry import rotate, shift, warp_affine
from imgrecipes.pixels import circular_mask
from imgrecipes.registration import (
    find_rotation,
    find_shift,
    log_polar,
    overlap_correlation,
    register,
    similarity_map,
)
from imgrecipes.samples import face, phantom

FACE = face(gray=True).astype(np.float64)
ROWS, COLUMNS = slice(300, 492), slice(420, 612)
IMAGE = FACE[ROWS, COLUMNS]
ELSEWHERE = FACE[20:212, 40:232]
CORNERS = np.array([[0, 0, 191, 191], [0, 191, 0, 191]])


def noise(sigma, seed):
    return np.random.default_rng(seed).normal(0, sigma, IMAGE.shape)


def move(matrix, offset):
    """Move the face by a map of the crop's coordinates, then cut the crop out."""
    inverse = np.linalg.inv(matrix)
    origin = np.array([ROWS.start, COLUMNS.start]) - inverse @ offset
    return warp_affine(FACE, inverse, origin, IMAGE.shape, order=3)


def error(found, truth):
    """Return how far the corners of the crop are off, in pixels."""
    (matrix, offset), (true_matrix, true_offset) = found, truth
    misses = (matrix - true_matrix) @ CORNERS + (offset - true_offset)[:, np.newaxis]
    return np.hypot(*misses).max()


@pytest.mark.parametrize(("sigma", "limit"), [(0, 0.05), (10, 0.06), (40, 0.16)])
def test_shifts_are_found_to_a_fraction_of_a_pixel(sigma, limit):
    image = IMAGE + noise(sigma, seed=1)
    for seed, truth in enumerate([(0.37, -0.62), (3.26, -7.44), (-30.43, 23.72)]):
        moved = shift(FACE, truth, order=5)[ROWS, COLUMNS] + noise(sigma, seed + 2)
        offset, quality = find_shift(image, moved)
        np.testing.assert_allclose(offset, truth, atol=limit)
        assert quality > (0.99 if sigma == 0 else 0.6)


@given(
    shape=st.lists(st.just(1) | st.integers(32, 40), min_size=2, max_size=4).filter(
        lambda shape: 1000 < np.prod(shape) < 60_000
    )
    | st.integers(64, 90).flatmap(lambda n: st.sampled_from([[n], [1, n], [n, 1, 1]])),
    seed=st.integers(0, 99),
    dtype=st.sampled_from(
        ["u1", "i2", ">i2", "i4", "u8", "i8", "f2", ">f2", "f4", ">f4", "f8", ">f8"]
    ),
    data=st.data(),
)
@settings(deadline=None, max_examples=40)
def test_whole_shifts_that_wrap_are_found_as_scikit_image_finds_them(
    shape, seed, dtype, data
):
    image = np.random.default_rng(seed).integers(0, 200, shape).astype(dtype)
    truth = [data.draw(st.integers(-8, 8)) if n > 1 else 0 for n in shape]
    moved = np.roll(image, truth, range(len(shape)))
    image.flags.writeable = moved.flags.writeable = False
    offset, quality = find_shift(image, moved, upsample=1)
    expected, *_ = phase_cross_correlation(moved.astype(float), image.astype(float))
    np.testing.assert_array_equal(offset, expected)
    np.testing.assert_array_equal(offset, truth)
    assert quality == pytest.approx(1)


@pytest.mark.parametrize("number", [np.uint8, np.int8, np.uint64, np.array])
def test_steps_per_pixel_may_be_any_integer_of_numpy(number):
    image = np.random.default_rng(0).normal(size=(48, 48))
    moved = np.roll(image, (3, 5), (0, 1))
    assert find_shift(image, moved, number(20))[0].tolist() == [3, 5]


def test_steps_per_pixel_are_limited_by_the_shifts_to_compare():
    image = np.random.default_rng(0).normal(size=40)
    offset, _ = find_shift(image, np.roll(image, 4), 1000)
    assert offset == pytest.approx([4], abs=0.01)
    for ndim, most in ((1, 1000), (2, 1000), (3, 255), (4, 53), (5, 20)):
        image = np.eye(4).reshape(4, 4, *[1] * (ndim - 2)) if ndim > 1 else np.arange(4)
        find_shift(image, image, most)
        with pytest.raises(ValueError, match=f"upsample is {most + 1}; allowed is"):
            find_shift(image, image, most + 1)


def test_shift_errors_are_below_those_of_scikit_image():
    errors = []
    for truth in [(0.35, -0.6), (3.25, -7.4), (-30.45, 23.7), (40.5, 41.75)]:
        moved = shift(FACE, truth, order=5)[ROWS, COLUMNS]
        peer, *_ = phase_cross_correlation(moved, IMAGE, upsample_factor=20)
        errors.append(
            [
                np.abs(found - truth).max()
                for found in (find_shift(IMAGE, moved)[0], peer)
            ]
        )
    ours, theirs = np.array(errors).T
    assert ours.max() < 0.026
    assert theirs.max() > 0.05


def test_directions_are_those_of_geometry():
    moved = shift(IMAGE, (12, -9))
    offset, _ = find_shift(IMAGE, moved)
    np.testing.assert_array_equal(offset, (12, -9))
    back = shift(moved, -offset)
    np.testing.assert_array_equal(back[:-12, 9:], IMAGE[:-12, 9:])
    np.testing.assert_array_equal(warp_affine(moved, np.eye(2), offset), back)
    angle, scale, _, _ = find_rotation(IMAGE, rotate(IMAGE, 20, reshape=False))
    assert angle == pytest.approx(20, abs=0.1)
    assert scale == pytest.approx(1, abs=0.003)
    matrix, origin = similarity_map(IMAGE.shape, 20)
    undone = warp_affine(rotate(IMAGE, 20, reshape=False, order=3), matrix, origin)
    inside = circular_mask(IMAGE.shape, radius=70)
    assert np.abs(undone - IMAGE)[inside].mean() < 4
    np.testing.assert_allclose(
        warp_affine(IMAGE, matrix.T, -matrix.T @ origin),
        rotate(IMAGE, 20, reshape=False),
        atol=1e-9,
    )


def test_similarity_moves_the_middle_by_the_offset_and_scales_distances():
    matrix, origin = similarity_map((31, 51), 37, 1.5, (4, -6))
    np.testing.assert_allclose(matrix @ (15, 25) + origin, (19, 19))
    np.testing.assert_allclose(matrix.T @ matrix, 2.25 * np.eye(2), atol=1e-12)
    assert np.linalg.det(matrix) == pytest.approx(2.25)


def test_log_polar_equals_scikit_image_but_for_its_sense_of_rotation():
    # The peer's radii end one step before the largest.
    ours = log_polar(IMAGE, angles=90, radii=80, max_radius=90 ** (79 / 80))
    theirs = warp_polar(
        IMAGE, (95.5, 95.5), radius=90, output_shape=(90, 80), scaling="log"
    )
    np.testing.assert_allclose(ours, np.roll(theirs[::-1], 1, axis=0), atol=1e-9)


@pytest.mark.parametrize("dtype", ["u1", ">i2", "f2", ">f2", "f4", ">f4", "f8", ">f8"])
def test_log_polar_keeps_float32_of_any_byte_order(dtype):
    image = np.random.default_rng(0).integers(0, 200, (20, 24)).astype(dtype)
    polar = log_polar(image, 30, 20)
    assert polar.dtype == (np.float32 if dtype.endswith("f4") else np.float64)
    assert polar.dtype.isnative
    np.testing.assert_allclose(polar, log_polar(image.astype(float), 30, 20), rtol=1e-5)


def test_log_polar_turns_rotation_and_scale_into_shifts():
    smooth = ndimage.gaussian_filter(FACE, 4)[ROWS, COLUMNS]
    polar = log_polar(smooth, angles=120, radii=61, min_radius=4, max_radius=64)
    turned = log_polar(
        np.rot90(smooth), angles=120, radii=61, min_radius=4, max_radius=64
    )
    np.testing.assert_allclose(turned, np.roll(polar, 30, axis=0), atol=1e-9)
    step = 16 ** (1 / 60)
    matrix, origin = similarity_map(smooth.shape, scale=1 / step**15)
    doubled = warp_affine(smooth, matrix, origin, order=3)
    polar_doubled = log_polar(
        doubled, angles=120, radii=61, min_radius=4, max_radius=64
    )
    np.testing.assert_allclose(polar_doubled[:, 15:], polar[:, :-15], atol=1.5)


@pytest.mark.parametrize(
    ("sigma", "degrees", "percent", "pixels"),
    [(0, 0.1, 0.3, 0.1), (10, 0.15, 0.3, 0.3), (40, 0.8, 1.5, 1.5)],
)
def test_rotations_and_scales_are_found(sigma, degrees, percent, pixels):
    image = IMAGE + noise(sigma, seed=1)
    cases = [(0, 1), (7.3, 1.1), (-33, 0.8), (90, 1.25), (178, 0.7), (-125, 1.4)]
    for seed, (angle, scale) in enumerate(cases):
        moved = move(*similarity_map(IMAGE.shape, angle, scale, (5.3, -8.6)))
        found, size, offset, quality = find_rotation(
            image, moved + noise(sigma, seed + 2)
        )
        assert (found - angle + 180) % 360 - 180 == pytest.approx(0, abs=degrees)
        assert 100 * (size / scale - 1) == pytest.approx(0, abs=percent)
        np.testing.assert_allclose(offset, (5.3, -8.6), atol=pixels)
        assert quality > (0.98 if sigma == 0 else 0.55)


@pytest.mark.parametrize(("sigma", "limit"), [(0, 0.06), (10, 0.1), (40, 0.5)])
def test_registration_recovers_known_maps(sigma, limit):
    image = IMAGE + noise(sigma, seed=1)
    rigid = similarity_map(IMAGE.shape, 6, 1, (4.3, -7.6))
    similar = similarity_map(IMAGE.shape, -8, 1.1, (-3.2, 5.4))
    center = np.array([95.5, 95.5])
    shear = np.array([[1.05, 0.1], [-0.06, 0.94]])
    affine = (shear, np.add(center, (2.5, -3.5)) - shear @ center)
    cases = [("rigid", rigid), ("similarity", similar), ("affine", affine)]
    for seed, (model, truth) in enumerate(cases):
        # Brightness and contrast do not count.
        moved = 0.5 * (move(*truth) + noise(sigma, seed + 2)) + 40
        matrix, offset, quality = register(image, moved, model)
        assert error((matrix, offset), truth) < limit
        assert quality > (0.99 if sigma == 0 else 0.6)


def test_registration_refines_what_log_polar_spectra_find():
    truth = similarity_map(IMAGE.shape, 100, 1.3, (10.4, -8.7))
    moved = move(*truth) + noise(20, seed=3)
    angle, scale, offset, first = find_rotation(IMAGE, moved)
    start = similarity_map(IMAGE.shape, angle, scale, offset)
    matrix, offset, second = register(IMAGE, moved, "similarity", start=start)
    assert error((matrix, offset), truth) < 0.15 < error(start, truth)
    assert second > first


def test_rigid_registration_of_a_volume():
    volume = phantom(32).astype(np.float64)
    truth = Rotation.from_rotvec([0.1, -0.15, 0.05]).as_matrix()
    center = np.full(3, 15.5)
    target = np.add(center, (1.3, -2.2, 0.7))
    moved = warp_affine(volume, truth.T, center - truth.T @ target, order=3)
    matrix, offset, quality = register(volume, moved)
    np.testing.assert_allclose(matrix, truth, atol=0.003)
    np.testing.assert_allclose(matrix @ center + offset, target, atol=0.05)
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(3), atol=1e-12)
    assert quality > 0.97
    np.testing.assert_allclose(
        find_shift(volume, np.roll(volume, (2, -3, 1), (0, 1, 2)))[0], (2, -3, 1)
    )


def test_masks_keep_what_does_not_move_from_spoiling_the_result():
    moved = shift(FACE, (3, 5))[ROWS, COLUMNS].copy()
    image = IMAGE.copy()
    stamp = np.s_[50:110, 50:110]
    image[stamp] = moved[stamp] = 300 * (np.indices((60, 60)).sum(axis=0) % 20 > 9)
    clean = np.ones(IMAGE.shape, bool)
    clean[stamp] = False
    with_masks = register(image, moved, "shift", mask=clean, moved_mask=clean)
    np.testing.assert_allclose(with_masks[1], (3, 5), atol=0.02)
    assert with_masks[2] > 0.999
    without = register(image, moved, "shift")
    assert np.hypot(*(without[1] - (3, 5))) > 1
    assert without[2] < 0.9


def test_correlation_over_the_overlap_is_that_of_numpy():
    other = FACE[302:494, 425:617] + noise(30, seed=5)
    expected = np.corrcoef(IMAGE[20:, :-30].ravel(), other[:-20, 30:].ravel())[0, 1]
    found = overlap_correlation(IMAGE, other, np.eye(2), (-20, 30))
    assert found == pytest.approx(expected, rel=1e-9)
    mask = IMAGE > 100
    expected = np.corrcoef(IMAGE[mask], other[mask])[0, 1]
    assert overlap_correlation(IMAGE, other, np.eye(2), mask=mask) == pytest.approx(
        expected, rel=1e-9
    )
    assert overlap_correlation(IMAGE, -IMAGE, np.eye(2)) == pytest.approx(-1)
    assert overlap_correlation(IMAGE, IMAGE, np.eye(2), (0, 180)) == 0
    assert overlap_correlation(IMAGE, IMAGE, np.eye(2), (0, 300), min_share=0) == 0


@pytest.mark.parametrize("level", [0, 7, 0.1])
def test_without_texture_nothing_moves_and_the_quality_is_0(level):
    flat = np.full(IMAGE.shape, level)
    for pair in ((IMAGE, flat), (flat, IMAGE), (flat, flat)):
        offset, quality = find_shift(*pair)
        assert (offset.tolist(), quality) == ([0, 0], 0)
        angle, scale, offset, quality = find_rotation(*pair)
        assert (angle, scale, offset.tolist(), quality) == (0, 1, [0, 0], 0)
        start = similarity_map(flat.shape, 10)
        matrix, offset, quality = register(*pair, start=start)
        np.testing.assert_array_equal(matrix, start[0])
        np.testing.assert_array_equal(offset, start[1])
        assert quality == 0


def test_quality_tells_that_the_images_do_not_overlap():
    far = FACE[ROWS, COLUMNS.start + 140 : COLUMNS.stop + 140]  # a shift of 3 quarters
    for moved in (ELSEWHERE, far, noise(20, seed=1)):
        assert find_shift(IMAGE, moved)[1] < 0.35
        assert find_rotation(IMAGE, moved)[3] < 0.35
        assert register(IMAGE, moved)[2] < 0.35


@pytest.mark.parametrize("shape", [(1,), (2,), (1, 1), (1, 5), (3, 2), (4, 5, 6)])
def test_tiny_and_huge_images_give_finite_results(shape):
    rng = np.random.default_rng(0)
    for image in (rng.random(shape) > 0.5, rng.normal(size=shape) * 1e307):
        before = image.copy()
        moved = np.roll(image, 1, axis=-1)
        offset, quality = find_shift(image, moved)
        assert np.isfinite([*offset, quality]).all()
        matrix, offset, quality = register(image, moved, "affine")
        assert np.isfinite([*matrix.ravel(), *offset, quality]).all()
        if len(shape) == 2:
            angle, scale, offset, quality = find_rotation(image, moved)
            assert np.isfinite([angle, scale, *offset, quality]).all()
        np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize(
    ("recipe", "arguments", "error_type", "message"),
    [
        (find_shift, (np.eye(4), np.eye(5)), ValueError, r"moved has shape \(5, 5\)"),
        (find_shift, (np.eye(4), np.eye(4) * np.nan), ValueError, "moved holds 16"),
        (find_shift, (3, 3), ValueError, "image is a single number"),
        (find_shift, (np.eye(4), np.eye(4), 0), ValueError, "upsample is 0"),
        (find_shift, (np.eye(4), np.eye(4), 1.5), TypeError, "upsample is 1.5"),
        (find_rotation, (np.ones(4), np.ones(4)), ValueError, "image is 1-D"),
        (log_polar, (np.eye(4), 0), ValueError, "angles is 0"),
        (log_polar, (np.eye(4), 9, 1), ValueError, "radii is 1"),
        (log_polar, (np.eye(4), 2**13, 2**12), ValueError, "angles is 8192 and radii"),
        (log_polar, (np.eye(4), 2**24 + 1, 2), ValueError, "angles is 16777217 and"),
        (log_polar, (np.eye(2),), ValueError, "min_radius is 1.0"),
        (similarity_map, ((4,),), ValueError, "shape is"),
        (similarity_map, ((4, 4), 0, 0), ValueError, "scale is 0"),
        (similarity_map, ((4, 4), np.inf), ValueError, "angle is inf"),
        (similarity_map, ((4, 4), 0, 1e101), ValueError, r"scale is 1e\+101"),
        (similarity_map, ((4, 10**30),), ValueError, "shape is 1000"),
        (register, (np.eye(4), np.eye(4), "elastic"), ValueError, "model is 'elastic'"),
        (overlap_correlation, (np.eye(4), np.eye(4), np.eye(3)), ValueError, "matrix"),
    ],
)
def test_bad_input_is_named(recipe, arguments, error_type, message):
    with pytest.raises(error_type, match=message):
        recipe(*arguments)


@pytest.mark.parametrize(
    ("options", "error_type", "message"),
    [
        ({"mask": np.eye(4)}, TypeError, "mask has dtype float64"),
        ({"mask": np.ones(4, bool)}, ValueError, r"mask has shape \(4,\)"),
        ({"moved_mask": np.zeros((4, 4), bool)}, ValueError, "moved_mask is False"),
        ({"levels": 4}, ValueError, "levels is 4; allowed is 1 to 3"),
        ({"start": (np.eye(2),)}, TypeError, "start is"),
        ({"start": (np.eye(2), (1, 2, 3))}, ValueError, r"start\[1\] is"),
        ({"start": (np.eye(3), 0)}, ValueError, r"start\[0\] has shape \(3, 3\)"),
        ({"start": (np.ones((2, 2)), 0)}, ValueError, r"start\[0\] is .* no inverse"),
        (
            {"start": (np.diag([1, 2e300]), 0)},
            ValueError,
            r"start\[0\] holds .*1e\+300",
        ),
    ],
)
def test_registration_names_the_wrong_option(options, error_type, message):
    with pytest.raises(error_type, match=message):
        register(np.eye(4), np.eye(4), **options)
