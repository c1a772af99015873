"""
Compare file formats
====================

PNG and TIFF give back every pixel, JPEG gives back something that looks like it. We
write the same picture with :func:`imgrecipes.files.write_image` in all three, read it
with :func:`imgrecipes.files.read_image`, and put a number on what JPEG loses. Then we
see which format takes 16 bits, colours and whole volumes.
"""

# %%
# What JPEG does to a picture
# ---------------------------
# JPEG cuts the picture into blocks of 8 x 8 pixels, describes each by waves, and rounds
# how strong each wave is. The ``quality`` says how coarsely. At 10 it shows.

import tempfile
from pathlib import Path

import imageio.v3 as iio
import matplotlib.pyplot as plt
import numpy as np

from imgrecipes.display import show_image
from imgrecipes.files import read_image, write_image
from imgrecipes.samples import face

temporary = tempfile.TemporaryDirectory()
folder = Path(temporary.name)

gray = face(gray=True)
write_image(folder / "coarse.jpg", gray, quality=10)
coarse = read_image(folder / "coarse.jpg")
# Before subtracting, convert: uint8 would wrap round below 0.
difference = coarse.astype(int) - gray

eye = np.s_[260:360, 530:630]
fig, axes = plt.subplots(1, 3, figsize=(6, 3.3), layout="constrained")
show_image(gray[eye], axes[0], title="original")
show_image(coarse[eye], axes[1], title="quality 10")
drawn = axes[2].imshow(difference[eye], cmap="RdBu_r", vmin=-40, vmax=40)
axes[2].set(title="difference")
axes[2].set_axis_off()
fig.colorbar(drawn, ax=axes, location="bottom", shrink=0.6, label="grey levels")
# Alt: The raccoon's eye three times. The original is smooth. At quality 10 it falls
# into square blocks. The difference is a mosaic of blue, down to -40 grey levels, and
# red, up to 40, strongest at hairs and edges.
plt.show()

# %%
# The error as a number
# ---------------------
# The root of the mean squared difference, RMSE, is the usual measure. A format that
# loses nothing has 0. PNG and TIFF take no notice of the quality.


def error_and_size(name: str, image: np.ndarray, quality: int = 95) -> tuple:
    write_image(folder / name, image, quality)
    difference = read_image(folder / name).astype(float) - image
    rmse = np.sqrt(np.mean(difference**2))
    return rmse, np.abs(difference).max(), (folder / name).stat().st_size


image = face()
print(f"{'format':16} {'RMSE':>5} {'largest':>7} {'kilobytes':>9}")
found = {}
for name, quality in {
    "face.tif": 95,
    "face.png": 95,
    "quality 95.jpg": 95,
    "quality 50.jpg": 50,
    "quality 10.jpg": 10,
}.items():
    rmse, largest, size = found[name] = error_and_size(name, image, quality)
    print(f"{name:16} {rmse:5.2f} {largest:7.0f} {size / 1000:9.0f}")

assert found["face.png"][:2] == found["face.tif"][:2] == (0, 0)
assert round(found["quality 95.jpg"][0], 1) == 0.9
assert round(found["quality 10.jpg"][0]) == 11
assert found["quality 95.jpg"][2] < found["face.png"][2] / 4

# %%
# At 95 the file is a quarter of the PNG and the RMSE is below one level, but the worst
# value is 16 levels off. Look at the curves before you choose: above 90 the file grows
# fast.

qualities = np.array([5, 10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 95, 98, 100])
curve = [error_and_size("curve.jpg", gray, int(q)) for q in qualities]
rmse, _, size = np.transpose(curve)

fig, (left, right) = plt.subplots(1, 2, figsize=(6, 2.9), layout="constrained")
left.plot(qualities, rmse, marker="o")
left.set(xlabel="quality", ylabel="RMSE, grey levels", ylim=(0, None))
right.plot(qualities, size / 1000, marker="o", color="C1")
right.axhline(gray.size / 1000, color="0.4", linestyle=":")
right.text(5, gray.size / 1000 - 15, "raw: 786", va="top")
right.set(xlabel="quality", ylabel="size, kilobytes", ylim=(0, 850))
# Alt: Two curves over the quality, for the grey face. The error falls from 14 grey
# levels to almost 0, with a dip at quality 80. The size rises slowly up to quality 85,
# then steeply, to less than half of the bare numbers, a dotted line at 786 kilobytes.
plt.show()
assert np.all(np.diff(size) > 0)
assert rmse[-1] > 0.2  # even the best quality is not exact

# %%
# The dip at 80 tells of the past: the photograph was most likely stored as a JPEG of
# that quality once, and rounding again in the same way costs little. What was lost then
# is still lost, whatever the format it is in now.

at_80, at_85 = rmse[qualities == 80], rmse[qualities == 85]
print(f"RMSE at 80: {at_80[0]:.2f}, at 85: {at_85[0]:.2f}")
assert at_80 < at_85

# %%
# 16 bits, colours, volumes
# -------------------------
# Cameras of microscopes and scanners count further than 255. PNG takes grey levels of
# 16 bits, TIFF takes them in colour, too, and floats, and many pages, which come back
# as a volume of (planes, rows, columns). All of it is exact.

deep = gray.astype(np.uint16) * 257  # 255 becomes 65535
deep_color = image.astype(np.uint16) * 257
volume = np.stack([gray / 3, gray / 7]).astype(np.float32)
for name, array in {
    "deep.png": deep,
    "deep.tif": deep,
    "deep color.tif": deep_color,
    "volume.tif": volume,
}.items():
    write_image(folder / name, array)
    back = read_image(folder / name)
    print(f"{name:15} {back.dtype!s:8} {back.shape}")
    assert back.dtype == array.dtype
    assert np.array_equal(back, array)

# %%
# What a format cannot hold is refused instead of cut to fit.

for name, array in {"deep.jpg": deep, "deep color.png": deep_color}.items():
    try:
        write_image(folder / name, array)
    except (TypeError, ValueError) as error:
        print(f"{name}: {error}")
    assert not (folder / name).exists()

# %%
# The plain call, from imageio, reads the same arrays.

assert np.array_equal(iio.imread(folder / "deep.png"), deep)
assert np.array_equal(iio.imread(folder / "face.tif"), image)
temporary.cleanup()

# %%
# When to use which: PNG for 8 bits, masks and pictures on the web. TIFF for more bits,
# floats and volumes. JPEG for photographs that people look at, and never for an image
# that you will measure.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_files_read_a_raw_file.py`. Save a picture in all three
#    formats yourself: :ref:`sphx_glr_gallery_pixels_edit_a_logo.py`.
