"""Pixels at the places of an affine map, taken by their flat index.

Blocks of rows that fit the cache are worked through. A line of the output is a line of
the input, so that two corners tell which columns to compute at all.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._kernels.fast._blocks import fill_blocks
from imgrecipes._kernels.plain.rounding import float_type
from imgrecipes._kernels.plain.sampling import round_into

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def gather_pixels(
    image: NDArray[Any],
    out: NDArray[Any],
    matrix: NDArray[np.float64],
    origin: NDArray[np.float64],
    spline: tuple[int, str, float],
) -> None:
    """Fill `out` by the pixels, or the means of neighbours, that a matrix leads to."""
    order, _, cval = spline
    # Behind the last pixel, where its neighbours have weight 0, lies another one.
    padded = np.ascontiguousarray(np.pad(image, (0, 1), mode="edge"))
    pixels = padded.ravel()
    strides = np.array(padded.strides) // padded.itemsize
    rows = max(1, 2**15 * len(out) // out.size)
    # The blocks share their memory, as fresh memory costs more than the arithmetic.
    places = np.empty((3, rows * out[0].size))
    shares = np.empty((2 * image.ndim + 2, rows * out[0].size), float_type(image.dtype))
    taken = np.empty(rows * out[0].size, image.dtype)

    def fill(rows: NDArray[np.intp], new: NDArray[Any]) -> None:
        new[...] = cval
        window = _columns_inside(rows, new.shape, image.shape, matrix, origin)
        new = new[..., window]
        steps = [rows, *map(np.arange, out.shape[1:])]
        grid = np.ix_(*steps[:-1], steps[-1][window])
        place, whole, index, *weights, values = (
            part[: new.size].reshape(new.shape) for part in (*places, *shares, taken)
        )
        inside: Any = True
        for axis, length in enumerate(image.shape):
            # Summed in the order of ndimage, so that rounding errors are the same.
            start: Any = origin[axis]
            for factor, step in zip(matrix[axis, :-1], grid[:-1], strict=True):
                start = start + factor * step
            np.add(start, matrix[axis, -1] * grid[-1], out=place)
            np.clip(place, 0, length - 1, out=whole)
            inside = inside & (whole == place)
            if order == 0:
                np.floor(np.add(whole, 0.5, out=whole), out=whole)
            else:
                np.floor(whole, out=place)
                whole -= place
                np.subtract(1, whole, out=weights[2 * axis], casting="same_kind")
                np.subtract(1, weights[2 * axis], out=weights[2 * axis + 1])
                whole, place = place, whole
            if axis == 0:
                np.multiply(whole, strides[axis], out=index)
            else:
                index += np.multiply(whole, strides[axis], out=whole)
        corner = index.astype(np.int32 if pixels.size < 2**31 else np.intp)
        if order == 0:
            np.copyto(
                new, np.take(pixels, corner, out=values, mode="clip"), where=inside
            )
        else:
            sums = _mean_of_neighbours(pixels, corner, strides, weights, values)
            round_into(sums, new, where=inside)

    every_row = np.arange(len(out))
    fill_blocks(fill, every_row, out, block_bytes=rows * every_row.itemsize)


def _mean_of_neighbours(
    pixels: NDArray[Any],
    index: NDArray[np.intp],
    strides: NDArray[np.intp],
    weights: Sequence[NDArray[Any]],
    values: NDArray[Any],
) -> NDArray[Any]:
    """Return the sums of 2 pixels along each axis, from `index` on, with weights."""
    *sides, term, sums = weights
    for corner in itertools.product((0, 1), repeat=len(strides)):
        np.take(pixels[np.dot(corner, strides) :], index, out=values, mode="clip")
        target = term if any(corner) else sums
        np.multiply(values, sides[corner[0]], out=target)
        for axis in range(1, len(strides)):
            target *= sides[2 * axis + corner[axis]]
        if target is term:
            sums += term
    return sums


def _columns_inside(
    rows: NDArray[np.intp],
    shape: tuple[int, ...],
    source_shape: tuple[int, ...],
    matrix: NDArray[np.float64],
    origin: NDArray[np.float64],
) -> slice:
    """Return a range of the last axis that holds all whose place is in the image."""
    low, high = 0.0, float(shape[-1])
    corners = np.array([rows[[0, -1]], *([0, n - 1] for n in shape[1:])]).T
    for row, start, length in zip(matrix, origin, source_shape, strict=True):
        ends = np.sort(row * corners, axis=0)[:, :-1].sum(axis=1) + start
        if abs(row[-1]) > 1e-6 and len(shape) > 1:
            edges = np.divide([0 - ends, length - 1 - ends], row[-1])
            low, high = max(low, edges.min() - 1), min(high, edges.max() + 2)
    return slice(int(low), int(max(low, high)))
