"""
Denoise with distant pixels
===========================

A window sees only what is near. Two filters look farther: total variation weighs the
whole picture at once, and non-local means finds patches that look alike anywhere. The
classic lecture notes left this chapter empty. We try
:func:`imgrecipes.denoising.denoise_tv` and
:func:`imgrecipes.denoising.denoise_nonlocal`, then all filters on two pictures.
"""

# %%
# As few ups and downs as possible
# --------------------------------
# The total variation of an image is the sum of all differences between neighbours.
# Noise makes it large; a picture of flat areas with sharp edges has little of it. The
# recipe looks for the image that is close to the noisy one and has little variation,
# and `weight` says what counts how much. Edges may be as sharp as they like: a high
# step costs no more than a slope of the same height.

import matplotlib.pyplot as plt
import numpy as np

from imgrecipes.denoising import (
    add_noise,
    denoise_median,
    denoise_nonlocal,
    denoise_tv,
    denoise_wiener,
    psnr,
)
from imgrecipes.display import compare_images
from imgrecipes.samples import face, phantom
from imgrecipes.smoothing import blur_gaussian

head = phantom(96)[48].astype(np.float64)
sigma = 20
noisy = add_noise(head, sigma, seed=1)
smooth = {weight: denoise_tv(noisy, weight) for weight in (5, 16, 80)}
pictures = {"noisy": noisy} | {f"TV, weight {w}": image for w, image in smooth.items()}
compare_images(
    {f"{n}\n{psnr(i, head, 255):.1f} dB": i for n, i in pictures.items()}, 0, 255
)
# Alt: Four pictures of a head on one grey scale. Noisy, 22.1 dB. Weight 5, 25.9 dB:
# some grain left. Weight 16, 31.7 dB: flat areas and sharp edges. Weight 80, 23.1 dB:
# no grain, but the skull is grey and the ventricles and the lesion are nearly gone.
plt.show()

# %%
# With the weight the picture turns into flat pieces that lose contrast: an area is
# lowered by the weight times its outline over its pixels, so small things go first. On
# one row this can be checked by hand: two pixels against four, a weight of 2.

step = denoise_tv([[0.0, 0, 10, 10, 10, 10]], weight=2, tolerance=1e-4)
assert np.allclose(step, [[1, 1, 9.5, 9.5, 9.5, 9.5]], atol=0.01)

# %%
# Pixels of a kind
# ----------------
# Non-local means compares the patch around a pixel with the patch around another one.
# If they look alike, the other pixel counts, near or far. `strength` says how much
# patches may differ. What the noise itself adds to their difference is taken off if
# `sigma` is given. In plain NumPy, this is one pixel of the result:

result = denoise_nonlocal(noisy, strength=16, patch=3, distance=7, sigma=sigma)

row, column = 40, 30
patches = np.lib.stride_tricks.sliding_window_view(noisy, (3, 3))
around = patches[row - 8 : row + 7, column - 8 : column + 7]
squared = np.mean((around - patches[row - 1, column - 1]) ** 2, axis=(2, 3))
weights = np.exp(-np.maximum(squared - 2 * sigma**2, 0) / 16**2)
near = noisy[row - 7 : row + 8, column - 7 : column + 8]
assert np.isclose(result[row, column], np.sum(weights * near) / np.sum(weights))

pictures = {"noisy": noisy, "non-local means": result}
compare_images(
    {f"{n}\n{psnr(i, head, 255):.1f} dB": i for n, i in pictures.items()}, 0, 255
)
# Alt: The noisy head, 22.1 dB, and after non-local means, 33.3 dB: all areas smooth,
# the skull bright, and all edges sharp.
plt.show()

# %%
# All the filters on two pictures
# -------------------------------
# The head is flat with sharp edges; the crop of the face is fur and nothing else, with
# noise of 0.4 of its standard deviations as on the pages before. Each filter gets the
# best of its parameters listed here, chosen by the PSNR against the clean picture. That
# is fair between the filters, but better than you can do without the truth.

FILTERS = {
    "Gaussian": (
        lambda image, value, _: blur_gaussian(image, value),
        [0.4, 0.5, 0.6, 0.7, 0.8, 1, 1.5, 2],
    ),
    "median": (lambda image, value, _: denoise_median(image, value), [3, 5, 7]),
    "Wiener": (denoise_wiener, [3, 5, 7]),
    "total variation": (
        lambda image, value, sigma: denoise_tv(image, value * sigma),
        [0.3, 0.4, 0.5, 0.6, 0.8, 1],
    ),
    "non-local means": (
        lambda image, value, sigma: denoise_nonlocal(
            image, value * sigma, patch=3, sigma=sigma
        ),
        [0.4, 0.6, 0.8, 1, 1.2],
    ),
}
fur = face(gray=True)[230:290, 220:320].astype(np.float64)
table, best = {}, {}
for title, clean, sigma, seed in (("head", head, 20, 1), ("fur", fur, 17.1, 0)):
    noisy = add_noise(clean, sigma, seed)
    table[title] = {"noisy": psnr(noisy, clean, 255)}
    print(f"{title:16} {table[title]['noisy']:.2f} dB when noisy")
    for name, (denoise, grid) in FILTERS.items():
        results = [denoise(noisy, value, sigma) for value in grid]
        ratios = [psnr(image, clean, 255) for image in results]
        winner = int(np.argmax(ratios))
        table[title][name], best[title, name] = ratios[winner], results[winner]
        print(f"{name:16} {ratios[winner]:.2f} dB at {grid[winner]}")

fig, axes = plt.subplots(1, 2, figsize=(6, 3.6), sharey=True)
for ax, (title, ratios) in zip(axes, table.items(), strict=True):
    bars = ax.barh(list(ratios), list(ratios.values()))
    ax.bar_label(bars, fmt="%.1f", padding=2)
    ax.set(title=title, xlim=(0, 46), xlabel="PSNR in dB")
axes[0].invert_yaxis()
# Alt: Two bar charts of the PSNR in decibels. Head: noisy 22.1, Gaussian 24.6, median
# 28.2, Wiener 27.6, total variation 31.7, non-local means 33.8. Fur: noisy 23.5,
# Gaussian 28.3, median 26.7, Wiener 27.3, total variation 27.5, non-local means 28.1.
plt.show()

# %%
# On the head, non-local means wins by far, and total variation comes second. On the fur
# no filter beats the plain Gaussian: there are no flat areas for total variation, and
# hardly two hairs alike for non-local means. Which filter is best depends on the
# picture.

assert max(table["head"], key=table["head"].get) == "non-local means"
assert max(table["fur"], key=table["fur"].get) == "Gaussian"

names = ("Gaussian", "median", "total variation", "non-local means")
pictures = {f"{n}\n{table['fur'][n]:.1f} dB": best["fur", n] for n in names}
compare_images(pictures, 0, 255)
# Alt: Four pictures of the fur. The Gaussian's is soft, the median's patchy, that of
# total variation blocky, and that of non-local means has sharp dark tufts and smooth
# light fur.
plt.show()

# %%
# When to use which: total variation for pictures of flat areas, non-local means for
# textures that repeat, if you can wait. Neither has a plain SciPy call; the recipes are
# short enough to read.
#
# .. seealso::
#    Next, an exercise: :ref:`sphx_glr_gallery_denoising_clean_a_binary_image.py`. What
#    a denoiser does for a segmentation:
#    :ref:`sphx_glr_gallery_segmentation_denoise_before_thresholding.py`.
