"""How to draw two images of one shape."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from drawing import any_images, large_images


@st.composite
def pairs(draw):
    """An image, and its pixels in another order and maybe of another dtype."""
    one = draw(any_images() | large_images(sides=(500, 600)))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    other = random.permutation(one.ravel()).reshape(one.shape)
    dtype = draw(st.sampled_from([one.dtype, "u1", "i8", "f4", "f8"]))
    return one, other.clip(0, 100).astype(dtype) if dtype != one.dtype else other


@st.composite
def extreme_pairs(draw):
    """Images of float32 whose squares vanish or overflow there."""
    power = draw(st.sampled_from([-80, -70, 70, 90]))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    noise = random.random((2, 520, 530)).astype(np.float32)
    one, other = noise * np.float32(2.0**power)
    return one, other


ARGUMENTS = {"sum_of_squares": pairs() | extreme_pairs()}
