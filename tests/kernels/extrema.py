"""How to draw images and footprints of as many axes or fewer."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from drawing import any_images


@st.composite
def large_masks(draw):
    """Masks that are packed, eight pixels to a byte, of widths that fill no byte."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    shapes = [(140_001,), (301, 444), (300, 150, 3), (20, 30, 16, 15), (2**17, 1)]
    noise = random.random(draw(st.sampled_from(shapes)))
    return noise < draw(st.sampled_from([0.01, 0.5, 0.99]))


@st.composite
def probed(draw):
    """An image and a footprint that has a pixel and may be larger than the image."""
    image = draw(any_images() | large_masks())
    shapes = hnp.array_shapes(min_dims=1, max_dims=image.ndim, max_side=6)
    shape = draw(shapes)
    if draw(st.booleans()):
        return image, np.ones(shape, bool)
    return image, draw(hnp.arrays(bool, shape).filter(np.any))


ARGUMENTS = {
    "lowest_under": probed(),
    "highest_under": probed(),
    "opened_under": probed(),
    "closed_under": probed(),
}
