"""How to draw symmetric matrices."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

SHAPES = [(1,), (7,), (20_000,), (1, 9), (130, 150), (9, 1, 8), (20, 30, 40)]


@st.composite
def matrices(draw):
    """Symmetric matrices of random numbers, of whole numbers, or diagonal ones."""
    shape, n = draw(st.sampled_from(SHAPES)), draw(st.integers(1, 4))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    half = random.normal(size=(n, n, *shape))
    kind = draw(st.sampled_from(["random", "whole", "diagonal", "zero"]))
    if kind == "whole":
        half = np.rint(half)
    elif kind == "diagonal":
        half *= np.eye(n).reshape(n, n, *[1] * len(shape))
    elif kind == "zero":
        half *= 0
    return (half + half.swapaxes(0, 1),)


ARGUMENTS = {"eigenvalues": matrices()}
