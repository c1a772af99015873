"""What recipes there are, by their source text: nothing of theirs is imported."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

from imgrecipes._copier.forms import load
from imgrecipes._copier.source import RecipeError, parse
from imgrecipes._copier.suggestions import suggest

PACKAGE = Path(__file__).parents[1]


class Recipe(NamedTuple):
    """A public function of the package."""

    concept: str
    name: str
    summary: str

    @property
    def full_name(self) -> str:
        """The name with its concept."""
        return f"{self.concept}.{self.name}"


def concepts(package: Path = PACKAGE) -> dict[str, str]:
    """Map each concept, a public module, to the first line of its docstring."""
    return {
        path.stem: _summary(load(package, path.stem).tree)
        for path in sorted(package.glob("[!_]*.py"))
    }


def recipes(package: Path = PACKAGE) -> list[Recipe]:
    """List all recipes, by concept and in the order of its module."""
    return [
        Recipe(concept, node.name, _summary(node))
        for concept in concepts(package)
        for node in load(package, concept).tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def find(name: str, package: Path = PACKAGE) -> Recipe:
    """Return the recipe of this name, with or without its concept."""
    known = recipes(package)
    wanted = name.removeprefix(f"{package.name}.")
    found = [r for r in known if wanted in {r.name, r.full_name}]
    if len(found) == 1:
        return found[0]
    if found:
        choice = " or ".join(r.full_name for r in found)
        raise RecipeError(f"{name} is the name of several recipes: say {choice}")
    inside = ", ".join(r.name for r in known if r.concept == wanted)
    if inside:
        raise RecipeError(f"{name} is a concept; its recipes are {inside}")
    near = suggest(wanted, {r.full_name: _docstring(r, package) for r in known})
    hint = f"did you mean {' or '.join(near)}?" if near else "`list` shows all"
    raise RecipeError(f"there is no recipe {name}; {hint}")


def _docstring(recipe: Recipe, package: Path) -> str:
    (definition,) = load(package, recipe.concept).definitions[recipe.name]
    # For mypy, which cannot know that recipes are functions.
    assert isinstance(definition, ast.FunctionDef)  # noqa: S101
    return ast.get_docstring(definition) or ""


def recipes_used(script: Path, package: Path = PACKAGE) -> list[Recipe]:
    """List the recipes that a script uses itself."""
    source = parse(script.read_text("utf-8"), package.name)
    used = set(source.uses([source.tree]))
    return [r for r in recipes(package) if (r.concept, r.name) in used]


def version(package: Path = PACKAGE) -> str:
    """Version of the package, read from its source."""
    (statement,) = load(package, "__init__").definitions["__version__"]
    # For mypy, which cannot know what stands in the file.
    assert isinstance(statement, ast.Assign)  # noqa: S101
    return str(ast.literal_eval(statement.value))


@cache
def _summary(node: ast.Module | ast.FunctionDef) -> str:
    return (ast.get_docstring(node) or "").partition("\n")[0]
