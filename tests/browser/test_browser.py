"""The built site in a real browser: what a reader meets on each page."""

import json
import os
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest

SITE = Path(__file__).parents[2] / "docs" / "_build" / "html"
AXE = Path(os.environ["AXE"]).read_text("utf-8")
SHOTS = SITE.parent / "screenshots"
PAGES = sorted(
    page
    for page in (path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
    if not page.startswith("_static/")
)
RECIPES = [
    Path(page).stem
    for page in PAGES
    if page.startswith("api/") and page.count("/") == 2
]
EXAMPLES = [
    page
    for page in PAGES
    if page.startswith("gallery/")
    and page.count("/") == 2
    and Path(page).name != "index.html"
]
SHOWN = [
    "index.html",
    "gallery/index.html",
    "gallery/pixels/paint_and_mask.html",
    "api/pixels/circular_mask.html",
]
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


class Links(HTMLParser):
    """Collects the targets and the anchors of a page."""

    def __init__(self, text):
        super().__init__()
        self.targets, self.anchors = set(), set()
        self.feed(text)

    def handle_starttag(self, _tag, attrs):
        attributes = dict(attrs)
        self.anchors.update(
            filter(None, [attributes.get("id"), attributes.get("name")])
        )
        for name in ("href", "src"):
            if attributes.get(name):
                self.targets.add(attributes[name])


PARSED = {page: Links((SITE / page).read_text("utf-8")) for page in PAGES}


def violations(page):
    """Rules of axe with serious or critical impact that a page breaks."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        (rule["id"], [node["target"] for node in rule["nodes"]][:3])
        for rule in found["violations"]
        if rule["impact"] in {"serious", "critical"}
    ]


def load_pictures(page):
    """Load the pictures that wait to be scrolled to, broken ones as well."""
    page.evaluate(
        "Promise.allSettled([...document.images].map("
        "image => { image.loading = 'eager'; return image.decode(); }))"
    )


def show(page, theme, viewport):
    page.set_viewport_size(viewport)
    page.evaluate(
        "theme => { document.documentElement.dataset.theme = theme;"
        " document.documentElement.dataset.mode = theme; }",
        theme,
    )
    page.add_style_tag(content="* { transition: none !important; }")
    # The theme lets code that scrolls be reached by keyboard, soon after a resize.
    page.wait_for_function(
        "[...document.querySelectorAll('pre')].every("
        "pre => pre.scrollWidth <= pre.clientWidth || pre.tabIndex >= 0)",
        timeout=5_000,
    )


@pytest.mark.parametrize("name", PAGES)
def test_page_works_in_light_and_dark_on_wide_and_narrow_screens(name, page, address):
    complaints, hosts = [], set()
    page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.on("response", lambda r: r.status >= 400 and complaints.append(r.url))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto(address + name, wait_until="load")
    load_pictures(page)
    broken = page.evaluate(
        "[...document.images].filter(i => !i.naturalWidth).map(i => i.src)"
    )
    assert not complaints
    assert not broken
    assert hosts <= {urlsplit(address).netloc, ""}
    for theme, viewport in [("light", WIDE), ("dark", NARROW)]:
        show(page, theme, viewport)
        assert violations(page) == [], f"{theme} at {viewport['width']} px"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= NARROW["width"], "the page scrolls sideways on a phone"


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1280", "360"])
def test_screenshots_are_taken_and_pass_axe(name, theme, viewport, page, address):
    page.goto(address + name)
    load_pictures(page)
    show(page, theme, viewport)
    SHOTS.mkdir(exist_ok=True)
    stem = name.removesuffix(".html").replace("/", "_")
    shot = SHOTS / f"{stem}_{viewport['width']}_{theme}.png"
    page.screenshot(path=shot, full_page=True)
    assert violations(page) == []
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (theme == "light")


@pytest.mark.parametrize("name", PAGES)
def test_links_and_anchors_lead_somewhere(name):
    base = f"http://site/{name}"
    lost = []
    for target in PARSED[name].targets:
        url, anchor = urldefrag(urljoin(base, target))
        parts = urlsplit(url)
        if parts.netloc != "site":
            continue
        path = unquote(parts.path.lstrip("/"))
        path = f"{path}index.html" if path.endswith("/") or not path else path
        known = PARSED.get(path)
        if not (SITE / path).is_file() or (
            anchor and known and unquote(anchor) not in known.anchors
        ):
            lost.append(target)
    assert not lost


def test_no_page_names_a_host_of_this_build_or_loads_from_another():
    for name, links in PARSED.items():
        text = (SITE / name).read_text("utf-8")
        assert "localhost" not in text
        assert "127.0.0.1" not in text
        assert not any(target.startswith("/") for target in links.targets), name


@pytest.mark.parametrize("name", EXAMPLES)
def test_downloads_give_the_files(name, page, address):
    page.goto(address + name)
    stem = Path(name).stem
    links = page.locator("div.sphx-glr-download a")
    assert links.count() == 3
    for index in range(3):
        with page.expect_download() as waiting:
            links.nth(index).click()
        file = waiting.value
        assert Path(file.suggested_filename).stem == stem
        content = Path(file.path()).read_bytes()
        if file.suggested_filename.endswith(".ipynb"):
            assert json.loads(content)["cells"]
        elif file.suggested_filename.endswith(".py"):
            script = Path(name).with_suffix(".py").relative_to("gallery")
            source = SITE.parents[2] / "gallery" / script
            assert content.splitlines() == source.read_bytes().splitlines()
        else:
            assert content.startswith(b"PK")


@pytest.mark.parametrize("recipe", RECIPES)
def test_search_finds_a_recipe_by_name(recipe, page, address):
    page.goto(f"{address}search.html?q={recipe}")
    first = page.locator("#search-results li a").first
    first.wait_for(timeout=15_000)
    found = page.locator("#search-results li a").all_text_contents()
    assert any(recipe in text for text in found[:5])


def test_search_button_opens_the_search(page, address):
    page.goto(address)
    page.locator("button.search-button__button, button.search-button").first.click()
    box = page.locator("input[type=search]:visible").first
    box.fill("circular_mask")
    box.press("Enter")
    page.wait_for_url("**/search.html?q=circular_mask*")
    page.locator("#search-results li a").first.wait_for(timeout=15_000)


def test_site_works_from_a_folder_without_a_server(page):
    complaints = []
    page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.goto((SITE / "index.html").as_uri())
    page.locator(".concepts .sd-card").first.click()
    page.locator(".sphx-glr-thumbcontainer a").first.click()
    page.wait_for_load_state("load")
    assert page.url.startswith("file://")
    assert page.url.endswith("/gallery/files/save_and_open_an_image.html")
    assert not complaints
    # The search finds pages here too; only their excerpts need a server.
    page.goto(f"{(SITE / 'search.html').as_uri()}?q=circular_mask")
    page.locator("#search-results li a").first.wait_for(timeout=15_000)
