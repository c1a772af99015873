"""Copies are short: the table of their lengths, and what they may not exceed."""

from __future__ import annotations

import sys
from statistics import median

from copy_buttons import count_lines
from imgrecipes._copier import catalog, copying
from imgrecipes._copier.source import RecipeError

# In lines of code, without docstrings, comments and blank lines.
LONGEST = {
    "morphology.erode": 55,
    "denoising.denoise_median": 55,
    "measurement.relabel": 55,
    "pixels.to_gray": 55,
    "measurement.label_regions": 55,
}
COLUMNS = ("plain", "plain-bare", "fast")


def lengths() -> dict[str, dict[str, int]]:
    """Map each recipe that can be copied to the lines of code in each form."""
    found = {}
    for recipe in catalog.recipes():
        try:
            found[recipe.full_name] = {
                form: count_lines(
                    copying.standalone(
                        [recipe.full_name],
                        fast=form.startswith("fast"),
                        bare=form.endswith("bare"),
                    )
                )
                for form in COLUMNS
            }
        except RecipeError:
            continue  # it reads data of the package
    return found


def written(table: dict[str, dict[str, int]]) -> str:
    """Write the table with the medians below."""
    middle = {form: median(row[form] for row in table.values()) for form in COLUMNS}
    rows = [
        f"{name:40}" + "".join(f"{row[form]:8g}" for form in COLUMNS)
        for name, row in [*table.items(), ("median", middle)]
    ]
    head = f"{'code lines of copies':40}" + "".join(
        f"{form.removeprefix('plain-'):>8}" for form in COLUMNS
    )
    return "\n".join(["", head, *rows, ""])


def excesses(table: dict[str, dict[str, int]]) -> list[str]:
    """Say which plain copies exceed their bounds."""
    return [
        f"{name}: {table[name]['plain']} lines, allowed are {bound}"
        for name, bound in LONGEST.items()
        if table[name]["plain"] > bound
    ]


def test_the_counter_of_lines_counts_code_alone():
    text = '"""Doc."""\n\n# Why.\nX = """a\nb"""  # one\n\n\ndef f():\n    """F."""\n'
    assert count_lines(text) == 3
    assert count_lines(text + "    return (\n        1\n    )\n") == 6


def test_copies_are_short(capsys):
    table = lengths()
    with capsys.disabled():
        sys.stdout.write(written(table))
    assert excesses(table) == []
