"""
Project a volume
================

One picture of a whole volume: look through it and keep the brightest voxel on each ray.
Radiologists show vessels that way. :func:`imgrecipes.volumes.project_maximum` does it.
A synthetic head shows what it hides, what noise does to it, and how it gives an
impression of depth when the volume turns.
"""

# %%
# The brightest voxel on each ray
# -------------------------------
# We look at the head from above, through its planes. Each ray through the head meets
# the skull, and that is brighter than all the rest: the maximum shows nothing else. The
# mean along the rays, as in an X-ray picture, shows all of it, but faintly.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage, stats

from imgrecipes.denoising import add_noise
from imgrecipes.display import compare_images
from imgrecipes.geometry import rotate
from imgrecipes.morphology import erode
from imgrecipes.samples import phantom
from imgrecipes.volumes import ball_footprint, blur_physical, project_maximum

spacing = (2, 2, 2)
head = phantom(96).astype(np.float64)
maximum = project_maximum(head)
assert np.array_equal(maximum > 0, (head > 0).any(axis=0))
assert set(np.unique(maximum)) == {0, 220}

compare_images({"maximum": maximum, "mean": head.mean(axis=0)})
# Alt: Left, the maximum: a plain white ellipse. Right, the mean: the same ellipse in
# dark grey, in which two darker ventricles and a slightly lighter lesion can be seen.
plt.show()

# %%
# Take the bone away
# ------------------
# So the bone has to go before the projection, as it does for pictures of vessels. We
# fill the head, and take 12 mm off all around, with a ball as structuring element. The
# volume has noise now, as from a scanner.

noisy = add_noise(head, sigma=25, seed=0)
outline = ndimage.binary_fill_holes(blur_physical(noisy, 2, spacing) > 110)
inside = erode(outline, ball_footprint(12, spacing))
for name, level in (("bone", 220), ("lesion", 170)):
    print(f"{name}: {np.mean(inside[head == level]):.0%} left")
assert not inside[head == 220].any()
assert inside[head == 170].all()

# %%
# Noise shines through
# --------------------
# The brain has the grey level 100. On each ray through it, the brightest of dozens of
# noisy voxels wins. For n values of normal noise, the mean of the maximum is known:
# each value x is the largest with the chance that n - 1 others are smaller.


def expected_maximum(n: int) -> float:
    x = np.linspace(-8, 8, 4001)
    chance = n * stats.norm.cdf(x) ** (n - 1) * stats.norm.pdf(x)
    return float(np.sum(x * chance) * (x[1] - x[0]))


brain = inside & (head == 100)
count = brain.sum(axis=0)
rays = (count >= 20) & ~(inside & (head == 170)).any(axis=0)
raw = project_maximum(np.where(inside, noisy, 0))
numbers, which = np.unique(count[rays], return_inverse=True)
lifted = 100 + 25 * np.mean([expected_maximum(n) for n in numbers[which]])
print(f"brain at 100, projected at {raw[rays].mean():.1f}, expected {lifted:.1f}")
assert abs(raw[rays].mean() - lifted) < 1

# %%
# A blur before the projection takes the noise away. The brain is back near 100, and the
# lesion is what remains. What is darker than its surroundings takes the minimum: there
# are the ventricles. Outside, the minimum needs a high value instead of 0.

blurred = blur_physical(noisy, 2, spacing)
smooth = np.where(inside, blurred, 0)
clean = project_maximum(smooth)
dark = np.where(inside, blurred, 250).min(axis=0)

lesion = (head == 170).sum(axis=0) > 10
contrast = {}
for name, picture in (("noisy", raw), ("blurred", clean)):
    brain_level, deviation = picture[rays].mean(), picture[rays].std()
    contrast[name] = (picture[lesion].mean() - brain_level) / deviation
    print(f"{name}: lesion {contrast[name]:.0f} standard deviations above the brain")
assert contrast["blurred"] > 4 * contrast["noisy"]

# sphinx_gallery_thumbnail_number = 2
pictures = {"noisy": raw, "blurred": clean, "minimum": dark}
compare_images(pictures, vmin=0, vmax=250, columns=3)
# Alt: Three projections without the skull. Noisy: a grainy light grey ellipse with a
# white spot. Blurred: the ellipse is even and darker, and the lesion a clear bright
# disk. Minimum: two dark ventricles in a grey ellipse on white.
plt.show()

# %%
# In plain NumPy, the projection is one call. The recipe checks that no NaN is among the
# voxels, of which one would blacken its ray.

assert np.array_equal(clean, smooth.max(axis=0))

# %%
# Turn the head
# -------------
# A projection does not tell what lies in front of what. Views from several sides do. We
# look along the rows, with the top of the head up, and turn the head about the axis on
# which the planes are stacked. The lesion wanders, as it lies off this axis.

views = {}
for angle in (0, 45, 90):
    turned = rotate(smooth, angle, reshape=False, axes=(1, 2))
    views[f"{angle}°"] = project_maximum(turned, axis=1)
compare_images({n: v[::-1] for n, v in views.items()}, 0, 220, columns=3)
# Alt: The head from the front, turned by 45° and by 90°, a grey disk that gets
# wider. The bright lesion is right of the middle, then at the edge, then inside again.
plt.show()

# %%
# Two views at a right angle give the whole position: the front view has the plane and
# the column, and after a turn by 90° the rows have become columns.

plane, column = np.argwhere(views["0°"] > 140).mean(axis=0)
row = np.argwhere(views["90°"] > 140).mean(axis=0)[1]
true_place = np.argwhere(head == 170).mean(axis=0)
print(
    f"from two views: {np.round([plane, row, column], 1)}, true {true_place.round(1)}"
)
assert np.allclose([plane, row, column], true_place, atol=0.5)

# %%
# When to use which: the maximum for what is small and bright, such as vessels with a
# contrast agent, without bone in the way. The three planes of the other pages for all
# that has to be judged exactly.
#
# .. seealso::
#    Three planes and surfaces: :ref:`sphx_glr_gallery_display_look_into_a_volume.py`.
#    Measure what you see:
#    :ref:`sphx_glr_gallery_volumes_measure_organs_of_a_phantom.py`.
