"""
Read a folder of images
=======================

A microscope or a camera leaves a folder of numbered files. You want them all, in the
order of their numbers, and not all in memory at once:
:func:`imgrecipes.files.iter_images` hands them out one by one. You will see where the
usual order of names goes wrong, and average ten noisy images while holding only one.
"""

# %%
# Ten random images
# -----------------
# Each has 100 x 100 pixels of random grey levels, and a seed makes them the same on
# every run. The names count from 1 to 10, without leading zeros, as many programs do.

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from imgrecipes.display import show_image
from imgrecipes.files import iter_images, read_image, sort_naturally, write_image

temporary = tempfile.TemporaryDirectory()
folder = Path(temporary.name)

random = np.random.default_rng(0)
stack = random.integers(0, 256, size=(10, 100, 100), dtype=np.uint8)
for number, image in enumerate(stack, start=1):
    write_image(folder / f"random_{number}.png", image)

# %%
# Read them in order
# ------------------
# The recipe gives pairs of path and image. A file is opened when its turn comes.

fig, axes = plt.subplots(2, 5, figsize=(6, 2.8), layout="constrained")
for ax, (path, image) in zip(axes.flat, iter_images(folder), strict=True):
    show_image(image, ax, title=path.stem.removeprefix("random_"))
# Alt: Two rows of five squares of grey noise, with the numbers 1 to 10 in this order.
plt.show()

# %%
# Why not simply ``sorted``? It compares names letter by letter, and the letter 1 comes
# before the letter 2, so that 10 follows 1. :func:`imgrecipes.files.sort_naturally`
# compares digits as the numbers that they write.

names = [path.name for path in folder.glob("*.png")]
print("sorted:        ", *(name[7:-4] for name in sorted(names)))
print("sort_naturally:", *(name[7:-4] for name in sort_naturally(names)))
assert sorted(names)[:3] == ["random_1.png", "random_10.png", "random_2.png"]
assert sort_naturally(names) == [f"random_{n}.png" for n in range(1, 11)]

# %%
# One at a time
# -------------
# Sums need no stack: add each image and let it go. The mean of ten images is calmer
# than each of them. If their noise is independent, its standard deviation falls by the
# square root of ten, 3.16.

total = np.zeros((100, 100))
for _, image in iter_images(folder):
    total += image
mean = total / 10

assert np.allclose(mean, stack.mean(axis=0))
fall = stack[0].std() / mean.std()
print(f"one image: {stack[0].std():.1f}, the mean of ten: {mean.std():.1f} grey levels")
print(f"{fall:.2f} times less")
assert abs(fall - np.sqrt(10)) < 0.1

fig, (left, right) = plt.subplots(1, 2, figsize=(6, 3.3), layout="constrained")
show_image(stack[0], left, 0, 255, title="image 1")
show_image(mean, right, 0, 255, title="mean of ten")
# Alt: Two squares of noise on one grey scale from 0 to 255. Image 1 has every level
# from black to white, the mean of ten only middle greys.
plt.show()

# %%
# Only what you want
# ------------------
# A pattern chooses by name. Files whose names are not those of images are left out. A
# file that cannot be read raises an error that names it.

(folder / "notes.txt").write_text("exposure 20 ms")
chosen = [path.name for path, _ in iter_images(folder, "random_1*")]
print(chosen)
assert chosen == ["random_1.png", "random_10.png"]
assert len(list(iter_images(folder))) == 10

# %%
# ``errors="return"`` gives the error in place of the image, so that one broken file
# does not stop the work. ``errors="warn"`` skips the file with a warning.

(folder / "random_11.png").write_bytes(b"not an image")
results = iter_images(folder, "random_*", errors="return")
broken = [path.name for path, image in results if isinstance(image, Exception)]
print("cannot be read:", broken)
assert broken == ["random_11.png"]

# %%
# The plain way for names of equal length, such as ``random_01.png``: ``sorted`` and a
# loop. If all the images have one shape and fit into memory, stack them.

plain = np.stack([read_image(folder / name) for name in sort_naturally(names)])
assert np.array_equal(plain, stack)
temporary.cleanup()

# %%
# When to use which: ``sorted(folder.glob("*.png"))`` if you chose the names and wrote
# leading zeros. The recipe for folders that others filled.
#
# .. seealso::
#    To keep many planes in one TIFF file instead:
#    :ref:`sphx_glr_gallery_files_compare_file_formats.py`. What to do with the pixels:
#    :ref:`sphx_glr_gallery_pixels_index_and_slice.py`.
