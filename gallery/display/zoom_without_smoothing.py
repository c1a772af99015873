"""
Zoom without smoothing
======================

When a few pixels fill the screen, something has to fill the space between their
centres. Nearest-neighbour interpolation shows each pixel as a square, the truth of the
array; bilinear interpolation paints smooth transitions that are not in the data. We
look at 20 by 20 pixels in both ways with :func:`imgrecipes.display.show_image`.
"""

# %%
# Crop
# ----
# The crop takes the rows 320 to 339 and the columns 510 to 529. The frame on the
# picture is drawn with x and y, so the column comes first.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.display import show_image
from imgrecipes.samples import face

# sphinx_gallery_thumbnail_number = 2

image = face(gray=True)
crop = image[320:340, 510:530]
assert crop.shape == (20, 20)

ax = show_image(image)
frame = plt.Rectangle((510, 320), 20, 20, edgecolor="#E69F00", fill=False, linewidth=3)
ax.add_patch(frame)
# Alt: A raccoon face with a small orange square in the dark fur
# beside its left eye in the picture, where whiskers cross.
plt.show()

# %%
# Nearest against bilinear
# ------------------------
# Both pictures show the same 400 numbers on the scale of uint8.

fig, (left, right) = plt.subplots(1, 2, figsize=(6, 3.3), layout="constrained")
show_image(crop, left, title="nearest")
left.images[0].set_interpolation("nearest")
show_image(crop, right, title="bilinear")
right.images[0].set_interpolation("bilinear")
# Alt: Two light whiskers run down to the right over dark fur: on the left in sharp grey
# squares like stairs, on the right as smooth, blurred bands.
plt.show()

# %%
# How far is the smooth picture from the truth?
# ---------------------------------------------
# The same in arrays: `numpy.repeat` enlarges by copying, which is nearest neighbour;
# `scipy.ndimage.zoom` of order 1 is bilinear, with ``grid_mode`` so that the squares of
# both lie on each other. Copies invent no level.

copied = crop.repeat(10, axis=0).repeat(10, axis=1)
smooth = ndimage.zoom(crop.astype(float), 10, order=1, grid_mode=True, mode="nearest")
assert np.array_equal(np.unique(copied), np.unique(crop))

error = np.abs(smooth - copied)
print(f"the crop holds the levels {crop.min()} to {crop.max()}")
print(f"bilinear is off by {error.mean():.1f} on average, by up to {error.max():.0f}")
assert (crop.min(), crop.max()) == (0, 188)
assert round(error.mean(), 1) == 9.0

# %%
# Neither picture has more detail than the other: 400 numbers went in. Use *nearest* to
# inspect pixels, masks and labels, and bilinear for a pleasant view of a photograph.
# Matplotlib's default chooses for you: it smooths an image that it has to shrink, and
# shows squares once it enlarges an image more than three times.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_display_look_into_a_volume.py`. To change the number
#    of pixels, not only the view: :ref:`sphx_glr_gallery_geometry_resize_an_image.py`.
