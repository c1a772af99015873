"""How to draw images, bins, percentages and weights of channels."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from drawing import FLOATS, INTEGERS, any_images, images, large_images


@st.composite
def colors(draw):
    """An image of three channels, and a weight for each."""
    image = draw(any_images(dtypes=("?", *INTEGERS, *FLOATS)))
    weights = draw(hnp.arrays(np.float64, 3, elements=st.floats(-2, 2)))
    third = image if image.dtype.kind == "b" else image // 2
    return np.stack([image, image[::-1], third], axis=-1), weights


def narrow(image):
    """Integers that span few enough levels for a bin each."""
    if image.dtype.kind in "ui" and image.dtype.itemsize > 2:
        image = image // 2 ** (8 * image.dtype.itemsize - 12)
    return image


@st.composite
def binned(draw):
    """An image, and edges from its smallest to its largest level."""
    image = draw(any_images())
    low, high = float(image.min()), float(image.max())
    if low == high:
        low, high = low - 0.5 - abs(low) / 4, high + 0.5 + abs(high) / 4
    return image, np.linspace(low, high, draw(st.integers(1, 300)) + 1)


def squares(levels):
    """A function of the level alone."""
    return np.rint(levels.astype(np.float64) ** 2 / 3).clip(0, 100).astype(levels.dtype)


DTYPES = ("?", *INTEGERS)
PERCENTAGES = st.lists(st.floats(0, 100), min_size=1, max_size=3) | st.just([0, 100])
ARGUMENTS = {
    "mix_channels": colors(),
    "count_levels": st.tuples(
        images(dtypes=DTYPES)
        | large_images(dtypes=DTYPES)
        | large_images(dtypes=("u1",), sides=(520, 530))
    ).map(lambda drawn: (narrow(drawn[0]),)),
    "count_in_bins": binned(),
    "percentiles": st.tuples(any_images(dtypes=(*INTEGERS, *FLOATS)), PERCENTAGES),
    "map_levels": st.tuples(
        st.just(squares),
        any_images() | large_images(dtypes=("u2", "i2"), sides=(300, 310)),
    ),
}
