"""Work through an image at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def fill_by_rows(
    fill: Callable[[NDArray[Any], NDArray[Any]], object],
    padded: NDArray[Any],
    out: NDArray[Any],
) -> NDArray[Any]:
    """Call `fill(padded, out)`, which writes into `out`, and return `out`."""
    fill(padded, out)
    return out
