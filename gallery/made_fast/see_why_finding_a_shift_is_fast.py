"""
See why finding a shift is fast
===============================

To find how far an image has moved, one could try all shifts and keep the best. The
Fourier transform compares all of them at once, and a small product of matrices finds
the fraction of a pixel. We build :func:`imgrecipes.registration.find_shift` up from the
plain search, count the operations, and measure.
"""

# %%
# Try all shifts
# --------------
# An image of ``n`` pixels that wraps around has ``n`` shifts. Each takes ``n``
# products, the sum of which is largest where both images fit: ``n * n`` in all.

from timeit import repeat, timeit

import matplotlib.pyplot as plt
import numpy as np
from scipy import fft

from imgrecipes.registration import find_shift
from imgrecipes.samples import face

photo = face(gray=True).astype(np.float64)
image = photo[300:364, 430:494] - photo[300:364, 430:494].mean()
moved = np.roll(image, (5, -12), axis=(0, 1))


def try_all(image: np.ndarray, moved: np.ndarray) -> np.ndarray:
    sums = np.empty(image.shape)
    for row, column in np.ndindex(image.shape):
        sums[row, column] = np.vdot(np.roll(image, (row, column), (0, 1)), moved)
    return sums


def by_transform(image: np.ndarray, moved: np.ndarray) -> np.ndarray:
    return fft.irfft2(fft.rfft2(moved) * fft.rfft2(image).conj(), image.shape)


sums, same = try_all(image, moved), by_transform(image, moved)
assert np.allclose(same, sums)
assert np.unravel_index(same.argmax(), same.shape) == (5, 64 - 12)

# %%
# How much faster is the second way?

# Timing: run this cell to measure on your machine.
trying = timeit(lambda: try_all(image, moved), number=1)
transforming = min(repeat(lambda: by_transform(image, moved), number=1))
print(f"64 x 64 pixels: {trying / transforming:.0f} times as fast")

# %%
# The Fourier transform of such sums is the product of the two transforms, one of them
# conjugate. A fast Fourier transform takes about :math:`5 n \log_2 n` operations, and
# three of them are needed.

side = 2.0 ** np.arange(3, 13)
pixels = side**2
search, transform = 2 * pixels**2, 3 * 5 * pixels * np.log2(pixels) + 6 * pixels

fig, ax = plt.subplots(figsize=(6, 3.6))
ax.loglog(side, search, "o-", base=2, label="all shifts")
ax.loglog(side, transform, "s-", base=2, label="three transforms")
ax.set(xlabel="pixels along each side", ylabel="operations")
ax.set_yscale("log", base=10)
ax.legend()
# Alt: Operations against the side of a square image from 8 to 4096 pixels, both axes
# logarithmic. Trying all shifts rises twice as steeply as three transforms; at 4096
# pixels, 10 to the power of 14 stand against 10 to the power of 10.
plt.show()

gain = (search / transform)[side == 1024][0]
print(f"1024 x 1024 pixels: {gain:.0f} times fewer operations")
assert 6800 < gain < 6900

# %%
# Half is enough
# --------------
# Images are real numbers, so their spectra are symmetric: the value at a frequency is
# the conjugate of that at the opposite one. ``rfft2`` computes one half only.

full, half = fft.fft2(image), fft.rfft2(image)
assert np.allclose(full[:, :33], half)
assert np.allclose(full[1:, 1:], full[:0:-1, :0:-1].conj())
print(f"{half.size} of {full.size} numbers")
assert half.shape == (64, 33)

# %%
# A fraction of a pixel
# ---------------------
# The peak between the pixels could be read from a transform of 20 times the size along
# each axis, 400 times as many numbers. But only the surroundings of the peak count. The
# transform is a product with a matrix of waves for each axis, and the waves can be read
# at any place: here at 41 x 41 places within a pixel of the peak.

cross = fft.fft2(moved) * full.conj()
frequency = fft.fftfreq(64)
rows, columns = (peak + np.arange(-20, 21) / 20 for peak in (5, -12))


def fine_by_matrices() -> np.ndarray:
    left = np.exp(2j * np.pi * np.outer(rows, frequency))
    right = np.exp(2j * np.pi * np.outer(frequency, columns))
    return (left @ cross @ right).real / 64**2


def fine_by_padding() -> np.ndarray:
    padded = np.zeros((64 * 20, 64 * 20), complex)
    where = np.ix_(np.r_[:32, 1248:1280], np.r_[:32, 1248:1280])
    padded[where] = cross
    return 400 * fft.ifft2(padded).real


fine, everything = fine_by_matrices(), fine_by_padding()
window = np.ix_(np.arange(80, 121), np.arange(-260, -219))
assert np.allclose(fine, everything[window])

fig, ax = plt.subplots(figsize=(6, 4))
ax.imshow(fine, cmap="gray")
ax.set(xlabel="columns", ylabel="rows")
ax.set_xticks([0, 20, 40], ["-13", "-12", "-11"])
ax.set_yticks([0, 20, 40], ["4", "5", "6"])
# Alt: The sums at 41 by 41 shifts, from 4 to 6 rows and from -13 to -11 columns: one
# bright spot with its centre at 5 rows and -12 columns.
plt.show()

# %%
# The same numbers, and the product of matrices takes
# :math:`41 \cdot 64 \cdot 64 + 41 \cdot 41 \cdot 64` products.

products = 41 * 64 * 64 + 41 * 41 * 64
padded_operations = 5 * 1280**2 * np.log2(1280**2) / 8
print(f"{products} products of complex numbers against {padded_operations:.0f}")
assert products < padded_operations / 50

# %%

# Timing: run this cell to measure on your machine.
slow = min(repeat(fine_by_padding, number=1))
fast = min(repeat(fine_by_matrices, number=1))
print(f"{slow / fast:.0f} times as fast")

# %%
# The recipe does all this, fades out the ends, which do not match in real pictures, and
# gives all frequencies a like say.

offset, quality = find_shift(photo[:512, :512], photo[3:515, 7:519])
print(f"a shift of {offset}, quality {quality:.2f}")
assert np.array_equal(offset, [-3, -7])

# %%
# When to use which: the recipe for shifts of up to half of the image. If only some
# shifts are possible, and the images small, trying them is as good.
#
# .. seealso::
#    How exact it is, and how it fails:
#    :ref:`sphx_glr_gallery_registration_find_a_shift.py`. Transforms at work elsewhere:
#    :ref:`sphx_glr_gallery_made_fast_see_why_the_autocorrelation_is_fast.py`.
