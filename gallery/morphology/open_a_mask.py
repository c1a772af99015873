"""
Open a mask
===========

Erosion removes small objects, but makes the large ones smaller. A dilation afterwards
gives them their size back: together they are an opening,
:func:`imgrecipes.morphology.opening`. We open a mask of 5 x 5 pixels by two elements,
then a larger one, and see what an opening leaves and what it takes.
"""

# %%
# The smallest example
# --------------------
# A square of 3 x 3 pixels and a lone pixel in the corner. Opened by a square of 3 x 3
# ones, the large square stays as it is and the pixel goes. Opened by the cross, the
# square loses its corners as well: the cross does not fit into them.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.display import compare_images
from imgrecipes.morphology import dilate, erode, opening, structuring_element

mask = np.zeros((5, 5), dtype=bool)
mask[1:4, 1:4] = True
mask[4, 4] = True

by_square = opening(mask, np.ones((3, 3)))
by_cross = opening(mask)
print(by_square.astype(int))
print(by_cross.astype(int))

assert mask.sum() - by_square.sum() == 1
assert np.array_equal(by_cross[1:4, 1:4], structuring_element("cross", 1))
assert by_cross.sum() == 5

# %%
# In plain SciPy the same is ``binary_opening``, whose ``structure`` is the cross unless
# you say otherwise.

assert np.array_equal(by_square, ndimage.binary_opening(mask, np.ones((3, 3))))
assert np.array_equal(by_cross, ndimage.binary_opening(mask))

# %%
# A larger example
# ----------------
# A body, a handle four pixels wide, a bar and a speck. The disk of radius 5 is eleven
# pixels across and fits into the body only; its tip, a single pixel, reaches a little
# way into the handle.

mask = np.zeros((96, 96), dtype=bool)
mask[24:76, 20:72] = True
mask[48:52, 72:90] = True
mask[84:88, 10:60] = True
mask[8:11, 8:11] = True

disk = structuring_element("disk", 5)
eroded = erode(mask, disk)
opened = dilate(eroded, disk)
assert np.array_equal(opened, opening(mask, disk))

compare_images(
    {
        f"mask: {mask.sum()} pixels": mask,
        f"eroded: {eroded.sum()} pixels": eroded,
        f"opened: {opened.sum()} pixels": opened,
        f"removed: {(mask & ~opened).sum()} pixels": mask & ~opened,
    }
)
# Alt: A white square with a thin handle, a thin bar and a speck. Eroded, only a smaller
# square is left; opened, the square is back with rounded corners and the root of the
# handle. What was removed: handle, bar, speck, and a few pixels in each corner.
plt.show()

assert (mask.sum(), opened.sum()) == (2985, 2668)

# %%
# What an opening promises
# ------------------------
# An opening adds nothing, and to open twice by the same element changes nothing more.
# Its result has a plain meaning: all pixels that the element covers while it moves
# about inside the mask.

assert not (opened & ~mask).any()
assert np.array_equal(opening(opened, disk), opened)

# %%
# At the border of the image the recipe differs from SciPy, which counts the outside as
# background. The recipe leaves the outside out, so that an object which is cut by the
# border is opened as if it went on. Here, the border cuts the body in two.

half = mask[60:]
ours = opening(half, disk)
scipys = ndimage.binary_opening(half, disk)
print(f"{ours[0].sum()} pixels are left of the first row; with SciPy {scipys[0].sum()}")
assert (ours[0].sum(), scipys[0].sum()) == (52, 42)

# %%
# When to use which: for masks, ``ndimage.binary_opening`` gives the same away from the
# border. The recipe opens grey images as well, where it removes bright details, and it
# stays fast for large elements. Where the corners should not be rounded, open by
# reconstruction.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_morphology_open_by_reconstruction.py`. To fill instead
#    of to remove: :ref:`sphx_glr_gallery_morphology_close_and_find_edges.py`.
