"""
Resize an image
===============

Fewer pixels cannot hold fine details, and details that do not fit turn into patterns
that were never there. We shrink an image with :func:`imgrecipes.geometry.resize`, with
and without its blur, and count what a trip to a smaller size and back costs.
"""

# %%
# Shrink a pattern of rings
# -------------------------
# The rings become finer from the middle to the border, where one ring is about three
# pixels wide. We ask for a quarter of the rows and columns.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.display import compare_images
from imgrecipes.geometry import resize
from imgrecipes.samples import face

row, column = np.ogrid[-256:256, -256:256]
rings = 0.5 + 0.5 * np.cos(np.pi * (row**2 + column**2) / 768)

aliased = resize(rings, (128, 128), antialias=False)
blurred = resize(rings, (128, 128))

compare_images({"antialias=False": aliased, "antialias=True": blurred})
# Alt: Two shrunk images of concentric rings on one grey scale. Left, there are nine
# sets of rings, of which only the middle one is real. Right, only the rings around the
# middle are left and fade into an almost even grey; the false ones are barely visible.
plt.show()

# %%
# Left, rings appear around centres that do not exist: this is *aliasing*. Right, the
# rings that the new pixels cannot show are blurred to grey before the pixels are taken.
# At the right border, the grey levels should be near their mean of 0.5.

edge = np.s_[40:88, 110:124]
print(
    f"spread at the border: {aliased[edge].std():.3f} against {blurred[edge].std():.3f}"
)
assert np.allclose(
    [aliased[edge].std(), blurred[edge].std()], [0.224, 0.009], atol=1e-3
)

# %%
# The same in plain SciPy
# -----------------------
# From ``n`` to ``m`` pixels, the recipe blurs by a Gaussian filter of
# ``(n / m - 1) / 2`` pixels, here 1.5, and then samples. ``grid_mode`` makes the edges
# of the two pictures coincide; without it, the centres of the corner pixels would, and
# the picture would be stretched a little.

smooth = ndimage.gaussian_filter(rings, 1.5)
plain = ndimage.zoom(smooth, 1 / 4, order=1, mode="reflect", grid_mode=True)
assert np.allclose(plain, blurred)

# %%
# Aliasing in a photograph
# ------------------------
# The raccoon's whiskers and fur show it too. Both pictures have an eighth of the rows
# and columns of the face.

image = face(gray=True)
small = {
    "antialias=False": resize(image, (96, 128), antialias=False),
    "antialias=True": resize(image, (96, 128)),
}
compare_images(small)
# Alt: The raccoon's face in 96 by 128 coarse pixels, twice. Left, the fur and the
# leaves look grainy and broken up; right, they look soft and even.
plt.show()

# %%
# There and back
# --------------
# To half the size and back to the full one: what is the root mean square error in grey
# levels? And what does the way through twice the size cost?

original = image.astype(np.float64)

error = {}
for order in (0, 1, 3):
    for way, shape in (("half", (384, 512)), ("twice", (1536, 2048))):
        back = resize(resize(original, shape, order), original.shape, order)
        error[order, way] = np.sqrt(np.mean((back - original) ** 2))
        print(f"order {order}, through {way}: {error[order, way]:.2f} grey levels")
through_half = [error[order, "half"] for order in (0, 1, 3)]
assert np.allclose(through_half, [12.56, 8.77, 5.35], atol=0.01)
assert error[0, "twice"] == 0
assert error[3, "twice"] < error[1, "twice"]

# %%
# What a smaller image has lost does not come back; order 3 loses least. On the way up,
# order 0 repeats pixels, which can be undone exactly. It never mixes levels either, so
# it is the one to use for labels: the recipe then leaves out the blur.

labels = np.array([[1, 7], [7, 3]])
large = resize(labels, (6, 6), order=0)
assert np.array_equal(np.unique(large), [1, 3, 7])
assert np.array_equal(resize(large, (2, 2), order=0), labels)

# %%
# When to use which: `scipy.ndimage.zoom` alone to enlarge; to shrink, the recipe, which
# blurs by the right amount, takes the shape instead of a factor, and leaves the colour
# channels alone. Shrinking by a whole number, the mean over blocks is another good way.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_geometry_shift_and_warp.py`. How to look at few pixels
#    closely: :ref:`sphx_glr_gallery_display_zoom_without_smoothing.py`.
