"""How to draw images and maps for interpolation."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from drawing import INTEGERS, MODES, any_images

DTYPES = [*INTEGERS, "f4", "f8"]


@st.composite
def sources(draw):
    """An image, lengths of the new axes, and order, border and level beyond it.

    Integers have 16 bits: beyond, rounding errors of places move values across halves.
    """
    image = draw(any_images(dtypes=DTYPES))
    image = image.view(np.uint8) if image.dtype == bool else image
    image = image.astype("f8") if image.dtype == np.float16 else image
    if image.dtype.kind in "ui" and image.itemsize > 2:
        image = image >> (8 * image.itemsize - 16)
    ndim = draw(st.integers(1, image.ndim))
    level = float(draw(st.integers(0, 3)))
    spline = draw(st.integers(0, 5)), draw(st.sampled_from(MODES)), level
    return image, ndim, spline


@st.composite
def affine_maps(draw):
    """An image, a matrix near the identity, an offset and the rest."""
    image, ndim, spline = draw(sources())
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    matrix = np.eye(ndim) + random.uniform(-0.3, 0.3, (ndim, ndim))
    shape = [n + draw(st.integers(0, 3)) for n in image.shape[:ndim]]
    return image, matrix, random.uniform(-2, 2, ndim), shape, spline


@st.composite
def axis_maps(draw):
    """An image, ratios and starts of its axes: shifts, new lengths or any."""
    image, ndim, (order, mode, level) = draw(sources())
    old = image.shape[:ndim]
    # Order 0 jumps at halves of a pixel, where rounding errors of places decide.
    order = max(order, 1)
    kind = draw(st.sampled_from(["shift", "resize"]))
    if kind == "shift":
        places = st.sampled_from([0.0, 0.5, 0.3, -1.25, 2.0, -0.7])
        moved = [(1.0, draw(places)) for _ in old]
        return image, moved, old, (order, mode, level), False
    shape = [max(1, n * draw(st.sampled_from([1, 2, 3, 5])) // 3) for n in old]
    ratios = np.divide(old, shape).tolist()
    places = [(ratio, (ratio - 1) / 2) for ratio in ratios]
    spline = order, "reflect", 0.0
    return image, places, shape, spline, draw(st.booleans())


ARGUMENTS = {"sample_affine": affine_maps(), "sample_axes": axis_maps()}
