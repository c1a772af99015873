"""How to draw floats, patches and distances."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from drawing import images


@st.composite
def alike(draw):
    """Floats, small ones or some blocks of rows of them, and how to average them."""
    image = draw(images(["f4", "f8"]))
    if draw(st.booleans()):
        random = np.random.default_rng(draw(st.integers(0, 2**32)))
        shape = draw(st.sampled_from([(250, 260), (70_000,), (90, 40, 30)]))
        image = random.random(shape).astype(image.dtype)
    sizes = [draw(st.sampled_from([1, 3, 7])) if n > 1 else 1 for n in image.shape]
    most = 3 if image.size < 1000 and image.ndim < 3 else 1
    distance = [min(draw(st.integers(0, most)), n - 1) for n in image.shape]
    return image, sizes, distance, draw(st.floats(0.5, 3)), draw(st.floats(0, 2))


ARGUMENTS = {"average_alike": alike()}
