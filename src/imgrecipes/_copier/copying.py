"""Take recipes out of the package, as a module that runs alone."""

from __future__ import annotations

import ast
import importlib.metadata
import io
import re
import tokenize
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

from imgrecipes._copier import source as _source
from imgrecipes._copier.catalog import PACKAGE, find, version
from imgrecipes._copier.docstrings import adapt, summary
from imgrecipes._copier.forms import checks, form_of, load
from imgrecipes._copier.imports import import_block, import_line, is_third
from imgrecipes._copier.source import RecipeError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from imgrecipes._copier.catalog import Recipe

HEADER = """\
# Copied from {name} {version}, {form}; the code is yours to change.
# What has changed since: python -m {name} check FILE
# SPDX-FileCopyrightText: 2026, the imgrecipes developers
# SPDX-License-Identifier: BSD-3-Clause
"""


def standalone(
    names: Iterable[str],
    *,
    fast: bool = False,
    bare: bool = False,
    package: Path = PACKAGE,
) -> str:
    """Source of a module that holds some recipes and all that they need.

    The definitions that the recipes use stand as they are written, each behind those
    that it uses itself, and the recipes last. The docstrings of the recipes lose what
    would refer to the package; those of all else keep their first lines.

    Parameters
    ----------
    names
        The recipes, with or without their concepts.
    fast
        Copy the fast kernels instead of the plain ones.
    bare
        Leave out the checks of arguments, and all but the first lines of docstrings.
    package
        The folder of the package.

    Raises
    ------
    RecipeError
        If there is no such recipe, or it cannot run without the package.
    """
    found = dict.fromkeys(find(name, package) for name in names)
    wanted = [(recipe.concept, recipe.name) for recipe in found]
    form = form_of(fast=fast, bare=bare)
    get = partial(load, package, form=form)
    for key in wanted:
        _refuse_what_reads_data(get, key)
    parts = _source.closure(get, wanted)
    imports = _merge_imports(parts, get)
    kept = {name for _, name in parts}
    whole = () if bare else wanted
    texts = {
        key: _text(get(key[0]), key, statements, kept, key in whole)
        for key, statements in parts.items()
    }
    # A constant that needs no function and no class can stand on top.
    constants = [
        key
        for key in parts
        if not _has_definition([parts[key]])
        and not _has_definition(_source.closure(get, [key]).values())
    ]
    others = [key for key in parts if key not in constants]
    others.sort(key=wanted.__contains__)
    head = [
        "from __future__ import annotations"
        if any(get(module).postponed for module, _ in parts)
        else "",
        import_block(imports),
        # A statement that binds two names stands once.
        "\n".join(dict.fromkeys(texts[key] for key in constants)),
    ]
    blocks = ["\n\n".join(filter(None, head)), *(texts[key] for key in others)]
    code = "\n\n\n".join(filter(None, blocks)) + "\n"
    marks = "".join(f"{mark(recipe, form, package)}\n" for recipe in found)
    return f"{header(form, package)}{marks}\n{code}"


def mark(recipe: Recipe, form: str, package: Path = PACKAGE) -> str:
    """Write the line in the header by which a copied recipe is checked later."""
    get = partial(load, package, form=form)
    prints = fingerprints(get, (recipe.concept, recipe.name), checks(package))
    return f"# recipe: {recipe.full_name} {version(package)} {form} {prints}"


def requirements(text: str) -> list[str]:
    """List the names of what a module imports beyond the standard library."""
    modules = {
        found.module
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for found in _source.imports_of(node, "")
    }
    return sorted({name.partition(".")[0] for name in modules if is_third(name)})


class Fingerprint(NamedTuple):
    """Fingerprint of a recipe without its checks, and with all that it uses."""

    core: str
    whole: str

    def __str__(self) -> str:
        return self.core[:8] + self.whole[:8]


def fingerprint(
    get: Callable[[str], _source.Module | None], key: tuple[str, str]
) -> str | None:
    """Fingerprint of a recipe with all that it uses, if it is there.

    It stays the same when the code is formatted anew, and when comments or docstrings
    change. A recipe has the same in the package and where it has been copied to.

    Parameters
    ----------
    get
        Returns the module of a name, as `load` does for a package and a form.
    key
        Module and name of the recipe.
    """
    prints = fingerprints(get, key)
    return prints.whole[:16] if prints else None


def fingerprints(
    get: Callable[[str], _source.Module | None],
    key: tuple[str, str],
    leave: Collection[str] = (),
) -> Fingerprint | None:
    """Fingerprints of a recipe without and with the checks, whose names to `leave`."""
    trees = trees_of(get, key)
    if key[1] not in trees:
        return None
    core, whole = (
        _source.digest(repr(sorted(found.items())))
        for found in (trees_of(get, key, leave) if leave else trees, trees)
    )
    return Fingerprint(core, whole)


def trees_of(
    get: Callable[[str], _source.Module | None],
    key: tuple[str, str],
    leave: Collection[str] = (),
) -> dict[str, str]:
    """Map each name that a recipe uses, itself included, to what defines it."""
    found = {}
    for (module, name), statements in _source.closure(get, [key], leave).items():
        source = get(module)
        # For mypy: the closure names only modules that it could read.
        assert source is not None  # noqa: S101
        found[name] = "".join(_tree(s, source.package) for s in statements)
        for statement in statements:
            used = _source.names_in(statement)[0]
            for bound in sorted((used & source.imports.keys()).difference(leave)):
                needed = source.imports[bound]
                if source.inside(needed[0]) is None:
                    found[bound] = "\n".join(sorted(map(import_line, needed)))
    return found


@cache
def _tree(statement: ast.stmt, package: str) -> str:
    return _source.dump(statement, package)


def header(form: str, package: Path = PACKAGE) -> str:
    """Write what stands on top of a copied file, above its marks."""
    kind, _, bare = form.partition("-")
    words = f"{kind} form" + ", without checks" * bool(bare)
    text = HEADER.format(name=package.name, version=version(package), form=words)
    try:
        urls = importlib.metadata.metadata(package.name).get_all("Project-URL") or []
    except importlib.metadata.PackageNotFoundError:
        urls = []
    for url in urls:
        label, _, address = url.partition(", ")
        if label.lower() == "repository":
            text += f"# {address}\n"
    return text


def _merge_imports(
    parts: dict[tuple[str, str], list[ast.stmt]],
    get: Callable[[str], _source.Module],
) -> list[_source.Import]:
    """Return the imports of all parts, or refuse parts that cannot stand together."""
    owners: dict[str, str] = {}
    found: dict[str, list[_source.Import]] = {}
    for module, name in parts:
        if owners.setdefault(name, module) != module:
            raise RecipeError(
                f"{owners[name]} and {module} each define their own {name}; "
                "copy the recipes into two files"
            )
    for (module, name), statements in parts.items():
        source, owner = get(module), f"{module}.{name}"
        for statement in statements:
            _refuse_what_depends(owner, statement)
        for needed in _imports_for(source, owner, statements, parts):
            bound = needed[0].bound
            known = found.setdefault(bound, needed)
            if bound in owners or [i[:3] for i in known] != [i[:3] for i in needed]:
                raise RecipeError(
                    f"{bound} stands for two things in what {owner} is copied with; "
                    "copy the recipes into two files"
                )
            if not all(i.typing for i in needed):
                found[bound] = needed
    return [i for needed in found.values() for i in needed]


def _refuse_what_reads_data(
    get: Callable[[str], _source.Module | None], key: tuple[str, str]
) -> None:
    """Refuse a recipe that, by itself or by a helper, reads a file of the package."""
    for (module, _), statements in _source.closure(get, [key]).items():
        source = get(module)
        package = source.package if source else ""
        for node in (inner for outer in statements for inner in ast.walk(outer)):
            value = getattr(node, "value", None)
            if isinstance(value, str) and value.partition(".")[0] == package:
                raise RecipeError(
                    f"{'.'.join(key)} cannot be copied: it needs the installed "
                    "package, where it reads data; save the array that it returns, or "
                    f"take the file from {package}/data, where README.md names its "
                    "licence"
                )


def _refuse_what_depends(owner: str, statement: ast.stmt) -> None:
    simple = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign
    if not isinstance(statement, simple):
        raise RecipeError(
            f"{owner} cannot be copied: it is defined inside another statement"
        )


def _imports_for(
    source: _source.Module,
    owner: str,
    statements: list[ast.stmt],
    parts: Collection[tuple[str, str]],
) -> Iterator[list[_source.Import]]:
    """Yield the imports that some statements need from outside the package."""
    everything: set[str] = set()
    running: set[str] = set()
    for statement in statements:
        names = _source.names_in(statement)
        everything, running = everything | names[0], running | names[1]
    inner = [[found] for found in source.lazy_imports(statements)]
    outer = [source.imports[n] for n in sorted(everything & source.imports.keys())]
    for needed in inner + outer:
        first = needed[0]
        module = source.inside(first)
        if module is None:
            yield needed
        elif first.alias or (module, first.name) not in parts:
            raise RecipeError(
                f"{owner} cannot be copied: it uses {first.bound} by "
                f"`{import_line(first)}`; import the recipe by its own name"
            )
    for name in sorted(running - source.definitions.keys() - source.imports.keys()):
        if name not in _source.BUILTINS:
            raise RecipeError(
                f"{owner} cannot be copied: it uses {name}, which its module does not "
                "define"
            )
        if any(name == copied for _, copied in parts):
            raise RecipeError(
                f"{owner} uses Python's own {name}, but is copied with another; copy "
                "the recipes into two files"
            )


@cache
def _lines_without_noqa(source: _source.Module) -> list[str]:
    """Return the lines without what silences this project's own linter."""
    lines = list(source.lines)
    reader = io.StringIO("\n".join(lines)).readline
    for token in tokenize.generate_tokens(reader):
        if token.type == tokenize.COMMENT and "# noqa" in token.string:
            row, column = token.start
            comment = re.sub(r"# noqa\b[^#]*", "", token.string)
            lines[row - 1] = (lines[row - 1][:column] + comment).rstrip()
    return lines


def _text(
    source: _source.Module,
    key: tuple[str, str],
    statements: list[ast.stmt],
    kept: Collection[str],
    whole: bool,
) -> str:
    """Return a definition as it is written, but for what refers to the package.

    Its docstring is given in whole or by its first line.
    """
    lines: list[str | None] = [*_lines_without_noqa(source)]
    siblings = source.definitions.keys() | source.imports.keys()
    for statement in statements:
        for node in _source.walk(statement):
            if isinstance(node, ast.ImportFrom) and any(source.lazy_imports([node])):
                _drop_import(lines, node)
        docstring = _source.docstring_of(statement)
        if docstring is not None:
            start, end = docstring.lineno - 1, docstring.end_lineno or 0
            new = summary(source.lines[start:end])
            if whole:
                new = adapt(source.lines[start:end], source.package, siblings, kept)
            lines[start:end] = [*new, *[None] * (end - start - len(new))]
    spans = [span(source, statement) for statement in statements]
    text = "\n\n\n".join(
        "\n".join(line for line in lines[first:last] if line is not None)
        for first, last in spans
    )
    if source.package in text:
        raise RecipeError(
            f"{'.'.join(key)} cannot be copied: its text names {source.package}"
        )
    return text


def _has_definition(parts: Iterable[list[ast.stmt]]) -> bool:
    return any(
        isinstance(node, ast.FunctionDef | ast.ClassDef)
        for part in parts
        for node in part
    )


def span(source: _source.Module, statement: ast.stmt) -> tuple[int, int]:
    """Lines of a definition, with its decorators and the comment right above it."""
    decorators = getattr(statement, "decorator_list", [])
    first = min(node.lineno for node in [statement, *decorators]) - 1
    while first and source.lines[first - 1].startswith("#"):
        first -= 1
    return first, statement.end_lineno or 0


def _drop_import(lines: list[str | None], node: ast.ImportFrom) -> None:
    first, last = node.lineno - 1, node.end_lineno or 0
    while (lines[first - 1] or "").lstrip().startswith("#"):
        first -= 1
    before = (lines[first - 1] or "").split()
    # The blank line below stays if it ends a block of other imports.
    if not lines[last] and before[:1] not in (["import"], ["from"]):
        last += 1
    lines[first:last] = [None] * (last - first)
