"""How to draw images, windows of odd sides and noise."""

from __future__ import annotations

from hypothesis import strategies as st

from drawing import images, large_images


@st.composite
def noisy_images(draw):
    """Floats, as rounding decides about halves of integers; some of 150 000 pixels."""
    floats = ["f4", "f8"]
    large = large_images(floats, (390, 400))
    image = draw(images(floats) | large)
    sizes = [draw(st.sampled_from([1, 3, 5])) if n > 1 else 1 for n in image.shape]
    return image, sizes, 2.0, draw(st.sampled_from([None, 0.1, 0.5]))


ARGUMENTS = {"shrink_to_mean": noisy_images()}
