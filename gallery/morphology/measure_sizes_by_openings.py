"""
Measure sizes by openings
=========================

How large are the objects in a mask, if they touch and overlap so that they cannot be
counted one by one? Open the mask by disks of growing radius, as a series of sieves, and
note how much is left: :func:`imgrecipes.morphology.granulometry`. We test it on disks
of known size, then measure blobs.
"""

# %%
# Disks of known size
# -------------------
# Twelve disks of radius 4, five of radius 7 and three of radius 11, placed so that they
# do not touch.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.display import compare_images
from imgrecipes.morphology import granulometry, opening, structuring_element
from imgrecipes.samples import blobs

sizes = [4] * 12 + [7] * 5 + [11] * 3
np.random.default_rng(1).shuffle(sizes)
row, column = np.ogrid[:120, :150]
mask = np.zeros((120, 150), dtype=bool)
for index, radius in enumerate(sizes):
    middle = 15 + 30 * (index // 5), 15 + 30 * (index % 5)
    mask |= (row - middle[0]) ** 2 + (column - middle[1]) ** 2 <= radius**2

radii = np.arange(16)
area = granulometry(mask, radii)
loss = area[:-1] - area[1:]
print(dict(zip(radii.tolist(), area.tolist(), strict=True)))

# %%
# The area stays nearly level while the sieve is finer than any disk, then it falls in
# steps. The disks of radius 4 pass through the sieve of radius 5: the step after 4 is
# theirs.

fig, (top, below) = plt.subplots(2, 1, figsize=(6, 7), height_ratios=(3, 2))
top.imshow(mask, cmap="gray")
top.set_axis_off()
below.step(radii, area, where="post")
below.set(xlabel="radius of the opening, in pixels", ylabel="pixels left")
for radius in (4, 7, 11):
    below.annotate(
        f"radius {radius}",
        (radius + 1, area[radius]),
        xytext=(4, -2),
        textcoords="offset points",
    )
# Alt: Above, twenty white disks of three sizes on black. Below, the number of pixels
# left against the radius of the opening: a staircase that falls after the radii 4, 7
# and 11, and reaches zero.
plt.show()

# %%
# The height of a step, divided by the area of one disk, tells how many disks there are.
# It comes near to a whole number, but not onto it: on a grid, a disk is not quite made
# up of smaller disks. A sieve that is fine enough still takes some pixels of its edge,
# and a coarser one may take fewer, so that the curve can even rise a little.

found = {int(radius): int(loss[radius]) for radius in radii[:-1][loss > 100]}
for radius, lost in found.items():
    one = structuring_element("disk", radius).sum()
    print(f"radius {radius}: {lost} pixels are {lost / one:.2f} disks")
counts = [lost / structuring_element("disk", r).sum() for r, lost in found.items()]
assert list(found) == [4, 7, 11]
assert np.rint(counts).tolist() == [12, 5, 3]

# %%
# The plain call, radius by radius
# --------------------------------
# A granulometry is a loop over openings. The classic lecture notes write it so, too,
# but their default radii, ``range(1, s/2, 2)``, cannot run: ``/`` makes a float.
# Write ``range(1, s // 2, 2)``, or better, choose the radii yourself.

plain = [
    ndimage.binary_opening(mask, structuring_element("disk", radius)).sum()
    for radius in radii
]
assert area.tolist() == plain

s = max(mask.shape)
try:
    range(1, s / 2, 2)
except TypeError as error:
    message = str(error)
print(message)
assert message == "'float' object cannot be interpreted as an integer"
assert granulometry(mask, range(1, s // 2, 2))[:3].tolist() == area[1:6:2].tolist()

# %%
# Blobs that have grown together
# ------------------------------
# The blobs of :func:`imgrecipes.samples.blobs` come from points, each blurred to the
# same size, but many have grown together: 28 objects of very different areas. One size
# must stand out nevertheless, that of a single point.

field = blobs()
mask = field > field.mean()
radii = np.arange(31)
area = granulometry(mask, radii)
loss = area[:-1] - area[1:]
size = int(radii[np.argmax(loss)])

fig, ax = plt.subplots(figsize=(6, 3.6))
ax.plot(radii, area, "o-", markersize=5, label="pixels left")
ax.bar(radii[:-1] + 0.5, loss, width=0.8, color="#D55E00", label="pixels lost")
ax.set(xlabel="radius of the opening, in pixels", ylabel="pixels")
ax.legend()
# Alt: The number of pixels left falls from 24000 to 0 as the radius grows to 26. Bars
# of the pixels lost from one radius to the next: the tallest stands between 8 and 9.
plt.show()

print(f"Most is lost between the radii {size} and {size + 1}")
assert size == 8

# %%
# Is that right? A single point, blurred by a Gaussian filter of 6.4 pixels, exceeds the
# mean of 100 points within a radius that a formula tells.

sigma, mean = 256 / 40, 100 / 256**2
truth = sigma * np.sqrt(-2 * np.log(mean * 2 * np.pi * sigma**2))
print(f"A single point becomes a disk of radius {truth:.2f}")
assert size < truth < size + 1

# %%
# The opening by radius 10, larger than that, removes the single points and leaves what
# several of them make together.

opened = opening(mask, structuring_element("disk", 10))
labels, _ = ndimage.label(mask)
small = np.bincount(labels.ravel()) < 1.2 * np.pi * truth**2
assert small.sum() == 6
assert not opened[small[labels]].any()
count = [ndimage.label(picture)[1] for picture in (mask, opened)]
compare_images(
    {
        f"mask: {count[0]} objects": mask,
        f"opened: {count[1]} objects": opened,
    }
)
# Alt: Left, white blobs, some round, some grown together into large shapes. Right, only
# the thick parts of the large shapes are left, with round outlines.
plt.show()

# %%
# When to use which: count and measure the objects one by one if they lie apart; use
# openings if they overlap. The recipe treats an object that the border cuts as if it
# went on outside, ``binary_opening`` as if it ended there.
#
# .. seealso::
#    To measure objects one by one:
#    :ref:`sphx_glr_gallery_measurement_count_and_measure_blobs.py`.
