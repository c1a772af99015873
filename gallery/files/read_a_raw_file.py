"""
Read a raw file
===============

Many instruments write bare numbers, one after the other, without a header to say how
many rows there are or what a number looks like. You must know it:
:func:`imgrecipes.files.read_raw` wants the shape and the dtype. We read a slice of a
human head in the right and the wrong byte order, and a photograph in the wrong shape.
"""

# %%
# A medical slice, in two byte orders
# -----------------------------------
# Matplotlib ships a slice from a magnetic resonance scanner: 256 rows of 256 unsigned
# integers of 2 bytes, compressed with gzip. Which of the two bytes counts 256 times as
# much? Here it is the first, called big-endian, in NumPy ``">u2"``. Your processor most
# likely puts it last, ``"<u2"``. Both pictures are drawn from 0 to 215.

import gzip
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import cbook

from imgrecipes.display import compare_images, show_image
from imgrecipes.files import read_raw, write_raw
from imgrecipes.samples import face, mri_slice

path = cbook.get_sample_data("s1045.ima.gz", asfileobj=False)
right = read_raw(path, (256, 256), ">u2")
wrong = read_raw(path, (256, 256), "<u2")
assert np.array_equal(right, mri_slice())

compare_images({">u2, right": right, "<u2, wrong": wrong}, vmin=0, vmax=215)
# Alt: Two slices of a head in profile on one grey scale. Left, in the right byte order,
# brain, skull and neck in many greys. Right, in the wrong order, a white silhouette
# with black specks.
plt.show()

# %%
# The largest value gives the mistake away. All values are below 256, so the byte that
# counts more is 0 everywhere, and swapping the two multiplies by 256. Drawn with limits
# of its own, the wrong slice would look perfect: check the numbers, not only the
# picture.

print("'>u2':", right.min(), "to", right.max())
print("'<u2':", wrong.min(), "to", wrong.max())
assert (right.max(), wrong.max()) == (215, 55040)
assert np.array_equal(wrong, right * 256)

# %%
# A scanner that uses more of the 16 bits shows the mistake at once. We make such a file
# of the slice times 100. :func:`imgrecipes.files.write_raw` keeps the byte order of the
# array that it is given.

temporary = tempfile.TemporaryDirectory()
folder = Path(temporary.name)

write_raw(folder / "deep.raw", (right * 100).astype(">u2"))
deep = read_raw(folder / "deep.raw", (256, 256), ">u2")
torn = read_raw(folder / "deep.raw", (256, 256), "<u2")
assert np.array_equal(deep, right * 100)

fig, axes = plt.subplots(1, 2, figsize=(6, 3.3), layout="constrained")
show_image(deep, axes[0], title=">u2, right")
show_image(torn, axes[1], title="<u2, wrong")
# Alt: The slice of the head, its values times 100, in both byte orders, each drawn over
# its own range. Left, the head as it should be. Right, its outline filled with noise.
plt.show()

# %%
# A photograph, in two shapes
# ---------------------------
# The size of a raw file is no secret: the number of values times the bytes of each. The
# colour face has 768 x 1024 x 3 values of one byte.

image = face()
write_raw(folder / "face.raw", image)
size = (folder / "face.raw").stat().st_size
print(size, "bytes")
assert size == 768 * 1024 * 3 == 2359296

back = read_raw(folder / "face.raw", (768, 1024, 3), np.uint8)
assert np.array_equal(back, image)

# %%
# A shape that needs another number of bytes is refused.

try:
    read_raw(folder / "face.raw", (768, 1024), np.uint8)
except ValueError as error:
    reason = str(error).replace(temporary.name, "...")
    print(reason)
assert "2359296 bytes" in reason
assert "needs 786432" in reason

# %%
# But many shapes need the same number, above all the one with rows and columns swapped.
# Camera manuals speak of width x height, arrays of rows x columns.

swapped = read_raw(folder / "face.raw", (1024, 768, 3), np.uint8)
assert np.array_equal(swapped.ravel(), back.ravel())

ratios = {"width_ratios": [16, 9]}
fig, axes = plt.subplots(1, 2, figsize=(6, 3), gridspec_kw=ratios, layout="constrained")
show_image(back, axes[0], title="768 x 1024")
show_image(swapped, axes[1], title="1024 x 768")
# Alt: Left, the raccoon's face, read as 768 rows of 1024 pixels. Right, the same bytes
# read as 1024 rows of 768: grey and green patches that repeat three times across.
plt.show()

# %%
# The plain calls
# ---------------
# ``numpy.fromfile`` reads a raw file, and a gzip file has to be opened first. Both
# leave the byte order as it was; ``astype`` turns it into that of your machine.

plain = np.fromfile(folder / "face.raw", np.uint8).reshape(768, 1024, 3)
assert np.array_equal(plain, back)

with gzip.open(path) as file:
    plain = np.frombuffer(file.read(), ">u2").reshape(256, 256).astype(np.uint16)
assert np.array_equal(plain, right)

temporary.cleanup()

# %%
# When to use which: the plain calls for a file that you wrote yourself a minute ago.
# The recipe checks the number of bytes, names the file if it does not fit, and treats
# both kinds alike. When you choose the format yourself, take one with a header, such as
# TIFF or ``numpy.save``.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_files_map_a_file_into_memory.py`. Formats with a
#    header: :ref:`sphx_glr_gallery_files_compare_file_formats.py`.
