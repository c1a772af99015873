"""Let Lighthouse judge four pages of the built site as a phone meets them."""

import json
import os
import subprocess
import sys
from pathlib import Path

from static_host import SITE, static_host

PAGES = {
    "front page": "index.html",
    "gallery": "gallery/index.html",
    "example page": "gallery/pixels/paint_and_mask.html",
    "API page": "api/pixels/circular_mask.html",
}
GOALS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}

FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic"


def main(modules: str) -> int:
    """Write a report for each page and print the scores; fail below the goals."""
    folder = SITE.parent / "lighthouse"
    folder.mkdir(exist_ok=True)
    missed = 0
    with static_host() as address:
        for name, page in PAGES.items():
            report = folder / name.replace(" ", "_")
            command = [
                *("node", f"{modules}/lighthouse/cli/index.js", address + page),
                f"--chrome-flags={FLAGS}",
                *("--output=json", "--output=html", f"--output-path={report}"),
                "--only-categories=" + ",".join(GOALS),
                "--quiet",
            ]
            environment = os.environ | {"CHROME_PATH": os.environ["CHROMIUM"]}
            subprocess.run(command, check=True, env=environment)
            found = json.loads(Path(f"{report}.report.json").read_text("utf-8"))
            scores = {
                goal: round(100 * found["categories"][goal]["score"]) for goal in GOALS
            }
            below = [goal for goal in GOALS if scores[goal] < GOALS[goal]]
            size = found["audits"]["total-byte-weight"]["numericValue"]
            told = ", ".join(f"{goal} {score}" for goal, score in scores.items())
            print(f"{name}: {told}; {size / 1000:.0f} kB")
            for audit in found["audits"].values():
                if audit["score"] == 0 and audit.get("scoreDisplayMode") == "binary":
                    print(f"    {audit['title']}")
            missed += len(below)
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
