"""
See why the median is fast
==========================

A median sorts, and sorting asks questions: is this pixel darker than that one? A
computer is slow at questions whose answers it cannot guess. With
:func:`imgrecipes.denoising.denoise_median` we take the median of all windows at once
without a single question: with minima and maxima of whole images, in a fixed order.
"""

# %%
# The plain version
# -----------------
# Lay out the nine pixels of each window, and let NumPy find the middle one. This is
# right for any window, but each window is sorted on its own.

from timeit import timeit

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.denoising import denoise_median
from imgrecipes.samples import face

image = face(gray=True)
padded = np.pad(image, 1, mode="symmetric")


def median_by_sorting(padded: np.ndarray) -> np.ndarray:
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    return np.median(windows, axis=(2, 3)).astype(padded.dtype)


assert np.array_equal(median_by_sorting(padded[:102]), denoise_median(image)[:100])

# %%
# Sort without questions
# ----------------------
# Two numbers are in order after ``minimum`` and ``maximum``, whatever they were. Draw
# each of the nine pixels as a wire, and such a pair of operations as a link that leaves
# the smaller number above. First the three columns of the window are sorted. Then of
# the three smallest only the largest can be the median, of the three largest only the
# smallest, of the three in the middle only their median; and it is the median of these
# three.

columns = [(0, 1), (1, 2), (0, 1), (3, 4), (4, 5), (3, 4), (6, 7), (7, 8), (6, 7)]
groups = [(0, 3), (3, 6), (1, 4), (4, 7), (1, 4), (5, 8), (2, 5)]
network = [*columns, *groups, (2, 4), (4, 6), (2, 4)]


def middle_wire(pixels: list[int]) -> int:
    wires = list(pixels)
    for one, other in network:
        wires[one], wires[other] = sorted([wires[one], wires[other]])
    return wires[4]


window = [12, 90, 33, 71, 5, 64, 48, 27, 80]
found = middle_wire(window)
assert found == np.median(window) == 48
colors = ["tab:blue"] * 9 + ["tab:orange"] * 7 + ["tab:red"] * 3
fig, ax = plt.subplots(figsize=(6, 3.6))
ax.hlines(range(9), -0.5, len(network), color="lightgray")
for place, ((one, other), color) in enumerate(zip(network, colors, strict=True)):
    ax.plot([place, place], [one, other], "o-", color=color, linewidth=2)
for wire in range(9):
    ax.text(-1, wire, window[wire], ha="right", va="center")
ax.text(len(network) + 0.3, 4, f"{found}: the median", va="center")
ax.set_xlim(-2.5, len(network) + 8)
ax.invert_yaxis()
ax.set_axis_off()
# Alt: Nine grey wires with a number at the left of each: the pixels of a window. Nine
# blue links sort three wires each, seven orange links join wires of different groups,
# three red links lead to the wire in the middle, at whose end stands 48: the median.
plt.show()

# %%
# Is it right for each window? Minima and maxima do not care about the distance of two
# numbers. So if the network finds the middle of all windows of black and white, which
# are :math:`2^9`, it finds it for all levels: this is the 0-1 principle.

windows = [[number >> bit & 1 for bit in range(9)] for number in range(512)]
right = sum(middle_wire(w) == sorted(w)[4] for w in windows)
print(f"{right} of {len(windows)} windows are right")
assert right == 512

# %%
# All windows at once
# -------------------
# Now a wire is not a number but an image, shifted. And the blue links need be made for
# one column only: the columns of a window are those of its neighbours, shifted. Where
# only one end of a link leads on, one of its two operations is enough. We count them.

operations = []


def smaller(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    operations.append("minimum")
    return np.minimum(one, other)


def larger(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    operations.append("maximum")
    return np.maximum(one, other)


def middle_of(one: np.ndarray, two: np.ndarray, three: np.ndarray) -> np.ndarray:
    return larger(smaller(one, two), smaller(larger(one, two), three))


def median_by_network(padded: np.ndarray) -> np.ndarray:
    top, center, bottom = padded[:-2], padded[1:-1], padded[2:]
    low, high = smaller(top, center), larger(top, center)
    center, high = smaller(high, bottom), larger(high, bottom)
    low, center = smaller(low, center), larger(low, center)
    left, here, right = np.s_[:, :-2], np.s_[:, 1:-1], np.s_[:, 2:]
    low = larger(larger(low[left], low[here]), low[right])
    high = smaller(smaller(high[left], high[here]), high[right])
    center = middle_of(center[left], center[here], center[right])
    return middle_of(low, center, high)


assert np.array_equal(median_by_network(padded), denoise_median(image))
print(f"{len(operations)} operations for each pixel")
assert len(operations) == 18

# %%
# A processor takes minima of 16 to 64 pixels of ``uint8`` at a time, and never has to
# guess. The best of five rounds by turns; sorting gets only a tenth of the image:

# Timing: run this cell to measure on your machine.
calls = {
    "sorting each window of a tenth": lambda: median_by_sorting(padded[:78]),
    "scipy.ndimage": lambda: ndimage.median_filter(image, 3),
    "network": lambda: median_by_network(padded),
    "recipe": lambda: denoise_median(image),
}
rounds = [[timeit(call, number=1) for call in calls.values()] for _ in range(5)]
for name, seconds in zip(calls, np.min(rounds, axis=0), strict=True):
    print(f"{name:30} {1000 * seconds:6.2f} ms")

# %%
# Other windows
# -------------
# The recipe draws the network by itself, for any window and any rank. It merges sorted
# columns to pairs, pairs to fours, and so on, and drops the pixels that can no longer
# have the rank. That takes 22 operations for 3 x 3, a little more than by hand, 88 for
# 5 x 5 and 796 for 11 x 11, in blocks of rows that stay in the cache. In much larger
# windows of ``uint8`` it counts, for each grey level, the pixels up to it. For windows
# that are no boxes, `scipy.ndimage.median_filter` takes a footprint.

large = denoise_median(image[:60, :80], size=31)
assert np.array_equal(large, ndimage.median_filter(image[:60, :80], size=31))

# %%
# .. seealso::
#    What the median is good for:
#    :ref:`sphx_glr_gallery_denoising_compare_gaussian_and_median.py`. Its relatives:
#    :ref:`sphx_glr_gallery_denoising_take_other_ranks.py`.
