"""What `imgrecipes.display` promises."""

import ast
from itertools import product
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage import measure

mpl.use("Agg")

import matplotlib.pyplot as plt

from imgrecipes.display import (
    compare_images,
    show_image,
    show_planes,
    show_surface,
    surface_mesh,
)
from imgrecipes.samples import face, phantom


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def ball(size, radius):
    """Radius minus the distance from the middle: 0 on the sphere, high inside."""
    grid = np.indices((size,) * 3) - (size - 1) / 2
    return radius - np.sqrt((grid**2).sum(axis=0))


def torus(size, large, small):
    plane, row, column = np.indices((size,) * 3) - (size - 1) / 2
    return small - np.hypot(np.hypot(row, column) - large, plane)


def half_edges(faces):
    return np.stack([faces, np.roll(faces, -1, axis=1)], axis=-1).reshape(-1, 2)


def triangles(faces):
    return np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])


def assert_closed_and_oriented(faces):
    edges = half_edges(faces)
    forward = np.unique(edges, axis=0)
    assert len(forward) == len(edges)  # no edge twice in one direction
    np.testing.assert_array_equal(np.unique(edges[:, ::-1], axis=0), forward)


def euler_characteristic(vertices, faces):
    return len(vertices) - len(half_edges(faces)) // 2 + len(faces)


def enclosed_volume(vertices, faces):
    return np.linalg.det(vertices[triangles(faces)]).sum() / 6


# --- show_image ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("image", "limits"),
    [
        (np.array([[3, 9]], np.uint8), (0, 255)),
        (np.array([[False, False]]), (0, 1)),
        (np.array([[3, 9]], np.uint16), (3, 9)),
        (np.array([[-3, 9]], np.int32), (-3, 9)),
        (np.array([[0.25, np.nan, np.inf, 0.5]], np.float32), (0.25, 0.5)),
        (np.array([[7.0]]), (7, 7)),
    ],
)
def test_limits_of_a_gray_image_follow_from_its_dtype(image, limits):
    drawn = show_image(image).images[0]
    assert drawn.get_clim() == limits
    assert drawn.get_cmap().name == "gray"
    plt.gcf().canvas.draw()


def test_image_is_drawn_as_it_is_with_the_origin_at_the_top():
    image = face(gray=True)[::2, ::3]
    image.flags.writeable = False
    ax = show_image(image, vmin=30, vmax=200, title="face")
    np.testing.assert_array_equal(ax.images[0].get_array(), image)
    assert ax.images[0].get_clim() == (30, 200)
    rows, columns = image.shape
    assert tuple(ax.images[0].get_extent()) == (-0.5, columns - 0.5, rows - 0.5, -0.5)
    assert not ax.axison
    assert ax.get_title() == "face"


def test_one_given_limit_leaves_the_other_default():
    assert show_image(face(gray=True), vmin=30).images[0].get_clim() == (30, 255)
    assert show_image(np.eye(2), vmax=9).images[0].get_clim() == (0, 9)


@pytest.mark.parametrize("channels", [3, 4])
def test_colors_are_drawn_as_they_are(channels):
    image = np.arange(24 * channels, dtype=np.uint8).reshape(4, 6, channels)
    ax = plt.subplots()[1]
    assert show_image(image, ax) is ax
    np.testing.assert_array_equal(ax.images[0].get_array(), image)
    show_image(image / 255, ax)
    np.testing.assert_array_equal(ax.images[1].get_array(), image / 255)


def test_a_given_axes_opens_no_figure():
    ax = plt.subplots()[1]
    show_image(np.eye(3), ax)
    assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"image": np.zeros(3)}, ValueError, "image is 1-D"),
        ({"image": np.zeros((0, 3))}, ValueError, "image is empty"),
        ({"image": np.zeros((2, 2, 2))}, ValueError, "3 or 4 channels"),
        ({"image": [[np.nan]]}, ValueError, "no finite value"),
        ({"image": np.zeros((2, 2), complex)}, TypeError, "complex128"),
        ({"image": np.zeros((2, 2, 3), np.uint16)}, TypeError, "uint16; colours"),
        ({"image": np.full((2, 2, 3), 1.5)}, ValueError, "from 1.5 to 1.5"),
        ({"image": np.full((2, 2, 3), np.nan)}, ValueError, "colours from nan"),
        ({"image": np.zeros((2, 2, 3)), "vmin": 0}, ValueError, "are for grey"),
        ({"image": np.eye(2), "vmin": 3}, ValueError, "vmin is 3.0 and vmax is 1.0"),
        ({"image": np.eye(2), "vmax": np.nan}, ValueError, "vmax is nan"),
        ({"image": np.eye(2), "vmax": 2e300}, ValueError, r"vmax is 2e\+300; allowed"),
        ({"image": [[1, 2e300]]}, ValueError, r"image holds .*1e\+300"),
        ({"image": np.eye(2), "ax": 3}, TypeError, "ax is 3; allowed is matplotlib.a"),
        ({"image": np.eye(2), "ax": False}, TypeError, "ax is False; allowed is"),
        ({"image": np.eye(2), "title": 3}, TypeError, "title is 3; it must be text"),
    ],
)
def test_show_image_names_the_wrong_argument(arguments, error, message):
    with pytest.raises(error, match=message):
        show_image(**arguments)
    assert not plt.get_fignums()


# --- compare_images -----------------------------------------------------------------


def test_compared_images_share_one_scale():
    images = {
        "a": np.array([[1, 2]], np.uint8),
        "b": np.array([[-4.0, np.nan]]),
        "c": np.array([[True, False]]),
    }
    figure = compare_images(images)
    assert [ax.get_title() for ax in figure.axes] == ["a", "b", "c"]
    for ax, image in zip(figure.axes, images.values(), strict=True):
        assert ax.images[0].get_clim() == (-4, 2)
        np.testing.assert_array_equal(ax.images[0].get_array(), image)
    limited = compare_images(images, vmin=0, vmax=1)
    assert {ax.images[0].get_clim() for ax in limited.axes} == {(0.0, 1.0)}


@given(
    shape=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    count=st.integers(1, 5),
    columns=st.integers(1, 3),
    lines=st.integers(1, 3),
)
@settings(deadline=None, max_examples=25)
def test_figure_is_filled_by_images_and_titles(shape, count, columns, lines):
    images = {f"{i}" + "\ntext" * (lines - 1): np.eye(*shape) for i in range(count)}
    figure = compare_images(images, columns=columns)
    figure.canvas.draw()
    width, height = figure.get_size_inches()
    assert width == 6
    boxes = [ax.get_window_extent() for ax in figure.axes]
    aspect = shape[0] / shape[1]
    used = min(columns, count)
    for box in boxes:
        assert box.height / box.width == pytest.approx(aspect)
        if aspect <= 2:
            assert box.width == pytest.approx(100 * (6 - 0.12 * (used - 1)) / used)
    assert min(box.y0 for box in boxes) >= -1e-6
    for i, ax in enumerate(figure.axes):
        title = ax.title.get_window_extent()
        assert title.y1 <= height * figure.dpi
        assert title.y0 >= boxes[i].y1
        if i >= used:
            assert title.y1 < boxes[i - used].y0
    plt.close(figure)


def test_long_title_is_wrapped_within_its_image():
    words = "a median filter whose window is a disk of a radius of 2 pixels"
    figure = compare_images({words: np.eye(9), "b": np.eye(9), "c": np.eye(9)})
    figure.canvas.draw()
    ax = figure.axes[0]
    assert ax.get_title().replace("\n", " ") == words
    assert ax.title.get_window_extent().width <= ax.get_window_extent().width


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"images": {}}, ValueError, "images is empty"),
        ({"images": [np.eye(2)]}, TypeError, "images is list"),
        ({"images": {"a": face()}}, ValueError, r"images\['a'\] is 3-D"),
        ({"images": {"a": [[np.nan]]}}, ValueError, "no finite value"),
        ({"images": {"a": np.eye(2)}, "columns": 0}, ValueError, "columns is 0"),
        ({"images": {"a": np.eye(2)}, "width": -6}, ValueError, "width is -6"),
        ({"images": {"a": np.eye(2)}, "width": 101}, ValueError, "width is 101"),
        ({"images": {"a": np.eye(2)}, "vmin": 2}, ValueError, "vmin is 2.0"),
        ({"images": {"a": [[2e300]]}}, ValueError, r"images holds .*1e\+300"),
    ],
)
def test_compare_images_names_the_wrong_argument(arguments, error, message):
    with pytest.raises(error, match=message):
        compare_images(**arguments)
    assert not plt.get_fignums()


# --- show_planes --------------------------------------------------------------------


def test_planes_through_a_voxel():
    volume = np.random.default_rng(0).integers(0, 99, (5, 7, 9))
    figure = show_planes(volume, center=(1, 2, 3))
    expected = [
        ("plane 1", volume[1], 2, 3),
        ("row 2", volume[:, 2], 1, 3),
        ("column 3", volume[:, :, 3].T, 2, 1),
    ]
    for ax, (title, image, down, right) in zip(figure.axes, expected, strict=True):
        assert ax.get_title() == title
        np.testing.assert_array_equal(ax.images[0].get_array(), image)
        assert ax.images[0].get_clim() == (volume.min(), volume.max())
        horizontal, vertical = ax.lines
        assert (horizontal.get_ydata()[0], vertical.get_xdata()[0]) == (down, right)
    plane, row, column = figure.axes
    assert (plane.get_ylabel(), row.get_ylabel()) == ("row", "plane")
    assert (row.get_xlabel(), column.get_xlabel()) == ("column", "plane")


@given(
    shape=st.tuples(*[st.integers(5, 20)] * 3),
    spacing=st.tuples(*[st.floats(0.5, 2)] * 3),
)
@settings(deadline=None, max_examples=10)
def test_planes_are_drawn_at_one_scale(shape, spacing):
    figure = show_planes(np.arange(np.prod(shape)).reshape(shape), spacing=spacing)
    figure.canvas.draw()
    sizes = np.multiply(shape, spacing)
    boxes = [ax.get_window_extent() for ax in figure.axes]
    for box, (down, right) in zip(boxes, [(1, 2), (0, 2), (1, 0)], strict=True):
        scale = boxes[0].width / sizes[2]
        assert box.width == pytest.approx(scale * sizes[right])
        assert box.height == pytest.approx(scale * sizes[down])
    assert boxes[0].x0 == pytest.approx(boxes[1].x0)
    assert boxes[0].y0 == pytest.approx(boxes[2].y0)
    plt.close(figure)


def test_default_planes_meet_in_the_middle():
    titles = [ax.get_title() for ax in show_planes(np.zeros((1, 4, 7))).axes]
    assert titles == ["plane 0", "row 2", "column 3"]


def test_show_planes_names_the_wrong_argument():
    volume = np.zeros((2, 3, 4))
    with pytest.raises(ValueError, match="volume is 2-D"):
        show_planes(np.eye(3))
    with pytest.raises(ValueError, match="center is 3; allowed is 0 to 2"):
        show_planes(volume, center=(1, 3, 1))
    with pytest.raises(TypeError, match=r"center is 0\.5"):
        show_planes(volume, center=(0.5, 1, 1))
    with pytest.raises(ValueError, match="center is"):
        show_planes(volume, center=(1, 1))
    with pytest.raises(TypeError, match="center is 1; it must be a sequence"):
        show_planes(volume, center=1)
    with pytest.raises(ValueError, match="spacing is 0"):
        show_planes(volume, spacing=(0, 1, 1))
    with pytest.raises(ValueError, match=r"spacing is .*; the largest may be 1000"):
        show_planes(volume, spacing=(1, 1, 1001))
    with pytest.raises(ValueError, match="volume holds no finite value"):
        show_planes(np.full((2, 2, 2), np.nan))
    assert not plt.get_fignums()


# --- surface_mesh -------------------------------------------------------------------


@pytest.mark.parametrize("radius", [4.3, 8.0])
def test_sphere_is_closed_and_of_the_right_size(radius):
    field = ball(21, radius)
    vertices, faces = surface_mesh(field, 0)
    assert_closed_and_oriented(faces)
    assert euler_characteristic(vertices, faces) == 2
    distance = np.linalg.norm(vertices - 10, axis=1)
    assert np.abs(distance - radius).max() < 0.15
    truth = 4 / 3 * np.pi * radius**3
    # The mean of the crossings lies inside: 1.2 / radius ** 2 of the volume is lost.
    shrunk = enclosed_volume(vertices, faces) / truth
    assert 1 - 1.6 / radius**2 < shrunk < 1
    area = measure.mesh_surface_area(vertices, triangles(faces))
    reference = measure.mesh_surface_area(*measure.marching_cubes(field, 0)[:2])
    assert area == pytest.approx(reference, rel=0.03)


def test_sphere_of_radius_12_encloses_its_volume_to_one_percent():
    mesh = surface_mesh(ball(27, 12), 0)
    assert enclosed_volume(*mesh) == pytest.approx(4 / 3 * np.pi * 12**3, rel=0.01)


def test_torus_has_a_hole():
    vertices, faces = surface_mesh(torus(31, 9, 4), 0)
    assert_closed_and_oriented(faces)
    assert euler_characteristic(vertices, faces) == 0
    truth = 2 * np.pi**2 * 9 * 4**2
    assert enclosed_volume(vertices, faces) == pytest.approx(truth, rel=0.06)


def test_ramp_gives_the_exact_plane_open_at_the_border():
    volume = np.broadcast_to(np.arange(4.0)[:, None, None], (4, 5, 6))
    vertices, faces = surface_mesh(volume, 1.25)
    np.testing.assert_allclose(vertices[:, 0], 1.25)
    assert len(vertices) == 4 * 5  # one in each cell of the layer
    assert len(faces) == 3 * 4  # one around each edge inside
    a, b, _, d = vertices[faces].transpose(1, 0, 2)
    np.testing.assert_allclose(np.cross(b - a, d - a), [[-1, 0, 0]] * 12, atol=1e-12)


def test_low_inside_turns_the_faces():
    field = ball(15, 5)
    inside_low = surface_mesh(-field, 0)
    assert_closed_and_oriented(inside_low[1])
    assert enclosed_volume(*inside_low) == pytest.approx(
        -enclosed_volume(*surface_mesh(field, 0)), rel=0.001
    )


def test_vertices_are_the_mean_of_the_crossings_of_their_cell():
    volume = np.random.default_rng(1).normal(size=(4, 5, 3))
    expected = []
    corners = [np.array(corner) for corner in np.ndindex(2, 2, 2)]
    for cell in np.ndindex(3, 4, 2):
        points = []
        for a in corners:
            for b in corners:
                if (b - a).sum() == 1 and (b - a).min() == 0:
                    start, end = volume[tuple(cell + a)], volume[tuple(cell + b)]
                    if (start > 0.1) != (end > 0.1):
                        way = (0.1 - start) / (end - start)
                        points.append(cell + a + way * (b - a))
        if points:
            expected.append(np.mean(points, axis=0))
    np.testing.assert_allclose(surface_mesh(volume, 0.1)[0], expected)


def test_mesh_is_that_of_the_page():
    folder = Path(__file__).parents[1] / "gallery" / "made_fast"
    page = ast.parse(
        (folder / "see_why_the_surface_mesh_is_fast.py").read_text("utf-8")
    )
    names = {"np": np, "product": product}
    for part in page.body:
        if isinstance(part, ast.FunctionDef) and part.name == "vertices_by_views":
            exec(compile(ast.Module([part], []), "page", "exec"), names)  # noqa: S102
    by_views, volume = names["vertices_by_views"], ball(64, 25.3)
    expected = by_views(volume, 0)
    np.testing.assert_allclose(surface_mesh(volume, 0)[0], expected, atol=1e-12)


def test_mesh_of_the_largest_and_the_smallest_levels():
    expected = surface_mesh(ball(9, 3), 0)
    for scale in (1e299, 1e-300):
        found = surface_mesh(ball(9, 3) * scale, 0)
        np.testing.assert_allclose(found[0], expected[0], atol=1e-9)
        np.testing.assert_array_equal(found[1], expected[1])


@given(
    hnp.arrays(
        st.sampled_from(["?", "u1", "i1", ">u2", "i4", "u8", "i8", "f2", ">f4", "f8"]),
        hnp.array_shapes(min_dims=3, max_dims=3, min_side=2, max_side=5),
        elements=st.integers(0, 1),
    )
)
@settings(deadline=None)
def test_padded_mask_gives_a_surface_without_a_border(mask):
    mask = np.pad(mask, 1)
    mask.flags.writeable = False
    if not mask.any():
        with pytest.raises(ValueError, match=r"level is 0\.5; .* 0\.0, and .* 0\.0"):
            surface_mesh(mask, 0.5)
        return
    vertices, faces = surface_mesh(mask, 0.5)
    edges, counts = np.unique(half_edges(faces), axis=0, return_counts=True)
    back, counts_back = np.unique(
        half_edges(faces)[:, ::-1], axis=0, return_counts=True
    )
    np.testing.assert_array_equal(edges, back)
    np.testing.assert_array_equal(counts, counts_back)
    assert np.unique(faces).tolist() == list(range(len(vertices)))
    assert enclosed_volume(vertices, faces) > 0


@pytest.mark.parametrize("level", [0, 1, -3, 7])
def test_level_outside_the_range_is_refused(level):
    volume = np.zeros((3, 3, 3))
    volume[1, 1, 1] = 1
    with pytest.raises(ValueError, match=rf"level is {level}; .* 0.0, and .* 1.0"):
        surface_mesh(volume, level)


def test_surface_mesh_names_the_wrong_argument():
    with pytest.raises(ValueError, match="volume holds 1 values that are NaN"):
        surface_mesh([[[0, 1], [0, np.nan]], [[0, 1], [0, 1]]], 0.5)
    with pytest.raises(ValueError, match="each axis needs 2 voxels"):
        surface_mesh(np.eye(3)[None], 0.5)
    with pytest.raises(ValueError, match="volume is 2-D"):
        surface_mesh(np.eye(3), 0.5)
    with pytest.raises(ValueError, match=r"volume holds .*1e\+300"):
        surface_mesh(np.array([0, 2e300] * 4).reshape(2, 2, 2), 0.5)
    with pytest.raises(ValueError, match="level is nan"):
        surface_mesh(np.eye(8).reshape(4, 4, 4), np.nan)


# --- show_surface -------------------------------------------------------------------


def test_surface_is_drawn_with_columns_as_x():
    vertices, faces = surface_mesh(phantom(16) > 0, 0.5)
    ax = show_surface(vertices, faces, spacing=(2, 1, 0.5))
    ax.figure.canvas.draw()
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_zlabel()) == (
        "column",
        "row",
        "plane",
    )
    for axis, limits in enumerate([ax.get_zlim(), ax.get_ylim(), ax.get_xlim()]):
        drawn = vertices[:, axis] * (2, 1, 0.5)[axis]
        assert limits[0] <= drawn.min() < drawn.max() <= limits[1]
        # The margins are small, so the axis shows little else.
        assert np.ptp(limits) < 1.2 * np.ptp(drawn)


def test_faces_of_a_surface_are_shaded_by_their_direction():
    vertices, faces = surface_mesh(ball(13, 5), 0)
    (solid,) = show_surface(vertices, faces, color="red").collections
    colors = solid._facecolor3d  # get_facecolor sorts by distance from the viewer
    assert len(colors) == len(faces)
    # The light comes from above: faces that look up are brighter than those below.
    height = vertices[faces].mean(axis=1)[:, 0]
    assert colors[height > 9, 0].mean() > colors[height < 3, 0].mean() + 0.2


def test_second_surface_joins_the_first():
    outside = surface_mesh(ball(13, 5), 0)
    inside = surface_mesh(ball(13, 2), 0)
    ax = show_surface(*outside, color=("blue", 0.25))
    limits = ax.get_xlim()
    assert show_surface(*inside, ax=ax) is ax
    assert ax.get_xlim() == limits
    assert len(ax.collections) == 2
    assert len(plt.get_fignums()) == 1
    np.testing.assert_allclose(ax.collections[0].get_facecolor()[:, 3], 0.25)


def test_triangles_of_another_library_are_drawn():
    vertices, faces, _, _ = measure.marching_cubes(ball(9, 3), 0)
    (drawn,) = show_surface(vertices, faces).collections
    assert len(drawn.get_facecolor()) == len(faces)


def test_show_surface_names_the_wrong_argument():
    points = np.eye(3)
    with pytest.raises(ValueError, match="vertices has shape"):
        show_surface(points[:, :2], [[0, 1, 2]])
    with pytest.raises(ValueError, match="faces"):
        show_surface(points, [[0, 1]])
    with pytest.raises(TypeError, match="faces has dtype float64"):
        show_surface(points, [[0.0, 1, 2]])
    with pytest.raises(ValueError, match="faces points to the vertices 0 to 3"):
        show_surface(points, [[0, 1, 3]])
    with pytest.raises(ValueError, match="vertices holds 9 values"):
        show_surface(points * np.nan, [[0, 1, 2]])
    with pytest.raises(ValueError, match=r"vertices holds .*1e\+30"):
        show_surface(points * 1e31, [[0, 1, 2]])
    with pytest.raises(ValueError, match="color is 'none of these'; "):
        show_surface(points, [[0, 1, 2]], color="none of these")
    with pytest.raises(TypeError, match=r"ax is 3; allowed is mpl_toolkits\.mplot3d"):
        show_surface(points, [[0, 1, 2]], ax=3)
    with pytest.raises(ValueError, match="spacing is -1"):
        show_surface(points, [[0, 1, 2]], spacing=-1)
    assert not plt.get_fignums()


def test_flat_axes_are_no_place_for_a_surface():
    ax = plt.subplots()[1]
    with pytest.raises(TypeError, match=r"ax is <Axes: >; allowed is mpl_toolkits"):
        show_surface(np.eye(3), [[0, 1, 2]], ax=ax)


# --- what is drawn ------------------------------------------------------------------


@pytest.mark.parametrize(
    "dtype", ["?", "u1", ">u2", "i4", "u8", "i8", "f2", ">f4", "f8"]
)
def test_images_of_every_dtype_are_drawn(dtype):
    image = np.arange(12).reshape(3, 4).astype(dtype)
    for figure in (
        show_image(image).figure,
        compare_images({"a": image, "b": image[:1, :1]}),
        show_planes(np.stack([image, image])),
    ):
        figure.canvas.draw()


def test_the_largest_levels_and_distances_are_drawn():
    image = 1e300 * np.array([[1.0, -1.0, 0.0]])
    show_image(image).figure.canvas.draw()
    show_planes(np.stack([image, image]), spacing=(1e30, 1e27, 1e28)).canvas.draw()
    vertices, faces = surface_mesh(ball(5, 2), 0)
    show_surface(2e29 * vertices, faces, spacing=1e30).figure.canvas.draw()
