"""Work through an image block by block of rows, so that a block stays in the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imgrecipes._kernels.fast._blocks import fill_blocks

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def fill_by_rows(
    fill: Callable[[NDArray[Any], NDArray[Any]], object],
    padded: NDArray[Any],
    out: NDArray[Any],
) -> NDArray[Any]:
    """Call `fill` for each block of rows, with as many rows more as `padded` has."""
    return fill_blocks(fill, padded, out)
