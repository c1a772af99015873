"""
Average along circles
=====================

Some images depend only on the distance from a centre: rings of light behind a pinhole,
a star, a drop. Averaging along the circles turns such an image into a curve and takes
most of its noise away. :func:`imgrecipes.measurement.radial_mean` keeps every pixel,
also those at the centre.
"""

# %%
# Rings in noise
# --------------
# The light behind a round hole forms a bright disk with faint rings, the Airy pattern.
# We draw its square root, in which the rings are less faint, around a centre between
# the pixels, and add noise that is stronger than the rings. The grey scale ends at 0.4,
# far below the 1 at the centre.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage, special

from imgrecipes.display import compare_images
from imgrecipes.measurement import radial_mean
from imgrecipes.samples import face


def amplitude(distance: np.ndarray) -> np.ndarray:
    phase = np.maximum(distance / 8, 1e-9)
    return np.abs(2 * special.j1(phase) / phase)


center = (121.4, 133.8)
row, column = np.ogrid[:256, :256]
truth = amplitude(np.hypot(row - center[0], column - center[1]))
noise = np.random.default_rng(5).normal(0, 0.2, truth.shape)
image = truth + noise

compare_images({"without noise": truth, "with noise": image}, vmin=0, vmax=0.4)
# Alt: Two images on one grey scale. Left, a white disk with grey rings around it that
# become fainter outwards. Right, the same in strong grainy noise: the first ring can be
# made out, the others cannot.
plt.show()

# %%
# The profile
# -----------
# Each ring is one pixel wide. The recipe returns the mean distance of the ring's
# pixels, their mean, and their number. The first ring holds the few pixels within one
# pixel of the centre, so its mean is the most uncertain.

radius, mean, count = radial_mean(image, center)
for k in (0, 1, 50):
    print(f"radius {radius[k]:5.2f}: mean {mean[k]:.3f} of {count[k]} pixels")
assert count[0] == 3

inside = radius < 120
fig, ax = plt.subplots(figsize=(6, 3.8))
ax.plot(radius[inside], mean[inside], "o", markersize=4, label="mean of the ring")
ax.plot(radius[inside], amplitude(radius[inside]), linewidth=1.5, label="truth")
ax.set(xlabel="distance from the centre (pixels)", ylabel="intensity")
ax.legend()
# Alt: Profile over the distance from the centre. The points of the ring means follow
# the curve of the truth from 1 at the centre through five lobes of falling height.
plt.show()

# %%
# With the square root of the number of pixels, the noise falls. In units of what is
# left of it, the errors have a standard deviation of about one.

error = mean - radial_mean(truth, center)[1]
relative = (error * np.sqrt(count) / 0.2)[inside]
print(f"noise of a pixel: 0.2, of the profile: {error[inside].std():.4f}")
print(f"in units of the expected error: {relative.std():.2f}")
assert 0.8 < relative.std() < 1.2
assert error[inside].std() < 0.2 / 8

# %%
# No pixel is lost: the sum over the rings of count times mean is that of the image.

assert count.sum() == image.size
assert np.isclose((count * mean).sum(), image.sum())

# %%
# A wrong centre
# --------------
# With a wrong centre each circle crosses several rings, and the profile becomes
# flatter. Six pixels are enough to fill the dark gap around the disk.

wrong = radial_mean(image, (center[0] + 6, center[1]))[1]
gap = mean[29:32].mean(), wrong[29:32].mean()
print(f"in the gap: {gap[0]:.3f}, with a wrong centre: {gap[1]:.3f}")
assert gap[1] > 2 * gap[0]

# %%
# The centre of a photograph
# --------------------------
# The classic lecture notes average the face along circles in twenty steps up to its
# corner, 32 pixels each. They leave out the first bin, the disk at the centre with its
# 3205 pixels, and never show the curve. Here it is, with all the bins; the last holds
# just the pixel in the corner.

gray = face(gray=True)
middle = (384, 512)
radius, mean, count = radial_mean(gray, middle, width=32)
print(f"{len(count)} bins; first: {count[0]} pixels, last: {count[-1]}")
assert (len(count), count[0], count[-1]) == (21, 3205, 1)
assert np.isclose((count * mean).sum(), gray.sum())

fig, ax = plt.subplots(figsize=(6, 3.6))
ax.plot(radius, mean, "o-")
ax.plot(radius[0], mean[0], "o", markersize=11, label="left out by the classic")
ax.set(xlabel="distance from the centre (pixels)", ylabel="mean grey level")
ax.legend()
# Alt: The mean grey level of the face over the distance from its centre: 130 at the
# centre, a maximum of 146 near 120 pixels, a minimum of 100 near 430, then up again.
# The point at the centre is marked as left out by the classic.
plt.show()

# %%
# The same in plain SciPy
# -----------------------
# The number of the bin is a label like any other, and it starts at 0.

row, column = np.ogrid[:768, :1024]
ring = (np.hypot(row - 384, column - 512) / 32).astype(int)
plain = ndimage.mean(gray, ring, np.arange(ring.max() + 1))
assert np.allclose(plain, mean)

# %%
# When to use which: the plain way for bins of your own making, the recipe for rings
# and, in volumes, for spherical shells. It knows the middle of the image, takes centres
# between the pixels, and says how many pixels stand behind each value.
#
# .. seealso::
#    The other way to reduce an image to few numbers:
#    :ref:`sphx_glr_gallery_measurement_average_blocks.py`. How to find a centre:
#    :ref:`sphx_glr_gallery_measurement_find_centers_and_maxima.py`.
