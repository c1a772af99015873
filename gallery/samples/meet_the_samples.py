"""
Meet the sample images
======================

The functions of :mod:`imgrecipes.samples` return photographs, a medical image and
synthetic images as NumPy arrays. They need no network, and each call returns a new
array, which you can change. This page shows all of them and tells you which one suits
your task, how each is stored and under which licence you may use it.
"""

# %%
# Photographs in colour
# ---------------------
# A colour image has three axes: rows, columns, and the channels red, green and blue.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes import samples


def draw_contact_sheet(images: dict, rows: list) -> None:
    """Draw rows of images that fill the width of the figure."""
    ratios = {name: images[name].shape[1] / images[name].shape[0] for name in images}
    heights = [6 / sum(ratios[name] for name in row) + 0.3 for row in rows]
    fig = plt.figure(figsize=(6, sum(heights)), layout="constrained")
    strips = fig.subfigures(len(rows), 1, height_ratios=heights, squeeze=False)
    for strip, row in zip(strips.flat, rows, strict=True):
        widths = [ratios[name] for name in row]
        axes = strip.subplots(1, len(row), width_ratios=widths, squeeze=False)
        for ax, name in zip(axes.flat, row, strict=True):
            ax.imshow(images[name], cmap="gray")
            ax.set(title=name, xticks=[], yticks=[])
            ax.spines[:].set(visible=True, color="0.7")


color = {
    "face": samples.face(),
    "coffee": samples.coffee(),
    "galaxies": samples.galaxies(),
    "tissue": samples.tissue(),
    "retina": samples.retina(),
}
draw_contact_sheet(color, [["face", "coffee"], ["galaxies", "tissue", "retina"]])
# Alt: Five photographs in colour: a raccoon's face, a cup of coffee on wood, hundreds
# of galaxies on black, a stained section of tissue in brown and blue, and a retina.
plt.show()

# %%
# Images in grey levels
# ---------------------
# A grey image has one number for each pixel. Most are ``uint8``, from 0 to 255; the MRI
# slice is ``uint16``, and the horse is a mask of ``bool``.

gray = {
    "coins": samples.coins(),
    "cell": samples.cell(),
    "camera": samples.camera(),
    "clock": samples.clock(),
    "handwriting": samples.handwriting(),
    "horse": samples.horse(),
    "mri_slice": samples.mri_slice(),
    "vessels": samples.vessels(),
    **{name: samples.texture(name) for name in ("brick", "grass", "gravel")},
}
rows = [
    ["coins", "cell", "camera"],
    ["clock", "mri_slice", "vessels"],
    ["handwriting", "horse"],
    ["brick", "grass", "gravel"],
]
draw_contact_sheet(gray, rows)
# Alt: Eleven grey images: 24 coins, a round cell, a man with a camera, a blurred clock,
# a slice of a head, blood vessels, handwriting, a horse, bricks, grass and gravel.
plt.show()

# %%
# Which one to use
# ----------------
# ===============  =============================================================
# Function         Good for
# ===============  =============================================================
# ``face``         colour, fine texture (fur), resizing and smoothing
# ``coffee``       saturated colours, ellipses, reducing the number of colours
# ``galaxies``     counting small bright objects on a dark background
# ``tissue``       separating two stains, measuring a share of the area
# ``retina``       thin lines of many widths, a round field of view
# ``coins``        counting and measuring objects in uneven light
# ``cell``         lengths in micrometres: a pixel is 0.107 µm
# ``camera``       noise and smoothing: flat sky, sharp outlines, grass
# ``clock``        undoing motion blur
# ``mri_slice``    levels outside 0 to 255, files without a header
# ``vessels``      stretching a low contrast, finding small dark spots
# ``handwriting``  local thresholds, correcting perspective
# ``horse``        masks: skeleton, outline, distance, shape
# ``texture``      ``texture("brick")``, ``"grass"`` or ``"gravel"``: texture
# ===============  =============================================================
#
# Only the cell has pixels of known size. ``retina`` and ``galaxies`` are JPEG files,
# which another decoder may read with differences of one level.

public, cc0, museum = "public domain", "CC0", "no known restriction"
licences = {
    **dict.fromkeys(["face", "galaxies", "clock", "handwriting"], public),
    **dict.fromkeys(["coffee", "retina", "cell", "camera", "horse", "vessels"], cc0),
    **dict.fromkeys(["brick", "grass", "gravel"], cc0),
    **dict.fromkeys(["tissue", "coins"], museum),
    "mri_slice": "in Matplotlib",
}
for name, image in {**color, **gray}.items():
    size = " x ".join(str(length) for length in image.shape)
    print(f"{name:12}{size:16}{image.dtype!s:8}{licences[name]}")
    assert image.dtype == {"mri_slice": "uint16", "horse": "bool"}.get(name, "uint8")
assert licences.keys() == color.keys() | gray.keys()

# %%
# Sources and authors are in the documentation of each function. Except for the MRI
# slice, the files are in the folder ``imgrecipes/data``, with a list of licences.
#
# Synthetic images with a known truth
# -----------------------------------
# To measure the error of a method, you need the right answer. These images are
# computed, so their objects, areas and volumes are known.

field = samples.blobs()
noisy, _ = samples.noisy_blobs()
labels, count = ndimage.label(field > field.mean())
circles = samples.touching_circles()
head = samples.phantom(64)
lesion = 4 / 3 * np.pi * (0.14 * 32) ** 3
print(f"blobs: {count} objects")
print(f"touching_circles: {circles.max()} in {ndimage.label(circles)[1]} region")
print(f"phantom: lesion of {np.sum(head == 170)} voxels, exactly {lesion:.1f}")
assert (count, circles.max(), ndimage.label(circles)[1]) == (28, 4, 1)
assert abs(np.sum(head == 170) - lesion) < 0.02 * lesion

colors = plt.get_cmap("tab20")
synthetic = {
    "blobs": field,
    "their labels": np.where(labels[..., None] > 0, colors(labels % 20), 1),
    "logo": samples.logo(),
    "noisy_blobs": noisy,
    "touching_circles": np.where(circles[..., None] > 0, colors(2 * circles), 1),
    "phantom()[32]": head[32],
}
names = list(synthetic)
draw_contact_sheet(synthetic, [names[:3], names[3:]])
# Alt: Six images: smooth bright blobs, each blob in its own colour, a logo, the mask of
# the blobs in noise, four coloured circles that touch, and a head made of ellipses.
plt.show()

# %%
# .. admonition:: Also called
#
#    test images, example data; ``skimage.data``, ``scipy.misc.face``
#
# .. seealso::
#    Open your own image: :ref:`sphx_glr_gallery_files_save_and_open_an_image.py`. More
#    photographs: :func:`sklearn.datasets.load_sample_image` and ``skimage.data``.
