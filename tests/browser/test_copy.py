"""The buttons that copy a recipe, by keyboard, and what they put on the clipboard."""

import subprocess
import sys
from pathlib import Path

import pytest
from static_host import SITE

RECIPES = [
    "pixels/circular_mask",
    "denoising/denoise_median",
    "files/read_image",
    "segmentation/split_touching",
]
EXAMPLES = {
    "gallery/denoising/compare_gaussian_and_median.html": [
        "add_noise",
        "denoise_median",
        "rmse",
        "psnr",
        "blur_gaussian",
    ],
    "gallery/pixels/paint_and_mask.html": ["circular_mask"],
}


@pytest.fixture
def page(chromium):
    """A page that may read the clipboard, which a paste would show as well."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    yield page
    context.close()


PLAIN, FAST = ".recipe-box:not(.recipe-fast)", ".recipe-fast"


def shown(recipe, *options):
    """What the command prints."""
    command = [sys.executable, "-m", "imgrecipes", "show", recipe, *options]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()


def clipboard(page):
    return page.evaluate("navigator.clipboard.readText()")


def press(page, box):
    """Reach the button of a box by the tabulator key and press it."""
    button = box.get_by_role("button")
    button.evaluate(
        "button => { const all = [...document.querySelectorAll('a[href], button')]"
        ".filter(item => item.checkVisibility({visibilityProperty: true}));"
        " all[all.indexOf(button) - 1].focus(); }"
    )
    here = "button => button === document.activeElement"
    for _ in range(5):  # code that scrolls stands between
        page.keyboard.press("Tab")
        if button.evaluate(here):
            break
    assert button.evaluate(here)
    page.keyboard.press("Enter")
    box.get_by_role("status").get_by_text("Copied", exact=True).wait_for(timeout=3_000)
    assert button.evaluate(here), "the button has lost the focus"


@pytest.mark.parametrize("recipe", RECIPES)
def test_button_and_download_give_what_the_command_shows(recipe, page, address):
    expected = shown(recipe.replace("/", "."))
    page.goto(f"{address}api/{recipe}.html")
    box = page.locator(PLAIN)
    name = Path(recipe).name
    assert box.get_by_role("button").inner_text().split() == ["Copy", "recipe", name]
    page.set_viewport_size({"width": 360, "height": 740})
    height = "document.querySelector('article').offsetHeight"
    before = page.evaluate(height)
    press(page, box)
    assert clipboard(page) == expected
    assert page.evaluate(height) == before, "the page jumps"
    with page.expect_download() as waiting:
        box.get_by_role("link").click()
    assert waiting.value.suggested_filename == f"{name}.py"
    assert Path(waiting.value.path()).read_bytes() == expected.encode()


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_page_copies_each_of_its_recipes(name, page, address):
    page.goto(address + name)
    section = page.locator("#recipes-on-this-page")
    links = section.locator("dt a")
    recipes = [text.rpartition(".")[2] for text in links.all_text_contents()]
    assert recipes == EXAMPLES[name]
    boxes = section.locator(".recipe-box")
    assert boxes.count() == len(recipes)
    for index, recipe in enumerate(recipes):
        press(page, boxes.nth(index))
        assert clipboard(page) == shown(recipe)
        assert (
            links.nth(index)
            .get_attribute("href")
            .partition("#")[0]
            .endswith(f"/{recipe}.html")
        )
    with page.expect_download() as waiting:
        boxes.first.get_by_role("link").click()
    assert Path(waiting.value.path()).read_bytes() == shown(recipes[0]).encode()


def test_plain_code_is_open_and_fast_code_opens_by_keyboard(page, address):
    page.goto(f"{address}api/denoising/denoise_median.html")
    plain = page.locator(PLAIN).locator("pre")
    assert plain.is_visible()
    assert plain.text_content() == shown("denoise_median")
    box = page.locator(FAST)
    assert not box.locator("pre").is_visible()
    box.locator("summary").focus()
    page.keyboard.press("Enter")
    box.locator("pre").wait_for(state="visible")
    assert box.locator("pre").text_content() == shown("denoise_median", "--fast")


def test_the_fast_version_has_a_button_and_a_file(page, address):
    expected = shown("denoise_median", "--fast")
    page.goto(f"{address}api/denoising/denoise_median.html")
    box = page.locator(FAST)
    press(page, box)
    assert clipboard(page) == expected
    with page.expect_download() as waiting:
        box.get_by_role("link").click()
    assert waiting.value.suggested_filename == "denoise_median_fast.py"
    assert Path(waiting.value.path()).read_bytes() == expected.encode()


def test_button_works_from_a_folder_and_without_the_newer_clipboard(page, address):
    page.add_init_script("delete Navigator.prototype.clipboard")
    page.goto((SITE / "api" / "pixels" / "circular_mask.html").as_uri())
    assert page.evaluate("navigator.clipboard === undefined")
    press(page, page.locator(PLAIN))
    file = page.locator(f"{PLAIN} a.recipe-file").get_attribute("href")
    assert (SITE / "api" / "pixels" / file).read_text("utf-8") == shown("circular_mask")
    reader = page.context.browser.contexts[-1].new_page()
    reader.goto(address)
    assert clipboard(reader) == shown("circular_mask")


def test_without_any_clipboard_the_code_is_opened_and_selected(page, address):
    page.add_init_script(
        "delete Navigator.prototype.clipboard; document.execCommand = () => false"
    )
    page.goto(f"{address}api/pixels/circular_mask.html")
    box = page.locator(PLAIN)
    box.get_by_role("button").click()
    box.get_by_role("status").get_by_text("selected").wait_for(timeout=3_000)
    selected = page.evaluate("getSelection().toString()")
    assert selected.strip() == shown("circular_mask").strip()


def test_recipe_that_needs_the_package_says_so(page, address):
    page.goto(f"{address}api/samples/face.html")
    assert page.locator(".recipe-box").count() == 0
    assert "needs the installed package" in page.locator("article").inner_text()
