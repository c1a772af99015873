"""
Index and slice an image
========================

An image is an array of numbers: one index picks a pixel, a slice picks a rectangle. We
read pixels of the grey face from :func:`imgrecipes.samples.face`, cut out its eyes, and
see when a slice shares its memory with the image and when it does not.
"""

# %%
# One pixel
# ---------
# The first index is the row, counted from the top; the second is the column, counted
# from the left. Both start at 0. A negative index counts from the end, so ``-1`` is the
# last row or column.

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

from imgrecipes.samples import face

image = face(gray=True)
rows, columns = image.shape
print(f"{rows} rows, {columns} columns, each pixel a {image.dtype}")
print("row 0, column 40:", image[0, 40])
assert image[0, 40] == 127
assert image[-1, -1] == image[rows - 1, columns - 1]

# %%
# The order matters. Row 40, column 0 is another pixel, and there is no row 1023:

print("row 40, column 0:", image[40, 0])
try:
    image[columns - 1, 0]
except IndexError as error:
    print("IndexError:", error)
else:
    raise AssertionError("there should be no such row")

# %%
# A block of pixels
# -----------------
# A slice ``start:stop`` includes its start and leaves out its stop: ``10:13`` are the
# three rows 10, 11 and 12. Small numbers are dark, large numbers are bright.

block = image[10:13, 20:23]
print(block)
assert block.tolist() == [[141, 153, 145], [133, 134, 125], [96, 92, 94]]

fig, axes = plt.subplots(1, 2, figsize=(6, 3.3))
axes[0].imshow(image[:30, :30], cmap="gray", vmin=0, vmax=255)
axes[0].add_patch(Rectangle((19.5, 9.5), 3, 3, fill=False, color="#e69f00", lw=3))
axes[0].set(title="image[:30, :30]", xlabel="column", ylabel="row")
axes[1].imshow(block, cmap="gray", vmin=0, vmax=255)
for (row, column), level in np.ndenumerate(block):
    ink = "black" if level > 110 else "white"
    axes[1].text(column, row, str(level), color=ink, size=18, ha="center", va="center")
axes[1].set(title="image[10:13, 20:23]", xlabel="column")
axes[1].set_xticks(range(3), range(20, 23))
axes[1].set_yticks(range(3), range(10, 13))
# Alt: Left, the upper left 30 by 30 pixels of the face, with an orange box around three
# rows and three columns. Right, these nine pixels enlarged, each with its number: a
# row of 141, 153, 145, one of 133, 134, 125, and a darker one of 96, 92, 94.
plt.show()

# %%
# A slice is a view
# -----------------
# A larger slice cuts out the eyes. NumPy copies nothing for it: a slice is a view, a
# second name for the same pixels. Whoever writes to it, writes to the image.

eyes = image[260:400, 470:830]
assert np.shares_memory(eyes, image)

# sphinx_gallery_thumbnail_number = 2
fig, axes = plt.subplots(2, 1, figsize=(6, 7), height_ratios=[2, 1])
axes[0].imshow(image, cmap="gray", vmin=0, vmax=255)
axes[0].add_patch(
    Rectangle((469.5, 259.5), 360, 140, fill=False, color="#e69f00", lw=3)
)
axes[0].set(title="image", xlabel="column", ylabel="row")
axes[1].imshow(eyes, cmap="gray", vmin=0, vmax=255)
axes[1].set_title("image[260:400, 470:830]")
axes[1].set_axis_off()
# Alt: Above, the grey raccoon face with an orange box around its eyes. Below, the
# content of the box enlarged: two dark eyes in the dark mask of the fur.
plt.show()

# %%
# A copy has pixels of its own. Make one before you change a part and still need the
# whole. Indices in a list or a mask always copy; paint on the result and the image
# stays as it was.

copied = eyes.copy()
picked = image[[0, 5, 9]]
selected = image[image > 200]
for name, array in {"copy": copied, "list": picked, "mask": selected}.items():
    print(f"{name}: shares memory is {np.shares_memory(array, image)}")
    assert not np.shares_memory(array, image)

copied[:] = 0
assert eyes.max() > 0
eyes[0, 0] = 255
assert image[260, 470] == 255

# %%
# Steps
# -----
# A third number is the step: ``::8`` takes every eighth row, ``::-1`` runs backwards.
# These are views as well. Taking every eighth pixel makes a small image quickly, but it
# ignores what lies between; to shrink a picture well, see the recipes that resize or
# average.

small = image[::8, ::8]
mirrored = image[:, ::-1]
print("every eighth pixel:", small.shape)
assert small.shape == (96, 128)
assert np.shares_memory(mirrored, image)
assert np.array_equal(mirrored[:, 0], image[:, -1])

# %%
# Colour is one axis more
# -----------------------
# A colour image has its channels on a third and last axis: red, green, blue. Two
# indices give the three numbers of a pixel; a third picks the channel. ``...`` stands
# for all the axes that are not named, however many there are.

color = face()
red = color[..., 0]
print(color.shape, "pixel [0, 40] is", color[0, 40])
assert color[0, 40].tolist() == color[0, 40, :].tolist()
assert red.shape == image.shape
assert np.array_equal(red, color[:, :, 0])

# %%
# No recipe is needed for any of this: indexing is NumPy's own. The recipes take and
# return plain arrays, so you can slice before and after each call.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_pixels_paint_and_mask.py`. For the convention of rows
#    and columns: :doc:`/conventions`.
