"""
Take other ranks than the median
================================

Sort the pixels of a window, and take the smallest, the largest, or any in between:
these are the rank filters, and the median is one of them. With
:func:`imgrecipes.denoising.filter_percentile` we let bright and dark grow, draw edges,
and repair a sensor with so many dead cells that the median fails.
"""

# %%
# The smallest and the largest
# ----------------------------
# Percentile 0 is the minimum filter: dark grows. Percentile 100 is the maximum filter:
# bright grows. Both move the mean of the picture, so they are no denoisers by
# themselves.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.denoising import denoise_median, filter_percentile, rmse
from imgrecipes.display import compare_images
from imgrecipes.samples import face

clean = face(gray=True)[200:350, 550:750]
ranks = {
    "the image": clean,
    "percentile 0": filter_percentile(clean, 0, size=7),
    "percentile 50": filter_percentile(clean, 50, size=7),
    "percentile 100": filter_percentile(clean, 100, size=7),
}
compare_images({f"{n}\nmean {i.mean():.0f}": i for n, i in ranks.items()}, 0, 255)
# Alt: Four pictures of the raccoon's eyes and forehead on one grey scale. Against the
# image, percentile 0 is much darker and made of dark squares, percentile 50 is smooth
# and as bright, percentile 100 is much brighter and made of bright squares.
plt.show()

means = [int(image.mean()) for image in ranks.values()]
print("means of the four:", means)
assert means[1] < means[2] < means[3]
assert abs(means[2] - means[0]) < 3

# %%
# In plain SciPy
# --------------
# `scipy.ndimage` has a function for each. Its minimum and maximum filters go along one
# axis after the other, and so does the recipe at 0 and 100; all ranks in between have
# to sort.

low, high = ndimage.minimum_filter(clean, 7), ndimage.maximum_filter(clean, 7)
assert np.array_equal(ranks["percentile 0"], low)
assert np.array_equal(ranks["percentile 100"], high)
assert np.array_equal(ranks["percentile 50"], denoise_median(clean, 7))
assert np.array_equal(
    filter_percentile(clean, 20, size=7), ndimage.percentile_filter(clean, 20, 7)
)

# %%
# Dead cells
# ----------
# Let 40 per cent of the sensor's cells be dead, and their pixels black. In every fourth
# window of nine pixels, five or more are dead, and the median is one of them. But we
# know that the outliers lie on one side only: about 3.6 of the nine ranks are dead and
# come first, and the middle of the others stands at 70 per cent. To be on the safe
# side, take a little more.

random = np.random.default_rng(0)
spoilt = np.where(random.random(clean.shape) < 0.4, 0, clean)

errors = {p: rmse(filter_percentile(spoilt, p), clean) for p in range(0, 101, 10)}
best = min(errors, key=errors.get)
print(f"the median's error is {errors[50]:.1f}")
print(f"percentile {best} is the best, with an error of {errors[best]:.1f}")
assert best == 80
assert round(errors[50], 1) == 74.9
assert round(errors[80], 1) == 16.5

repaired = {
    "spoilt": spoilt,
    "percentile 50": filter_percentile(spoilt, 50),
    "percentile 80": filter_percentile(spoilt, 80),
    "percentile 100": filter_percentile(spoilt, 100),
}
compare_images(
    {f"{n}\nerror {rmse(i, clean):.0f}": i for n, i in repaired.items()}, 0, 255
)
# Alt: Four pictures of the raccoon's face on one grey scale. Spoilt by black dots,
# error 91; percentile 50 has black blots, error 75; percentile 80 is clean but for a
# few dots, error 16; percentile 100 is bright and coarse, error 22.
plt.show()

# %%
# Largest less smallest
# ---------------------
# The range of the levels in each window is 0 on flat ground and large at edges. Convert
# before you subtract: the levels of ``uint8`` wrap around below 0.

spread = filter_percentile(clean, 100).astype(int) - filter_percentile(clean, 0)
trimmed = filter_percentile(clean, 90).astype(int) - filter_percentile(clean, 10)
assert spread.min() >= 0
assert np.all(trimmed <= spread)

compare_images({"percentiles 100 - 0": spread, "percentiles 90 - 10": trimmed})
# Alt: Two pictures of edges, white on black, on one grey scale. On both the rims of the
# eyes and of the white stripes shine; with the percentiles 90 and 10 they are a little
# darker and thinner, and the fur between them is calmer.
plt.show()

# %%
# When to use which: minimum and maximum when a shape should shrink or grow, which is
# what morphology is about; a rank in between when the outliers lie on one side; the
# median when they lie on both.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_denoising_denoise_by_local_statistics.py`. Minimum and
#    maximum filters have a life of their own:
#    :ref:`sphx_glr_gallery_morphology_erode_and_dilate.py`.
