"""Look at an image: grey levels, comparisons, volumes, surfaces."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LightSource, to_rgba
from matplotlib.font_manager import FontProperties
from mpl_toolkits.mplot3d.art3d import Poly3DCollection
from mpl_toolkits.mplot3d.axes3d import Axes3D

from imgrecipes._checks import (
    check_finite,
    check_image,
    check_integer,
    check_number,
    check_sequence,
    per_axis,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure
    from matplotlib.typing import ColorType
    from numpy.typing import ArrayLike, NDArray


# Matplotlib subtracts the limits of a grey scale from each other.
_LARGEST = 1e300


def show_image(
    image: ArrayLike,
    ax: Axes | None = None,
    vmin: float | None = None,
    vmax: float | None = None,
    title: str | None = None,
) -> Axes:
    r"""Draw a grey or a colour image, without axes.

    Parameters
    ----------
    image : array_like, shape (rows, columns) or (rows, columns, 3 or 4)
        Grey levels of any dtype, up to 1e300 in magnitude; NaN is left blank. Or
        colours, red, green, blue and perhaps opacity: uint8, or floats from 0 to 1.
    ax : matplotlib.axes.Axes, optional
        Where to draw. Default: a new figure, as wide as the settings say and as high as
        the image asks, up to twice the width.
    vmin, vmax : float, optional
        Grey levels that are drawn black and white, those beyond included. Default:
        0 and 1 for booleans, 0 and 255 for uint8, otherwise the smallest and the
        largest finite value. Colours take no limits.
    title : str, optional
        Title above the image.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, whose origin is the upper left pixel: x is the column, y the row.

    Raises
    ------
    TypeError, ValueError
        If `image` is empty, has another shape, no finite value, or colours of another
        dtype or range; if `vmin` exceeds `vmax`, or either comes with colours; if `ax`
        are no axes, or `title` is no text.

    See Also
    --------
    matplotlib.pyplot.imshow : the call beneath; it stretches every grey image.
    cv2.imshow : shows blue, green, red in a window.

    Notes
    -----
    A level :math:`g` is drawn as the grey :math:`(g - v_\min) / (v_\max - v_\min)`, cut
    to 0 and 1. An image larger than its axes is smoothed before it is shrunk; one drawn
    at more than three times its size shows its pixels as squares.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from imgrecipes.display import show_image
    >>> ax = show_image(np.array([[50, 60], [70, 90]], np.uint8))
    >>> ax.images[0].get_clim()
    (0.0, 255.0)
    >>> plt.close(ax.figure)
    """
    array = check_image(image, ndim=(2, 3))
    if not isinstance(title, str | None):
        raise TypeError(f"title is {title!r}; it must be text")
    if ax is not None:
        _check_axes_of(ax, Axes)
    low = high = None
    if array.ndim == 3:
        _check_colors(array, vmin, vmax)
    else:
        whole = {"bool": [0, 1], "uint8": [0, 255]}.get(array.dtype.name, array)
        low, high = _limits(np.asarray(whole), vmin, vmax, "image")
    if ax is None:
        width = plt.rcParams["figure.figsize"][0]
        aspect = min(array.shape[0] / array.shape[1], 2)
        ax = plt.subplots(figsize=(width, width * aspect), layout="constrained")[1]
    ax.imshow(array, cmap="gray", vmin=low, vmax=high, origin="upper")
    ax.set_axis_off()
    if title is not None:
        ax.set_title(title)
    return ax


def compare_images(
    images: Mapping[str, ArrayLike],
    vmin: float | None = None,
    vmax: float | None = None,
    columns: int = 2,
    width: float = 6.0,
) -> Figure:
    r"""Draw grey images side by side, all on one grey scale.

    Parameters
    ----------
    images : mapping of str to array_like, each of shape (rows, columns)
        Title and image, in the order of drawing, with grey levels up to 1e300 in
        magnitude; NaN is left blank. A title may have several lines, such as a name and
        a number; one too long for its image is wrapped.
    vmin, vmax : float, optional
        Grey levels that are drawn black and white in every image. Default: the
        smallest and the largest finite value of all the images.
    columns : int, default 2
        Number of images side by side.
    width : float, default 6
        Width of the figure in inches, 1 to 100. Its height follows from the images.

    Returns
    -------
    matplotlib.figure.Figure
        The figure. ``figure.axes`` holds the axes in the order of `images`.

    Raises
    ------
    TypeError, ValueError
        If `images` is not a mapping or is empty, an image is not 2-D, none has a finite
        value, `columns` is not an integer of at least 1, `width` is not within 1 and
        100, or `vmin` exceeds `vmax`.

    See Also
    --------
    show_image : one image, with limits that follow from its dtype.
    skimage.util.montage : joins images of one shape into one array.
    cv2.hconcat : joins images of one height.
    SimpleITK.Tile : joins images into one, in a given layout.

    Notes
    -----
    All images are drawn equally wide; a row of the figure is as high as its highest
    image, up to twice the width. On one scale, equal greys mean equal values, so that
    what differs between two pictures differs between their arrays.

    Elsewhere: ImageJ ``Image > Stacks > Make Montage...``; CellProfiler ``Tile``.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from imgrecipes.display import compare_images
    >>> ramp = np.arange(12).reshape(3, 4)
    >>> figure = compare_images({"ramp": ramp, "half\nlargest 5.5": ramp / 2})
    >>> [ax.images[0].get_clim() for ax in figure.axes]
    [(0.0, 11.0), (0.0, 11.0)]
    >>> plt.close(figure)
    """
    if not isinstance(images, Mapping):
        raise TypeError(
            f"images is {type(images).__name__}; it must map title to image"
        )
    if not images:
        raise ValueError("images is empty; it needs an image")
    arrays = [check_image(i, f"images[{t!r}]", ndim=(2,)) for t, i in images.items()]
    columns = min(check_integer(columns, "columns", low=1), len(arrays))
    width = check_number(width, "width", low=1, high=100)
    levels = np.concatenate([a.ravel() for a in arrays])
    low, high = _limits(levels, vmin, vmax, "images")
    gap = 0.12
    cell = (width - gap * (columns - 1)) / columns
    points = FontProperties(size=plt.rcParams["axes.titlesize"]).get_size_in_points()
    # A letter is a bit more than half as wide as it is high.
    titles = [_wrap(str(title), int(cell * 72 / (0.56 * points))) for title in images]
    heads, pictures = [], []
    for start in range(0, len(arrays), columns):
        part = slice(start, start + columns)
        lines = max(title.count("\n") + 1 for title in titles[part])
        heads.append((6 + lines * 1.25 * points) / 72)
        tallest = max(array.shape[0] / array.shape[1] for array in arrays[part])
        pictures.append(cell * min(tallest, 2))
    height = sum(heads) + sum(pictures) + gap * (len(heads) - 1)
    # Places in inches leave no gaps, whatever layout the user's settings ask for.
    figure = plt.figure(figsize=(width, height), layout="none")
    for index, (title, array) in enumerate(zip(titles, arrays, strict=True)):
        row, column = divmod(index, columns)
        top = sum(heads[: row + 1]) + sum(pictures[:row]) + gap * row
        ax = _add_axes(figure, column * (cell + gap), top, cell, pictures[row])
        ax.set_anchor("N")
        show_image(array, ax, low, high)
        ax.set_title(title, fontsize=points, pad=4, linespacing=1.15)
    return figure


def show_planes(
    volume: ArrayLike,
    center: Sequence[int] | None = None,
    spacing: float | Sequence[float] = (1, 1, 1),
    vmin: float | None = None,
    vmax: float | None = None,
) -> Figure:
    """Draw the three planes of a volume that meet in one voxel.

    Parameters
    ----------
    volume : array_like, shape (planes, rows, columns)
        Grey levels of any dtype, up to 1e300 in magnitude; NaN is left blank.
    center : sequence of int, optional
        Voxel (plane, row, column) in which the planes meet. Default: the middle.
    spacing : float or sequence of float, default (1, 1, 1)
        Distance from voxel to voxel along each axis, in one unit such as millimetres.
        Allowed is 1e-30 to 1e30, the largest up to 1000 times the smallest.
    vmin, vmax : float, optional
        Grey levels that are drawn black and white. Default: the smallest and the
        largest finite value of the volume.

    Returns
    -------
    matplotlib.figure.Figure
        The figure, 6 inches wide. ``figure.axes`` holds ``volume[plane]``, below it
        ``volume[:, row]`` and beside it the transpose of ``volume[:, :, column]``.

    Raises
    ------
    TypeError, ValueError
        If `volume` is empty, not 3-D or has no finite value, `center` is not a voxel of
        it, a number is out of its limits, or `vmin` exceeds `vmax`.

    See Also
    --------
    show_surface : draws a surface of the volume.
    SimpleITK.Show : hands a volume over to an external viewer.

    Notes
    -----
    A voxel is drawn as wide and as high as its spacing says, at one scale in all three
    pictures, so that neighbours share an axis. Ticks count voxels. Each plane has the
    colour of its frame, and a line of this colour marks it in the other two.

    Elsewhere: ImageJ ``Image > Stacks > Orthogonal Views``.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from imgrecipes.display import show_planes
    >>> ramp = np.arange(3 * 4 * 5).reshape(3, 4, 5)
    >>> figure = show_planes(ramp, center=(1, 2, 4), spacing=(2, 1, 1))
    >>> [ax.get_title() for ax in figure.axes]
    ['plane 1', 'row 2', 'column 4']
    >>> plt.close(figure)
    """
    array = check_image(volume, "volume", ndim=(3,))
    middle = [length // 2 for length in array.shape]
    given = middle if center is None else check_sequence(center, "center", 3)
    voxel = [
        check_integer(index, "center", low=0, high=length - 1)
        for index, length in zip(given, array.shape, strict=True)
    ]
    step = _check_voxel(spacing)
    low, high = _limits(array, vmin, vmax, "volume")
    plane, row, column = voxel
    names = ("plane", "row", "column")
    colors = ("#E69F00", "#56B4E9", "#00C08A")
    width, left, gap, head, foot = 6.0, 0.75, 0.2, 0.32, 0.62
    sizes = [n * distance for n, distance in zip(array.shape, step, strict=True)]
    inch = (width - left - 2 * gap) / (sizes[2] + sizes[0])
    deep, tall, wide = (inch * size for size in sizes)
    height = head + tall + head + deep + foot
    figure = plt.figure(figsize=(width, height), layout="none")
    panels = (
        (array[plane], 1, 2, (left, head, wide, tall)),
        (array[:, row], 0, 2, (left, 2 * head + tall, wide, deep)),
        (array[:, :, column].T, 1, 0, (left + wide + gap, head, deep, tall)),
    )
    for cut, (image, down, right, place) in enumerate(panels):
        ax = _add_axes(figure, *place)
        ax.imshow(
            image, cmap="gray", vmin=low, vmax=high, aspect=step[down] / step[right]
        )
        ax.axhline(voxel[down], color=colors[down], linewidth=1.2)
        ax.axvline(voxel[right], color=colors[right], linewidth=1.2)
        for spine in ax.spines.values():
            spine.set(visible=True, color=colors[cut], linewidth=2.5)
        ax.set_title(f"{names[cut]} {voxel[cut]}", pad=5)
        if cut != 2:
            ax.set_ylabel(names[down])
        if cut != 0:
            ax.set_xlabel(names[right])
        ax.tick_params(labelleft=cut != 2, labelbottom=cut != 0)
    return figure


def surface_mesh(
    volume: ArrayLike, level: float
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    r"""Mesh of the surface on which a volume crosses a level.

    Parameters
    ----------
    volume : array_like, shape (planes, rows, columns), each at least 2
        Grey levels of any dtype, without NaN or infinity, up to 1e300 in magnitude.
    level : float
        Level of the surface, between the smallest and the largest of the volume. Of a
        mask, 0.5.

    Returns
    -------
    vertices : ndarray of float64, shape (n, 3)
        Corners of the mesh in voxels: (plane, row, column).
    faces : ndarray of int, shape (m, 4)
        Quadrilaterals as indices into `vertices`. Seen from the side of the low values,
        in right-handed axes (plane, row, column), they turn counter-clockwise.

    Raises
    ------
    TypeError, ValueError
        If `volume` is not 3-D, has an axis of one voxel, is too large or holds NaN, or
        `level` does not lie between its smallest and its largest value.

    See Also
    --------
    skimage.measure.marching_cubes : triangles whose corners lie on the lattice's edges.
    skimage.measure.find_contours : the same question in two dimensions.

    Notes
    -----
    Naive surface nets: each cell of eight voxels that the surface crosses gets one
    vertex, the mean of the points where its 12 edges cross the level; along an edge
    from :math:`a` to :math:`b` this is :math:`(l - a) / (b - a)` of the way. Each edge
    of the lattice that crosses joins the vertices of the four cells around it. The mean
    lies inside where the surface is curved, so that small bodies come out too small.
    All edges are compared at once, and only those that cross are looked at further.

    The mesh is open where the surface leaves the volume: ``numpy.pad`` the volume with
    low values to close it, and take the padding off the vertices. Where two sheets pass
    through one cell they share its vertex. Time and memory grow with the number of
    voxels.

    Elsewhere: ImageJ ``Plugins > 3D Viewer``.

    References
    ----------
    .. [1] S. F. F. Gibson, "Constrained elastic surface nets: generating smooth
       surfaces from binary segmented data", MICCAI 1998, LNCS 1496, pp. 888-898.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.display import surface_mesh
    >>> voxel = np.zeros((3, 3, 3))
    >>> voxel[1, 1, 1] = 1
    >>> vertices, faces = surface_mesh(voxel, 0.5)
    >>> vertices.shape, faces.shape  # the corners and the faces of a cube
    ((8, 3), (6, 4))
    """
    array = check_image(volume, "volume", ndim=(3,))
    if min(array.shape) < 2:
        raise ValueError(f"volume has shape {array.shape}; each axis needs 2 voxels")
    check_finite(array, "volume", 1e300)
    values = array.astype(np.float64, copy=False)
    level = check_number(level, "level")
    smallest, largest = values.min(), values.max()
    if not smallest < level < largest:
        raise ValueError(
            f"level is {level:g}; it must lie between the volume's smallest value, "
            f"{smallest}, and its largest, {largest}"
        )
    above = values > level
    some = every = above
    for _ in range(3):
        # Each turn compares along the axis that is first, and three restore the order.
        some = (some[:-1] | some[1:]).transpose(1, 2, 0)
        every = (every[:-1] & every[1:]).transpose(1, 2, 0)
    used = some & ~every
    # Cells have numbers; those around the volume, which do not exist, have the last.
    count = np.count_nonzero(used)
    number = np.full([length + 1 for length in array.shape], count, np.intp)
    number[1:-1, 1:-1, 1:-1][used] = np.arange(count)
    total, crossings, faces = np.zeros((count + 1, 3)), np.zeros(count + 1), []
    for order in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        side, cell = above.transpose(order), number.transpose(order)
        i, j, k = edge = np.nonzero(side[:-1] != side[1:])
        start, end = (values.transpose(order)[part][edge] for part in np.s_[:-1, 1:])
        # The four cells around each edge, in a circle.
        around = np.stack(
            [cell[i + 1, j + a, k + b] for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))],
            axis=-1,
        )
        place = i + (level - start) / (end - start), j, k
        crossings += np.bincount(around.ravel(), minlength=count + 1)
        for axis, along in zip(order, place, strict=True):
            total[:, axis] += np.bincount(around.ravel(), along.repeat(4), count + 1)
        # Only an edge inside the volume has four cells around it.
        inside = around.max(axis=1) < count
        quads, falls = around[inside], start[inside, np.newaxis] > level
        faces.append(np.where(falls, quads, quads[:, ::-1]))
    return total[:-1] / crossings[:-1, np.newaxis], np.concatenate(faces)


def show_surface(
    vertices: ArrayLike,
    faces: ArrayLike,
    ax: Axes3D | None = None,
    color: ColorType = "#56B4E9",
    spacing: float | Sequence[float] = (1, 1, 1),
) -> Axes3D:
    """Draw a mesh in three dimensions, shaded, at equal scale on all axes.

    Parameters
    ----------
    vertices : array_like of numbers, shape (n, 3)
        Corners of the mesh in voxels: (plane, row, column), up to 1e30 in magnitude.
    faces : array_like of int, shape (m, 3) or (m, 4)
        Triangles or quadrilaterals as indices into `vertices`, in the order that
        `surface_mesh` gives.
    ax : mpl_toolkits.mplot3d.axes3d.Axes3D, optional
        Where to draw; what is there stays. Default: a new figure.
    color : color, default sky blue
        Any colour that Matplotlib knows; ``("red", 0.3)`` is red of opacity 0.3.
    spacing : float or sequence of float, default (1, 1, 1)
        Distance from voxel to voxel along each axis, in one unit such as millimetres.
        Allowed is 1e-30 to 1e30, the largest up to 1000 times the smallest.

    Returns
    -------
    mpl_toolkits.mplot3d.axes3d.Axes3D
        The axes: x is the column, y the row, z the plane, times the spacing.

    Raises
    ------
    TypeError, ValueError
        If `vertices` or `faces` has another shape or is empty, a vertex is NaN or too
        large, a face is not of integers or points to no vertex, `ax` are no 3-D axes,
        `color` is unknown to Matplotlib, or a spacing is too small or too large.

    See Also
    --------
    surface_mesh : makes such a mesh from a volume.
    mpl_toolkits.mplot3d.axes3d.Axes3D.plot_trisurf : draws triangles in one call.

    Notes
    -----
    The brightness of a face follows from its direction, which its order of corners
    tells. Matplotlib draws whole faces from back to front, one collection after the
    other, so that of two meshes the one that should hide the other may not. Time grows
    with the number of faces.

    Elsewhere: ImageJ ``Plugins > 3D Viewer``.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from imgrecipes.display import show_surface
    >>> corners = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
    >>> faces = [[0, 2, 1], [0, 3, 2], [0, 1, 3], [1, 2, 3]]  # a tetrahedron
    >>> ax = show_surface(corners, faces, spacing=(2, 1, 1))
    >>> len(ax.collections), ax.get_zlabel()
    (1, 'plane')
    >>> plt.close(ax.figure)
    """
    points = check_image(vertices, "vertices", ndim=(2,))
    corners = check_image(faces, "faces", ndim=(2,))
    if points.shape[1] != 3 or corners.shape[1] not in {3, 4}:
        raise ValueError(
            f"vertices has shape {points.shape} and faces {corners.shape}; allowed are "
            "(n, 3), and (m, 3) or (m, 4)"
        )
    check_finite(points, "vertices", 1e30)
    if corners.dtype.kind not in "ui":
        raise TypeError(f"faces has dtype {corners.dtype}; allowed are integers")
    if corners.min() < 0 or corners.max() >= len(points):
        raise ValueError(
            f"faces points to the vertices {corners.min()} to {corners.max()}; there "
            f"are 0 to {len(points) - 1}"
        )
    try:
        rgba = to_rgba(color)
    except (TypeError, ValueError) as error:
        raise ValueError(f"color is {color!r}; {error}") from None
    if ax is not None:
        _check_axes_of(ax, Axes3D)
    # To swap plane and column mirrors the mesh, so the corners must turn back.
    places = (points * _check_voxel(spacing))[:, ::-1]
    if ax is None:
        figure = plt.figure(figsize=(6, 4.6), layout="none")
        # Matplotlib leaves room for a cube seen from every side; this uses it.
        place = (-0.05, 0.03, 1.04, 1.06)
        ax = figure.add_subplot(projection="3d", position=place)
    had_data = ax.has_data()
    ax.add_collection3d(
        Poly3DCollection(
            places[corners[:, ::-1]],
            facecolors=rgba,
            # A hair of an edge closes the seams between opaque faces.
            edgecolors=rgba,
            linewidths=0.4 if rgba[3] == 1 else 0,
            shade=True,
            # Over the shoulder of who looks at the axes from their default side.
            lightsource=LightSource(azdeg=150, altdeg=40),
        )
    )
    ax.auto_scale_xyz(*places.T, had_data=had_data)
    ax.set_aspect("equal")
    ax.locator_params(nbins=4)
    ax.set(xlabel="column", ylabel="row", zlabel="plane")
    return ax


def _limits(
    levels: NDArray[Any], vmin: float | None, vmax: float | None, name: str
) -> tuple[float, float]:
    finite = levels[np.isfinite(levels)]
    if finite.size == 0:
        raise ValueError(f"{name} holds no finite value; there is nothing to draw")
    check_finite(finite, name, _LARGEST)
    low, high = float(finite.min()), float(finite.max())
    low = low if vmin is None else check_number(vmin, "vmin", -_LARGEST, _LARGEST)
    high = high if vmax is None else check_number(vmax, "vmax", -_LARGEST, _LARGEST)
    if low > high:
        raise ValueError(f"vmin is {low} and vmax is {high}; vmin must not exceed vmax")
    return low, high


def _check_colors(image: NDArray[Any], vmin: float | None, vmax: float | None) -> None:
    if image.shape[-1] not in (3, 4):
        raise ValueError(
            f"image has shape {image.shape}; the last axis of a colour image must hold "
            "3 or 4 channels"
        )
    if vmin is not None or vmax is not None:
        raise ValueError("vmin and vmax are for grey images; image holds colours")
    if image.dtype != np.uint8 and image.dtype.kind != "f":
        raise TypeError(
            f"image has dtype {image.dtype}; colours are uint8 or floats from 0 to 1"
        )
    if image.dtype.kind == "f" and not ((image >= 0) & (image <= 1)).all():
        raise ValueError(
            f"image holds colours from {image.min()} to {image.max()}; floats must lie "
            "between 0 and 1"
        )


def _check_axes_of(ax: object, kind: type[Axes]) -> None:
    if not isinstance(ax, kind):
        raise TypeError(f"ax is {ax!r}; allowed is {kind.__module__}.{kind.__name__}")


def _wrap(text: str, letters: int) -> str:
    return "\n".join(textwrap.fill(line, max(letters, 1)) for line in text.split("\n"))


def _check_voxel(spacing: float | Sequence[float]) -> list[float]:
    step = [
        check_number(distance, "spacing", low=1e-30, high=1e30)
        for distance in per_axis(spacing, "spacing", 3)
    ]
    if max(step) > 1000 * min(step):
        raise ValueError(
            f"spacing is {spacing!r}; the largest may be 1000 times the smallest"
        )
    return step


def _add_axes(
    figure: Figure, left: float, top: float, width: float, height: float
) -> Axes:
    whole, high = figure.get_size_inches()
    place = (left / whole, 1 - (top + height) / high, width / whole, height / high)
    return figure.add_axes(place)
