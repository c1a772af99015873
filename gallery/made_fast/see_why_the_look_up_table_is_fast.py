"""
See why the look-up table is fast
=================================

An image of ``uint8`` has many pixels, but at most 256 grey levels. Whatever depends on
the level of a pixel alone need be computed only 256 times, and is then looked up. This
is how :func:`imgrecipes.pixels.stretch_contrast` works, and
:func:`imgrecipes.pixels.histogram` has a table as well, for two pixels at a time.
"""

# %%
# The plain version
# -----------------
# Stretch the contrast by the formula, pixel by pixel: from the levels that 2 per cent
# of the pixels do not reach and 2 per cent exceed, to black and white. All is computed
# in float64, in arrays that take eight times the memory of the image.

from timeit import timeit

import matplotlib.pyplot as plt
import numpy as np

from imgrecipes.pixels import histogram, stretch_contrast
from imgrecipes.samples import face

image = face(gray=True)


def stretch(levels: np.ndarray, low: float, high: float) -> np.ndarray:
    unit = np.clip((levels - low) / (high - low), 0, 1)
    return np.rint(255 * unit).astype(np.uint8)


low, high = np.percentile(image, [2, 98]).tolist()
plain = stretch(image, low, high)
assert np.array_equal(plain, stretch_contrast(image, dark=2, bright=2))

# %%
# The table
# ---------
# The same function, of the numbers 0 to 255. Then each pixel is an index into its
# result: NumPy's indexing is the look-up.

table = stretch(np.arange(256), low, high)
assert np.array_equal(table[image], plain)

saved = image.size // table.size
print(f"{image.size} pixels, {table.size} levels: the formula {saved} times less often")
assert saved == 3072

counts, levels = histogram(image)
fig, (above, below) = plt.subplots(2, sharex=True, figsize=(6, 4.4))
above.plot(table)
above.set_ylabel("level after")
below.bar(levels, counts / 1000, width=1)
below.set_xlabel("level before")
below.set_ylabel("1000 pixels")
# Alt: Two diagrams above each other, over the level before, from 0 to 255. Above, the
# table: a line that stays at 0, rises straight from level 12 to level 212, and stays at
# 255. Below, the histogram of the face, which lies for the most part below that rise.
plt.show()

# %%
# Percentiles from the histogram
# ------------------------------
# Even the two percentiles come from 256 numbers: the counts, added up, tell how many
# pixels lie at a level or below. Nothing has to be sorted.

ends = np.cumsum(counts)
share = [np.searchsorted(ends, p * image.size / 100) for p in (2, 98)]
print("levels by sorting:", [low, high], "by counting:", levels[share].tolist())
assert levels[share].tolist() == [low, high]

# %%
# Count two pixels at once
# ------------------------
# Counting goes pixel by pixel, and is slow for that: each count has to wait for the one
# before. But two neighbours of 8 bits are, in memory, one number of 16 bits. So count
# half as many numbers, in a table of :math:`256 \times 256`, and add up its rows and
# its columns.

pairs = np.bincount(image.ravel().view(np.uint16), minlength=2**16).reshape(256, 256)
halves = pairs.sum(axis=0) + pairs.sum(axis=1)
assert np.array_equal(halves[int(levels[0]) : int(levels[-1]) + 1], counts)
assert 2 * pairs.sum() == image.size

fig, ax = plt.subplots(figsize=(6, 5))
ax.imshow(np.log1p(pairs), cmap="gray", origin="lower")
ax.set_xlabel("level of one pixel")
ax.set_ylabel("level of its neighbour")
# Alt: A black square, 256 levels wide and high, with a bright band along its diagonal,
# widest in the middle: most pixels have a neighbour of about the same level.
plt.show()

# %%
# The picture of the table shows a property of images that was not asked for: neighbours
# are alike.
#
# Is it fast?
# -----------
# All ways take turns, and the best of nine rounds counts.

# Timing: run this cell to measure on your machine.
calls = {
    "formula for each pixel": lambda: stretch(image, low, high),
    "table[image]": lambda: stretch(np.arange(256), low, high)[image],
    "np.percentile": lambda: np.percentile(image, [2, 98]),
    "stretch_contrast, with percentiles": lambda: stretch_contrast(image, 2, 2),
    "np.bincount": lambda: np.bincount(image.ravel()),
    "histogram, by pairs": lambda: histogram(image),
}
rounds = [[timeit(call, number=1) for call in calls.values()] for _ in range(9)]
for name, seconds in zip(calls, np.min(rounds, axis=0), strict=True):
    print(f"{name:34} {1000 * seconds:5.2f} ms")

# %%
# A table serves for any function of the level: a gamma, a threshold, false colours.
# For 16 bits it has 65536 entries, which still pays for large images. For floats there
# is no table, and the recipe computes pixel by pixel, in blocks that stay in the cache.
#
# .. seealso::
#    :ref:`sphx_glr_gallery_pixels_count_grey_levels.py` shows what a histogram tells.
