"""
Try it: edit a logo
===================

Now you: open a dull photograph of a logo, cut out its symbol, enlarge it, turn it grey,
raise its contrast and save it, with :mod:`imgrecipes.files`, :mod:`imgrecipes.geometry`
and :mod:`imgrecipes.pixels`. A function checks your work, and a solution waits below.
"""

# %%
# The picture
# -----------
# Run this cell first. It makes ``logo.png`` in a temporary folder: the clean logo, lit
# by a lamp at the upper left, with a little noise.

import tempfile
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np

from imgrecipes.display import compare_images, show_image
from imgrecipes.files import read_image, write_image
from imgrecipes.geometry import resize
from imgrecipes.pixels import stretch_contrast, to_gray
from imgrecipes.samples import logo

random = np.random.default_rng(0)
lamp = np.linspace(1, 0.7, 96)[:, None, None] * np.linspace(1, 0.55, 240)[:, None]
photo = np.rint(40 + 0.6 * lamp * logo() + random.normal(0, 3, (96, 240, 3)))
temporary = tempfile.TemporaryDirectory()
folder = Path(temporary.name)
write_image(folder / "logo.png", photo.astype(np.uint8))
show_image(photo / 255)
# Alt: A dull photograph of a logo, brighter at the upper left: on grey paper, a symbol
# of three rings in dark blue, light blue and yellow, and the letters i, m, g.
plt.show()

# %%
# The task
# --------
# Collect your results in a dictionary ``answer``, under the names in bold.
#
# 1. Open ``folder / "logo.png"``: **picture**.
# 2. Crop its symbol, rows 12 to 83 and columns 12 to 83, both included: **symbol**.
# 3. Enlarge it five times, by the nearest neighbour and by cubic interpolation:
#    **nearest** and **cubic**. Compare: what happens to the edges?
# 4. Turn the cubic one grey with the weights of Rec. 709, not rounded: **gray**.
# 5. Raise the contrast: the minimum becomes 0, the maximum 1: **stretched**.
# 6. Raise it more: the darkest 5 % of the pixels of **gray** become 0, the brightest
#    5 % become 1: **saturated**.
# 7. Save that as PNG, JPEG and TIFF of 8 bits, and read the files back. Which hold the
#    very levels that you saved? **exact**, in this order, like ``[True, True, True]``.
# 8. Turn the symbol of the clean ``logo()`` grey and ask for 5 % at each end. What
#    percentages become 0 and 1, and why? **shares**, to one decimal: ``[5.0, 5.0]``.
#
# Hints: for :func:`imgrecipes.geometry.resize`, the nearest neighbour is order 0, cubic
# order 3. To save floats of 0 to 1, multiply, round, convert. A mask's mean is a share.
#
# Check your work
# ---------------
# Each result is compared with what follows from those before it.

EXPECTED = {
    "picture": lambda _: photo,
    "symbol": lambda a: a.picture[12:84, 12:84],
    "nearest": lambda a: a.symbol.repeat(5, axis=0).repeat(5, axis=1),
    "cubic": lambda a: resize(a.symbol, (360, 360), order=3),
    "gray": lambda a: a.cubic @ [0.2126, 0.7152, 0.0722],
    "stretched": lambda a: np.interp(a.gray, [a.gray.min(), a.gray.max()], [0, 1]),
    "saturated": lambda a: np.interp(a.gray, np.percentile(a.gray, [5, 95]), [0, 1]),
    "exact": lambda _: [True, False, True],
    "shares": lambda _: [43.5, 21.7],
}


def check(answer: dict) -> int:
    """Print which results are right; return how many."""
    right = 0
    for name, expected in EXPECTED.items():
        try:
            passed = np.allclose(answer[name], expected(SimpleNamespace(**answer)))
        except (AttributeError, KeyError, TypeError, ValueError):
            passed = False
        wrong = "not right" if name in answer else "missing"
        print(f"{name:10}", "right" if passed else wrong)
        right += passed
    return right


# %%
# Here is a beginning with a mistake. Find it, go on, and run ``check`` after each step.

answer = {"picture": read_image(folder / "logo.png")}
answer["symbol"] = answer["picture"][12:83, 12:83]
assert check(answer) == 1

# %%
# Solution
# --------
# The slice stopped one pixel too early, since it leaves out its stop.

picture = read_image(folder / "logo.png")
symbol = picture[12:84, 12:84]
nearest = resize(symbol, (360, 360), order=0)
cubic = resize(symbol, (360, 360), order=3)
fig, axes = plt.subplots(1, 2, figsize=(6, 3.4))
show_image(nearest[:120, :120], axes[0], title="nearest")
show_image(cubic[:120, :120], axes[1], title="cubic")
# Alt: The upper left edge of the outer ring, enlarged twice. Left, by the nearest
# neighbour, a staircase of sharp squares. Right, by cubic interpolation, a soft edge.
plt.show()

# %%
# The nearest neighbour keeps every level and shows each pixel as a square. Cubic
# interpolation is soft and overshoots beside edges: a few pixels become darker and
# brighter than any before, and hold back the stretch by minimum and maximum. In plain
# NumPy, `numpy.interp` stretches between two percentiles and cuts off what lies beyond.

gray = to_gray(cubic)
stretched = stretch_contrast(gray)
saturated = stretch_contrast(gray, dark=5, bright=5)
assert np.allclose(saturated, np.interp(gray, np.percentile(gray, [5, 95]), [0, 1]))
black, white = saturated == 0, saturated == 1
print(f"saturated: {black.mean():.3%} dark, {white.mean():.3%} bright")
assert round(black.mean(), 4) == round(white.mean(), 4) == 0.05

images = {"gray": gray / 255, "stretched": stretched, "saturated": saturated}
compare_images(images | {"what saturated": 0.5 + white / 2 - black / 2}, 0, 1)
# Alt: The symbol in grey, dull; stretched, clearer; saturated, strong. Last, black dots
# mark the outer ring, most at the lower right, and white the paper at the upper left.
plt.show()

# %%
# Only JPEG changes the pixels. Of the clean symbol, with its four flat colours, whole
# levels saturate: the darkest alone holds 43.5 % of the pixels, the brightest 21.7 %.
# Only an image of many levels can keep to a percentage.

levels, exact = np.rint(255 * saturated).astype(np.uint8), []
for suffix in ["png", "jpg", "tif"]:
    write_image(folder / f"symbol.{suffix}", levels)
    error = np.abs(read_image(folder / f"symbol.{suffix}").astype(int) - levels).max()
    print(f"{suffix}: wrong by {error} levels at most")
    exact.append(error == 0)

flat = stretch_contrast(to_gray(logo()[12:84, 12:84]), dark=5, bright=5)
shares = [round(100 * np.mean(flat == end), 1) for end in (0, 1)]
print(f"flat colours: {shares[0]} % dark, {shares[1]} % bright")
assert check({name: globals()[name] for name in EXPECTED}) == len(EXPECTED)

# %%
# When you are done
# -----------------
# Remove the temporary folder with its files.
#
# .. seealso::
#    Next: :ref:`sphx_glr_gallery_geometry_crop_and_flip.py`.

temporary.cleanup()
