"""Add recipes to a file that has some already, or to a file of yours."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from imgrecipes._copier.aging import MARK
from imgrecipes._copier.catalog import PACKAGE, find
from imgrecipes._copier.copying import header, mark, span, standalone
from imgrecipes._copier.imports import (
    from_line,
    import_block,
    import_line,
    is_slow,
    is_third,
)
from imgrecipes._copier.layout import Edit
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
    new_marks = [mark(recipe, form, package) for recipe in wanted]
    text = _with_marks(mine, new_marks, header(form, package))
    return _insert(parse(text), fresh, [recipe.name for recipe in wanted])


def _insert(mine: Module, fresh: Module, names: Sequence[str]) -> Added:
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
        *_imports(mine, needed, postponed=fresh.postponed),
        *_definitions(mine, fresh, statements),
    ]
    lines = list(mine.lines)
    # From below, so that of two at one place the first stands above.
    order = sorted(
        (first, last > first, number) for number, (first, last, _) in enumerate(edits)
    )
    for *_, number in reversed(order):
        first, last, new = edits[number]
        lines[first:last] = new
    used = here & (fresh.definitions.keys() | fresh.imports.keys())
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


def _with_marks(mine: Module, marks: list[str], header: str) -> str:
    lines = list(mine.lines)
    places = [number for number, line in enumerate(lines, 1) if MARK.match(line)]
    if places:
        place = places[-1]
    else:
        place = int(lines[0].startswith("#!"))
        marks = [*header.splitlines(), *marks]
        if any(lines[place : place + 1]):
            marks.append("")
    return "\n".join([*lines[:place], *marks, *lines[place:]])


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
    checked = [
        s
        for s in mine.tree.body
        if isinstance(s, ast.If)
        and ast.unparse(s.test).rpartition(".")[2] == "TYPE_CHECKING"
    ]
    inner = [s for b in checked for s in b.body if isinstance(s, ast.ImportFrom)]
    typing = [found for found in needed if found.typing and is_slow(found.module)]
    running = [found for found in needed if found not in typing]
    start = _after_docstring(mine)
    if typing and not inner and "TYPE_CHECKING" not in mine.imports:
        running.append(Import("typing", "TYPE_CHECKING", ""))
    again = {found.bound for found in running}
    start = _after_docstring(mine)
    blocks = [[FUTURE]] if postponed and not mine.postponed else []
    if outer and blocks:
        yield _spaced(mine, start, blocks)
        blocks = []
    if outer:
        yield from _placed(mine, outer, running, "")
        start = outer[-1].end_lineno or 0
    elif running:
        blocks.append(import_block(running).split("\n"))
    if inner:
        yield from _placed(mine, inner, typing, "    ", again)
    elif typing:
        block = import_block(typing).partition("if TYPE_CHECKING:\n")[2]
        blocks.append(["if TYPE_CHECKING:", *block.split("\n")])
    if blocks:
        yield _spaced(mine, start, blocks)


def _spaced(mine: Module, place: int, blocks: Sequence[list[str]]) -> Edit:
    """Put in blocks of lines with a blank line between them and around them."""
    new = [line for block in blocks for line in ["", *block]]
    if place == 0 or not mine.lines[place - 1].strip():
        new = new[1:]
    after = mine.lines[place : place + 1]
    return Edit(place, place, [*new, ""] if after and after[0].strip() else new)


def _placed(
    mine: Module,
    statements: Sequence[ast.Import | ast.ImportFrom],
    needed: Sequence[Import],
    indent: str,
    again: Collection[str] = (),
) -> Iterator[Edit]:
    """Add names to statements that import from their module, and else lines.

    Names `again` are taken out, since they are imported elsewhere now.
    """
    members: dict[str, set[str]] = defaultdict(set)
    rows: dict[tuple[bool, bool, str], str] = {}
    for found in needed:
        if found.name and not found.alias:
            members[found.module].add(found.name)
        else:
            rows[_key(found)] = f"{indent}{import_line(found)}"
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
        rows[_key(Import(module, "x", ""))] = from_line(module, names, indent)
    for third in (False, True):
        section = {key: row for key, row in sorted(rows.items()) if key[0] is third}
        if section:
            yield from _new_lines(mine, statements, section, third)


def _new_lines(
    mine: Module,
    statements: Sequence[ast.Import | ast.ImportFrom],
    section: dict[tuple[bool, bool, str], str],
    third: bool,
) -> Iterator[Edit]:
    """Put new imports among those of their section, or the section among others."""
    keys = [(_key(next(imports_of(s, ""))), s) for s in statements]
    keys = [(key, s) for key, s in keys if key[2] != "__future__"]
    same = [(key, s) for key, s in keys if key[0] is third]
    if not same:
        place = statements[-1].end_lineno or 0
        if keys and not third:
            place = keys[0][1].lineno - 1
        rows = [line for row in section.values() for line in row.split("\n")]
        yield _spaced(mine, place, [rows])
        return
    for key, row in section.items():
        below = [s.lineno - 1 for other, s in same if other > key]
        place = below[0] if below else same[-1][1].end_lineno or 0
        yield Edit(place, place, row.split("\n"))


def _key(found: Import) -> tuple[bool, bool, str]:
    return is_third(found.module), bool(found.name), found.module.lower()
