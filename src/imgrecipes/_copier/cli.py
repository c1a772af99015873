"""The command ``imgrecipes``: list recipes, show and copy them, check copies."""

from __future__ import annotations

import argparse
import errno
import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from imgrecipes._copier import aging, catalog, copying
from imgrecipes._copier.appending import append
from imgrecipes._copier.forms import form_of
from imgrecipes._copier.source import RecipeError
from imgrecipes._copier.writing import write

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMS = """\
Without --fast, a recipe is copied with plain kernels: short code that uses NumPy and
SciPy. Both kinds give the same results.
"""
CHECK = """\
Exit status: 0 if all is unchanged, 1 if not, 2 if a file cannot be checked. Layout,
comments and docstrings do not count as changes, nor do checks of arguments that the
file imports from another module.
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
    command = commands.add_parser("list", help="list concepts and recipes")
    command.add_argument("--json", action="store_true", help="for other programs")
    command.set_defaults(run=_list)
    _add_show_and_copy(commands)
    _add_check(commands)
    return parser


def _add_show_and_copy(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    form = argparse.ArgumentParser(add_help=False)
    form.add_argument("names", nargs="+", metavar="NAME", help="such as circular_mask")
    form.add_argument(
        "--fast",
        action="store_true",
        help="with the fast kernels, which the installed package runs",
    )
    form.add_argument(
        "--bare",
        action="store_true",
        help="without the checks of arguments, and with docstrings of one line",
    )
    text = "print recipes as a module that runs alone"
    command = commands.add_parser(
        "show", help=text, description=text, epilog=FORMS, parents=[form]
    )
    command.set_defaults(run=_show)
    text = "write recipes into a module that runs alone"
    command = commands.add_parser(
        "copy", help=text, description=text, epilog=FORMS, parents=[form]
    )
    command.add_argument("--to", type=Path, required=True, metavar="FILE")
    present = command.add_mutually_exclusive_group()
    present.add_argument("--force", action="store_true", help="replace the file")
    present.add_argument(
        "--append",
        action="store_true",
        help="add the recipes to the file, and keep what is in it",
    )
    command.set_defaults(run=_copy_to)


def _add_check(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    text = "tell what has become of copied recipes"
    command = commands.add_parser("check", help=text, description=text, epilog=CHECK)
    command.add_argument("files", nargs="+", type=Path, metavar="FILE")
    command.add_argument(
        "--diff", action="store_true", help="show how to get to the newest version"
    )
    command.add_argument(
        "--accept",
        action="store_true",
        help="record your edits in the file, so that they no longer count as edits",
    )
    command.add_argument(
        "--merged",
        action="store_true",
        help="like --accept, after you have merged the newest version into your code",
    )
    command.set_defaults(run=_check)


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
    text = copying.standalone(options.names, fast=options.fast, bare=options.bare)
    print(text, end="")
    return 0


def _copy_to(options: argparse.Namespace) -> int:
    if options.append and options.to.exists():
        return _append_to(options)
    text = copying.standalone(options.names, fast=options.fast, bare=options.bare)
    write(options.to, text, replace=options.force)
    print(f"{options.to}: {_size(text)}")
    return 0


def _append_to(options: argparse.Namespace) -> int:
    form = form_of(fast=options.fast, bare=options.bare)
    old = _read(options.to)
    new = append(old, options.names, form)
    if new.text == old:
        print(f"{options.to}: has these recipes already")
        return 0
    write(options.to, new.text, replace=True)
    print(f"{options.to}: {_size(new.text)}")
    if new.kept:
        print(f"Kept as they are in the file: {', '.join(new.kept)}")
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise RecipeError(f"{path} cannot be read: {error}") from error


def _size(text: str) -> str:
    needs = ", ".join(copying.requirements(text)) or "nothing else"
    return f"{len(text.splitlines())} lines, needs {needs}"


def _check(options: argparse.Namespace) -> int:
    status = 0
    for path in options.files:
        try:
            if options.accept or options.merged:
                text = aging.accept(path, merged=options.merged)
                write(path, text, replace=True)
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
