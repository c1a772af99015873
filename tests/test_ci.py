"""What the workflows run besides nox, and what they install."""

import io
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CI = ROOT / ".ci"


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


@pytest.mark.parametrize("name", ["bootstrap", "constraints", "oldest"])
def test_locked_packages_have_exact_versions_and_hashes_and_name_no_host(name):
    text = (CI / f"{name}.txt").read_text("utf-8")
    entries = re.findall(r"^[^# \n].*\n(?:[ ].*\n)*", text, re.MULTILINE)
    assert entries
    for entry in entries:
        assert re.match(r"[\w.-]+==\d[\w.+!]*( ;.*)? \\\n", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry
    assert "://" not in text


def test_workflows_install_nothing_but_what_is_locked():
    commands = "python -m pip install --require-hashes -r .ci/bootstrap.txt"
    texts = [
        path.read_text("utf-8")
        for path in (*ROOT.glob(".github/workflows/*.yml"), CI / "run")
    ]
    installs = [
        line
        for text in texts
        for line in text.splitlines()
        if re.search(r"\b(pip3?|uv|uvx|pipx|npm|npx)\b", line)
    ]
    assert len(installs) >= 5
    assert all(commands in line for line in installs)
    # What contributors are told to run is what CI runs.
    for name in ("README.md", "CONTRIBUTING.md"):
        assert commands in (ROOT / name).read_text("utf-8")


def test_sessions_install_with_hashes_or_from_this_folder():
    text = (ROOT / "noxfile.py").read_text("utf-8")
    calls = re.findall(r"session\.install\((.*?)\)\n", text, re.DOTALL)
    assert len(calls) >= 4
    for call in calls:
        assert "--require-hashes" in call or "--no-deps" in call, call


def test_two_sites_are_the_same_only_if_all_files_are(tmp_path):
    for site in ("one", "two"):
        (tmp_path / site / "a").mkdir(parents=True)
        (tmp_path / site / "index.html").write_text("page", "utf-8")
        (tmp_path / site / "a" / "b.txt").write_text("text", "utf-8")
    sites = (tmp_path / "one", tmp_path / "two")
    assert "the same" in run("compare_sites.py", *sites)
    (sites[0] / "a" / "b.txt").write_text("texts", "utf-8")
    (sites[1] / "new.txt").touch()
    with pytest.raises(subprocess.CalledProcessError) as failed:
        run("compare_sites.py", *sites)
    assert failed.value.stderr.split() == [
        "2",
        "files",
        "differ:",
        "a/b.txt",
        "new.txt",
    ]
