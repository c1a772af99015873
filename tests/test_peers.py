"""What is declared of equal calls is true: peers agree, and See Also names them."""

import re

import numpy as np
import pytest
from numpydoc.docscrape import FunctionDoc

import bench
from concepts import concepts, recipes
from contestants import as_array, evaluate, image_named, names_for, without_margin
from declarations import LIBRARIES, Job, Peer, read_jobs
from peers import write_page

JOBS = read_jobs()
CASES = [
    pytest.param(job, image, parameters, peer, id=f"{job.concept}-{job.name}-{number}")
    for number, (job, image, parameters, peer) in enumerate(
        (job, image, parameters, peer)
        for job in JOBS
        for image in job.inputs
        for parameters in job.parameters()
        for peer in job.peers_on(image, parameters)
    )
]
MODULES = {"ndimage": "scipy.ndimage", "sitk": "SimpleITK"}


@pytest.mark.parametrize(("job", "image", "parameters", "peer"), CASES)
def test_recipe_and_peer_agree(job, image, parameters, peer):
    pixels = image_named(image, small=True)
    axes = 2 if image.endswith("color") else pixels.ndim
    names = names_for(job, None, image, parameters, small=True)
    ours = as_array(evaluate(job.recipe, names), job.compare, names)
    names = names_for(job, peer, image, parameters, small=True)
    theirs = as_array(evaluate(peer.call, names), peer.compare, names)
    margin = evaluate(peer.margin, names)
    left = without_margin(ours, margin, axes)
    assert left.size
    assert left.dtype.kind == "f" or peer.note or not peer.tolerance
    right = without_margin(theirs, margin, axes)
    np.testing.assert_allclose(
        left, right, rtol=0, atol=peer.tolerance, err_msg=f"{parameters} {peer.call}"
    )


@pytest.mark.parametrize(
    "job", [pytest.param(job, id=f"{job.concept}-{job.name}") for job in JOBS]
)
def test_declaration_is_in_step_with_the_recipe(job):
    assert job.concept in concepts()
    function = recipes(job.concept)[job.name]
    named = {
        entry
        for entries, _ in FunctionDoc(function)["See Also"]
        for entry, _role in entries
    }
    for peer in job.peers:
        assert peer.library in LIBRARIES
        assert peer.note or peer.margin == "0"
        found = re.findall(r"\b(?:ndimage|skimage|cv2|sitk)(?:\.\w+)+", peer.call)
        full = {
            ".".join([MODULES.get(head, head), tail])
            for head, _, tail in (name.partition(".") for name in found)
        }
        assert named & full, f"See Also of {job.name} names none of {sorted(full)}"


def test_ratios_are_those_of_calls_in_the_same_round(monkeypatch):
    seconds = {"imgrecipes": iter([9, 1, 2, 4]), "OpenCV": iter([9, 3, 8, 8])}
    monkeypatch.setattr(bench, "timed", lambda call, _number=1: next(seconds[call()]))
    monkeypatch.setattr(bench, "FEWEST", 3)
    monkeypatch.setattr(bench, "LONG", 10)
    calls = {name: lambda name=name: name for name in seconds}
    assert bench.race(calls, seconds=0) == {
        "ms": {"imgrecipes": 2000, "OpenCV": 8000},
        "ratio": {"OpenCV": [3, 2.5, 3.5]},
    }


def test_a_long_call_is_timed_once(monkeypatch):
    seconds = {"imgrecipes": iter([1, 1, 1, 1]), "OpenCV": iter([8])}
    monkeypatch.setattr(bench, "timed", lambda call, _number=1: next(seconds[call()]))
    monkeypatch.setattr(bench, "FEWEST", 3)
    calls = {name: lambda name=name: name for name in seconds}
    assert bench.race(calls, seconds=0)["ratio"] == {"OpenCV": [8, 8, 8]}


@pytest.mark.skipif(not bench.RESET.exists(), reason="this system tells no peak")
def test_peak_memory_counts_what_is_freed_again_and_not_the_result():
    def call():
        return np.ones(2 * 10**7, np.uint8)[: 10**7].copy()

    call()
    assert 19e6 < bench.peak_memory(call) < 22e6


def test_summary_holds_geometric_means_by_recipe_and_over_all():
    rows = [
        {"concept": "c", "recipe": f"{name}(image)", "ratio": {"OpenCV": [ratio, 1, 1]}}
        for name, ratio in [("a", 2.0), ("a", 8.0), ("b", 0.5)]
    ]
    assert list(bench.summary(rows)) == [
        "c.a: OpenCV 4x (2-8)",
        "c.b: OpenCV 0.5x (0.5-0.5)",
        "All: OpenCV 2x (0.5-8)",
    ]


def test_shortfalls_are_what_is_slower_even_at_its_best_and_takes_much_memory():
    row = {"recipe": "r", "input": "i", "parameters": {}, "local": True}
    memory = {"imgrecipes": 5, "scikit-image": 9}
    slow = row | {"ratio": {"scipy.ndimage": [0.8, 0.7, 0.9]}, "memory": memory}
    wide = row | {
        "ratio": {"scipy.ndimage": [0.8, 0.7, 1.1], "OpenCV": [0.1, 0.1, 0.1]}
    }
    assert list(bench.shortfalls([slow, wide])) == [
        "Slower than scipy.ndimage: r | i {}: 0.8x",
        "More than 4 times the image in memory: r | i {}: 5x",
    ]
    assert not list(bench.shortfalls([slow | {"local": False, "ratio": {}}]))


def test_page_sums_up_the_ratios_of_each_call_and_shows_what_is_not_measured():
    same = Peer("OpenCV", "cv2.same(image)", ["face uint8"], note="in whole numbers")
    same.given["half"] = "size // 2"
    other = Peer("SimpleITK", "sitk.Same(sitk_image)", ["face uint8"])
    job = Job("smoothing", "blur_mean(image, size)", ["face uint8"], [same, other])
    rows = [
        {
            "concept": "smoothing",
            "recipe": job.recipe,
            "input": "face uint8",
            "parameters": {"size": size},
            "calls": {"OpenCV": same.call, "SimpleITK": "sitk.Older(sitk_image)"},
            "ms": {"imgrecipes": 5},
            "ratio": {"OpenCV": [ratio, 1, 9], "SimpleITK": [3, 3, 3]},
            "memory": {"imgrecipes": 0.5},
        }
        for size, ratio in [(3, 2.0), (5, 8.0)]
    ]
    measured = {"rows": rows, "versions": {"numpy": "2"}, "python": "3", "machine": "m"}
    page = "\n".join(write_page([job], measured))
    call = r"OpenCV: ``cv2\.same\(image\)`` with ``half = size // 2`` "
    assert re.search(call + r"\(in whole numbers\)\n +- 4 \(2 to 8\)\n", page)
    assert re.search(r"SimpleITK: ``sitk\.Same.*``\n +- not measured\n", page)
    assert (
        "<td>face uint8, size 5</td><td>5</td><td>0.5</td><td>8 (1 to 9)</td>" in page
    )
