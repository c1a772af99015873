"""
Run one picture through many recipes
====================================

A recipe takes an array and returns an array, so recipes can follow one another and
their results can stand side by side. We send the raccoon of
:func:`imgrecipes.samples.face` through recipes of several concepts and join the results
strip by strip: what one strip shows, the next one shows again, changed.
"""

# %%
# Each result in the shape of the picture
# ---------------------------------------
# To be joined, all results need the same shape and dtype: colour, 8 bits. A grey result
# gets its three channels by stacking. Nothing rescales a value without saying so; where
# the grey levels change, a recipe was asked to change them.

import matplotlib.pyplot as plt
import numpy as np

from imgrecipes.geometry import resize
from imgrecipes.pixels import stretch_contrast, to_gray
from imgrecipes.samples import face
from imgrecipes.segmentation import threshold_otsu
from imgrecipes.smoothing import blur_gaussian

picture = face()[30:430, 290:1022]
gray = np.rint(to_gray(picture)).astype(np.uint8)
strong = stretch_contrast(gray, dark=10, bright=10)
bright = gray > threshold_otsu(gray)

results = {
    "face": picture,
    "blur_gaussian": blur_gaussian(picture, (6, 6)),
    "to_gray": gray,
    "stretch_contrast": strong,
    "threshold_otsu": 255 * bright.astype(np.uint8),
    "resize": resize(resize(picture, (40, 73)), picture.shape[:2], order=0),
}
results = {
    name: image if image.ndim == 3 else np.stack([image] * 3, axis=-1)
    for name, image in results.items()
}
saturated = np.isin(strong, [0, 255]).mean()
print(f"stretch_contrast drove {saturated:.1%} of the pixels to black or white")
print(f"threshold_otsu found {bright.mean():.1%} of the pixels bright")
assert 0.19 < saturated < 0.22
assert 0.3 < bright.mean() < 0.5

# %%
# Strips of equal width
# ---------------------
# :func:`numpy.array_split` cuts the columns into strips, and each strip is copied from
# its own result. The first is the picture itself, so the joined picture agrees with it
# there, pixel for pixel.

strips = np.array_split(np.arange(picture.shape[1]), len(results))
joined = picture.copy()
for columns, image in zip(strips, results.values(), strict=True):
    joined[:, columns] = image[:, columns]
assert np.array_equal(joined[:, strips[0]], picture[:, strips[0]])

fig, ax = plt.subplots(figsize=(6, 3.28))
fig.set_layout_engine("none")
ax.set_position((0, 0, 1, 1))
ax.set_axis_off()
ax.imshow(joined)
for columns, name in zip(strips, results, strict=True):
    ax.axvline(columns[0] - 0.5, color="white", linewidth=1)
    ax.text(
        columns[0] + 8,
        picture.shape[0] - 12,
        name,
        rotation=90,
        verticalalignment="bottom",
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 2},
    )
# Alt: The face of a raccoon in six upright strips. From left to right: in its colours,
# blurred, in grey, in grey of strong contrast, in black and white, in coarse squares.
plt.show()

# %%
# .. seealso::
#    Where the strips come from: :ref:`sphx_glr_gallery_pixels_turn_colour_grey.py` and
#    :ref:`sphx_glr_gallery_geometry_resize_an_image.py`. Next:
#    :ref:`sphx_glr_gallery_samples_meet_the_samples.py`.
