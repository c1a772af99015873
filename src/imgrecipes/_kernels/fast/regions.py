"""Measures of regions by runs, in blocks that fit the cache and take little memory.

A run is a stretch of a row of one label. Its size and its middle follow from its ends,
and ``ufunc.reduceat`` adds up its values; then the runs of a region are added up. The
flattened image is taken in blocks of 32768 pixels, in which 16 bits hold the place of
an end, so that the result of the only search for the ends can be kept even in noise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

BLOCK = 2**15


def measure_places(labels: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Add up the lengths and the places of runs."""
    flat = np.ascontiguousarray(labels).reshape(-1)
    edges = _find_edges(flat, labels.shape[-1])
    numbers = _find_numbers(flat, edges)
    shape = labels.ndim, len(numbers)
    size, centroid = np.zeros(len(numbers), np.intp), np.zeros(shape)
    low, high = np.full(shape, labels.size, np.intp), np.zeros(shape, np.intp)
    for block, start, stop, region in _runs_by_blocks(flat, edges, numbers):
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
    flat = np.ascontiguousarray(labels).reshape(-1)
    levels = np.ascontiguousarray(image).reshape(-1)
    edges = _find_edges(flat, labels.shape[-1])
    peak, variance = np.zeros(len(numbers), np.intp), np.zeros(len(numbers))
    mean = np.zeros(len(numbers))
    low, high = (np.full(len(numbers), end) for end in (levels.max(), levels.min()))
    moments = np.zeros((labels.ndim, len(numbers)))
    # New arrays of this size take longer than the arithmetic.
    columns, buffer = (
        np.arange(0.0, min(BLOCK, flat.size)),
        np.empty(min(BLOCK, flat.size)),
    )
    for block, start, stop, region in _runs_by_blocks(flat, edges, numbers):
        part = levels[block : block + BLOCK]
        np.minimum.at(low, region, _over_runs(np.minimum, part, start, stop))
        tops = _over_runs(np.maximum, part, start, stop)
        np.maximum.at(high, region, tops)
        # Of repeated indices the last one counts. As the blocks come from last to
        # first, so must the runs.
        runs = np.flatnonzero(tops == high[region])[::-1]
        peak[region[runs]] = block + _find_tops(part, tops, start, stop, runs)
        weights = part.astype(np.float64, copy=False)
        sums = _over_runs(np.add, weights, start, stop)
        _add(mean, region, sums)
        weights = np.multiply(weights, columns[: part.size], out=buffer[: part.size])
        within = _over_runs(np.add, weights, start, stop) - sums * start
        for axis, first in enumerate(np.unravel_index(block + start, labels.shape)):
            rest = within if axis == labels.ndim - 1 else 0
            _add(moments[axis], region, sums * first + rest)
    moments /= np.where(mean == 0, np.nan, mean)
    mean /= size
    for block, start, stop, region in _runs_by_blocks(flat, edges, numbers):
        part, squares = levels[block : block + stop[-1]], buffer[: stop[-1]]
        np.subtract(part, _paint(start, stop, mean[region]), out=squares)
        np.multiply(squares, squares, out=squares)
        _add(variance, region, _over_runs(np.add, squares, start, stop))
    variance /= size
    return {
        "mean": mean,
        "std": np.sqrt(variance, out=variance),
        "min": low,
        "max": high,
        "center_of_mass": moments.T,
        "peak": _unravel(peak, labels.shape),
    }


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


def _runs_by_blocks(
    flat: NDArray[Any], edges: list[NDArray[np.uint16]], numbers: NDArray[Any]
) -> Iterator[tuple[int, NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]]:
    """Yield where blocks begin, the last one first, and the runs of each.

    A run has its start and its stop in the block, and the index of its label among the
    numbers.
    """
    for number in reversed(range(len(edges))):
        part = flat[number * BLOCK : (number + 1) * BLOCK]
        ends = np.append(edges[number].astype(np.intp), part.size)
        names = part[ends[:-1]]
        inside = np.flatnonzero(names)
        if inside.size:
            region = _find_index(numbers, names[inside])
            yield number * BLOCK, ends[inside], ends[inside + 1], region


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
    start: NDArray[np.intp],
    stop: NDArray[np.intp],
) -> NDArray[Any]:
    """Return the sum of each run, or whatever the function makes of its values."""
    # Each run, and the stretch between it and the next one.
    bounds = np.stack([start, stop], axis=-1).reshape(-1)[:-1]
    result: NDArray[Any] = ufunc.reduceat(values[: stop[-1]], bounds)[::2]
    return result


def _find_tops(
    values: NDArray[Any],
    tops: NDArray[Any],
    start: NDArray[np.intp],
    stop: NDArray[np.intp],
    runs: NDArray[np.intp],
) -> NDArray[np.intp]:
    """Return the first place in each of some runs where it has its largest value."""
    first, length = start[runs], (stop - start)[runs]
    which = np.repeat(np.arange(len(runs)), length)
    before = np.cumsum(length) - length
    places = np.arange(len(which)) + np.repeat(first - before, length)
    hits = np.flatnonzero(values[places] == np.repeat(tops[runs], length))[::-1]
    first[which[hits]] = places[hits]
    return first


def _unravel(places: NDArray[np.intp], shape: tuple[int, ...]) -> NDArray[np.intp]:
    """Return the coordinates of places, which are overwritten to save memory."""
    coordinates = np.empty((len(shape), len(places)), np.intp)
    for length, column in zip(shape[::-1], coordinates[::-1], strict=True):
        np.divmod(places, length, out=(places, column))
    return coordinates.T


def _paint(
    start: NDArray[np.intp], stop: NDArray[np.intp], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return a line with a value in each run and 0 before it, up to the last stop."""
    levels = np.zeros(2 * len(start))
    levels[1::2] = values
    ends = np.stack([start, stop], axis=-1).reshape(-1)
    return np.repeat(levels, np.diff(ends, prepend=0))
