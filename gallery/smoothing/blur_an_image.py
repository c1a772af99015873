"""
Blur an image
=============

To average each pixel with its neighbours removes what is fine, noise and detail alike.
We blur the face by a Gaussian with :func:`imgrecipes.smoothing.blur_gaussian` and by a
square window with :func:`imgrecipes.smoothing.blur_mean`, measure what each of them
takes away, and see why the Gaussian is the first choice.
"""

# %%
# Two sigmas and a window
# -----------------------
# Sigma is the Gaussian's standard deviation in pixels: neighbours within about two
# sigmas matter. The local mean takes a window of 11 by 11 pixels, all with one weight.
# What a blur has removed is the difference to the original. Its size is the root mean
# square (RMS), in grey levels.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.display import compare_images
from imgrecipes.samples import face
from imgrecipes.smoothing import blur_gaussian, blur_mean

image = face(gray=True)
blurred = {
    "original": image,
    "Gaussian, sigma 3": blur_gaussian(image, 3),
    "Gaussian, sigma 5": blur_gaussian(image, 5),
    "mean of 11 by 11": blur_mean(image, 11),
}
original = image.astype(np.float64)
removed, titles = {}, {}
for name, result in blurred.items():
    removed[name] = np.sqrt(np.mean((original - result) ** 2))
    titles[f"{name}\nremoved: {removed[name]:.1f}"] = result[150:550, 350:850]
assert [round(number, 1) for number in removed.values()] == [0, 17.5, 20.9, 19.5]

compare_images(titles)
# Alt: The raccoon's face four times on one grey scale. The original shows single hairs
# and whiskers. After the Gaussian of sigma 3 the hairs are gone and the whiskers faint;
# after sigma 5 only eyes, nose and patches remain. The mean of 11 by 11 looks like
# sigma 3.
plt.show()

# %%
# What stays is coarse. The step from a pixel to the one below, 8.7 grey levels on
# average, shrinks far more than the contrast of the whole picture, its standard
# deviation.

for name, result in blurred.items():
    step = np.abs(np.diff(result.astype(np.float64), axis=0)).mean()
    print(f"{name:18} step {step:.1f}, standard deviation {result.std():.1f}")
    assert step > 8 if name == "original" else step < 2

# %%
# A window of n pixels has a standard deviation of its own, the square root of
# (n² - 1) / 12. For 11 pixels this is 3.16, so that the mean lies near the Gaussian of
# sigma 3.

assert round(np.sqrt((11**2 - 1) / 12), 2) == 3.16

# %%
# What the window does to stripes
# -------------------------------
# Take stripes that grow finer from left to right, from 40 to 5 pixels per period. The
# Gaussian weakens the fine ones more than the coarse ones, until they are gone. The
# mean weakens them to nothing where a period is 11 pixels long, and then turns them
# over: bright becomes dark.

column = np.arange(400)
frequency = np.linspace(1 / 40, 1 / 5, 400)
stripes = np.tile(np.sin(2 * np.pi * np.cumsum(frequency)), (60, 1))
compare_images(
    {
        "stripes": stripes,
        "Gaussian, sigma 3": blur_gaussian(stripes, 3),
        "mean of 11 by 11": blur_mean(stripes, 11),
    },
    columns=1,
)
# Alt: Three bands of vertical stripes, which grow finer to the right. In the second
# band they fade evenly into grey. In the third they fade to grey at about 40 percent
# of the width and come back behind it, weak, with black and white exchanged.
plt.show()

# %%
# For a period of 8 pixels the mean leaves a share of -0.22: the stripes are there, and
# wrong. The Gaussian leaves 0.06.

wave = np.cos(2 * np.pi * np.arange(-40, 40) / 8)  # a crest at index 40
share_mean = blur_mean(wave, 11)[40]
share_gaussian = blur_gaussian(wave, 3)[40]
print(f"mean {share_mean:.2f}, Gaussian {share_gaussian:.2f}")
assert round(share_mean, 2) == -0.22
assert round(share_gaussian, 2) == 0.06

# %%
# In plain SciPy
# --------------
# :func:`scipy.ndimage.gaussian_filter` and :func:`scipy.ndimage.uniform_filter` give
# the same for floats, but for rounding errors, and take longer. For integers they cut
# off the fraction after each axis, which darkens the picture by a whole grey level; the
# recipes round once.

plain = ndimage.gaussian_filter(original, 3), ndimage.uniform_filter(original, 11)
np.testing.assert_allclose(blur_gaussian(original, 3), plain[0], rtol=1e-12)
np.testing.assert_allclose(blur_mean(original, 11), plain[1], rtol=1e-12)
cut = ndimage.gaussian_filter(image, 3)
print(f"mean {image.mean():.2f}, recipe {blur_gaussian(image, 3).mean():.2f}, ", end="")
print(f"SciPy on integers {cut.mean():.2f}")
assert abs(blur_gaussian(image, 3).mean() - image.mean()) < 0.01
assert round(image.mean() - cut.mean(), 1) == 1.0

# %%
# A single sigma goes for all axes, and so does it in SciPy. Of a colour image that
# would mix red, green and blue. Two sigmas name the rows and the columns, and colours
# stay apart.

color = blur_gaussian(face(), (3, 3))
assert np.array_equal(color[..., 0], blur_gaussian(face()[..., 0], 3))

# %%
# When to use which: the Gaussian for a blur of a given size that invents nothing; the
# mean where the average of a window is what you want to know, or where speed counts,
# which hardly depends on its size. Neither keeps edges.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_smoothing_sharpen_an_image.py`. What lies beyond the
#    border: :doc:`/conventions`. Why the recipe is faster than SciPy:
#    :ref:`sphx_glr_gallery_made_fast_see_why_the_gaussian_is_fast.py`.
