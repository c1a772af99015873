"""
See why reconstruction is fast
==============================

A reconstruction lets a seed grow inside a mask until it stops. Literally done, each
round looks at the whole image to win one step, and a winding object takes many rounds.
:func:`imgrecipes.segmentation.clean_by_reconstruction` takes none: it labels the
objects, and looks up in a table which of them to keep.
"""

# %%
# Step by step
# ------------
# First by the definition: dilate the seed by one pixel, cut it to the mask, and start
# again, until nothing changes. The seed lies at one end of a channel, with a second
# object that it does not touch. ``reached`` notes the round in which it comes to a
# pixel.

import timeit
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.samples import face
from imgrecipes.segmentation import clean_by_reconstruction


def grow(seed: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    reached = np.where(seed & mask, 0, -1)
    for step in range(1, mask.size):
        grown = ndimage.binary_dilation(reached >= 0) & mask
        new = grown & (reached < 0)
        if not new.any():
            break
        reached[new] = step
    return reached >= 0, reached


channel = np.zeros((23, 40), bool)
channel[1:-1:4, 1:30] = True
channel[1:6, 29] = channel[5:10, 1] = channel[9:14, 29] = channel[13:18, 1] = True
channel[17:22, 29] = True
channel[3:20, 33:38] = True
seed = np.zeros_like(channel)
seed[1, 1] = True

grown, reached = grow(seed, channel)
rounds = int(reached.max())
print(f"{grown.sum()} of {channel.sum()} pixels of the mask, after {rounds} rounds")
assert rounds == grown.sum() - 1  # one pixel a round
assert np.array_equal(grown, ndimage.binary_propagation(seed, mask=channel))

# %%
# Labels and a table
# ------------------
# But the outcome can be told in advance: each object is kept as a whole, or goes as a
# whole. So label the objects once, look at which labels the seed lies on, and note them
# in a table with a row for each label. Then ``kept[labels]`` looks up all pixels.


def look_up(seed: np.ndarray, mask: np.ndarray) -> np.ndarray:
    labels, count = ndimage.label(mask)
    kept = np.zeros(count + 1, bool)
    kept[labels[seed & mask]] = True
    return kept[labels]


assert np.array_equal(look_up(seed, channel), grown)

fig, axes = plt.subplots(1, 2, figsize=(6, 2.8))
pale = np.full((*channel.shape, 3), 0.85)
pale[channel] = 1
pale[grown] = plt.get_cmap("viridis")(reached[grown] / rounds)[:, :3]
axes[0].imshow(pale)
axes[0].set_title(f"{rounds} rounds")
colors = np.array([[217, 217, 217], [0, 114, 178], [213, 94, 0]], np.uint8)
axes[1].imshow(colors[ndimage.label(channel)[0]])
axes[1].set_title("keep 1, drop 2")
axes[1].text(15, 11, "1", ha="center", va="center", color="#0072B2", weight="bold")
axes[1].text(35, 11, "2", ha="center", va="center", color="white", weight="bold")
for ax in axes:
    ax.set_axis_off()
# Alt: Twice a channel that winds down in six rows beside an upright block. Left, its
# color runs from dark at the seed, upper left, to yellow at the far end; the block is
# white. Right, the channel is blue with the label 1, the block orange with the label 2.
plt.show()

# %%
# All of a photograph
# -------------------
# To clean a mask is to do it twice. Objects that an erosion wipes out have no seed and
# go; the same on the complement fills holes. The rounds on the face:

mask = ndimage.uniform_filter(face(gray=True), 5) > 110


def clean(mask: np.ndarray, reconstruct: Callable[..., np.ndarray]) -> np.ndarray:
    for _ in range(2):
        eroded = ndimage.binary_erosion(mask, border_value=1)
        mask = ~reconstruct(eroded, mask)
    return mask


corner = mask[:192, :256]
eroded = ndimage.binary_erosion(corner, border_value=1)
rounds = grow(eroded, corner)[1].max()
print(f"{rounds} rounds for the objects of a corner")
assert rounds == 8
assert np.array_equal(grow(eroded, corner)[0], look_up(eroded, corner))
cleaned = clean_by_reconstruction(mask)
assert np.array_equal(clean(mask, look_up), cleaned)
changed = np.sum(cleaned != mask)
print(f"{changed} pixels of {mask.size} are changed")

# %%
# An erosion takes away one pixel all round, so that few rounds bring it back. That is
# why growing is bearable here, while the channel shows how bad it can get.
#
# What it gains
# -------------
# SciPy's own propagation follows the front of what grows, pixel by pixel.


def propagate(seed: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return ndimage.binary_propagation(seed, mask=mask)


assert np.array_equal(clean(mask, propagate), cleaned)

# %%
# Each call by turns, the fastest of some rounds: first to let a seed grow, then to
# clean the mask, with the erosions.

# Timing: run this cell to measure on your machine.
eroded = ndimage.binary_erosion(mask, border_value=1)
calls = {
    "seed: ndimage.binary_propagation": lambda: propagate(eroded, mask),
    "seed: labels and a table": lambda: look_up(eroded, mask),
    "clean: ndimage.binary_propagation": lambda: clean(mask, propagate),
    "clean: the recipe": lambda: clean_by_reconstruction(mask),
}
times = [[timeit.timeit(call, number=1) for call in calls.values()] for _ in range(4)]
for name, seconds in zip(calls, np.min(times, axis=0), strict=True):
    print(f"{name}: {1000 * seconds:.1f} ms")

# %%
# The recipe is faster still: it erodes by moving the mask, and labels runs of pixels
# instead of pixels.
#
# .. seealso::
#    How runs are labelled:
#    :ref:`sphx_glr_gallery_made_fast_see_why_labelling_is_fast.py`. The same as an
#    exercise: :ref:`sphx_glr_gallery_segmentation_reconstruct_a_segmentation.py`.
