"""Images for property tests: small ones of any shape, large ones of random pixels."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

MODES = ["reflect", "mirror", "nearest", "wrap", "constant"]
INTEGERS = ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8"]
FLOATS = ["f2", "f4", "f8"]


def images(dtypes=("?", *INTEGERS, *FLOATS), *, ndim=(1, 4), side=9, size=3.0):
    """Small images of any dtype: all values of narrow integers, floats up to `size`."""

    def elements(dtype):
        if dtype.kind == "f":
            return st.floats(-size, size, width=8 * dtype.itemsize)
        return None

    shapes = hnp.array_shapes(min_dims=ndim[0], max_dims=ndim[1], max_side=side)
    return st.sampled_from(dtypes).flatmap(
        lambda dtype: hnp.arrays(dtype, shapes, elements=elements(np.dtype(dtype)))
    )


@st.composite
def large_images(draw, dtypes=("?", *INTEGERS, *FLOATS), sides=(90, 190)):
    """Images beyond the size where fast kernels take their own way, of random pixels.

    Hypothesis draws the seed, not each pixel: smooth, with few levels, or noise.
    """
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    shape = draw(
        st.sampled_from([(sides[1] * 60,), sides, (sides[1], 7, 30), (3, 70, 9, 11)])
    )
    noise = random.random(shape)
    kind = draw(st.sampled_from(["noise", "smooth", "few levels"]))
    if kind == "smooth":
        waves = sum(np.sin(grid / 9) for grid in np.indices(shape, sparse=True))
        noise = (waves - waves.min()) / np.ptp(waves)
    elif kind == "few levels":
        noise = np.floor(noise * 4) / 4
    dtype = np.dtype(draw(st.sampled_from(dtypes)))
    if dtype.kind == "f":
        return (noise * 4 - 2).astype(dtype)
    if dtype.kind == "b":
        return noise > 0.5
    limits = np.iinfo(dtype)
    low, high = max(limits.min, -(2**40)), min(limits.max, 2**40)
    return (low + np.rint(noise * (high - low))).astype(dtype)


def any_images(**options):
    """Small and large images."""
    dtypes = [options["dtypes"]] if "dtypes" in options else []
    return st.one_of(images(**options), large_images(*dtypes))
