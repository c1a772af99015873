"""The command ``imgrecipes``: list recipes, show and copy them, check copies."""

from __future__ import annotations

import argparse
import errno
import io
import json
import os
import secrets
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from imgrecipes._copier import aging, catalog, copying
from imgrecipes._copier.source import RecipeError

if TYPE_CHECKING:
    from collections.abc import Sequence

CHECK = """\
Exit status: 0 if all is unchanged, 1 if not, 2 if a file cannot be checked. Layout,
comments and docstrings do not count as changes.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A recipe is UTF-8 wherever its text is sent.
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except RecipeError as error:
        print(f"imgrecipes: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        # Windows has no name of its own for a pipe that nobody reads any more.
        if not isinstance(error, BrokenPipeError) and error.errno != errno.EINVAL:
            raise
        # The reader has seen enough; what is left to flush goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="imgrecipes", description=__doc__)
    parser.add_argument("--version", action="version", version=catalog.version())
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    bare = argparse.ArgumentParser(add_help=False)
    bare.add_argument("names", nargs="+", metavar="NAME", help="such as circular_mask")
    bare.add_argument(
        "--bare", action="store_true", help="leave out examples and references"
    )

    command = commands.add_parser("list", help="list concepts and recipes")
    command.add_argument("--json", action="store_true", help="for other programs")
    command.set_defaults(run=_list)

    text = "print recipes as a module that runs alone"
    command = commands.add_parser("show", help=text, description=text, parents=[bare])
    command.set_defaults(run=_show)

    text = "write recipes into a module that runs alone"
    command = commands.add_parser("copy", help=text, description=text, parents=[bare])
    command.add_argument("--to", type=Path, required=True, metavar="FILE")
    command.add_argument("--force", action="store_true", help="replace the file")
    command.set_defaults(run=_copy_to)

    text = "tell what has become of copied recipes"
    command = commands.add_parser("check", help=text, description=text, epilog=CHECK)
    command.add_argument("files", nargs="+", type=Path, metavar="FILE")
    command.add_argument(
        "--diff", action="store_true", help="show how to get to the newest version"
    )
    command.set_defaults(run=_check)
    return parser


def _list(options: argparse.Namespace) -> int:
    recipes = catalog.recipes()
    if options.json:
        concepts = [
            {
                "concept": concept,
                "summary": summary,
                "recipes": [
                    {"name": recipe.name, "summary": recipe.summary}
                    for recipe in recipes
                    if recipe.concept == concept
                ],
            }
            for concept, summary in catalog.concepts().items()
        ]
        print(json.dumps(concepts, indent=1))
        return 0
    width = max(len(recipe.name) for recipe in recipes)
    for concept, summary in catalog.concepts().items():
        print(f"{concept}: {summary}")
        for recipe in recipes:
            if recipe.concept == concept:
                print(f"  {recipe.name:{width}}  {recipe.summary}")
    return 0


def _show(options: argparse.Namespace) -> int:
    print(copying.standalone(options.names, bare=options.bare), end="")
    return 0


def _copy_to(options: argparse.Namespace) -> int:
    text = copying.standalone(options.names, bare=options.bare)
    _write(options.to, text, options.force)
    needs = ", ".join(copying.requirements(text)) or "nothing else"
    print(f"{options.to}: {len(text.splitlines())} lines, needs {needs}")
    return 0


def _write(path: Path, text: str, force: bool) -> None:
    """Write a file that appears whole or not at all, and replaces none unasked."""
    target = path.resolve()
    if target.is_dir():
        raise RecipeError(f"{path} is a folder")
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        temporary.write_text(text, "utf-8", newline="\n")
        if target.exists():
            if not force:
                raise RecipeError(f"{path} exists; --force replaces it")
            shutil.copymode(target, temporary)
        temporary.replace(target)
    except OSError as error:
        raise RecipeError(f"{path} cannot be written: {error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _check(options: argparse.Namespace) -> int:
    status = 0
    for path in options.files:
        try:
            found = aging.check(path)
        except RecipeError as error:
            print(f"imgrecipes: {error}", file=sys.stderr)
            status = 2
            continue
        for recipe in found:
            now = catalog.version()
            change = "" if recipe.version == now else f" ({recipe.version} to {now})"
            print(f"{path}: {recipe.recipe}: {recipe.state}{change}")
            if options.diff:
                print(recipe.diff, end="")
            if recipe.state != "unchanged":
                status = max(status, 1)
    return status


if __name__ == "__main__":
    sys.exit(main())
