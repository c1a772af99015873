"""Write imports as isort and the formatter would."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from imgrecipes._copier.layout import WIDTH
from imgrecipes._copier.source import Import

if TYPE_CHECKING:
    from collections.abc import Iterable


def import_line(found: Import) -> str:
    alias = f" as {found.alias}" if found.alias else ""
    if found.name:
        return f"from {found.module} import {found.name}{alias}"
    return f"import {found.module}{alias}"


def import_block(imports: list[Import]) -> str:
    """Write imports in the order of isort, slow ones for type checkers in a block."""
    # What costs no time to import needs no block, which makes copies longer.
    typing = [i for i in imports if i.typing and is_slow(i.module)]
    running = [i for i in imports if i not in typing]
    if not typing:
        return _sections(running, "")
    running.append(Import("typing", "TYPE_CHECKING", ""))
    block = _sections(typing, "    ")
    return f"{_sections(running, '')}\n\nif TYPE_CHECKING:\n{block}"


def _sections(imports: Iterable[Import], indent: str) -> str:
    rows: dict[tuple[bool, bool, str, str], str] = {}
    members: dict[str, set[str]] = {}
    for found in imports:
        if found.name and not found.alias:
            members.setdefault(found.module, set()).add(found.name)
        else:
            key = (is_third(found.module), bool(found.name), found.module, found.alias)
            rows[key] = f"{indent}{import_line(found)}"
    for module, names in members.items():
        key = (is_third(module), True, module, "")
        rows[key] = from_line(module, names, indent)
    keys = sorted(rows, key=lambda key: (*key[:2], key[2].lower(), key[3]))
    sections = (
        "\n".join(rows[key] for key in keys if key[0] is third)
        for third in (False, True)
    )
    return "\n\n".join(section for section in sections if section)


def is_slow(module: str) -> bool:
    return is_third(module) and module != "numpy.typing"


def is_third(module: str) -> bool:
    return module.partition(".")[0] not in sys.stdlib_module_names


def from_line(module: str, names: Iterable[str], indent: str = "") -> str:
    # Constants, then classes, then the rest.
    ordered = sorted(
        names,
        key=lambda n: (not (n.isupper() and len(n) > 1), not n[0].isupper(), n.lower()),
    )
    line = f"{indent}from {module} import {', '.join(ordered)}"
    if len(line) <= WIDTH:
        return line
    inner = "".join(f"{indent}    {name},\n" for name in ordered)
    return f"{indent}from {module} import (\n{inner}{indent})"
