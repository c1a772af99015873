"""Refresh the inventories that links to other projects are looked up in.

With the network, each is the project's own ``objects.inv``. Without, and with
``--offline``, an inventory is made of the public names of the installed package, whose
pages have regular addresses; Python's own then stays as it is.
"""

from __future__ import annotations

import importlib
import inspect
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import sphobjinv

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
# The addresses are those of the site, said once, in its conf.py.
sys.path.insert(0, str(HERE.parent))
from conf import intersphinx_mapping  # noqa: E402

NAMESPACES = {
    "numpy": {
        "numpy": "reference/generated/$.html#$",
        "numpy.fft": "reference/generated/$.html#$",
        "numpy.linalg": "reference/generated/$.html#$",
        "numpy.testing": "reference/generated/$.html#$",
        "numpy.ndarray": "reference/generated/$.html#$",
        "numpy.random.Generator": "reference/random/generated/$.html#$",
        "numpy.random.RandomState": "reference/random/generated/$.html#$",
    },
    "scipy": {
        f"scipy.{name}": "reference/generated/$.html#$"
        for name in (
            "fft",
            "interpolate",
            "linalg",
            "ndimage",
            "optimize",
            "signal",
            "sparse",
            "spatial",
            "special",
            "stats",
            "datasets",
        )
    },
    "matplotlib": {
        "matplotlib.pyplot": "api/_as_gen/$.html#$",
        "matplotlib.axes.Axes": "api/_as_gen/$.html#$",
        "matplotlib.figure.Figure": "api/figure_api.html#$",
        "matplotlib.cbook": "api/cbook_api.html#$",
    },
    "sklearn": {
        f"sklearn.{name}": "modules/generated/$.html#$"
        for name in (
            "cluster",
            "datasets",
            "ensemble",
            "feature_extraction",
            "feature_extraction.image",
            "linear_model",
            "metrics",
            "mixture",
            "model_selection",
            "neighbors",
            "pipeline",
            "preprocessing",
            "svm",
        )
    },
    "skimage": {
        f"skimage.{name}": f"api/skimage.{name}.html#$"
        for name in (
            "color",
            "data",
            "draw",
            "exposure",
            "feature",
            "filters",
            "filters.rank",
            "future",
            "graph",
            "io",
            "measure",
            "metrics",
            "morphology",
            "registration",
            "restoration",
            "segmentation",
            "transform",
            "util",
        )
    },
}
MODULES = {
    "numpy": "reference/routines.{name}.html#module-$",
    "scipy": "reference/{name}.html#module-$",
    "matplotlib": "api/{name}_api.html#module-$",
    "sklearn": "api/$.html#module-$",
    "skimage": "api/$.html#module-$",
}
# Names whose addresses are not regular.
OTHERS = {
    "numpy": {
        "numpy.random.Generator": "reference/random/generator.html#$",
        "numpy.random.default_rng": "reference/random/generator.html#$",
        "numpy.random.RandomState": "reference/random/legacy.html#$",
        "numpy.ogrid": "reference/generated/$.html#$",
        "numpy.mgrid": "reference/generated/$.html#$",
        **{
            f"numpy.{kind}": "reference/arrays.scalars.html#$"
            for kind in (
                "bool_",
                "uint8",
                "uint16",
                "int16",
                "int32",
                "float32",
                "float64",
            )
        },
    },
    "matplotlib": {
        "matplotlib.axes.Axes": "api/_as_gen/$.html#$",
        "matplotlib.figure.Figure": "api/figure_api.html#$",
    },
}


def public(namespace: str) -> Iterator[tuple[str, str]]:
    """Yield name and role of the public functions, methods and classes."""
    module, _, owner = namespace.rpartition(".")
    try:
        space = importlib.import_module(namespace)
    except ModuleNotFoundError:
        space = getattr(importlib.import_module(module), owner)
    for name in getattr(space, "__all__", dir(space)):
        try:
            item = getattr(space, name)
        except ImportError:  # scikit-learn hides what is experimental
            continue
        if name.startswith("_") or name == "test" or not callable(item):
            continue
        if inspect.isclass(space):
            yield f"{namespace}.{name}", "method"
        else:
            yield (
                f"{namespace}.{name}",
                "class" if inspect.isclass(item) else "function",
            )


def introspect(project: str) -> sphobjinv.Inventory:
    """Make an inventory of the public names of an installed package."""
    package = importlib.import_module(project)
    inventory = sphobjinv.Inventory()
    inventory.project, inventory.version = project, package.__version__
    found = {
        name: (role, address)
        for namespace, address in NAMESPACES[project].items()
        for name, role in public(namespace)
    }
    for name in filter(sys.modules.get, NAMESPACES[project]):
        address = MODULES[project].format(name=name.rpartition(".")[2])
        found[name] = ("module", address)
    for name, address in OTHERS.get(project, {}).items():
        item = importlib.import_module(project)
        for part in name.split(".")[1:]:
            item = getattr(item, part, None) or importlib.import_module(name)
        found[name] = ("class" if inspect.isclass(item) else "function", address)
    for name, (role, address) in sorted(found.items()):
        inventory.objects.append(
            sphobjinv.DataObjStr(
                name=name,
                domain="py",
                role=role,
                priority="1",
                uri=address.replace("$", name),
                dispname="-",
            )
        )
    return inventory


def download(address: str) -> bytes | None:
    """Return what is at an address, or None without the network."""
    try:
        # The address is one of conf.py, and HTTPS.
        with urllib.request.urlopen(address, timeout=20) as reply:  # noqa: S310
            return reply.read()
    except OSError:
        return None


def main() -> None:
    """Write each inventory beside this file."""
    for project, (site, file) in intersphinx_mapping.items():
        target = HERE / Path(file).name
        found = None if "--offline" in sys.argv else download(f"{site}objects.inv")
        if found is None and project in NAMESPACES:
            found = sphobjinv.compress(introspect(project).data_file())
        if found is not None:
            target.write_bytes(found)
        print(f"{target.name}: {len(sphobjinv.Inventory(target).objects)} names")


if __name__ == "__main__":
    main()
