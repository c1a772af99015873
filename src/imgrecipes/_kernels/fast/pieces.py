"""Connected components and labels by runs, stretches of a row of one label.

Runs of neighbouring rows touch if each starts before the other one stops; the
components of the mask are those of the graph of runs [1]_. A size is the sum of the
lengths of runs, and a number is written once for each run. This pays where there are
few runs; textured and small masks go pixel by pixel.

References
----------
.. [1] A. Rosenfeld and J. L. Pfaltz, "Sequential operations in digital picture
   processing", Journal of the ACM 13(4), 1966, pp. 471-494.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from imgrecipes._kernels.fast._runs import (
    connect_runs,
    find_runs,
    has_few_runs,
    paint_runs,
)
from imgrecipes._kernels.plain.pieces import keep_touched as keep_touched_plain
from imgrecipes._kernels.plain.pieces import label_pieces as label_pieces_plain
from imgrecipes._kernels.plain.pieces import replace_labels as replace_labels_plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def label_pieces(mask: NDArray[np.bool_], connectivity: int) -> NDArray[np.int32]:
    """Label by runs if the mask has fewer than one for about 40 pixels, 24 voxels."""
    if not has_few_runs(mask):
        return label_pieces_plain(mask, connectivity)
    start, stop = find_runs(mask)
    region = connect_runs(start, stop, mask.shape, connectivity)
    return paint_runs(start, stop, region + 1, mask.shape)


def keep_touched(
    mask: NDArray[np.bool_], marker: NDArray[np.bool_], connectivity: int
) -> NDArray[np.bool_]:
    """Connect and keep whole runs, where `label_pieces` does so."""
    if not has_few_runs(mask):
        return keep_touched_plain(mask, marker, connectivity)
    start, stop = find_runs(mask)
    region = connect_runs(start, stop, mask.shape, connectivity)
    # Each run, and the stretch between it and the next one.
    edges = np.stack([start, stop], axis=-1).ravel()[:-1]
    inside = marker.ravel()[: stop.max(initial=0)]
    touched = np.logical_or.reduceat(inside, edges)[::2]
    kept = np.bincount(region, touched) > 0
    return paint_runs(start, stop, kept[region], mask.shape)


def replace_labels(
    labels: NDArray[Any], replace: Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]
) -> NDArray[Any]:
    """Replace the numbers of runs; in noise, those of pixels, but without sorting."""
    if labels.size < 400:
        return replace_labels_plain(labels, replace)
    start, stop = find_runs(labels)
    if len(start) > labels.size // 16:
        numbers, which = _distinct(labels.ravel())
        table = replace(numbers, np.bincount(which)).astype(labels.dtype)
        return table[which].reshape(labels.shape)
    numbers, which = _distinct(labels.ravel()[start])
    table = replace(numbers, np.bincount(which, stop - start)).astype(labels.dtype)
    return paint_runs(start, stop, table[which], labels.shape)


def _distinct(numbers: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the distinct numbers in order, and for each entry which of them it is."""
    if numbers.size == 0 or numbers.max() > 4 * numbers.size:
        values, which = np.unique(numbers, return_inverse=True)
        return values, which.reshape(-1)
    # Counting is far faster than sorting, as long as the numbers are not too large.
    index = numbers.astype(np.intp)
    occurs = np.bincount(index) > 0
    values = np.flatnonzero(occurs).astype(numbers.dtype)
    return values, index if occurs.all() else (np.cumsum(occurs) - 1)[index]
