"""
See why resizing is fast
========================

Resizing looks like work for each pixel: find the place, take the neighbours, weigh and
add. But along one axis all rows need the same weights. So resizing is a product of
matrices, for which computers are built. We build :func:`imgrecipes.geometry.resize` up
from there, count the products, and measure.
"""

# %%
# The plain way
# -------------
# `scipy.ndimage.zoom` visits each new pixel: with ``order=1``, it takes 4 neighbours.

from timeit import repeat

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.geometry import resize
from imgrecipes.samples import face

image = face(gray=True).astype(np.float32)
old, new = 768, 1152


def plain(image: np.ndarray, order: int = 1) -> np.ndarray:
    return ndimage.zoom(image, 1.5, order=order, mode="reflect", grid_mode=True)


# %%
# One axis as a matrix
# --------------------
# From ``n`` to ``m`` pixels, new pixel ``i`` lies at ``(i + 1/2) n / m - 1/2``, between
# two old ones. Their weights fill row ``i`` of a matrix with ``n`` columns. Beyond the
# border, the reflected pixel takes the weight.


def interpolation_matrix(n: int, m: int) -> np.ndarray:
    place = (np.arange(m) + 0.5) * n / m - 0.5
    before = np.floor(place).astype(int)
    part = place - before
    matrix = np.zeros((m, n), np.float32)
    for column, weight in ((before, 1 - part), (before + 1, part)):
        matrix[np.arange(m), np.clip(column, 0, n - 1)] += weight
    return matrix


rows, columns = interpolation_matrix(old, new), interpolation_matrix(1024, 1536)
assert np.allclose(rows @ image @ columns.T, plain(image), atol=1e-3)

fig, ax = plt.subplots(figsize=(6, 4.4))
small = interpolation_matrix(32, 48)
ax.imshow(small, cmap="gray_r", vmin=0, vmax=1)
for block in range(3):
    start = np.flatnonzero(small[16 * block : 16 * block + 16].any(axis=0))[[0, -1]]
    corner = (start[0] - 0.5, 16 * block - 0.5)
    size = (start[1] - start[0] + 1, 16)
    ax.add_patch(plt.Rectangle(corner, *size, fill=False, color="C1", linewidth=2))
ax.set(xlabel="old pixel", ylabel="new pixel")
# Alt: A matrix of 48 rows and 32 columns. All is white, that is 0, but for a thin band
# along the diagonal. Three frames of 16 rows and about 12 columns hold the whole band.
plt.show()

# %%
# Almost all of the matrix is 0. A full product would waste its time on zeros: for each
# new pixel as many products as there are old rows. But the blocks of 16 rows framed
# above hold everything, and each of them needs only a few rows of the image.


def multiply_by_blocks(
    matrix: np.ndarray, image: np.ndarray
) -> tuple[np.ndarray, float]:
    result = np.empty((len(matrix), image.shape[1]), image.dtype)
    products = 0
    for start in range(0, len(matrix), 16):
        block = matrix[start : start + 16]
        used = np.flatnonzero(block.any(axis=0))
        window = slice(used[0], used[-1] + 1)
        np.matmul(block[:, window], image[window], out=result[start : start + 16])
        products += block[:, window].size
    return result, products / len(matrix)


by_blocks, products = multiply_by_blocks(rows, image)
assert np.allclose(by_blocks, rows @ image, atol=1e-3)
print(f"products for each new pixel: {rows.shape[1]} in full, {products:.1f} by blocks")
assert 11 < products < 13

# %%
# Twelve products where two would do: still a bargain. The numbers lie side by side in
# the cache, and the library behind ``matmul`` does 8 or 16 of the products at a time,
# while visiting pixels one by one means to compute an address for each.
#
# Splines and blur go into the matrix
# -----------------------------------
# A cubic spline through the pixels needs coefficients first, each made of all pixels of
# a row. Their weights shrink by 0.268 from pixel to pixel, so that few of them count.

impulse = np.zeros(41)
impulse[20] = 1
weights = ndimage.spline_filter1d(impulse, 3)
shrink = np.abs(weights[21:35] / weights[20:34])
assert np.allclose(shrink, 2 - np.sqrt(3))
print(f"15 pixels away, the weight is {abs(weights[35]):.0e}, below what float32 sees")
assert abs(weights[35]) < np.finfo(np.float32).eps

fig, ax = plt.subplots(figsize=(6, 3.2))
distance = np.arange(-16, 17)
ax.semilogy(distance, np.abs(weights[4:37]), "o-")
ax.axhline(np.finfo(np.float32).eps, color="C1", linestyle="--", label="eps of float32")
ax.set(xlabel="distance in pixels", ylabel="size of the weight")
ax.legend(loc="upper right")
# Alt: The weight of a pixel in a coefficient on a logarithmic scale, a tent with
# straight sides. It falls from more than 1 in the middle to the rounding error of
# float32 at a distance of 12 to 13 pixels.
plt.show()

# %%
# So the recipe multiplies these weights into its matrix, and those of the Gaussian blur
# when it shrinks an image: still one product for each axis.

for order in (1, 3):
    result = resize(image, (new, 1536), order)
    assert np.allclose(result, plain(image, order), atol=3e-4)

# %%
# How much faster is it?

# Timing: run this cell to measure on your machine.
for order in (1, 3):
    zoom = min(repeat(lambda n=order: plain(image, n), number=1, repeat=2))
    recipe = min(
        repeat(lambda n=order: resize(image, (new, 1536), n), number=1, repeat=2)
    )
    print(f"order {order}: {zoom / recipe:.0f} times as fast as ndimage.zoom")

# %%
# When to use which: the recipe for whole images; `scipy.ndimage.map_coordinates` for
# some places only, or where each pixel goes its own way, as in a rotation: then there
# is no matrix for an axis.
#
# .. seealso::
#    What the blur is for: :ref:`sphx_glr_gallery_geometry_resize_an_image.py`. Shifts
#    by parts of a pixel, which are done the same way:
#    :ref:`sphx_glr_gallery_geometry_shift_and_warp.py`.
