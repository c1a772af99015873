"""
Find corners
============

Along an edge, a picture looks the same; at a corner it changes in every direction, and
so corners can be found again in another picture. We compute Harris' response with
:func:`imgrecipes.features.harris_response`, pick corners with
:func:`imgrecipes.features.find_corners`, and measure the error of their positions, in
whole pixels and in fractions.
"""

# %%
# A chessboard with a known truth
# -------------------------------
# We turn a chessboard by 12 degrees and take its picture: the lens blurs it by 0.7
# pixels, each pixel is the mean of 8 by 8 points, and there is noise of 2 % of the
# contrast. The formula of the board tells where its corners are, to any digit.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.denoising import add_noise
from imgrecipes.features import find_corners, harris_response, sobel_gradient
from imgrecipes.samples import face
from imgrecipes.smoothing import blur_gaussian

size, cell, fine = 160, 24.0, 8
middle = np.array([79.3, 80.8])
cos, sin = np.cos(np.radians(12)), np.sin(np.radians(12))
axis = (np.arange(size * fine) + 0.5) / fine - 0.5
row, column = np.meshgrid(axis - middle[0], axis - middle[1], indexing="ij")
down, right = row * cos + column * sin, column * cos - row * sin
squares = (np.floor(down / cell) + np.floor(right / cell)) % 2
squares[np.maximum(abs(down), abs(right)) > 2 * cell] = 0
lens = blur_gaussian(100 * squares, 0.7 * fine)
clean = lens.reshape(size, fine, size, fine).mean(axis=(1, 3))
board = add_noise(clean, sigma=2, seed=0)

i, j = cell * np.mgrid[-1:2, -1:2].reshape(2, -1)
truth = middle + np.stack([i * cos - j * sin, i * sin + j * cos], axis=-1)

# %%
# Response, then peaks
# --------------------
# In a small window around each pixel, Harris asks which directions the gradient takes.
# None: flat. One: an edge, the response is negative. Two: a corner, it is positive. A
# corner is a pixel with the largest response for some pixels around.

response = harris_response(board, sigma=1.5)
corners = find_corners(board, sigma=1.5, threshold=0.1)

fig, axes = plt.subplots(1, 2, figsize=(6, 3.3))
limit = 0.5 * response.max()
axes[0].imshow(response, cmap="RdBu_r", vmin=-limit, vmax=limit)
axes[0].set_title("response")
axes[1].imshow(board, cmap="gray")
axes[1].plot(corners[:, 1], corners[:, 0], "o", color="#E69F00", markersize=5)
axes[1].set_title(f"{len(corners)} corners")
for ax in axes:
    ax.set_axis_off()
# Alt: Left, the response to a tilted chessboard of four by four squares: dark red dots
# at the corners of squares, blue lines along the edges, white elsewhere. Right, the
# chessboard itself with an orange dot on each corner.
plt.show()

# %%
# The error as a number
# ---------------------
# The peak of the response is a whole pixel, and not the best one. Better use all the
# edge pixels of a window: at each of them, the line to the corner is at right angles to
# the gradient. The point that fits best, by least squares, is the corner to a fraction
# of a pixel. We compare at the nine corners inside the board, where four squares meet.


def errors(found: np.ndarray) -> np.ndarray:
    return np.linalg.norm(truth[:, np.newaxis] - found, axis=-1).min(axis=1)


whole = errors(find_corners(board, sigma=1.5, threshold=0.1, subpixel=False))
subpixel = errors(corners)
for name, error in (("whole pixels", whole), ("subpixel", subpixel)):
    rms = np.sqrt(np.mean(error**2))
    print(f"{name:12} error {rms:.3f} pixels, the worst {error.max():.3f}")
assert np.sqrt(np.mean(whole**2)) > 0.4
assert np.sqrt(np.mean(subpixel**2)) < 0.05

# %%
# How much of this is noise? From 0 to 16 % of the contrast, the error grows with the
# noise, by 0.015 pixels for each per cent or a bit more. Without noise 0.002 pixels are
# left. The peak is pulled about by noise as well, by more than rounding to whole pixels
# explains, since the response has a flat top.

levels = np.array([0, 1, 2, 4, 8, 16])
rms = {False: [], True: []}
for level in levels:
    noisy = add_noise(clean, sigma=level, seed=7)
    for choice, values in rms.items():
        found = find_corners(noisy, 1.5, 0.1, subpixel=choice)
        values.append(np.sqrt(np.mean(errors(found) ** 2)))

fig, ax = plt.subplots(figsize=(6, 3.4))
ax.plot(levels, rms[False], "o-", label="whole pixels")
ax.plot(levels, rms[True], "o-", label="subpixel")
ax.set(xlabel="noise (% of contrast)", ylabel="error (pixels)", ylim=(0, None))
ax.legend()
# Alt: Error of corner positions over noise from 0 to 16 percent. For whole pixels it
# rises from 0.4 to 1.2 pixels; for subpixel positions it rises in proportion to the
# noise, from nearly 0 to 0.3.
plt.show()

print("subpixel:", np.round(rms[True], 3))
assert rms[True][0] < 0.003
assert np.all(np.array(rms[True][1:]) < 0.02 * levels[1:])
assert np.all(np.array(rms[False]) > 4 * np.array(rms[True]))

# %%
# In a photograph
# ---------------
# Nothing here is a corner by definition; the recipe finds spots that are well defined
# in both directions, many of them in the fur. They are stable: after a turn by 90
# degrees, the same are found.

image = face(gray=True)[150:550, 350:850]
spots = find_corners(image, sigma=3, threshold=0.05, min_distance=10)
turned = find_corners(np.rot90(image), sigma=3, threshold=0.05, min_distance=10)
back = np.stack([turned[:, 1], image.shape[1] - 1 - turned[:, 0]], axis=-1)
nearest = np.linalg.norm(spots[:, np.newaxis] - back, axis=-1).min(axis=1)
print(f"{len(spots)} spots, {(nearest < 0.01).mean():.0%} found again")
assert (nearest < 0.01).mean() > 0.98

fig, ax = plt.subplots(figsize=(6, 4.8))
ax.imshow(image, cmap="gray", vmin=0, vmax=255)
ax.plot(spots[:, 1], spots[:, 0], "o", color="#E69F00", markersize=6, mfc="none", mew=2)
ax.set_axis_off()
# Alt: The raccoon's face with about a hundred orange rings: at eyes, nose, whiskers,
# ends of stripes, and many in the speckled fur.
plt.show()

# %%
# In plain SciPy
# --------------
# Three products of slopes, three blurs, and a formula.

r, c = sobel_gradient(board)
rr, rc, cc = (ndimage.gaussian_filter(p, 1.5) for p in (r * r, r * c, c * c))
assert np.allclose(rr * cc - rc**2 - 0.05 * (rr + cc) ** 2, response)

# %%
# When to use which: the formula to see where corners are, or to weigh the two parts
# your way; the recipe for a list of positions. To find the same corner in a second
# picture, compare the pixels around it.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_features_find_blobs.py`. Other ways to a position
#    between pixels: :ref:`sphx_glr_gallery_measurement_find_centers_and_maxima.py`.
