"""Check the package in dist/: version, files, and that it works where it is installed.

The first argument is a list of what the package needs, in locked versions with their
hashes; the second, if any, is the tag of the release.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
# What a user does first, away from the checkout; the sample proves that the data came.
TRIAL = """
import importlib, pkgutil
import imgrecipes
from imgrecipes.samples import face
for module in pkgutil.iter_modules(imgrecipes.__path__):
    importlib.import_module(f"imgrecipes.{module.name}")
assert face().shape == (768, 1024, 3)
print(imgrecipes.__version__, imgrecipes.__file__)
"""


def check_names(wheel: Path, tag: str | None) -> str:
    """Return the version, which wheel, source archive and tag agree on."""
    version = wheel.name.split("-")[1]
    archives = [path.name for path in wheel.parent.glob("*.tar.gz")]
    if archives != [f"imgrecipes-{version}.tar.gz"]:
        sys.exit(f"Beside {wheel.name} stand {archives}")
    if tag is not None and tag != f"v{version}":
        sys.exit(f"The tag is {tag}, but the package's version is {version}")
    return version


def check_files(wheel: Path) -> int:
    """Count the files of the package, all of which must be in the wheel."""
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(SOURCE).as_posix()
        for path in (SOURCE / "imgrecipes").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    missing = sorted({*wanted, "imgrecipes/py.typed"} - names)
    if missing:
        sys.exit(f"{wheel.name} lacks {missing}")
    return len(wanted)


def check_installed(wheel: Path, needed: str, version: str) -> None:
    """Install the wheel in a new environment, and use it outside the checkout."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder, "Scripts" if os.name == "nt" else "bin", "python")
        install = [python, "-m", "pip", "install", "--quiet", "--only-binary=:all:"]
        subprocess.run([*install, "--require-hashes", "-r", needed], check=True)
        subprocess.run([*install, "--no-deps", wheel], check=True)
        # The versions are those that the wheel asks for.
        subprocess.run([python, "-m", "pip", "check"], check=True)
        said = subprocess.run(
            [python, "-I", "-c", TRIAL],
            cwd=folder,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
    if not said.startswith(f"{version} "):
        sys.exit(f"Installed as {said}, not as {version}")


def main() -> None:
    """Run all checks."""
    needed, tag = (*sys.argv[1:], None)[:2]
    (wheel,) = (ROOT / "dist").glob("*.whl")
    version = check_names(wheel, tag)
    count = check_files(wheel)
    check_installed(wheel, needed, version)
    print(f"{wheel.name}: {count} files, all there, and it works where it is installed")


if __name__ == "__main__":
    main()
