"""
Draw an isosurface
==================

Where a volume crosses a level there is a surface: the skin of a head, the wall of a
ventricle. :func:`imgrecipes.display.surface_mesh` finds it as a mesh of quadrilaterals,
:func:`imgrecipes.display.show_surface` draws it. The synthetic head consists of
ellipsoids, so we can check the volume that the mesh encloses against a formula.
"""

# %%
# A mesh is vertices and faces
# ----------------------------
# The head is a volume of 64 planes, rows and columns. Its ventricles have the value 40,
# so ``head == 40`` is their mask, and the level of 0.5 runs between inside and outside.
# Each face is four indices into the list of vertices.

import matplotlib.pyplot as plt
import numpy as np

from imgrecipes.display import show_surface, surface_mesh
from imgrecipes.samples import phantom

head = phantom(64)
outside = surface_mesh(head > 0, 0.5)
ventricles = surface_mesh(head == 40, 0.5)

vertices, faces = ventricles
print(f"ventricles: {len(vertices)} vertices, {len(faces)} faces of 4 corners")
assert faces.shape == (2140, 4)

# %%
# The outside is drawn at an opacity of 0.12, the ventricles are opaque. Planes run
# upwards in this picture, from the neck to the top of the head.

ax = show_surface(*outside, color=("#56B4E9", 0.12))
show_surface(*ventricles, ax=ax, color="#FF7F0E")
ax.view_init(elev=20, azim=-60)
# Alt: A transparent blue egg, the head, in a box with axes named column, row and plane.
# Inside are two solid orange lenses side by side, the ventricles.
plt.show()

# %%
# How much does the mesh enclose?
# -------------------------------
# The divergence theorem turns the volume into a sum over the surface: each triangle
# (a, b, c) makes a tetrahedron with the origin, and ``a @ np.cross(b, c) / 6`` is its
# signed volume. Seen from outside, the corners turn counter-clockwise, so that the sum
# is positive.


def enclosed_volume(vertices: np.ndarray, faces: np.ndarray) -> float:
    a, b, c, d = (vertices[faces[:, corner]] for corner in range(4))
    halves = np.cross(b, c) + np.cross(c, d)
    return np.sum(a * halves) / 6


# %%
# An ellipsoid of the radii a, b and c has the volume 4/3 π a b c. The phantom's radii
# are fractions of half its size, 32 voxels.

truth = {
    "head": 4 / 3 * np.pi * (0.85 * 0.90 * 0.70) * 32**3,
    "ventricles": 2 * 4 / 3 * np.pi * (0.25 * 0.40 * 0.10) * 32**3,
}
counts = {"head": np.sum(head > 0), "ventricles": np.sum(head == 40)}
meshes = {"head": outside, "ventricles": ventricles}
errors = {}
for name, expected in truth.items():
    errors[name] = enclosed_volume(*meshes[name]) / expected - 1
    counted = counts[name] / expected - 1
    print(
        f"{name}: {expected:.0f} voxels; mesh {errors[name]:+.1%}, count {counted:+.1%}"
    )
assert abs(errors["head"]) < 0.002
assert -0.035 < errors["ventricles"] < -0.025

# %%
# The head is right to 0.2 %. The ventricles, whose smallest radius is 3 voxels, come
# out 3 % too small: the mean of the crossings lies a little inside a curved surface. To
# measure a volume, plain ``np.sum(mask)`` is both simpler and nearer to the truth.
# Take the mesh when you need the surface: to draw it, or for its area.
#
# .. seealso::
#    The planes of the same head: :ref:`sphx_glr_gallery_display_look_into_a_volume.py`.
#    Masks by a condition: :ref:`sphx_glr_gallery_pixels_paint_and_mask.py`.
