"""
Find centres and maxima
=======================

Where is an object? The middle of its shape, its centre of mass and its brightest pixel
are three different answers. :func:`imgrecipes.measurement.region_table` gives all three
for each region, in images and in volumes.
"""

# %%
# Three answers
# -------------
# The *centroid* is the mean position of a region's pixels. In the *centre of mass* each
# pixel counts by its brightness. The *peak* is the brightest pixel.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.measurement import label_regions, region_table
from imgrecipes.samples import blobs, phantom

field = blobs()
labels = label_regions(field > field.mean())
table = region_table(labels, field)

fig, ax = plt.subplots(figsize=(6, 6.3))
ax.imshow(field, cmap="gray")
ax.contour(labels > 0, levels=[0.5], colors="white", linewidths=0.8)
marks = (
    ("centroid", "o", "#56B4E9"),
    ("center_of_mass", "+", "#E69F00"),
    ("peak", "x", "#FF6FB5"),
)
for name, marker, color in marks:
    row, column = table[name].T
    ax.plot(
        column,
        row,
        marker,
        color=color,
        markersize=9,
        markerfacecolor="none",
        markeredgewidth=2,
        label=name.replace("_", " "),
    )
ax.set_axis_off()
ax.legend(
    loc="upper center",
    bbox_to_anchor=(0.5, 0),
    ncols=3,
    handletextpad=0.2,
    columnspacing=1,
)
# Alt: The grey field with the outlines of 28 regions. Each has a blue circle at its
# centroid, an orange plus at its centre of mass and a pink cross at its peak. In small
# disks the three coincide; in long clusters they lie far apart, the plus near the
# circle.
plt.show()

# %%
# In a region that holds several blobs the peak lies in one of them, anywhere. The other
# two are averages over many pixels and change little when the image does.

apart = np.linalg.norm(table["peak"] - table["centroid"], axis=1)
moved = np.linalg.norm(table["center_of_mass"] - table["centroid"], axis=1)
print(f"from centroid to peak: up to {apart.max():.1f} pixels")
print(f"from centroid to centre of mass: up to {moved.max():.1f} pixels")
assert moved.max() < 3
assert apart.max() > 28

# %%
# Between the pixels
# ------------------
# The peak is a whole pixel. The centre of mass can find a spot to a small fraction of a
# pixel, but everything else in the region pulls at it: a constant background, though it
# has no structure, pulls it to the middle of the region.

truth = np.array([12.3, 17.8])
row, column = np.ogrid[:41, :41]
spot = np.exp(-((row - truth[0]) ** 2 + (column - truth[1]) ** 2) / (2 * 2.0**2))
window = np.ones(spot.shape, int)

print(f"truth: {truth}")
error = {}
for name, image in (("dark", spot), ("bright", spot + 0.1)):
    found = region_table(window, image)
    center, peak = found["center_of_mass"][0], found["peak"][0]
    error[name] = np.linalg.norm(center - truth)
    print(f"{name} background: peak {peak}, centre of mass {center.round(2)}")
assert error["dark"] < 1e-6
assert error["bright"] > 6
assert np.array_equal(peak, np.rint(truth))

# %%
# So subtract the background first, or measure in a mask that fits tightly.
#
# In a volume
# -----------
# The phantom's lesion is a ball whose centre we know: (30.4, 48, 40) voxels from the
# corner of the volume. Positions refer to the centres of voxels, half a voxel less.

head = phantom(64)
lesion = region_table(label_regions(head == 170), head)
center = lesion["centroid"][0]
print(f"plane, row, column: {center.round(2)}")
expected = (np.array([-0.05, 0.50, 0.25]) + 1) / 2 * 64 - 0.5
assert np.allclose(center, expected, atol=0.1)

# %%
# The same in plain SciPy
# -----------------------

index = table["label"]
assert np.allclose(
    ndimage.center_of_mass(field, labels, index), table["center_of_mass"]
)

highest = np.array(ndimage.maximum_position(field, labels, index))
differ = np.any(highest != table["peak"], axis=1)
assert np.array_equal(field[tuple(highest.T)], table["max"])
print(f"in {differ.sum()} regions SciPy names another pixel as bright as the peak")
assert differ.sum() <= 2

# %%
# When to use which: SciPy's calls for one measure of a few regions. Where several
# pixels share the largest value, SciPy does not say which of them it names; the recipe
# promises the first in reading order.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_measurement_average_blocks.py`. How objects that touch
#    become several regions:
#    :ref:`sphx_glr_gallery_segmentation_split_touching_circles.py`.
