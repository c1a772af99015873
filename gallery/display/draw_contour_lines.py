"""
Draw contour lines
==================

A contour line joins the points of one grey level, as on a map of mountains. Drawn over
a picture, it shows where a threshold would cut. We take the axes away with
:func:`imgrecipes.display.show_image` and draw the levels 50 and 200.
"""

# %%
# Smooth first
# ------------
# In a photograph the level goes up and down from pixel to pixel, and each speck gets a
# line of its own. A Gaussian blur of 3 pixels leaves the lines that matter. The
# function below counts the separate pieces.

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.contour import QuadContourSet
from matplotlib.path import Path
from scipy import ndimage

from imgrecipes.display import show_image
from imgrecipes.samples import face

image = face(gray=True)
smooth = ndimage.gaussian_filter(image.astype(float), sigma=3)


def count_lines(contours: QuadContourSet) -> int:
    starts = [np.sum(path.codes == Path.MOVETO) for path in contours.get_paths()]
    return int(sum(starts))


# %%
# ``contour`` draws into the axes of the picture, so that both share the pixels'
# coordinates. Each level has its own colour, and blue and orange stay apart for colour
# blind readers too.

colors = ["#56B4E9", "#E69F00"]
fig, ax = plt.subplots(figsize=(6, 4.5), layout="constrained")
show_image(image, ax)
lines = ax.contour(smooth, levels=[50, 200], colors=colors, linewidths=1.5)
# Alt: A raccoon face without axes. Blue lines run round the darkest parts, such as the
# gaps between the leaves; orange lines run round the white fur beside eyes and nose.
plt.show()

fig, ax = plt.subplots()
rough = count_lines(ax.contour(image, levels=[50, 200]))
plt.close(fig)
print(f"{rough} lines in the picture itself, {count_lines(lines)} in the smooth one")
assert (rough, count_lines(lines)) == (3316, 83)

# %%
# A line between pixels
# ---------------------
# A contour runs between the pixels, where a straight line from one level to the next
# crosses 50. So the levels found there by bilinear interpolation are 50 as well.

path = lines.get_paths()[0]
on_line = path.vertices[path.codes != Path.CLOSEPOLY]
x, y = on_line.T
levels = ndimage.map_coordinates(smooth, [y, x], order=1)
print(f"levels along the lines: {levels.min():.3f} to {levels.max():.3f}")
assert np.allclose(levels, 50)

# %%
# Without a picture, mind the origin
# ----------------------------------
# ``contour`` alone makes a graph: y grows upwards and the animal stands on its head.
# Turn the axis round, and give both axes one scale.

fig, axes = plt.subplots(1, 2, figsize=(6, 2.6), layout="constrained")
for ax, title in zip(axes, ["contour alone", "axis inverted"], strict=True):
    ax.contour(smooth, levels=[50, 200], colors=colors, linewidths=1)
    ax.set(title=title, aspect="equal")
    ax.set_axis_off()
axes[1].invert_yaxis()
# Alt: The blue and orange contour lines alone, twice. On the left the raccoon is upside
# down, on the right it stands upright.
plt.show()

# %%
# When to use which: contours show a threshold without committing to it. To get the
# pixels above it, write ``smooth > 50``, a mask.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_display_zoom_without_smoothing.py`. From a threshold
#    to a mask: :ref:`sphx_glr_gallery_pixels_paint_and_mask.py`.
