"""
Find edges
==========

A drawing of lines says much about a picture with few pixels. Canny's method makes one:
it wants each edge once, one pixel thin, and without gaps. We go through its four steps
on the face of the raccoon, then take them all at once with
:func:`imgrecipes.features.find_edges`, and measure how far edges are from the truth.
"""

# %%
# Blur, then slope
# ----------------
# Noise and fur are steep as well, so a Gaussian blur decides first how fine an edge may
# be. Here sigma is 3 pixels. The magnitude of the gradient is large along edges, but in
# bands several pixels wide: no threshold makes thin lines of them.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.denoising import add_noise
from imgrecipes.display import compare_images
from imgrecipes.features import (
    find_edges,
    sobel_gradient,
    thin_edges,
    threshold_hysteresis,
)
from imgrecipes.pixels import circular_mask
from imgrecipes.samples import face
from imgrecipes.smoothing import blur_gaussian

image = face(gray=True)[230:490, 510:820].astype(np.float64)
blurred = blur_gaussian(image, 3)
gradient = sobel_gradient(blurred)
magnitude = np.linalg.norm(gradient, axis=0)

# %%
# Thin the bands to their crests
# ------------------------------
# A pixel stays if it is steeper than its two neighbours uphill and downhill, along the
# gradient. In between the pixels their slope is interpolated. What stays is thin, but
# it is a crest of anything, however faint.

crests = thin_edges(gradient)
strength = magnitude * crests
print(f"steeper than 4: {(magnitude > 4).mean():.0%} of the pixels")
print(f"crests: {crests.mean():.0%}, both: {(strength > 4).mean():.1%}")
assert (strength > 4).sum() < (magnitude > 4).sum() / 4

# %%
# Two thresholds
# --------------
# A single threshold tears edges to pieces where they become faint, or lets noise in.
# With two, an edge has to be steep somewhere, here 8 levels per pixel, and may then be
# followed down to 4. In code: label what exceeds the low one, keep the labels that
# occur above the high one.

edges = threshold_hysteresis(strength, low=4, high=8)
panels = {
    "1 blurred": blurred / 255,
    "2 slope": magnitude / 16,
    "3 crests": crests,
    "4 edges": edges,
}
compare_images(panels, vmin=0, vmax=1)
# Alt: Four pictures of the raccoon's eyes and nose. First, blurred. Second, its slope,
# bright bands around eyes, nose and stripes. Third, crests: a maze of thin white lines
# all over. Fourth, edges: few long thin lines along stripes and nose, and the pupils.
plt.show()

# %%
# Count the pieces: with one threshold at 8 the lines are short, with one at 4 there are
# many of them, most of them faint.

pieces = {}
for name, mask in {
    "above 8": strength > 8,
    "above 4": strength > 4,
    "from 8 down to 4": edges,
}.items():
    pieces[name] = ndimage.label(mask, np.ones((3, 3)))[1]
    print(
        f"{name:16} {pieces[name]:3d} lines of {mask.sum() / pieces[name]:.0f} pixels"
    )
assert pieces["from 8 down to 4"] <= min(pieces.values())

# %%
# All at once
# -----------
# The recipe takes the same steps. Its thresholds are slopes of the *blurred* image: a
# step of height h has the slope h / (2.5 sigma), so that for another sigma other
# thresholds are due.

assert np.array_equal(find_edges(image, low=4, high=8, sigma=3), edges)

fine = find_edges(image, low=12, high=24, sigma=1)
coarse = find_edges(image, low=2, high=4, sigma=6)
compare_images({"sigma 1": fine, "sigma 6": coarse})
# Alt: Edges of the same face at two scales. Left, for sigma 1, many short lines: tufts
# of fur, whiskers, the pupils. Right, for sigma 6, a few long smooth curves.
plt.show()

print(f"edge pixels: {fine.sum()} for sigma 1, {coarse.sum()} for sigma 6")
assert fine.sum() > 2 * coarse.sum()

# %%
# How far from the truth?
# -----------------------
# A disk of radius 40 in noise has an edge we know. Each edge pixel should lie on the
# circle; half a pixel is lost to whole pixels anyway. The blur also pulls curved edges
# inwards, by about sigma² / 2r.

center, radius = (63.7, 64.2), 40
fine_grid = circular_mask((1024, 1024), np.multiply(np.add(center, 0.5), 8) - 0.5, 320)
disk = fine_grid.reshape(128, 8, 128, 8).mean(axis=(1, 3)) * 100
noisy = add_noise(disk, sigma=20, seed=1)
for sigma in (2, 4, 8):
    slope = 100 / (np.sqrt(2 * np.pi) * sigma)
    found = find_edges(noisy, 0.4 * slope, 0.8 * slope, sigma)
    off = np.hypot(*(np.argwhere(found) - center).T) - radius
    print(f"sigma {sigma}: mean {off.mean():+.2f}, spread {off.std():.2f} pixels")
    assert off.std() < 0.6
    assert abs(off.mean() + sigma**2 / (2 * radius)) < 0.15

# %%
# In plain SciPy
# --------------
# Every step is a few calls of :mod:`scipy.ndimage`; there is no loop over pixels.
# Thinning looks one step along the gradient, a step that ends on the square of the
# eight neighbours. Hysteresis can also be a propagation from the steep pixels into the
# others; labels take one pass, however long the lines.

place, step = np.indices(image.shape), gradient / np.abs(gradient).max(axis=0)
ahead, behind = (
    ndimage.map_coordinates(magnitude, place + way, order=1, mode="mirror")
    for way in (step, -step)
)
assert np.array_equal((magnitude > ahead) & (magnitude >= behind), crests)

grown = ndimage.binary_propagation(strength > 8, np.ones((3, 3)), mask=strength > 4)
assert np.array_equal(grown, edges)

# %%
# When to use which: the recipe for a drawing of lines; the single steps where you want
# to change one, such as a slope from another filter, or the strength of each edge in
# place of yes or no.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_features_find_corners.py`. The slope itself:
#    :ref:`sphx_glr_gallery_features_measure_the_gradient.py`. Edges of masks:
#    :ref:`sphx_glr_gallery_morphology_erode_and_dilate.py`.
