"""How to draw images and gradients."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from drawing import MODES, any_images


@st.composite
def gradients(draw):
    """Gradients of small and large images, of noise or of few levels, and a limit."""
    image = draw(any_images(dtypes=("u1", "f8"), ndim=(1, 3)))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    gradient = random.normal(size=(image.ndim, *image.shape))
    if draw(st.booleans()):
        gradient = np.rint(gradient)
    if draw(st.booleans()):
        gradient = np.asfortranarray(gradient)
    return gradient, draw(st.sampled_from([0.0, 0.7, 5.0]))


ARGUMENTS = {
    "sobel": st.tuples(any_images(), st.sampled_from(MODES)),
    "keep_crests": gradients(),
}
