"""Look at an image: grey levels, comparisons, volumes, surfaces."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.font_manager import FontProperties

from imgrecipes._checks import check_image, check_integer, check_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray


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
        Grey levels of any dtype; NaN is left blank. Or colours, red, green, blue and
        perhaps opacity: uint8, or floats from 0 to 1.
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
        dtype or range; if `vmin` exceeds `vmax`, or either comes with colours.

    See Also
    --------
    matplotlib.pyplot.imshow : the call beneath; it stretches every grey image.
    skimage.io.imshow : the same aim, deprecated in scikit-image.
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
    low = high = None
    if array.ndim == 3:
        _check_colors(array, vmin, vmax)
    else:
        whole = {"bool": [0, 1], "uint8": [0, 255]}.get(array.dtype.name, array)
        low, high = _limits(np.asarray(whole), vmin, vmax)
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
        Title and image, in the order of drawing. A title may have several lines, such
        as a name and a number; one too long for its image is wrapped.
    vmin, vmax : float, optional
        Grey levels that are drawn black and white in every image. Default: the
        smallest and the largest finite value of all the images.
    columns : int, default 2
        Number of images side by side.
    width : float, default 6
        Width of the figure in inches. Its height follows from the images.

    Returns
    -------
    matplotlib.figure.Figure
        The figure. ``figure.axes`` holds the axes in the order of `images`.

    Raises
    ------
    TypeError, ValueError
        If `images` is not a mapping or is empty, an image is not 2-D, none has a finite
        value, `columns` is not an integer of at least 1, `width` is below 1, or `vmin`
        exceeds `vmax`.

    See Also
    --------
    show_image : one image, with limits that follow from its dtype.
    skimage.util.montage : joins images of one shape into one array.
    cv2.hconcat : joins images of one height.

    Notes
    -----
    All images are drawn equally wide; a row of the figure is as high as its highest
    image, up to twice the width. On one scale, equal greys mean equal values, so that
    what differs between two pictures differs between their arrays.

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
    width = check_number(width, "width", low=1)
    low, high = _limits(np.concatenate([a.ravel() for a in arrays]), vmin, vmax)
    gap = 0.12
    cell = (width - gap * (columns - 1)) / columns
    points = FontProperties(size=plt.rcParams["axes.titlesize"]).get_size_in_points()
    # A letter is a bit more than half as wide as it is high.
    titles = [_wrap(title, int(cell * 72 / (0.56 * points))) for title in images]
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
        ax = figure.add_axes(
            (
                column * (cell + gap) / width,
                1 - (top + pictures[row]) / height,
                cell / width,
                pictures[row] / height,
            )
        )
        ax.set_anchor("N")
        show_image(array, ax, low, high)
        ax.set_title(title, fontsize=points, pad=4, linespacing=1.15)
    return figure


def _limits(
    levels: NDArray[Any], vmin: float | None, vmax: float | None
) -> tuple[float, float]:
    finite = levels[np.isfinite(levels)]
    if finite.size == 0:
        raise ValueError("image holds no finite value; there is nothing to draw")
    low = float(finite.min()) if vmin is None else check_number(vmin, "vmin")
    high = float(finite.max()) if vmax is None else check_number(vmax, "vmax")
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


def _wrap(text: str, letters: int) -> str:
    return "\n".join(textwrap.fill(line, max(letters, 1)) for line in text.split("\n"))
