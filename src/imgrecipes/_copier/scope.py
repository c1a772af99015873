"""What a function reads of the names that it sets."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Scope:
    """The names that a function reads, and where."""

    def __init__(self, function: ast.FunctionDef) -> None:
        self.bound: set[str] = set()
        self.reads: dict[str, list[int]] = defaultdict(list)
        self.kept: set[str] = set()
        self.numbers: set[str] = set()
        self.counted: dict[str, list[int]] = defaultdict(list)
        self.loops: list[ast.For | ast.While] = []
        for node in ast.walk(function):
            if isinstance(node, ast.arg):
                self.bound.add(node.arg)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                self.reads[node.id].append(node.lineno)
            elif isinstance(node, ast.Name):
                self.bound.add(node.id)
            elif isinstance(node, ast.Global | ast.Nonlocal):
                self.kept.update(node.names)
            elif isinstance(node, ast.For | ast.While):
                self.loops.append(node)
            elif isinstance(node, ast.Assign):
                self.numbers.update(_numbers(node.targets[0], node.value))
            elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                self.counted[node.target.id].append(node.lineno)
            elif isinstance(node, ast.FunctionDef | ast.Lambda) and (
                node is not function
            ):
                # It runs when it is called, wherever it stands.
                self.kept.update(
                    inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)
                )

    def is_read_after(self, name: str, statement: ast.stmt) -> bool:
        """Whether the value that a statement gives to a name is read."""
        first, last = statement.lineno, statement.end_lineno or 0
        around = [
            range(loop.lineno, (loop.end_lineno or 0) + 1)
            for loop in self.loops
            if loop.lineno <= first and last <= (loop.end_lineno or 0)
        ]
        return name in self.kept or any(
            line > last or any(line in loop for loop in around)
            for line in self.reads[name] + self.counted[name]
        )

    def is_idle_counter(self, name: str) -> bool:
        """Whether a name is a number that is counted, but never read."""
        return name in self.numbers and not (name in self.kept or self.reads[name])


def _numbers(target: ast.expr, value: ast.expr) -> Iterator[str]:
    """Yield the names that an assignment sets to a literal number."""
    pairs = [(target, value)]
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = list(zip(target.elts, value.elts, strict=False))
    for name, number in pairs:
        if isinstance(name, ast.Name) and isinstance(number, ast.Constant):
            yield name.id
