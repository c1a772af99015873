"""How to draw floats, weights and steps."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from drawing import images


@st.composite
def noisy_images(draw):
    """Floats, small ones or some blocks of rows of them."""
    image = draw(images(["f4", "f8"]))
    if draw(st.booleans()):
        random = np.random.default_rng(draw(st.integers(0, 2**32)))
        shape = draw(st.sampled_from([(250, 260), (70_000,), (90, 40, 30)]))
        image = random.random(shape).astype(image.dtype)
    distance, steps = draw(st.sampled_from([0.0, 0.05])), draw(st.sampled_from([1, 23]))
    return image, draw(st.floats(0.1, 3)), distance, steps


ARGUMENTS = {"least_variation": noisy_images()}
