"""
Find rotation and scale
=======================

A picture that was turned, enlarged and shifted at once has four unknown numbers. The
size of its Fourier transform does not feel the shift, and in log-polar form rotation
and scale become shifts too. :func:`imgrecipes.registration.find_rotation` finds them by
phase correlation, and then the shift itself. We test it on known motions.
"""

# %%
# Turn, enlarge, shift
# --------------------
# :func:`imgrecipes.registration.similarity_map` makes the matrix and the offset of a
# motion about the middle: a point ``r`` moves to ``matrix @ r + origin``.
# :func:`imgrecipes.geometry.warp_affine` takes the inverse map, from the new place to
# the old one.

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from imgrecipes.display import compare_images
from imgrecipes.geometry import warp_affine
from imgrecipes.registration import find_rotation, log_polar, similarity_map
from imgrecipes.samples import face

photo = face(gray=True)[180:612, 300:732].astype(np.float64)
corner = np.array([120, 120])
shape = (192, 192)
image = photo[120:312, 120:312]


def move(angle: float, scale: float, offset: tuple[float, float]) -> np.ndarray:
    """See the moved photograph through the window of the image."""
    matrix, origin = similarity_map(shape, angle, scale, offset)
    inverse = np.linalg.inv(matrix)
    return warp_affine(photo, inverse, corner - inverse @ origin, shape, order=3)


moved = move(33, 1.25, (5.3, -8.6))
angle, scale, offset, quality = find_rotation(image, moved)
print(
    f"{angle:.2f} degrees, scale {scale:.4f}, offset {offset.round(2)}, {quality:.3f}"
)
assert abs(angle - 33) < 0.1
assert abs(scale / 1.25 - 1) < 0.003
assert np.allclose(offset, (5.3, -8.6), atol=0.1)

matrix, origin = similarity_map(shape, angle, scale, offset)
undone = warp_affine(moved, matrix, origin, order=3)
compare_images({"moved": moved, "undone": undone, "image": image}, columns=3)
# Alt: Left, the raccoon's whiskers, turned counterclockwise by 33 degrees and enlarged.
# Middle, the motion undone, with black corners where the moved view shows nothing.
# Right, the image, equal to the middle one but for the corners.
plt.show()

# %%
# Why it works
# ------------
# The size of the Fourier transform turns with the picture and shrinks where the picture
# grows. :func:`imgrecipes.registration.log_polar` unrolls it: a row for each angle, a
# column for each logarithm of the frequency. A rotation by 33 degrees moves the pattern
# down by 33 rows, and a larger picture moves it to the left.

fade = np.outer(np.hanning(192), np.hanning(192))
unrolled = {}
for name, picture in {"image": image, "moved: 33° down": moved}.items():
    size = np.abs(np.fft.fft2((picture - picture.mean()) * fade))
    level = np.log(np.fft.fftshift(size) + 1)
    polar = log_polar(level, 360, 180, min_radius=6, max_radius=95, center=(96, 96))
    unrolled[name] = polar[:180]  # half a turn; the other half repeats it

compare_images(unrolled)
# Alt: Two log-polar spectra, angle downwards, frequency to the right, bright at low
# frequencies. A sheaf of ripples at the right edge of the left one lies lower and
# further to the left in the right one.
plt.show()

# %%
# The plain SciPy call is `scipy.ndimage.map_coordinates`, at places on a polar grid.

turn = np.deg2rad(np.arange(360))[:, np.newaxis]
radius = np.geomspace(6, 95, 180)
places = [96 - radius * np.sin(turn), 96 + radius * np.cos(turn)]
plain = ndimage.map_coordinates(level, places, order=1)
assert np.allclose(plain, polar)

# %%
# A spectrum looks the same upside down, so 33 and -147 degrees are both possible. The
# recipe undoes both, finds the shift for each, and keeps the one that fits better.
#
# How exact it is
# ---------------
# Six motions, with noise of 0, 10, 20 and 40 grey levels on both views. A result of a
# quality above one half counts as found; the errors are the largest of those.

motions = [(0, 1), (7.3, 1.1), (-33, 0.8), (90, 1.25), (178, 0.7), (-125, 1.4)]
rng = np.random.default_rng(0)
largest, number = {}, {}
print("noise   found   degrees   scale   pixels")
for sigma in (0, 10, 20, 40):
    rows = []
    for true_angle, true_scale in motions:
        first = image + rng.normal(0, sigma, shape)
        second = move(true_angle, true_scale, (5.3, -8.6)) + rng.normal(0, sigma, shape)
        angle, scale, offset, quality = find_rotation(first, second)
        turned = abs((angle - true_angle + 180) % 360 - 180)
        stretched = abs(scale / true_scale - 1)
        if quality > 0.5:
            rows.append((turned, stretched, abs(offset - (5.3, -8.6)).max()))
    number[sigma], largest[sigma] = len(rows), np.max(rows, axis=0)
    turned, stretched, off = largest[sigma]
    found = f"{sigma:5d}   {len(rows)} of 6"
    print(f"{found}   {turned:7.2f}   {stretched:5.1%}   {off:6.2f}")
assert number == {0: 6, 10: 6, 20: 6, 40: 5}
assert np.all(largest[0] < (0.1, 0.003, 0.1))
assert np.all(largest[20] < (0.5, 0.01, 0.3))
assert np.all(largest[40] < (1, 0.02, 2))

# %%
# One of the six is lost in the strongest noise, and its quality of 0.13 says so.
#
# How it fails
# ------------
# The larger the scale, the less the two views share, in place and in frequency. Without
# noise the method holds up to a scale of 3; with noise it breaks down at 2 already. The
# angle is then far off, and the quality near 0.

scales = np.array([1, 1.5, 2, 2.5, 3, 3.5, 4])
found = [find_rotation(image, move(33, scale, (0, 0))) for scale in scales]
right = np.array([abs(angle - 33) < 1 for angle, *_ in found])
qualities = np.array([quality for *_, quality in found])
print(f"right up to scale {scales[right].max()}, wrong from {scales[~right].min()}")
assert np.array_equal(right, scales <= 3)
assert qualities[right].min() > 0.9
assert qualities[~right].max() < 0.3

fig, ax = plt.subplots(figsize=(6, 3.2))
ax.plot(scales[right], qualities[right], "o", label="right")
ax.plot(scales[~right], qualities[~right], "X", label="wrong", markersize=9)
ax.set(xlabel="scale", ylabel="quality", ylim=(-0.1, 1.1))
ax.legend(title="angle found", loc="lower left")
# Alt: Quality against scale. Up to a scale of 3 the angle is right and the quality
# near 1; at 3.5 and 4 it is wrong and the quality near 0.
plt.show()

# %%
# When to use which: this recipe when nothing is known about the motion; optimisation to
# refine its result, or if the motion is small anyway.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_registration_register_by_optimisation.py`. For
#    matrices and directions: :ref:`sphx_glr_gallery_geometry_shift_and_warp.py`.
