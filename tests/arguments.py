"""An argument for each parameter of each recipe, found by the parameter's name.

The tests that hold a rule for all recipes call each of them with these. A recipe whose
parameters bear the names that others have needs no entry here.
"""

from __future__ import annotations

import inspect
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from concepts import concepts, recipes

if TYPE_CHECKING:
    from collections.abc import Callable

# Their arguments are files and figures, or they take none.
ON_DISK = ("files",)


def smooth(*shape: int) -> Any:
    """An image with some texture, from 0 to 200."""
    noise = np.random.default_rng(0).random(shape)
    image = ndimage.gaussian_filter(noise, 1.5, mode="wrap")
    return 200 * (image - image.min()) / np.ptp(image)


IMAGE = smooth(16, 16)
DISK = np.hypot(*np.ogrid[-7.5:8, -7.5:8]) < 5
LABELS = np.where(DISK, 1 + (np.arange(16) > 7), 0)
SHARED: dict[str, Any] = {
    "image": IMAGE,
    "reference": IMAGE[::-1],
    "moved": np.roll(IMAGE, (1, 2), (0, 1)),
    "coefficients": IMAGE,
    "mask": DISK,
    "moved_mask": np.ones((16, 16), bool),
    "labels": LABELS,
    "truth": LABELS,
    "gradient": np.stack(np.gradient(IMAGE)),
    "volume": smooth(8, 9, 10),
    "vertices": np.array([[0.0, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1]]),
    "faces": np.array([[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]]),
    "footprint": np.ones((3, 3), bool),
    "matrix": np.array([[1.0, 0.125], [-0.125, 1.0]]),
    "start": (np.eye(2), (0.0, 0.0)),
    "amount": 2.0,
    "angle": 30.0,
    "angles": 12,
    "antialias": True,
    "axes": (0, 1),
    "axis": 0,
    "bins": 8,
    "block": (2, 4),
    "bright": 2.0,
    "center": (7.0, 8.0),
    "columns": 2,
    "connectivity": 1,
    "count": 2,
    "crop": False,
    "cval": 3.0,
    "dark": False,
    "data_range": 200.0,
    "depth": 1.0,
    "distance": (2, 3),
    "fraction": 0.25,
    "gray": True,
    "high": 120.0,
    "iterations": 20,
    "k": 0.0625,
    "label": 1,
    "level": 0.5,
    "levels": 2,
    "low": 100.0,
    "margin": 1,
    "material": "brick",
    "max_period": 6.0,
    "max_radius": 6.0,
    "min_distance": 2,
    "min_radius": 1.0,
    "min_share": 0.25,
    "min_size": 30,
    "mode": "nearest",
    "model": "rigid",
    "ndim": 2,
    "new_spacing": (2.0, 1.0, 1.5),
    "noise": 0.25,
    "offset": (1.5, -2.0),
    "order": 1,
    "patch": (3, 5),
    "percentile": 25.0,
    "radii": (1, 2),
    "radius": 3.0,
    "reshape": True,
    "scale": 2.0,
    "seed": 3,
    "shape": (12, 14),
    "sigma": 1.5,
    "sigmas": (1.0, 2.0, 4.0),
    "size": (3, 5),
    "spacing": (1.0, 2.0),
    "strength": 20.0,
    "subpixel": True,
    "threshold": 0.25,
    "title": "Title",
    "tolerance": 0.5,
    "trees": 4,
    "truncate": 3.0,
    "unbiased": False,
    "upsample": 4,
    "vmax": 150.0,
    "vmin": 50.0,
    "wavelet": "haar",
    "weight": 8.0,
    "weights": (0.25, 0.5, 0.25),
    "width": 2.0,
    "window": "hann",
}
# Where a name means something else, or the shape has to be another one.
OWN: dict[str, dict[str, Any]] = {
    "pixels.to_gray": {"image": smooth(16, 15, 3)},
    "pixels.stretch_contrast": {"dark": 1.0},
    "pixels.circular_mask": {"radius": (3.0, 4.0)},
    "geometry.shift": {"cval": 3.0},
    "registration.log_polar": {"radii": 10},
    "registration.similarity_map": {"shape": (12, 14)},
    "morphology.structuring_element": {"shape": "disk"},
    "morphology.granulometry": {"radii": (1.0, 2.0)},
    "display.surface_mesh": {"level": 64.0},
    "display.show_planes": {"center": (3, 4, 5), "spacing": (1.0, 2.0, 1.5)},
    "display.show_surface": {
        "ax": None,
        "color": "#56B4E9",
        "spacing": (1.0, 2.0, 1.5),
    },
    "display.show_image": {"ax": None},
    "display.compare_images": {"images": {"one": IMAGE, "other": IMAGE[::-1]}},
    "measurement.region_table": {"image": IMAGE},
    "classification.classify_by_mean": {
        "images": smooth(5, 16),
        "examples": smooth(8, 16),
        "classes": np.array([0, 1, 2, 3] * 2),
    },
    "classification.classify_pixels": {
        "features": smooth(16, 16, 3),
        "scribbles": np.where(np.eye(16, dtype=bool), LABELS + 1, 0),
    },
    "classification.intersection_over_union": {"truth": DISK[::-1]},
    "volumes.blur_physical": {"sigma": 1.5, "spacing": (1.0, 2.0, 1.5)},
    "volumes.ball_footprint": {"spacing": (1.0, 2.0, 1.5)},
    "volumes.resample": {"spacing": (1.0, 2.0, 1.5)},
    "volumes.surface_area": {"spacing": (1.0, 2.0, 1.5)},
    "samples.blobs": {"size": 32},
    "samples.noisy_blobs": {"size": 32},
    "samples.phantom": {"size": 16},
}


@cache
def every_recipe() -> dict[str, Callable[..., Any]]:
    """All recipes but those that read and write files, by their full names."""
    return {
        f"{concept}.{name}": recipe
        for concept in concepts()
        if concept not in ON_DISK
        for name, recipe in recipes(concept).items()
    }


def arguments(name: str) -> dict[str, Any]:
    """An argument for each parameter of a recipe."""
    own = OWN.get(name, {})
    parameters = inspect.signature(every_recipe()[name]).parameters
    missing = [key for key in parameters if key not in own and key not in SHARED]
    assert not missing, f"tests/arguments.py has no argument {missing} for {name}"
    return {key: own.get(key, SHARED.get(key)) for key in parameters}
