"""How to draw the terms of a sum over the axes, and a limit."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st


@st.composite
def terms(draw):
    """Squared distances along each axis of a small or a large grid."""
    shape = draw(
        st.lists(st.integers(1, 9), min_size=1, max_size=4)
        | st.sampled_from([(9000,), (130, 97), (300, 700), (30, 20, 40)])
    )
    center = draw(st.floats(-5, 50))
    return [((np.arange(length) - center) / 7) ** 2 for length in shape]


ARGUMENTS = {"sum_at_most": st.tuples(terms(), st.floats(0, 50))}
