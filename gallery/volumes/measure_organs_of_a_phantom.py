"""
Measure organs of a phantom
===========================

How many millilitres does a lesion have? A scanner gives voxels that are longer than
wide, blurred and noisy. We let one look at a synthetic head whose volumes are known,
remove the noise with :func:`imgrecipes.volumes.blur_physical`, cut out the organs and
measure them in millimetres with :func:`imgrecipes.volumes.region_volumes`.
"""

# %%
# The head as a scanner sees it
# -----------------------------
# The true head is made of ellipsoids in a box of 192 mm, in cubes of 2 mm. The planes
# of the scanner are 4 mm thick: each is the mean of two. It blurs by 1.5 mm along all
# axes and adds noise with a standard deviation of 30 grey levels.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.denoising import add_noise
from imgrecipes.display import show_planes, show_surface, surface_mesh
from imgrecipes.measurement import block_mean, label_regions
from imgrecipes.samples import phantom
from imgrecipes.smoothing import blur_gaussian
from imgrecipes.volumes import blur_physical, region_volumes

spacing = (4, 2, 2)
thick = block_mean(phantom(96), (2, 1, 1))
scan = add_noise(blur_physical(thick, 1.5, spacing), sigma=30, seed=0)
print("voxels:", scan.shape, "of", spacing, "mm")

lesion = (23, 71, 59)
show_planes(scan, lesion, spacing, vmin=0, vmax=220)
# Alt: Three grainy cuts through a head: white skull, grey brain, two dark ventricles. A
# small light spot, the lesion, is where the lines of the planes cross.
plt.show()

# %%
# Millimetres, not voxels
# -----------------------
# To remove the noise we blur by 2 mm. Along the planes that is half a voxel, along rows
# and columns a whole one. The recipe divides for us. A sigma of 1 voxel for all axes
# would blur 4 mm from plane to plane.

smooth = blur_physical(scan, 2, spacing)
assert np.allclose(smooth, ndimage.gaussian_filter(scan, (0.5, 1, 1)))
in_voxels = blur_gaussian(scan, 1)

show_planes(smooth, lesion, spacing, vmin=0, vmax=220)
# Alt: The same three cuts, less grainy and a little softer. The lesion and the
# ventricles stand out clearly.
plt.show()

# %%
# Cut out the organs
# ------------------
# Each boundary is put halfway between the grey levels on its two sides: 110 between air
# and skull, 70 between ventricle and brain, 135 between lesion and brain. Outside the
# head it is dark as well, so the head comes first, with its holes filled. Two things in
# it are bright, the skull and the lesion; the lesion is the smaller one.


def measure(image: np.ndarray) -> dict[str, float]:
    head = ndimage.binary_fill_holes(image > 110)
    sizes = {
        name: np.sort(region_volumes(label_regions(mask), spacing)["volume"])[::-1]
        for name, mask in {
            "head": head,
            "dark": head & (image < 70),
            "bright": head & (image > 135),
        }.items()
    }
    print({name: len(volumes) for name, volumes in sizes.items()}, "regions")
    return {
        "head": sizes["head"][0],
        "ventricles": sizes["dark"][:2].sum(),
        "lesion": sizes["bright"][1],
    }


# %%
# An ellipsoid has 4/3 π times the product of its radii, which the phantom gives as
# fractions of half the box, 96 mm. A thousand cubic millimetres are a millilitre.

unit = 4 / 3 * np.pi * 96**3
truth = {
    "head": unit * 0.85 * 0.90 * 0.70,
    "ventricles": 2 * unit * 0.25 * 0.40 * 0.10,
    "lesion": unit * 0.14**3,
}
errors = {}
for name, image in {"scan": scan, "2 mm": smooth, "1 voxel": in_voxels}.items():
    found = measure(image)
    errors[name] = {organ: found[organ] / truth[organ] - 1 for organ in truth}
    for organ, volume in found.items():
        print(f"  {organ}: {volume / 1000:.1f} ml, {errors[name][organ]:+.1%}")

chosen = errors["2 mm"]
assert abs(chosen["head"]) < 0.005
assert -0.06 < chosen["ventricles"] < -0.035
assert -0.1 < chosen["lesion"] < -0.05
assert errors["scan"]["lesion"] < -0.9
assert errors["1 voxel"]["lesion"] < 1.5 * chosen["lesion"]

# %%
# In the noisy scan thousands of voxels lie on the wrong side, and the second largest
# bright thing is a speck. After the blur there are exactly two. The head is right to
# 0.3 %, but the lesion is 8 % too small, and with a sigma of one voxel 14 %.
#
# Blurring shrinks what is round
# ------------------------------
# Where an outline is curved, there is more outside around a point than inside, and a
# blur pulls the outline in. Halfway between the levels, a ball of radius R shrinks by
# about :math:`\sigma^2 / R`, and so its volume by :math:`3 \sigma^2 / R^2`. The blur of
# the scanner counts as well: 1.5 mm and 2 mm make 2.5 mm.

radius = 0.14 * 96
expected = -3 * (1.5**2 + 2**2) / radius**2
print(f"lesion of {radius:.1f} mm: {expected:+.1%} expected, {chosen['lesion']:+.1%}")
assert abs(expected - chosen["lesion"]) < 0.04

# %%
# Look at them in space
# ---------------------
# The surfaces of the masks, drawn with the same spacing, so that the axes count
# millimetres.

head = ndimage.binary_fill_holes(smooth > 110)
bright = head & (smooth > 135)
labels = label_regions(bright)
sizes = region_volumes(labels, spacing)["size"]
organs = {
    ("#56B4E9", 0.08): head,
    "#0072B2": head & (smooth < 70),
    "#D55E00": labels == 1 + np.argsort(sizes)[-2],
}
ax = None
for color, mask in organs.items():
    ax = show_surface(*surface_mesh(mask, 0.5), ax, color, spacing)
ax.view_init(elev=20, azim=-60)
# Alt: A transparent blue ball, the head, on axes up to about 190 mm. In it are two dark
# blue lumps like lenses side by side, the ventricles, and a small orange ball, the
# lesion.
plt.show()

# %%
# When to use which: ``np.sum(mask) * 16`` is enough for a single organ. The recipe
# measures all regions at once and tells where they are.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_volumes_make_voxels_cubic.py`. Three planes and their
#    spacing: :ref:`sphx_glr_gallery_display_look_into_a_volume.py`.
