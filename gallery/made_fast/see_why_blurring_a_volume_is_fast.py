"""
See why blurring a volume is fast
=================================

A blur averages each voxel with those around it, and in three dimensions these are many:
a ball of them. :func:`imgrecipes.volumes.blur_physical` never visits the ball. It blurs
along lines, one axis after the other, and comes to the same result. We count what that
saves, and see for which shapes it works.
"""

# %%
# The plain way
# -------------
# The voxels of this head are 3 mm high and 1 mm wide. A Gaussian of 2 mm, cut off at
# four sigmas, reaches 3 planes up and down, and 8 rows and columns: a block of 2023
# weights, each of which is multiplied with each voxel.

import timeit
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.samples import phantom
from imgrecipes.volumes import ball_footprint, blur_physical

spacing, sigma = (3, 1, 1), 2
head = phantom(60)[1::3].astype(np.float64)


def gaussian_line(sigma: float) -> np.ndarray:
    reach = int(4 * sigma + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    return weights / weights.sum()


lines = [gaussian_line(sigma / step) for step in spacing]
block = lines[0][:, None, None] * lines[1][:, None] * lines[2]
plain = ndimage.correlate(head, block)
print(f"{head.shape} voxels, {block.shape} weights: {block.size} products a voxel")
assert np.allclose(plain, blur_physical(head, sigma, spacing), rtol=0, atol=1e-9)

# %%
# Along lines
# -----------
# The block was made of three lines, each weight a product of three numbers. So the sum
# over the block can be taken in three steps: first along each row of voxels, then of
# the results along each column, then through the planes. See what the steps make of a
# single bright voxel. The voxels are drawn that have more than a tenth of the highest
# weight.

point = np.zeros((7, 11, 11))
point[3, 5, 5] = 1
fig = plt.figure(figsize=(6, 2.6), layout="none")
fig.subplots_adjust(0, 0, 1, 0.9, wspace=0)
for number, axis in enumerate((2, 1, 0), 1):
    point = ndimage.correlate1d(point, lines[axis], axis)
    ax = fig.add_subplot(1, 3, number, projection="3d")
    ax.voxels(
        np.moveaxis(point > 0.1 * point.max(), 0, 2), edgecolor="k", linewidth=0.3
    )
    ax.set(xlim=(0, 11), ylim=(0, 11), zlim=(0, 7))
    ax.set_box_aspect((11, 11, 21), zoom=1.4)
    ax.set_title(f"after step {number}")
    ax.set_axis_off()
# Alt: Three drawings of small blocks. After step 1, a line of voxels; after step 2, a
# flat disk, one voxel high; after step 3, a ball of voxels that are higher than wide.
plt.show()

# %%
# The sums have as many terms as the three lines have weights together.


def blur_lines(volume: np.ndarray) -> np.ndarray:
    for axis, line in enumerate(lines):
        volume = ndimage.correlate1d(volume, line, axis)
    return volume


assert np.allclose(plain, blur_lines(head), rtol=0, atol=1e-9)
products = sum(line.size for line in lines)
print(f"{block.size} products a voxel, or {products}: {block.size / products:.0f} to 1")
assert (block.size, products) == (2023, 41)

# %%
# The wider, the better
# ---------------------
# A line of :math:`w` weights for each axis costs :math:`3 w`, the block :math:`w^3`. In
# an image the gain was :math:`w / 2`; in a volume it is :math:`w^2 / 3`.

sigmas = np.linspace(0.5, 15, 100)
width = 2 * (4 * sigmas + 0.5).astype(int) + 1
fig, ax = plt.subplots(figsize=(6, 3.8))
ax.plot(sigmas, width**3, label="volume, block")
ax.plot(sigmas, width**2, label="image, square")
ax.plot(sigmas, 3 * width, label="volume, lines")
ax.set(yscale="log", xlabel="sigma (voxels)", ylabel="products a voxel")
ax.legend()
# Alt: Products a voxel over sigma, on a logarithmic scale. At sigma 15, the block of a
# volume takes more than a million, the square of an image over ten thousand, the three
# lines of a volume a few hundred.
plt.show()

# %%
# The recipe goes one step further: it turns the sums along the lines into products of
# matrices, which pays in a larger volume. Each call alone, by turns, the fastest of
# some rounds:

# Timing: run this cell to measure on your machine.
large = phantom(96).astype(np.float64)
calls: dict[str, Callable[[], object]] = {
    "small, block": lambda: ndimage.correlate(head, block),
    "small, lines": lambda: blur_lines(head),
    "large, lines": lambda: blur_lines(large),
    "large, recipe": lambda: blur_physical(large, sigma, spacing),
}
rounds = [[timeit.timeit(c, number=1) for c in calls.values()] for _ in range(3)]
times = np.min(rounds, axis=0)
for name, seconds in zip(calls, times, strict=True):
    print(f"{name}: {1000 * seconds:.1f} ms")
print(f"lines {times[0] / times[1]:.0f} times faster than the block")
print(f"recipe {times[2] / times[3]:.1f} times faster than the lines")

# %%
# Not every shape
# ---------------
# The trick needs weights that are products. Unfold a block into a table, a row for each
# plane: of products, all rows are multiples of one row, and the rank of the table is 1.
# The Gaussian passes. A ball of equal weights does not, nor does any other shape with a
# sharp round edge: the mean over a ball takes other tricks.

ball = ball_footprint(8, spacing)
for name, weights in {"Gaussian": block, "ball": ball.astype(float)}.items():
    rank = np.linalg.matrix_rank(weights.reshape(len(weights), -1))
    print(f"{name}: rank {rank}")
    assert (rank == 1) == (name == "Gaussian")

# %%
# .. seealso::
#    The products of matrices:
#    :ref:`sphx_glr_gallery_made_fast_see_why_the_gaussian_is_fast.py`.
#    Voxels in millimetres: :ref:`sphx_glr_gallery_volumes_make_voxels_cubic.py`.
