"""
Find a shift
============

Two pictures of one scene, taken a moment apart: how far has the camera moved? Phase
correlation answers from the Fourier transforms, without a search.
:func:`imgrecipes.registration.find_shift` gives the shift to 1/20 of a pixel, and a
quality that tells whether to believe it. Both are checked against known shifts here.
"""

# %%
# Two views of one face
# ---------------------
# We move a photograph by a known shift with :func:`imgrecipes.geometry.shift`,
# and look at both through the same window of 192 x 192 pixels. As with a real camera,
# something new comes in on one side, and something is lost on the other.

import matplotlib.pyplot as plt
import numpy as np

from imgrecipes.display import compare_images
from imgrecipes.geometry import shift
from imgrecipes.registration import find_shift, overlap_correlation
from imgrecipes.samples import face

photo = face(gray=True)[220:572, 230:700].astype(np.float64)
window = np.s_[80:272, 190:382]
image = photo[window]
truth = (-20.45, 33.7)
moved = shift(photo, truth, order=5)[window]

offset, quality = find_shift(image, moved)
print(f"found {offset}, quality {quality:.3f}")
assert np.allclose(offset, truth, atol=0.026)
assert quality > 0.99

compare_images({"image": image, "moved up and right": moved})
# Alt: Two views of the raccoon's whiskers between eye and nose. In the right one,
# everything lies 20 pixels higher and 34 pixels further to the right.
plt.show()

# %%
# The numbers say where the picture went: up by 20.45 rows (minus is up) and right by
# 33.7 columns. ``shift(image, offset)`` looks like ``moved``, and
# ``shift(moved, -offset)`` lies on ``image`` again.

back = shift(moved, -offset, order=3, cval=np.nan)
before = np.mean(np.abs(moved - image))
after = np.nanmean(np.abs(back - image))
print(f"mean difference {before:.1f} before, {after:.1f} grey levels after")
assert after < 1.5 < before

compare_images(
    {
        f"before: {before:.1f}": abs(moved - image),
        f"after: {after:.1f}": abs(back - image),
    }
)
# Alt: The difference to the first image. Before, on the left, edges of two faces shine.
# After, on the right, all is black; a strip at the top and one at the right are blank,
# where the moved view shows nothing of the first.
plt.show()

# %%
# Phase correlation in plain NumPy
# --------------------------------
# A shift changes only the phases of a Fourier transform. Divide the product of one
# transform and the conjugate of the other by its size, and go back: what is left is a
# single bright point at the shift. Indices beyond half of the axis count from its end.

cross = np.fft.fft2(moved) * np.fft.fft2(image).conj()
correlation = np.fft.ifft2(cross / np.abs(cross)).real
peak = np.array(np.unravel_index(correlation.argmax(), correlation.shape))
whole = (peak + 96) % 192 - 96
print(f"peak at {peak}, a shift of {whole}")
assert np.array_equal(whole, np.round(truth))

rough = overlap_correlation(image, moved, np.eye(2), whole)
print(f"quality {rough:.3f} at whole pixels, {quality:.3f} with the fraction")
assert rough < 0.98 < quality

# %%
# Three lines, and right to the pixel. The quality, here computed on its own by
# :func:`imgrecipes.registration.overlap_correlation`, sees that a fraction is missing:
# on fine hairs half a pixel counts. The recipe goes on from there: it cuts out what
# both views show, fades out the ends, which do not match, trusts the high frequencies
# less, and computes the transform on a fine grid around the peak only.
#
# How exact it is
# ---------------
# Known shifts, each with noise of 0, 10, 20 and 40 grey levels on both views:

shifts = [(0.37, -0.62), (3.26, -7.44), (-20.43, 33.72), (60.51, -50.08)]
rng = np.random.default_rng(0)
errors = {}
print("noise   errors in pixels       lowest quality")
for sigma in (0, 10, 20, 40):
    trials = []
    for known in shifts:
        first = image + rng.normal(0, sigma, image.shape)
        second = shift(photo, known, order=5)[window]
        found = find_shift(first, second + rng.normal(0, sigma, image.shape))
        trials.append((np.abs(found[0] - known).max(), found[1]))
    errors[sigma], qualities = np.array(trials).T
    row = "  ".join(f"{value:.2f}" for value in errors[sigma])
    print(f"{sigma:5d}   {row}   {qualities.min():.2f}")
assert errors[0].max() < 0.05
assert errors[20].max() < 0.13
assert errors[40].max() < 0.15

# %%
# Half a step is 0.025 pixels, so that an error of up to 0.04 without noise is close to
# the best that steps of 1/20 allow. Noise lowers the quality long before the shift is
# lost: noise as strong as the picture's own contrast would leave one half.
#
# How it fails
# ------------
# The transform goes round: a shift of 60 % to the right looks like 40 % to the left.
# So no shift beyond half of the frame can be found. The quality is the correlation of
# the two views where they overlap, and tells.

shares = np.arange(0.05, 0.96, 0.1)
right, qualities = [], []
for share in shares:
    columns = round(share * 192)
    other = photo[80:272, 190 - columns : 382 - columns]
    found, quality = find_shift(image, other)
    right.append(np.allclose(found, (0, columns), atol=0.1))
    qualities.append(quality)
right, qualities = np.array(right), np.array(qualities)
assert np.array_equal(right, shares < 0.5)
assert qualities[right].min() > 0.99
assert np.abs(qualities[~right]).max() < 0.15

fig, ax = plt.subplots(figsize=(6, 3.4))
ax.plot(100 * shares[right], qualities[right], "o", label="right")
ax.plot(100 * shares[~right], qualities[~right], "X", label="wrong", markersize=9)
ax.set(xlabel="shift in % of the frame", ylabel="quality", ylim=(-0.2, 1.1))
ax.legend(title="shift found", loc="center left")
# Alt: Quality against the size of the shift. Up to half of the frame all shifts are
# right and the quality is 1; beyond, all are wrong and it lies between -0.1 and 0.1.
plt.show()

# %%
# The other way to fail is a picture without texture. It gives no shift, and says so.

nothing = find_shift(image, np.full_like(image, 113))
print(f"a flat picture: offset {nothing[0]}, quality {nothing[1]}")
assert nothing[1] == 0

# %%
# When to use which: the three lines of NumPy for a shift of whole pixels in a picture
# that wraps around; the recipe for fractions, volumes, and to know when it failed.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_registration_find_rotation_and_scale.py`. To move
#    images: :ref:`sphx_glr_gallery_geometry_shift_and_warp.py`.
