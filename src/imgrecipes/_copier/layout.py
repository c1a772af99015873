"""Break a statement into lines as the formatter does."""

from __future__ import annotations

import io
import tokenize
from itertools import pairwise
from typing import NamedTuple

WIDTH = 88
OPENING, CLOSING = frozenset("([{"), frozenset(")]}")
# From what is split first to what is split last.
PRECEDENCE = (
    {"if", "else"},
    {"or"},
    {"and"},
    {"not"},
    {"in", "is", "==", "!=", "<", ">", "<=", ">="},
    {"|"},
    {"^"},
    {"&"},
    {"<<", ">>"},
    {"+", "-"},
    {"*", "/", "//", "%", "@"},
)
# No operand ends with these, so what follows has one operand only.
BEFORE_UNARY = OPENING | {",", "=", ":", "return", "lambda"}.union(*PRECEDENCE)


class Edit(NamedTuple):
    """Lines to replace, counted from 0, the last one excluded."""

    first: int
    last: int
    new: list[str]


class Token(NamedTuple):
    """A word of the source and the columns where it stands, or the lines as well."""

    text: str
    start: tuple[int, int]
    end: tuple[int, int]
    depth: int


def tokens(text: str) -> list[Token]:
    """Split a statement into tokens; a closing bracket is as deep as its opening one.

    An f-string is one token in all versions of Python.
    """
    found: list[Token] = []
    depth, inside, begin = 0, 0, (0, 0)
    lines = text.split("\n")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        name, string = tokenize.tok_name[token.type], token.string
        if name == "FSTRING_START":
            begin = begin if inside else token.start
            inside += 1
        elif name == "FSTRING_END":
            inside -= 1
            if not inside:
                string = _between(lines, begin, token.end)
                found.append(Token(string, begin, token.end, depth))
        elif not inside and string.strip() and name not in {"INDENT", "DEDENT"}:
            depth -= string in CLOSING
            found.append(Token(string, token.start, token.end, depth))
            depth += string in OPENING
    return found


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    if start[0] == end[0]:
        return lines[start[0] - 1][start[1] : end[1]]
    inner = lines[start[0] : end[0] - 1]
    first, last = lines[start[0] - 1][start[1] :], lines[end[0] - 1][: end[1]]
    return "\n".join([first, *inner, last])


def join(text: str) -> str | None:
    """Write a statement on one line; None if it has a comment or a string of lines."""
    found = tokens(text)
    if any(t.text.startswith("#") or "\n" in t.text for t in found):
        return None
    line, last = "", None
    for number, token in enumerate(found):
        if last is not None and last.end[0] == token.start[0]:
            line += " " * (token.start[1] - last.end[1])
        elif last is not None and not (
            last.text in OPENING or token.text in CLOSING or token.text == "."
        ):
            line += " "
        if not _is_trailing_comma(found, number):
            line += token.text
        last = token
    return _hug_powers(line)


def _hug_powers(line: str) -> str:
    """Leave no blanks around ``**`` between names and numbers."""
    found = tokens(line)
    for number in reversed(range(1, len(found) - 1)):
        left, right = number - 1, number + 1
        if found[number].text != "**" or not _is_word(found[left]):
            continue
        while left > 1 and found[left - 1].text == "." and _is_word(found[left - 2]):
            left -= 2
        right += found[right].text == "-"
        while right + 2 < len(found) and found[right + 1].text == ".":
            right += 2
        after = found[right + 1].text if right + 1 < len(found) else ""
        before = found[left - 1].text if left else ""
        if _is_word(found[right]) and after not in {"(", "["} and before != ".":
            start, end = found[number - 1].end[1], found[number + 1].start[1]
            line = f"{line[:start]}**{line[end:]}"
    return line


def _is_word(token: Token) -> bool:
    return token.text[0].isalnum() or token.text[0] == "_"


def _is_trailing_comma(found: list[Token], number: int) -> bool:
    """Whether a comma says only that each item stands on a line of its own."""
    after = found[number + 1 : number + 2]
    if found[number].text != "," or not after or after[0].text not in CLOSING:
        return False
    start = number
    while found[start].depth >= found[number].depth:
        start -= 1
    commas = sum(
        t.text == "," and t.depth == found[number].depth for t in found[start:number]
    )
    before = found[start - 1].text if start else ""
    is_call = before.isidentifier() and before not in BEFORE_UNARY | {"in"}
    return (
        commas > 0
        or found[start].text == "{"
        or ((is_call or before in CLOSING) and found[start].text == "(")
        or (found[start].text == "[" and not is_call and before not in CLOSING)
    )


def lay_out(line: str, indent: int, after: int = 0) -> list[str]:
    """Break a statement of one line where it is longer than the formatter allows.

    The lines are indented; `after` is the room that something behind them needs.
    """
    margin = " " * indent
    line = _without_parentheses(line)
    if indent + len(line) + after <= WIDTH:
        return [f"{margin}{line}"]
    start, body, end = _split(line, indent + after)
    if not body:
        return [f"{margin}{line}"]
    return [f"{margin}{start}", *_inside(start, body, indent + 4), f"{margin}{end}"]


def _prefix(found: list[Token]) -> tuple[int, int]:
    """Return the range of tokens that may be put into parentheses."""
    first, last = 0, len(found)
    if found[-1].text == ":" and found[-1].depth == 0:
        last -= 1
    if found[0].text in {"return", "if", "elif", "while", "assert", "yield"}:
        first = 1
    for number, token in enumerate(found):
        if token.depth == 0 and (
            (token.text.endswith("=") and token.text not in {"==", "!=", "<=", ">="})
            or (token.text == "in" and found[0].text == "for")
        ):
            first = number + 1
    return first, last


def _without_parentheses(line: str) -> str:
    found = tokens(line)
    first, last = _prefix(found)
    part = found[first:last]
    if first == 0 or len(part) < 3 or part[0].text != "(" or part[-1].text != ")":
        return line
    inner = part[1:-1]
    if any(t.depth == 0 for t in inner) or any(
        t.depth == 1 and t.text in {",", "for", ":=", "yield"} for t in inner
    ):
        return line
    start, end = part[0].end[1], part[-1].start[1]
    return line[: part[0].start[1]] + line[start:end] + line[part[-1].end[1] :]


def _split(line: str, used: int) -> tuple[str, str, str]:
    """Split a line into what opens a bracket, what is in it, and what closes it."""
    found = tokens(line)
    first, last = _prefix(found)
    part = found[first:last]
    if found[0].text == "def":
        start = next(n for n, t in enumerate(found) if t.text == "(")
        end = next(n for n, t in enumerate(found) if n > start and t.depth == 0)
        return _cut(line, found[start], found[end])
    operators = _operators(part)
    commas = any(t.text == "," and t.depth == 0 for t in part)
    if part[-1].text in CLOSING and not commas:
        # The last pair of brackets that holds something.
        closing = [n for n, t in enumerate(part) if t.text in CLOSING and t.depth == 0]
        end = max((n for n in closing if part[n - 1].text not in OPENING), default=-1)
        start = max((n for n, t in enumerate(part[:end]) if t.depth == 0), default=0)
        fits = used + part[start].end[1] <= WIDTH
        if end > 0 and (
            not operators
            or (fits and len(operators) == 1 and operators[0].text not in PRECEDENCE[0])
        ):
            return _cut(line, part[start], part[end])
    if first == 0 or not (operators or commas):
        return line, "", ""
    start, end = part[0].start[1], part[-1].end[1]
    return f"{line[:start]}(", line[start:end], f"){line[end:]}"


def _cut(line: str, opening: Token, closing: Token) -> tuple[str, str, str]:
    start, end = opening.end[1], closing.start[1]
    return line[:start], line[start:end], line[end:]


def _operators(part: list[Token]) -> list[Token]:
    """Return the operators that bind least."""
    outer = [
        token
        for number, token in enumerate(part)
        if token.depth == part[0].depth
        and number
        and (token.text == "not" or part[number - 1].text not in BEFORE_UNARY)
    ]
    for level in PRECEDENCE:
        found = [token for token in outer if token.text in level]
        if found:
            return found
    return []


def _inside(start: str, body: str, indent: int) -> list[str]:
    """Lay out what stands in brackets."""
    if indent + len(body) <= WIDTH:
        return [f"{' ' * indent}{body}"]
    found = tokens(f"({body})")[1:-1]
    inner = [
        Token(t.text, (1, t.start[1] - 1), (1, t.end[1] - 1), t.depth - 1)
        for t in found
    ]
    commas = [t for t in inner if t.text == "," and t.depth == 0]
    loops = [
        t
        for n, t in enumerate(inner)
        if n and t.depth == 0 and (t.text in {"for", "async"} or t.text == "if")
    ]
    if commas and not any(t.text == "for" and t.depth == 0 for t in inner):
        places = [0, *(t.end[1] for t in commas), len(body)]
        items = [body[a:b].strip(" ,") for a, b in pairwise(places)]
        return [
            line
            for item in filter(None, items)
            for line in _with_comma(lay_out(item, indent, 1))
        ]
    if any(t.text == "for" for t in loops):
        places = [0, *(t.start[1] for t in loops), len(body)]
    else:
        places = [0, *(t.start[1] for t in _operators(inner)), len(body)]
    pieces = [body[a:b].strip() for a, b in pairwise(places)]
    if len(pieces) == 1 and start.endswith("(") and not start.endswith(" ("):
        return _with_comma(lay_out(body, indent, 1))
    return [line for piece in pieces for line in lay_out(piece, indent)]


def _with_comma(lines: list[str]) -> list[str]:
    return [*lines[:-1], f"{lines[-1]},"]
