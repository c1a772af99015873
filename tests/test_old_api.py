"""What the table of the page "Old API, new API" promises."""

import importlib.util
import sys
import warnings
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "docs" / "_ext"))
from old_api import read_table

mpl.use("Agg")
TABLE = read_table()
CALLS = [
    pytest.param(call, id=f"{row['title']}-{number}")
    for row in TABLE["row"]
    for number, call in enumerate(row["call"])
]


@pytest.fixture
def namespace(tmp_path, monkeypatch):
    """Names that the setup makes, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    # A module warns but once, when it is first imported.
    monkeypatch.delitem(sys.modules, "scipy.misc", raising=False)
    monkeypatch.delattr("scipy.misc", raising=False)
    names = {}
    run(TABLE["setup"], names)
    yield names
    plt.close("all")


def run(code, names):
    exec(compile(code, "old_api.toml", "exec"), names)  # noqa: S102


def skip_unless_it_applies(entry):
    if "needs" in entry:
        pytest.importorskip(entry["needs"])
    if "unless" in entry and importlib.util.find_spec(entry["unless"]):
        pytest.skip(f"{entry['unless']} is installed")


@pytest.mark.parametrize("row", TABLE["row"], ids=lambda row: row["title"])
def test_the_new_form_runs_and_does_what_it_should(row, namespace):
    skip_unless_it_applies(row)
    run(row["new"], namespace)
    assert eval(row["check"], namespace)  # noqa: S307


@pytest.mark.parametrize("call", CALLS)
def test_the_old_form_gives_the_message_of_the_page(call, namespace):
    skip_unless_it_applies(call)
    messages = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            run(call["code"], namespace)
        except Exception as error:  # noqa: BLE001
            messages.append(f"{type(error).__name__}: {error}")
    if "raises" not in call:
        messages += [f"{each.category.__name__}: {each.message}" for each in caught]
    expected = call.get("raises", call.get("warns", "")).strip()
    assert bool(messages) == bool(expected), messages
    assert any(message.startswith(expected) for message in messages) or not expected


def test_each_title_stands_once_so_that_its_address_lasts():
    titles = [row["title"] for row in TABLE["row"]]
    assert len(titles) == len(set(titles))
