"""
Add noise without bias
======================

To judge a denoiser you need a picture in clean and in noisy. So you make the noise
yourself, and it should do nothing but scatter. We spoil a crop of the face with
:func:`imgrecipes.denoising.add_noise`, measure the damage, and see two ways in which
noise brightens a picture by mistake.
"""

# %%
# Noise that brightens
# --------------------
# The classic lecture notes add ``0.4 * f.std() * np.random.random(f.shape)``. That is
# uniform noise from 0 to 0.4 standard deviations of the crop: its mean is not 0 but 0.2
# of them, so the picture gets brighter, and it was not seeded, so nobody gets the same
# picture twice. Here it is with a seed, beside normal noise of mean zero.

import matplotlib.pyplot as plt
import numpy as np

from imgrecipes.denoising import add_noise, psnr, rmse
from imgrecipes.display import compare_images
from imgrecipes.samples import face

clean = face(gray=True)[230:290, 220:320].astype(np.float64)
sigma = 0.4 * clean.std()
classic = clean + sigma * np.random.RandomState(0).random_sample(clean.shape)
noisy = add_noise(clean, sigma, seed=0)

bias = np.mean(classic - clean)
print(f"standard deviation of the crop {clean.std():.2f}, so sigma {sigma:.2f}")
print(f"the classic's bias is {bias:.1f} grey levels")
print(f"the recipe's bias is {np.mean(noisy - clean):.2f} grey levels")
assert round(bias, 1) == 8.5
assert abs(np.mean(noisy - clean)) < 0.05

spread = np.std(classic - clean), np.std(noisy - clean)
images = {
    f"the classic\nbias {bias:.1f}, scatter {spread[0]:.1f}": classic,
    f"add_noise\nbias 0.0, scatter {spread[1]:.1f}": noisy,
}
compare_images(images, vmin=0, vmax=255)
# Alt: The raccoon's grey fur with dark tufts at the right, twice, on one grey scale.
# Left, with the classic's noise, it looks bright and hardly noisy. Right, with
# zero-mean noise, it is grainy all over and no brighter than the original.
plt.show()

# %%
# The scatter differs as well. Uniform noise of width *w* has a standard deviation of
# only *w* / sqrt(12): the classic's "0.4 standard deviations" are 0.115.

edges = np.arange(-60, 61, 3)
fig, ax = plt.subplots(figsize=(6, 3.4))
ax.hist((classic - clean).ravel(), edges, alpha=0.7, label="the classic")
ax.hist((noisy - clean).ravel(), edges, alpha=0.7, label="add_noise")
ax.axvline(0, color="black", linewidth=1)
ax.set(xlabel="noise in grey levels", ylabel="pixels")
ax.legend()
# Alt: Two histograms of noise. The classic's is a narrow block from 0 to 17 grey
# levels. That of add_noise is a bell around 0 which reaches from -50 to 50.
plt.show()
assert np.isclose(spread[0], sigma / np.sqrt(12), rtol=0.02)

# %%
# In plain NumPy
# --------------
# On floats the recipe is one line, and you may as well write that line.

random = np.random.default_rng(0)
assert np.array_equal(noisy, clean + random.normal(0, sigma, clean.shape))

# %%
# Two measures of the damage
# --------------------------
# The root mean square error is in grey levels; for fresh noise it is its standard
# deviation. The peak signal-to-noise ratio tells the same in decibels below the full
# range, here 255: 6 decibels more are half the error. Give the range yourself, as
# floats do not tell it.

print(f"error {rmse(noisy, clean):.2f} grey levels")
print(f"PSNR  {psnr(noisy, clean, data_range=255):.2f} dB")
assert round(rmse(noisy, clean), 2) == 17.03
assert round(psnr(noisy, clean, data_range=255), 2) == 23.51

# %%
# Clipping brings a bias back
# ---------------------------
# An image of ``uint8`` has no room below 0 and above 255. There, half of the noise is
# cut off: black becomes brighter by sigma / sqrt(2 pi) on average, white darker. The
# recipe returns the dtype that came in, clipped and never wrapped around; convert to
# float first, and nothing is lost.

for level in (0, 20, 128, 255):
    plain = np.full((300, 300), level, np.uint8)
    shift = add_noise(plain, sigma, seed=1).mean() - level
    exact = add_noise(plain.astype(float), sigma, seed=1).mean() - level
    print(f"level {level:3}: as uint8 {shift:+.1f}, as float {exact:+.1f}")
    assert abs(exact) < 0.2
black = add_noise(np.zeros((300, 300), np.uint8), sigma, seed=1).mean()
assert abs(black - sigma / np.sqrt(2 * np.pi)) < 0.1

# %%
# When to use which: plain NumPy for floats; the recipe for integers, which it rounds
# and clips.
#
# .. seealso::
#    Next, take this noise out again:
#    :ref:`sphx_glr_gallery_denoising_compare_gaussian_and_median.py`.
