"""How to draw images and windows of odd sides for means."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from drawing import MODES, any_images, large_images


@st.composite
def windows(draw):
    """An image, odd sides, a border mode and a level beyond the border.

    That level is whole, so that means of integers never lie halfway between two; and
    integers of 64 bits have 32, as floats do not hold the sums of more.
    """
    image = draw(any_images() | large_images(sides=(500, 600)))
    if image.dtype.kind in "ui" and image.dtype.itemsize == 8:
        image = image >> 32
    sides = st.sampled_from([1, 3, 5, 11, 27])
    sizes = [draw(sides if length > 1 else st.just(1)) for length in image.shape]
    if np.prod(sizes) > 3000:
        sizes = [min(side, 3) for side in sizes]
    return image, sizes, draw(st.sampled_from(MODES)), float(draw(st.integers(-3, 3)))


ARGUMENTS = {"mean_in_window": windows()}
