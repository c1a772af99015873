"""
See why the autocorrelation is fast
===================================

To compare an image with itself at each shift takes a product for every pair of pixels.
Two Fourier transforms give the same sums, and half of their work need not be done.
:func:`imgrecipes.spectra.autocorrelation` leaves it out. We get there step by step, and
find the same numbers at each of them.
"""

# %%
# Shift by shift
# --------------
# First as the definition says: at each shift, multiply the parts that overlap and add
# up. A piece of 48 x 64 pixels has 12065 shifts.

import timeit
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from scipy import fft

from imgrecipes.samples import face
from imgrecipes.spectra import autocorrelation, correlation_length


def by_shifts(image: np.ndarray) -> tuple[np.ndarray, int]:
    v = image - image.mean()
    rows, columns = v.shape
    result, products = np.empty((2 * rows - 1, 2 * columns - 1)), 0
    for i, j in np.ndindex(result.shape):
        down, right = i - rows + 1, j - columns + 1
        here = v[max(0, -down) : rows - down, max(0, -right) : columns - right]
        there = v[max(0, down) : rows + down, max(0, right) : columns + right]
        result[i, j] = np.sum(here * there)
        products += here.size
    return result / result[rows - 1, columns - 1], products


image = face(gray=True)
piece = image[300:348, 500:564]
plain, products = by_shifts(piece)
print(f"{plain.size} shifts, {products} products for {piece.size} pixels")
assert products == piece.size**2
assert np.allclose(plain, autocorrelation(piece), rtol=0, atol=1e-12)

# %%
# Every pixel meets every other one in one of the shifts: :math:`N^2` products for
# :math:`N` pixels. For the whole photograph it would be 618 thousand million.
#
# Two transforms
# --------------
# The theorem of Wiener and Khinchin: the squared size of the Fourier transform is the
# transform of all the sums. Padded with zeros to twice its length, the image does not
# meet itself round the border.


def by_fourier(image: np.ndarray) -> np.ndarray:
    padded = [fft.next_fast_len(2 * n - 1) for n in image.shape]
    spectrum = fft.fft2(image - image.mean(), padded)
    result = fft.ifft2(np.abs(spectrum) ** 2).real
    shifts = np.ix_(*[np.arange(1 - n, n) for n in image.shape])
    return result[shifts] / result[0, 0]


assert np.allclose(plain, by_fourier(piece), rtol=0, atol=1e-12)

# %%
# Half of the half
# ----------------
# A Fourier transform in two dimensions takes all rows and then all columns. Half of
# that is idle, and more than once. The lower rows are zeros. The spectrum of real rows
# is symmetric: half of the columns say it all. On the way back the squares are real, so
# that half of each column is enough as well: the correlation at a shift is that at the
# opposite one.


def by_halves(image: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    rows, columns = image.shape
    long, wide = (fft.next_fast_len(2 * n - 1, real=True) for n in image.shape)
    steps = [image - image.mean()]
    steps.append(fft.rfft(steps[-1], wide))  # only the rows that are not zeros
    steps.append(np.abs(fft.fft(steps[-1], long, axis=0)) ** 2)
    steps.append(fft.ihfft(steps[-1], axis=0)[:rows])  # shifts down, none up
    steps.append(fft.irfft(steps[-1], wide))
    shifts = np.arange(1 - columns, columns)
    lower = steps[-1][:, shifts] / steps[-1][0, 0]
    return np.concatenate([np.flip(lower[1:]), lower]), steps


assert np.allclose(plain, by_halves(piece)[0], rtol=0, atol=1e-12)

whole, steps = by_halves(image)
assert np.allclose(whole, by_fourier(image), rtol=0, atol=1e-12)
long, wide = 1536, 2048
names = ["image", "rows", "columns", "columns back", "rows back"]
assert steps[2].shape == (1536, 1025)
fig, axes = plt.subplots(2, 3, figsize=(6, 4.4))
axes[1, 2].set_axis_off()
for ax, name, step in zip(axes.flat, names, steps, strict=False):
    ax.add_patch(plt.Rectangle((0, 0), wide, long, fill=False, linestyle=":"))
    height, width = step.shape
    ax.add_patch(plt.Rectangle((0, 0), width, height, color="C0"))
    ax.set(xlim=(-40, wide + 40), ylim=(long + 40, -40), aspect=1)
    ax.set_title(f"{name}\n{height} x {width}")
    ax.set_axis_off()
# Alt: Five dotted rectangles of 1536 x 2048, with the part that is computed in blue:
# the image, a quarter at the upper left; its rows, a quarter; the columns, the left
# half; the columns back, a quarter again; the rows back, the upper half.
plt.show()

# %%
# The work of a line of length :math:`n` is about :math:`n \log_2 n`, half of that where
# the numbers on one side are real.

full = 2 * long * wide * (np.log2(wide) + np.log2(long))
row, column = wide * np.log2(wide), long * np.log2(long)
ours = (768 * row + 1025 * 2 * column + 1025 * column + 768 * row) / 2
print(f"the complex transforms do {full / ours:.1f} times the work")
assert full > 3 * ours

# %%
# What it gains
# -------------
# The fastest of some rounds. The recipe does what `by_halves` does, with fewer copies.

# Timing: run this cell to measure on your machine.


def fastest(calls: dict[str, Callable[[], object]], rounds: int = 3) -> list[float]:
    times = [
        [timeit.timeit(c, number=1) for c in calls.values()] for _ in range(rounds)
    ]
    for name, seconds in zip(calls, np.min(times, axis=0), strict=True):
        print(f"{name}: {1000 * seconds:.2f} ms")
    return list(np.min(times, axis=0))


small = {
    "48 x 64, shift by shift": lambda: by_shifts(piece),
    "48 x 64, the recipe": lambda: autocorrelation(piece),
}
direct, quick = fastest(small)
print(f"{direct / quick:.0f} times faster")
large = {
    "768 x 1024, two complex transforms": lambda: by_fourier(image),
    "768 x 1024, the recipe": lambda: autocorrelation(image),
    "768 x 1024, the correlation length": lambda: correlation_length(image),
}
direct, quick, near = fastest(large)
print(f"{direct / quick:.1f} times faster")

# %%
# The last one is faster still: :func:`imgrecipes.spectra.correlation_length` needs near
# shifts only, and tries 32 zeros of padding, then 64, before it takes more.
#
# .. seealso::
#    What the correlation tells:
#    :ref:`sphx_glr_gallery_spectra_measure_a_correlation_length.py`.
