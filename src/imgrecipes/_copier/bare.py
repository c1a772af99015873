"""Take the checks of arguments out of the text of a module, and keep conversions."""

from __future__ import annotations

import ast
import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from imgrecipes._copier.layout import Edit, join, lay_out
from imgrecipes._copier.scope import Scope
from imgrecipes._copier.source import RecipeError, docstring_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

# What stands in for the call of a function of the checks, by the names of its
# parameters. Any other `check_...` gives back its first argument, and functions of
# other names are no checks: they are copied.
CONVERSIONS = {
    "check_image": "np.asarray({image})",
    "check_mask": "np.asarray({mask}, bool)",
    "check_labels": "np.asarray({labels})",
    "check_axes": "sorted(axis % {ndim} for axis in {axes})",
    "check_numbers": "tuple({values})",
    "check_integers": "tuple({values})",
    "check_sequence": "list({values})",
    "check_shape": "tuple({shape})",
    "count_axes": "len({value}) if np.ndim({value}) else {ndim}",
    "narrow_floats": "{levels}.astype({dtype}, copy=False)",
    "per_axis": "np.broadcast_to({value}, {ndim}).tolist()",
}
ATOMS = (
    ast.Name,
    ast.Constant,
    ast.Call,
    ast.Attribute,
    ast.Subscript,
    ast.List,
    ast.ListComp,
    ast.Dict,
    ast.Set,
    ast.JoinedStr,
)


class Inlined(NamedTuple):
    """A function that returns an expression and does no more."""

    parameters: list[ast.arg]
    defaults: dict[str, str]
    value: ast.expr


def strip(
    text: str, checks: Mapping[str, list[str]], idle: Collection[str] = ()
) -> str:
    """Return the text of a module without checks of its functions' arguments.

    Parameters
    ----------
    text
        The text of the module.
    checks
        The names that the module of checks defines, with their parameters.
    idle
        Functions that the text imports and of which nothing is left in their modules.
    """
    original = set(_segments(ast.parse(text), text.split("\n")).values())
    settled: set[tuple[str, ...]] = set()
    while edits := _Stripper(text, checks, idle, original, settled).edits():
        lines = text.split("\n")
        for first, last, new in sorted(edits, reverse=True):
            lines[first:last] = new
        text = "\n".join(lines)
    text = _without_gaps(text)
    if re.search(r"\bnp\.", text) and not re.search(r"(?m)^import numpy as np$", text):
        text = re.sub(
            r"(?m)^(?=(import|from (?!__future__)))",
            "import numpy as np\n",
            text,
            count=1,
        )
    return text


def is_check(name: str) -> bool:
    """Whether a function of the checks checks an argument and converts it."""
    return name in CONVERSIONS or name.partition("_")[0] == "check"


def _segments(tree: ast.Module, lines: Sequence[str]) -> dict[ast.FunctionDef, str]:
    """Map the functions of a module to their texts."""
    return {
        node: "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }


def _without_gaps(text: str) -> str:
    """Leave one blank line where statements were taken out between two, or none."""
    lines = text.split("\n")
    inside, strings = set[int](), set[int]()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            inside.update(range(node.lineno, node.end_lineno or 0))
        elif isinstance(node, ast.Constant | ast.JoinedStr):
            strings.update(range(node.lineno, node.end_lineno or 0))
    new: list[str] = []
    for number, line in enumerate(lines):
        after = next((other for other in lines[number:] if other.strip()), "")
        before = new[-1].rstrip() if new else ""
        if (
            line.strip()
            or number not in inside - strings
            or after.lstrip().startswith(("def ", "class ", "@"))
            or (before and not before.endswith((":", '"""')))
        ):
            new.append(line)
    return "\n".join(new)


class _Stripper:
    """One pass over a module, which finds what can be changed at once."""

    def __init__(
        self,
        text: str,
        checks: Mapping[str, list[str]],
        idle: Collection[str],
        original: set[str],
        settled: set[tuple[str, ...]],
    ) -> None:
        self.lines = text.split("\n")
        self.tree = ast.parse(text)
        self.found: list[Edit] = []
        self.checks = {
            alias.asname or alias.name: (alias.name, checks[alias.name])
            for node in self.tree.body
            if isinstance(node, ast.ImportFrom)
            and (node.module or "").rpartition(".")[2] == "_checks"
            for alias in node.names
            if alias.name in checks and is_check(alias.name)
        }
        self.segments = _segments(self.tree, self.lines)
        self.settled = settled
        changed = [
            node for node, segment in self.segments.items() if segment not in original
        ]
        self.idle = {*idle, *(node.name for node in changed if is_idle(body_of(node)))}
        self.inlined = {
            node.name: inlined
            for node in changed
            if node.name.startswith("_") and (inlined := self._inline(node))
        }

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        return {
            child: node
            for node in ast.walk(self.tree)
            for child in ast.iter_child_nodes(node)
        }

    def edits(self) -> list[Edit]:
        """Return what to change, in places that do not overlap."""
        for node, segment in self.segments.items():
            known = sorted(self.idle | self.inlined.keys())
            key = (segment, *(name for name in known if name in segment))
            if key not in self.settled:
                before = len(self.found)
                self._change(node, None)
                if len(self.found) == before:
                    self.settled.add(key)
        return self.found

    def _inline(self, node: ast.FunctionDef) -> Inlined | None:
        body, given = body_of(node), node.args
        if (
            len(body) != 1
            or not isinstance(body[0], ast.Return)
            or body[0].value is None
            or given.vararg
            or given.kwarg
            or node.decorator_list
        ):
            return None
        names = [*given.args, *given.kwonlyargs]
        defaults = [None] * (len(given.args) - len(given.defaults)) + given.defaults
        texts = {
            name.arg: ast.unparse(default)
            for name, default in zip(
                names, [*defaults, *given.kw_defaults], strict=True
            )
            if default is not None
        }
        return Inlined(names, texts, body[0].value)

    def _block(self, block: Sequence[ast.stmt], scope: Scope | None) -> None:
        """Go through the statements of a block."""
        statements = [s for s in block if not _is_docstring(s)]
        if is_idle(statements):
            return
        doomed = [s for s in statements if self._is_doomed(s, scope)]
        kept = [s for s in statements if s not in doomed]
        for statement in doomed:
            stays = not kept and statement is doomed[0]
            margin = " " * statement.col_offset
            self._cut(statement, [f"{margin}pass"] if stays else [])
        number = 0
        while number < len(kept):
            if scope and self._merge(kept[number : number + 2], scope):
                number += 1
            elif not self._shorten(kept[number], scope):
                self._change(kept[number], scope)
            number += 1

    def _condition(self, pair: Sequence[ast.stmt]) -> bool:
        """Write ``if x: return True; return False`` as one return."""
        match pair:
            case [
                ast.If(
                    test=ast.Compare() | ast.BoolOp() as test,
                    body=[ast.Return(value=ast.Constant(value=True))],
                    orelse=[],
                ) as first,
                ast.Return(value=ast.Constant(value=False)) as second,
            ]:
                pass
            case _:
                return False
        line = join(f"return ({self._text(test)})")
        between = self.lines[first.end_lineno or 0 : second.lineno - 1]
        comments = [other for other in between if other.strip()]
        if (
            line is None
            or any(self._changes([test]))
            or not all(other.lstrip().startswith("#") for other in comments)
        ):
            return False
        new = [*comments, *lay_out(line, first.col_offset)]
        self.found.append(Edit(first.lineno - 1, second.end_lineno or 0, new))
        return True

    def _cut(self, statement: ast.stmt, new: list[str]) -> None:
        """Take out a statement with the comment above it."""
        first = statement.lineno - 1
        if isinstance(statement, ast.FunctionDef) and statement.decorator_list:
            first = statement.decorator_list[0].lineno - 1
        margin = f"{' ' * statement.col_offset}#"
        while self.lines[first - 1].startswith(margin):
            first -= 1
        self.found.append(Edit(first, statement.end_lineno or 0, new))

    def _is_doomed(self, statement: ast.stmt, scope: Scope | None) -> bool:
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Name(id=name))):
                return name in self.checks or name in self.idle
            case ast.FunctionDef(name=name):
                return scope is not None and not scope.reads[name]
            case ast.AugAssign(target=ast.Name(id=name)):
                return scope is not None and scope.is_idle_counter(name)
            case (
                ast.Assign(targets=[target], value=value)
                | ast.AnnAssign(target=target, value=value)
            ):
                same = value and ast.unparse(target) == ast.unparse(value)
                return bool(same) or self._is_unread(target, value, statement, scope)
        return _is_empty(statement)

    def _is_unread(
        self,
        target: ast.expr,
        value: ast.expr | None,
        statement: ast.stmt,
        scope: Scope | None,
    ) -> bool:
        places = list(ast.walk(target))
        names = [node.id for node in places if isinstance(node, ast.Name)]
        simple = all(isinstance(n, ast.Name | ast.Tuple | ast.Store) for n in places)
        writes = value is not None and any(
            isinstance(node, ast.keyword) and node.arg == "out"
            for node in ast.walk(value)
        )
        return (
            scope is not None
            and simple
            and not writes
            and not any(scope.is_read_after(name, statement) for name in names)
        )

    def _shorten(self, statement: ast.stmt, scope: Scope | None) -> bool:
        """Leave out of ``x, y = x, 2`` what changes nothing or is not read."""
        match statement:
            case ast.Assign(
                targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)
            ) if len(targets) == len(values):
                pass
            case ast.Assign(targets=[ast.Tuple(elts=targets)]):
                return self._forget(targets, statement, scope)
            case _:
                return False
        read = [
            (self._text(target), self._text(value))
            for target, value in zip(targets, values, strict=True)
            if self._text(target) != self._text(value)
            and not self._is_unread(target, value, statement, scope)
        ]
        if len(read) in {0, len(targets)}:
            return False
        line = " = ".join(", ".join(part) for part in zip(*read, strict=True))
        new = lay_out(line, statement.col_offset)
        self.found.append(Edit(statement.lineno - 1, statement.end_lineno or 0, new))
        return True

    def _forget(
        self, targets: list[ast.expr], statement: ast.stmt, scope: Scope | None
    ) -> bool:
        """Call what is not read of what a function returns ``_``."""
        changes = [
            (node, "_")
            for node in targets
            if isinstance(node, ast.Name)
            and not node.id.startswith("_")
            and self._is_unread(node, None, statement, scope)
        ]
        outer = list(ast.iter_child_nodes(statement))
        if not changes or any(self._changes(outer, scope)):
            return False
        self._rewrite(statement, [*changes])
        return True

    def _merge(self, pair: Sequence[ast.stmt], scope: Scope) -> bool:
        """Write ``x = ...; return x``, which a check stood between, as one return."""
        match pair:
            case [
                ast.Assign(targets=[ast.Name(id=one)], value=value) as first,
                ast.Return(value=ast.Name(id=other)) as second,
            ] if one == other and one not in scope.kept:
                pass
            case _:
                return self._condition(pair)
        lines = self.lines[first.lineno - 1 : second.lineno]
        between = "".join(self.lines[first.end_lineno or 0 : second.lineno - 1])
        if between.strip() or "#" in "".join(lines) or any(self._changes([value])):
            return False
        line = join("\n".join(self.lines[first.lineno - 1 : first.end_lineno]).strip())
        if line is None:
            return False
        new = lay_out(f"return {line.partition(' = ')[2]}", first.col_offset)
        self.found.append(Edit(first.lineno - 1, second.end_lineno or 0, new))
        return True

    def _change(self, statement: ast.stmt, scope: Scope | None) -> None:
        """Change a statement that stays, and what is in it."""
        if isinstance(statement, ast.Try) and _is_guard(statement):
            first, last = statement.body[0].lineno - 1, statement.body[-1].end_lineno
            new = [line.removeprefix(" " * 4) for line in self.lines[first:last]]
            self.found.append(
                Edit(statement.lineno - 1, statement.end_lineno or 0, new)
            )
            return
        if isinstance(statement, ast.FunctionDef):
            scope = Scope(statement)
        inner = ast.stmt | ast.arguments | ast.ExceptHandler | ast.match_case
        outer = [n for n in ast.iter_child_nodes(statement) if not isinstance(n, inner)]
        if changes := list(self._changes(outer, scope)):
            self._rewrite(statement, changes)
        blocks = list(_blocks(statement))
        for block in blocks:
            if block is getattr(statement, "orelse", None) and all(
                self._is_doomed(s, scope) for s in block
            ):
                # Its line goes with it.
                self.found.append(Edit(_last(blocks[0]), _last(block), []))
            else:
                self._block(block, scope)

    def _rewrite(
        self, statement: ast.stmt, changes: list[tuple[ast.expr, str]]
    ) -> None:
        """Replace expressions in the lines before a statement's body."""
        body = getattr(statement, "body", None)
        first = statement.lineno - 1
        last = statement.end_lineno or 0
        if body:
            last = body[0].lineno - 1
            while self.lines[last - 1].lstrip().startswith("#"):
                last -= 1
        lines = self.lines[first:last]
        for node, new in sorted(changes, key=lambda c: _start(c[0]), reverse=True):
            (row, column), (end, stop) = _start(node), _end(node)
            row, end = row - 1 - first, end - 1 - first
            before = lines[row].encode()[:column].decode()
            after = lines[end].encode()[stop:].decode()
            lines[row : end + 1] = (before + new + after).split("\n")
        line = join("\n".join(lines).strip())
        new_lines = lines if line is None else lay_out(line, _indent(lines[0]))
        self.found.append(Edit(first, last, new_lines))

    def _changes(
        self, nodes: Sequence[ast.AST], scope: Scope | None = None
    ) -> Iterator[tuple[ast.expr, str]]:
        """Yield the outermost expressions to replace, and what stands in for them."""
        for node in nodes:
            new = self._new(node, scope) if isinstance(node, ast.expr) else None
            if new is not None and isinstance(node, ast.expr):
                yield node, self._in_parentheses(node, new)
            else:
                yield from self._changes(list(ast.iter_child_nodes(node)), scope)

    def _new(self, node: ast.expr, scope: Scope | None) -> str | None:
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in self.checks:
                return self._conversion(node, *self.checks[name])
            case ast.Call(func=ast.Name(id=name)) if name in self.inlined:
                return self._inlined(node, self.inlined[name], scope)
            case ast.Call(
                func=ast.Name(id="tuple" | "list" | "set" | "sorted"),
                args=[ast.GeneratorExp() as inner],
                keywords=[],
            ) if source := self._identity(inner):
                return f"{node.func.id}({source})"  # type: ignore[attr-defined]
            case ast.Call(
                func=ast.Name(id="tuple" | "list" | "set" | "sorted" as outer),
                args=[ast.Call(func=ast.Name(id="tuple" | "list"), args=[inner])],
                keywords=[],
            ):
                return f"{outer}({self._text(inner)})"
            case ast.ListComp() if source := self._identity(node):
                return source if source.endswith(".tolist()") else f"list({source})"
        return None

    def _identity(self, node: ast.GeneratorExp | ast.ListComp) -> str | None:
        """Return what a comprehension goes through, if it only does that."""
        match node:
            case (
                ast.GeneratorExp(
                    elt=ast.Name(id=one),
                    generators=[
                        ast.comprehension(target=ast.Name(id=other), ifs=[], iter=it)
                    ],
                )
                | ast.ListComp(
                    elt=ast.Name(id=one),
                    generators=[
                        ast.comprehension(target=ast.Name(id=other), ifs=[], iter=it)
                    ],
                )
            ) if one == other:
                return self._text(it)
        return None

    def _conversion(
        self, node: ast.Call, name: str, parameters: list[str]
    ) -> str | None:
        given = self._arguments(node, parameters, {})
        if given is None or not parameters:
            return None
        template = CONVERSIONS.get(name, f"{{{parameters[0]}}}")
        try:
            if re.fullmatch(r"\{\w+\}", template):
                return template.format(**given)
            return template.format(
                **{
                    key: text
                    if f"({{{key}}}" in template or _is_atom(text)
                    else f"({text})"
                    for key, text in given.items()
                }
            )
        except KeyError as error:
            raise RecipeError(f"the conversion of {name} names {error}") from error

    def _arguments(
        self, node: ast.Call, parameters: list[str], defaults: Mapping[str, str]
    ) -> dict[str, str] | None:
        starred = any(isinstance(argument, ast.Starred) for argument in node.args)
        if starred or any(keyword.arg is None for keyword in node.keywords):
            return None
        given = dict(zip(parameters, map(self._text, node.args), strict=False))
        given |= {str(k.arg): self._text(k.value) for k in node.keywords}
        return {**defaults, **given}

    def _inlined(
        self, node: ast.Call, inlined: Inlined, scope: Scope | None
    ) -> str | None:
        parameters = [parameter.arg for parameter in inlined.parameters]
        given = self._arguments(node, parameters, inlined.defaults)
        names = [n for n in ast.walk(inlined.value) if isinstance(n, ast.Name)]
        inner = {n.id for n in names if isinstance(n.ctx, ast.Store)}
        outer = {n.id for n in names} - inner - set(parameters)
        used = [n for n in names if n.id in parameters]
        if (
            given is None
            or scope is None
            or outer & scope.bound
            or any(isinstance(n, ast.Lambda) for n in ast.walk(inlined.value))
            or any(inner & _names(text) for text in given.values())
            or any(
                sum(n.id == name for n in used) > 1 and not _is_simple(text)
                for name, text in given.items()
            )
        ):
            return None
        text = self._text(inlined.value)
        row, column = _start(inlined.value)
        lines = text.split("\n")
        for name in sorted(used, key=_start, reverse=True):
            new = self._in_parentheses(name, given[name.id])
            if name is inlined.value:
                new = given[name.id]
            at, (_, stop) = name.lineno - row, _end(name)
            shift = column if at == 0 else 0
            line = lines[at].encode()
            lines[at] = (
                line[: name.col_offset - shift] + new.encode() + line[stop - shift :]
            ).decode()
        return "\n".join(lines)

    def _in_parentheses(self, node: ast.expr, new: str) -> str:
        """Put what stands in for a node into parentheses if it needs them there."""
        parent = self.parents.get(node)
        alone = (
            isinstance(parent, ast.stmt | ast.keyword)
            or (isinstance(parent, ast.Call) and node in parent.args)
            or (isinstance(parent, ast.ListComp | ast.List | ast.Tuple))
        )
        return new if alone or _is_atom(new) else f"({new})"

    def _text(self, node: ast.expr) -> str:
        (row, column), (end, stop) = _start(node), _end(node)
        lines = [line.encode() for line in self.lines[row - 1 : end]]
        lines[-1] = lines[-1][:stop]
        lines[0] = lines[0][column:]
        return b"\n".join(lines).decode()


def _start(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _end(node: ast.expr) -> tuple[int, int]:
    return node.end_lineno or 0, node.end_col_offset or 0


def _last(block: Sequence[ast.stmt]) -> int:
    return block[-1].end_lineno or 0


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _names(text: str) -> set[str]:
    return {n.id for n in ast.walk(_expression(text)) if isinstance(n, ast.Name)}


def _expression(text: str) -> ast.expr:
    return ast.parse(f"({text}\n)", mode="eval").body


def _is_atom(text: str) -> bool:
    node = _expression(text)
    return isinstance(node, ATOMS) or (
        isinstance(node, ast.Tuple) and text.startswith("(") and text.endswith(")")
    )


def _is_simple(text: str) -> bool:
    node = _expression(text)
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name | ast.Constant)


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def body_of(function: ast.FunctionDef) -> list[ast.stmt]:
    """Return the statements of a function but for its docstring."""
    return function.body[1:] if docstring_of(function) else function.body


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the blocks of statements in a statement."""
    parts = [*getattr(statement, "handlers", []), *getattr(statement, "cases", [])]
    for node in [statement, *parts]:
        for name in ("body", "orelse", "finalbody"):
            if block := getattr(node, name, None):
                yield block


def _is_empty(statement: ast.stmt) -> bool:
    """Whether a statement does nothing but raise an error."""
    match statement:
        case ast.Pass():
            return True
        case ast.If(orelse=[], body=body):
            return _only_raises(body) or is_idle(body)
        case (
            ast.For(orelse=[], body=body)
            | ast.While(orelse=[], body=body)
            | ast.With(body=body)
        ):
            return is_idle(body)
    return False


def is_idle(body: Sequence[ast.stmt]) -> bool:
    """Whether nothing is left of a block."""
    return len(body) == 1 and isinstance(body[0], ast.Pass)


def _only_raises(body: Sequence[ast.stmt]) -> bool:
    *before, last = body
    simple = ast.Assign | ast.AnnAssign | ast.AugAssign
    return isinstance(last, ast.Raise) and all(isinstance(s, simple) for s in before)


def _is_guard(statement: ast.Try) -> bool:
    """Whether a statement only says what went wrong in it."""
    return not (statement.orelse or statement.finalbody) and all(
        _only_raises(handler.body) for handler in statement.handlers
    )
