"""Put the site together from the builds of main and of the releases.

Main's goes to /dev/. Of each minor version the newest release that has a site goes to
a folder, v1.2.3 to /1.2/. The root leads to the newest of them, or to /dev/; the file
that the menu of versions reads stands beside.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tarfile
from pathlib import Path

TAG = re.compile(r"v(\d+)\.(\d+)\.(\d+)")
ROOT_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>imgrecipes</title>
<meta http-equiv="refresh" content="0; url={folder}/">
<link rel="canonical" href="{address}/{folder}/">
</head>
<body><p><a href="{folder}/">imgrecipes</a></p></body>
</html>
"""


def newest(releases: Path) -> dict[tuple[int, int], Path]:
    """Return the archive of the newest release of each minor version, newest first."""
    archives = {}
    for archive in releases.glob("*/site.tar.gz"):
        tag = TAG.fullmatch(archive.parent.name)
        if tag:
            major, minor, patch = map(int, tag.groups())
            archives[major, minor, patch] = archive
    minors = {key[:2]: archives[key] for key in sorted(archives)}
    return dict(sorted(minors.items(), reverse=True))


def assemble(address: str, dev: Path, releases: Path, out: Path) -> None:
    """Write the whole site into a folder that is not there yet."""
    address = address.rstrip("/")
    shutil.copytree(dev, out / "dev")
    versions = [{"name": "dev", "version": "dev", "url": f"{address}/dev/"}]
    for number, (minor, archive) in enumerate(newest(releases).items()):
        name = ".".join(map(str, minor))
        with tarfile.open(archive) as tar:
            tar.extractall(out / name, filter="data")
        entry = {"name": name, "version": name, "url": f"{address}/{name}/"}
        if number == 0:
            entry |= {"name": f"{name} (stable)", "preferred": True}
        versions.append(entry)
    folder = versions[min(1, len(versions) - 1)]["version"]
    (out / "switcher.json").write_text(json.dumps(versions, indent=1), "utf-8")
    page = ROOT_PAGE.format(address=address, folder=folder)
    (out / "index.html").write_text(page, "utf-8")


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", required=True, help="where the site will stand")
    parser.add_argument(
        "--dev", type=Path, required=True, help="folder of main's build"
    )
    parser.add_argument(
        "--releases", type=Path, required=True, help="folder of TAG/site.tar.gz"
    )
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    assemble(options.address, options.dev, options.releases, options.out)


if __name__ == "__main__":
    main()
