"""
Look into a volume
==================

A volume from a scanner is a stack of images, an array of (plane, row, column). A screen
shows two axes at a time, so radiologists look at three planes that cross in one point.
:func:`imgrecipes.display.show_planes` draws them at one scale, also when the planes lie
further apart than the pixels.
"""

# %%
# A head of ellipsoids
# --------------------
# The sample is synthetic: a bright skull, a grey brain, two dark ventricles and a small
# bright lesion. Its planes run from the neck up.

import matplotlib.pyplot as plt
import numpy as np

from imgrecipes.display import show_planes
from imgrecipes.samples import phantom

head = phantom(64)
print("planes, rows, columns:", head.shape)

# %%
# Where is the lesion? The mean index of its voxels tells, rounded to whole voxels.

lesion = np.argwhere(head == 170)
center = np.rint(lesion.mean(axis=0)).astype(int)
print("voxel in the middle of the lesion:", center.tolist())
assert center.tolist() == [30, 48, 40]
assert head[tuple(center)] == 170

# %%
# Three planes through one voxel
# ------------------------------
# Fix one index and two are left: that is all a plane is. The colour of a frame is the
# colour of the line that marks this plane in the other two pictures.

planes = {
    "plane 30": head[30],
    "row 48": head[:, 48],
    "column 40": head[:, :, 40],
}
for name, picture in planes.items():
    print(f"{name}: {picture.shape}, {np.sum(picture == 170)} voxels of lesion")

figure = show_planes(head, center=center)
# Alt: Three cuts through the head: an orange frame around rows against columns, a blue
# one below around planes against columns, a green one beside around rows against
# planes. In each, two thin lines cross in the small light lesion.
plt.show()

for ax, picture in zip(figure.axes, planes.values(), strict=True):
    drawn = ax.images[0].get_array()
    assert np.array_equal(drawn, picture) or np.array_equal(drawn, picture.T)

# %%
# The first index counts downwards in the lower picture, so the neck is at its top. To
# see the head upright, turn the planes round: ``head[::-1]``.
#
# Voxels need not be cubes
# ------------------------
# Scanners often take thick slices. We keep every third plane, as if they were 3 mm
# apart and the pixels 1 mm wide. Drawn as if voxels were cubes, the head is squashed.

thick = head[::3]
figure, (left, right) = plt.subplots(1, 2, figsize=(6, 3.4), layout="constrained")
left.imshow(thick[:, 48], cmap="gray", vmin=0, vmax=220)
left.set(title="spacing ignored", xlabel="column", ylabel="plane")
right.imshow(thick[:, 48], cmap="gray", vmin=0, vmax=220, aspect=3)
right.set(title="aspect=3", xlabel="column", ylabel="plane")
# Alt: The same cut of planes against columns twice. On the left the head is squashed to
# a flat ellipse, on the right it is round again, made of tall pixels.
plt.show()

# %%
# The recipe does this for all three planes from ``spacing``, in the order of the axes.

figure = show_planes(thick, center=(10, 48, 40), spacing=(3, 1, 1))
# Alt: The three cuts again, with the head as round as before but drawn with pixels that
# are three times as long along the plane axis.
plt.show()

assert figure.axes[1].get_aspect() == right.get_aspect() == 3

# %%
# When to use which: ``plt.imshow(volume[30], cmap="gray")`` is enough to glance at one
# plane. Use the recipe to find one place in three pictures.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_display_draw_an_isosurface.py`.
