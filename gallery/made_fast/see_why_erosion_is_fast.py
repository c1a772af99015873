"""
See why erosion is fast
=======================

An erosion asks each pixel for the lowest value under a footprint. A disk of radius 20
holds 1257 pixels, yet :func:`imgrecipes.morphology.erode` takes 55 steps for it. Here
are its three ideas, one after the other: windows that double, an image that is one
line in memory, and eight pixels of a mask in a byte.
"""

# %%
# The plain way
# -------------
# Move the image by each offset of the footprint, and keep the lowest value. Pixels
# beyond the border must never win, so they get the largest value there is.

from timeit import timeit

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.morphology import erode, structuring_element
from imgrecipes.samples import face

image = face(gray=True)
rows, columns = image.shape


def erode_plainly(image: np.ndarray, footprint: np.ndarray) -> np.ndarray:
    rows, columns = image.shape
    padded = np.pad(image, len(footprint) // 2, constant_values=255)
    result = np.full_like(image, 255)
    for row, column in np.argwhere(footprint):
        moved = padded[row : row + rows, column : column + columns]
        np.minimum(result, moved, out=result)
    return result


square = np.ones((31, 31), dtype=bool)
plain = erode_plainly(image, square)
np.testing.assert_array_equal(plain, erode(image, square))
print(f"The plain way compares {square.sum() - 1} times for each pixel")

# %%
# A window that doubles
# ---------------------
# The minimum of 2 pixels and that of the next 2 make the minimum of 4, two of those
# that of 8. The last windows may overlap: a pixel that is seen twice does no harm to a
# minimum. So a window of 31 pixels takes 5 steps.


def double(line: np.ndarray, length: int, ahead: int = 1) -> tuple[np.ndarray, int]:
    reach, steps = 1, 0
    while reach < length:
        more = min(reach, length - reach)
        line = np.minimum(line[: -more * ahead], line[more * ahead :])
        reach, steps = reach + more, steps + 1
    return line, steps


fig, ax = plt.subplots(figsize=(6, 3.6))
for step, reach in enumerate([1, 2, 4, 8, 16], start=1):
    more = min(reach, 31 - reach)
    ax.barh(step - 0.2, reach, 0.36, color="#0072B2")
    ax.barh(step + 0.2, reach, 0.36, more, color="#E69F00")
ax.set(xlabel="pixels of the window", ylabel="step", xlim=(0, 31))
ax.invert_yaxis()
# Alt: Five steps from top to bottom. In each, a blue bar and an orange bar of the same
# length, moved to the right by that length, make a window twice as wide: 2, 4, 8 and 16
# pixels. In the last step the bars overlap by one pixel and make 31.
plt.show()

# %%
# An image is one line
# --------------------
# In memory, the pixel to the right is 1 ahead and the pixel below is one row ahead. So
# the same function takes the rows and the columns of a square, with slices of one long
# line. The padding keeps one row from running into the next.

padded = np.pad(image, 15, constant_values=255)
ahead = padded.shape[1]
line, first = double(padded.ravel(), 31, ahead)
line, second = double(line, 31)
line = np.append(line, np.zeros(rows * ahead - line.size, line.dtype))
np.testing.assert_array_equal(line.reshape(rows, ahead)[:, :columns], plain)
print(f"Doubling compares {first + second} times instead of {square.sum() - 1}")
assert first + second == 10

# %%
# A disk is a stack of runs
# -------------------------
# A disk has no sides to take one after the other. But each of its rows is a run, and
# runs grow out of each other: a window of 13 pixels takes one more step to become one
# of 17, and 2 more pixels are one step as well. Then each row costs one comparison.

disk = structuring_element("disk", 20)
lengths = disk.sum(axis=1)
steps, reach = len(lengths) - 1, 1
for length in np.unique(lengths):
    while reach < length:
        reach, steps = min(2 * reach, length), steps + 1
print(f"{len(lengths)} rows, {np.unique(lengths).size} lengths, {steps} comparisons")
assert (disk.sum(), steps) == (1257, 55)

fig, ax = plt.subplots(figsize=(6, 5))
shown = ax.imshow(np.where(disk, lengths[:, np.newaxis], np.nan), cmap="viridis")
fig.colorbar(shown, label="length of the run")
ax.set_axis_off()
# Alt: A disk of 41 rows. The color tells the length of each row: 1 pixel at the top and
# the bottom, 13 next to it, growing to 41 in the middle.
plt.show()

# %%
# Eight pixels in a byte
# ----------------------
# The pixels of a mask need one bit each. Packed, the image is an eighth as long, and
# "and" takes the minimum of eight pixels at once. To move by less than a byte, move
# the bits within each, and carry in those that leave the next one.

mask = image > 100
packed = np.packbits(mask, axis=-1, bitorder="little")
moved = packed >> 3
moved[:, :-1] |= packed[:, 1:] << 5
unpacked = np.unpackbits(moved, axis=-1, bitorder="little").view(bool)
np.testing.assert_array_equal(unpacked[:, :-3], mask[:, 3:])
print(f"{mask.nbytes} bytes as booleans, {packed.nbytes} packed")
assert 8 * packed.nbytes == mask.nbytes

# %%
# What it brings
# --------------
# The recipe and SciPy's plain call give the same. The best of three rounds by turns:

small = structuring_element("disk", 5)
pairs = {
    "erosion of a photograph, disk of radius 5": (
        lambda: erode(image, small),
        lambda: ndimage.grey_erosion(image, footprint=small, mode="constant", cval=255),
    ),
    "erosion of a mask, disk of radius 20": (
        lambda: erode(mask, disk),
        lambda: ndimage.binary_erosion(mask, disk, border_value=1),
    ),
}
assert all(np.array_equal(recipe(), call()) for recipe, call in pairs.values())

# %%

# Timing: run this cell to measure on your machine.
for name, (recipe, call) in pairs.items():
    times = [(timeit(recipe, number=1), timeit(call, number=1)) for _ in range(3)]
    ours, theirs = np.min(times, axis=0) * 1000
    print(f"{name}: {ours:.2f} ms against {theirs:.1f} ms, {theirs / ours:.0f} times")

# %%
# Use SciPy's plain call to reflect the border, or for a footprint with heights.
#
# .. seealso::
#    Erosions at work: :ref:`sphx_glr_gallery_morphology_erode_and_dilate.py`.
