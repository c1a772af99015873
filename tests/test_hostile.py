"""What no recipe may do with input that cannot be meant: guess, hang, or crash."""

from __future__ import annotations

import inspect
import re
import sys
import time
import warnings
from contextlib import contextmanager
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

from arguments import arguments, every_recipe

RECIPES = every_recipe()
# Memory that a call may claim, and seconds of computing that it may take.
MEMORY = 2**30
PATIENCE = 1.0
# What is wrong for every parameter, whatever it stands for.
WRONG = {
    "text": "3",
    "bytes": b"3",
    "complex": 1j,
    "complex scalar": np.complex64(1),
    "object": object(),
    "set": {1, 2},
    "function": abs,
    "array of objects": np.array([None, 1], object),
    "ragged list": [[1, 2], [3]],
    "array of complex": np.ones((4, 4), complex),
    "array of text": np.array(["a", "b"]),
    "date": np.datetime64("2020-01-01"),
}
# What is wrong where a single number is wanted.
NO_NUMBER = {
    "list": [1, 2],
    "empty list": [],
    "list of one": [1],
    "array of one": np.ones(1),
    "matrix": np.ones((2, 2)),
    "NaN": float("nan"),
    "NaN scalar": np.float32("nan"),
    "infinity": float("inf"),
    "minus infinity": -np.inf,
    "masked": np.ma.masked,
}
# What may or may not be allowed: either there is a result, or a good message.
DOUBTFUL = {
    "zero": 0,
    "minus one": -1,
    "half": 0.5,
    "tiny": 1e-300,
    "huge": 1e300,
    "large integer": 2**31,
    "larger integer": 2**63,
    "huge integer": 10**30,
    "enormous integer": 10**400,
    "large negative integer": -(2**63),
    "list": [1, 2],
    "empty list": [],
    "long list": [1, 2, 3, 4, 5, 6, 7],
    "list of zero": [0, 0],
    "list of negatives": [-1, -1],
    "list of halves": [0.5, 0.5],
    "list of large": [2**31, 2**31],
    "list of huge": [10**30, 10**30],
    "list of NaN": [np.nan, np.nan],
    "list of infinity": [np.inf, np.inf],
    "list of text": ["1", "1"],
    "list of None": [None, None],
    "list of lists": [[1], [1]],
    "empty array": np.empty((0, 4)),
    "array without axes": np.array(3.0),
    "array of one": np.ones(1),
    "matrix": np.ones((2, 2)),
    "wide array": np.ones((1, 40)),
    "many axes": np.ones((1, 2, 1, 2, 1, 2, 1)),
    "array of NaN": np.full((16, 16), np.nan),
    "array of infinity": np.full((16, 16), np.inf),
    "array of huge floats": np.full((16, 16), 1.7e308),
    "array of huge integers": np.full((16, 16), 2**64 - 1, np.uint64),
    "array of low integers": np.full((16, 16), -(2**63)),
}
# Not finite on purpose: the level of pixels that are not there.
MAY_BE_NAN = {"cval"}


@contextmanager
def limited_memory():
    """Let large claims fail at once, where the system can do that."""
    if sys.platform != "linux":
        yield
        return
    import resource  # noqa: PLC0415 - only Unix has it

    limits = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    claimed = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (claimed, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)


def cases(name):
    """Yield parameter, what it is, its value, and whether it has to be refused."""
    for key, parameter in inspect.signature(RECIPES[name]).parameters.items():
        given = arguments(name)[key]
        for what, value in WRONG.items():
            # Text is right for a word, though not any word; a title may be any.
            if not (isinstance(given, str) and isinstance(value, str)):
                yield key, what, value, True
        # A recipe may know a use of its own for a color or for axes to draw on.
        if parameter.default is not None:
            yield key, "None", None, True
        if isinstance(given, bool):
            yield key, "two", 2, True
        is_number = isinstance(given, int | float) and not isinstance(given, bool)
        # Some parameters take a number or one for each axis.
        both = "Sequence" in str(parameter.annotation)
        for what, value in (NO_NUMBER if is_number else {}).items():
            listed = "list" in what or "array" in what
            if not (both and listed) and key not in MAY_BE_NAN:
                yield key, what, value, True
        for what, value in DOUBTFUL.items():
            yield key, what, value, False


def fault(name, key, value, refuse):
    """Call a recipe with one argument replaced, and return what is wrong with it."""
    start = time.process_time()
    try:
        with limited_memory():
            RECIPES[name](**arguments(name) | {key: value})
    except (TypeError, ValueError) as error:
        # What could be meant may only not fit another argument, which is named then.
        names = [key] if refuse else inspect.signature(RECIPES[name]).parameters
        if not any(re.search(rf"\b{one}\b", str(error)) for one in names):
            return f"{type(error).__name__} names no argument: {error}"
    except Exception as error:  # noqa: BLE001 - any other is the fault that is sought
        return f"{type(error).__name__}: {error}"
    else:
        if refuse:
            return "accepted"
    finally:
        plt.close("all")
    took = time.process_time() - start
    return f"took {took:.1f} s" if took > PATIENCE else None


@pytest.mark.parametrize("name", RECIPES)
def test_bad_arguments_are_refused_by_name(name):
    faults = []
    for key, what, value, refuse in cases(name):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = fault(name, key, value, refuse)
        if found:
            faults.append(f"{name}({key} = {what}): {found}")
    assert not faults, f"{len(faults)} faults\n" + "\n".join(faults)
