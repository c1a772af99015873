"""Work through an image block by block of rows, so that a block stays in the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def fill_blocks(
    fill: Callable[[NDArray[Any], NDArray[Any]], object],
    padded: NDArray[Any],
    out: NDArray[Any],
    block_bytes: int = 2**18,
) -> NDArray[Any]:
    """Call `fill(rows, out_rows)` for each block of rows of `out`, and return `out`.

    `padded` is the image with as many rows more than `out` as a window needs: a block
    gets its own rows and those. `fill` writes into `out_rows`.
    """
    more = len(padded) - len(out)
    rows = max(1, block_bytes // max(1, padded[0].nbytes))
    for start in range(0, len(out), rows):
        stop = min(start + rows, len(out))
        fill(padded[start : stop + more], out[start:stop])
    return out
