"""Run what is declared: the libraries, one thread each, the inputs, and the calls."""

from __future__ import annotations

import importlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import SimpleITK as sitk  # noqa: N813 - the name that its own examples use
import skimage
from scipy import fft, ndimage, signal

import imgrecipes
from imgrecipes.samples import face

if TYPE_CHECKING:
    from types import CodeType

    from numpy.typing import NDArray

    from declarations import Job, Peer

cv2.setNumThreads(1)
sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)

LIBRARIES = {
    "np": np,
    "ndimage": ndimage,
    "fft": fft,
    "signal": signal,
    "skimage": skimage,
    "cv2": cv2,
    "sitk": sitk,
}


@lru_cache(2)
def image_named(name: str, *, small: bool) -> NDArray[Any]:
    """Return an input, such as ``face uint8``; a `small` one is a piece, for a test."""
    subject, kind = name.split()
    grey = piece(face(gray=True), subject, small=small)
    if kind in {"mask", "labels"}:
        image = ndimage.uniform_filter(grey, 5) > grey.mean()
        image = image if kind == "mask" else ndimage.label(image)[0]
    elif kind == "color":
        image = piece(face(), subject, small=small)
    else:
        image = grey.astype(kind)
    image = np.ascontiguousarray(image)
    image.flags.writeable = False
    return image


def piece(picture: NDArray[Any], subject: str, *, small: bool) -> NDArray[Any]:
    """Return a picture, or a tile or a volume with pieces of it."""
    if subject == "face":
        return picture[100:250, 400:590] if small else picture
    if subject == "tile":
        beyond = [(0, 4096 - n) for n in picture.shape[:2]] + [(0, 0)]
        beyond = beyond[: picture.ndim]
        return (
            picture[300:441, 500:639] if small else np.pad(picture, beyond, "symmetric")
        )
    side = 24 if small else 256
    square = picture[300 : 300 + side, 450 : 450 + side] // 2
    return square[:, :, np.newaxis] + square.T[np.newaxis]


@lru_cache(1)
def all_recipes() -> dict[str, Any]:
    """Return the recipes of all concepts by their names."""
    modules = Path(imgrecipes.__file__).parent.glob("[!_]*.py")
    found = {}
    for path in modules:
        module = importlib.import_module(f"imgrecipes.{path.stem}")
        found |= {
            name: value
            for name, value in vars(module).items()
            if getattr(value, "__module__", None) == module.__name__
        }
    return found


@lru_cache(2)
def names_on(image_name: str, *, small: bool) -> dict[str, Any]:
    """Return what a call may name: libraries, recipes, `image` and `sitk_image`."""
    image = image_named(image_name, small=small)
    pixels = image.view(np.uint8) if image.dtype == bool else image
    vector = image_name.endswith("color")
    sitk_image = sitk.GetImageFromArray(pixels, isVector=vector)
    return LIBRARIES | all_recipes() | {"image": image, "sitk_image": sitk_image}


def names_for(
    job: Job,
    peer: Peer | None,
    image_name: str,
    parameters: dict[str, Any],
    *,
    small: bool = False,
) -> dict[str, Any]:
    """Return what the call of a peer, or of the recipe, may name; `given` is made."""
    names = names_on(image_name, small=small) | parameters
    for name, code in (job.given | (peer.given if peer else {})).items():
        names[name] = evaluate(code, names)
    return names


def evaluate(code: str | CodeType, names: dict[str, Any]) -> Any:
    """Evaluate an expression of a declaration."""
    return eval(code, names)  # noqa: S307 - it is our own


def as_array(result: Any, compare: str, names: dict[str, Any]) -> NDArray[Any]:
    """Return what of a result is compared, that of SimpleITK as an array as well."""
    if isinstance(result, sitk.Image):
        result = sitk.GetArrayFromImage(result)
    return np.asarray(evaluate(compare, names | {"result": result}))


def without_margin(array: NDArray[Any], margin: int, axes: int) -> NDArray[Any]:
    """Cut off the pixels next to the border."""
    inner = slice(margin, -margin) if margin else slice(None)
    return array[(inner,) * min(axes, array.ndim)]
