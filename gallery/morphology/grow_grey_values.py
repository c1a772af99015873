"""
Grow grey values
================

Minimum and maximum need no mask: of a grey image,
:func:`imgrecipes.morphology.dilate` lets bright parts grow and
:func:`imgrecipes.morphology.erode` dark ones. Points grow to squares, a distance map
gains a rim, and a photograph shows what becomes of whiskers.
"""

# %%
# Points grow to squares
# ----------------------
# Eight points of the levels 1 to 8 lie on a black image. The maximum over 5 x 5 pixels
# makes a square of each, of the point's own level.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.display import compare_images
from imgrecipes.morphology import dilate, erode, structuring_element
from imgrecipes.samples import face

random = np.random.default_rng(3)
points = np.zeros((64, 64), dtype=np.uint8)
points[tuple(random.integers(2, 62, (2, 8)))] = np.arange(1, 9)
squares = dilate(points, np.ones((5, 5)))

compare_images({"eight points": points, "dilated by 5 x 5 pixels": squares})
# Alt: Left, eight single pixels of different greys on black, hard to see. Right, a
# square of five by five pixels in the same grey in place of each.
plt.show()

levels, counts = np.unique(squares, return_counts=True)
print(dict(zip(levels.tolist(), counts.tolist(), strict=True)))
assert counts[1:].tolist() == [25] * 8

# %%
# In plain SciPy this is ``grey_dilation`` with ``size`` or ``footprint``. Its
# ``structure`` is something else: numbers that are *added* before the maximum is taken.
# The classic lecture notes pass ``structure=np.ones((5, 5))``, which makes the whole
# image brighter by 1, background included; their first point has level 0, so that it
# cannot be seen at all.

plain = ndimage.grey_dilation(points, size=(5, 5))
assert np.array_equal(plain, squares)
added = ndimage.grey_dilation(points, structure=np.ones((5, 5)))
assert np.array_equal(added, squares + 1)

# %%
# A distance map gains a rim
# --------------------------
# The distance map of a square tells each of its pixels how far the background is.
# Dilated, the map rises everywhere on its slopes and gains a rim of one pixel; its
# summit stays as high as it was.

inside = np.zeros((16, 16), dtype=bool)
inside[4:-4, 4:-4] = True
distance = ndimage.distance_transform_edt(inside)
higher = dilate(distance, np.ones((3, 3)))

compare_images(
    {
        f"distance, {np.count_nonzero(distance)} pixels above 0": distance,
        f"dilated, {np.count_nonzero(higher)} pixels above 0": higher,
    }
)
# Alt: Two square hills of grey steps on black, on one grey scale. The dilated one is a
# pixel wider on every side and its bright top is larger, but no brighter.
plt.show()

assert np.count_nonzero(higher) == 10**2
assert higher.max() == distance.max() == 4

# %%
# A photograph
# ------------
# Part of the face, with a disk of radius 4: the erosion widens what is dark, such as
# the eyes, and swallows the white whiskers. The dilation does the reverse. Where the
# two differ most, an edge or a thin line passes. All four share one grey scale.

crop = face(gray=True)[260:520, 560:820]
disk = structuring_element("disk", 4)
dark, bright = erode(crop, disk), dilate(crop, disk)
span = bright - dark

compare_images(
    {
        f"image, mean {crop.mean():.0f}": crop,
        f"eroded, mean {dark.mean():.0f}": dark,
        f"dilated, mean {bright.mean():.0f}": bright,
        f"difference, mean {span.mean():.0f}": span,
    },
    vmin=0,
    vmax=255,
)
# Alt: A raccoon's face around the nose. Eroded, it is darker, made of dark disks, and
# the whiskers are gone; dilated, it is brighter and the whiskers are thick. The
# difference is bright along edges and whiskers, dark on even fur.
plt.show()

assert dark.mean() < crop.mean() < bright.mean()
assert (dark <= crop).all()
assert (crop <= bright).all()
assert np.array_equal(255 - dilate(255 - crop, disk), dark)

# %%
# When to use which: for rectangles, ``ndimage.grey_dilation(image, size=...)`` does the
# same, but for the border, where it reflects. For other shapes the recipe is many times
# faster, since it takes a row of the element at once. To take the second or the tenth
# highest value instead of the highest, use rank filters:
# :ref:`sphx_glr_gallery_denoising_take_other_ranks.py`.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_morphology_open_a_mask.py`. To take the difference of
#    both: :ref:`sphx_glr_gallery_morphology_close_and_find_edges.py`.
