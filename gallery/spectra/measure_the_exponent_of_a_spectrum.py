"""
Measure the exponent of a spectrum
==================================

Clouds, terrain and photographs have no period: their power falls steadily with the
frequency :math:`f`, often as :math:`1 / f^\\alpha`. On logarithmic axes that is a line,
and :math:`\\alpha` its slope. We recover exponents that we know from the averages of
:func:`imgrecipes.spectra.radial_spectrum`, then measure the face.
"""

# %%
# Noise of a known exponent
# -------------------------
# White noise has the same power everywhere. Multiply its Fourier transform by
# :math:`f^{-\alpha/2}`, as power is the square of amplitude, and transform back. Such
# an image is periodic, which nature is not: we keep a quarter of it.

import matplotlib.pyplot as plt
import numpy as np
from scipy import fft

from imgrecipes.display import compare_images
from imgrecipes.samples import face
from imgrecipes.spectra import power_spectrum, radial_spectrum


def colored_noise(exponent: float, size: int = 512, seed: int = 2) -> np.ndarray:
    white = np.random.default_rng(seed).normal(size=(size, size))
    frequency = np.hypot(fft.fftfreq(size)[:, np.newaxis], fft.rfftfreq(size))
    frequency[0, 0] = np.inf
    colored = fft.irfft2(fft.rfft2(white) * frequency ** (-exponent / 2))
    quarter = colored[: size // 2, : size // 2]
    return (quarter - quarter.mean()) / quarter.std()


images = {f"exponent {exponent}": colored_noise(exponent) for exponent in (1, 3)}
compare_images(images, vmin=-3, vmax=3)
# Alt: Two random images on one grey scale. With exponent 1, fine grains with faint
# large spots; with exponent 3, soft clouds that fill the whole image.
plt.show()

# %%
# Fit a line
# ----------
# The recipe averages the power over rings of equal frequency, from 0 up to 0.5 cycles
# per pixel and the corners beyond. A line through the logarithms gives the exponent. We
# leave out the lowest frequencies, which a few waves decide, and the highest.


def exponent_of(image: np.ndarray, window: str = "hann", high: float = 0.4) -> float:
    frequency, power, _ = radial_spectrum(image, window)
    fit = (frequency > 0.02) & (frequency < high)
    return -np.polyfit(np.log(frequency[fit]), np.log(power[fit]), 1)[0]


for exponent in (0, 1, 2, 3):
    found = exponent_of(colored_noise(exponent))
    print(f"exponent {exponent}: found {found:.2f}")
    assert abs(found - exponent) < 0.05

# %%
# Why a window
# ------------
# The Fourier transform takes the image for one tile of an endless floor. Where the left
# border does not match the right one, the tiles meet in a step. The power of a step
# falls with :math:`f^{-2}` across it, averaged over ever longer rings with
# :math:`f^{-3}`, and hides all that falls faster. The Hann window of the recipe fades
# the image out before it meets itself.

image = colored_noise(4)
without = exponent_of(image, window="boxcar")
print(f"exponent 4, Hann window: {exponent_of(image):.2f}, without: {without:.2f}")
assert abs(exponent_of(image) - 4) < 0.1
assert without < 3.3

fig, ax = plt.subplots(figsize=(6, 4.4))
for window, label in (("boxcar", "without a window"), ("hann", "Hann window")):
    frequency, power, _ = radial_spectrum(image, window)
    part = (frequency > 0) & (frequency <= 0.5)
    ax.loglog(frequency[part], power[part], label=label)
middle = np.abs(frequency - 0.05).argmin()
line = power[middle] * (frequency[part] / frequency[middle]) ** -4.0
ax.loglog(frequency[part], line, "k--", linewidth=1, label="slope -4")
ax.set(xlabel="frequency (cycles per pixel)", ylabel="power")
ax.legend()
# Alt: Power over frequency on logarithmic axes. The curve with a Hann window follows
# the dashed line of slope minus four over two decades. Without a window, the curve
# falls less steeply and ends more than a hundred times too high.
plt.show()

# %%
# The unit of power
# -----------------
# The power is so scaled that its mean over all frequencies is the variance of the
# image, weighted by the square of the window. That is Parseval's theorem; in plain
# NumPy, without a window:

power, _ = power_spectrum(image, window="boxcar")
plain = fft.fftshift(np.abs(fft.fft2(image - image.mean())) ** 2) / image.size
assert np.allclose(power, plain)
print(f"mean of the power {power.mean():.6f}, variance {image.var():.6f}")
assert np.isclose(power.mean(), image.var())

# %%
# When to use which: the plain lines for an image that is periodic, the recipe for one
# that has borders. It also keeps count of the frequencies when rows and columns are not
# equally many.
#
# The face
# --------
# Photographs of nature have exponents around 2, whatever they show (Field 1987): no
# size is special. In the face this holds up to a quarter of a cycle per pixel. Finer
# details, of less than four pixels, are much fainter: the picture is softer than its
# number of pixels suggests. A photograph is not a law, and the exponent depends a bit
# on the range of the fit.

gray = face(gray=True)
frequency, power, _ = radial_spectrum(gray)
for high in (0.1, 0.25, 0.4):
    print(f"face, 0.02 to {high} cycles per pixel: {exponent_of(gray, high=high):.2f}")
found = exponent_of(gray, high=0.25)
assert 1.9 < found < 2.4
assert exponent_of(gray, high=0.4) > 2.8

fig, ax = plt.subplots(figsize=(6, 4.4))
part = (frequency > 0) & (frequency <= 0.5)
ax.loglog(frequency[part], power[part], label="face")
middle = np.abs(frequency - 0.05).argmin()
line = power[middle] * (frequency[part] / frequency[middle]) ** -found
ax.loglog(frequency[part], line, "k--", linewidth=1, label=f"slope -{found:.2f}")
ax.axvspan(0.02, 0.25, color="0.9", label="fitted")
ax.set(xlabel="frequency (cycles per pixel)", ylabel="power")
ax.legend()
# Alt: Power of the face over frequency on logarithmic axes. In the shaded middle from
# 0.02 to 0.25 it follows the dashed line; beyond, it drops away from the line, at the
# end by a factor of about twenty.
plt.show()

# %%
# .. seealso::
#    The same story told in distances:
#    :ref:`sphx_glr_gallery_spectra_measure_a_correlation_length.py`. How the averages
#    over rings are made: :ref:`sphx_glr_gallery_measurement_average_along_circles.py`.
