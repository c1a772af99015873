"""
Count and measure blobs
=======================

How many blobs are there, how large is each of them, and how bright? We number the
regions of a mask with :func:`imgrecipes.measurement.label_regions` and measure all of
them in one table with :func:`imgrecipes.measurement.region_table`.
"""

# %%
# Number the regions
# ------------------
# The field is random and smooth; its blobs are the pixels above its mean. Two pixels
# belong to one region if steps up, down, left or right lead from one to the other
# without leaving the mask.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.measurement import label_regions, region_table
from imgrecipes.samples import blobs

field = blobs()
mask = field > field.mean()
labels = label_regions(mask)

count = labels.max()
print(f"{count} regions")
assert count == 28

# %%
# The result has the shape of the image: 0 in the background, 1 to 28 in the regions.
# Neighbouring numbers would be hard to tell apart in grey, so each gets a colour; the
# background is left white.

fig, (left, right) = plt.subplots(1, 2, figsize=(6, 3.2))
left.imshow(field, cmap="gray")
left.set_title("field")
right.imshow(np.ma.masked_equal(labels, 0), cmap="turbo", interpolation="nearest")
right.set_title(f"{count} regions")
for ax in (left, right):
    ax.set_axis_off()
# Alt: Two square images. Left, a smooth grey field of bright spots on black. Right, the
# 28 regions around the spots, from small disks to large clusters, each in its own
# colour, which changes from blue at the top to red at the bottom.
plt.show()

# %%
# Measure them in one table
# -------------------------
# The table is a dictionary of arrays with one row for each region. These are the five
# largest of them:

table = region_table(labels, field)
print("label   size     mean      max   centroid")
for k in np.argsort(table["size"])[:-6:-1]:
    row, column = table["centroid"][k]
    print(
        f"{table['label'][k]:5} {table['size'][k]:6} {table['mean'][k]:8.5f} "
        f"{table['max'][k]:8.5f}   ({row:.1f}, {column:.1f})"
    )
assert table["size"].max() == 2073
assert table["size"].sum() == mask.sum() == 23931

# %%
# A sum is not a mean
# -------------------
# The classic lecture notes add up the values of each region and call the sums means.
# A sum follows the size: the largest region has nearly the largest sum, however dim it
# is. The mean is the sum divided by the number of pixels.

total = ndimage.sum_labels(field, labels, table["label"])
assert np.allclose(total / table["size"], table["mean"])

fig, axes = plt.subplots(2, 1, figsize=(6, 5), sharex=True)
for ax, values, name in zip(axes, (total, table["mean"]), ("sum", "mean"), strict=True):
    ax.plot(table["size"], values, "o", clip_on=False)
    ax.set(ylabel=f"{name} of the field", ylim=0)
axes[1].set(xlabel="size of the region (pixels)", xlim=0)
# Alt: Two plots over the size of the region. The sums rise with the size almost along
# a straight line. The means scatter: the highest belongs to a region of
# medium size.
plt.show()

# %%
# By sum and by mean, different regions win.

brightest, heaviest = table["mean"].argmax(), total.argmax()
for name, k in (("largest sum", heaviest), ("largest mean", brightest)):
    print(
        f"{name}: region {table['label'][k]}, {table['size'][k]} pixels, "
        f"mean {table['mean'][k]:.5f}"
    )
assert table["size"][heaviest] > 3 * table["size"][brightest]

# %%
# The same in plain SciPy
# -----------------------
# Each measure is one call that wants the labels and a list of them. Mind the name:
# ``ndimage.sum`` still works, and `scipy.ndimage.sum_labels` says what it does.

plain, number = ndimage.label(mask)
index = np.arange(1, number + 1)
assert np.array_equal(plain, labels)
assert np.array_equal(ndimage.sum_labels(mask, plain, index), table["size"])
assert np.allclose(ndimage.mean(field, plain, index), table["mean"])

# %%
# When to use which: SciPy's call for one measure, the recipe for several of them, which
# then share the work of finding the regions. If you use pandas, ``DataFrame`` takes the
# columns that are not positions as they are.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_measurement_remove_small_regions.py`. How to get a
#    mask: :ref:`sphx_glr_gallery_segmentation_threshold_by_the_histogram.py`.
