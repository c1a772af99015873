"""Time the recipes against their declared equals, side by side, and keep the result.

Every contestant runs in this process, on one thread, warm. The rounds interleave: each
calls all contestants once, so that what slows the machine slows them all; a ratio is
the median over the rounds.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib.metadata
import json
import math
import platform
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from threadpoolctl import threadpool_limits

from contestants import evaluate, image_named, names_for
from declarations import LIBRARIES as PEERS
from declarations import read_jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from declarations import Job

RESULT = Path(__file__).with_name("benchmark.json")
PACKAGES = ("numpy", "scipy", "scikit-image", "opencv-python-headless", "SimpleITK")
OURS = "imgrecipes"
# Where Linux forgets a peak of memory; the other systems do not tell.
RESET = Path("/proc/self/clear_refs")
# So that a job's rounds take about this many seconds, within these numbers of rounds.
SECONDS, FEWEST, MOST = 1.5, 5, 40
# A recipe that looks at the neighbours of each pixel needs no more than this.
MUCH = 4
# A call that is longer is not repeated.
LONG = 4.0


def timed(call: Callable[[], object], number: int = 1) -> float:
    """Return the seconds that one call takes, on average over `number` calls."""
    start = time.perf_counter()
    for _ in range(number):
        call()
    return (time.perf_counter() - start) / number


def calls_of(
    job: Job, image: str, parameters: dict[str, Any]
) -> dict[str, Callable[[], object]]:
    """Return the contestants of a job by the names of their libraries."""
    calls = {}
    for peer in (None, *job.peers_on(image, parameters)):
        names = names_for(job, peer, image, parameters)
        code = compile(peer.call if peer else job.recipe, job.name, "eval")
        calls[peer.library if peer else OURS] = lambda c=code, n=names: evaluate(c, n)
    return calls


def race(calls: dict[str, Callable[[], object]], seconds: float) -> dict[str, Any]:
    """Time all calls, round by round; return milliseconds, and ratios with spread."""
    for call in calls.values():
        call()
    first = {name: timed(call) for name, call in calls.items()}
    numbers = {
        name: math.ceil(1e-3 / t) if t < 1e-3 else 1 for name, t in first.items()
    }
    alike = {name: call for name, call in calls.items() if first[name] < LONG}
    rounds = int(seconds / max(1e-6, sum(first[name] for name in alike)))
    rounds = min(MOST, max(FEWEST, rounds))
    times = {name: [first[name]] for name in calls}
    for name in alike:
        times[name] = []
    for _ in range(rounds):
        for name, call in alike.items():
            times[name].append(timed(call, numbers[name]))
    ours = times[OURS]
    ratios = {
        name: [theirs / own for theirs, own in zip(spent, ours, strict=False)]
        for name, spent in times.items()
        if name != OURS
    }
    return {
        "ms": {name: digits(1e3 * statistics.median(t)) for name, t in times.items()},
        "ratio": {name: spread(values) for name, values in ratios.items()},
    }


def spread(values: list[float]) -> list[float]:
    """Return the median and the quartiles."""
    if len(values) == 1:
        values = values * 2
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return [digits(middle), digits(low), digits(high)]


def digits(value: float) -> float:
    """Round to three significant digits."""
    return float(f"{value:.3g}")


def cases(jobs: list[Job], *, quick: bool) -> Iterator[tuple[Job, str, dict[str, Any]]]:
    """Yield each job with each input and its parameters, input by input."""
    inputs = sorted({image for job in jobs for image in job.inputs})
    for image in inputs:
        if quick and not image.startswith("face"):
            continue
        for job in jobs:
            for parameters in job.parameters() if image in job.inputs else ():
                yield job, image, parameters


def peak_memory(call: Callable[[], object]) -> float:
    """Return the bytes that a call takes at its peak, without those of its result."""
    # What was freed before would serve the call, and not be counted.
    ctypes.CDLL(None).malloc_trim(0)
    RESET.write_text("5", "ascii")
    before = resident("VmRSS")
    result = call()
    peak = resident("VmHWM") - before
    parts = result if isinstance(result, tuple) else (result,)
    return max(0, peak - sum(getattr(part, "nbytes", 0) for part in parts))


def resident(key: str) -> int:
    """Return a number of bytes that Linux knows of this process."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith(key):
            return 1024 * int(line.split()[1])
    raise LookupError(key)


def measure(concepts: list[str], *, quick: bool) -> list[dict[str, Any]]:
    """Run all jobs of some concepts, or of all, and print a line for each."""
    jobs = read_jobs(*concepts)
    rows = []
    for job, image, parameters in cases(jobs, quick=quick):
        row = {"concept": job.concept, "recipe": job.recipe, "input": image}
        peers = job.peers_on(image, parameters)
        row |= {"parameters": parameters, "local": job.local}
        row["calls"] = {peer.library: peer.call for peer in peers}
        calls = calls_of(job, image, parameters)
        row |= race(calls, SECONDS * (0.3 if quick else 1))
        if RESET.exists():
            size = image_named(image, small=False).nbytes
            needs = {name: peak_memory(call) / size for name, call in calls.items()}
            row["memory"] = {name: round(need, 1) for name, need in needs.items()}
        rows.append(row)
        ratios = "  ".join(f"{k} {v[0]:g}x" for k, v in row["ratio"].items())
        values = ", ".join(f"{k}={v}" for k, v in parameters.items())
        print(  # noqa: T201 - its table
            f"{job.recipe} | {image} {values} | {row['ms'][OURS]:g} ms, "
            f"memory {row.get('memory', {}).get(OURS, '?')}x | {ratios}",
            flush=True,
        )
    return rows


def summary(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield lines: the geometric means by recipe, then over all."""

    def recipe(row: dict[str, Any]) -> str:
        return f"{row['concept']}.{row['recipe'].partition('(')[0]}"

    for name in [*dict.fromkeys(map(recipe, rows)), "All"]:
        means = []
        for library in PEERS:
            ratios = [
                row["ratio"][library][0]
                for row in rows
                if library in row["ratio"] and name in {recipe(row), "All"}
            ]
            if ratios:
                mean = digits(statistics.geometric_mean(ratios))
                means.append(f"{library} {mean:g}x ({min(ratios):g}-{max(ratios):g})")
        yield f"{name}: {', '.join(means)}"


def shortfalls(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what is slower than SciPy or scikit-image, or needs much memory."""
    for row in rows:
        case = f"{row['recipe']} | {row['input']} {row['parameters']}"
        for library in PEERS[:2]:
            middle, _, high = row["ratio"].get(library, (1, 1, 1))
            if high < 1:
                yield f"Slower than {library}: {case}: {middle:g}x"
        need = row.get("memory", {}).get(OURS, 0)
        if row["local"] and need > MUCH:
            yield f"More than {MUCH} times the image in memory: {case}: {need:g}x"


def main() -> None:
    """Measure, print, and keep the result in ``benchmark.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--concept", action="append", default=[], help="only this one")
    parser.add_argument("--quick", action="store_true", help="only faces; keep nothing")
    options = parser.parse_args()
    with threadpool_limits(1):
        rows = measure(options.concept, quick=options.quick)
    print(*summary(rows), *shortfalls(rows), sep="\n")  # noqa: T201
    if options.quick:
        return
    if options.concept and RESULT.exists():
        others = json.loads(RESULT.read_text("utf-8"))["rows"]
        rows += [row for row in others if row["concept"] not in options.concept]
    head = {
        "machine": f"{platform.machine()}, {processor()}",
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in PACKAGES},
    }
    rows.sort(key=lambda row: row["concept"])
    lines = ",\n".join(json.dumps(row) for row in rows)
    text = json.dumps(head)[:-1] + f', "rows": [\n{lines}\n]}}\n'
    RESULT.write_text(text, "utf-8")


def processor() -> str:
    """Return the name of the processor, as far as the system tells it."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    models = [
        line.partition(": ")[2] for line in lines if line.startswith("model name")
    ]
    return models[0] if models else platform.processor()


if __name__ == "__main__":
    main()
