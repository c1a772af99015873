"""
Save and open an image
======================

An image lives in a file, and you need it as an array, or the other way round.
:func:`imgrecipes.files.write_image` and :func:`imgrecipes.files.read_image` do both.
With PNG they change no pixel on the way. You will see a photograph survive the journey,
and what happens to arrays and files that are not fit for it.
"""

# %%
# There and back
# --------------
# The suffix of the name chooses the format. PNG is lossless: what comes back is the
# array that you wrote, of the same shape and dtype. All files of this page go to a
# temporary folder.

import tempfile
from pathlib import Path

import imageio.v3 as iio
import matplotlib.pyplot as plt
import numpy as np
from PIL import ExifTags, Image

from imgrecipes.display import compare_images, show_image
from imgrecipes.files import read_image, write_image
from imgrecipes.samples import face

temporary = tempfile.TemporaryDirectory()
folder = Path(temporary.name)

image = face()
write_image(folder / "face.png", image)
back = read_image(folder / "face.png")

print(back.shape, back.dtype)
assert (back.shape, back.dtype) == ((768, 1024, 3), np.uint8)
assert np.array_equal(back, image)

show_image(back)
# Alt: A colour photograph of a raccoon's face between green leaves, as read from the
# file.
plt.show()

# %%
# The plain call reads the same numbers. It knows many more formats, too. The recipe
# knows three and in return checks the file: that it is whole, and no larger than you
# allow.

plain = iio.imread(folder / "face.png")
assert np.array_equal(plain, back)

# %%
# Nothing is rescaled behind your back
# ------------------------------------
# PNG stores integers, so what should it do with floats? ``scipy.misc.imsave``, which
# the classic lecture notes use and which is gone, stretched them without a word until
# they filled 0 to 255. The recipe refuses.

dull = np.linspace(0.3, 0.6, 256) * np.ones((64, 1))
try:
    write_image(folder / "dull.png", dull)
except TypeError as error:
    print(error)
assert not (folder / "dull.png").exists()

# %%
# You know what your numbers mean. Here 0 means black and 1 means white, so multiply by
# 255, round, and convert. The difference to a stretch is plain to see.

levels = np.rint(255 * dull).astype(np.uint8)
write_image(folder / "dull.png", levels)
stretched = 255 * (dull - dull.min()) / np.ptp(dull)

opened = read_image(folder / "dull.png")
print("levels in the file:", opened.min(), "to", opened.max())
assert (opened.min(), opened.max()) == (76, 153)

compare_images({"you decide": opened, "silently stretched": stretched}, 0, 255)
# Alt: Two ramps on one grey scale. The left one goes from dark grey to middle grey. The
# right one, stretched, goes from black to white.
plt.show()

# %%
# A mask needs no levels: PNG and TIFF store it with one bit a pixel.

mask = image.mean(axis=-1) > 128
write_image(folder / "mask.png", mask)
assert np.array_equal(read_image(folder / "mask.png"), mask)

# %%
# Photographs come out upright
# ----------------------------
# A turned camera stores the pixels as its sensor read them, and notes in the EXIF
# metadata how to turn the picture: the orientation, a number from 1 to 8. The recipe
# applies it. ``imageio`` does so only if you ask for it with ``rotate=True``.

exif = Image.Exif()
exif[ExifTags.Base.Orientation] = 6  # the first row belongs on the right-hand side
lying = np.ascontiguousarray(np.rot90(image))
Image.fromarray(lying).save(folder / "phone.png", exif=exif)

upright = read_image(folder / "phone.png")
stored = read_image(folder / "phone.png", upright=False)
print("upright:", upright.shape, "as stored:", stored.shape)
assert np.array_equal(upright, image)
assert np.array_equal(stored, lying)
assert np.array_equal(iio.imread(folder / "phone.png", rotate=True), image)

fig, (left, right) = plt.subplots(1, 2, figsize=(6, 3.3), layout="constrained")
show_image(upright, left, title="upright")
show_image(stored, right, title="as stored")
# Alt: The same photograph of a raccoon twice. On the left it is upright, on the right
# it lies on its side, as it is stored.
plt.show()

# %%
# A broken file is refused
# ------------------------
# A download that broke off, an empty file, a web page named ``.png``: a program that
# reads a thousand files will meet them. The message names the file and what is wrong.
# An image with missing rows, strips, tiles or scans is refused as well.

whole = (folder / "face.png").read_bytes()
(folder / "half.png").write_bytes(whole[: len(whole) // 2])
try:
    read_image(folder / "half.png")
except ValueError as error:
    reason = str(error).replace(temporary.name, "...")
    print(reason)
assert "half.png" in reason

# %%
# Writing is careful as well: a new file takes the place of the old one only when it is
# complete, so that an error half-way leaves the old one whole.

temporary.cleanup()

# %%
# When to use which: ``imageio.v3.imread`` for formats beyond PNG, JPEG and TIFF. The
# recipes where the pixels must be what the file says, and a bad file must not pass.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_files_compare_file_formats.py`. To look at the image:
#    :ref:`sphx_glr_gallery_display_look_at_a_grey_image.py`. To work with its pixels:
#    :ref:`sphx_glr_gallery_pixels_index_and_slice.py`.
