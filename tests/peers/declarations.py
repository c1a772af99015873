"""Read what is declared of the recipes' equals in other libraries: ``*.toml`` here.

A file is named after a concept and holds its jobs: what a recipe does, with what
parameters, and the call of each peer that does the same. `Job` and `Peer` say what may
stand there. From it come the test of agreement, the benchmark and the page "Peers".
"""

from __future__ import annotations

import itertools
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
LIBRARIES = ("scipy.ndimage", "scikit-image", "OpenCV", "SimpleITK")


@dataclass(frozen=True)
class Peer:
    """A call that does the same as the recipe."""

    library: str
    call: str  # an expression; all of it is timed
    inputs: list[str]  # those of the job that it can do; all, if none are named
    when: str = "True"  # the parameters that it can do
    given: dict[str, str] = field(default_factory=dict)  # made beforehand, not timed
    compare: str = "result"  # what of its result the test compares
    margin: str = "0"  # pixels next to the border that differ
    tolerance: float = 0.0  # absolute
    note: str = ""  # in what it differs


@dataclass(frozen=True)
class Job:
    """What a recipe and its peers all do, on some inputs, with some parameters."""

    concept: str
    recipe: str  # an expression; its first name is the recipe
    inputs: list[str]
    peers: list[Peer]
    each: dict[str, list[Any]] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)  # made beforehand, not timed
    compare: str = "result"
    local: bool = False  # needs no more than a few times the memory of the image

    @property
    def name(self) -> str:
        """The recipe's name."""
        return re.match(r"\w+", self.recipe)[0]

    def parameters(self) -> list[dict[str, Any]]:
        """Return each combination of the parameters."""
        rows = itertools.product(*self.each.values())
        return [dict(zip(self.each, row, strict=True)) for row in rows]

    def peers_on(self, image: str, parameters: dict[str, Any]) -> list[Peer]:
        """Return the peers that can do the job on an input, with some parameters."""
        return [
            peer
            for peer in self.peers
            if image in peer.inputs
            and eval(peer.when, {"__builtins__": {}}, parameters)  # noqa: S307 - ours
        ]


def read_jobs(*concepts: str) -> list[Job]:
    """Return the jobs of some concepts, or of all."""
    files = [FOLDER / f"{concept}.toml" for concept in concepts]
    jobs = []
    for path in files or sorted(FOLDER.glob("*.toml")):
        for table in tomllib.loads(path.read_text("utf-8"))["job"]:
            peers = [Peer(**{"inputs": table["inputs"]} | p) for p in table.pop("peer")]
            jobs.append(Job(path.stem, peers=peers, **table))
    return jobs
