"""Run the scripts of a build in processes that share what has been imported.

The workers of sphinx-gallery import Matplotlib and SciPy for themselves, wait for each
other at the end of each section, and their number is a part of the configuration: a
change of it has all pages read and written again.
"""

from __future__ import annotations

import gc
import importlib
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx_gallery import gen_gallery, gen_rst

from processes import can_fork

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# What most of the scripts use.
SHARED = (
    "matplotlib.backends.backend_agg",
    "matplotlib.pyplot",
    "PIL.WebPImagePlugin",
    "scipy.fft",
    "scipy.ndimage",
    "scipy.sparse.csgraph",
    "scipy.special",
)
# For fewer scripts, a process of their own costs more than it gains.
FEW = 2


class Workers:
    """Run the scripts before sphinx-gallery asks for them."""

    def __init__(self) -> None:
        self.usual = gen_rst.generate_file_rst
        self.results: dict[str, object] = {}

    def start(self, app: Sphinx) -> None:
        """Run all scripts that sphinx-gallery is going to run, if there are many."""
        conf = app.config.sphinx_gallery_conf
        scripts = waiting(Path(app.srcdir), conf)
        # sphinx-gallery clears up before each script, among all that is there now.
        gc.freeze()
        if len(scripts) > FEW and app.parallel > 1 and can_fork():
            self.results = run_all(scripts, conf, app.parallel)
        gen_rst.generate_file_rst = self.result

    def result(
        self, name: str, target: Path, source: Path, conf: dict[str, Any]
    ) -> object:
        """Return what a script gave to its worker, or run it now."""
        found = self.results.get(str(Path(source, name)))
        return found or self.usual(name, target, source, conf)

    def stop(self, _app: Sphinx) -> None:
        """Let sphinx-gallery be as it was."""
        gen_rst.generate_file_rst = self.usual
        self.results = {}
        gc.unfreeze()


def waiting(docs: Path, conf: dict[str, Any]) -> list[tuple[Path, Path]]:
    """List the scripts without a mark of freshness, and where their pages go."""
    source = Path(docs, conf["examples_dirs"])
    made = Path(docs, conf["gallery_dirs"])
    return [
        (script, made / script.parent.name)
        for script in sorted(source.glob("*/*.py"))
        if not (made / script.parent.name / f"{script.name}.md5").exists()
    ]


def run_all(
    scripts: list[tuple[Path, Path]], conf: dict[str, Any], number: int
) -> dict[str, object]:
    """Run scripts in forked processes, and return what they give, by script."""
    for module in SHARED:
        importlib.import_module(module)
    for _, target in scripts:
        (target / "images" / "thumb").mkdir(parents=True, exist_ok=True)
    # What all share stays shared for as long as nobody touches it.
    gc.freeze()
    context = multiprocessing.get_context("fork")
    RUNNING["conf"] = conf
    jobs = {}
    workers = ProcessPoolExecutor(min(number, len(scripts)), context)
    with suppress(BrokenProcessPool), workers as pool:
        for script, folder in scripts:
            jobs[str(script)] = pool.submit(run, (script, folder))
    # A script that kills its process leaves others without a result. All these run
    # again, and the one at fault is then the last that the build names.
    found = {
        name: job.result() for name, job in jobs.items() if job.exception() is None
    }
    for script, folder in scripts:
        if not found.get(str(script)):
            # sphinx-gallery leaves the mark before it writes the page.
            (folder / f"{script.name}.md5").unlink(missing_ok=True)
    return found


# The configuration holds functions, which reach a forked process, but not a message.
RUNNING: dict[str, Any] = {}


def run(job: tuple[Path, Path]) -> object:
    """Run a script; nothing is returned if that is not possible, so that it runs again.

    The same error is then raised where it can be seen.
    """
    script, target = job
    try:
        return gen_rst.generate_file_rst(
            script.name, target, script.parent, RUNNING["conf"]
        )
    except Exception:  # noqa: BLE001
        return None


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension: around the gallery, and within the progress shown."""
    # It imports Matplotlib for builds that run no script; conf.py names the backend.
    gen_gallery._import_matplotlib = lambda: None  # noqa: SLF001
    workers = Workers()
    app.connect("builder-inited", workers.start, priority=495)
    app.connect("builder-inited", workers.stop, priority=504)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
