"""
See why the surface mesh is fast
================================

A surface through a volume is found cell by cell: look at the edges of each cube of
eight voxels, and where the surface crosses some, put a vertex.
:func:`imgrecipes.display.surface_mesh` has no loop over cells. It asks one question of
all edges at once. Both ways make the same vertices, as we see first in the plane and
then in space.
"""

# %%
# Cell by cell
# ------------
# This function works with any number of axes. A square cell has 4 edges, a cube 12.
# Where an edge joins a value above the level with one below, the surface crosses it, by
# linear interpolation. The vertex is the mean of the crossings of a cell.

import timeit
from itertools import combinations, product

import matplotlib.pyplot as plt
import numpy as np

from imgrecipes.display import surface_mesh


def vertices_by_cells(values: np.ndarray, level: float) -> np.ndarray:
    corners = np.array(list(product((0, 1), repeat=values.ndim)))
    pairs = combinations(corners, 2)
    edges = [(a, b) for a, b in pairs if np.abs(a - b).sum() == 1]
    vertices = []
    for cell in np.ndindex(*np.subtract(values.shape, 1)):
        crossings = []
        for a, b in edges:
            start, end = values[tuple(cell + a)], values[tuple(cell + b)]
            if (start > level) != (end > level):
                way = (level - start) / (end - start)
                crossings.append(cell + a + way * (b - a))
        if crossings:
            vertices.append(np.mean(crossings, axis=0))
    return np.array(vertices)


# %%
# All edges at once
# -----------------
# All edges along one axis are two views of the array, one without its last layer, one
# without its first. One comparison finds all the crossings among them. Then each cell
# adds up those on its own edges, and for all cells these are views again, shifted to
# the corners of the cells.


def vertices_by_views(values: np.ndarray, level: float) -> np.ndarray:
    above = values > level
    cells = tuple(np.subtract(values.shape, 1))
    total, count = np.zeros((values.ndim, *cells)), np.zeros(cells)
    for axis in range(values.ndim):
        side = np.moveaxis(above, axis, 0)
        crosses = np.moveaxis(side[1:] != side[:-1], 0, axis)
        start = np.moveaxis(np.moveaxis(values, axis, 0)[:-1], 0, axis)
        step = np.where(crosses, np.diff(values, axis=axis), 1)
        way = np.where(crosses, (level - start) / step, 0)
        for corner in product((0, 1), repeat=values.ndim):
            if corner[axis] == 0:
                part = tuple(
                    slice(c, c + n) for c, n in zip(corner, cells, strict=True)
                )
                count += crosses[part]
                total[axis] += way[part]
                for other in np.flatnonzero(corner):
                    total[other] += crosses[part]
    used = count > 0
    return np.argwhere(used) + (total[:, used] / count[used]).T


row, column = np.mgrid[:13, :13]
disk = 4.3 - np.hypot(row - 6, column - 6)
vertices = vertices_by_views(disk, 0)
assert np.allclose(vertices, vertices_by_cells(disk, 0), rtol=0, atol=1e-12)

above = disk > 0
fig, ax = plt.subplots(figsize=(6, 5.4))
ax.plot(column[~above], row[~above], "o", color="0.8", markersize=5)
ax.plot(column[above], row[above], "o", color="0.4", markersize=5)
for r, c in np.argwhere(above[1:] != above[:-1]):
    ax.plot([c, c], [r, r + 1], color="C0", linewidth=3)
for r, c in np.argwhere(above[:, 1:] != above[:, :-1]):
    ax.plot([c, c + 1], [r, r], color="C1", linewidth=3)
ax.plot(vertices[:, 1], vertices[:, 0], "kD", markersize=7)
ax.set(aspect=1, xlabel="column", ylabel="row", xlim=(0.5, 11.5), ylim=(11.5, 0.5))
# Alt: A lattice of grey dots, darker inside a disk. Blue upright and orange level edges
# join dark dots with light ones. A black diamond lies in each cell that has such
# edges: together they make a round outline.
plt.show()

# %%
# Two comparisons found all the edges in colour: one the blue ones, one the orange ones.
# Every edge is looked at once, while the loop meets it in each cell that it belongs to.
#
# In space
# --------
# Three comparisons in a volume. An edge belongs to as many as four cells, so that the
# loop looks almost four times as often.

place = np.mgrid[:24, :24, :24]
ball = 9.3 - np.sqrt(np.sum((place - 11.7) ** 2, axis=0))
vertices, faces = surface_mesh(ball, 0)
assert np.allclose(vertices, vertices_by_views(ball, 0), rtol=0, atol=1e-12)
assert np.allclose(vertices, vertices_by_cells(ball, 0), rtol=0, atol=1e-12)

edges, looks = 3 * 23 * 24 * 24, 12 * 23**3
print(f"{len(vertices)} vertices in {23**3} cells")
print(f"{edges} edges, {looks} looks at them cell by cell")
assert 3.6 < looks / edges < 4
# A closed mesh of quadrilaterals without holes through it, as around a ball, has two
# vertices more than faces (a torus has as many vertices as faces).
assert len(vertices) == len(faces) + 2

# %%
# The recipe compares all edges in the same way, and then goes on with those that cross
# alone: it numbers the cells that have a vertex, looks up the four numbers around each
# crossing edge, which are also the corners of its face, and adds up the crossings with
# ``numpy.bincount``. Few edges cross a smooth surface:

above = ball > 0
crossing = sum(np.count_nonzero(np.diff(above, axis=axis)) for axis in range(3))
print(f"{crossing} of {edges} edges cross, {100 * crossing / edges:.0f} %")
assert crossing < 0.06 * edges

# %%
# The rest is the price of a step of Python, paid for each edge of each cell, or for
# each view of the whole array. The fastest of some rounds, by turns:

# Timing: run this cell to measure on your machine.
loop, views, recipe = np.min(
    [
        [
            timeit.timeit(lambda f=f: f(ball, 0), number=1)
            for f in (vertices_by_cells, vertices_by_views, surface_mesh)
        ]
        for _ in range(3)
    ],
    axis=0,
)
print(f"cell by cell {1000 * loop:.0f} ms, by views {1000 * views:.2f} ms")
print(f"the recipe, with its faces, {1000 * recipe:.2f} ms")
print(f"{loop / recipe:.0f} times faster than cell by cell")

# %%
# .. seealso::
#    What to do with it: :ref:`sphx_glr_gallery_display_draw_an_isosurface.py`. Its area
#    in millimetres: :ref:`sphx_glr_gallery_volumes_make_voxels_cubic.py`.
