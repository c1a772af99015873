"""
See why drawing the phantom is fast
===================================

Is this voxel inside the ellipsoid? Asked voxel by voxel, the question is three squares
and a sum, a million times. :func:`imgrecipes.samples.phantom` takes the squares along
the axes only, where there are few of them, and lets NumPy add them up to a volume. The
same trick draws any circle, ball or distance.
"""

# %%
# Voxel by voxel
# --------------
# The head is made of five ellipsoids, drawn one over the other. Coordinates run from -1
# to 1 along each axis. A small head first, with a loop over all its voxels.

import timeit

import matplotlib.pyplot as plt
import numpy as np

from imgrecipes.display import show_image
from imgrecipes.samples import phantom

parts = (
    (220, (0.0, 0.0, 0.0), (0.85, 0.90, 0.70)),
    (100, (0.0, 0.0, 0.0), (0.77, 0.82, 0.62)),
    (40, (0.10, -0.05, -0.20), (0.25, 0.40, 0.10)),
    (40, (0.10, -0.05, 0.20), (0.25, 0.40, 0.10)),
    (170, (-0.05, 0.50, 0.25), (0.14, 0.14, 0.14)),
)


def coordinates(size: int) -> np.ndarray:
    return (np.arange(size) + 0.5) / size * 2 - 1


def draw_by_voxels(size: int) -> np.ndarray:
    axis = coordinates(size)
    volume = np.zeros((size, size, size), np.uint8)
    for index in np.ndindex(volume.shape):
        for value, center, radii in parts:
            offset = (axis[list(index)] - center) / radii
            if np.sum(offset**2) <= 1:
                volume[index] = value
    return volume


assert np.array_equal(draw_by_voxels(16), phantom(16))

# %%
# All voxels at once
# ------------------
# Three arrays with the coordinates of every voxel make the loop unnecessary. But each
# of them has the size of the volume, eight bytes a voxel, and says the same over and
# over: all voxels of a plane share one coordinate, and so its square.


def draw_by_grids(size: int, sparse: bool) -> tuple[np.ndarray, int]:
    axis = coordinates(size)
    grids = np.meshgrid(axis, axis, axis, indexing="ij", sparse=sparse)
    volume = np.zeros((size, size, size), np.uint8)
    for value, center, radii in parts:
        squares = [
            ((grid - middle) / radius) ** 2
            for grid, middle, radius in zip(grids, center, radii, strict=True)
        ]
        volume[squares[0] + squares[1] + squares[2] <= 1] = value
    return volume, len(parts) * sum(grid.size for grid in grids)


dense, many = draw_by_grids(64, sparse=False)
assert np.array_equal(dense, phantom(64))

# %%
# Along the axes
# --------------
# With ``sparse=True``, the coordinates stay three lines: of planes, of rows and of
# columns. Their squares are lines as well. Only in the sum, where a line of rows meets
# a line of columns, NumPy makes an area of them; this is called broadcasting. One
# ellipse of the middle plane shows it: two parabolas along the axes, and their sum.

sparse, few = draw_by_grids(64, sparse=True)
assert np.array_equal(sparse, phantom(64))
print(f"{many} squares from full arrays, {few} along the axes")
assert (many, few) == (5 * 3 * 64**3, 5 * 3 * 64)

axis = coordinates(64)
rows, columns = (axis / 0.9) ** 2, (axis / 0.7) ** 2
fig, axes = plt.subplots(
    2, 2, figsize=(6, 5.6), width_ratios=(1, 2.4), height_ratios=(1, 2.4)
)
axes[0, 0].set_axis_off()
axes[0, 1].plot(columns, color="C1")
axes[0, 1].set(xlim=(-0.5, 63.5), ylim=(0, 2.1), ylabel="square")
axes[1, 0].plot(rows, np.arange(64), color="C0")
axes[1, 0].set(ylim=(63.5, -0.5), xlim=(2.1, 0), xlabel="square")
total = rows[:, np.newaxis] + columns
show_image(total, axes[1, 1])
axes[1, 1].contour(total, [1], colors="C2", linewidths=3)
axes[1, 1].set_aspect("auto")
# Alt: A grey picture, darkest in the middle, with an upright ellipse drawn where it
# reaches 1. Above it a parabola along the columns, to its left a parabola along the
# rows, lying on its side: the picture is the sum of the two.
plt.show()

# %%
# What it gains
# -------------
# Each call alone, by turns, the fastest of some rounds:

# Timing: run this cell to measure on your machine.
calls = {
    "16 voxels a side, voxel by voxel": lambda: draw_by_voxels(16),
    "16 voxels a side, the recipe": lambda: phantom(16),
    "64 voxels a side, full arrays": lambda: draw_by_grids(64, sparse=False),
    "64 voxels a side, the recipe": lambda: phantom(64),
}
rounds = [[timeit.timeit(c, number=1) for c in calls.values()] for _ in range(4)]
times = np.min(rounds, axis=0)
for name, seconds in zip(calls, times, strict=True):
    print(f"{name}: {1000 * seconds:.2f} ms")
print(f"{times[0] / times[1]:.0f} times faster than the loop")
print(f"{times[2] / times[3]:.1f} times faster than full arrays")

# %%
# What is left, the sums and the comparisons, needs every voxel, and is most of the time
# now.
#
# .. seealso::
#    Circles and ellipsoids anywhere: :func:`imgrecipes.pixels.circular_mask`, used in
#    :ref:`sphx_glr_gallery_pixels_paint_and_mask.py`. All samples:
#    :ref:`sphx_glr_gallery_samples_meet_the_samples.py`.
