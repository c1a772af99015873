"""
Try it: clean a binary image
============================

Now you: draw a binary image of circles, ellipses and squares, spoil a fifth of its
pixels, and clean it with a Gaussian and with a median filter. Whose histogram is
nearest to the clean one, and does that make it the better filter? A function checks
your work, and a solution waits below.
"""

# %%
# The task
# --------
# Collect your results in a dictionary ``answer``, under the names in bold.
#
# 1. Draw four or more circles, ellipses and squares of ones on 128 x 128 zeros, as
#    floats. Ones should cover 15 to 40 % of the image: **clean**.
# 2. Flip a fifth of the pixels, chosen at random, 0 to 1 and 1 to 0: **noisy**.
# 3. Blur it by a Gaussian of sigma 1.5: **gaussian**.
# 4. Filter it by a median of 5 x 5 pixels: **median**.
# 5. How far are the histograms of these three from the clean one? Measure the earth
#    mover's distance: how far, on average, the pixels have to be moved along the grey
#    scale to turn one histogram into the other. **distances**, a list of three.
# 6. How many pixels of the last two are wrong, if those of the Gaussian above one half
#    are taken for ones? **wrong**, a list of two.
#
# Hints: :func:`imgrecipes.pixels.circular_mask` makes circles and ellipses.
# ``random.random(shape) < 0.2`` is true in a fifth of the places.
# :func:`scipy.stats.wasserstein_distance` takes the levels of all pixels, in any order.
#
# Check your work
# ---------------
# Each test looks at one result and relies on those before it.

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage
from scipy.stats import wasserstein_distance

from imgrecipes.denoising import denoise_median
from imgrecipes.display import compare_images
from imgrecipes.pixels import circular_mask
from imgrecipes.smoothing import blur_gaussian


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """Earth mover's distance of two images' histograms."""
    return np.abs(np.sort(one, axis=None) - np.sort(other, axis=None)).mean()


TESTS = {
    "clean": lambda a: (
        (a.clean.shape, set(np.unique(a.clean))) == ((128, 128), {0, 1})
        and 0.15 <= a.clean.mean() <= 0.4
        and ndimage.label(a.clean)[1] >= 4
    ),
    "noisy": lambda a: np.allclose(
        [np.mean(a.noisy[a.clean == i] == 1 - i) for i in (0, 1)], 0.2, atol=0.03
    ),
    "gaussian": lambda a: np.allclose(a.gaussian, blur_gaussian(a.noisy, 1.5)),
    "median": lambda a: np.array_equal(a.median, ndimage.median_filter(a.noisy, 5)),
    "distances": lambda a: np.allclose(
        a.distances, [distance(i, a.clean) for i in (a.noisy, a.gaussian, a.median)]
    ),
    "wrong": lambda a: np.array_equal(
        a.wrong, [np.sum(i != a.clean) for i in (a.gaussian > 0.5, a.median)]
    ),
}


def check(answer: dict) -> int:
    """Print which results are right; return how many."""
    right = 0
    for name, test in TESTS.items():
        try:
            passed = bool(test(SimpleNamespace(**answer)))
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            passed = False
        wrong = "not right" if name in answer else "missing"
        print(f"{name:10}", "right" if passed else wrong)
        right += passed
    return right


# %%
# Here is a beginning, which is not enough yet. Go on from there, and run ``check``
# after each step.

answer = {"clean": circular_mask((128, 128), radius=20).astype(float)}
assert check(answer) == 0

# %%
# Solution
# --------
# Two circles, two ellipses, two squares; then the noise. `numpy.where` flips.

clean = np.zeros((128, 128))
round_ones = [((28, 28), 16), ((100, 64), 9), ((30, 88), (10, 28)), ((68, 30), (18, 8))]
for center, radius in round_ones:
    clean[circular_mask(clean.shape, center, radius)] = 1
clean[54:82, 74:102] = 1
clean[98:110, 98:110] = 1

random = np.random.default_rng(0)
noisy = np.where(random.random(clean.shape) < 0.2, 1 - clean, clean)
gaussian = blur_gaussian(noisy, 1.5)
median = denoise_median(noisy, 5)

images = {"noisy": noisy, "gaussian": gaussian, "median": median}
distances = [wasserstein_distance(i.ravel(), clean.ravel()) for i in images.values()]
titles = [f"{n}\ndistance {d:.3f}" for n, d in zip(images, distances, strict=True)]
compare_images({"clean": clean} | dict(zip(titles, images.values(), strict=True)))
# Alt: Four pictures. Clean: white circles, ellipses and squares on black. Noisy,
# distance 0.117: black and white dots all over. Gaussian, 0.221: grey and blotchy.
# Median, 0.004: black and white, with ragged outlines and rounded corners.
plt.show()

# %%
# The median's result has the nearest histogram, by far: it takes pixels that are there,
# so it stays binary. The Gaussian makes all levels in between.

fig, ax = plt.subplots(figsize=(6, 3.4))
edges = np.linspace(0, 1, 21)
ax.stairs(*np.histogram(clean, edges), label="clean", fill=True, color="0.8")
ax.stairs(*np.histogram(gaussian, edges), label="gaussian", linewidth=2)
ax.stairs(*np.histogram(median, edges), label="median", linestyle="--", linewidth=2)
ax.set(xlabel="level", ylabel="pixels", yscale="log")
ax.legend()
# Alt: Three histograms with a logarithmic axis of pixels. The clean image and the
# median's have the same two bars, at 0 and 1. The Gaussian's has hardly
# any 0 and 1 but two broad humps around 0.2 and 0.8.
plt.show()

assert 20 * distances[2] < distances[0] < distances[1]

# %%
# Does that make it the better filter? A histogram does not know where the pixels are.
# After a threshold the Gaussian's result is binary as well, and has fewer wrong pixels:

wrong = [np.sum((gaussian > 0.5) != clean), np.sum(median != clean)]
print(f"wrong: Gaussian {wrong[0]} pixels, median {wrong[1]}, of {clean.size}")
assert wrong[0] < 0.8 * wrong[1]
assert check({name: globals()[name] for name in TESTS}) == len(TESTS)

# %%
# A histogram is not a picture
# ----------------------------
# If the ones covered half of the image, as many pixels would turn from 0 to 1 as back:
# the noisy histogram would be the clean one, with a fifth of the pixels wrong.

half = np.indices((128, 128))[0] % 2.0
flipped = np.where(random.random(half.shape) < 0.2, 1 - half, half)
print(f"distance {distance(flipped, half):.3f}, {np.mean(flipped != half):.1%} wrong")
assert distance(flipped, half) < 0.01

# %%
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_morphology_open_a_mask.py`.
