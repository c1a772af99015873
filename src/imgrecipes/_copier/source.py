"""Read modules as source text: what they define, and what a definition uses."""

from __future__ import annotations

import ast
import builtins
import copy
import hashlib
import symtable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

# Not those like __file__ and __package__, which say where a module is.
BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))


class RecipeError(Exception):
    """What keeps a recipe from being found, copied or checked."""


class Import(NamedTuple):
    """What a name stands for: a module, or if `name` is given, something in it."""

    module: str
    name: str
    alias: str
    typing: bool = False

    @property
    def bound(self) -> str:
        """The name that code uses."""
        return self.alias or self.name or self.module.partition(".")[0]


@dataclass(frozen=True, eq=False)
class Module:
    """A parsed file, its top-level definitions and imports, by the names they bind."""

    package: str
    lines: list[str]
    tree: ast.Module
    definitions: dict[str, list[ast.stmt]]
    imports: dict[str, list[Import]]

    @property
    def postponed(self) -> bool:
        """Whether annotations are not evaluated."""
        return any(
            i.module == "__future__" for i in self.imports.get("annotations", [])
        )

    def inside(self, found: Import) -> str | None:
        """Return the module of the package in an import; "" is the package itself."""
        owner, _, module = found.module.partition(".")
        return module if self.package and owner == self.package else None

    def uses(self, nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
        """Yield (module, name) of the package that code uses; module "" is this one."""
        nodes = tuple(nodes)
        known = dict(self.imports)
        names = set().union(*(everything for everything, _ in map(names_in, nodes)))
        for found in self.lazy_imports(nodes):
            known[found.bound] = [found]
            names.add(found.bound)
        yield from (("", name) for name in self.definitions if name in names)
        modules = {}
        for name, (found, *_) in known.items():
            module = self.inside(found)
            if module and found.name and name in names:
                yield module, found.name
            elif module is not None:
                modules[name] = module or found.name
        for node in (inner for outer in nodes for inner in walk(outer)):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id in modules
            ):
                yield modules[node.value.id], node.attr

    def lazy_imports(self, nodes: Iterable[ast.AST]) -> Iterator[Import]:
        """Yield the imports from the package that stand in the bodies of functions."""
        for node in (inner for outer in nodes for inner in walk(outer)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for found in imports_of(node, self.package):
                    if self.inside(found) is not None:
                        yield found


@cache
def walk(node: ast.AST) -> tuple[ast.AST, ...]:
    """List a node and all that is in it."""
    return tuple(ast.walk(node))


def imports_of(
    node: ast.Import | ast.ImportFrom, package: str, typing: bool = False
) -> Iterator[Import]:
    """Yield what a statement imports."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            yield Import(alias.name, "", alias.asname or "", typing)
        else:
            parts = [package] * bool(node.level) + [node.module] * bool(node.module)
            module = ".".join(str(part) for part in parts)
            yield Import(module, alias.name, alias.asname or "", typing)


def parse(text: str, package: str = "") -> Module:
    """Parse the text of a module, of a package or of none."""
    tree = ast.parse(text)
    module = Module(package, text.split("\n"), tree, {}, {})
    for statement in tree.body:
        typing = (
            isinstance(statement, ast.If)
            and ast.unparse(statement.test).rpartition(".")[2] == "TYPE_CHECKING"
        )
        for inner in statement.body if isinstance(statement, ast.If) else [statement]:
            if isinstance(inner, ast.Import | ast.ImportFrom) and (
                typing or inner is statement
            ):
                for found in imports_of(inner, package, typing):
                    module.imports.setdefault(found.bound, []).append(found)
        for name in _bound_by(statement):
            module.definitions.setdefault(name, []).append(statement)
    return module


def _bound_by(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
        return
    targets: list[ast.expr] | list[ast.stmt] = [statement]
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    for node in (inner for outer in targets for inner in ast.walk(outer)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def closure(
    load: Callable[[str], Module | None],
    start: Iterable[tuple[str, str]],
    leave: Collection[str] = (),
) -> dict[tuple[str, str], list[ast.stmt]]:
    """Definitions that some (module, name) need, each behind those that it uses.

    Names to `leave` are left out, with all that only they need.
    """
    found: dict[tuple[str, str], list[ast.stmt]] = {}
    seen = set()

    def visit(module: str, name: str) -> None:
        if (module, name) in seen or name in leave:
            return
        source = load(module)
        if source is None:
            return
        seen.add((module, name))
        statements = source.definitions.get(name, [])
        for owner, used in _uses(source, tuple(statements)):
            visit(owner or module, used)
        if statements:
            found[module, name] = statements
        for passed_on in source.imports.get(name, []):
            if inner := source.inside(passed_on):
                visit(inner, passed_on.name)

    for module, name in start:
        visit(module, name)
    return found


@cache
def _uses(source: Module, nodes: tuple[ast.AST, ...]) -> list[tuple[str, str]]:
    return list(source.uses(nodes))


@cache
def names_in(node: ast.AST) -> tuple[frozenset[str], frozenset[str]]:
    """Names from outside that some code uses: all of them, and when it runs."""
    annotations = _Annotations()
    bare = annotations.visit(copy.deepcopy(node))
    table = symtable.symtable(ast.unparse(bare), "<copy>", "exec")
    running = frozenset(_global_names(table))
    return running | annotations.names, running


class _Annotations(ast.NodeTransformer):
    """Take annotations away, and keep the names in them."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def take(self, node: ast.AST | None) -> None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            self.take(ast.parse(node.value, mode="eval"))
        elif isinstance(node, ast.Name):
            self.names.add(node.id)
        elif isinstance(node, ast.Subscript) and "Literal" in ast.unparse(node.value):
            self.take(node.value)
        elif node is not None:
            for inner in ast.iter_child_nodes(node):
                self.take(inner)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        self.take(node.annotation)
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.take(node.returns)
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self.take(node.annotation)
        node.annotation = ast.Constant(...)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if ast.unparse(node.func).rpartition(".")[2] == "cast":
            self.take(node.args[0])
        return self.generic_visit(node)


def _global_names(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        # Some Pythons take a function named `top` for a module, where all is global.
        if symbol.is_referenced() and (
            table.get_type() == "module"
            or (symbol.is_global() and not symbol.is_local())
        ):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _global_names(child)


def dump(node: object, package: str = "") -> str:
    """Write a syntax tree in a way that is the same in all versions of Python.

    Docstrings are left out, and so are imports from the package inside of functions.
    """
    if isinstance(node, list):
        items = (
            dump(item, package)
            for item in node
            if not (isinstance(item, ast.ImportFrom) and _is_from(item, package))
        )
        return f"[{','.join(items)}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = {
        key: value
        for key, value in ast.iter_fields(node)
        if key not in {"ctx", "kind", "type_comment"} and value not in (None, [])
    }
    if docstring_of(node):
        fields["body"] = fields["body"][1:]
    inner = ",".join(f"{key}={dump(value, package)}" for key, value in fields.items())
    return f"{type(node).__name__}({inner})"


def _is_from(node: ast.ImportFrom, package: str) -> bool:
    owner = (node.module or "").partition(".")[0]
    return bool(package) and (node.level > 0 or owner == package)


def docstring_of(node: ast.AST) -> ast.Constant | None:
    """Return the docstring of a function or a class."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        first = node.body[0]
        if (
            isinstance(first, ast.Expr)
            and isinstance(first.value, ast.Constant)
            and isinstance(first.value.value, str)
        ):
            return first.value
    return None


def digest(content: str | bytes) -> str:
    """Fingerprint of some text or bytes."""
    data = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()
