"""
Count the grey levels of an image
=================================

A few numbers describe an image before you look at it: its darkest level, its brightest,
the mean. The histogram, counted by :func:`imgrecipes.pixels.histogram`, tells how many
pixels there are at each grey level. We see why its bins must fit the integers.
"""

# %%
# The mean and the extremes
# -------------------------
# Without an ``axis``, NumPy's methods take all the pixels at once.

import matplotlib.pyplot as plt
import numpy as np

from imgrecipes.pixels import histogram
from imgrecipes.samples import face

image = face(gray=True)
mean = image.mean()
print("mean", mean, "max", image.max(), "min", image.min())
assert mean == 113.48026784261067
assert (image.max(), image.min()) == (250, 0)

# %%
# Half of the pixels are darker than the median, half are brighter, apart from those
# that equal it. A percentile is the same for any other share: between the 5th and the
# 95th lie about 90 % of the pixels. Unlike the extremes, it does not hang on one pixel.

low, median, high = np.percentile(image, [5, 50, 95])
print(f"5th percentile {low:g}, median {median:g}, 95th percentile {high:g}")
assert (low, median, high) == (19, 115, 200)

# %%
# A bin for each level
# --------------------
# The recipe counts integers one by one and returns the levels beside the counts. Their
# weighted mean is the mean of the image, so nothing is lost but the place of the
# pixels.

counts, levels = histogram(image)
print(
    f"{counts.size} levels, most pixels ({counts.max()}) at {levels[counts.argmax()]:g}"
)
assert counts.sum() == image.size
assert np.isclose(np.average(levels, weights=counts), mean)

fig, ax = plt.subplots(figsize=(6, 3.6))
ax.bar(levels, counts, width=1, color="0.65")
ax.axvline(mean, color="#d55e00")
ax.annotate(f"mean {mean:.1f}", (mean + 4, 5600), color="#d55e00")
ax.set(xlabel="grey level", ylabel="number of pixels", ylim=(0, 6100))
# Alt: A histogram of grey bars over the levels 0 to 250. A low hump of dark pixels lies
# near 20, a broad hill around 115; an orange line marks the mean at 113.5.
plt.show()

# %%
# The plain call is `numpy.bincount`. It wants the pixels in one row, counts from 0, and
# refuses negative numbers and floats.

assert np.array_equal(np.bincount(image.ravel()), counts)

# %%
# Bins that do not fit make false gaps
# ------------------------------------
# `numpy.histogram` divides the range from the minimum to the maximum into bins of equal
# width. With 256 of them each is 250 / 256 = 0.977 levels wide: 251 levels cannot fill
# 256 bins, and five stay empty although every level occurs. With 100 bins, each is 2.5
# levels wide: some hold two levels and some three, which makes false peaks.

assert (counts > 0).all()
misfit, edges = np.histogram(image, bins=256)
print(f"256 bins of width {edges[1] - edges[0]:.3f}: {(misfit == 0).sum()} are empty")
assert (misfit == 0).sum() == 5

coarse, coarse_edges = np.histogram(image, bins=100)
levels_in_bin, _ = np.histogram(levels, coarse_edges)
twos, threes = (levels_in_bin == 2).sum(), (levels_in_bin == 3).sum()
print(f"100 bins of width 2.5: {twos} hold two levels, {threes} hold three")
assert (twos, threes) == (49, 51)

fig, axes = plt.subplots(2, 1, figsize=(6, 5.4), sharex=True)
axes[0].stairs(misfit, edges, fill=True, color="0.65")
axes[0].set(title="256 bins: false gaps", ylabel="number of pixels")
axes[1].stairs(coarse, coarse_edges, fill=True, color="0.65")
axes[1].set(title="100 bins: false peaks", ylabel="number of pixels")
axes[1].set(xlabel="grey level", xlim=(0, 250))
# Alt: Two histograms of the same image. With 256 bins, five narrow gaps reach down to
# zero. With 100 bins, the outline is a comb in which high and low bars alternate.
plt.show()

# %%
# For integers, put the edges halfway between the levels; then both calls agree. For
# floats there are no levels to line up with: choose the number of bins, which is 256
# for the recipe and 10 for NumPy if you say nothing.

fitting, _ = np.histogram(image, bins=np.arange(252) - 0.5)
assert np.array_equal(fitting, counts)

counts_of_floats, middles = histogram(image / 255, bins=50)
expected, _ = np.histogram(image / 255, bins=50)
assert np.array_equal(counts_of_floats, expected)

# %%
# When to use which: `numpy.bincount` for labels and 8-bit images; `numpy.histogram` for
# edges of your own; the recipe where you do not know the range of the integers, or
# whether there are negative ones.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_pixels_turn_colour_grey.py`. The valleys of a
#    histogram can split an image into objects and background: see segmentation.
