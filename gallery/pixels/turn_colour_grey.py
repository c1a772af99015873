"""
Turn a colour image grey
========================

A grey image needs one number where a colour has three. The plain mean of red, green and
blue does not match what we see: green looks brighter than blue. The recipe
:func:`imgrecipes.pixels.to_gray` weighs the channels, and the weights matter most where
the colours are strong.
"""

# %%
# The weights of the classic
# --------------------------
# The grey face that these pages use was made with the weights 0.21, 0.71 and 0.07, and
# cut to integers. The recipe makes it again, exactly.

import matplotlib.pyplot as plt
import numpy as np

from imgrecipes.display import show_image
from imgrecipes.pixels import to_gray
from imgrecipes.samples import face

color = face()
legacy = to_gray(color, weights=(0.21, 0.71, 0.07))
print("levels before the cut:", legacy[0, 40:43])
assert np.array_equal(legacy.astype(np.uint8), face(gray=True))

# %%
# The standard weights
# --------------------
# The recipe's default is the luminance of Rec. 709, made for high-definition
# television, whose primary colours computers use as well. Rec. 601, made for the older
# television, gives less to green; JPEG files and OpenCV use it. Both sum to one, so
# that white stays white.

rec_709 = to_gray(color)
rec_601 = to_gray(color, weights=(0.299, 0.587, 0.114))
for weights in [(0.2126, 0.7152, 0.0722), (0.299, 0.587, 0.114), (0.21, 0.71, 0.07)]:
    print(weights, "make of white", to_gray([255, 255, 255], weights).round(2))
assert np.isclose(to_gray([255, 255, 255]), 255)

# %%
# What a sum of 0.99 and the cut do
# ---------------------------------
# The classic weights sum to 0.99, which makes the image about one per cent darker.
# Cutting the decimals instead of rounding takes another half level. Together the mean
# falls by 1.6 levels: too little to see, enough to spoil a measurement.

cut = legacy.astype(np.uint8)
rounded = np.rint(rec_709).astype(np.uint8)
for name, gray in {
    "Rec. 709": rec_709,
    "Rec. 709, rounded": rounded,
    "classic weights": legacy,
    "classic weights, cut": cut,
}.items():
    print(f"{name:21} mean {gray.mean():.2f}")
assert round(rec_709.mean() - legacy.mean(), 2) == 1.12
assert round(legacy.mean() - cut.mean(), 2) == 0.50
assert abs(rounded.mean() - rec_709.mean()) < 0.001

# %%
# Where the weights matter
# ------------------------
# Look at the leaves in the lower left corner. Green is their strongest channel, so the
# standard weights make them brighter than the plain mean does, by 20 and 27 levels. In
# a neutral grey all channels are equal, and any weights that sum to one give the same:
# the fur, neutral but for a touch of blue, changes by less than 5 levels. The three
# grey pictures share the scale 0 to 255.

plain = color.mean(axis=-1)
leaves, fur = np.s_[520:680, 80:160], np.s_[150:250, 200:300]
for name, gray in {"mean": plain, "Rec. 601": rec_601, "Rec. 709": rec_709}.items():
    print(f"{name:8}  leaves {gray[leaves].mean():.1f}, fur {gray[fur].mean():.1f}")
assert round(rec_601[leaves].mean() - plain[leaves].mean(), 1) == 20.3
assert round(rec_709[leaves].mean() - plain[leaves].mean(), 1) == 26.7
assert abs(rec_709[fur].mean() - plain[fur].mean()) < 5

corner = np.s_[440:, :340]
fig, axes = plt.subplots(2, 2, figsize=(6, 6.4))
show_image(color[corner], axes[0, 0], title="colour")
show_image(plain[corner], axes[0, 1], 0, 255, title="mean of the channels")
show_image(rec_601[corner], axes[1, 0], 0, 255, title="Rec. 601")
show_image(rec_709[corner], axes[1, 1], 0, 255, title="Rec. 709")
# Alt: Four pictures of the same green leaves. In colour; grey by the mean of the
# channels, the darkest; grey by Rec. 601, brighter; grey by Rec. 709, the brightest.
plt.show()

# %%
# The plain call
# --------------
# In NumPy, the weighted sum is a product of the image with a vector, along the last
# axis. It may add the channels in another order and so differ in the last decimal; near
# a whole number, that is enough for a cut to fall on the other side.

product = color @ np.array([0.2126, 0.7152, 0.0722])
assert np.allclose(product, rec_709, rtol=1e-12)

# %%
# When to use which: the product is all you need if you have chosen the weights. The
# recipe knows them, refuses an alpha channel, and sums in a fixed order, so that the
# same image gives the same levels on every computer. None of these sums undoes the
# gamma of the picture: they give a grey that looks right, not an amount of light.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_pixels_edit_a_logo.py`.
