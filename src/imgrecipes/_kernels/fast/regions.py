"""Measures of regions by runs, in blocks that fit the cache and take little memory.

A run is a stretch of a row of one label. Its size and its middle follow from its ends,
and ``ufunc.reduceat`` adds up its values; then the runs of a region are added up. The
ends are searched for once, in blocks of the flattened image in which 16 bits hold the
place of an end, so that they can be kept even in noise. As many blocks are measured
together as have few runs and need little memory compared with the image.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._kernels.plain.regions import measure_places as measure_places_plain
from imgrecipes._kernels.plain.regions import measure_values as measure_values_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

BLOCK = 2**15


def measure_places(labels: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Add up the lengths and the places of runs."""
    if labels.size < 900:
        return measure_places_plain(labels)
    flat = np.ascontiguousarray(labels).reshape(-1)
    edges = _find_edges(flat, labels.shape[-1])
    numbers = _find_numbers(flat, edges)
    shape = labels.ndim, len(numbers)
    size, centroid = np.zeros(len(numbers), np.intp), np.zeros(shape)
    low, high = np.full(shape, labels.size, np.intp), np.zeros(shape, np.intp)
    together = _count_together(edges, flat.size)
    for block, ends, region in _runs_by_blocks(flat, edges, numbers, together):
        start, stop = ends.T
        length = stop - start
        _add(size, region, length)
        for axis, first in enumerate(np.unravel_index(block + start, labels.shape)):
            last, middle = first, first.astype(np.float64)
            if axis == labels.ndim - 1:
                last, middle = first + (length - 1), middle + (length - 1) / 2
            _add(centroid[axis], region, length * middle)
            np.minimum.at(low[axis], region, first)
            np.maximum.at(high[axis], region, last + 1)
    centroid /= size
    return {
        "label": numbers,
        "size": size,
        "centroid": centroid.T,
        "start": low.T,
        "stop": high.T,
    }


def measure_values(
    labels: NDArray[Any],
    image: NDArray[Any],
    numbers: NDArray[Any],
    size: NDArray[np.intp],
) -> dict[str, NDArray[Any]]:
    """Add up the values of runs, and in a second round the squares of deviations."""
    if labels.size < 2**13:
        return measure_values_plain(labels, image, numbers, size)
    flat = np.ascontiguousarray(labels).reshape(-1)
    levels = np.ascontiguousarray(image).reshape(-1)
    edges = _find_edges(flat, labels.shape[-1])
    peak, mean = np.zeros(len(numbers), np.intp), np.zeros(len(numbers))
    low, high = (np.full(len(numbers), end) for end in (levels.max(), levels.min()))
    moments = np.zeros((labels.ndim, len(numbers)))
    # Kept for the second round, a run takes 24 bytes; of those measured together, a
    # pixel takes some 32.
    few_runs = 24 * sum(map(len, edges)) <= levels.nbytes
    together = _count_together(edges, min(max(levels.nbytes // 12, 2**16), 2**18))
    pixels = min(together * BLOCK, flat.size)
    # New arrays of this size take longer than the arithmetic.
    columns, buffer = np.arange(0.0, pixels), np.empty(pixels)
    blocks: Iterable[Any] = _runs_by_blocks(flat, edges, numbers, together)
    if few_runs:
        blocks = list(blocks)
    for block, ends, region in blocks:
        part = levels[block : block + pixels]
        np.minimum.at(low, region, _over_runs(np.minimum, part, ends))
        tops = _over_runs(np.maximum, part, ends)
        np.maximum.at(high, region, tops)
        # Of repeated indices the last one counts. As the blocks come from last to
        # first, so must the runs.
        runs = np.flatnonzero(tops == high[region])[::-1]
        peak[region[runs]] = block + _find_tops(part, tops, ends, runs)
        weights = part.astype(np.float64, copy=False)
        sums = _over_runs(np.add, weights, ends)
        _add(mean, region, sums)
        weights = np.multiply(weights, columns[: part.size], out=buffer[: part.size])
        within = _over_runs(np.add, weights, ends) - sums * ends[:, 0]
        for axis, first in enumerate(
            np.unravel_index(block + ends[:, 0], labels.shape)
        ):
            rest = within if axis == labels.ndim - 1 else 0
            _add(moments[axis], region, sums * first + rest)
    del columns, buffer
    moments /= np.where(mean == 0, np.nan, mean)
    mean /= size
    if not few_runs:
        blocks = _runs_by_blocks(flat, edges, numbers, together)
    return {
        "mean": mean,
        "std": _deviations(levels, blocks, mean, size),
        "min": low,
        "max": high,
        "center_of_mass": moments.T,
        "peak": _unravel(peak, labels.shape),
    }


def _deviations(
    levels: NDArray[Any],
    blocks: Iterable[Any],
    mean: NDArray[np.float64],
    size: NDArray[np.intp],
) -> NDArray[np.float64]:
    """Return the standard deviation of each region."""
    variance = np.zeros(len(mean))
    for block, ends, region in blocks:
        squares = _paint_blocks(ends, mean[region])
        np.subtract(levels[block : block + squares.size], squares, out=squares)
        np.multiply(squares, squares, out=squares)
        _add(variance, region, _over_runs(np.add, squares, ends))
    variance /= size
    return np.sqrt(variance, out=variance)


def _find_edges(flat: NDArray[Any], width: int) -> list[NDArray[np.uint16]]:
    """Return for each block where a row begins or another label."""
    found = []
    for begin in range(0, flat.size, BLOCK):
        part = flat[begin : begin + BLOCK]
        new = np.ones(part.size, bool)
        np.not_equal(part[1:], part[:-1], out=new[1:])
        new[-begin % width :: width] = True
        found.append(np.flatnonzero(new).astype(np.uint16))
    return found


def _find_numbers(flat: NDArray[Any], edges: list[NDArray[np.uint16]]) -> NDArray[Any]:
    """Return the distinct labels above 0, in order."""
    most = int(flat.max())
    if most > flat.size:
        numbers = np.unique(flat)
        return numbers[numbers > 0]
    occurs = np.zeros(most + 1, bool)
    for number, places in enumerate(edges):
        occurs[flat[number * BLOCK :][places].astype(np.intp)] = True
    return (np.flatnonzero(occurs[1:]) + 1).astype(flat.dtype)


def _count_together(edges: list[NDArray[np.uint16]], pixels: int) -> int:
    """Return how many blocks to measure together, of no more pixels than this."""
    by_runs = BLOCK // 2 * len(edges) // sum(map(len, edges))
    return max(1, min(by_runs, pixels // BLOCK, len(edges)))


def _runs_by_blocks(
    flat: NDArray[Any],
    edges: list[NDArray[np.uint16]],
    numbers: NDArray[Any],
    together: int,
) -> Iterator[tuple[int, NDArray[np.intp], NDArray[np.intp]]]:
    """Yield where some blocks begin, the last ones first, and the runs of these.

    A run has its start and its stop from there on, as the two columns of an array, and
    the index of its label among the numbers.
    """
    for first in reversed(range(0, len(edges), together)):
        part = flat[first * BLOCK : (first + together) * BLOCK]
        ends = np.concatenate(
            [
                places.astype(np.intp) + number * BLOCK
                for number, places in enumerate(edges[first : first + together])
            ]
            + [[part.size]]
        )
        names = part[ends[:-1]]
        inside = np.flatnonzero(names)
        if inside.size:
            ends = np.stack([ends[inside], ends[inside + 1]], axis=-1)
            yield first * BLOCK, ends, _find_index(numbers, names[inside])


def _find_index(numbers: NDArray[Any], names: NDArray[Any]) -> NDArray[np.intp]:
    """Return where each label stands among the numbers, which are in order."""
    if numbers[-1] == len(numbers):
        return names.astype(np.intp) - 1
    return np.searchsorted(numbers, names)


def _add(column: NDArray[Any], region: NDArray[np.intp], values: NDArray[Any]) -> None:
    """Add each value to the entry of its region."""
    low, high = int(region.min()), int(region.max()) + 1
    if high - low > 2 * region.size:
        np.add.at(column, region, values.astype(column.dtype, copy=False))
    else:  # for regions close together, counting is faster
        sums = np.bincount(region - low, values)
        column[low:high] += sums.astype(column.dtype, copy=False)


def _over_runs(
    ufunc: np.ufunc,
    values: NDArray[Any],
    ends: NDArray[np.intp],
) -> NDArray[Any]:
    """Return the sum of each run, or whatever the function makes of its values."""
    # Each run, and the stretch between it and the next one.
    bounds = ends.reshape(-1)
    result: NDArray[Any] = ufunc.reduceat(values[: bounds[-1]], bounds[:-1])[::2]
    return result


def _find_tops(
    values: NDArray[Any],
    tops: NDArray[Any],
    ends: NDArray[np.intp],
    runs: NDArray[np.intp],
) -> NDArray[np.intp]:
    """Return the first place in each of some runs where it has its largest value."""
    first, stop = ends[runs].T
    length = stop - first
    which = np.repeat(np.arange(len(runs)), length)
    before = np.cumsum(length) - length
    places = np.arange(len(which)) + np.repeat(first - before, length)
    hits = np.flatnonzero(values[places] == np.repeat(tops[runs], length))[::-1]
    found: NDArray[np.intp] = np.empty(len(runs), np.intp)
    found[which[hits]] = places[hits]
    return found


def _unravel(places: NDArray[np.intp], shape: tuple[int, ...]) -> NDArray[np.intp]:
    """Return the coordinates of places, which are overwritten to save memory."""
    coordinates = np.empty((len(shape), len(places)), np.intp)
    for length, column in zip(shape[::-1], coordinates[::-1], strict=True):
        np.divmod(places, length, out=(places, column))
    return coordinates.T


def _paint_blocks(
    ends: NDArray[np.intp], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return a line with a value in each run and 0 before it, up to the last stop."""
    levels = np.zeros(2 * len(ends))
    levels[1::2] = values
    return np.repeat(levels, np.diff(ends.reshape(-1), prepend=0))
