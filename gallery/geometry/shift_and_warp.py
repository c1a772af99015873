"""
Shift and warp an image
=======================

A shift moves an image by an offset, an affine map by a matrix and an offset. Both ask,
for each pixel of the result, where it comes from. We move the face by fractions of a
pixel with :func:`imgrecipes.geometry.shift`, shear it with
:func:`imgrecipes.geometry.warp_affine`, and undo both.
"""

# %%
# A matrix for rows and columns
# -----------------------------
# The matrix takes the (row, column) of a pixel of the *result* and gives the place in
# the *input* where to read its value. This inverse map reaches each pixel of the result
# once, and leaves no gaps. Below, the column to read from grows with the row: it lies
# 0.4 pixels further right for each row further down, so that the picture leans to the
# other side, its lower part to the left.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.display import compare_images
from imgrecipes.geometry import shift, warp_affine
from imgrecipes.pixels import circular_mask
from imgrecipes.samples import face

image = face(gray=True)
original = image.astype(np.float64)

shear = np.array([[1, 0], [0.4, 1]])
center = (np.array(image.shape) - 1) / 2
offset = center - shear @ center  # keeps the centre in its place
sheared = warp_affine(image, shear, offset)

compare_images({"input": image, "column + 0.4 row": sheared})
# Alt: Left, the upright raccoon face. Right, the face sheared: the upper part has moved
# to the right, the lower part to the left, with black wedges at the left and right.
plt.show()

# %%
# One pixel, by hand: row 483.5 is 100 below the centre, so it reads 40 columns further
# right than it writes. The plain SciPy call is `scipy.ndimage.affine_transform`, which
# takes sums in another order in older versions: a few pixels are rounded otherwise.

place = shear @ [483.5, 511.5] + offset
print(f"row 483.5, column 511.5 is read from row {place[0]:.1f}, column {place[1]:.1f}")
assert np.allclose(place, [483.5, 551.5])
same = sheared == ndimage.affine_transform(image, shear, offset, order=1)
assert same.mean() > 0.995

# %%
# The other entries: the first row of the matrix tells which row to read from. A matrix
# ``[[2, 0], [0, 2]]`` reads twice as far away and so makes the picture half as large;
# ``[[0, 1], [1, 0]]`` swaps rows and columns.

transposed = warp_affine(image, [[0, 1], [1, 0]], shape=(1024, 768))
assert np.array_equal(transposed, image.T)

# %%
# Undo it
# -------
# The inverse matrix leads back. Inside a disk that stays in the frame all the time, the
# error is that of two interpolations.

inverse = np.linalg.inv(shear)
inside = circular_mask(image.shape, radius=300)
errors = {}
for order in (1, 3):
    there = warp_affine(original, shear, offset, order=order)
    back = warp_affine(there, inverse, center - inverse @ center, order=order)
    errors[order] = np.sqrt(np.mean((back - original)[inside] ** 2))
    print(f"order {order}: {errors[order]:.2f} grey levels")
assert np.allclose([errors[1], errors[3]], [2.20, 0.57], atol=0.01)

# %%
# Shift by a fraction of a pixel
# ------------------------------
# The offset tells how far the picture moves down and to the right. Whole pixels are
# exact. By half a pixel, linear interpolation gives the mean of two neighbours, and so
# it blurs; the cubic spline hardly does. There and back again:

moved = shift(image, (30, 80))
assert np.array_equal(moved[30:, 80:], image[:-30, :-80])

crop = original[330:430, 500:650]
offset = (0.5, 0.5)
returned = {}
for order in (1, 3):
    there = shift(crop, offset, order, mode="reflect")
    assert np.allclose(there, ndimage.shift(crop, offset, order=order, mode="reflect"))
    back = shift(there, (-0.5, -0.5), order, mode="reflect")
    error = np.sqrt(np.mean((back - crop)[2:-2, 2:-2] ** 2))
    returned[f"order {order}\nerror {error:.2f}"] = back[:60, :90]
    errors[order] = error
    print(f"order {order}: {error:.2f} grey levels")
assert np.allclose([errors[1], errors[3]], [7.47, 1.86], atol=0.01)

compare_images(returned)
# Alt: Bright hairs on dark fur, 60 by 90 pixels, shifted by half a pixel and back. With
# order 1, left, they are blurred; with order 3, right, each hair is sharp.
plt.show()

# %%
# Beware of the border
# --------------------
# With ``mode="constant"`` any place outside the outermost pixel centres is filled, even
# if it is only half a pixel outside. SciPy's ``"grid-constant"`` mixes instead. On a
# ramp, shifted by half a pixel:

ramp = np.array([8.0, 6.0, 4.0, 2.0])
filled = shift(ramp, [0.5])
mixed = ndimage.shift(ramp, 0.5, order=1, mode="grid-constant")
print(f"constant {filled.tolist()}, grid-constant {mixed.tolist()}")
assert filled.tolist() == [0, 7, 5, 3]
assert mixed.tolist() == [4, 7, 5, 3]

# %%
# When to use which: `numpy.roll` or slices for whole pixels; SciPy's functions for one
# channel; the recipes for colours and masks. Several maps in a row are best multiplied
# into one matrix, so that the image is interpolated only once.
#
# .. seealso::
#    Back to the start: :ref:`sphx_glr_gallery_geometry_crop_and_flip.py`. For the order
#    of axes: :ref:`sphx_glr_gallery_display_tell_rows_from_columns.py`.
