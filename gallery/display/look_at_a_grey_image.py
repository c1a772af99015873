"""
Look at a grey image
====================

Matplotlib colours a grey image and stretches its contrast unless you tell it not to.
:func:`imgrecipes.display.show_image` draws grey as grey, with limits that follow from
the dtype. You will see what both defaults do to a picture, and how to choose the limits
on purpose to raise the contrast.
"""

# %%
# The default colours are not grey
# --------------------------------
# An array of grey levels has no colours of its own. Matplotlib looks each level up in a
# colour map, and its default, *viridis*, runs from violet to yellow. That is good for a
# graph of numbers and strange for a photograph.

import matplotlib.pyplot as plt
import numpy as np

from imgrecipes.display import show_image
from imgrecipes.samples import face

image = face(gray=True)

fig, (left, right) = plt.subplots(1, 2, figsize=(6, 2.6), layout="constrained")
left.imshow(image, cmap="viridis")
left.set(title="viridis, the default")
left.set_axis_off()
show_image(image, right, title="gray")
# Alt: The same raccoon face twice. On the left it is violet, green and yellow, on the
# right it is a normal black and white photograph.
plt.show()

# %%
# The default limits hide the brightness
# --------------------------------------
# Without limits, ``imshow`` draws the smallest level black and the largest white. So a
# picture at a quarter of its brightness looks just like the original. The recipe draws
# uint8 from 0 to 255, whatever the picture holds.

dim = image // 4
print("levels of the dim image:", dim.min(), "to", dim.max())

fig, (left, right) = plt.subplots(1, 2, figsize=(6, 2.6), layout="constrained")
stretched = left.imshow(dim, cmap="gray")
left.set(title="imshow, no limits")
left.set_axis_off()
show_image(dim, right, title="show_image")
# Alt: The dimmed raccoon face twice. On the left it looks as bright as the original, on
# the right it is very dark, as it should be.
plt.show()

assert stretched.get_clim() == (0, 62)
assert right.images[0].get_clim() == (0, 255)

# %%
# Choose limits to raise the contrast
# -----------------------------------
# Limits are a choice: with ``vmin=30`` and ``vmax=200``, the levels up to 30 are black,
# those from 200 on are white, and the 170 steps between share all the greys. The array
# stays as it is.

fig, (left, right) = plt.subplots(1, 2, figsize=(6, 2.6), layout="constrained")
show_image(image, left, title="0 to 255")
show_image(image, right, vmin=30, vmax=200, title="30 to 200")
# Alt: The raccoon face with all levels, then with limits of 30 and 200. The second has
# deeper blacks and brighter whites, and the fur shows more contrast.
plt.show()

# %%
# The price is detail at both ends: whatever lies beyond the limits looks the same.

black = np.mean(image <= 30)
white = np.mean(image >= 200)
print(f"{black:.1%} of the pixels are black, {white:.1%} are white")
assert (round(black, 3), round(white, 3)) == (0.092, 0.050)

# %%
# What the screen shows is a plain formula, here in NumPy. The colour map then has 256
# greys for the numbers from 0 to 1.

plain = np.clip((image - 30.0) / (200 - 30), 0, 1)
drawn = right.images[0].norm(image)
assert np.allclose(np.clip(drawn, 0, 1), plain)

# %%
# When to use which: ``plt.imshow(image, cmap="gray", vmin=0, vmax=255)`` is all you
# need for one picture. The recipe remembers the three arguments for you. To compare
# several pictures, :func:`imgrecipes.display.compare_images` puts all on one scale.
# Limits change the view only; to change the array, see
# :func:`imgrecipes.pixels.stretch_contrast`.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_display_tell_rows_from_columns.py`. To choose limits
#    from the picture itself: :ref:`sphx_glr_gallery_pixels_count_grey_levels.py`.
