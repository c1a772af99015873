"""
Find blobs
==========

Cells, stars, drops: round spots of any size, which have a position and a radius. We
find them with :func:`imgrecipes.features.find_blobs`, which looks at the picture on
many scales at once, and measure the error in the radius on disks that we know, on a
field of soft blobs, and in a volume.
"""

# %%
# One filter, many scales
# -----------------------
# The Laplacian of a Gaussian weighs the middle of a window against the ring around it.
# Its response to a disk is strongest if the middle is as large as the disk: at a sigma
# of the radius divided by the root of 2. Multiplied by sigma squared, the largest
# response is 0.74 times the contrast, whatever the radius.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.denoising import add_noise
from imgrecipes.features import find_blobs
from imgrecipes.pixels import circular_mask
from imgrecipes.samples import blobs, phantom

sigmas = np.geomspace(2, 20, 17)
centers = [(32, 30), (30, 90), (36, 160), (110, 50), (108, 150)]
radii = np.array([4.0, 7.0, 10.5, 15.0, 22.0])
# Four by four points for each pixel give disks with soft edges.
fine = np.zeros((640, 800), bool)
for center, radius in zip(centers, radii, strict=True):
    fine |= circular_mask(fine.shape, np.multiply(center, 4) + 1.5, 4 * radius)
disks = 100 * fine.reshape(160, 4, 200, 4).mean(axis=(1, 3))

fig, ax = plt.subplots(figsize=(6, 3.6))
for center, radius in list(zip(centers, radii, strict=True))[1:4]:
    response = [-(s**2) * ndimage.gaussian_laplace(disks, s)[center] for s in sigmas]
    (line,) = ax.plot(sigmas, response, "o-", label=f"radius {radius:g}")
    ax.vlines(radius / np.sqrt(2), 0, 80, color=line.get_color(), linestyle=":")
ax.set(xlabel="sigma (pixels)", ylabel="response", xscale="log")
ax.set_xticks([2, 5, 10, 20], ["2", "5", "10", "20"])
ax.minorticks_off()
ax.set_ylim(0, 95)
ax.legend(loc="upper center", ncols=3, columnspacing=1)
# Alt: Response at the centres of three disks over sigma. Each curve rises from near 0
# to a peak of about 74 and falls again; a dotted line through each peak marks the
# disk's radius divided by the root of 2.
plt.show()

# %%
# Radii as numbers
# ----------------
# A blob is a pixel and a scale whose response exceeds that of all neighbours in space
# and scale. A parabola through each peak and its neighbours gives position and sigma
# between the steps; without it, the radius is wrong by up to half a step, 7.5 %.

noisy = add_noise(disks, sigma=20, seed=2)
found = find_blobs(noisy, sigmas, threshold=45)
coarse = find_blobs(noisy, sigmas, threshold=45, subpixel=False)
assert len(found) == len(coarse) == len(radii)

# Sorted by size, both stand in the order of the radii.
found, coarse = (spots[spots[:, 2].argsort()] for spots in (found, coarse))
error, error_coarse = (s[:, 2] * np.sqrt(2) / radii - 1 for s in (found, coarse))
off = np.linalg.norm(found[:, :2] - centers, axis=1)
for radius, fine_error, step_error in zip(radii, error, error_coarse, strict=True):
    print(f"radius {radius:4.1f}: {fine_error:+.1%}, one of sigmas {step_error:+.1%}")
print(f"centres are off by up to {off.max():.2f} pixels")
assert np.abs(error).max() < 0.03
assert np.abs(error_coarse).max() > 0.04
assert off.max() < 0.3


def show(image: np.ndarray, spots: np.ndarray, height: float, vmax: float) -> None:
    _, ax = plt.subplots(figsize=(6, height))
    ax.imshow(image, cmap="gray", vmin=image.min(), vmax=vmax)
    for row, column, sigma in spots:
        place, radius = (column, row), sigma * np.sqrt(2)
        ax.add_patch(plt.Circle(place, radius, fill=False, color="#E69F00", lw=2))
    ax.set_axis_off()


show(noisy, found, height=4.8, vmax=130)
# Alt: Five bright disks of different sizes in grainy noise, each with an orange circle
# that fits its edge.
plt.show()

# %%
# A field of soft blobs
# ---------------------
# The sample has 100 points, each blurred by 6.4 pixels. Alone, such a Gaussian has a
# peak of half its height at its own sigma. Many of them touch: counted as regions of a
# mask, they are 28. Looked at as blobs, twice as many come apart. Points nearer than
# about two sigmas remain one blob.

field = blobs()
height = 1 / (2 * np.pi * 6.4**2)
spots = find_blobs(field, np.geomspace(3, 12, 13), threshold=0.2 * height)
regions = ndimage.label(field > field.mean())[1]
typical = np.median(spots[:, 2])
print(f"{regions} regions, {len(spots)} blobs, median sigma {typical:.1f}")
assert regions == 28
assert len(spots) > 1.9 * regions

show(field, spots, height=6, vmax=3 * height)
# Alt: A field of grey blobs with about sixty orange circles. Single blobs have a circle
# of their own, also where two or three touch; close pairs share a larger one, and one
# cluster at the lower left border has none.
plt.show()

# %%
# The sizes are less exact here. The ring around a blob should be dark; a neighbour in
# it makes the blob look smaller, so that the median falls short of 6.4. Two blobs in
# one come out larger.

assert 5.5 < typical < 6.4

# %%
# In a volume
# -----------
# The same call takes volumes. The largest response to a ball is at its radius divided
# by the root of 3. The lesion of the phantom is a ball with a radius of 4.48 voxels. It
# lies in grey brain; a ventricle and the skull are near and pull a little.

head = phantom(64)
balls = find_blobs(head, np.geomspace(1.5, 4, 6), threshold=30)
truth = (np.array([-0.05, 0.50, 0.25]) + 1) * 32 - 0.5
plane, row, column, sigma = balls[0]
print(f"plane {plane:.1f}, row {row:.1f}, column {column:.1f} (truth {truth.round(1)})")
print(f"radius {sigma * np.sqrt(3):.2f} voxels (truth 4.48)")
assert len(balls) == 1
assert np.linalg.norm(balls[0, :3] - truth) < 0.8
assert abs(sigma * np.sqrt(3) / 4.48 - 1) < 0.06

# %%
# In plain SciPy
# --------------
# For spots of one known size, one scale will do: a filter, and the pixels that no
# neighbour exceeds. Here sigma fits the disk of radius 7.

sigma = 7 / np.sqrt(2)
one = -(sigma**2) * ndimage.gaussian_laplace(disks, sigma)
peaks = np.argwhere((one == ndimage.maximum_filter(one, 3)) & (one > 70))
print(peaks)
assert np.array_equal(peaks, [centers[1]])

# %%
# When to use which: SciPy's filter if all spots have one size; the recipe if sizes
# differ or are the question; labelled regions if objects are not round or their exact
# shape counts.
#
# .. seealso::
#    Regions instead of blobs:
#    :ref:`sphx_glr_gallery_measurement_count_and_measure_blobs.py`. Objects that touch:
#    :ref:`sphx_glr_gallery_segmentation_split_touching_circles.py`.
