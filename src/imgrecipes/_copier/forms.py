"""The forms in which a recipe is copied: with plain or with fast kernels, and bare."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

from imgrecipes._copier.bare import body_of, is_idle, strip
from imgrecipes._copier.layout import lay_out
from imgrecipes._copier.source import Module, RecipeError, parse

if TYPE_CHECKING:
    from pathlib import Path

FORMS = ("plain", "fast", "plain-bare", "fast-bare")
CHECKS = "_checks"
FAST, PLAIN = "_kernels.fast.", "_kernels.plain."
TWIN = re.compile(r"\b(\w+) as \1_plain\b")


def form_of(*, fast: bool, bare: bool) -> str:
    """Name a form."""
    return ("fast" if fast else "plain") + "-bare" * bare


@cache
def load(package: Path, module: str, form: str = "plain") -> Module:
    """Parse a module of the package, such as ``_kernels.fast.ranks``, in one form.

    In the plain form, what imports a fast kernel imports its plain twin instead. In the
    fast form, where both may stand in one file, the twin of a kernel ``x`` is called
    ``x_plain``. The bare forms have no checks of arguments.

    Raises
    ------
    RecipeError
        If there is no such module or form.
    """
    if form not in FORMS:
        raise RecipeError(f"there is no form {form}; the forms are {', '.join(FORMS)}")
    kind, _, bare = form.partition("-")
    text = _read(package, module)
    if kind == "plain":
        text = text.replace(f".{FAST}", f".{PLAIN}")
    else:
        text = TWIN.sub(r"\1_plain", text)
        if module.startswith(PLAIN):
            text = _rename_twins(package, module, text)
    strips = bool(bare) and module != CHECKS
    idle = _idle_imports(package, text, form) if strips else None
    return _parsed(text, package, idle)


@cache
def _parsed(text: str, package: Path, idle: frozenset[str] | None) -> Module:
    """Parse a text once, since most modules are the same in two forms."""
    if idle is not None:
        text = strip(text, checks(package), idle)
    return parse(text, package.name)


def _idle_imports(package: Path, text: str, form: str) -> frozenset[str]:
    """Return the imported functions of which nothing is left without checks."""
    source = parse(text, package.name)
    found = set()
    for (needed, *_), owner in (
        (imports, source.inside(imports[0])) for imports in source.imports.values()
    ):
        if owner and owner != CHECKS and not needed.typing:
            there = load(package, owner, form).definitions.get(needed.name, [])
            if any(
                isinstance(node, ast.FunctionDef) and is_idle(body_of(node))
                for node in there
            ):
                found.add(needed.bound)
    return frozenset(found)


@cache
def checks(package: Path) -> dict[str, list[str]]:
    """Map what the module of checks defines to the names of its parameters."""
    if not _path(package, CHECKS).is_file():
        return {}
    found = parse(_read(package, CHECKS), package.name).definitions
    return {
        name: [node.arg for node in ast.walk(last) if isinstance(node, ast.arg)]
        for name, (*_, last) in found.items()
    }


def forget() -> None:
    """Read the modules anew when they are wanted next, since they may have changed."""
    load.cache_clear()
    checks.cache_clear()


def _rename_twins(package: Path, module: str, text: str) -> str:
    twin = module.replace(PLAIN, FAST)
    if not _path(package, twin).is_file():
        return text
    names = set(re.findall(r"(?m)^def (\w+)\(", _read(package, twin)))

    def rename(found: re.Match[str]) -> str:
        line, name = found[0], found[1]
        if name not in names:
            return line
        line = line.replace(f"def {name}(", f"def {name}_plain(")
        return "\n".join(lay_out(line, 0)) if line.endswith(":") else line

    return re.sub(r"(?m)^def (\w+)\(.*$", rename, text)


def _read(package: Path, module: str) -> str:
    path = _path(package, module)
    if not path.is_file():
        raise RecipeError(f"{package} has no module {module}")
    return path.read_text("utf-8")


def _path(package: Path, module: str) -> Path:
    return package.joinpath(*module.split(".")).with_suffix(".py")
