"""
Choose a threshold
==================

Three recipes find a threshold by themselves, and each supposes something different.
:func:`imgrecipes.segmentation.threshold_otsu` wants two classes far from each other,
:func:`imgrecipes.segmentation.threshold_mixture` two normal distributions, and
:func:`imgrecipes.segmentation.threshold_valley` a valley. On one image they agree; on
another, one of them fails.
"""

# %%
# Where all agree
# ---------------
# The noisy blobs cover 37 % of their image. The true mask tells how many pixels each
# threshold gets wrong.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.mixture import GaussianMixture

from imgrecipes.display import compare_images
from imgrecipes.pixels import histogram
from imgrecipes.samples import noisy_blobs
from imgrecipes.segmentation import (
    threshold_mixture,
    threshold_otsu,
    threshold_valley,
)

image, field = noisy_blobs()
truth = field > field.mean()


def find_thresholds(image: np.ndarray) -> dict[str, float]:
    return {
        "Otsu": threshold_otsu(image),
        "mixture": threshold_mixture(image),
        "valley": threshold_valley(image, bins=60),
    }


def count_wrong(image: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    shares = {}
    for name, threshold in find_thresholds(image).items():
        shares[name] = np.mean((image > threshold) != truth)
        print(f"{name:8} {threshold:.3f}  {shares[name]:7.3%} wrong")
    return shares


shares = count_wrong(image, truth)
assert [round(t, 3) for t in find_thresholds(image).values()] == [0.498, 0.522, 0.52]
assert all(0.0059 < share < 0.0064 for share in shares.values())

# %%
# In plain NumPy
# --------------
# Otsu's threshold is the one whose classes have the most variance between them. With
# the sorted pixels, the sums of all dark classes are one `numpy.cumsum`.

values = np.sort(image, axis=None)
dark = np.arange(1, values.size)
bright = values.size - dark
means_apart = np.cumsum(values)[:-1] / dark - np.cumsum(values[::-1])[-2::-1] / bright
best = values[np.argmax(dark * bright * means_apart**2)]
assert best == threshold_otsu(image)

# %%
# And the mixture, fitted by scikit-learn, says of each pixel to which class it more
# probably belongs. That comes to the same as the threshold, up to a handful of pixels
# near it, but takes longer.

pixels = image.reshape(-1, 1)
mixture = GaussianMixture(2, random_state=0).fit(pixels)
classes = mixture.predict(pixels).reshape(image.shape)
is_bright = classes == np.argmax(mixture.means_)
apart = np.mean(is_bright != (image > threshold_mixture(image)))
print(f"{apart:.3%} of the pixels differ")
assert apart < 0.0005

# %%
# Where objects are rare
# ----------------------
# Now only the brightest 2 % of the field are objects, so that the background has fifty
# times as many pixels. To part the broad peak of the background in two pays off more
# for Otsu's sum than to part off the few objects: his threshold falls into the middle
# of the background.

rare = field > np.quantile(field, 0.98)
image = rare + np.random.default_rng(0).normal(0, 0.2, field.shape)
shares = count_wrong(image, rare)
assert shares["Otsu"] > 0.35
assert shares["mixture"] < 0.002
assert shares["valley"] < 0.002

counts, levels = histogram(image, bins=60)
fig, ax = plt.subplots(figsize=(6, 3.8))
ax.bar(levels, counts, width=levels[1] - levels[0], color="0.75")
thresholds = find_thresholds(image)
styles = {"Otsu": "-", "mixture": "--", "valley": ":"}
for number, (name, threshold) in enumerate(thresholds.items()):
    label = f"{name} {threshold:.2f}"
    ax.axvline(threshold, color=f"C{number}", linestyle=styles[name], label=label)
ax.set(xlabel="grey level", ylabel="pixels", yscale="log", ylim=(0.7, None))
ax.legend()
# Alt: Histogram with logarithmic counts: a high broad peak at 0, a hundredth as high a
# bump at 1. Otsu's line cuts the peak in its middle; mixture and valley lie between.
plt.show()

# %%
# The counts are drawn on a logarithmic scale, as the bump of the objects would not be
# seen otherwise.

compare_images(
    {
        f"{name}\n{shares[name]:.2%} wrong": image > thresholds[name]
        for name in ("Otsu", "mixture")
    }
)
# Alt: Left, Otsu's mask: noise all over, in which the objects drown. Right, the mask of
# the mixture: about ten small white blobs and a few stray pixels on black.
plt.show()

# %%
# When to use which: Otsu for classes of like size, since it is quick, has nothing to
# set and always answers. The mixture, if one class is rare or broader than the other.
# The valley makes no model at all, but needs enough pixels for a smooth histogram, and
# takes a few outliers for a peak. None of them knows where the objects are: look at the
# mask.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_segmentation_clean_a_segmentation.py`. How the
#    histogram parts the blobs:
#    :ref:`sphx_glr_gallery_segmentation_threshold_by_the_histogram.py`.
