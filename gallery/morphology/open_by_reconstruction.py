"""
Open by reconstruction
======================

An opening removes noise, but rounds the corners of what it keeps.
:func:`imgrecipes.morphology.open_by_reconstruction` removes an object whole or keeps it
whole. On a square among noise pixels, we count which pixels survive either.
"""

# %%
# A square in noise
# -----------------
# A square of 12 x 12 pixels on 32 x 32, and twenty pixels set at random. These are the
# numbers of the classic lecture notes, from NumPy's legacy generator. Six of the twenty
# fall into the square, where they change nothing.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.display import compare_images
from imgrecipes.morphology import erode, open_by_reconstruction, opening

square = np.zeros((32, 32), dtype=bool)
square[10:-10, 10:-10] = True
points = (32 * np.random.RandomState(2).random_sample((2, 20))).astype(int)
mask = square.copy()
mask[tuple(points)] = True

print(f"{square.sum()} pixels of the square, {(mask & ~square).sum()} of noise")
assert (square.sum(), (mask & ~square).sum()) == (144, 14)

# %%
# Opening against reconstruction
# ------------------------------
# Erosion by the cross removes all noise and a layer of the square. Dilation by the
# cross gives the layer back but for the four corners. Reconstruction starts from the
# same eroded mask and spreads inside the old mask until it fills each object that it
# touches.

eroded = erode(mask)
opened = opening(mask)
kept = open_by_reconstruction(mask)

compare_images(
    {
        f"mask: {mask.sum()} pixels": mask,
        f"eroded: {eroded.sum()} pixels": eroded,
        f"opened: {opened.sum()} pixels": opened,
        f"reconstructed: {kept.sum()} pixels": kept,
    }
)
# Alt: A white square among scattered white pixels. Eroded, a smaller square is left
# without the noise. Opened, the square has its size but lacks its four corner pixels.
# Reconstructed, it is whole.
plt.show()

assert (mask.sum(), eroded.sum(), opened.sum(), kept.sum()) == (158, 100, 140, 144)
assert np.array_equal(kept, square)
print("lost by the opening:", np.argwhere(square & ~opened).tolist())
assert np.argwhere(square & ~opened).tolist() == [
    [10, 10],
    [10, 21],
    [21, 10],
    [21, 21],
]

# %%
# In plain SciPy it takes two calls: erode, then propagate.

plain = ndimage.binary_propagation(ndimage.binary_erosion(mask), mask=mask)
assert np.array_equal(plain, kept)

# %%
# What reconstruction cannot do
# -----------------------------
# Noise that touches an object belongs to it, and comes back with it. Put a whisker of
# three pixels on the square: the opening shaves it off, the reconstruction keeps it.

whisker = mask.copy()
whisker[7:10, 15] = True
shaved, whole = opening(whisker), open_by_reconstruction(whisker)
compare_images(
    {
        f"opened: {shaved.sum()} pixels": shaved,
        f"reconstructed: {whole.sum()} pixels": whole,
    }
)
# Alt: Left, the square without its corner pixels and with a single pixel, the foot of
# the whisker, on its upper side. Right, the whole square with the whisker.
plt.show()

assert whole.sum() == 144 + 3
assert shaved.sum() == 140 + 1

# %%
# Neighbours are pixels that share an edge. With ``connectivity=2`` those count as well
# that share a corner, so that more comes back.

whisker[7:10, 15] = False
whisker[9, 9] = True
one, two = (open_by_reconstruction(whisker, connectivity=n).sum() for n in (1, 2))
print(f"A pixel at the corner of the square: {one} or {two} pixels are kept")
assert (one, two) == (144, 145)

# %%
# When to use which: an opening if the outline should become smoother; a reconstruction
# if objects should be kept or dropped as they are. The recipe labels the objects once,
# while ``ndimage.binary_propagation`` spreads step by step, which takes its time in
# long winding objects. To drop objects by their area rather than by their width, see
# :ref:`sphx_glr_gallery_measurement_remove_small_regions.py`.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_morphology_close_and_find_edges.py`. As part of a
#    segmentation: :ref:`sphx_glr_gallery_segmentation_reconstruct_a_segmentation.py`.
