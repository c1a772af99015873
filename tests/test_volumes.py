"""What `imgrecipes.volumes` promises."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage
from skimage import measure, morphology, transform

from imgrecipes.display import surface_mesh
from imgrecipes.morphology import structuring_element
from imgrecipes.pixels import circular_mask
from imgrecipes.samples import phantom
from imgrecipes.volumes import (
    ball_footprint,
    blur_physical,
    project_maximum,
    region_volumes,
    resample,
    surface_area,
)

DTYPES = [bool, "u1", ">u2", "<i4", "<f2", ">f2", ">f4", "f4", ">f8", "f8"]
SHAPES = hnp.array_shapes(min_dims=1, max_dims=3, max_side=7)
VOLUMES = (
    st.sampled_from(DTYPES)
    .flatmap(
        lambda dtype: hnp.arrays(
            dtype,
            SHAPES | hnp.array_shapes(min_dims=4, max_dims=4, max_side=4),
            elements=st.integers(0, 1 if dtype is bool else 200),
        )
    )
    .flatmap(lambda v: st.sampled_from([v, np.ma.MaskedArray(v, mask=False)]))
)
SPACINGS = st.lists(st.sampled_from([0.4, 1, 1.5, 3]), min_size=4, max_size=4)


def keeps_its_input(recipe, volume, *arguments, **options):
    """Result of a recipe for a read-only view that is not contiguous."""
    view = np.repeat(volume, 2, axis=-1)[..., ::2]
    view.flags.writeable = False
    result = recipe(view, *arguments, **options)
    np.testing.assert_array_equal(view, volume)
    assert type(result) in {np.ndarray, dict}
    return result


def tolerance_of(volume):
    """How much a result may differ from that of float64, by rounding to the dtype."""
    if volume.dtype.kind != "f":
        return 0.5 + 1e-9
    return {2: 0.07, 4: 1e-4, 8: 1e-10}[volume.dtype.itemsize]


@settings(deadline=None, max_examples=50)
@given(volume=VOLUMES, spacing=SPACINGS, sigma=st.floats(0, 3))
def test_blur_in_millimeters_is_the_blur_in_voxels(volume, spacing, sigma):
    spacing = spacing[: volume.ndim]
    found = keeps_its_input(blur_physical, volume, sigma, spacing)
    widths = np.divide(sigma, spacing)
    expected = ndimage.gaussian_filter(volume.astype(float), widths)
    if volume.dtype == bool:
        sure = np.abs(expected - 0.5) > 1e-9
        np.testing.assert_array_equal(found[sure], (expected > 0.5)[sure])
        return
    np.testing.assert_allclose(found, expected, atol=tolerance_of(volume))
    assert found.dtype == volume.dtype.newbyteorder("=")


def test_a_blurred_point_is_as_wide_in_millimeters_along_all_axes():
    spacing = np.array([3.0, 1.5, 1.0])
    point = np.zeros((41, 61, 81))
    point[20, 30, 40] = 1
    blurred = blur_physical(point, 4, spacing)
    for axis, length in enumerate(point.shape):
        profile = blurred.sum(axis=tuple({0, 1, 2} - {axis}))
        distance = (np.arange(length) - length // 2) * spacing[axis]
        width = np.sqrt(np.sum(profile * distance**2))
        assert width == pytest.approx(4, rel=0.003)


def test_colors_are_carried_along():
    image = np.random.default_rng(0).integers(0, 256, (12, 15, 3), np.uint8)
    blurred = blur_physical(image, 2, (2, 1))
    scaled = resample(image, (2, 1), 1)
    assert scaled.shape == (24, 15, 3)
    for channel in range(3):
        one = image[..., channel]
        np.testing.assert_array_equal(
            blurred[..., channel], blur_physical(one, 2, (2, 1))
        )
        np.testing.assert_array_equal(scaled[..., channel], resample(one, (2, 1), 1))


@pytest.mark.parametrize("radius", [0, 1, 2, 4])
def test_ball_of_cubes_is_that_of_scikit_image(radius):
    expected = morphology.ball(radius, bool)
    np.testing.assert_array_equal(ball_footprint(radius, (1, 1, 1)), expected)


@given(
    radius=st.integers(0, 40),
    spacing=st.lists(st.integers(2, 20), min_size=1, max_size=3),
)
def test_ball_holds_the_voxels_within_the_radius(radius, spacing):
    # Tenths are no exact floats, so that the edge of the ball would be off by chance.
    ball = ball_footprint(radius / 10, [step / 10 for step in spacing])
    assert ball.shape == tuple(2 * (radius // step) + 1 for step in spacing)
    middle = np.array(ball.shape) // 2
    for index in np.ndindex(ball.shape):
        squared = np.sum(((index - middle) * spacing) ** 2)
        assert ball[index] == (squared <= radius**2)


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_radii_that_are_square_roots_reach_the_same_pixels_in_all_recipes(ndim):
    for squared in range(400 if ndim < 3 else 60):
        ball = ball_footprint(squared**0.5, (1,) * ndim)
        steps = np.indices(ball.shape) - ball.shape[0] // 2
        np.testing.assert_array_equal(ball, (steps**2).sum(axis=0) <= squared)
        disk = structuring_element("disk", squared**0.5, ndim)
        np.testing.assert_array_equal(ball, disk)
        if squared:
            mask = circular_mask(ball.shape, radius=squared**0.5)
            np.testing.assert_array_equal(ball, mask)
    assert ball_footprint(13**0.5, (1, 1)).sum() == 45


@settings(deadline=None, max_examples=60)
@given(volume=VOLUMES, spacing=SPACINGS, new=SPACINGS, order=st.sampled_from([0, 1, 3]))
def test_resampled_voxels_lie_where_they_should(volume, spacing, new, order):
    spacing, new = spacing[: volume.ndim], new[: volume.ndim]
    found = keeps_its_input(resample, volume, spacing, new, order)
    assert found.dtype == volume.dtype.newbyteorder("=")
    wanted = np.multiply(volume.shape, np.divide(spacing, new))
    assert np.all(np.abs(np.array(found.shape) - wanted) <= 0.5 + 1e-9) or (
        min(found.shape) == 1
    )
    if order == 1 and np.all(np.less_equal(new, spacing)):
        index = np.indices(found.shape).reshape(volume.ndim, -1).T
        places = (index + 0.5) * np.divide(new, spacing) - 0.5
        expected = ndimage.map_coordinates(
            volume.astype(float), places.T, order=1, mode="reflect"
        ).reshape(found.shape)
        if volume.dtype == bool:
            sure = np.abs(expected - 0.5) > 1e-9
            np.testing.assert_array_equal(found[sure], (expected > 0.5)[sure])
        else:
            np.testing.assert_allclose(found, expected, atol=tolerance_of(volume))


@settings(deadline=None, max_examples=60)
@given(
    shape=st.lists(st.sampled_from([1, 2, 7, 24, 33]), min_size=1, max_size=3)
    | st.sampled_from([[181, 182], [33, 32, 32]]),
    dtype=st.sampled_from(DTYPES),
    spacing=SPACINGS,
    new=SPACINGS,
    order=st.sampled_from([0, 1, 2, 3, 5]),
)
def test_resampling_equals_blur_and_affine_map(shape, dtype, spacing, new, order):
    """By matrices where the axes are long enough for the order, else by splines."""
    ndim = len(shape)
    ratios = np.divide(new[:ndim], spacing[:ndim])
    levels = np.random.default_rng(0).integers(0, 2 if dtype is bool else 200, shape)
    volume = levels.astype(dtype)
    found = keeps_its_input(resample, volume, spacing[:ndim], new[:ndim], order)
    expected = volume.astype(float)
    if order > 0:
        expected = ndimage.gaussian_filter(expected, np.maximum(0, (ratios - 1) / 2))
    if np.any(ratios != 1):  # along short axes, the splines of ndimage are not exact
        options = {"order": order, "mode": "reflect", "output_shape": found.shape}
        offset = (ratios - 1) / 2
        expected = ndimage.affine_transform(
            expected, np.diag(ratios), offset, **options
        )
    assert found.dtype == np.dtype(dtype).newbyteorder("=")
    if order == 0:
        np.testing.assert_array_equal(found, expected)
    elif dtype is bool:
        sure = np.abs(expected - 0.5) > 1e-9
        np.testing.assert_array_equal(found[sure], (expected > 0.5)[sure])
    elif volume.dtype.kind == "f":
        tolerance = {2: 0.15, 4: 1e-3, 8: 1e-10}[volume.dtype.itemsize]
        np.testing.assert_allclose(found, expected, atol=tolerance, rtol=0)
    else:
        limits = np.iinfo(dtype)
        inside = expected.clip(limits.min, limits.max)
        np.testing.assert_allclose(found, inside, atol=0.5 + 1e-9, rtol=0)


def test_resampling_where_the_voxels_fit_equals_scikit_image():
    volume = np.random.default_rng(0).normal(size=(8, 12, 10))
    for new, factor in (((0.5, 1, 1), (2, 1, 1)), ((1, 2, 2), (1, 0.5, 0.5))):
        expected = transform.rescale(
            volume, factor, mode="symmetric", anti_aliasing=True, clip=False
        )
        np.testing.assert_allclose(resample(volume, 1, new), expected, atol=1e-12)


def test_a_ramp_stays_where_it_is_in_millimeters():
    spacing, new = 3.0, 0.7
    ramp = 10 + 2 * spacing * (np.arange(20) + 0.5)  # 2 per mm from the first face
    found = resample(ramp, spacing, new)
    assert len(found) == 86  # 60 mm / 0.7 mm
    place = (np.arange(86) + 0.5) * new
    inner = (place > spacing / 2) & (place < 60 - spacing / 2)
    np.testing.assert_allclose(found[inner], 10 + 2 * place[inner])


def test_labels_stay_labels_and_the_same_spacing_changes_nothing():
    head = phantom(16)
    assert set(np.unique(resample(head, (3, 1, 1), 1, order=0))) <= set(np.unique(head))
    np.testing.assert_array_equal(resample(head, (3, 1, 1), (3, 1, 1)), head)


@settings(deadline=None, max_examples=50)
@given(
    labels=hnp.arrays(np.uint8, SHAPES, elements=st.integers(0, 5)), spacing=SPACINGS
)
def test_volumes_and_centroids_equal_scikit_image(labels, spacing):
    spacing = spacing[: labels.ndim]
    table = keeps_its_input(region_volumes, labels, spacing)
    numbers = np.unique(labels[labels > 0])
    np.testing.assert_array_equal(table["label"], numbers)
    for k, number in enumerate(numbers):
        places = np.argwhere(labels == number) * spacing
        assert table["size"][k] == len(places)
        assert table["volume"][k] == pytest.approx(len(places) * np.prod(spacing))
        np.testing.assert_allclose(table["centroid"][k], places.mean(axis=0))
    if labels.ndim > 1:
        for k, region in enumerate(measure.regionprops(labels, spacing=spacing)):
            assert table["volume"][k] == pytest.approx(region.area)
            assert table["diameter"][k] == pytest.approx(
                region.equivalent_diameter_area
            )


@pytest.mark.parametrize("spacing", [(1, 1, 1), (2, 1, 1), (4, 2, 1)])
def test_organs_of_the_phantom_have_their_volumes(spacing):
    """All ellipsoids are known: what is left is the size of the voxels."""
    step = [int(s) for s in spacing]
    first = tuple(slice(s // 2, None, s) for s in step)
    head = phantom(128)[first]
    labels = np.select([head == 40, head == 170, head > 0], [1, 2, 3])
    table = region_volumes(labels, spacing)
    unit = 4 / 3 * np.pi * 64**3
    truth = unit * np.array([2 * 0.25 * 0.4 * 0.1, 0.14**3])
    np.testing.assert_allclose(table["volume"][:2], truth, rtol=0.02)
    whole = unit * 0.85 * 0.9 * 0.7
    assert table["volume"].sum() == pytest.approx(whole, rel=0.001)


@settings(deadline=None)
@given(volume=VOLUMES, axis=st.integers(-3, 2))
def test_projection_holds_the_brightest_voxel_of_each_ray(volume, axis):
    axis = max(axis, -volume.ndim) if axis < 0 else min(axis, volume.ndim - 1)
    found = keeps_its_input(project_maximum, volume, axis)
    assert isinstance(found, np.ndarray)
    assert found.dtype == volume.dtype.newbyteorder("=")
    rays = np.moveaxis(volume, axis, -1)
    for index in np.ndindex(rays.shape[:-1]):
        assert found[index] == max(rays[index])


def test_area_of_a_mesh_equals_scikit_image():
    ball = circular_mask((24, 30, 36), radius=(8, 10, 13)).astype(float)
    blurred = ndimage.gaussian_filter(ball, 1)
    spacing = (2, 1.5, 0.7)
    vertices, faces, *_ = measure.marching_cubes(blurred, 0.5)
    expected = measure.mesh_surface_area(vertices * np.array(spacing), faces)
    assert surface_area(vertices, faces, spacing) == pytest.approx(expected)
    ours = surface_area(*surface_mesh(blurred, 0.5), spacing)
    assert ours == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("corners", [3, 4])
def test_area_is_the_sum_over_all_faces(corners):
    rng = np.random.default_rng(0)
    points, faces = rng.normal(size=(500, 3)), rng.integers(0, 500, (20001, corners))
    a, b, c, *d = (points[faces[:, k]] for k in range(corners))
    expected = np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2
    if d:
        expected += np.linalg.norm(np.cross(c - a, d[0] - a), axis=1).sum() / 2
    assert surface_area(points, faces) == pytest.approx(expected)


def test_a_cube_has_six_sides_and_a_ball_its_area():
    block = np.zeros((5, 6, 7))
    block[1:4, 1:5, 1:6] = 1
    # At a level of almost 1 the surface runs through the centres of the outer voxels,
    # and clipping flattens what is left of the rounded edges: a box of 6 x 6 x 4 mm.
    vertices, faces = surface_mesh(block, 1 - 1e-12)
    expected = 2 * (6 * 6 + 6 * 4 + 6 * 4)
    flat = (vertices - 1).clip(0, [2, 3, 4])
    assert surface_area(flat, faces, (3, 2, 1)) == pytest.approx(expected)
    place = np.mgrid[-20:21, -20:21, -20:21]
    depth = 16.3 - np.sqrt(np.sum(place**2.0, axis=0))
    found = surface_area(*surface_mesh(depth, 0))
    assert found == pytest.approx(4 * np.pi * 16.3**2, rel=0.005)


def test_blur_and_ball_refuse_bad_input():
    volume = np.zeros((3, 4, 5))
    with pytest.raises(ValueError, match=r"spacing is \(1, 1, 1, 1\)"):
        blur_physical(volume, 1, (1, 1, 1, 1))
    with pytest.raises(ValueError, match="spacing is 0"):
        blur_physical(volume, 1, (1, 0, 1))
    with pytest.raises(ValueError, match="sigma is -1"):
        blur_physical(volume, -1, 1)
    with pytest.raises(ValueError, match=r"sigma is \(1, 1\)"):
        blur_physical(volume, (1, 1), 1)
    with pytest.raises(ValueError, match="mode is 'constant'"):
        blur_physical(volume, 1, 1, mode="constant")
    with pytest.raises(ValueError, match="volume holds 1 values that are NaN"):
        blur_physical([np.nan, 1], 1, 1)
    with pytest.raises(ValueError, match=r"spacing is 1e\+31; allowed is 1e-30 to"):
        blur_physical(volume, 1, 1e31)
    with pytest.raises(TypeError, match="spacing is 2; it must be a sequence"):
        ball_footprint(1, 2)
    for radius, spacing in ((1, ()), (1e9, (1, 1)), (1, (1e-30,))):
        with pytest.raises(ValueError, match=r"radius is .* 1 to 32 axes and up to 2"):
            ball_footprint(radius, spacing)
    with pytest.raises(ValueError, match="radius is -1"):
        ball_footprint(-1, (1, 1))


def test_resampling_and_volumes_refuse_bad_input():
    volume = np.zeros((3, 4, 5))
    with pytest.raises(ValueError, match=r"new_spacing is \(1, 1\)"):
        resample(volume, (3, 1, 1), (1, 1))
    with pytest.raises(ValueError, match="new_spacing is -1"):
        resample(volume, (3, 1, 1), -1)
    with pytest.raises(ValueError, match="order is 6"):
        resample(volume, 1, 2, order=6)
    with pytest.raises(TypeError, match=r"order is 1\.5"):
        resample(volume, 1, 2, order=1.5)
    for new in (1e-9, 1e9):
        with pytest.raises(ValueError, match=r"new_spacing is .* times spacing; allo"):
            resample(volume, 1, new)
    with pytest.raises(ValueError, match="volume is empty"):
        resample(np.zeros((0, 2)), 1, 2)
    with pytest.raises(TypeError, match="labels has dtype float64"):
        region_volumes(volume, 1)
    with pytest.raises(ValueError, match=r"spacing is \(1, 1\)"):
        region_volumes(volume.astype(int), (1, 1))


def test_projection_and_area_refuse_bad_input():
    with pytest.raises(ValueError, match="axis is 3; allowed is -3 to 2"):
        project_maximum(np.zeros((2, 2, 2)), 3)
    with pytest.raises(ValueError, match="volume is a single number"):
        project_maximum(7)
    for wrong in (np.nan, np.inf, -np.inf):
        with pytest.raises(ValueError, match="volume holds 1 values that are NaN"):
            project_maximum([[wrong, 1], [2, 3]])
    corners = [[0, 0, 0], [0, 0, 1], [0, 1, 1]]
    with pytest.raises(ValueError, match=r"faces \(1, 2\); allowed are"):
        surface_area(corners, [[0, 1]])
    with pytest.raises(TypeError, match="faces has dtype float64"):
        surface_area(corners, [[0.0, 1, 2]])
    with pytest.raises(ValueError, match="faces points to the vertices 0 to 3"):
        surface_area(corners, [[0, 1, 3]])
    with pytest.raises(ValueError, match="vertices holds 1 values that are NaN or inf"):
        surface_area([[0, 0, 0], [0, 0, 1], [0, 1, 1e300]], [[0, 1, 2]])
    with pytest.raises(ValueError, match="spacing is nan"):
        surface_area(corners, [[0, 1, 2]], np.nan)
