"""
Try it: reconstruct a segmentation
==================================

Now you: clean the mask of the noisy blobs without rounding a single outline. What a
small erosion wipes out is a speck; all else is rebuilt from what the erosion leaves.
You build it from `scipy.ndimage` and end where
:func:`imgrecipes.segmentation.clean_by_reconstruction` does. A function checks your
work, and a solution waits below.
"""

# %%
# The mask
# --------
# Run this cell first. It makes the noisy mask, the truth, and what an opening and a
# closing have made of the mask on the last page. The pictures show the upper left
# corner, the numbers count the whole image.

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.display import compare_images
from imgrecipes.samples import noisy_blobs
from imgrecipes.segmentation import clean_by_reconstruction, clean_mask

image, field = noisy_blobs()
truth = field > field.mean()
binary = image > 0.5
opened_and_closed = clean_mask(binary)


def draw_wrong(mask: np.ndarray) -> np.ndarray:
    """Return a corner of the mask in pale greys, with the wrong pixels black."""
    return np.where(mask == truth, 0.6 + 0.4 * truth, 0)[:72, :72]


compare_images(
    {
        f"above 0.5\n{np.sum(binary != truth)} wrong": draw_wrong(binary),
        f"opened and closed\n{np.sum(opened_and_closed != truth)} wrong": draw_wrong(
            opened_and_closed
        ),
    },
    vmin=0,
    vmax=1,
)
# Alt: White blobs on grey with wrong pixels in black. Left, they are strewn all over.
# Right, about ten are left on the outlines of the blobs, some of them in groups.
plt.show()

# %%
# The task
# --------
# Collect your results in a dictionary ``answer``, under the names in bold. The
# structuring element is the cross, which is the default.
#
# 1. Erode ``binary``: **seed**. No speck is left, but all blobs are thinner.
# 2. Let the seed grow inside ``binary`` until it stops: **objects**.
# 3. Erode the complement of **objects**, let it grow inside the complement, and turn
#    the result round: **cleaned**.
# 4. The share of the wrong pixels against ``truth``: **share**.
# 5. The classic lecture notes compare with ``truth + 0.1 * field``. The mean absolute
#    difference from that: **error**.
#
# Hints: ``ndimage.binary_erosion`` erodes, and ``ndimage.binary_propagation`` grows its
# first argument inside its ``mask``. The complement of a mask is ``~mask``.
#
# Check your work
# ---------------
# Each test looks at one result.

TESTS = {
    "seed": lambda a: np.sum(a.seed) == 20282,
    "objects": lambda a: np.sum(a.objects != truth) == 156,
    "cleaned": lambda a: np.sum(a.cleaned != truth) == 29,
    "share": lambda a: np.isclose(a.share, 29 / 65536, rtol=1e-6),
    "error": lambda a: np.isclose(a.error, 0.000595025528, atol=1e-12, rtol=0),
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
        print(f"{name:8}", "right" if passed else wrong)
        right += passed
    return right


# %%
# Here is a beginning with a mistake. Find it, go on, and run ``check`` after each step.

answer = {"seed": ndimage.binary_erosion(binary)}
answer["objects"] = ndimage.binary_propagation(answer["seed"])
assert check(answer) == 1

# %%
# Solution
# --------
# Without its ``mask``, the seed grew over the whole image.

seed = ndimage.binary_erosion(binary)
objects = ndimage.binary_propagation(seed, mask=binary)
background = ndimage.binary_erosion(~objects)
cleaned = ~ndimage.binary_propagation(background, mask=~objects)

share = np.mean(cleaned != truth)
error = np.abs(truth + 0.1 * field - cleaned).mean()
print(f"{share:.3%} of the pixels are wrong, the classic error is {error:.12f}")
assert check({name: globals()[name] for name in TESTS}) == len(TESTS)
assert np.array_equal(cleaned, clean_by_reconstruction(binary))

compare_images(
    {
        f"opened and closed\n{np.sum(opened_and_closed != truth)} wrong": draw_wrong(
            opened_and_closed
        ),
        f"reconstructed\n{np.sum(cleaned != truth)} wrong": draw_wrong(cleaned),
    },
    vmin=0,
    vmax=1,
)
# Alt: White blobs on grey with wrong pixels in black. Left, about ten spots on the
# outlines. Right, a single pixel is left in this part of the image.
plt.show()

# %%
# What is left and why
# --------------------
# A speck or a hole goes if no cross fits into it. A wrong pixel that touches the
# outline of a blob is part of something large and stays: those are the 29. The classic
# truth contains 0.1 times the field, whose share in the error, 0.00015, no mask can
# avoid.
#
# The erosion's default border, background, does no harm here: what it eats, the
# propagation brings back.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_segmentation_denoise_before_thresholding.py`. The same
#    on a small square: :ref:`sphx_glr_gallery_morphology_open_by_reconstruction.py`.
