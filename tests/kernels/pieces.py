"""How to draw masks and labels, smooth ones with few runs and noise."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

# The last axis of one pixel, a single row, and sizes on both sides of 2 ** 17.
LARGE = [
    (200_000,),
    (400, 500),
    (300, 400),
    (140_000, 1),
    (40, 60, 70),
    (5, 30, 40, 30),
]
LABELS = ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8"]


@st.composite
def large_masks(draw):
    """Masks with few runs or many."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    noise = random.random(draw(st.sampled_from(LARGE)))
    smooth = ndimage.uniform_filter(noise, draw(st.sampled_from([1, 3, 25])))
    mask = smooth > np.quantile(smooth, draw(st.sampled_from([0.1, 0.5, 0.8, 1])))
    return np.asfortranarray(mask) if draw(st.booleans()) else mask


@st.composite
def masks_and_connectivities(draw, marked=False):
    """A mask, a marker if it is asked for, and a connectivity."""
    shapes = hnp.array_shapes(min_dims=1, max_dims=4, max_side=9)
    mask = draw(hnp.arrays(bool, shapes) | large_masks())
    arguments = [mask, draw(st.integers(1, mask.ndim))]
    if marked:
        random = np.random.default_rng(draw(st.integers(0, 2**32)))
        share = draw(st.sampled_from([0, 0.001, 0.3, 1]))
        arguments.insert(1, random.random(mask.shape) < share)
    return tuple(arguments)


@st.composite
def labels(draw):
    """Labels of any integers, with gaps, up to the largest of the dtype."""
    dtype = np.dtype(draw(st.sampled_from(LABELS)))
    shapes = hnp.array_shapes(min_dims=1, max_dims=4, max_side=9)
    largest = draw(st.sampled_from([3, 100, np.iinfo(dtype).max]))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    names = random.integers(0, largest, 60, dtype, endpoint=True)
    if draw(st.booleans()):
        return names[random.integers(0, 60, draw(shapes))]
    pieces, count = ndimage.label(draw(large_masks()))
    table = names[random.integers(0, 60, count + 1)]
    table[0] = draw(st.sampled_from([0, table[0]]))
    return table[pieces]


def keep_large(numbers, sizes):
    """Remove what has few pixels."""
    return np.where(sizes >= 20, numbers, 0)


def rank(numbers, sizes):
    """Number what is there."""
    del sizes
    return np.cumsum(numbers > 0)


ARGUMENTS = {
    "label_pieces": masks_and_connectivities(),
    "keep_touched": masks_and_connectivities(marked=True),
    "replace_labels": st.tuples(labels(), st.sampled_from([keep_large, rank])),
}
