"""
See why the Gaussian is fast
============================

To blur by a Gaussian of sigma 3 takes 25 multiplications for each pixel and axis. The
recipe :func:`imgrecipes.smoothing.blur_gaussian` takes 40, fifteen of them by
zero, and yet it is faster than a loop that takes 25. We write the blur as a product of
matrices, cut it in pieces, and see how much each step wins.
"""

# %%
# The plain way
# -------------
# The weights are a Gaussian, cut off at four sigmas. Along the columns, each row of the
# result is a sum of 25 rows, and beyond the border the image is mirrored. The loop
# below is short, and NumPy does the arithmetic.

from timeit import timeit

import matplotlib.pyplot as plt
import numpy as np
from numpy.lib.stride_tricks import as_strided
from scipy import ndimage

from imgrecipes.samples import face
from imgrecipes.smoothing import blur_gaussian

image = face(gray=True).astype(np.float32)
sigma = 3
reach = 4 * sigma
weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
weights /= weights.sum()


def blur_by_sums(image: np.ndarray) -> np.ndarray:
    rows = np.pad(image, ((reach, reach), (0, 0)), "symmetric")
    blurred = np.zeros_like(image)
    for start, weight in enumerate(weights):
        blurred += np.float32(weight) * rows[start : start + len(image)]
    return blurred


expected = ndimage.gaussian_filter1d(image, sigma, axis=0)
np.testing.assert_allclose(blur_by_sums(image), expected, atol=3e-4)

# %%
# A blur is a product of matrices
# -------------------------------
# Each row of the result is a weighted sum of rows of the image: that is what a product
# of matrices is. The weights lie on a band beside the diagonal. At the border, weights
# that would stick out are added to those of the mirrored rows, so that each row still
# adds up to 1. The picture shows the matrix for an image of 64 rows.


def blur_matrix(length: int) -> np.ndarray:
    mirrored = np.pad(np.arange(length), reach, "symmetric")
    matrix = np.zeros((length, length), np.float32)
    for row in range(length):
        columns = mirrored[row : row + weights.size]
        np.add.at(matrix[row], columns, weights)
    return matrix


matrix = blur_matrix(len(image))
np.testing.assert_allclose(matrix @ image, expected, atol=3e-4)
np.testing.assert_allclose(matrix.sum(axis=1), 1, atol=1e-6)

step, length = 16, 16 + 2 * reach
figure, ax = plt.subplots(figsize=(6, 5))
shown = ax.imshow(blur_matrix(64), cmap="gray_r")
corner = (step - reach - 0.5, step - 0.5)
box = plt.Rectangle(corner, length, step, fill=False, edgecolor="C1", linewidth=2.5)
ax.add_patch(box)
ax.set(xlabel="row of the image", ylabel="row of the result")
figure.colorbar(shown, label="weight")
# Alt: A square of 64 by 64 weights: white but for a grey band along the diagonal, which
# is darkest in its middle, and darker still where it meets the upper left and the lower
# right corner. A frame of 16 rows and 40 columns encloses a piece of the band.
plt.show()

# %%
# Pieces of the band
# ------------------
# Most of the matrix is zero, and the zeros are multiplied as well. So we take only 16
# rows of it at a time: they need 16 + 24 = 40 rows of the image. All these pieces are
# alike, so that a single matrix of 16 by 40 serves for the whole image. A view cuts
# the padded image in pieces that overlap, without copying a pixel, and one call of
# :func:`numpy.matmul` multiplies them all.

piece = blur_matrix(200)[100 : 100 + step, 100 - reach : 100 + step + reach]
assert (piece.size, np.count_nonzero(piece)) == (16 * 40, 16 * 25)


def blur_by_pieces(image: np.ndarray) -> np.ndarray:
    rows = np.pad(image, ((reach, reach), (0, 0)), "symmetric")
    shape = (len(image) // step, length, image.shape[1])
    pieces = as_strided(rows, shape, (step * rows.strides[0], *rows.strides))
    return np.matmul(piece, pieces).reshape(image.shape)


assert len(image) % step == 0
np.testing.assert_allclose(blur_by_pieces(image), expected, atol=3e-4)

# %%
# Count, and measure
# ------------------
# The whole matrix takes 768 multiplications for each pixel, the pieces 40, the loop 25.
# But a product of matrices is the work of BLAS: it loads a few numbers into the
# registers of the processor, and uses each of them many times before it loads the next.
# The loop loads and stores numbers for each multiplication. We take the best of five
# rounds, in which all take turns.

# Timing: run this cell to measure on your machine.
calls = {
    "ndimage": lambda: ndimage.gaussian_filter1d(image, sigma, axis=0),
    "sums of rows": lambda: blur_by_sums(image),
    "whole matrix": lambda: matrix @ image,
    "pieces": lambda: blur_by_pieces(image),
}
rounds = [[timeit(call, number=1) for call in calls.values()] for _ in range(5)]
best = np.min(rounds, axis=0)
for name, seconds, ratio in zip(calls, best, best[0] / best, strict=True):
    print(f"{name:12} {1000 * seconds:6.1f} ms, {ratio:4.1f} times as fast as ndimage")

# %%
# How many rows a piece should have
# ---------------------------------
# A piece of one row is the loop again: no zeros, but each number is used only once. The
# more rows a piece has, the more zeros it multiplies. With 16 rows, about the fastest
# when we tried, 38 % of the weights of sigma 1 are no zeros, and 89 % of those of
# sigma 15, where the recipe gains most.

rows = np.arange(1, 129)
figure, ax = plt.subplots(figsize=(6, 4))
for number, percent in ((1, 38), (3, 62), (15, 89)):
    wide = 2 * 4 * number
    useful = 100 * (wide + 1) / (wide + rows)
    assert round(useful[step - 1]) == percent
    (line,) = ax.plot(rows, useful)
    ax.text(70, useful[69] + 3, f"sigma {number}", color=line.get_color())
ax.axvline(step, color="gray", linestyle=":")
ax.set(xlabel="rows of a piece", ylabel="weights that are no zeros, %", ylim=(0, 105))
# Alt: Percent of weights that are no zeros against the rows of a piece, from 1 to 128:
# three curves that fall from 100. That of sigma 1 falls fast, to below 10; that of
# sigma 15 slowly, to 50. A dotted line marks 16 rows.
plt.show()

# %%
# The recipe blurs along each axis in this way, block by block, so that what one axis
# leaves is still in the cache when the next one begins. Integers are blurred in double
# precision, and the result is that of ndimage, rounded, in every pixel.

grey = face(gray=True)
exact = ndimage.gaussian_filter(grey, sigma, output=np.float64)
np.testing.assert_array_equal(blur_gaussian(grey, sigma), np.rint(exact))

# %%
# .. seealso::
#
#    :ref:`sphx_glr_gallery_smoothing_blur_an_image.py` shows what the blur is for.
