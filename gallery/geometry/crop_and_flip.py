"""
Crop and flip an image
======================

To crop is to slice, and to flip is to slice backwards. We cut a quarter off each side
of the face, meet the error that the classic code raises today, let
:func:`imgrecipes.geometry.crop_margin` do the same, and mirror the result.
"""

# %%
# The classic slice fails
# -----------------------
# The classic lecture notes write ``lx / 4`` in the slice. In today's Python ``/``
# always gives a float, and a float is no index, not even 192.0.

import numpy as np

from imgrecipes.display import compare_images
from imgrecipes.geometry import crop_margin
from imgrecipes.samples import face

image = face(gray=True)
lx, ly = image.shape

try:
    image[lx / 4 : -lx / 4, ly / 4 : -ly / 4]
except TypeError as error:
    message = str(error)
print(f"TypeError: {message}")
assert "slice indices must be integers" in message

# %%
# Divide into whole numbers
# -------------------------
# ``//`` divides and rounds down to an integer. The end is better counted from the
# front: ``-ly // 4`` is ``(-ly) // 4`` and rounds the wrong way when 4 does not divide
# the length, and a margin of 0 would give the empty slice ``0:-0``.

plain = image[lx // 4 : lx - lx // 4, ly // 4 : ly - ly // 4]
print(f"{image.shape} becomes {plain.shape}")
assert plain.shape == (384, 512)

# %%
# The recipe takes the margin as a fraction, works along any axes, and leaves colour
# whole. It returns a copy; the plain slice is a *view*, so that painting into it would
# paint into the face as well.

cropped = crop_margin(image, 0.25)
assert np.array_equal(cropped, plain)
assert np.shares_memory(plain, image)
assert not np.shares_memory(cropped, image)
assert crop_margin(face(), 0.25).shape == (384, 512, 3)

# %%
# Flip by a step of -1
# --------------------
# ``[::-1]`` reads the rows from the last to the first and turns the picture upside
# down; ``[:, ::-1]`` does so with the columns and swaps left and right. `numpy.flipud`
# and `numpy.fliplr` are names for just that. No pixel is computed, none is lost.

upside_down = cropped[::-1]
left_right = cropped[:, ::-1]
assert np.array_equal(upside_down, np.flipud(cropped))
assert np.array_equal(left_right, np.fliplr(cropped))
assert np.array_equal(left_right[:, ::-1], cropped)

# %%
import matplotlib.pyplot as plt

compare_images(
    {
        "cropped": cropped,
        "[::-1, ::-1]": cropped[::-1, ::-1],
        "[::-1]": upside_down,
        "[:, ::-1]": left_right,
    }
)
# Alt: Four views of the raccoon's cropped face. As cropped it is upright; with both
# axes reversed it is turned by half a turn; with reversed rows it stands on its head;
# with reversed columns left and right have changed places.
plt.show()

# %%
# Both axes flipped make half a turn, which is a rotation; a single flip is not.

assert np.array_equal(cropped[::-1, ::-1], np.rot90(cropped, 2))

# %%
# When to use which: slices for anything you know in pixels, and for flips always. The
# recipe says a share of the picture in one word, for images, colours and volumes.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_geometry_rotate_an_image.py`. Slices from the start:
#    :ref:`sphx_glr_gallery_pixels_index_and_slice.py`.
