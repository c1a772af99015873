"""
Use the same recipes in 3-D
===========================

A volume is an array with three axes, and hardly any recipe asks how many there are. We
write one function that finds the ventricles of a head and call it on a slice and on the
whole volume. Then we ask what the third axis is good for: it holds neighbours that help
against noise.
"""

# %%
# One function for images and volumes
# -----------------------------------
# The head is a synthetic volume with noise. The function takes the median of the
# neighbours, cuts the dark parts out of the head, numbers them and measures them. Not a
# word in it says how many axes the image has.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.denoising import add_noise, denoise_median, rmse
from imgrecipes.display import compare_images
from imgrecipes.measurement import label_regions, region_table, remove_small_regions
from imgrecipes.morphology import structuring_element
from imgrecipes.samples import phantom
from imgrecipes.smoothing import blur_gaussian

head = phantom(64).astype(np.float64)
noisy = add_noise(head, sigma=25, seed=0)


def find_ventricles(image: np.ndarray) -> np.ndarray:
    smooth = denoise_median(image, size=3)
    inside = ndimage.binary_fill_holes(smooth > 110)
    labels = label_regions(inside & (smooth < 70))
    return remove_small_regions(labels, min_size=20)


# %%
# Plane 34 on its own, and all the planes at once:

in_slice = find_ventricles(noisy[34])
in_volume = find_ventricles(noisy)
for name, labels in (("slice", in_slice), ("volume", in_volume)):
    table = region_table(labels)
    print(f"{name}: sizes {table['size']}, centroids")
    print(table["centroid"].round(1))
    assert table["size"].shape == (2,)
    assert table["centroid"].shape == (2, labels.ndim)

truth = head[34] == 40
masks = {"slice": in_slice > 0, "volume": in_volume[34] > 0}
wrong = {name: int(np.sum(mask != truth)) for name, mask in masks.items()}
print("wrong pixels in plane 34:", wrong)
assert wrong == {"slice": 38, "volume": 16}

part = np.s_[10:52, 12:52]
part = np.s_[10:52, 12:52]
pictures = {"noisy\nplane 34": noisy[34][part]}
for name, mask in masks.items():
    drawn = np.where(mask == truth, 70 * mask, 220)
    pictures[f"{name}\n{wrong[name]} wrong"] = drawn[part]
compare_images(pictures, 0, 220, columns=3)
# Alt: Two dark ventricles in a noisy head. Beside it the ventricles found in this plane
# alone, grey with many wrong pixels, drawn white, also on their flanks, and those found
# in the volume, with few white pixels.
plt.show()

# %%
# Why the volume does better
# --------------------------
# The call was the same, but the median had 27 values to choose from instead of 9. We
# compare it with the median plane by plane, a window of one plane, on the whole volume.
# For the Gaussian filter, ``axes`` names the axes to blur along. Each sigma is the best
# one in steps of 0.1.

results = {
    "median, plane by plane": denoise_median(noisy, (1, 3, 3)),
    "median in 3-D": denoise_median(noisy, 3),
    "Gaussian, plane by plane": blur_gaussian(noisy, 0.6, axes=(1, 2)),
    "Gaussian in 3-D": blur_gaussian(noisy, 0.5),
}
error = {name: rmse(result, head) for name, result in results.items()}
print(f"noisy: {rmse(noisy, head):.1f}")
for name, value in error.items():
    print(f"{name}: {value:.1f}")
assert error["median in 3-D"] < 0.85 * error["median, plane by plane"]
assert error["Gaussian in 3-D"] < error["Gaussian, plane by plane"]

# %%
# A loop over the planes does the same as a window of one plane. In plain SciPy the
# number of axes does not matter either.

loop = np.stack([denoise_median(plane, 3) for plane in noisy])
assert np.array_equal(loop, results["median, plane by plane"])
assert np.array_equal(ndimage.median_filter(noisy, 3), results["median in 3-D"])

shown = {f"{n}\nRMSE {error[n]:.1f}": results[n][34] for n in list(results)[:2]}
compare_images(shown, 0, 220)
# Alt: Plane 34 after the two medians. Left, plane by plane, blotches are left in the
# brain and on the outlines. Right, in 3-D, the areas are nearly even.
plt.show()

# %%
# What to mind
# ------------
# A single number for a size, a radius or a sigma goes for all axes; a sequence has one
# number for each. Where a recipe has no image to count the axes of, it asks, as
# :func:`imgrecipes.morphology.structuring_element` does:

cross = structuring_element("cross", 1, ndim=3)
ball = structuring_element("disk", 2, ndim=3)
print(f"cross of {cross.sum()} voxels, ball of {ball.sum()}")
assert (cross.sum(), ball.sum()) == (7, 33)

# %%
# When to use which: the volume, wherever its planes are as near to each other as the
# pixels in them. Where they lie far apart, the next plane knows little about this one;
# then count in millimetres, as on the next page.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_volumes_measure_organs_of_a_phantom.py`. What a median
#    does: :ref:`sphx_glr_gallery_denoising_compare_gaussian_and_median.py`.
