"""The one style sheet of the site holds the rules that the pages use."""

import shutil
from types import SimpleNamespace

import pytest

import light_pages

PAGE = '<head>{sheets}</head><body class="{used}"></body>'
SHEETS = (
    '<link rel="stylesheet" href="{0}_static/styles/theme.css?v=1" />'
    '<link rel="stylesheet" href="{0}_static/site.css?v=2" />'
)
CSS = {
    "styles/theme.css": ".a{color:red}.b,.c{color:blue}@media print{.d{color:red}}",
    "site.css": "body{margin:0}.e{color:green}",
}


class Builds:
    """A folder that Sphinx writes pages into, and builds that finish them."""

    def __init__(self, folder):
        self.out = folder / "html"
        for name, css in CSS.items():
            path = self.out / "_static" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(css, "utf-8")
        env = SimpleNamespace(found_docs={"index", "in/page"})
        self.app = SimpleNamespace(outdir=self.out, env=env)
        self.write("index", "a")
        self.write("in/page", "c d")

    def write(self, page, used):
        path = self.out / f"{page}.html"
        path.parent.mkdir(exist_ok=True)
        sheets = SHEETS.format("../" * page.count("/"))
        path.write_text(PAGE.format(sheets=sheets, used=used), "utf-8")

    def finish(self):
        light_pages.finish_pages(self.app, None)
        return (self.out / light_pages.BUNDLE).read_text("utf-8")

    def heads(self):
        return [path.read_text("utf-8") for path in sorted(self.out.rglob("*.html"))]

    def times(self):
        return [path.stat().st_mtime_ns for path in sorted(self.out.rglob("*.html"))]


@pytest.fixture
def builds(tmp_path, monkeypatch):
    monkeypatch.setattr(light_pages, "keep_icons", lambda *_: "")
    return Builds(tmp_path)


def test_rules_that_no_page_uses_are_dropped(builds):
    css = builds.finish()
    assert ".a" in css
    assert ".c{" in css
    assert ".b" not in css
    assert ".d" in css
    assert "body" in css
    assert ".e" not in css
    for head in builds.heads():
        assert head.count("stylesheet") == 1
        assert "styles/bundle.css?v=" in head


def test_pages_that_use_nothing_new_leave_the_others_alone(builds):
    builds.finish()
    times, heads = builds.times(), builds.heads()
    builds.finish()
    assert builds.times() == times
    builds.write("index", "a")
    builds.finish()
    assert builds.times()[0] == times[0]
    assert builds.heads() == heads


def test_what_a_new_page_uses_comes_into_the_sheet_of_all(builds):
    builds.finish()
    old = builds.heads()
    builds.write("index", "a e")
    assert ".e" in builds.finish()
    assert all(new != known for new, known in zip(builds.heads(), old, strict=True))


def test_a_changed_sheet_reaches_pages_that_stay(builds):
    builds.finish()
    (builds.out / "_static" / "site.css").write_text("body{margin:1px}", "utf-8")
    assert "1px" in builds.finish()
    assert len({head.partition("?v=")[2][:8] for head in builds.heads()}) == 1


def test_without_its_memory_all_pages_are_written_again(builds):
    assert light_pages.write_all_if_forgotten(builds.app, None) == ["in/page", "index"]
    builds.finish()
    assert light_pages.write_all_if_forgotten(builds.app, None) == []
    memory = builds.out.parent / light_pages.MEMORY
    memory.write_bytes(memory.read_bytes()[:-9])
    assert light_pages.write_all_if_forgotten(builds.app, None) == ["in/page", "index"]


def test_a_sheet_that_is_lost_is_made_anew(builds):
    css = builds.finish()
    shutil.rmtree(builds.out / "_static" / "styles", ignore_errors=False)
    (builds.out / "_static" / "styles").mkdir()
    path = builds.out / "_static" / "styles" / "theme.css"
    path.write_text(CSS["styles/theme.css"], "utf-8")
    assert builds.finish() == css
