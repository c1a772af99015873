"""
See why reading a part is fast
==============================

You need one plane of a volume in a file. To load it all and keep one plane takes as
long as all of it. :func:`imgrecipes.files.open_raw` maps the file instead, and the
system reads what you touch, in pages of commonly 4096 bytes. We take the times, and
count the pages of three parts that have as many voxels, but not as many pages.
"""

# %%
# Load it all
# -----------
# Sixteen heads of 128 planes, one after the other: a file of 34 million bytes. A plane
# has 16384 of them, one in two thousand.

import tempfile
import timeit
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from imgrecipes.files import open_raw, read_raw, write_raw
from imgrecipes.samples import phantom

temporary = tempfile.TemporaryDirectory()
path = Path(temporary.name, "heads.raw")
head = phantom(128)
shape = (16 * 128, 128, 128)
write_raw(path, np.tile(head, (16, 1, 1)))


def plane_by_loading(number: int) -> np.ndarray:
    return read_raw(path, shape, np.uint8)[number]


assert np.array_equal(plane_by_loading(1084), head[60])

# %%
# Go to the place
# ---------------
# In the file, plane stands after plane, and a plane is one piece of it. So the place
# where it starts can be computed, and the rest need not be read.


def plane_by_seeking(number: int) -> np.ndarray:
    with path.open("rb") as file:
        file.seek(number * 128 * 128)
        piece = file.read(128 * 128)
    return np.frombuffer(piece, np.uint8).reshape(128, 128)


assert np.array_equal(plane_by_seeking(1084), head[60])

# %%
# A map computes such places by itself, for any slice. Indexing reads nothing; the copy
# does.


def plane_by_mapping(number: int) -> np.ndarray:
    return np.array(open_raw(path, shape, np.uint8)[number])


assert np.array_equal(plane_by_mapping(1084), head[60])

# %%
# The file has just been written, so that it still lies in the system's memory, and no
# disk is waited for. Even so, what is not copied is saved. Each call alone, by turns,
# the fastest of many rounds:

# Timing: run this cell to measure on your machine.
calls = {"load": plane_by_loading, "seek": plane_by_seeking, "map": plane_by_mapping}
rounds = [
    [timeit.timeit(lambda c=call: c(1084), number=1) for call in calls.values()]
    for _ in range(20)
]
load, seek, mapped = 1e6 * np.min(rounds, axis=0)
print(f"load {load:.0f}, seek {seek:.0f}, map {mapped:.0f} microseconds")
print(f"mapped, a plane is there {load / mapped:.0f} times faster than loaded")

# %%
# Count the pages
# ---------------
# What counts is how many pages are touched. For a single head: the number of a voxel in
# the file, divided by 4096, is that of its page. A plane of constant first index fills
# 4 pages. With a constant row, it is a piece of 128 bytes in each plane: 128 pages.
# With a constant column, no byte lies beside the next, and every page is touched.

place = np.arange(head.size).reshape(head.shape)
parts = {"[60]": place[60], "[:, 60]": place[:, 60], "[:, :, 60]": place[:, :, 60]}
touched = {name: np.unique(part // 4096) for name, part in parts.items()}
for name, pages in touched.items():
    print(f"head{name}: {parts[name].size} voxels in {pages.size} of 512 pages")
assert [pages.size for pages in touched.values()] == [4, 128, 512]

fig, axes = plt.subplots(1, 3, figsize=(6, 3.6), layout="constrained")
for ax, (name, pages) in zip(axes, touched.items(), strict=True):
    grid = np.zeros(512)
    grid[pages] = 1
    ax.pcolormesh(
        grid.reshape(32, 16), cmap="Blues", vmin=0, vmax=1.4, edgecolor="0.8", lw=0.3
    )
    ax.set(aspect=1, xticks=[], yticks=[], ylim=(32, 0))
    ax.set_title(f"head{name}")
    ax.set_xlabel(f"{pages.size} pages")
# Alt: Three drawings of the file as 32 rows of 16 pages. For head[60], four pages side
# by side are blue; for head[:, 60], every fourth page, in columns; for head[:, :, 60],
# all of them.
plt.show()

# %%
# So store a volume in the order in which you will read it. If you need columns often,
# write the transposed array once.

turned = Path(temporary.name, "turned.raw")
write_raw(turned, np.ascontiguousarray(head.transpose(2, 0, 1)))
column = np.array(open_raw(turned, head.shape, np.uint8)[60])
assert np.array_equal(column, head[:, :, 60])
temporary.cleanup()

# %%
# .. seealso::
#    What a map needs: :ref:`sphx_glr_gallery_files_map_a_file_into_memory.py`.
#    The order of bytes: :ref:`sphx_glr_gallery_files_read_a_raw_file.py`.
