"""
Split touching circles
======================

Four circles touch, and as a mask they are one object. Two methods part them. The
watershed of :func:`imgrecipes.segmentation.split_touching` looks for necks in the mask.
The spectral clustering of :func:`imgrecipes.segmentation.split_by_clustering` cuts a
graph of the pixels into four. We know the true circles and compare accuracy and time.
"""

# %%
# The circles
# -----------
# The image has the level 1 inside the circles, with normal noise of 0.2. The mask we
# take as given: the last pages told how to come by one. To label its connected parts
# does not help, since it has only one.

import timeit

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage
from sklearn.cluster import spectral_clustering
from sklearn.feature_extraction.image import img_to_graph

from imgrecipes.display import compare_images
from imgrecipes.samples import touching_circles
from imgrecipes.segmentation import match_labels, split_by_clustering, split_touching

truth = touching_circles()
mask = truth > 0
image = mask + np.random.default_rng(0).normal(0, 0.2, mask.shape)
assert ndimage.label(mask)[1] == 1

# %%
# Watershed
# ---------
# Turn the distance from the background upside down: each circle becomes a bowl, and
# where two circles touch, there is a pass between two bowls. Rain that falls on a pixel
# runs down into one of them, and so each pixel gets its label. A bowl that is no deeper
# than ``depth``, one pixel by default, is joined to the next.

by_watershed = match_labels(split_touching(mask), truth)
accuracy_watershed = np.mean(by_watershed[mask] == truth[mask])
print(f"watershed: {by_watershed.max()} objects, {accuracy_watershed:.2%} right")
assert by_watershed.max() == 4
assert accuracy_watershed > 0.995

distance = ndimage.distance_transform_edt(mask)
pictures = {"distance": distance / distance.max(), "watershed": by_watershed / 4}
compare_images(pictures)
# Alt: Left, the distance from the background: four bright spots that fade towards the
# outlines. Right, the four circles in four greys, parted by straight lines.
plt.show()

# %%
# The labels of a method are numbered as it likes. That is why
# :func:`imgrecipes.segmentation.match_labels` first renames them, to agree with the
# true ones in as many pixels as can be. The depth may be anything between the pits that
# the pixel grid makes and the depth of the smallest bowl below its pass.

counts = {depth: int(split_touching(mask, depth).max()) for depth in (0, 0.5, 1, 6, 9)}
print("objects by depth:", counts)
assert list(counts.values()) == [5, 4, 4, 4, 3]

# %%
# Spectral clustering
# -------------------
# Each pixel is a node, joined to its neighbours by edges that are weaker the more their
# grey levels differ. A good cut goes through few and weak edges and leaves parts of
# about equal size. The number of parts must be known.

by_clustering = match_labels(split_by_clustering(mask, 4, image), truth)
accuracy_clustering = np.mean(by_clustering[mask] == truth[mask])
print(f"clustering: {by_clustering.max()} objects, {accuracy_clustering:.2%} right")
assert 0.975 < accuracy_clustering < accuracy_watershed

# %%
# It also takes longer:

# Timing: run this cell to measure on your machine.
watershed = min(timeit.repeat(lambda: split_touching(mask), number=1))
clustering = min(timeit.repeat(lambda: split_by_clustering(mask, 4, image), number=1))
print(f"watershed {1000 * watershed:.1f} ms,", end=" ")
print(
    f"clustering {1000 * clustering:.1f} ms, {clustering / watershed:.0f} times as long"
)

# %%
# Side by side
# ------------
# Wrong pixels are white. All those of the clustering went to the circle in the middle,
# which is the smallest: a cut between parts of equal size is better in its eyes.

labels = {"watershed": by_watershed, "clustering": by_clustering}
pictures = {}
for name, found in labels.items():
    share = np.mean(found[mask] == truth[mask])
    pictures[f"{name}\n{share:.2%} right"] = np.where(found == truth, found, 7)[5:90]
compare_images(pictures, vmin=0, vmax=7)
# Alt: The four circles in four greys, wrong pixels white. Left, a dozen in a thin line
# on one cut and a dot on another. Right, patches on all three cuts, the largest on the
# cut towards the largest circle.
plt.show()

wrong = by_clustering != truth
print(f"wrong: watershed {np.sum(by_watershed != truth)}, clustering {np.sum(wrong)}")
assert np.all(by_clustering[wrong] == 2)

# %%
# The plain calls of scikit-learn
# -------------------------------
# The recipe's graph, built by hand. As in the classic lecture notes, the differences of
# grey level :math:`d` become weights :math:`\exp(-d / s)`, where :math:`s` is their
# standard deviation. The classic takes this over the whole data of the graph, which
# contain the grey levels of the pixels themselves as well; we take it over the edges.

graph = img_to_graph(image, mask=mask)
edges = graph.data[graph.row != graph.col]
graph.data = np.exp(-graph.data / edges.std())
clusters = spectral_clustering(
    graph,
    n_clusters=4,
    eigen_solver="arpack",
    assign_labels="discretize",
    random_state=0,
)
plain = np.zeros(mask.shape, int)
plain[mask] = clusters + 1
assert np.mean(match_labels(plain, by_clustering) == by_clustering) > 0.999

# %%
# When to use which: the watershed for round objects whose number you do not know; it
# also stays quick on large images. Spectral clustering for one piece whose grey levels
# should guide the cuts and whose number of parts is known, on small images.
#
# .. seealso::
#    Count what you have labelled:
#    :ref:`sphx_glr_gallery_measurement_count_and_measure_blobs.py`. Clean the mask
#    first: :ref:`sphx_glr_gallery_segmentation_clean_a_segmentation.py`.
