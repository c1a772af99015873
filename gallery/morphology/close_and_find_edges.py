"""
Close gaps and find edges
=========================

Erosion and dilation combine to more than openings. A
:func:`closing <imgrecipes.morphology.closing>` fills gaps, the difference of dilation
and erosion shows edges, a :func:`top-hat <imgrecipes.morphology.top_hat>` picks small
details off an uneven background, and hit-or-miss finds a pattern of pixels.
"""

# %%
# A closing fills what is small
# -----------------------------
# The four circles, with pinholes and one large hole. A closing, dilation then erosion,
# fills every gap that the element does not fit into: the pinholes. SciPy's
# ``binary_fill_holes`` fills each hole that the mask encloses, whatever its size.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.display import compare_images
from imgrecipes.morphology import closing, dilate, erode, structuring_element, top_hat
from imgrecipes.pixels import circular_mask
from imgrecipes.samples import face, touching_circles

solid = touching_circles() > 0
holed = solid & ~circular_mask(solid.shape, center=(27, 24), radius=6)
mask = holed & (np.random.default_rng(0).random(solid.shape) > 0.05)

disk = structuring_element("disk", 2)
closed = closing(mask, disk)
filled = ndimage.binary_fill_holes(mask)
outline = dilate(closed) & ~erode(closed)

compare_images(
    {
        f"mask: {mask.sum()} pixels": mask,
        f"closed: {closed.sum()} pixels": closed,
        f"filled: {filled.sum()} pixels": filled,
        f"outline: {outline.sum()} pixels": outline,
    }
)
# Alt: Four touching white disks with many pinholes and one large hole. Closed, the
# pinholes are gone and the large hole stays; filled, the large hole is gone as well.
# The outline is a thin line around the disks and around the hole.
plt.show()

wrong = {"mask": mask, "closed": closed, "filled": filled}
errors = {name: int((picture != holed).sum()) for name, picture in wrong.items()}
print("pixels that differ from the mask without pinholes:", errors)
assert errors == {"mask": 133, "closed": 43, "filled": 124}
added = int((closed & ~holed).sum())
assert added == 34

# %%
# Of the 43 pixels that the closing gets wrong, 34 lie in the notches between circles,
# which it fills as well; the others are pinholes open to the rim. A closing adds only,
# and to close twice changes nothing more.

assert not (mask & ~closed).any()
assert np.array_equal(closed, closing(closed, disk))

# %%
# A gradient shows edges
# ----------------------
# The outline above is dilation without erosion. Of a grey image, the difference of the
# two is the morphological gradient: how much the grey varies in the neighbourhood. It
# cannot be negative, so that unsigned integers do not wrap.

image = face(gray=True)[200:600, 400:920]
gradient = dilate(image, disk) - erode(image, disk)
compare_images({"image": image, f"gradient, mean {gradient.mean():.0f}": gradient})
# Alt: Left, the raccoon's face. Right, its gradient on the same grey scale: whiskers,
# eyes and the rim of the nose as bright lines on dark.
plt.show()

# %%
# SciPy has it as ``morphological_gradient``. It agrees where the disk does not reach
# over the border.

plain = ndimage.morphological_gradient(image, footprint=disk)
assert np.array_equal(plain[2:-2, 2:-2], gradient[2:-2, 2:-2])

# %%
# A top-hat removes the background
# --------------------------------
# Nine bright and nine dark dots on a background that grows from dark to bright: no
# threshold tells the dots from it. An opening by an element larger than a dot is the
# background; the image minus the opening holds the bright dots. With ``dark=True``, the
# closing minus the image holds the dark ones. The slope leaves faint shadows beside the
# other dots, less than half as high as a dot, so that a threshold of 15 passes them by.

dots = np.zeros((96, 96))
dots[12:90:30, 12:90:30] = 1
dots[26:96:30, 26:96:30] = -1
ramp = np.linspace(85, 165, 96)
spots = ndimage.grey_dilation(dots, footprint=disk) + ndimage.grey_erosion(
    dots, footprint=disk
)
uneven = np.rint(ramp + 30 * spots).astype(np.uint8)

window = structuring_element("square", 4)
bright, dark = top_hat(uneven, window), top_hat(uneven, window, dark=True)
found = [ndimage.label(hat > 15)[1] for hat in (bright, dark)]
compare_images(
    {
        "dots on a slope": uneven,
        "image > 125": np.where(uneven > 125, 255, 0),
        f"top-hat: {found[0]} dots": 6 * bright.astype(float),
        f"dark top-hat: {found[1]} dots": 6 * dark.astype(float),
    },
    vmin=0,
    vmax=255,
)
# Alt: Small bright and dark dots on a grey slope. A threshold splits the slope in two
# halves, where only some dots show. The top-hats, brightened six times, show nine
# bright dots each on black with faint shadows, the second those that were dark.
plt.show()
assert found == [9, 9]

# %%
# Hit-or-miss finds a pattern
# ---------------------------
# Two erosions ask two questions: is the object here, and is the background there? The
# middle alone set, its eight neighbours not, is a lone pixel.

points = np.zeros((9, 9), dtype=bool)
points[1, 1] = points[2, 6] = True
points[5:8, 2:5] = True
here = np.pad([[True]], 1)
lone = erode(points, here) & erode(~points, ~here)
print("lone pixels:", np.argwhere(lone).tolist())
assert np.argwhere(lone).tolist() == [[1, 1], [2, 6]]
assert np.array_equal(lone, ndimage.binary_hit_or_miss(points, here, ~here))

# %%
# When to use which: all of these are one line of NumPy around ``erode`` and ``dilate``,
# so SciPy's ready-made calls save little. Only ``binary_fill_holes`` does what no
# closing can.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_morphology_measure_sizes_by_openings.py`. To clean a
#    segmentation: :ref:`sphx_glr_gallery_segmentation_clean_a_segmentation.py`.
