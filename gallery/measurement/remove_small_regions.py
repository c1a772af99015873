"""
Remove small regions
====================

What is too small is often noise, or cut off by the threshold. We keep the regions of at
least 1000 pixels with :func:`imgrecipes.measurement.remove_small_regions`, number them
anew with :func:`imgrecipes.measurement.relabel`, and cut one of them out with
:func:`imgrecipes.measurement.region_of_interest`.
"""

# %%
# Keep the large regions
# ----------------------
# We label the blobs, and turn every region of fewer than 1000 pixels into background.

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle
from scipy import ndimage

from imgrecipes.display import compare_images
from imgrecipes.measurement import (
    label_regions,
    region_of_interest,
    region_table,
    relabel,
    remove_small_regions,
)
from imgrecipes.samples import blobs

field = blobs()
labels = label_regions(field > field.mean())
large = remove_small_regions(labels, min_size=1000)

left = np.unique(large[large > 0])
share = (large > 0).sum() / (labels > 0).sum()
print(f"{len(left)} of {labels.max()} regions are left: {left}")
print(f"they hold {share:.1%} of the pixels")
assert len(left) == 9
assert (large > 0).sum() == 14442

compare_images({"28 regions": labels > 0, "9 of 1000 pixels or more": large > 0})
# Alt: Two masks, white on black. Left, 28 blobs from small disks to long clusters.
# Right, only the nine largest of them, in the same places.
plt.show()

# %%
# In plain SciPy, count the pixels of each label and use the counts as a lookup table:
# ``small[labels]`` looks up, for each pixel, whether its region is small.

sizes = np.bincount(labels.ravel())
small = sizes < 1000
plain = labels.copy()
plain[small[labels]] = 0
assert np.array_equal(plain, large)

# %%
# Close the gaps in the numbers
# -----------------------------
# The regions keep their numbers, so that you can look them up in an earlier table. When
# you need 1, 2, 3 and so on, relabel; the order stays.

dense = relabel(large)
print(f"before: {np.unique(large)}")
print(f"after:  {np.unique(dense)}")
assert np.array_equal(np.unique(dense), np.arange(10))
assert np.array_equal(region_table(dense)["size"], region_table(large)["size"])

# %%
# The plain way sorts the numbers and searches each pixel's label among them. It turns
# the smallest number into 0, which is right only as long as there is background.

assert np.array_equal(np.searchsorted(np.unique(large), large), dense)

# %%
# Cut out one region
# ------------------
# The region of interest is a tuple of slices, so it cuts the same part out of any image
# of that shape. We take region 4, with a margin of 10 pixels that is cut off at the
# border of the image.

box = region_of_interest(dense, 4)
window = region_of_interest(dense, 4, margin=10)
print(f"box: rows {box[0].start} to {box[0].stop - 1}, ", end="")
print(f"columns {box[1].start} to {box[1].stop - 1}")

fig, (whole, part) = plt.subplots(1, 2, figsize=(6, 3.2))
whole.imshow(field, cmap="gray", vmin=0, vmax=field.max())
rows, columns = window
whole.add_patch(
    Rectangle(
        (columns.start - 0.5, rows.start - 0.5),
        columns.stop - columns.start,
        rows.stop - rows.start,
        fill=False,
        edgecolor="#E69F00",
        linewidth=2,
    )
)
part.imshow(field[window], cmap="gray", vmin=0, vmax=field.max())
part.contour(dense[window] == 4, levels=[0.5], colors="#E69F00")
for ax in (whole, part):
    ax.set_axis_off()
# Alt: Left, the grey field with an orange frame around one cluster of blobs. Right, the
# part in the frame, enlarged, with the outline of the region drawn in orange.
plt.show()

# %%
# SciPy finds the boxes of all labels at once; the one of label 4 stands in place 3. The
# classic calls it with ``labels == 4``, a TypeError today: it wants integers.

assert ndimage.find_objects(dense)[3] == box

# %%
# When to use which: `scipy.ndimage.find_objects` or the columns ``start`` and ``stop``
# of the region table if you walk through all the regions, the recipe for one of them.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_measurement_find_centers_and_maxima.py`. Small specks
#    can also go before labelling:
#    :ref:`sphx_glr_gallery_segmentation_clean_a_segmentation.py`.
