"""Offer each recipe as a copy: on its own page, and on the pages that call it.

The text is the one that the command line shows. It stands in the page, so that the
button works without a server, and beside the page of the recipe as a file. The page of
a recipe shows the plain text in full, and offers the one with fast kernels as well.
"""

from __future__ import annotations

import ast
import io
import json
import platform
import tokenize
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from freshness import recipes_on
from imgrecipes._copier.catalog import PACKAGE, find, recipes
from imgrecipes._copier.copying import standalone
from imgrecipes._copier.source import RecipeError, digest
from measured import MEASURED
from processes import spread
from state import read_json, write_bytes, write_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.writers.html5 import HTML5Translator

    from imgrecipes._copier.catalog import Recipe

TITLE = "Recipes on this page"
# What makes pictures to work on, and what draws them, is listed on its own pages only.
ASIDE = {"samples", "display"}
BOX = """\
<div class="recipe-box{kind}">
<p class="recipe-actions">
<button type="button" class="recipe-copy">Copy {what}{hidden_name}</button>
<a class="recipe-file" href="{file}" download="{name}.py">Download{hidden_name}</a>
<span class="recipe-status" role="status" aria-live="polite"></span>
</p>
<details class="recipe-code"{unfolded}><summary>View the code{hidden_name}</summary>
{code}
</details>
</div>
"""
FAST = " --fast"
HIDDEN = '<span class="recipe-name"> {}</span>'
MEMORY = "copies.json"
# The copies of single recipes by their full names; None where there can be none.
TEXTS: dict[str, str | None] = {}
COMMAND = "$ python -m imgrecipes copy {} --to {}"


# Nodes are named in lower case, as their visitors are.
class recipe_box(nodes.General, nodes.Element):  # noqa: N801
    """The text of a recipe and its buttons; unlike text, the search leaves it out."""


class command_line(nodes.General, nodes.Element):  # noqa: N801
    """A command to paste; the search leaves it out."""


class CopyRecipe(SphinxDirective):
    """The text and the buttons of one recipe, and the command that copies it."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the boxes, or a sentence where there is nothing to copy."""
        recipe = find(self.arguments[0])
        items = offer(self.env, recipe, alone=True)
        if not isinstance(items[0], recipe_box):
            return items
        self.env.note_dependency(str(MEASURED))
        name = recipe.full_name
        lines = count_lines(text_of(name))
        sentence = f"{lines} lines of code; {fast_words(recipe)}"
        items.insert(0, nodes.paragraph("", sentence))
        if has_fast_kernels(name):
            file = source_file(self.env.srcdir, name + FAST)
            self.env.note_dependency(str(file))
            items.append(recipe_box(recipe=recipe, docname=self.env.docname, fast=True))
        return [
            *items,
            nodes.paragraph("", "Or let the package that you have installed do it:"),
            command_line(text=COMMAND.format(recipe.name, f"{recipe.name}.py")),
        ]


def count_lines(text: str) -> int:
    """Count the lines of a module that hold code, and not only words on it."""
    code = ast.parse(text)
    words = [
        node.body[0]
        for node in ast.walk(code)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and ast.get_docstring(node) is not None
    ]
    silent = {n for w in words for n in range(w.lineno, (w.end_lineno or 0) + 1)}
    layout = {
        *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT),
        *(tokenize.DEDENT, tokenize.ENDMARKER),
    }
    spoken = {
        line
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in layout
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(spoken - silent)


def has_fast_kernels(name: str) -> bool:
    """Whether the installed package computes a recipe in another way than its copy."""
    plain, fast = (
        text.partition("\n\n")[2] for text in (text_of(name), text_of(name + FAST))
    )
    return plain != fast


def fast_words(recipe: Recipe) -> str:
    """Say how much faster the installed package is than the copy."""
    if not has_fast_kernels(recipe.full_name):
        return "the installed package runs the same code."
    entry = read_json(MEASURED).get("recipes", {}).get(recipe.full_name, {})
    if "plain" not in entry:
        return "the installed package computes the same with faster kernels."
    shape = " \N{MULTIPLICATION SIGN} ".join(map(str, entry["plain"]["shape"]))
    return (
        f"the installed package computes the same {entry['plain']['ratio']:.2g} times "
        f"faster (on an image of {shape}, measured on {entry['date']})."
    )


def offer(env: BuildEnvironment, recipe: Recipe, *, alone: bool) -> list[nodes.Node]:
    """Return the buttons of a recipe, or a sentence that says why it has none."""
    try:
        text_of(recipe.full_name)
    except RecipeError as error:
        reason = str(error).partition(": ")[2]
        return [nodes.paragraph("", f"This recipe cannot be copied: {reason}.")]
    env.note_dependency(source_file(env.srcdir, recipe.full_name))
    return [recipe_box(recipe=recipe, docname=env.docname, alone=alone)]


@cache
def text_of(name: str) -> str:
    """Return what `show` prints; a name may be followed by the option ``--fast``."""
    known = TEXTS.get(name)
    if known is not None:
        return known
    return standalone([name.removesuffix(FAST)], fast=name.endswith(FAST))


def text_or_none(name: str) -> str | None:
    """Return what `show` prints, or None where it refuses."""
    try:
        return text_of(name)
    except RecipeError:
        return None


def remember_texts(app: Sphinx) -> None:
    """Take the texts from the last build, unless a file of the package has changed."""
    files = sorted(PACKAGE.rglob("*.py"))
    contents = [(path.name, path.read_text("utf-8")) for path in files]
    key = digest(repr([platform.python_version(), contents]))
    memory = Path(app.outdir).parent / MEMORY
    known = read_json(memory)
    text_of.cache_clear()
    TEXTS.clear()
    if known.get("key") != key:
        names = [r.full_name + form for r in recipes() for form in ("", FAST)]
        texts = spread(text_or_none, names, app.parallel)
        known = {"key": key, "texts": dict(zip(names, texts, strict=True))}
        write_text(memory, json.dumps(known))
    TEXTS.update(known["texts"])


def source_file(folder: Path, name: str) -> Path:
    """Return where the text of a recipe is written: beside the source of its page."""
    place = name.replace(".", "/").replace(FAST, "_fast")
    return Path(folder, "api", f"{place}.py")


def write_files(app: Sphinx) -> None:
    """Write the texts; one that has not changed keeps its time, and so do its pages."""
    remember_texts(app)
    old = set((Path(app.srcdir) / "api").rglob("*.py"))
    for name, text in TEXTS.items():
        if text is not None:
            path = source_file(app.srcdir, name)
            old.discard(path)
            write_text(path, text)
    for path in old:
        path.unlink()


def copy_files(app: Sphinx, error: Exception | None) -> None:
    """Put the files to download beside the pages."""
    if error is None:
        for path in Path(app.srcdir, "api").glob("*/*.py"):
            target = Path(app.outdir) / path.relative_to(app.srcdir)
            write_bytes(target, path.read_bytes())


def list_recipes(app: Sphinx, doctree: nodes.document) -> None:
    """Add to an example page the recipes that it calls, above its downloads."""
    docname = app.env.docname
    scripts = Path(app.srcdir, app.config.sphinx_gallery_conf["examples_dirs"])
    script = (scripts / docname.removeprefix("gallery/")).with_suffix(".py")
    if not docname.startswith("gallery/") or not script.is_file():
        return
    used = [
        recipe
        for recipe in recipes_on(script, app.srcdir)
        if recipe.concept not in ASIDE or recipe.concept == script.parent.name
    ]
    page = doctree.next_node(nodes.section)
    if not used or page is None:
        return
    section = nodes.section(ids=["recipes-on-this-page"], names=[TITLE.lower()])
    section += nodes.title("", TITLE)
    items = [item(app.env, recipe) for recipe in used]
    section += nodes.definition_list("", *items, classes=["recipes-used"])
    section += together(used)
    downloads = take_downloads(doctree)
    page += [section, *downloads]


def item(env: BuildEnvironment, recipe: Recipe) -> nodes.definition_list_item:
    """Return a recipe's name, which leads to its page, its summary and its buttons."""
    link = addnodes.pending_xref(
        "",
        nodes.literal("", recipe.full_name, classes=["xref", "py", "py-func"]),
        refdomain="py",
        reftype="func",
        reftarget=f"imgrecipes.{recipe.full_name}",
        refdoc=env.docname,
        refexplicit=True,
        refwarn=True,
    )
    definition = nodes.definition("", nodes.paragraph("", recipe.summary))
    definition += offer(env, recipe, alone=False)
    return nodes.definition_list_item("", nodes.term("", "", link), definition)


def together(used: Iterable[Recipe]) -> list[nodes.Node]:
    """Return the command that copies several recipes into one file."""
    names = [r.name for r in used if text_or_none(r.full_name) is not None]
    if len(names) < 2:
        return []
    return [
        nodes.paragraph("", "All in one file, where what they share stands once:"),
        command_line(text=COMMAND.format(" ".join(names), "recipes.py")),
    ]


def take_downloads(doctree: nodes.document) -> list[nodes.Node]:
    """Take the links to the downloads, and their anchor, out of the last section."""
    for block in doctree.findall(addnodes.only):
        inner = block.next_node(nodes.container)
        if inner is not None and "sphx-glr-footer" in inner["classes"]:
            parent = block.parent
            end = start = parent.index(block)
            while start and isinstance(parent[start - 1], nodes.target):
                start -= 1
            taken = parent.children[start : end + 1]
            del parent[start : end + 1]
            return taken
    return []


def visit_box(translator: HTML5Translator, node: recipe_box) -> None:
    """Write the buttons and the code, coloured and unfolded where it stands alone."""
    recipe: Recipe = node["recipe"]
    fast, alone = node.get("fast", False), node.get("alone", False)
    text = text_of(recipe.full_name + FAST * fast)
    if fast or alone:
        code = highlighted(translator, text, "python")
    else:
        code = f"<pre><span></span>{escape(text)}</pre>"
    name = recipe.name + "_fast" * fast
    page = translator.builder.get_target_uri(node["docname"])
    translator.body.append(
        BOX.format(
            kind=" recipe-fast" * fast,
            what="the fast version" if fast else "recipe",
            name=name,
            file=relative_uri(page, f"api/{recipe.concept}/{name}.py"),
            unfolded=" open" * alone,
            code=code,
            hidden_name=HIDDEN.format(recipe.name),
        )
    )
    raise nodes.SkipNode


def visit_command(translator: HTML5Translator, node: command_line) -> None:
    """Write a command as the other commands of the site are written."""
    translator.body.append(highlighted(translator, node["text"], "console"))
    raise nodes.SkipNode


def highlighted(translator: HTML5Translator, text: str, language: str) -> str:
    """Return code as Sphinx writes it."""
    block = translator.highlighter.highlight_block(text, language)
    return f'<div class="highlight-{language} notranslate">{block}</div>'


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_node(recipe_box, html=(visit_box, None))
    app.add_node(command_line, html=(visit_command, None))
    app.add_directive("copy-recipe", CopyRecipe)
    # The cards of the recipes use the texts as well.
    app.connect("builder-inited", write_files, priority=870)
    # Before the collectors, so that the table of contents knows the section.
    app.connect("doctree-read", list_recipes, priority=100)
    app.connect("build-finished", copy_files)
    app.add_js_file("copy_recipe.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
