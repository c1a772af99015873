"""
Erode and dilate a mask
=======================

Erosion peels a layer off every object of a mask; dilation adds one. Both are the same
idea: :func:`imgrecipes.morphology.erode` takes the minimum under the structuring
element, :func:`imgrecipes.morphology.dilate` the maximum. We follow them pixel by pixel
on small masks, up to the border of the image.
"""

# %%
# Erosion is a minimum
# --------------------
# A pixel stays only if the whole element, put down on it, lies inside the object. Of a
# block of 5 x 3 ones, the 3 x 3 cross leaves a line of 3 x 1.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.display import compare_images
from imgrecipes.morphology import dilate, erode, structuring_element

block = np.zeros((7, 7), dtype=int)
block[1:6, 2:5] = 1
line = erode(block)
print(line)
assert np.argwhere(line).tolist() == [[2, 3], [3, 3], [4, 3]]

# %%
# An element of 5 x 5 ones is wider than the block. It fits nowhere; nothing is left.

nothing = erode(block, np.ones((5, 5)))
assert not nothing.any()

# %%
# Dilation is a maximum
# ---------------------
# A pixel is set if the element, put down on it, meets the object; seen from the object,
# each pixel becomes the element. A single pixel becomes a cross.

point = np.zeros((7, 7), dtype=int)
point[3, 3] = 1
cross = dilate(point)
assert np.array_equal(cross[2:5, 2:5], structuring_element("cross", 1))

compare_images(
    {
        f"block: {block.sum()} pixels": block,
        f"eroded: {line.sum()} pixels": line,
        f"point: {point.sum()} pixel": point,
        f"dilated: {cross.sum()} pixels": cross,
    }
)
# Alt: Four grids of 7 by 7 pixels. A white block five rows high and three columns wide
# erodes to a line of three pixels in its middle; a single white pixel dilates to a
# cross of five.
plt.show()

# %%
# The element as it is drawn
# --------------------------
# Does a lopsided element grow a point into itself or into its mirror image? Here, into
# itself, as in SciPy: dilation turns the element by half a turn before it takes the
# maximum. scikit-image and OpenCV don't, which shows with lopsided elements only.

hook = np.array([[1, 0, 0], [1, 0, 0], [1, 1, 1]])
mask = point > 0
grown = dilate(mask, hook)
print(grown[2:5, 2:5].astype(int))
assert np.array_equal(grown[2:5, 2:5], hook)
assert np.array_equal(grown, ndimage.binary_dilation(mask, hook))

# %%
# To dilate the objects is to erode the background, with the turned element.

assert np.array_equal(~grown, erode(~mask, np.flip(hook)))

# %%
# Beyond the border
# -----------------
# What lies outside of the image is unknown. The recipes leave it out, so that an object
# which the border cuts is not eroded from there. SciPy's ``binary_erosion`` counts the
# outside as background unless told otherwise.

disk = structuring_element("disk", 12)
cut = disk[:, 8:]
element = structuring_element("disk", 3)
ours = erode(cut, element)
scipys = ndimage.binary_erosion(cut, element)
assert np.array_equal(ours, ndimage.binary_erosion(cut, element, border_value=1))

# Grey: what has been eroded.
compare_images(
    {
        f"outside left out:\n{ours.sum()} pixels stay": 0.5 * cut + 0.5 * ours,
        f"outside is background:\n{scipys.sum()} pixels stay": 0.5 * cut + 0.5 * scipys,
    }
)
# Alt: A disk cut by the left border, twice, with the eroded rim in grey. On the left
# the rim follows the circle only; on the right it runs along the border as well.
plt.show()
assert (ours.sum(), scipys.sum()) == (204, 153)

# %%
# When to use which: for masks, the recipes and ``ndimage.binary_erosion`` and
# ``binary_dilation`` with the fitting ``border_value`` agree; SciPy's have
# ``iterations`` for many small steps and ``mask`` to confine them. The recipes take
# grey images with the same call, and their time grows with the height of the element,
# not with its area.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_morphology_grow_grey_values.py`. To undo an erosion
#    where possible: :ref:`sphx_glr_gallery_morphology_open_a_mask.py`.
