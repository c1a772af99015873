"""Add recipes to a file that has some already, or to a file of yours."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from imgrecipes._copier.aging import MARK
from imgrecipes._copier.catalog import PACKAGE, find
from imgrecipes._copier.copying import header, mark, span, standalone
from imgrecipes._copier.imports import from_line, import_block, import_line, is_third
from imgrecipes._copier.source import (
    Import,
    Module,
    RecipeError,
    closure,
    dump,
    imports_of,
    names_in,
    parse,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

FUTURE = "from __future__ import annotations"
FLAGS = {"plain": "neither --fast nor --bare", "fast": "--fast", "plain-bare": "--bare"}


class Edit(NamedTuple):
    """Lines to replace, counted from 0, the last one excluded."""

    first: int
    last: int
    new: list[str]


class Added(NamedTuple):
    """A text with what was added to it, and names in it that were kept as they are."""

    text: str
    kept: list[str]


def append(
    text: str, names: Iterable[str], form: str, *, package: Path = PACKAGE
) -> Added:
    """Add recipes to the text of a module, with what they need and it does not have.

    What the text defines or imports already stays as it is, also if it was edited.
    The recipes use it under its name.

    Raises
    ------
    RecipeError
        If the text is no Python, has recipes of another form, or has a function of a
        recipe's name.
    """
    try:
        mine = parse(text)
    except (SyntaxError, ValueError) as error:
        raise RecipeError(f"the file to append to cannot be read: {error}") from error
    marks = list(MARK.finditer(text))
    other = next((m["form"] or "plain" for m in marks if m["form"] != form), form)
    if other != form:
        flags = FLAGS.get(other, "--fast --bare")
        raise RecipeError(
            f"the file has recipes in the {other} form; give {flags} to append to it, "
            "or copy into another file"
        )
    there = {m["recipe"] for m in marks}
    new = dict.fromkeys(find(name, package) for name in names)
    wanted = [recipe for recipe in new if recipe.full_name not in there]
    if not wanted:
        return Added(text, [])
    kind, _, bare = form.partition("-")
    fresh = parse(
        standalone(
            [recipe.full_name for recipe in wanted],
            fast=kind == "fast",
            bare=bool(bare),
            package=package,
        )
    )
    for recipe in wanted:
        # It may have come with another recipe.
        if recipe.name in mine.imports or _differ(mine, fresh, recipe.name):
            raise RecipeError(
                f"the file has its own {recipe.name}; rename it, or copy into another "
                "file"
            )
    lines = [mark(recipe, form, package) for recipe in wanted]
    if not marks:
        lines = [*header(form, package).splitlines(), *lines, ""]
    return _insert(mine, fresh, [recipe.name for recipe in wanted], lines)


def _insert(
    mine: Module, fresh: Module, names: Sequence[str], marks: list[str]
) -> Added:
    here = mine.definitions.keys() | mine.imports.keys()
    parts = closure(lambda _: fresh, [("", name) for name in names], here)
    statements = list(dict.fromkeys(s for part in parts.values() for s in part))
    everything: set[str] = set()
    running: set[str] = set()
    for statement in statements:
        found = names_in(statement)
        everything, running = everything | found[0], running | found[1]
    needed = [
        found
        for name in sorted(everything & fresh.imports.keys())
        for found in fresh.imports[name]
        if name not in here
        or (name in running and all(i.typing for i in mine.imports.get(name, [])))
    ]
    edits = [
        *_marks(mine, marks),
        *_imports(mine, needed, postponed=fresh.postponed),
        *_definitions(mine, fresh, statements),
    ]
    lines = list(mine.lines)
    # From below, so that of two at one place the first stands above.
    order = sorted(
        (first, last > first, number)
        for number, (first, last, _) in enumerate(edits)
    )
    for *_, number in reversed(order):
        first, last, new = edits[number]
        lines[first:last] = new
    used = everything & here & (fresh.definitions.keys() | fresh.imports.keys())
    return Added(
        "\n".join(lines).rstrip("\n") + "\n",
        [name for name in sorted(used) if _differ(mine, fresh, name)],
    )


def _differ(mine: Module, fresh: Module, name: str) -> bool:
    """Whether a name that the text has means something else than in a copy."""

    def meaning(module: Module) -> set[str]:
        imports = {import_line(found) for found in module.imports.get(name, [])}
        return imports | {dump(s) for s in module.definitions.get(name, [])}

    return meaning(mine) not in (set(), meaning(fresh))


def _marks(mine: Module, marks: list[str]) -> Iterator[Edit]:
    places = [n for n, line in enumerate(mine.lines) if MARK.match(line)]
    top = int(mine.lines[0].startswith("#!"))
    place = places[-1] + 1 if places else top
    yield Edit(place, place, marks)


def _definitions(
    mine: Module, fresh: Module, statements: Sequence[ast.stmt]
) -> Iterator[Edit]:
    """Put constants below the imports, and functions at the end."""
    top = _top(mine)
    above = {
        name
        for name, found in mine.definitions.items()
        if (found[-1].end_lineno or 0) <= top
    }
    constants: list[str] = []
    others: list[list[str]] = []
    for statement in statements:
        first, last = span(fresh, statement)
        text = fresh.lines[first:last]
        below = names_in(statement)[1] & mine.definitions.keys() - above
        is_function = isinstance(statement, ast.FunctionDef | ast.ClassDef)
        if is_function or below or others:
            others.append(text)
        else:
            constants += text
    if constants:
        blank = [] if mine.definitions.keys() & above else [""]
        yield Edit(top, top, [*blank, *constants])
    if others:
        end = _end(mine)
        after = ["", ""] if end < len(mine.lines) and mine.lines[end:] != [""] else []
        new = [line for text in others for line in ["", "", *text]]
        yield Edit(end, end, [*new, *after])


def _top(mine: Module) -> int:
    """Return the line below the imports and constants that stand first."""
    top = _after_docstring(mine)
    for statement in mine.tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            break
        if not _is_main(statement):
            top = statement.end_lineno or 0
    return top


def _end(mine: Module) -> int:
    """Return the line behind the last definition, above what runs as a script."""
    body = mine.tree.body
    if body and _is_main(body[-1]):
        body = body[:-1]
    return body[-1].end_lineno or 0 if body else len(mine.lines)


def _is_main(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test)


def _after_docstring(mine: Module) -> int:
    """Return the line below the docstring, or the comments that stand on top."""
    if ast.get_docstring(mine.tree) is not None:
        return mine.tree.body[0].end_lineno or 0
    place = 0
    while place < len(mine.lines) and mine.lines[place].startswith("#"):
        place += 1
    return place


def _imports(
    mine: Module, needed: Sequence[Import], *, postponed: bool
) -> Iterator[Edit]:
    """Add imports where they belong, to statements that import from the module."""
    outer = [s for s in mine.tree.body if isinstance(s, ast.Import | ast.ImportFrom)]
    blocks = [
        s
        for s in mine.tree.body
        if isinstance(s, ast.If)
        and ast.unparse(s.test).rpartition(".")[2] == "TYPE_CHECKING"
    ]
    inner = [s for b in blocks for s in b.body if isinstance(s, ast.ImportFrom)]
    running = [found for found in needed if not found.typing]
    typing = [found for found in needed if found.typing]
    start = _after_docstring(mine)
    if postponed and not mine.postponed:
        yield Edit(start, start, ["", FUTURE])
    if outer:
        yield from _placed(mine, outer, running, "")
        start = outer[-1].end_lineno or 0
    elif running:
        yield Edit(start, start, ["", *import_block(running).split("\n")])
    again = {found.bound for found in running}
    if inner:
        yield from _placed(mine, inner, typing, "    ", again)
    elif typing:
        block = import_block(typing).partition("if TYPE_CHECKING:")[2]
        new = f"\nif TYPE_CHECKING:{block}".split("\n")
        yield Edit(start, start, new)


def _placed(
    mine: Module,
    statements: Sequence[ast.Import | ast.ImportFrom],
    needed: Sequence[Import],
    indent: str,
    again: Collection[str] = (),
) -> Iterator[Edit]:
    members: dict[str, set[str]] = defaultdict(set)
    rows: list[tuple[tuple[bool, bool, str], str]] = []
    for found in needed:
        if found.name and not found.alias:
            members[found.module].add(found.name)
        else:
            rows.append((_key(found), f"{indent}{import_line(found)}"))
    for statement in statements:
        first, *others = imports_of(statement, "")
        names = {found.name for found in (first, *others) if not found.alias}
        lines = mine.lines[statement.lineno - 1 : statement.end_lineno]
        plain = bool(first.name) and len(names) == 1 + len(others)
        if plain and "#" not in "".join(lines):
            more = names.difference(again) | members.pop(first.module, set())
            if more != names:
                line = from_line(first.module, more, indent) if more else ""
                last = statement.end_lineno or 0
                yield Edit(statement.lineno - 1, last, line.split("\n"))
    for module, names in members.items():
        row = from_line(module, names, indent)
        rows.append((_key(Import(module, "x", "")), row))
    places: dict[int, list[str]] = defaultdict(list)
    for key, row in sorted(rows):
        place, before, after = _place(statements, key)
        places[place] += [*before, *row.split("\n"), *after]
    yield from (Edit(place, place, new) for place, new in places.items())


def _place(
    statements: Sequence[ast.Import | ast.ImportFrom],
    key: tuple[bool, bool, str],
) -> tuple[int, list[str], list[str]]:
    """Return the line for an import, and blank lines around it."""
    keys = [(_key(next(imports_of(s, ""))), s) for s in statements]
    keys = [(k, s) for k, s in keys if k[2] != "__future__"]
    same = [(k, s) for k, s in keys if k[0] == key[0]]
    for k, statement in same:
        if k > key:
            return statement.lineno - 1, [], []
    if same:
        return same[-1][1].end_lineno or 0, [], []
    if keys and not key[0]:
        return keys[0][1].lineno - 1, [], [""]
    return statements[-1].end_lineno or 0, [""], []


def _key(found: Import) -> tuple[bool, bool, str]:
    return is_third(found.module), bool(found.name), found.module.lower()
