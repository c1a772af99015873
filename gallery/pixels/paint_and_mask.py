"""
Paint and mask parts of an image
================================

To change some pixels and leave the others alone, say which ones: by a slice, by a
condition, or by lists of indices. We paint a white band, blacken all that lies outside
a circle made by :func:`imgrecipes.pixels.circular_mask`, and draw a diagonal line.
"""

# %%
# A slice paints a band
# ---------------------
# The recipe's input is the grey face, 768 rows of 1024 columns. Assigning to a slice
# changes the array itself, so work on a copy if you still need the original.

import matplotlib.pyplot as plt
import numpy as np

from imgrecipes.pixels import circular_mask
from imgrecipes.samples import face

image = face(gray=True)
image[100:120] = 255

# %%
# A mask selects by a condition
# -----------------------------
# A mask is a boolean array of the image's shape. Where it is true, the assignment takes
# place: here, outside a circle around the middle, ``~`` being *not*.

inside = circular_mask(image.shape, radius=384)
image[~inside] = 0

share = inside.mean()
print(f"{share:.1%} of the pixels lie inside the circle")
assert round(share, 3) == 0.589

# %%
# The same mask in plain NumPy: `numpy.ogrid` gives a column of row numbers and a row of
# column numbers, and broadcasting makes the plane of them.

row, column = np.ogrid[:768, :1024]
plain = (row - 383.5) ** 2 + (column - 511.5) ** 2 <= 384**2
assert np.array_equal(plain, inside)

# %%
# Lists of indices select pixel by pixel
# --------------------------------------
# Two lists of equal length are read in pairs: (0, 0), (1, 1), (2, 2) and so on, a
# diagonal that runs down to the right. Four more beside it make it thick enough to see.

diagonal = np.arange(400)
for offset in range(5):
    image[diagonal, diagonal + offset] = 255
assert image[399, 399] == 255

fig, ax = plt.subplots(figsize=(6, 4.6))
ax.imshow(image)
ax.set(xlabel="column", ylabel="row")
# Alt: The grey raccoon face inside a disk, black around it. A white band crosses the
# disk near the top, and a thin white diagonal runs from the top left corner down.
plt.show()

# %%
# When to use which: a formula on `numpy.ogrid` is all you need for one circle. The
# recipe saves you the half-pixel of the centre, takes radii for each axis, and makes
# balls in volumes with the same call.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_pixels_count_grey_levels.py`. For the convention of
#    rows and columns: :doc:`/conventions`.
