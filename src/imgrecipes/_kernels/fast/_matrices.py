"""Interpolation along one axis as a product with a band matrix.

Blur, coefficients of the spline and interpolation are one matrix for each axis. 16 of
its rows at a time span few pixels and are multiplied by BLAS. With t pixels in each
sum (``order + 1``; some 60 more for the coefficients of a spline, less for float32; and
8 sigma for the blur), an axis of n pixels that become m takes about ``t + 16 n / m``
products a pixel.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from imgrecipes._kernels.fast._blocks import fill_blocks
from imgrecipes._kernels.plain.sampling import round_into

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def band_matrix(
    pixel: NDArray[Any],
    fraction: NDArray[np.float64] | float,
    order: int,
    kind: np.dtype[Any],
    sigma: float = 0,
) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Return the matrix that interpolates at ascending places, in blocks of 16 rows.

    A place is a fraction from 0 to 1 behind a pixel. Block `k` stands for the pixels
    from `starts[k]` on, also beyond the border.
    """
    # Splines of even order are centred between two pixels.
    behind = np.broadcast_to(fraction + (0 if order % 2 else 0.5), pixel.shape)
    first = pixel - order // 2 + (behind >= 1)
    part = (behind - (behind >= 1))[:, np.newaxis]
    weights = np.ones((len(pixel), 1))
    for degree in range(1, order + 1):
        tap = np.arange(degree + 1)
        left, right = (np.pad(weights, ((0, 0), one)) for one in ((1, 0), (0, 1)))
        weights = ((part + degree - tap) * left + (1 + tap - part) * right) / degree
    kernel = np.ones(1)
    if order > 1:
        # Pixels farther away hardly count: by 1e-8 for float32, 1e-16 for float64.
        reach = (4 * order + 3) * kind.itemsize // 4
        impulse: Any = np.arange(-reach, reach + 1) == 0
        spline_order: Any = order
        kernel = ndimage.spline_filter1d(impulse, spline_order)
    if sigma > 0:
        reach = int(4 * sigma + 0.5)
        blur = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
        kernel = np.convolve(kernel, blur / blur.sum())
    taps = np.zeros((len(pixel), order + len(kernel)))
    for number, weight in enumerate(weights.T):
        taps[:, number : number + len(kernel)] += np.outer(weight, kernel)
    start = first.astype(np.intp) - len(kernel) // 2
    starts = start[::16]
    block, row = np.divmod(np.arange(len(pixel))[:, np.newaxis], 16)
    column = (start - starts[block[:, 0]])[:, np.newaxis] + np.arange(taps.shape[1])
    matrices = np.zeros((len(starts), 16, column.max() + 1), kind)
    matrices[block, row, column] = taps
    return starts, matrices


def sample_by_matrices(
    image: NDArray[Any],
    out: NDArray[Any],
    bands: Sequence[tuple[NDArray[np.intp], NDArray[Any]] | None],
    mode: str,
    slack: float,
) -> None:
    """Fill `out` by the products of the image and a band matrix along each axis."""
    kind = next(band[1].dtype for band in bands if band is not None)

    def fill(rows: NDArray[np.intp], new: NDArray[Any]) -> None:
        window: slice | NDArray[np.intp] = slice(rows[0], rows[-1] + 1)
        if bands[0] is not None:
            starts, matrices = (
                part[rows[0] // 16 : rows[-1] // 16 + 1] for part in bands[0]
            )
            window = _pixels_between(
                starts[0], starts[-1] + matrices.shape[2], len(image), mode
            )
        block = np.ascontiguousarray(image[window], kind)
        for axis in reversed(range(1, image.ndim)):
            band = bands[axis]
            if band is not None:
                sums = np.empty((*block.shape[:axis], *out.shape[axis:]), kind)
                block = _multiply_along(band, block, axis, mode, sums)
        if bands[0] is not None:
            direct = new.flags.c_contiguous and new.dtype == kind
            sums = new if direct else np.empty(new.shape, kind)
            block = _multiply_along(
                (starts - starts[0], matrices), block, 0, mode, sums
            )
        if block is not new:
            fill_blocks(lambda sums, part: round_into(sums, part, slack), block, new)

    rows = 16 * max(1, int(2**16 * len(out) / max(image.size, out.size)))
    every_row = np.arange(len(out))
    fill_blocks(fill, every_row, out, block_bytes=rows * every_row.itemsize)


def _pixels_between(
    start: int, stop: int, length: int, mode: str
) -> slice | NDArray[np.intp]:
    """Return what takes the pixels from `start` to `stop`, also beyond the border."""
    if start >= 0 and stop <= length:
        return slice(start, stop)
    return _index_within(np.arange(start, stop), length, mode)


def _multiply_along(
    band: tuple[NDArray[np.intp], NDArray[Any]],
    block: NDArray[Any],
    axis: int,
    mode: str,
    out: NDArray[Any],
) -> NDArray[Any]:
    """Fill `out` by the block times a matrix along an axis, 16 rows at a time."""
    starts, matrices = band
    old, new = (
        array.reshape(math.prod(out.shape[:axis]), array.shape[axis], -1)
        for array in (block, out)
    )
    last = axis == out.ndim - 1
    if last:
        # Matrix products are fastest with both factors row by row.
        matrices = np.ascontiguousarray(matrices.transpose(0, 2, 1))
    # Larger products BLAS would share out to threads, which takes longer than to do.
    step = max(1, 2**18 // matrices[0].size)
    for number, first in enumerate(starts.tolist()):
        window = _pixels_between(first, first + band[1].shape[2], old.shape[1], mode)
        part = new[:, 16 * number : 16 * number + 16]
        used = slice(part.shape[1])
        matrix = matrices[number, :, used] if last else matrices[number, used]
        for start in range(0, old.shape[0 if last else 2], step):
            some = slice(start, start + step)
            if last:
                np.matmul(old[some, window, 0], matrix, out=part[some, :, 0])
            else:
                np.matmul(matrix, old[:, window, some], out=part[..., some])
    return out


def _index_within(index: NDArray[np.intp], length: int, mode: str) -> NDArray[np.intp]:
    """Return the index of the pixel that a border mode shows for any index."""
    if mode == "grid-wrap":
        return index % length
    if mode == "reflect":
        return np.minimum(index % (2 * length), -(index + 1) % (2 * length))
    if mode == "nearest":
        return np.clip(index, 0, length - 1)
    period = max(2 * length - 2, 1)
    return np.minimum(index % period, -index % period)
