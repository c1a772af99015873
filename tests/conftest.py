"""Hypothesis judges results, not the speed of a busy machine; CI repeats itself."""

import os

from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")
