"""Save the figures of the scripts as WebP, with the alt text written beside them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.errors import ExtensionError

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from sphinx.application import Sphinx

STYLE = Path(__file__).resolve().parents[1] / "_static" / "figures.mplstyle"
ALT = re.compile(r"^[ ]*# Alt: (.+(?:\n[ ]*# .+)*)", re.MULTILINE)
IMAGE = """
.. image-sg:: /{path}
   :alt: {alt}
   :srcset: /{path}
   :class: sphx-glr-single-img

"""


def alt_texts(code: str) -> list[str]:
    """Texts of the comments that start with "Alt:", each on one line."""
    return [re.sub(r"\n[ ]*# ", " ", match[1]) for match in ALT.finditer(code)]


def bare_show(code: str) -> int:
    """Index of the first line that shows a figure without a comment before it."""
    before = ""
    for index, line in enumerate(code.splitlines()):
        if "show()" in line and not before.lstrip().startswith("#"):
            return index
        before = line
    return 0


def scrape_figures(
    block: tuple[str, str, int],
    block_vars: dict[str, Any],
    gallery_conf: dict[str, Any],
) -> str:
    """Save the figures that a code block has drawn and return their reST."""
    # Most builds draw nothing, and Matplotlib takes its time to come.
    from matplotlib import pyplot as plt  # noqa: PLC0415

    if "formatted_exception" in block_vars:
        # The cell has failed; nobody wants to know what its figures lack.
        plt.close("all")
        return ""
    _, code, line = block
    numbers = plt.get_fignums()
    texts = alt_texts(code)
    if len(numbers) != len(texts):
        raise ExtensionError(
            f"{block_vars['src_file']}:{line + bare_show(code)}: this cell draws "
            f"{len(numbers)} figures and has {len(texts)} comments that start with "
            "'# Alt:'. Write one before each plt.show(): it tells what is seen to "
            "those who do not see it."
        )
    rst = []
    for number, text in zip(numbers, texts, strict=True):
        path = Path(next(block_vars["image_path_iterator"])).with_suffix(".webp")
        # Method 2 takes half the time of 4, for five per cent more bytes.
        lay_out(plt.figure(number)).savefig(
            path, pil_kwargs={"quality": 88, "method": 2}
        )
        relative = path.relative_to(gallery_conf["src_dir"]).as_posix()
        rst.append(IMAGE.format(path=relative, alt=text))
    plt.close("all")
    return "".join(rst)


def lay_out(figure: Figure) -> Figure:
    """Lay out a figure as it is going to be saved.

    To save it without a layout would draw it once more, only to lay it out.
    """
    from matplotlib import rcParams  # noqa: PLC0415

    engine = figure.get_layout_engine()
    if engine is not None:
        figure.set_dpi(rcParams["savefig.dpi"])
        engine.execute(figure)
        figure.set_layout_engine("none")
    return figure


def reset_style(_gallery_conf: dict[str, Any], _script: str) -> None:
    """Let each script start from the style of the site."""
    import matplotlib as mpl  # noqa: PLC0415
    from matplotlib import pyplot as plt  # noqa: PLC0415

    mpl.rcdefaults()
    plt.style.use(STYLE)


def setup(_app: Sphinx) -> dict[str, bool]:
    """Nothing to register: conf.py names the functions."""
    return {"parallel_read_safe": True, "parallel_write_safe": True}
