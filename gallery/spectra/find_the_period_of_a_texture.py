"""
Find the period of a texture
============================

Tiles, threads, crystals and gratings repeat, and the first question is: how often? A
wave that the eye cannot see in noise stands out as a single peak of the power
spectrum. :func:`imgrecipes.spectra.dominant_frequency` finds this peak and its place
between the pixels of the spectrum.
"""

# %%
# A grating in noise
# ------------------
# We make waves of a period of 7.3 pixels that run to the right and downwards, by 30
# degrees, and add noise of five times their standard deviation. A frequency has a part
# along the rows and one along the columns, each in cycles per pixel.

import matplotlib.pyplot as plt
import numpy as np
from scipy import fft
from sklearn.datasets import load_sample_image

from imgrecipes.display import compare_images
from imgrecipes.pixels import to_gray
from imgrecipes.spectra import (
    autocorrelation,
    dominant_frequency,
    power_spectrum,
    radial_spectrum,
)

angle = np.deg2rad(30)
truth = np.array([np.sin(angle), np.cos(angle)]) / 7.3
row, column = np.indices((256, 256))
wave = np.cos(2 * np.pi * (truth[0] * row + truth[1] * column))
image = wave + np.random.default_rng(4).normal(0, 5 * wave.std(), wave.shape)

part = np.s_[:96, :96]
compare_images({"the waves": wave[part], "in noise": image[part]}, vmin=-8, vmax=8)
# Alt: Two square images on one grey scale. Left, faint parallel stripes that run from
# the lower left to the upper right, steeply. Right, nothing but grainy noise.
plt.show()

# %%
# The noise spreads over all frequencies, the wave gathers in one. So the spectrum
# shows it as a bright dot, and a second one opposite, since a still picture does not
# tell which of the two ways a wave runs.

power, (rows, columns) = power_spectrum(image)
fig, ax = plt.subplots(figsize=(6, 5))
ax.pcolormesh(columns, rows, power, cmap="gray")
ticks = (-0.1, 0, 0.1)
ax.set(xlim=(-0.15, 0.15), ylim=(0.15, -0.15), xticks=ticks, yticks=ticks, aspect=1)
ax.set(xlabel="cycles per pixel (columns)", ylabel="cycles per pixel (rows)")
# Alt: The middle of the power spectrum, almost black. One white dot lies to the right
# and below the centre, another one opposite, at the same distance.
plt.show()

# %%
# The recipe returns the frequency of the peak. Its length is the inverse period.

frequency = dominant_frequency(image)
period = 1 / np.linalg.norm(frequency)
direction = np.rad2deg(np.arctan2(frequency[0], frequency[1]))
print(f"frequency {frequency.round(4)}, true {truth.round(4)}")
print(f"period {period:.3f} pixels, direction {direction:.2f} degrees")
assert abs(period - 7.3) < 0.01
assert abs(direction - 30) < 0.1

# %%
# In plain SciPy, the brightest entry of the transform is the answer, but only to a
# whole number of waves per image. The recipe fades the image out with a window and
# compares the entry with its neighbours; that reads between the entries.

spectrum = np.abs(fft.rfft2(image - image.mean()))
peak = np.unravel_index(spectrum.argmax(), spectrum.shape)
plain = 1 / np.hypot(fft.fftfreq(256)[peak[0]], fft.rfftfreq(256)[peak[1]])
print(f"plain: period {plain:.3f} pixels")
assert 2 * abs(period - 7.3) < abs(plain - 7.3) < 0.1

# %%
# Is there a wave at all?
# -----------------------
# Some frequency is always the strongest. Of noise alone, the strongest of :math:`m`
# frequencies has about :math:`\ln m` times the mean power; that is 10 here, where half
# of the 65536 frequencies repeat the other half. We compare the peak with the rings
# around it.


def contrast(image: np.ndarray) -> float:
    length = np.linalg.norm(dominant_frequency(image))
    rings, mean, _ = radial_spectrum(image)
    return power_spectrum(image)[0].max() / np.median(
        mean[np.abs(rings - length) < 0.1]
    )


noise = np.random.default_rng(5).normal(size=image.shape)
print(f"waves in noise: {contrast(image):.0f}, noise alone: {contrast(noise):.0f}")
assert contrast(image) > 60
assert contrast(noise) < 20

# %%
# The tiles of a roof
# -------------------
# The photograph of a temple comes with scikit-learn. On a part of its roof, rows of
# tiles follow each other every few pixels. We count them, without counting.

china = to_gray(load_sample_image("china.jpg"))
roof = china[368:387, 222:290]
tiles = dominant_frequency(roof)
print(f"one row of tiles every {1 / tiles[1]:.2f} columns")
print(f"across the tiles: every {1 / np.linalg.norm(tiles):.2f} pixels")
assert abs(1 / tiles[1] - 4.04) < 0.01

# %%
# The autocorrelation tells the same: the roof, shifted by one tile along its row, lies
# on itself again. The tenth peak, divided by ten, is the period.

along = autocorrelation(roof, unbiased=True)[18, 67:]
tenth = 38 + np.argmax(along[38:43])
print(f"tenth peak at a shift of {tenth} columns: {tenth / 10} per tile")
assert abs(tenth / 10 - 1 / tiles[1]) < 0.1

fig, (top, bottom) = plt.subplots(2, figsize=(6, 4.6))
top.imshow(roof, cmap="gray")
top.set_axis_off()
bottom.plot(along[:50])
bottom.plot(tenth, along[tenth], "o", markersize=9)
bottom.set(xlabel="shift (columns)", ylabel="autocorrelation")
# Alt: Above, the crop of the roof: slanted bright and dark stripes, about seventeen of
# them. Below, the autocorrelation over the shift, a wave that starts at 1 and swings
# every four columns with falling height; the tenth peak is marked, at 40 columns.
plt.show()

# %%
# When to use which: the plain transform for whole periods in a periodic image; the
# recipe for fractions, and where the border would disturb. Give ``max_period`` where a
# slow change of brightness is stronger than the texture.
#
# .. seealso::
#    Images without a period have a spectrum too:
#    :ref:`sphx_glr_gallery_spectra_measure_the_exponent_of_a_spectrum.py`.
