"""Compare two builds of the site byte by byte, and name the files that differ."""

from __future__ import annotations

import sys
from pathlib import Path


def differences(one: Path, other: Path) -> list[str]:
    """List the files that are in one folder only, or differ."""
    files = {
        path.relative_to(site).as_posix()
        for site in (one, other)
        for path in site.rglob("*")
        if path.is_file()
    }
    return sorted(name for name in files if content(one, name) != content(other, name))


def content(folder: Path, name: str) -> bytes | None:
    """Return what a file holds, or None if there is none."""
    path = folder / name
    return path.read_bytes() if path.is_file() else None


def main() -> None:
    """Compare the folders that the arguments name."""
    one, other = map(Path, sys.argv[1:])
    if not (one / "index.html").is_file():
        sys.exit(f"{one} holds no site")
    found = differences(one, other)
    if found:
        sys.exit("\n".join([f"{len(found)} files differ:", *found]))
    print("All files are the same.")


if __name__ == "__main__":
    main()
