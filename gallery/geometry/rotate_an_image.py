"""
Rotate an image
===============

A rotated pixel rarely lands on a pixel, so new values must be interpolated, and the
corners must go somewhere. We turn the face by 45 degrees with
:func:`imgrecipes.geometry.rotate`, with and without room for the corners, and see what
the order of the interpolation and the dtype do to the result.
"""

# %%
# Keep the corners, or keep the shape
# -----------------------------------
# Positive angles turn counterclockwise, as seen on the screen. With ``reshape`` the
# image grows until its corners fit: by 45 degrees, both sides become
# (768 + 1024) / sqrt(2), which is 1267 pixels. Without it, the shape stays and the
# corners are lost. What comes in from outside is black unless you say otherwise.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.display import compare_images
from imgrecipes.geometry import rotate
from imgrecipes.pixels import circular_mask
from imgrecipes.samples import face

image = face(gray=True)
whole = rotate(image, 45)
kept = rotate(image, 45, reshape=False)
print(f"with reshape {whole.shape}, without {kept.shape}")
assert whole.shape == (1267, 1267)
assert kept.shape == (768, 1024)

compare_images({"reshape=True\n1267 x 1267": whole, "reshape=False\n768 x 1024": kept})
# Alt: The raccoon's face turned counterclockwise by 45 degrees, twice. Left, the whole
# picture stands on its corner inside a black square. Right, a frame of the original
# shape cuts off the corners of the picture and shows black in its own.
plt.show()

# %%
# In plain SciPy
# --------------
# :func:`scipy.ndimage.rotate` gives the same; in older versions sums are taken in
# another order, and a few pixels are rounded otherwise. Its default order is 3, the
# recipe's is 1. Quarter turns need no interpolation: the recipe leaves them to
# `numpy.rot90`.

assert np.mean(whole == ndimage.rotate(image, 45, order=1)) > 0.995
assert np.array_equal(rotate(image, 90), np.rot90(image))

# %%
# What lies beyond the border
# ---------------------------
# Instead of a constant, the border can be continued: ``"nearest"`` repeats the last
# pixel, ``"reflect"`` mirrors the picture, ``"wrap"`` starts again from the other side.

compare_images(
    {
        f'mode="{mode}"': rotate(image, 45, reshape=False, mode=mode)
        for mode in ("nearest", "reflect")
    }
)
# Alt: The face turned by 45 degrees in a frame of the original shape, with filled
# corners. Left, the corners show streaks that repeat the border pixels; right, they
# show a mirror image of the fur and leaves beside the border.
plt.show()

# %%
# The order decides what is lost
# ------------------------------
# Order 0 takes the nearest pixel, order 1 mixes four pixels, order 3 passes a smooth
# curve through sixteen. Eight turns of 45 degrees should give the picture back. The
# root mean square error, inside a disk that never leaves the frame, tells how well.

inside = circular_mask(image.shape, radius=370)
original = image.astype(np.float64)
error = {}
for order in (0, 1, 3):
    turned = original
    for _ in range(8):
        turned = rotate(turned, 45, reshape=False, order=order)
    error[order] = np.sqrt(np.mean((turned - original)[inside] ** 2))
    print(f"order {order}: error of {error[order]:.1f} grey levels after eight turns")
assert np.allclose([error[0], error[1], error[3]], [5.8, 9.4, 1.6], atol=0.1)

# %%
# Linear interpolation averages, so each turn blurs a little; here that costs more than
# the jagged edges of order 0. The cubic spline keeps the details best.
#
# The smooth curve overshoots
# ---------------------------
# Beside a sharp edge, a cubic spline swings beyond the levels of the image. Floats keep
# such values, and a careless cast to ``uint8`` then wraps around: -8 becomes 248. The
# recipe returns the dtype that came in, rounded and clipped; SciPy's own rotation of
# an integer image clips as well.

floats = rotate(original, 45, order=3)
careless = np.rint(floats).astype(int).astype(np.uint8)  # keeps the last eight bits
clipped = rotate(image, 45, order=3)
wrong = np.count_nonzero(careless != clipped)
print(f"lowest level {floats.min():.1f}, wrapped around: {wrong} pixels")
assert round(floats.min(), 1) == -8.6
assert wrong == 37
assert np.array_equal(clipped, ndimage.rotate(image, 45))

# %%
# Masks suffer more
# -----------------
# A boolean has no room for 0.9. `scipy.ndimage.rotate` cuts it to 0, so that a mask
# comes out eroded and, at order 3, full of holes. In the recipe's result a pixel is
# True if its interpolated value is one half or more.

square = np.zeros((150, 150), dtype=bool)
square[25:125, 25:125] = True
holes = ndimage.rotate(square, 30, reshape=False)
solid = rotate(square, 30, reshape=False, order=3)
print(f"of 10000 pixels SciPy keeps {holes.sum()}, the recipe {solid.sum()}")
assert abs(solid.sum() - 10000) < 20
assert holes.sum() < 7000

compare_images({"scipy.ndimage.rotate": holes, "the recipe": solid})
# Alt: A white square on black, turned by 30 degrees, twice. Left, as SciPy turns a
# mask, only the middle of the square is solid; towards its four sides it is riddled
# with black pixels. Right, as the recipe turns it, the whole square is solid.
plt.show()

# %%
# When to use which: order 0 for labels, 1 for a quick look, 3 to measure afterwards;
# rotate once by the sum of the angles rather than many times. Plain SciPy serves
# integers and floats as well as the recipe does, but not masks.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_geometry_resize_an_image.py`. Why one scale for all
#    pictures: :ref:`sphx_glr_gallery_display_look_at_a_grey_image.py`.
