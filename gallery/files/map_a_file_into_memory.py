"""
Map a file into memory
======================

A film or a volume may be larger than your memory, and you need one plane of it.
:func:`imgrecipes.files.open_raw` maps a raw file: you get an array at once, and the
operating system loads a piece of the file when you touch it. We measure the memory that
mapping takes against loading with :func:`imgrecipes.files.read_raw`.
"""

# %%
# A film of 40 frames
# -------------------
# The camera moves along the face, 8 pixels a frame. In the raw file, frame stands after
# frame, 786432 bytes each.

import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from imgrecipes.display import show_image
from imgrecipes.files import open_raw, read_raw, write_raw
from imgrecipes.samples import face

temporary = tempfile.TemporaryDirectory()
path = Path(temporary.name, "film.raw")

shape = (40, 768, 1024)
film = np.stack([np.roll(face(gray=True), -8 * frame, axis=1) for frame in range(40)])
write_raw(path, film)
print(f"{path.stat().st_size / 1e6:.1f} million bytes in the file")
assert film.shape == shape
assert path.stat().st_size == 40 * 768 * 1024

# %%
# Open it and look
# ----------------
# The mapped array behaves like any other, except that it is read-only. Frame 20 is one
# piece of the file; only this piece is loaded to draw it.

mapped = open_raw(path, shape, np.uint8)
assert isinstance(mapped, np.memmap)
assert np.array_equal(mapped[20], film[20])

show_image(mapped[20], title="frame 20 of 40")
# Alt: A grey photograph of a raccoon, moved to the left by 160 pixels, so that its
# right end shows what left the picture at the left.
plt.show()

# %%
# Memory, measured
# ----------------
# ``tracemalloc`` counts every byte that Python and NumPy ask for, and keeps the largest
# sum. Both ways end with the mean of frame 20. The sums differ a little from run to
# run, so we round them up to tenths of a million.


def mean_and_peak(recipe: Callable) -> tuple[float, int]:
    tracemalloc.start()
    mean = recipe(path, shape, np.uint8)[20].mean()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return mean, peak


del film, mapped
loaded_mean, loaded_peak = mean_and_peak(read_raw)
mapped_mean, mapped_peak = mean_and_peak(open_raw)
peaks = np.ceil(np.array([loaded_peak, mapped_peak]) / 1e5) / 10
print(f"loaded: less than {peaks[0]:.1f} million bytes")
print(f"mapped: less than {peaks[1]:.1f} million bytes")
assert mapped_mean == loaded_mean
assert loaded_peak > 40 * 768 * 1024
assert mapped_peak < loaded_peak / 100

# sphinx_gallery_thumbnail_number = 2
fig, ax = plt.subplots(figsize=(6, 2), layout="constrained")
bars = ax.barh(["loaded", "mapped"], peaks, color=["C1", "C0"])
ax.bar_label(bars, fmt="%.1f", padding=4)
ax.set(xlim=(0, 37), xlabel="peak memory, million bytes")
ax.invert_yaxis()
# Alt: Two bars of peak memory. Loaded: 31.5 million bytes. Mapped: a tenth of a
# million, hardly visible.
plt.show()

# %%
# What the number leaves out: the pages that the system loads for a map are not
# Python's. They count as cache. The system drops them when memory is short, since it
# can read them from the file again, while loaded arrays must stay.
#
# Which pixels you touch matters
# ------------------------------
# The system loads whole pages, commonly of 4096 bytes: here four rows of 1024 pixels.
# Frame 20 lies in 192 of them. Column 500 of all the frames holds 25 times fewer
# pixels, but has one in every row and so in every page: the whole file is read.

page_of_row = np.arange(40 * 768).reshape(40, 768) // 4
for name, rows in {"frame 20": page_of_row[20], "column 500": page_of_row}.items():
    print(f"{name} lies in {np.unique(rows).size} pages of {40 * 768 // 4}")
assert np.unique(page_of_row[20]).size == 192

# %%
# The plain call is :class:`numpy.memmap`. It does not mind a file that is larger than
# shape and dtype say, and then shows its beginning; the recipe refuses.

plain = np.memmap(path, np.uint8, mode="r", shape=(39, 768, 1024))
try:
    open_raw(path, (39, 768, 1024), np.uint8)
except ValueError as error:
    reason = str(error).replace(temporary.name, "...")
    print(reason)
assert "holds 31457280 bytes" in reason

# %%
# A mapped file must stay as it is while you use it, and Windows deletes none that is
# still mapped. So let go of the array first.

del plain
temporary.cleanup()

# %%
# When to use which: load a file that fits easily and that you use as a whole. Map one
# that does not, or of which you need a part. ``numpy.memmap`` also maps a part of a
# file, behind a header, or for writing.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_files_read_a_folder_of_images.py`. For the order of
#    bytes in a raw file: :ref:`sphx_glr_gallery_files_read_a_raw_file.py`.
