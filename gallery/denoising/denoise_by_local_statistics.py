"""
Denoise by local statistics
===========================

A filter that smooths everywhere alike must choose between grain and blur. If you know
how strong the noise is, you can tell flat parts from detail: smooth the ones, spare the
other. That is what :func:`imgrecipes.denoising.denoise_wiener` does, from the mean and
the variance around each pixel.
"""

# %%
# Mean, variance, gain
# --------------------
# Around a pixel of level *g*, take the mean *m* and the variance *v* of a window. Noise
# of standard deviation *s* brings a variance of *s²*; what is beyond it must be detail.
# The pixel becomes *m + gain (g - m)* with the gain *(v - s²) / v*, or 0 if that is
# negative. On flat ground this is the mean, at a strong edge the pixel as it was. We
# take a slice of a synthetic head, which has both.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage, signal

from imgrecipes.denoising import add_noise, denoise_wiener, rmse
from imgrecipes.display import compare_images, show_image
from imgrecipes.samples import phantom
from imgrecipes.smoothing import blur_gaussian

clean = phantom(96)[48].astype(np.float64)
sigma = 20
noisy = add_noise(clean, sigma, seed=1)

mean = ndimage.uniform_filter(noisy, 5)
variance = ndimage.uniform_filter(noisy**2, 5) - mean**2
gain = np.maximum(1 - sigma**2 / variance, 0)
wiener = denoise_wiener(noisy, size=5, sigma=sigma)
assert np.allclose(wiener, mean + gain * (noisy - mean))

images = {
    "noisy": noisy,
    "mean of 5 x 5": mean,
    "Gaussian, sigma 0.5": blur_gaussian(noisy, 0.5),
    "Wiener, 5 x 5": wiener,
}
errors = {name: rmse(image, clean) for name, image in images.items()}
for name, error in errors.items():
    print(f"{name:20} error {error:.1f}")
assert min(errors, key=errors.get) == "Wiener, 5 x 5"

compare_images({f"{n}\nerror {errors[n]:.1f}": i for n, i in images.items()}, 0, 255)
# Alt: Four pictures of a head with a bright skull, two dark ventricles and a bright
# lesion. Noisy, error 20.0. Mean, 26.0: no grain, but blurred. Gaussian, 15.1: still
# grainy. Wiener, 10.7: sharp, smooth inside, with grain on the skull alone.
plt.show()

# %%
# The gain shows what the filter took for detail
# ----------------------------------------------
# Near strong edges the gain is almost one: the edge is kept, and the noise on it as
# well. That is the weakness of this filter, and those of the next page do better.

fig, ax = plt.subplots(figsize=(4.4, 4.6))
show_image(gain, ax, vmin=0, vmax=1, title="gain: black 0, white 1")
# Alt: The gain as a picture. White along the skull, grey along the outlines of the
# ventricles and of the lesion, nearly black elsewhere, with a few dim spots.
plt.show()

flat = ndimage.maximum_filter(clean, 7) == ndimage.minimum_filter(clean, 7)
print(f"median of the gain: flat {np.median(gain[flat]):.2f}, ", end="")
print(f"near edges {np.median(gain[~flat]):.2f}")
assert np.median(gain[flat]) < 0.1
assert np.median(gain[~flat]) > 0.7

# %%
# Give the noise if you know it
# -----------------------------
# Without `sigma`, the noise is taken to be the mean of all local variances, detail
# included. In a picture of strong edges that is far too much.

local = np.sqrt(np.mean(variance))
guessed = denoise_wiener(noisy, size=5)
print(f"the noise is {sigma}, the guess {local:.1f}")
print(f"error {rmse(guessed, clean):.1f} instead of {errors['Wiener, 5 x 5']:.1f}")
assert local > 1.5 * sigma
assert rmse(guessed, clean) > errors["Wiener, 5 x 5"]

# %%
# In plain SciPy
# --------------
# `scipy.signal.wiener` is the same inside the image, with the variance in place of the
# standard deviation. At the border it sees zeros, so bright images get a dark frame,
# and where the variance is 0 it divides by it. The recipe mirrors the image and takes
# the mean.

scipy = signal.wiener(noisy, 5, noise=sigma**2)
assert np.allclose(scipy[2:-2, 2:-2], wiener[2:-2, 2:-2])

bright = np.full((20, 20), 200.0)
bright += np.random.default_rng(0).normal(0, 5, bright.shape)
frame = signal.wiener(bright, 5, noise=1e6)[0].mean()
ours = denoise_wiener(bright, 5, sigma=1000)[0].mean()
print(f"first row of an image of level 200: SciPy {frame:.0f}, the recipe {ours:.0f}")
assert frame < 125
assert abs(ours - 200) < 2

with np.errstate(divide="ignore", invalid="ignore"):
    assert np.isnan(signal.wiener(np.zeros((9, 9)))).all()
assert not denoise_wiener(np.zeros((9, 9))).any()

# %%
# When to use which: the recipe for images; plain SciPy where the border does not
# matter.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_denoising_denoise_with_distant_pixels.py`. Where the
#    mean of a window comes from: :ref:`sphx_glr_gallery_smoothing_blur_an_image.py`.
