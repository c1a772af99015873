"""How to draw images, windows of odd sides and ranks."""

from __future__ import annotations

import math

from hypothesis import strategies as st

from drawing import any_images


@st.composite
def ranks(draw):
    """An image, the sides of a window, and a rank, often one of the ends."""
    image = draw(any_images())
    most = 30 if image.size < 1000 else 7 if image.ndim < 4 else 3
    sides = st.integers(0, most // 2).map(lambda half: 2 * half + 1)
    sizes = [draw(sides) if axis < 2 else 1 for axis in range(image.ndim)]
    sizes = draw(st.permutations(sizes))
    last = math.prod(sizes) - 1
    return (
        image,
        sizes,
        draw(st.sampled_from([0, last // 2, last]) | st.integers(0, last)),
    )


ARGUMENTS = {"rank_in_window": ranks()}
