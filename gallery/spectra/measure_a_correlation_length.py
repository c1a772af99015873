"""
Measure a correlation length
============================

How large are the blobs, how coarse is the grain? Without finding a single object, the
correlation length answers: over which distance do pixels stay alike?
:func:`imgrecipes.spectra.autocorrelation` compares an image with shifted copies of
itself, :func:`imgrecipes.spectra.correlation_length` makes one number of it.
"""

# %%
# Blobs
# -----
# The blobs are random points, blurred by a Gaussian of 6.4 pixels. The correlation is 1
# without a shift and falls as the blobs slide off each other. For such an image it is a
# Gaussian itself, wider by :math:`\sqrt 2`, which falls to 1/e at twice the sigma: 12.8
# pixels.

import matplotlib.pyplot as plt
import numpy as np
from scipy import fft, signal

from imgrecipes.display import show_image
from imgrecipes.measurement import radial_mean
from imgrecipes.samples import blobs, face, noisy_blobs
from imgrecipes.spectra import autocorrelation, correlation_length

image = blobs()
correlation = autocorrelation(image)
length = correlation_length(image)
print(f"{image.shape} pixels, {correlation.shape} shifts")
print(f"correlation length {length:.2f} pixels; expected 12.8")
assert abs(length - 12.8) < 0.6

fig, (left, right) = plt.subplots(1, 2, figsize=(6, 3.4))
show_image(image, left, title="blobs")
near = np.s_[255 - 40 : 255 + 41, 255 - 40 : 255 + 41]
shift = np.arange(-40, 41)
right.pcolormesh(shift, shift, correlation[near], cmap="gray", vmin=0, vmax=1)
right.contour(shift, shift, correlation[near], [1 / np.e], colors="C1")
right.set(aspect=1, xlim=(-40, 40), ylim=(40, -40))
right.set(title="autocorrelation", xlabel="shift (columns)", ylabel="shift (rows)")
# Alt: Left, the blobs, smooth bright spots on black. Right, their autocorrelation: one
# bright spot in the middle that fades out, with an almost round contour at 1/e, about
# 12 pixels from the centre.
plt.show()

# %%
# The profile
# -----------
# Averaged along circles, the correlation becomes a curve. Far shifts leave less overlap
# and so fewer pairs of pixels; ``unbiased=True`` divides by their number. The points
# stay near the theory, not on it: a hundred random points are a small sample.

radius, profile, _ = radial_mean(autocorrelation(image, unbiased=True))
theory = np.exp(-((radius / 12.8) ** 2))
fig, ax = plt.subplots(figsize=(6, 3.8))
ax.plot(radius[:60], profile[:60], "o", markersize=5, label="blobs")
ax.plot(radius[:60], theory[:60], label="theory")
ax.axhline(1 / np.e, color="gray", linestyle="--", linewidth=1)
ax.annotate("1/e", (56, 1 / np.e + 0.03))
ax.set(xlabel="shift (pixels)", ylabel="autocorrelation")
ax.legend()
# Alt: Autocorrelation over the shift. The points of the blobs follow the Gaussian curve
# of the theory from 1 down to 0, slightly below it. They cross the dashed line of 1/e
# near 12 pixels, dip below 0 near 30 and return to 0.
plt.show()

# %%
# Linear, not circular
# --------------------
# The theorem of Wiener and Khinchin gives the correlation by two Fourier transforms.
# Written down without care, it wraps round: what leaves at the right comes in at the
# left. On a ramp that is plain to see. Shifted by all but one of its columns, its dark
# end lies on its bright end, which is as unlike as can be; round the border, it is the
# same ramp shifted by one.

ramp = np.tile(np.arange(32.0), (32, 1))
deviation = ramp - ramp.mean()
circular = fft.ifft2(np.abs(fft.fft2(deviation)) ** 2).real
circular /= circular[0, 0]
linear = autocorrelation(ramp, unbiased=True)[31, 31:]
print(f"shifted by 31: circular {circular[0, 31]:.2f}, linear {linear[31]:.2f}")
assert circular[0, 31] > 0.8
assert linear[31] < -2

# %%
# The linear value is below -1, which no correlation coefficient can be. The variance
# that ``unbiased=True`` divides by is that of the whole ramp, while the column that
# overlaps at this shift lies at its ends, where it differs most from the mean. Take
# values at shifts of little overlap with care; without ``unbiased=True``, they stay
# between -1 and 1.
#
# The recipe pads with zeros first. `scipy.signal.correlate` does so too, and all that
# is left is to subtract the mean and to divide.

plain = signal.correlate(deviation, deviation, method="fft")
assert np.allclose(plain / plain[31, 31], autocorrelation(ramp))

# %%
# Noise shortens the length
# -------------------------
# White noise resembles itself at shift 0 only. It adds a spike there, and after the
# division by it all the rest is lower. The length is then a mixture of that of the
# blobs and that of the noise. The mask of the blobs, without noise and with it:

noisy, field = noisy_blobs(noise=0.5)
mask = field > field.mean()
lengths = correlation_length(mask), correlation_length(noisy)
print(f"mask {lengths[0]:.2f} pixels, with noise {lengths[1]:.2f} pixels")
assert lengths[1] < 0.8 * lengths[0]

# %%
# The spike can be told from the rest: beyond the first pixels, both curves have one
# shape. Divided by what is left at a shift of two pixels, they agree again.

clean = radial_mean(autocorrelation(mask, unbiased=True))[1]
spiked = radial_mean(autocorrelation(noisy, unbiased=True))[1]
share = spiked[2] / clean[2]
print(f"share of the variance that is not noise: {share:.2f}")
assert abs(share - mask.var() / noisy.var()) < 0.05
assert np.abs(spiked[2:30] / share - clean[2:30]).max() < 0.05

# %%
# The face
# --------
# A photograph has structure of all sizes. The large patches of light and dark hold most
# of its variance, and so they set the length, not the fur or the whiskers.

length = correlation_length(face(gray=True))
print(f"face: {length:.1f} pixels")
assert 50 < length < 60

# %%
# When to use which: `scipy.signal.correlate` for the products themselves or for two
# different images; the recipes for one image and the number that describes it.
#
# .. seealso::
#    The same information by frequency:
#    :ref:`sphx_glr_gallery_spectra_measure_the_exponent_of_a_spectrum.py`. Sizes of
#    single objects: :ref:`sphx_glr_gallery_measurement_count_and_measure_blobs.py`.
