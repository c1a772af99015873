"""How to draw labels and images to measure: sums of whole numbers are exact."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from drawing import FLOATS, INTEGERS
from kernels.pieces import labels


@st.composite
def measured(draw):
    """Labels, an image with many equal values, and the numbers and sizes of regions."""
    names = draw(labels().filter(lambda names: names.ndim < 4))
    dtype = np.dtype(draw(st.sampled_from(["?", *INTEGERS, *FLOATS])))
    low = 0 if dtype.kind in "bu" else -9
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    image = random.integers(low, draw(st.sampled_from([1, 90])), names.shape)
    numbers, sizes = np.unique(names[names > 0], return_counts=True)
    return names, image.astype(dtype), numbers, sizes


ARGUMENTS = {
    "measure_places": measured().map(lambda drawn: drawn[:1]),
    "measure_values": measured(),
}
