"""How to draw images and weights for sums along the axes."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from drawing import MODES, any_images


@st.composite
def filters(draw):
    """An image and weights for each axis, random so that no sum of integers is a half.

    Integers have 16 bits, so that rounding of the sums hardly ever decides.
    """
    image = draw(any_images())
    if image.dtype.kind in "ui" and image.dtype.itemsize > 2:
        image = image >> (8 * image.dtype.itemsize - 16)
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    weights = []
    for _ in range(image.ndim):
        some = random.random(draw(st.sampled_from([1, 3, 9, 25]))) + 0.1
        weights.append(some / some.sum())
    return image, weights


ARGUMENTS = {
    "weighted_sums": st.tuples(
        filters(), st.sampled_from(MODES), st.floats(-3, 3, width=16)
    ).map(lambda drawn: (*drawn[0], *drawn[1:])),
    "add_removed": st.tuples(
        filters(), st.floats(0.1, 3), st.sampled_from(MODES[:4])
    ).map(lambda drawn: (*drawn[0], *drawn[1:])),
}
