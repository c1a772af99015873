"""
Register by optimisation
========================

Shear and unequal scales have no short cut by Fourier transforms. Instead, turn the
knobs of a map until the two pictures agree, on a coarse picture first, then on finer
ones: :func:`imgrecipes.registration.register`. We recover known maps, leave out a label
that does not move, and see what becomes of a start too far away.
"""

# %%
# An affine map
# -------------
# The face is sheared, scaled and shifted, and its brightness and contrast are changed,
# which the correlation does not feel. The recipe returns where the points of the image
# lie in the moved one, as ``matrix @ r + offset``; so
# :func:`imgrecipes.geometry.warp_affine` with these numbers brings the moved one back.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage, optimize

from imgrecipes.display import compare_images
from imgrecipes.geometry import warp_affine
from imgrecipes.registration import find_rotation, register, similarity_map
from imgrecipes.samples import face

photo = face(gray=True)[180:612, 300:732].astype(np.float64)
corner = np.array([120, 120])
shape = (192, 192)
image = photo[120:312, 120:312]
corners = np.array([[0, 0, 191, 191], [0, 191, 0, 191]])


def move(matrix: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """See the moved photograph through the window of the image."""
    inverse = np.linalg.inv(matrix)
    return warp_affine(photo, inverse, corner - inverse @ offset, shape, order=3)


def error(found: tuple, truth: tuple) -> float:
    """Largest distance, in pixels, from where a corner of the image should be."""
    misses = (found[0] - truth[0]) @ corners + (found[1] - truth[1])[:, np.newaxis]
    return np.hypot(*misses).max()


shear = np.array([[1.05, 0.10], [-0.06, 0.94]])
truth = shear, np.array([103, 90.2]) - shear @ [95.5, 95.5]  # the middle moves
moved = 0.6 * move(*truth) + 50

matrix, offset, quality = register(image, moved, "affine")
missed = error((matrix, offset), truth)
print(f"{matrix.round(3).tolist()}, quality {quality:.4f}, off by {missed:.3f} pixels")
assert missed < 0.05
assert quality > 0.99

back = warp_affine(moved, matrix, offset, order=3)
compare_images({"moved": moved, "brought back": back, "image": image}, columns=3)
# Alt: Left, the raccoon's whiskers, pale and sheared. Middle, the pale picture brought
# back, with black wedges at the left and the bottom. Right, the image in full contrast,
# each hair where it is in the middle.
plt.show()

# %%
# The plain SciPy way
# -------------------
# A cost to minimise, and `scipy.optimize`. Here for a shift: minus the correlation of
# the image with the moved one, read by linear interpolation, over the middle that both
# surely show. The recipe adds the other models, the masks and the coarser levels.

shifted = move(np.eye(2), np.array([3.3, -2.6]))
blurred, target = (ndimage.gaussian_filter(p, 1) for p in (shifted, image))
inner = np.s_[10:-10, 10:-10]


def cost(step: np.ndarray) -> float:
    candidate = ndimage.shift(blurred, -step, order=1, mode="nearest")
    return -np.corrcoef(candidate[inner].ravel(), target[inner].ravel())[0, 1]


plain = optimize.minimize(cost, np.zeros(2), method="Powell", tol=1e-3).x
found = register(image, shifted, "shift")[1]
print(f"plain {plain.round(2)}, recipe {found.round(2)}, truth [3.3, -2.6]")
assert np.allclose([plain, found], [3.3, -2.6], atol=0.05)

# %%
# How exact it is
# ---------------
# A map of each model, with noise on both views; how far a corner is off, in pixels:

maps = {
    "rigid": similarity_map(shape, 6, 1, (4.3, -7.6)),
    "similarity": similarity_map(shape, -8, 1.1, (-3.2, 5.4)),
    "affine": truth,
}
rng = np.random.default_rng(0)
worst = {}
print("noise   " + "   ".join(maps))
for sigma in (0, 40):
    errors = []
    for model, known in maps.items():
        first = image + rng.normal(0, sigma, shape)
        second = move(*known) + rng.normal(0, sigma, shape)
        errors.append(error(register(first, second, model)[:2], known))
    worst[sigma] = max(errors)
    print(f"{sigma:5d}   {errors[0]:5.3f}   {errors[1]:10.3f}   {errors[2]:6.3f}")
assert worst[0] < 0.02
assert worst[40] < 0.4

# %%
# Masks: what must not count
# --------------------------
# What leaves the frame never counts. Other things do not belong to the scene: a label
# in the picture, a scratch on the lens. They stay in place, and pull the result to "no
# motion". Two masks leave them out.

labelled, shifted = image.copy(), move(np.eye(2), np.array([3.0, 5.0]))
stripes = 250 * (np.indices((70, 70)).sum(axis=0) % 20 > 9)
labelled[60:130, 60:130] = shifted[60:130, 60:130] = stripes
counts = np.ones(shape, bool)
counts[60:130, 60:130] = False

pulled = register(labelled, shifted, "shift")
masked = register(labelled, shifted, "shift", mask=counts, moved_mask=counts)
for name, found in {"all pixels": pulled, "with masks": masked}.items():
    print(f"{name}: offset {found[1].round(2)}, quality {found[2]:.2f}")
assert np.allclose(masked[1], (3, 5), atol=0.02)
assert np.abs(pulled[1] - (3, 5)).max() > 1

compare_images({"labelled": labelled, "moved by (3, 5)": shifted})
# Alt: Two views of the face, with a square of oblique black and white stripes at the
# same place in both; the face behind it has moved a little.
plt.show()

# %%
# A start too far away
# --------------------
# An optimiser walks downhill from its start. From "nothing moved" it does not find a
# turn by 100 degrees, and the low quality tells. Start it from
# :func:`imgrecipes.registration.find_rotation`, and it refines that result.

truth = similarity_map(shape, 100, 1.2, (10.4, -8.7))
moved = move(*truth) + rng.normal(0, 20, shape)
lost = register(image, moved, "similarity")
start = similarity_map(shape, *find_rotation(image, moved)[:3])
refined = register(image, moved, "similarity", start=start)
print(f"from nothing: off by {error(lost, truth):.0f} pixels, quality {lost[2]:.2f}")
before, after = error(start, truth), error(refined, truth)
print(f"refined: from {before:.2f} to {after:.2f} pixels, quality {refined[2]:.2f}")
assert lost[2] < 0.4
assert after < 0.1 < before

# %%
# When to use which: :func:`imgrecipes.registration.find_shift` for shifts; this recipe
# for other maps and for masks; a cost of your own where brightness does not just scale.
#
# .. seealso::
#    Back to the start: :ref:`sphx_glr_gallery_registration_find_a_shift.py`. For the
#    maps: :ref:`sphx_glr_gallery_geometry_shift_and_warp.py`.
