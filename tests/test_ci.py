"""What the workflows run besides nox: the site's versions and the list of changes."""

import io
import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

CI = Path(__file__).parents[1] / ".ci"


def run(script, *arguments):
    command = [sys.executable, CI / script, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def write_release(folder, tag):
    folder.joinpath(tag).mkdir(parents=True)
    text = tag.encode()
    with tarfile.open(folder / tag / "site.tar.gz", "w:gz") as tar:
        member = tarfile.TarInfo("./index.html")
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text))


@pytest.mark.parametrize(
    ("tags", "folders"),
    [
        ([], {}),
        (["v1.0.0"], {"1.0": "v1.0.0"}),
        (
            ["v1.9.0", "v1.10.0", "v1.10.11", "v1.10.2", "v2.0.0rc1", "v0.9.0"],
            {"1.10": "v1.10.11", "1.9": "v1.9.0", "0.9": "v0.9.0"},
        ),
    ],
)
def test_versions_stand_side_by_side_and_the_root_leads_to_the_newest(
    tmp_path, tags, folders
):
    dev, releases, out = tmp_path / "dev", tmp_path / "releases", tmp_path / "out"
    dev.mkdir()
    (dev / "index.html").write_text("main", "utf-8")
    for tag in tags:
        write_release(releases, tag)
    places = ("--address", "https://example.org/x/", "--dev", dev)
    run("assemble_site.py", *places, "--releases", releases, out)
    found = {
        path.parent.name: path.read_text("utf-8") for path in out.glob("*/index.html")
    }
    assert found == {"dev": "main"} | folders
    menu = json.loads((out / "switcher.json").read_text("utf-8"))
    assert [entry["version"] for entry in menu] == ["dev", *folders]
    for entry in menu:
        assert entry["url"] == f"https://example.org/x/{entry['version']}/"
    preferred = [entry["version"] for entry in menu if entry.get("preferred")]
    assert preferred == list(folders)[:1]
    target = next(iter(folders), "dev")
    assert f"url={target}/" in (out / "index.html").read_text("utf-8")


def test_list_of_changes_names_pages_whose_article_picture_or_download_changed(
    tmp_path,
):
    article = (
        '<nav>{menu}</nav><article class="bd-article"><h1>{title}<a href="#t">#</a>'
    )
    article += '</h1>{text}<img src="_images/{name}.webp?v={hash}"><a href="{name}.py">'
    article += '</a><a href="{name}.zip"></a><a href="gone.html"></a></article>'
    for site in ("old", "new"):
        (tmp_path / site / "_images").mkdir(parents=True)
        for name in ("same", "menu", "text", "picture", "script", "zip", site):
            changed = site if name != "same" else ""
            page = article.format(
                title=f"The {name}",
                name=name,
                menu=changed * (name == "menu"),
                text=changed * (name == "text"),
                hash={"old": "0a", "new": "1b"}[site],
            )
            (tmp_path / site / f"{name}.html").write_text(page, "utf-8")
            picture = changed * (name == "picture")
            (tmp_path / site / "_images" / f"{name}.webp").write_text(picture, "utf-8")
            script = changed * (name == "script")
            (tmp_path / site / f"{name}.py").write_text(script, "utf-8")
            with zipfile.ZipFile(tmp_path / site / f"{name}.zip", "w") as archive:
                year = {"old": 2025, "new": 2026}[site]
                member = zipfile.ZipInfo("a.py", (year, 1, 1, 0, 0, 0))
                archive.writestr(member, changed * (name == "zip"))
        (tmp_path / site / "search.html").write_text(site, "utf-8")
    lines = run("changed_pages.py", tmp_path / "old", tmp_path / "new").splitlines()
    assert [line for line in lines if line.startswith("- ")] == [
        "- New: The new (`new.html`)",
        "- Changed: The picture (`picture.html`)",
        "- Changed: The script (`script.html`)",
        "- Changed: The text (`text.html`)",
        "- Changed: The zip (`zip.html`)",
        "- Gone: The old (`old.html`)",
    ]
    same = run("changed_pages.py", tmp_path / "old", tmp_path / "old")
    assert "None." in same.splitlines()
