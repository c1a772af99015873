"""
Meet the sample images
======================

A tutorial wants images that are the same for everybody and whose truth is known. The
functions of :mod:`imgrecipes.samples` give a photograph, a medical slice and synthetic
images, each as a fresh array and without a network. Here they all are.
"""

# %%
# Two pictures of the world
# -------------------------
# A raccoon in colour, and a slice of a human head seen by magnetic resonance. The slice
# is not 8-bit: its dtype is 16-bit, although its values stop at 215.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes import samples

raccoon = samples.face()
head = samples.mri_slice()
print(raccoon.shape, raccoon.dtype, "sum of all bytes:", raccoon.sum(dtype=int))
print(head.shape, head.dtype, "largest value:", head.max())
assert raccoon.sum(dtype=int) == 259906521
assert head.max() == 215

fig, axes = plt.subplots(1, 2, figsize=(6, 2.8))
axes[0].imshow(raccoon)
axes[1].imshow(head, cmap="gray")
for ax, title in zip(axes, ["face()", "mri_slice()"], strict=True):
    ax.set_title(title)
    ax.set_axis_off()
# Alt: Left, a raccoon looks into the camera. Right, a grey slice through a human head,
# seen from the side, with the folds of the brain bright inside the dark skull.
plt.show()

# %%
# Objects of known number and size
# --------------------------------
# Blobs are a blurred field of random points, cut at its mean; circles that touch come
# with the label of each. Both know the truth, so that a page can say how wrong a method
# is: the blobs are 28 objects, the circles four although they form one region.

field = samples.blobs()
noisy, _ = samples.noisy_blobs()
circles = samples.touching_circles()
_, blob_count = ndimage.label(field > field.mean())
_, circle_count = ndimage.label(circles)
print(f"{blob_count} blobs; {circles.max()} circles in {circle_count} region")
assert (blob_count, circles.max(), circle_count) == (28, 4, 1)

fig, axes = plt.subplots(2, 2, figsize=(6, 6.2))
axes[0, 0].imshow(field, cmap="gray")
axes[0, 1].imshow(noisy, cmap="gray")
axes[1, 0].imshow(field > field.mean(), cmap="gray")
axes[1, 1].imshow(circles, cmap="viridis")
titles = ["blobs()", "noisy_blobs()", "field > field.mean()", "touching_circles()"]
for ax, title in zip(axes.flat, titles, strict=True):
    ax.set_title(title)
    ax.set_axis_off()
# Alt: Four squares. A smooth field of bright spots; a mask of the same spots in strong
# noise; the clean mask of 28 white blobs; four discs in four colours that touch.
plt.show()

# %%
# A volume, and a logo
# --------------------
# The phantom is a head made of ellipsoids: a volume has one axis more, its planes. The
# logo is for cutting and colouring.

volume = samples.phantom()
logo = samples.logo()
print("phantom", volume.shape, "with the levels", np.unique(volume))
assert np.unique(volume).tolist() == [0, 40, 100, 170, 220]

fig, axes = plt.subplots(1, 2, figsize=(6, 2.8))
axes[0].imshow(volume[32], cmap="gray")
axes[1].imshow(logo)
for ax, title in zip(axes, ["phantom()[32]", "logo()"], strict=True):
    ax.set_title(title)
    ax.set_axis_off()
# Alt: Left, an oval head cut across: a bright skull around grey brain with two dark
# ventricles and a bright lesion. Right, a logo of three rings and the letters img.
plt.show()

# %%
# .. seealso::
#    Real images that other packages ship: :func:`sklearn.datasets.load_sample_image`,
#    :func:`sklearn.datasets.load_digits` and the functions of ``skimage.data``. Next:
#    :ref:`sphx_glr_gallery_pixels_index_and_slice.py`.
