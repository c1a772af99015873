"""
See why describing pixels is fast
=================================

To tell lines from spots, :func:`imgrecipes.classification.pixel_features` takes the
eigenvalues of a small matrix at each pixel, of millions of them. A library of linear
algebra solves them one after the other. We solve all of them at once with a handful of
array operations, in two dimensions and in three, and count pixels without adding them
up.
"""

# %%
# A matrix for each pixel
# -----------------------
# The Hessian matrix holds the second derivatives: along the rows, along the columns,
# and mixed. First as one would write it: a stack of matrices for
# :func:`numpy.linalg.eigvalsh`, which calls LAPACK once for each pixel.

import timeit
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.classification import intersection_over_union, pixel_features
from imgrecipes.samples import face
from imgrecipes.smoothing import blur_gaussian

image = face(gray=True)[200:456, 400:656]
blurred = blur_gaussian(image.astype(np.float64), 2)
slope = ndimage.correlate1d(blurred, [-0.5, 0, 0.5], axis=1)
a, c = (ndimage.correlate1d(blurred, [1, -2, 1], axis) for axis in (0, 1))
b = ndimage.correlate1d(slope, [-0.5, 0, 0.5], axis=0)


def by_lapack(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    matrices = np.stack([a, b, b, c], axis=-1).reshape(*a.shape, 2, 2)
    return np.linalg.eigvalsh(matrices)[..., ::-1]


truth = by_lapack(a, b, c)

# %%
# Two rows: a circle
# ------------------
# Turn the axes, and the two entries of the diagonal walk along a circle, Otto Mohr's:
# its middle is their mean, its radius :math:`\sqrt{(\frac{a - c}{2})^2 + b^2}`. The
# eigenvalues are its leftmost and its rightmost point. That is a square root for each
# pixel, and NumPy takes it for the whole image in one call.


def by_circle(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    middle, radius = (a + c) / 2, np.sqrt(((a - c) / 2) ** 2 + b**2)
    return np.stack([middle + radius, middle - radius], axis=-1)


assert np.allclose(by_circle(a, b, c), truth, rtol=0, atol=1e-12)
assert np.allclose(pixel_features(image, (2,))[..., 2:], 4 * truth, atol=1e-12)

# %%
# Three rows: turn after turn
# ---------------------------
# In a volume the matrix has three rows, and a formula would lose digits where two
# eigenvalues are nearly equal. Carl Jacobi's way does not: turn two of the axes so that
# their mixed entry becomes 0, then the next two, and so on. A turn brings back a bit of
# what an earlier one took away, but ever less of it. All matrices are turned at once.


def turn(m: dict[tuple[int, int], np.ndarray], p: int, q: int) -> None:
    """Turn the axes p and q, of which m[p, q] becomes 0; r is the third one."""
    r = 3 - p - q
    apart = m[q, q] - m[p, p]
    twice = 2 * m[p, q] * np.copysign(1, apart)
    tangent = np.tan(np.arctan2(twice, np.abs(apart)) / 2)  # at most 45 degrees
    cosine = 1 / np.sqrt(1 + tangent**2)
    m[p, p], m[q, q] = m[p, p] - tangent * m[p, q], m[q, q] + tangent * m[p, q]
    m[p, q] = m[q, p] = np.zeros_like(tangent)
    one, other = m[p, r], m[q, r]
    m[p, r] = m[r, p] = cosine * (one - tangent * other)
    m[q, r] = m[r, q] = cosine * (other + tangent * one)


random = np.random.default_rng(0).normal(size=(3, 3, 5000))
entries = (random + random.transpose(1, 0, 2)) / 2
m = {(i, j): entries[i, j] for i, j in np.ndindex(3, 3)}
left = []
for p, q in list(combinations(range(3), 2)) * 5:
    left.append(max(np.abs(m[i, j]).max() for i, j in combinations(range(3), 2)))
    turn(m, p, q)
found = np.sort([m[0, 0], m[1, 1], m[2, 2]], axis=0).T
error = np.abs(found - np.linalg.eigvalsh(entries.transpose(2, 0, 1))).max()
print(f"after {len(left)} turns, 5000 matrices have errors up to {error:.0e}")
assert error < 1e-13

# %%
# Left, one matrix: the pairs of a diagonal entry and the mixed one stand opposite to
# each other on the circle. Right, what is left of the mixed entries: from turn to turn
# it falls faster, as each error is about a product of those before.

fig, (circle, fall) = plt.subplots(1, 2, figsize=(6, 3.2), layout="constrained")
angle = np.linspace(0, 2 * np.pi, 100)
circle.plot(3 + 2.5 * np.cos(angle), 2.5 * np.sin(angle), color="0.5")
circle.plot([5, 1], [1.5, -1.5], "o-")
circle.plot([5.5, 0.5], [0, 0], "D")
for place, name in {(5.2, 1.6): "a, b", (-0.6, -2.3): "c, -b"}.items():
    circle.text(*place, name)
circle.set(aspect=1, xlim=(-1, 7), title="a circle", xlabel="diagonal entry")
circle.set(ylabel="mixed entry")
fall.semilogy(np.maximum(left, 1e-20), "o-")
fall.set(xlabel="turns", title="largest mixed entry", ylim=(1e-18, 30))
# Alt: Left, a grey circle with two blue points opposite to each other, named a, b and
# c, -b, and two orange diamonds where it crosses the horizontal line through its
# middle. Right, a curve on a logarithmic scale that falls slowly for some turns and
# then steeply, to nothing.
plt.show()

# %%
# Count, don't add
# ----------------
# To score the classes, :func:`imgrecipes.classification.intersection_over_union` counts
# pixels. :func:`numpy.sum` makes a large integer of each before it adds them;
# :func:`numpy.count_nonzero` reads the bytes as they are. And the union need not be
# made: it has as many pixels as both masks, less those that were counted twice.


def by_sums(mask: np.ndarray, other: np.ndarray) -> float:
    return np.sum(mask & other) / np.sum(mask | other)


mask, other = image > 100, image > 120
assert by_sums(mask, other) == intersection_over_union(mask, other)

# %%
# What it gains
# -------------
# The fastest of some rounds, by turns:

# Timing: run this cell to measure on your machine.
calls = {
    "eigenvalues by LAPACK": lambda: by_lapack(a, b, c),
    "eigenvalues by the circle": lambda: by_circle(a, b, c),
    "overlap by sums": lambda: by_sums(mask, other),
    "overlap by counting": lambda: intersection_over_union(mask, other),
}
rounds = [[timeit.timeit(f, number=1) for f in calls.values()] for _ in range(5)]
fastest = dict(zip(calls, 1000 * np.min(rounds, axis=0), strict=True))
for name, milliseconds in fastest.items():
    print(f"{name:26} {milliseconds:6.2f} ms")
plain, quick, sums, counted = fastest.values()
print(f"{plain / quick:.0f} times and {sums / counted:.0f} times faster")

# %%
# .. seealso::
#    What the features are for:
#    :ref:`sphx_glr_gallery_classification_classify_pixels_from_scribbles.py`.
