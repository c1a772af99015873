"""
Classify pixels from scribbles
==============================

Three kinds of grain are equally bright: no threshold can tell them apart. We mark a few
pixels of each by hand, describe the surroundings of every pixel by
:func:`imgrecipes.classification.pixel_features`, and let a random forest find the rest
with :func:`imgrecipes.classification.classify_pixels`. What that is worth is measured
on pictures that it has never seen.
"""

# %%
# Three textures of one brightness
# --------------------------------
# Grain is noise blurred by a sigma of 0.5, 1 or 2 pixels, then scaled to a mean of 0
# and a standard deviation of 1. A smooth random field says which of the three is where.

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from scipy import ndimage
from sklearn.ensemble import RandomForestClassifier

from imgrecipes.classification import (
    classify_pixels,
    intersection_over_union,
    pixel_features,
)
from imgrecipes.display import compare_images
from imgrecipes.samples import blobs
from imgrecipes.smoothing import blur_gaussian


def make_picture(seed: int) -> tuple[np.ndarray, np.ndarray]:
    field = blobs(size=160, count=3, seed=seed + 5)
    truth = 1 + np.digitize(field, np.quantile(field, [1 / 3, 2 / 3]))
    noise = np.random.default_rng(seed).normal(size=(3, 160, 160))
    grains = [blur_gaussian(noise[k], (0.5, 1, 2)[k], mode="wrap") for k in range(3)]
    return np.choose(truth - 1, [(g - g.mean()) / g.std() for g in grains]), truth


images, truths = map(np.stack, zip(*map(make_picture, range(4)), strict=True))

# %%
# Someone marks the first of four such pictures: along a few lines, and away from the
# outlines, where the kind of grain is plain to see. The other three stay unmarked.

scribbles = np.zeros_like(truths)
for kind in (1, 2, 3):
    inside = ndimage.distance_transform_edt(truths[0] == kind) > 4
    inside[np.arange(160) % 24 // 2 != 6] = False
    scribbles[0][inside] = kind
marked = scribbles[0] > 0
print(f"{marked.mean():.1%} of the first picture is marked")

colors = ListedColormap(["#56B4E9", "#E69F00", "#7A0177"])
fig, axes = plt.subplots(1, 2, figsize=(6, 3.3))
axes[0].imshow(images[0], cmap="gray")
pictures = {"scribbles": np.ma.masked_equal(scribbles[0], 0), "truth": truths[0]}
for ax, (title, kinds) in zip(axes, pictures.items(), strict=True):
    ax.imshow(kinds, cmap=colors, vmin=1, vmax=3, interpolation="none")
    ax.set_title(title)
    ax.set_axis_off()
# Alt: Left, a square of fine, medium and coarse noise with short blue, orange and
# purple lines on it. Right, the true areas: purple patches with an orange rim, on blue.
plt.show()

# %%
# Features
# --------
# The recipe gives the blurred image, the magnitude of its gradient and the eigenvalues
# of its second derivatives, at sigmas of 1, 2 and 4: 12 numbers a pixel. What makes a
# texture is their size on average: we blur it by sigmas of 4 and of 8 pixels.

features = np.stack([pixel_features(image) for image in images])
sizes = np.abs(features)
blurred = [blur_gaussian(sizes, (0, s, s)) for s in (4, 8)]
textures = np.concatenate(blurred, axis=-1)
assert (features.shape[-1], textures.shape[-1]) == (12, 24)

# %%
# Learn on one picture, classify four
# -----------------------------------
# Below the recipe is the plain call of scikit-learn, with pixels as rows of a table.

pixelwise = classify_pixels(features, scribbles, trees=50)
found = classify_pixels(textures, scribbles, trees=50)

forest = RandomForestClassifier(n_estimators=50, random_state=0)
forest.fit(textures[0][marked], truths[0][marked])
assert np.array_equal(forest.predict(textures[1].reshape(-1, 24)), found[1].ravel())

# %%
# The score is the intersection over union, 1 if found and true areas are the same. On
# marked pixels it is perfect and means nothing: the forest has seen them. The others
# tell about this picture, and only pictures never seen tell about those to come.


def score(found: np.ndarray, truth: np.ndarray) -> list[float]:
    return [intersection_over_union(found == k, truth == k) for k in (1, 2, 3)]


others = np.mean(score(found[0][~marked], truths[0][~marked]))
new = [np.mean(score(found[k], truths[k])) for k in (1, 2, 3)]
print(f"other pixels {others:.2f}, new pictures {np.round(new, 2)}")
assert np.array_equal(found[0][marked], truths[0][marked])

compare_images({"new picture": images[1], "found": 2 * found[1] - 4}, -3, 3)
# Alt: Left, a picture with coarse grain in two large patches. Right, what was found:
# the same patches in white, with a grey rim in a dark surrounding.
plt.show()

# %%
# Against thresholds
# ------------------
# A threshold gets all the help there is: the best of 50 for each kind, chosen by the
# truth. It cuts the grey level, or else the energy of what a blur removes.


def best_threshold(values: np.ndarray, mask: np.ndarray) -> float:
    levels = np.quantile(values, np.linspace(0, 0.98, 50))
    sides = [side for t in levels for side in (values >= t, values < t)]
    return max(intersection_over_union(side, mask) for side in sides)


energy = blur_gaussian((images - blur_gaussian(images, (0, 1, 1))) ** 2, (0, 4, 4))
scores = {
    f"{name}\nthreshold": [best_threshold(v[1:], truths[1:] == k) for k in (1, 2, 3)]
    for name, v in (("grey", images), ("energy", energy))
}
scores["forest,\npixelwise"] = score(pixelwise[1:], truths[1:])
scores["forest,\naveraged"] = score(found[1:], truths[1:])

table = np.stack(list(scores.values()), axis=1)
fig, ax = plt.subplots(figsize=(6, 4))
for kind, name in enumerate(("fine", "medium", "coarse")):
    print(f"{name:6}", np.round(table[kind], 2))
    row = np.arange(4) + 0.25 * kind
    ax.barh(row, table[kind], 0.23, color=colors(kind), label=name)
ax.set(yticks=np.arange(4) + 0.25, yticklabels=list(scores), ylim=(3.75, -0.25))
ax.set(xlabel="intersection over union", xlim=(0, 1))
ax.legend(loc="upper right")
# Alt: Four groups of bars, for fine, medium and coarse grain. Threshold of the grey
# level: 0.33 each. Of the energy: 0.94, 0.48, 0.87. Forest on the features of pixels:
# 0.69, 0.47, 0.64. On averaged features: 0.86, 0.76, 0.87.
plt.show()

assert np.allclose(table[:, 0], 1 / 3, atol=0.01)
assert table[:, 3].min() > 0.7 > table[:, 1].min() + 0.2

# %%
# The grey level gets a third: that is what marking the whole picture gets. The energy
# finds the fine grain better than the forest does. But the medium grain lies between
# two others, and one threshold cannot cut out a middle. Use thresholds where one number
# tells the classes apart: they are quick and easy to check. Else, use the forest.
#
# .. seealso::
#    Thresholds where they work:
#    :ref:`sphx_glr_gallery_segmentation_choose_a_threshold.py`. How a split flatters:
#    :ref:`sphx_glr_gallery_classification_classify_digits.py`.
