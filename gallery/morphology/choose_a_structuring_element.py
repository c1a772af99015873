"""
Choose a structuring element
============================

Morphology compares an image with a small shape, the structuring element, that moves
from pixel to pixel. :func:`imgrecipes.morphology.structuring_element` makes the four
usual ones. We look at them, count their pixels, and see how each marks the result.
"""

# %%
# The smallest ones
# -----------------
# A structuring element is a mask with a middle pixel. The cross of radius 1 holds the
# middle and its four neighbours; SciPy has it under another name.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.display import compare_images
from imgrecipes.morphology import dilate, structuring_element

cross = structuring_element("cross", 1)
print(cross.astype(int))
assert cross.astype(int).tolist() == [[0, 1, 0], [1, 1, 1], [0, 1, 0]]
assert np.array_equal(cross, ndimage.generate_binary_structure(2, 1))

square = structuring_element("square", 1)
assert np.array_equal(square, np.ones((3, 3)))

# %%
# At this size a diamond and a disk are crosses, too: no other pixel is as near to the
# middle as 1.

for shape in ("diamond", "disk"):
    assert np.array_equal(structuring_element(shape, 1), cross)

# %%
# Larger ones
# -----------
# From radius 2 on, all four differ. They differ in how they measure the distance from
# the middle: along one axis only (cross), as the sum of steps along both (diamond), as
# the larger of the two (square), or as the crow flies (disk).

elements = {
    shape: structuring_element(shape, 7)
    for shape in ("cross", "diamond", "square", "disk")
}
titles = {f"{shape}: {mask.sum()} pixels": mask for shape, mask in elements.items()}
compare_images({title: np.pad(mask, 1) for title, mask in titles.items()})
# Alt: Four structuring elements of radius 7, white on black: a plus sign one pixel
# wide, a diamond standing on its tip, a full square, and a stepped disk.
plt.show()

pixels = [int(mask.sum()) for mask in elements.values()]
assert pixels == [29, 113, 225, 149]

# %%
# Only the disk treats all directions alike, as far as a grid allows: its 149 pixels
# come near to the area of a circle, and a fraction of a pixel may be added.

area = np.pi * 7**2
print(f"A circle of radius 7 has an area of {area:.1f}")
assert abs(pixels[3] / area - 1) < 0.04
assert structuring_element("disk", 7.5).sum() == 177

# %%
# What the choice does
# --------------------
# Whatever is grown by an element takes on its shape. Here a letter-like mask of two
# strokes grows by each: the square keeps corners square, the disk rounds them, the
# diamond cuts them at 45 degrees, and the cross adds only what lies straight ahead.

mask = np.zeros((48, 48), dtype=bool)
mask[14:34, 14:18] = True
mask[30:34, 14:34] = True
grown = {shape: dilate(mask, element) for shape, element in elements.items()}

# Grey: what has been added. White: the mask itself.
pictures = {
    f"{shape}: {picture.sum()} pixels": mask + 0.5 * (picture & ~mask)
    for shape, picture in grown.items()
}
compare_images(pictures)
# Alt: Four times a white letter L with a grey seam seven pixels wide. The outer corners
# of the seam are notched for the cross, cut slantwise for the diamond, square for the
# square, and round for the disk.
plt.show()

sizes = [int(picture.sum()) for picture in grown.values()]
assert sizes[0] < sizes[1] < sizes[3] < sizes[2]

# %%
# When to use which: the cross and the 3 x 3 square for steps of one pixel; the disk
# where no direction should be favoured, as when sizes are measured; the square where
# speed counts or edges run along the axes. Any array of zeros and ones will do as well,
# such as ``np.ones((1, 9))`` for details that lie along a row. In a volume,
# ``structuring_element("disk", 7, ndim=3)`` is a ball.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_morphology_erode_and_dilate.py`. For disks anywhere in
#    an image: :ref:`sphx_glr_gallery_pixels_paint_and_mask.py`.
