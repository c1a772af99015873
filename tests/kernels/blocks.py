"""How to draw the arguments of the kernels of blocks."""

import numpy as np
from hypothesis import strategies as st

from drawing import any_images


def double(rows, out):
    np.add(rows, rows, out=out)


def sum_pairs(rows, out):
    """Add neighbouring rows: the image has a row more than the result."""
    np.add(rows[:-1], rows[1:], out=out)


ARGUMENTS = {
    "fill_by_rows": st.one_of(
        any_images(dtypes=("u1", "f4", "f8")).map(
            lambda image: (double, image, np.empty_like(image))
        ),
        any_images(dtypes=("u1", "i8", "f8")).map(
            lambda image: (
                sum_pairs,
                np.concatenate([image, image[-1:]]),
                np.empty_like(image),
            )
        ),
    )
}
