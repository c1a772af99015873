"""
See why Sobel's filter is fast
==============================

Sobel's filter weighs six of nine neighbours, for each of two directions. Yet
:func:`imgrecipes.features.sobel_gradient` never multiplies by a weight, adds in small
integers, and takes what both directions share only once. We build it step by step, find
the same numbers at each of them, and count.
"""

# %%
# As the definition says
# ----------------------
# Two tables of weights, turned by 90 degrees. Each is laid on each pixel: six products
# and five sums, twice.

import timeit

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.features import sobel_gradient
from imgrecipes.samples import face

image = face(gray=True)
weights = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])


def by_tables(image: np.ndarray) -> np.ndarray:
    levels = image.astype(np.float64)
    return np.stack([ndimage.correlate(levels, w) / 8 for w in (weights, weights.T)])


truth = by_tables(image)
plain = 2 * (np.count_nonzero(weights) + np.count_nonzero(weights) - 1)
print(f"{plain} operations for each pixel")

# %%
# Sums of sums
# ------------
# The weights 1, 2, 1 are those of a sum of two sums of neighbours:
# :math:`(a + b) + (b + c)`. So three simple steps make each component: one difference
# across, and the sum of each pixel and the next one, twice. The image gets a frame of
# one pixel first, which repeats its edge.

count = {"operations": 0}


def add(one: np.ndarray, other: np.ndarray, sign: int = 1) -> np.ndarray:
    count["operations"] += one.size
    return one + other if sign > 0 else one - other


def by_sums(levels: np.ndarray) -> list[np.ndarray]:
    down = [add(levels[2:], levels[:-2], -1)]
    right = [add(levels[:-1], levels[1:])]
    right.append(add(right[-1][:-1], right[-1][1:]))
    for _ in range(2):
        down.append(add(down[-1][:, :-1], down[-1][:, 1:]))
    right.append(add(right[-1][:, 2:], right[-1][:, :-2], -1))
    return [*down, *right]


framed = np.pad(image, 1, "edge")
steps = by_sums(framed.astype(np.float64))
assert np.array_equal(truth, np.stack([steps[2], steps[5]]) / 8)

each = count["operations"] / image.size
print(f"{each:.2f} operations for each pixel instead of {plain}")
assert 6 <= each < 6.02

# %%
# What a step has gathered so far is seen if the image is a single 1: its picture,
# turned by half, is the table of weights.

point = np.zeros((7, 7), int)
point[3, 3] = 1
titles = ["a difference", *["sum of two", "sum of sums"] * 2, "a difference"]
fig, axes = plt.subplots(2, 3, figsize=(6, 4.4))
for ax, title, table in zip(axes.flat, titles, by_sums(point), strict=True):
    rows, columns = (np.unique(place) for place in np.nonzero(np.flip(table)))
    part = np.flip(table)[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    ax.imshow(part, cmap="RdBu", vmin=-3, vmax=3)
    for (i, j), weight in np.ndenumerate(part):
        ax.text(j, i, f"{weight}", ha="center", va="center")
    middle, center = (np.array(part.shape) - 1) / 2
    ax.set(xlim=(center - 1.5, center + 1.5), ylim=(middle + 1.5, middle - 1.5))
    ax.set_title(title)
    ax.set_axis_off()
# Alt: Tables of weights, negative in red and positive in blue. Above, a column of -1, 0
# and 1 is doubled, then grows to three columns with the weights 1, 2, 1. Below, two
# ones grow to a column 1, 2, 1, then to columns of -1, -2, -1 and 1, 2, 1.
plt.show()

assert np.array_equal(np.flip(by_sums(point)[2])[1:4, 1:4], weights)

# %%
# Small integers
# --------------
# A processor adds whole registers at once: with 32 bytes in each, 4 numbers of
# ``float64``, but 16 of ``int16``. Of an image of ``uint8`` no sum leaves what 16 bits
# hold, so that no digit is lost; the division by 8 comes last, and is exact in floats.

largest = 255 * weights[2].sum()
print(f"sums from -{largest} to {largest}; int16 holds up to 32767")
small = by_sums(framed.astype(np.int16))
assert np.array_equal(truth, np.stack([small[2], small[5]]) / 8)

# %%
# Block by block
# --------------
# A step over the whole image writes megabytes, which leave the processor's cache before
# the next step reads them again. So all steps are done for some rows, then for the next
# ones. A block needs one row more on both sides.


def by_blocks(image: np.ndarray, rows: int = 128) -> np.ndarray:
    framed, out = np.pad(image, 1, "edge"), np.empty((2, *image.shape))
    for start in range(0, len(image), rows):
        steps = by_sums(framed[start : start + rows + 2].astype(np.int16))
        np.divide(steps[2], 8, out=out[0, start : start + rows])
        np.divide(steps[5], 8, out=out[1, start : start + rows])
    return out


assert np.array_equal(truth, by_blocks(image))
assert np.array_equal(truth, sobel_gradient(image))

# %%
# What it gains
# -------------
# The fastest of some rounds, by turns. :func:`scipy.ndimage.sobel` knows that a table
# is a product of two lines, but weighs pixel by pixel, in ``float64``.

# Timing: run this cell to measure on your machine.
floats = image.astype(np.float64)
calls = {
    "tables of weights": lambda: by_tables(image),
    "scipy.ndimage.sobel": lambda: [ndimage.sobel(floats, axis) for axis in (0, 1)],
    "sums of float64": lambda: by_sums(framed.astype(np.float64)),
    "sums of int16": lambda: by_sums(framed.astype(np.int16)),
    "sums in blocks, divided": lambda: by_blocks(image),
    "the recipe": lambda: sobel_gradient(image),
}
rounds = [[timeit.timeit(c, number=1) for c in calls.values()] for _ in range(7)]
fastest = dict(zip(calls, 1000 * np.min(rounds, axis=0), strict=True))
for name, milliseconds in fastest.items():
    print(f"{name:24} {milliseconds:6.2f} ms")
print(
    f"{fastest['scipy.ndimage.sobel'] / fastest['the recipe']:.1f} times SciPy's speed"
)

# %%
# The recipe does the same for volumes and for floats. Those are added as ``float64``,
# which takes longer; an image of ``uint8`` is best left as it is.
#
# .. seealso::
#    What the gradient tells: :ref:`sphx_glr_gallery_features_measure_the_gradient.py`.
#    What is made of it: :ref:`sphx_glr_gallery_features_find_edges.py`.
