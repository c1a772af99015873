"""Spread work over forked processes, which share all that has been imported."""

from __future__ import annotations

import gc
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")
Result = TypeVar("Result")
# For fewer items, a process of their own costs more than it gains.
FEW = 8


def can_fork() -> bool:
    """Whether this system has such processes; Windows has none."""
    return "fork" in multiprocessing.get_all_start_methods()


def spread(
    function: Callable[[Item], Result], items: Sequence[Item], number: int
) -> list[Result]:
    """Call a function for each item, in so many processes if there are many items."""
    if number < 2 or len(items) < FEW or not can_fork():
        return [function(item) for item in items]
    # What all share stays shared for as long as nobody touches it.
    gc.freeze()
    try:
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(number, context) as pool:
            return list(pool.map(function, items))
    finally:
        gc.unfreeze()
