"""
Tell rows from columns
======================

An array counts rows first and downwards, a graph counts x first and y upwards. Mix the
two up and a picture is turned over, or a mark lands in the wrong place. We mark one
pixel of a picture drawn by :func:`imgrecipes.display.show_image` and fall into each
trap once.
"""

# %%
# The first index goes down, the second to the right
# --------------------------------------------------
# ``image[row, column]``: axis 0 counts the rows from the top, axis 1 the columns from
# the left, both from 0. The shape has the same order, (rows, columns).

import matplotlib.pyplot as plt
import numpy as np

from imgrecipes.display import compare_images, show_image
from imgrecipes.samples import face

image = face(gray=True)
rows, columns = image.shape
print(f"{rows} rows, {columns} columns")
assert (rows, columns) == (768, 1024)

row, column = 450, 620
print(f"image[{row}, {column}] is {image[row, column]}")
assert image[row, column] == 92

# %%
# Plotting functions want x before y, and **x is the column, y is the row**. So the mark
# on ``image[450, 620]`` is drawn at ``(620, 450)``. A whole number is the centre of a
# pixel; the picture begins half a pixel before it, at -0.5.

fig, ax = plt.subplots(figsize=(6, 4.9), layout="constrained")
show_image(image, ax)
ax.set_axis_on()
ax.set(xlabel="column = axis 1 = x", ylabel="row = axis 0 = y")
ax.plot(column, row, "o", color="#D55E00", markersize=9, markeredgecolor="white")
label = {"color": "white", "fontweight": "bold", "backgroundcolor": "#B04A00"}
ax.text(column + 35, row - 30, f"image[{row}, {column}]", va="bottom", **label)
arrow = {"arrowstyle": "-|>", "color": "#D55E00", "linewidth": 3, "mutation_scale": 22}
ax.annotate("", (column - 12, row), (0, row), arrowprops=arrow)
ax.annotate("", (column, row - 12), (column, 0), arrowprops=arrow)
ax.text(250, row, f"column {column}", ha="center", va="center", **label)
ax.text(column, 110, f"row {row}", ha="center", va="center", **label)
# Alt: A raccoon face with rows numbered downwards and columns to the right. One arrow
# runs right to column 620, another down to row 450; they meet on the dot
# image[450, 620] on the animal's nose.
plt.show()

assert tuple(ax.images[0].get_extent()) == (-0.5, columns - 0.5, rows - 0.5, -0.5)

# %%
# Trap 1: the indices swapped
# ---------------------------
# ``image[620, 450]`` is a valid pixel as well, only another one, and NumPy has no way
# to know. Swap them on all pixels and you get the transpose, a mirror image lying on
# its side.

print(f"image[{column}, {row}] is {image[column, row]}")
assert image[column, row] == 160
assert image.T.shape == (1024, 768)
assert image.T[column, row] == image[row, column]

# %%
# Trap 2: row 0 at the bottom
# ---------------------------
# ``imshow(image, origin="lower")`` puts row 0 at the bottom, as in a graph: right for a
# map or a table of a function, wrong for a photograph. It looks like the image with its
# rows in reverse order.

compare_images({"image.T": image.T, "image[::-1]": image[::-1]})
# Alt: On the left the raccoon picture is higher than wide and the animal lies on its
# side; on the right it hangs upside down.
plt.show()

# %%
# Answers come in both orders
# ---------------------------
# NumPy and SciPy answer with (row, column). Here is the brightest pixel; to plot it,
# turn the pair round.

brightest = np.unravel_index(np.argmax(image), image.shape)
print("brightest pixel, (row, column):", tuple(map(int, brightest)))
assert image[brightest] == image.max()
x, y = brightest[::-1]
assert image[y, x] == 250

# %%
# Other libraries give sizes and points as (x, y): Pillow's ``size`` is (1024, 768), and
# OpenCV draws at (x, y), although its images are arrays of (row, column) too. This site
# writes (row, column) everywhere, and (plane, row, column) in volumes.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_display_draw_contour_lines.py`. To flip on purpose:
#    :ref:`sphx_glr_gallery_geometry_crop_and_flip.py`. All conventions of this site:
#    :doc:`/conventions`.
