"""
Average blocks
==============

To make a large image small, or noisy data smooth, replace each block of pixels by its
mean. :func:`imgrecipes.measurement.block_mean` does so for any block, also where the
blocks do not fit. We see what goes wrong when blocks are numbered carelessly, and how
fast a change of shape can be.
"""

# %%
# Blocks that do not fit
# ----------------------
# Blocks of 64 rows and 96 columns: 12 of them fit into the 768 rows of the face, but
# 1024 columns make ten blocks and a rest of 64 columns. The recipe averages the rest
# over the pixels that it has, or leaves it out if you ask for ``crop=True``.

import timeit

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.display import compare_images
from imgrecipes.measurement import block_mean
from imgrecipes.samples import face

image = face(gray=True)
means = block_mean(image, (64, 96))
print(f"shape {means.shape}, cropped {block_mean(image, (64, 96), crop=True).shape}")
assert means.shape == (12, 11)
assert means[0, 10] == image[:64, 960:].mean()

enlarged = means.repeat(64, axis=0).repeat(96, axis=1)[:, :1024]
compare_images({"pixel by pixel": image, "block by block": enlarged}, 0, 255)
# Alt: Left, the raccoon in grey. Right, the same in 12 rows of 10 coarse blocks
# and a narrower one at the right border, each of one grey level.
plt.show()

# %%
# The classic way
# ---------------
# The classic lecture notes number the blocks row by row and take the means by label. A
# row of blocks has 10 numbers, though it holds 11 blocks: the rest of each row gets the
# number of the first block of the next one, and both are averaged together. The list
# of labels starts at 1, so block 0 is lost and all the others move by one place.


def average_like_the_classic(high: int, wide: int) -> np.ndarray:
    rows, columns = image.shape
    row, column = np.ogrid[:rows, :columns]
    blocks = (columns // wide) * (row // high) + column // wide
    index = np.arange(1, blocks.max() + 1)
    return ndimage.mean(image, blocks, index).reshape(rows // high, columns // wide)


classic = average_like_the_classic(64, 96)
compare_images({"the blocks that fit": means[:, :10], "the classic": classic}, 0, 255)
# Alt: Twelve rows of ten coarse blocks, twice, on one grey scale. Right, the pattern
# has moved to the left by one block, and the last column shows other grey levels.
plt.show()

# %%
# With the classic's own blocks of 4 by 6 pixels the eye misses it. The numbers do not.

small = block_mean(image, (4, 6))
plain = [
    [image[row : row + 4, column : column + 6].mean() for column in range(0, 1024, 6)]
    for row in range(0, 768, 4)
]
assert small.shape == (192, 171)
assert np.array_equal(small, plain)

error = np.abs(average_like_the_classic(4, 6) - small[:, :170])
print(
    f"the classic is wrong by {error.mean():.1f} grey levels, up to {error.max():.0f}"
)
assert round(error.mean(), 1) == 15.8

# %%
# The reshape trick
# -----------------
# Where the blocks fit, plain NumPy needs no labels. An axis of 768 rows is turned into
# two, 192 blocks of 4 rows, and the mean is taken along the second. No pixel moves in
# memory: the new shape is another way of reading it.

fitting = block_mean(image, (4, 8))
trick = image.reshape(192, 4, 128, 8).mean(axis=(1, 3))
assert np.array_equal(trick, fitting)
assert np.isclose(fitting.mean(), image.mean(), rtol=1e-14)

# %%
# The same by labels, which must be made first:

row, column = np.ogrid[:768, :1024]


def by_label() -> np.ndarray:
    blocks = 128 * (row // 4) + column // 8
    return ndimage.mean(image, blocks, np.arange(192 * 128)).reshape(192, 128)


def by_shape() -> np.ndarray:
    return image.reshape(192, 4, 128, 8).mean(axis=(1, 3))


def by_recipe() -> np.ndarray:
    return block_mean(image, (4, 8))


assert np.array_equal(by_label(), fitting)

# %%
# How much faster is the recipe? The ratio depends on the computer and on the blocks.

# Timing: run this cell to measure on your machine.
seconds = {
    way.__name__: min(timeit.repeat(way, number=1, repeat=7))
    for way in (by_label, by_shape, by_recipe)
}
for name in ("by_shape", "by_recipe"):
    print(
        f"{name}: {seconds['by_label'] / seconds[name]:.1f} times as fast as by label"
    )

# %%
# When to use which: the reshape for blocks that are sure to fit, `scipy.ndimage.mean`
# for regions of any shape, the recipe for blocks in images and volumes of any size.
# Both plain means and the recipe return floats and round nothing.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_measurement_average_along_circles.py`. To shrink an
#    image to any shape: :ref:`sphx_glr_gallery_geometry_resize_an_image.py`.
