"""
Try it: denoise before thresholding
===================================

Now you: filter the noise first, then cut the histogram. Does
:func:`imgrecipes.denoising.denoise_median` make the segmentation of the noisy blobs
better, and how large may the window be? A function checks your work, and a solution
waits below.
"""

# %%
# The image
# ---------
# Run this cell first. It makes the noisy blobs and the true mask.

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.denoising import denoise_median
from imgrecipes.display import compare_images
from imgrecipes.pixels import histogram
from imgrecipes.samples import noisy_blobs
from imgrecipes.segmentation import clean_by_reconstruction

image, field = noisy_blobs()
truth = field > field.mean()
wrong_before = np.sum((image > 0.5) != truth)
between_before = np.sum((image > 0.3) & (image < 0.7))
print(f"above 0.5: {wrong_before} wrong; {between_before} pixels from 0.3 to 0.7")
assert (wrong_before, between_before) == (411, 4417)

compare_images({"noisy blobs": image, "truth": truth}, vmin=0, vmax=1)
# Alt: Left, bright blobs on dark ground under strong noise. Right, the true mask: the
# same blobs, white on black, with smooth outlines.
plt.show()

# %%
# The task
# --------
# Collect your results in a dictionary ``answer``, under the names in bold.
#
# 1. Filter the image with a median of 3 by 3 pixels: **median**.
# 2. Count its pixels above 0.3 and below 0.7, in the valley of the histogram:
#    **between**.
# 3. Count the pixels that are wrong if you cut it at 0.5: **wrong**.
# 4. Count the same for the windows of 3, 5, 7 and 9 pixels: **by_size**, a dictionary
#    like ``{3: 0, 5: 0, 7: 0, 9: 0}``.
# 5. For which of these sizes is the segmentation better than with no filter at all, and
#    why does it become worse for larger ones? **better**, a list of sizes.
# 6. Smooth with ``ndimage.gaussian_filter`` and a sigma of 1 instead, and count the
#    wrong pixels: **gaussian**.
#
# Hint: ``mask != truth`` is true where a pixel is wrong. Count it, and draw it.
#
# Check your work
# ---------------
# Each test looks at one result.

TESTS = {
    "median": lambda a: np.array_equal(a.median, ndimage.median_filter(image, 3)),
    "between": lambda a: a.between == 594,
    "wrong": lambda a: a.wrong == 48,
    "by_size": lambda a: list(a.by_size.values()) == [48, 188, 645, 1020],
    "better": lambda a: sorted(a.better) == [3, 5],
    "gaussian": lambda a: a.gaussian == 118,
}


def check(answer: dict) -> int:
    """Print which results are right; return how many."""
    right = 0
    for name, test in TESTS.items():
        try:
            passed = bool(test(SimpleNamespace(**answer)))
        except (AttributeError, TypeError, ValueError):
            passed = False
        wrong = "not right" if name in answer else "missing"
        print(f"{name:9}", "right" if passed else wrong)
        right += passed
    return right


# %%
# Here is a beginning with a mistake. Find it, go on, and run ``check`` after each step.

answer = {"median": denoise_median(image, 3)}
answer["between"] = np.sum((answer["median"] > 0.3) | (answer["median"] < 0.7))
assert check(answer) == 1

# %%
# Solution
# --------
# "Above and below" is ``&``; with ``|``, every pixel counts.

median = denoise_median(image, 3)
between = np.sum((median > 0.3) & (median < 0.7))
by_size = {
    size: int(np.sum((denoise_median(image, size) > 0.5) != truth))
    for size in (3, 5, 7, 9)
}
wrong = by_size[3]
better = [size for size, count in by_size.items() if count < wrong_before]
gaussian = np.sum((ndimage.gaussian_filter(image, 1) > 0.5) != truth)

print(f"pixels in the valley: {between_before} before, {between} after")
print(f"wrong pixels: {wrong_before} before,", by_size, f"Gaussian {gaussian}")
assert check({name: globals()[name] for name in TESTS}) == len(TESTS)

fig, ax = plt.subplots(figsize=(6, 3.6))
for name, pixels, style in [("noisy", image, "--"), ("median of 3 by 3", median, "-")]:
    counts, levels = histogram(pixels, bins=60)
    ax.plot(levels, counts / np.diff(levels)[0] / image.size, style, label=name)
ax.set(xlabel="grey level", ylabel="density")
ax.legend()
# Alt: Two histograms with peaks at 0 and 1. The noisy image's peaks are broad and meet
# in the valley. After the median, they are narrow and high, and the valley is empty.
plt.show()

# %%
# So the answer is yes: the peaks become narrow, the valley empties, and the error falls
# from 411 pixels to 48. But where an outline bends outwards, most of a wide window is
# background: a median of 7 by 7 takes a rim off, until more pixels are wrong than
# before.

wide = denoise_median(image, 7) > 0.5
lost, gained = np.sum(truth & ~wide), np.sum(wide & ~truth)
print(f"median of 7 by 7: {lost} pixels lost, {gained} gained")
assert (lost, gained) == (492, 153)

pictures = {}
for size in (3, 7):
    right = (denoise_median(image, size) > 0.5) == truth
    title = f"median of {size} by {size}\n{by_size[size]} wrong"
    pictures[title] = np.where(right, 0.6 + 0.4 * truth, 0)[:100, :100]
compare_images(pictures)
# Alt: A part of the blobs, white on grey, wrong pixels black. Left, there are a few.
# Right, small blobs wear thin black rims, and so do the ends of the large ones.
plt.show()

# %%
# Which way is best
# -----------------
# The Gaussian filter blurs the outlines, and gets more than twice as many pixels wrong
# as the median. The reconstruction of the last page, with 29 wrong pixels, uses the
# unfiltered image and still wins. To clean the median's mask in addition changes
# nothing: neither specks nor holes are left in it.

rebuilt = clean_by_reconstruction(image > 0.5)
print(f"reconstruction: {np.sum(rebuilt != truth)} wrong pixels")
assert np.sum(rebuilt != truth) == 29
assert np.array_equal(clean_by_reconstruction(median > 0.5), median > 0.5)

# %%
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_segmentation_split_touching_circles.py`. Where each
#    filter is at home:
#    :ref:`sphx_glr_gallery_denoising_compare_gaussian_and_median.py`.
