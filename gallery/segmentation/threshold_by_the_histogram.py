"""
Threshold by the histogram
==========================

Bright objects on dark ground make a histogram of two peaks. Whatever lies above the
valley between them is called object, whatever lies below is called background.
:func:`imgrecipes.segmentation.threshold_valley` finds the valley, and as we know the
true mask of these synthetic blobs, we can count the pixels that go wrong.
"""

# %%
# Cut at one half
# ---------------
# The background has the level 0, the blobs have 1 and a trace more, and normal noise of
# 0.2 lies over both. The obvious threshold is 0.5.

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

from imgrecipes.display import compare_images
from imgrecipes.pixels import histogram
from imgrecipes.samples import noisy_blobs
from imgrecipes.segmentation import threshold_valley

image, field = noisy_blobs()
truth = field > field.mean()
binary = image > 0.5

wrong = np.mean(binary != truth)
print(f"{wrong:.3%} of the pixels are wrong")
assert np.sum(binary != truth) == 411

compare_images(
    {"noisy blobs": image, f"above 0.5: {wrong:.2%} wrong": binary}, vmin=0, vmax=1
)
# Alt: Left, bright blobs on dark ground under strong noise. Right, the pixels above one
# half: clean white blobs on black, with hundreds of single wrong pixels strewn over.
plt.show()

# %%
# Levels below 0 are drawn black here, levels above 1 white. The threshold lies 2.5
# standard deviations of the noise away from both levels, and normal noise goes that far
# to one side in 0.62 % of all cases. So the wrong pixels are no fault of the threshold.

expected = stats.norm.sf(0.5 / 0.2)
print(f"expected: {expected:.3%}")
assert abs(wrong - expected) < 0.0002

# %%
# The valley of the histogram
# ---------------------------
# Without the truth, the histogram shows where to cut. We count in 60 bins; the recipe
# smooths the counts until only two peaks are left and takes the lowest bin between.

counts, levels = histogram(image, bins=60)
threshold = threshold_valley(image, bins=60)

print(f"valley at {threshold:.4f}, {np.mean((image > threshold) != truth):.3%} wrong")
assert round(threshold, 4) == 0.5205
assert np.sum((image > threshold) != truth) == 394

fig, ax = plt.subplots(figsize=(6, 3.6))
ax.bar(levels, counts, width=levels[1] - levels[0], color="0.65")
ax.axvline(0.5, color="C0", linestyle="--", label="0.5")
ax.axvline(threshold, color="C1", label="valley")
ax.set(xlabel="grey level", ylabel="pixels")
ax.legend()
# Alt: Histogram with a high peak at 0 and a lower one at 1. Two lines stand side by
# side in the deep valley between them: dashed at 0.5, solid at 0.52.
plt.show()

# %%
# The same in plain NumPy works where the peaks are smooth and you know about where they
# are: take the lowest bin between them.

plain, edges = np.histogram(image, bins=60)
between = np.flatnonzero((levels > 0) & (levels < 1))
lowest = between[np.argmin(plain[between])]
assert np.array_equal(plain, counts)
assert np.isclose((edges[lowest] + edges[lowest + 1]) / 2, threshold)

# %%
# A histogram knows nothing of places
# -----------------------------------
# Shuffle the pixels, and the histogram and the threshold stay what they were, though no
# blob is left. That a pixel is likely to be what its neighbours are is knowledge that a
# threshold leaves unused. The next pages put it to use.

shuffled = np.random.default_rng(0).permutation(image.ravel())
assert np.array_equal(histogram(shuffled, bins=60)[0], counts)
assert threshold_valley(shuffled, bins=60) == threshold

# %%
# .. seealso::
#    Other ways to find a threshold:
#    :ref:`sphx_glr_gallery_segmentation_choose_a_threshold.py`. How histograms count:
#    :ref:`sphx_glr_gallery_pixels_count_grey_levels.py`.
