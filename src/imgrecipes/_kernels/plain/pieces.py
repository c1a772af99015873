"""Connected components of a mask, and the labels of regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def label_pieces(mask: NDArray[np.bool_], connectivity: int) -> NDArray[np.int32]:
    """Label the connected components of a mask from 1 in reading order."""
    neighbors = ndimage.generate_binary_structure(mask.ndim, connectivity)
    labels: NDArray[np.int32] = np.empty(mask.shape, np.int32)
    ndimage.label(mask, neighbors, output=labels)
    return labels


def keep_touched(
    mask: NDArray[np.bool_], marker: NDArray[np.bool_], connectivity: int
) -> NDArray[np.bool_]:
    """Return the connected components of a mask that hold a pixel of the marker."""
    neighbors = ndimage.generate_binary_structure(mask.ndim, connectivity)
    labels, count = ndimage.label(mask, neighbors)
    kept = np.zeros(count + 1, bool)
    kept[labels[marker & mask]] = True
    return kept[labels]


def replace_labels(
    labels: NDArray[Any], replace: Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]
) -> NDArray[Any]:
    """Replace the numbers that occur by ``replace(numbers, sizes)``; 0 must stay 0."""
    numbers, which, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    table = replace(numbers, sizes).astype(labels.dtype)
    return table[which].reshape(labels.shape)
