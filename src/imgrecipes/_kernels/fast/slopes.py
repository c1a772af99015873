"""Gradients and crests, block by block of rows that stay in the cache.

Sobel's weights need no multiplication: g[i - 1] + 2 g[i] + g[i + 1] is the sum of two
sums of neighbours, and the components share what they have in common. Integers of 8 and
16 bits are added as integers of twice the size. Crests need no coordinates: the signs
of the gradient tell the neighbours, and quotients of its components their weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._kernels.fast._blocks import fill_blocks
from imgrecipes._kernels.plain.slopes import sobel as sobel_plain

if TYPE_CHECKING:
    from numpy.typing import NDArray


def sobel(image: NDArray[Any], mode: str = "reflect") -> NDArray[np.float64]:
    """Add neighbours along each axis, in narrow integers where these are exact."""
    if image.size < 2000:
        return sobel_plain(image, mode)
    # What NumPy calls these borders; next to the edge, 'reflect' repeats it.
    border: Any = {"reflect": "edge", "nearest": "edge", "mirror": "reflect"}
    padded = np.pad(image, 1, border.get(mode, mode))
    exact: Any = np.float64
    if image.dtype.kind in "bui" and image.dtype.itemsize < 4:
        exact = np.int16 if image.dtype.itemsize == 1 else np.int32

    def fill(rows: NDArray[Any], out: NDArray[np.float64]) -> None:
        smooth = rows.astype(exact, order="C")
        slopes: list[NDArray[Any]] = []
        for axis in range(image.ndim):
            whole = (slice(None),) * axis
            slopes = [_add_neighbors(_add_neighbors(one, axis), axis) for one in slopes]
            slopes.append(
                smooth[(*whole, slice(2, None))] - smooth[(*whole, slice(-2))]
            )
            if axis < image.ndim - 1:
                smooth = _add_neighbors(_add_neighbors(smooth, axis), axis)
        for axis, slope in enumerate(slopes):
            np.multiply(slope, 2.0 / 4**image.ndim, out=out[:, axis])

    gradient = np.empty((image.ndim, *image.shape))
    block_bytes = 2**18 * image.itemsize // np.dtype(exact).itemsize
    fill_blocks(fill, padded, np.moveaxis(gradient, 0, 1), block_bytes)
    return gradient


def keep_crests(gradient: NDArray[np.float64], limit: float) -> NDArray[np.float64]:
    """Compare only the pixels above the limit, by their places in the flat array."""
    squares: NDArray[np.float64] = np.multiply(gradient[0], gradient[0], order="C")
    for slope in gradient[1:]:
        squares += slope * slope
    padded = np.pad(np.sqrt(squares, out=squares), 1, "reflect")
    crests = squares
    rows = max(1, 2**18 // padded[0].nbytes)
    for start in range(0, len(crests), rows):
        stop = start + rows
        block = padded[start : stop + 2]
        _fill_crests(block, gradient[:, start:stop], limit, crests[start:stop])
    return crests


def _fill_crests(
    magnitude: NDArray[np.float64],
    slopes: NDArray[np.float64],
    limit: float,
    out: NDArray[np.float64],
) -> None:
    """Set what is above the limit and not a crest to 0 in `out`."""
    inner = (slice(1, -1),) * out.ndim
    wanted = np.zeros(magnitude.shape, bool)
    wanted[inner] = out > limit
    levels, place = magnitude.reshape(-1), np.flatnonzero(wanted)
    here, index = levels.take(place), np.flatnonzero(wanted[inner])
    uphill = np.array([line.reshape(-1).take(index) for line in slopes])
    strides = np.array(magnitude.strides)[:, np.newaxis] // magnitude.itemsize
    steps = np.copysign(strides, uphill).astype(np.intp)
    share = np.abs(uphill, out=uphill)
    for i in range(1, len(share)):
        # The steepest axis comes first: along it, a whole step is made.
        first = np.where(share[i] > share[0], steps[i], steps[0])
        steps[0], steps[i] = first, steps[i] + (steps[0] - first)
        less = np.minimum(share[0], share[i])
        share[0], share[i] = np.maximum(share[0], share[i]), less
    # The weight of each neighbour uphill, and the way to it.
    corners: list[tuple[Any, Any]] = [(1.0, steps[0])]
    for one, step in zip(share[1:] / share[0], steps[1:], strict=True):
        near = [(weight * (1 - one), way) for weight, way in corners]
        corners = near + [(weight * one, way + step) for weight, way in corners]
    ahead, behind = np.zeros((2, len(place)))
    for weight, way in corners:
        ahead += weight * (here - levels.take(place + way))
        behind += weight * (here - levels.take(place - way))
    slack = 1e-10 * here
    here *= (ahead > slack) & (behind >= -slack)
    out.reshape(-1)[index] = here


def _add_neighbors(array: NDArray[Any], axis: int) -> NDArray[Any]:
    """Return the sum of each pixel and the next along `axis`."""
    whole = (slice(None),) * axis
    total: NDArray[Any] = array[(*whole, slice(-1))] + array[(*whole, slice(1, None))]
    return total
