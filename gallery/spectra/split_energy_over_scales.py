"""
Split energy over scales
========================

A wave has a frequency but no place; a pixel has a place but no frequency. Wavelets
have a bit of both: :func:`imgrecipes.spectra.wavelet_transform` splits an image into
details of 2, 4, 8, ... pixels, each where it is. No energy is lost on the way, so that
:func:`imgrecipes.spectra.wavelet_energy` can say how much of it each scale holds.
"""

# %%
# One level
# ---------
# Haar's wavelet takes two neighbours :math:`a, b` and keeps :math:`(a + b) / \sqrt 2`
# and :math:`(a - b) / \sqrt 2`: a rotation, which keeps :math:`a^2 + b^2`. Along rows
# and columns, four pixels become one sum and three differences. In plain NumPy:

import matplotlib.pyplot as plt
import numpy as np
from scipy import fft

from imgrecipes.denoising import rmse
from imgrecipes.display import compare_images
from imgrecipes.samples import face
from imgrecipes.spectra import (
    inverse_wavelet_transform,
    wavelet_energy,
    wavelet_transform,
)

gray = face(gray=True).astype(float)
even, odd = gray[:, ::2], gray[:, 1::2]
plain = np.hstack([even + odd, even - odd]) / np.sqrt(2)
even, odd = plain[::2], plain[1::2]
plain = np.vstack([even + odd, even - odd]) / np.sqrt(2)
assert np.allclose(plain, wavelet_transform(gray, levels=1))

# %%
# The sums make an image of half the size, and it can be split again. After two levels:

levels = 2
coefficients = wavelet_transform(gray, levels)
shown = 128 + 3 * coefficients
corner = np.s_[: 768 >> levels, : 1024 >> levels]
shown[corner] = coefficients[corner] / 2**levels

fig, ax = plt.subplots(figsize=(6, 4.5))
ax.imshow(shown, cmap="gray", vmin=0, vmax=255)
ax.set_axis_off()
# Alt: The wavelet coefficients of the face. In the upper left corner a small face, a
# quarter as wide as the picture. Around it, in three blocks of its size and three of
# twice its size, grey planes where only edges, fur and whiskers stand out.
plt.show()

# %%
# Energy is kept
# --------------
# The transform is orthonormal: the sum of squares stays the same, and the inverse
# brings the image back. The face permits eight levels, since 768 and 1024 are multiples
# of 256. Most energy is in the remainder, the mean brightness of 3 by 4 blocks; the
# details share the rest.

energy = wavelet_energy(gray)
for level, share in enumerate(energy / energy.sum(), start=1):
    name = f"{2**level:3} pixels" if level < len(energy) else " remainder"
    print(f"{name}: {share:6.2%}")
assert np.isclose(energy.sum(), (gray**2).sum(), rtol=1e-12)
assert np.allclose(inverse_wavelet_transform(wavelet_transform(gray)), gray)
assert round(energy[-1] / energy.sum(), 3) == 0.845

# %%
# Colours of noise
# ----------------
# Fine scales have more coefficients than coarse ones, so compare the energy of one
# coefficient. White noise has its variance at every scale. Where power falls with the
# frequency as :math:`1 / f^\alpha`, energy grows :math:`2^\alpha` times per scale:
# another way to measure the exponent.


def energy_per_coefficient(image: np.ndarray, levels: int) -> np.ndarray:
    # A quarter of the coefficients are sums, three quarters are details.
    number = image.size * 3 / 4.0 ** np.arange(1, levels + 1)
    return wavelet_energy(image, levels)[:levels] / number


white = np.random.default_rng(8).normal(0, 2, (512, 512))
frequency = np.hypot(fft.fftfreq(512)[:, np.newaxis], fft.rfftfreq(512))
frequency[0, 0] = np.inf
pink = fft.irfft2(fft.rfft2(white) / frequency**0.5)

fig, ax = plt.subplots(figsize=(6, 4))
scale = 2 ** np.arange(1, 7)
for name, image in {"white": white, "1/f": pink, "face": gray}.items():
    mean = energy_per_coefficient(image, levels=6)
    slope = np.polyfit(np.log2(scale[1:]), np.log2(mean[1:]), 1)[0]
    print(f"{name:5}: energy grows as scale to the power {slope:.2f}")
    ax.loglog(scale, mean / mean[0], "o-", label=f"{name}: {slope:.2f}", base=2)
    expected = {"white": 0, "1/f": 1, "face": 2.3}[name]
    assert abs(slope - expected) < 0.1
ax.set(xlabel="scale (pixels)", ylabel="energy of a coefficient,\nrelative")
ax.legend(title="exponent")
# Alt: Energy of a coefficient over the scale, on logarithmic axes, three lines that
# start at 1. White noise stays level, 1/f noise doubles at each scale, the face grows
# more than fourfold at each scale.
plt.show()

# %%
# A few coefficients are enough
# -----------------------------
# In a smooth place all details are close to 0. We set 95 of 100 coefficients to 0, the
# smallest, and transform back. Daubechies' wavelet, four pixels long, does better than
# Haar's: it leaves no details in ramps, and so fewer blocks to see.

crop = np.s_[200:360, 480:640]
results = {"face": gray}
for wavelet in ("haar", "db2"):
    coefficients = wavelet_transform(gray, wavelet=wavelet)
    small = np.abs(coefficients) < np.percentile(np.abs(coefficients), 95)
    back = inverse_wavelet_transform(np.where(small, 0, coefficients), wavelet=wavelet)
    lost = (coefficients[small] ** 2).mean() * small.mean()
    results[wavelet] = back
    print(f"{wavelet}: error of {rmse(back, gray):.2f} grey levels")
    assert np.isclose(rmse(back, gray) ** 2, lost)
assert rmse(results["db2"], gray) < rmse(results["haar"], gray) < 12

parts = {name: image[crop] for name, image in results.items()}
compare_images(parts, vmin=0, vmax=255, columns=3)
# Alt: Three images of the raccoon's eye on one grey scale: the face itself, the one
# from Haar's wavelet with visible square blocks, the one from Daubechies' without, but
# less sharp than the face.
plt.show()

# %%
# When to use which: the lines of plain NumPy for one level of Haar's wavelet, or to
# explain it; the recipes for more levels, for volumes and for the smoother wavelet. For
# dozens of other wavelets there is PyWavelets, whose coefficients these are.
#
# .. seealso::
#    Averages of blocks without the details:
#    :ref:`sphx_glr_gallery_measurement_average_blocks.py`. The exponent by frequency:
#    :ref:`sphx_glr_gallery_spectra_measure_the_exponent_of_a_spectrum.py`.
