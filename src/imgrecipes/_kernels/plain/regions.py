"""Measures of labelled regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def measure_places(labels: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Return the label, size, centroid and bounding box of each region."""
    places = np.nonzero(labels)
    numbers, region = np.unique(labels[places], return_inverse=True)
    size = np.bincount(region)
    # The pixels of each region, one region after the other.
    grouped = np.stack(places)[:, np.argsort(region, kind="stable")]
    first = np.cumsum(size) - size
    return {
        "label": numbers,
        "size": size,
        "centroid": np.stack([np.bincount(region, x) / size for x in places], axis=-1),
        "start": np.minimum.reduceat(grouped, first, axis=1).T,
        "stop": np.maximum.reduceat(grouped, first, axis=1).T + 1,
    }


def measure_values(
    labels: NDArray[Any],
    image: NDArray[Any],
    numbers: NDArray[Any],
    size: NDArray[np.intp],
) -> dict[str, NDArray[Any]]:
    """Return the statistics of the values of each region, and its first maximum."""
    places = np.nonzero(labels)
    region, levels = np.searchsorted(numbers, labels[places]), image[places]
    values = levels.astype(np.float64)
    total = np.bincount(region, values)
    mean = total / size
    center = np.stack([np.bincount(region, values * x) for x in places], axis=-1)
    # By region, then by value; from the back, so that the first of equals comes last.
    order = len(region) - 1 - np.lexsort((levels[::-1], region[::-1]))
    lowest, highest = order[np.cumsum(size) - size], order[np.cumsum(size) - 1]
    return {
        "mean": mean,
        "std": np.sqrt(np.bincount(region, (values - mean[region]) ** 2) / size),
        "min": levels[lowest],
        "max": levels[highest],
        "center_of_mass": center / np.where(total == 0, np.nan, total)[:, np.newaxis],
        "peak": np.stack([x[highest] for x in places], axis=-1),
    }
