"""
Measure the gradient
====================

Where an image changes fast, there is something to see: an edge, a hair, a corner. The
gradient says how steep each place is and which way it rises. We measure it with
:func:`imgrecipes.features.sobel_gradient`, check it on a ramp, and see what noise does
to it before and after smoothing.
"""

# %%
# The unit is grey levels per pixel
# ---------------------------------
# Sobel's filter takes the difference of the two neighbours along an axis and averages
# it with the rows or columns beside. The recipe divides by the sum of the weights, so
# that a ramp that rises by 1 from column to column has the slope 1. At the two ends the
# border mirrors the ramp, which halves the slope.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.denoising import add_noise
from imgrecipes.display import compare_images
from imgrecipes.features import magnitude_and_direction, sobel_gradient
from imgrecipes.samples import face
from imgrecipes.smoothing import blur_gaussian

ramp = np.tile(np.arange(6), (4, 1))
down, right = sobel_gradient(ramp)
print("along the columns:", right[0])
print("down the rows:    ", down[0])
assert np.all(right[:, 1:-1] == 1)
assert not down.any()

# %%
# Before and after smoothing
# --------------------------
# The magnitude is the slope in the steepest direction. In a photograph each hair is
# steep. A blur of sigma 4 first leaves the slopes of the large shapes: the mask, the
# eyes, the nose. They are less steep than before, so the two pictures have grey scales
# of their own, up to the steepest 1 %.

image = face(gray=True)
magnitude, _ = magnitude_and_direction(sobel_gradient(image))
floats = image.astype(np.float64)
smooth, direction = magnitude_and_direction(sobel_gradient(blur_gaussian(floats, 4)))

part = np.s_[150:550, 350:850]
steepest = [np.quantile(m[part], 0.99) for m in (magnitude, smooth)]
compare_images(
    {
        f"before\nwhite: {steepest[0]:.0f} levels per pixel": magnitude[part]
        / steepest[0],
        f"blurred by sigma 4\nwhite: {steepest[1]:.0f} levels per pixel": smooth[part]
        / steepest[1],
    },
    vmin=0,
    vmax=1,
)
# Alt: Two pictures of slopes of a raccoon's face. Left, a thicket of thin bright lines,
# one for each hair. Right, broad bright bands around the eyes, the nose and the dark
# mask, and grey elsewhere.
plt.show()

# %%
# The mean slope of the whole picture falls by a factor of four.

print(f"mean slope {magnitude.mean():.2f}, after the blur {smooth.mean():.2f}")
assert 3.5 < magnitude.mean() / smooth.mean() < 4.5

# %%
# Which way it rises
# ------------------
# Directions are angles in degrees, counterclockwise as on paper: 0 to the right, 90 up.
# On a round hill each pixel rises towards the summit, so we know the truth and can tell
# the error in degrees. Noise of 2 % of the height turns the arrows by 18 degrees; a
# blur by 3 pixels first leaves 0.8 degrees.

row, column = np.indices((101, 101)) - 50
hill = 100 * np.exp(-(row**2 + column**2) / (2 * 15.0**2))
noisy = add_noise(hill, sigma=2, seed=0)
truth = np.degrees(np.arctan2(row, -column))
slope = np.exp(-0.5) * 100 / 15  # the steepest of a Gaussian, one sigma off its summit
found = {
    "clean": hill,
    "noisy": noisy,
    "noisy, then blurred": blur_gaussian(noisy, 3),
}
steep = magnitude_and_direction(sobel_gradient(hill))[0] > 0.5 * slope
error = {}
for name, picture in found.items():
    angle = magnitude_and_direction(sobel_gradient(picture))[1]
    turned = (angle - truth + 180) % 360 - 180
    error[name] = np.sqrt(np.mean(turned[steep] ** 2))
    print(f"{name:22} error of direction {error[name]:.2f} degrees")
assert error["clean"] < 0.1
assert error["noisy"] > 8 * error["noisy, then blurred"]

# %%
# The arrows show it. They point uphill, and Matplotlib draws the row axis downwards, so
# that the slope down the rows points down on the page.

fig, axes = plt.subplots(1, 2, figsize=(6, 3.3))
every = np.s_[4::12, 4::12]
for ax, name in zip(axes, ["noisy", "noisy, then blurred"], strict=True):
    down, right = sobel_gradient(found[name])
    ax.imshow(found[name], cmap="gray", vmin=0, vmax=100)
    ax.quiver(
        column[every] + 50,
        row[every] + 50,
        right[every],
        down[every],
        color="#E69F00",
        angles="xy",
        scale=40,
        width=0.012,
    )
    ax.set_title(name)
    ax.set_axis_off()
# Alt: A bright round hill on black, twice, with orange arrows that point to its summit.
# Left, in noise, arrows are crooked and small ones stand at random on the dark ground.
# Right, after the blur, all arrows near the hill point to the summit.
plt.show()

# %%
# In plain SciPy
# --------------
# :func:`scipy.ndimage.sobel` finds the same. It does not divide, so that in an image
# its slopes are 8 times as large. And it keeps the dtype: of an image of ``uint8``,
# every negative slope wraps around to a large positive one, without a word. Convert
# first.

plain = np.stack([ndimage.sobel(floats, axis) for axis in (0, 1)]) / 8
assert np.array_equal(plain, sobel_gradient(image))

wrapped = ndimage.sobel(image, axis=1)
share = (wrapped != ndimage.sobel(floats, axis=1)).mean()
print(f"of uint8, {share:.0%} of SciPy's slopes are wrong")
assert share > 0.4

# %%
# When to use which: SciPy's call where the scale does not matter and the image is of
# floats; the recipe where a slope has to be a number with a unit. To blur and
# differentiate in one go, :func:`scipy.ndimage.gaussian_gradient_magnitude` serves.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_features_find_edges.py`. What a blur takes away:
#    :ref:`sphx_glr_gallery_smoothing_blur_an_image.py`. How the recipe saves time:
#    :ref:`sphx_glr_gallery_made_fast_see_why_sobel_is_fast.py`.
