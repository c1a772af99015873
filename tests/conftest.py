"""Hypothesis judges results, not the speed of a busy machine; CI repeats itself.

With KERNELS=plain in the environment, the recipes run with their plain kernels, so that
the tests of the concepts hold for what is copied as well.
"""

import importlib
import os
import sys

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")
FAST, PLAIN = "imgrecipes._kernels.fast.", "imgrecipes._kernels.plain."


def pytest_collection_finish(session: pytest.Session) -> None:
    """Exchange the kernels in all modules of recipes, once these are imported."""
    del session
    if os.environ.get("KERNELS") != "plain":
        return
    exchanged = 0
    for name, module in list(sys.modules.items()):
        if name.startswith("imgrecipes.") and "._kernels." not in name:
            for key, value in list(vars(module).items()):
                owner = getattr(value, "__module__", None) or ""
                if callable(value) and owner.startswith(FAST):
                    twin = importlib.import_module(owner.replace(FAST, PLAIN))
                    setattr(module, key, getattr(twin, value.__name__))
                    exchanged += 1
    if not exchanged:
        raise pytest.UsageError("no kernel was exchanged for a plain one")
