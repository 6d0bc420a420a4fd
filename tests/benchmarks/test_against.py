"""The comparisons' own arithmetic, and one contender for real on a tiny network of random weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks import judging, scaling, table
from benchmarks.against import Contender, Goal, Outcome, Seeds, Work, contend
from benchmarks.scaling import growth
from benchmarks.works import works

LABELS = {"train": [0, 1] * 8, "validation": [0, 1] * 6, "test": [0, 1] * 12}


@pytest.fixture
def material(tmp_path: Path) -> Path:
    """Dark and light pictures; the weights are drawn by the test that needs them."""
    parts = {}
    for name, labels in LABELS.items():
        files = [tmp_path / f"{name}-{number}.png" for number in range(len(labels))]
        for number, (file, label) in enumerate(zip(files, labels, strict=True)):
            Image.new("L", (40, 40), 40 + 150 * label + number).save(file)
        groups = [f"{name}-{number}" for number in range(len(labels))]
        parts[name] = {"samples": [str(file) for file in files], "labels": labels, "groups": groups}
    spec = {"size": 32, "resize": 36, "mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic"}
    model = {"timm": "test_efficientnet", "weights": str(tmp_path / "model.safetensors"), "input": spec}
    told = {"modality": "image", "classes": ["a", "b"], "model": model, "seed": 0, "parts": parts, "thaw": {}}
    (tmp_path / "material.json").write_text(json.dumps(told), "utf-8")
    return tmp_path / "material.json"


def outcome(material: Path, name: str, seconds: float, sure: float, losses: list[float], seed: int = 0) -> Outcome:
    """Right about every sample with probability ``sure``; a round of training a second and a half."""
    answers = {part: np.array([[1 - sure, sure] if y else [sure, 1 - sure] for y in LABELS[part]]) for part in LABELS}
    told = [(1.5 * (number + 1), loss) for number, loss in enumerate(losses)]
    return Outcome(name, seed, material, seconds, {"train": seconds}, 2**20, {}, [], told, answers)


def work(*goals: Goal) -> Work:
    contenders = [Contender("Thaw", "thaw"), Contender("other", "trainer")]
    return Work("some/work", "", "image", lambda folder, seed: (folder, folder), contenders, list(goals), 1)


def test_ratio_is_of_medians_over_common_seeds(material: Path) -> None:
    mine = [outcome(material, "Thaw", seconds, 0.9, [], seed) for seed, seconds in enumerate((1.0, 3.0, 100.0))]
    other = [outcome(material, "other", seconds, 0.2, [], seed) for seed, seconds in enumerate((4.0, 12.0))]
    thaw, row = table.rows(work(Goal("Thaw", "other", 4, quality="better")), mine + other, {})
    assert thaw["balanced accuracy"]["middle"] == 1.0
    assert (row["common seeds"], row["ratio"]) == (2, {"of medians": 4.0, "low": 4.0, "high": 4.0})
    assert row["thaw minus it"]["value"] == 1.0
    assert row["reached"]
    assert not table.rows(work(Goal("Thaw", "other", 4.1)), mine + other, {})[1]["reached"]


def test_at_most_turns_the_ratio(material: Path) -> None:
    both = [outcome(material, "Thaw", 3.0, 0.9, []), outcome(material, "other", 2.0, 0.9, [])]
    row = table.rows(work(Goal("Thaw", "other", 1.5, "at most")), both, {})[1]
    assert row["ratio"]["of medians"] == 1.5
    assert row["reached"]


def test_equal_loss_waits_for_the_worse_of_both_bests(material: Path) -> None:
    mine = outcome(material, "Thaw", 9.0, 0.9, [0.6, 0.4, 0.3])
    other = outcome(material, "other", 9.0, 0.9, [0.7, 0.65, 0.5, 0.45])
    assert judging.seconds_to_equal_loss(mine, other) == (3.0, 6.0)
    row = table.rows(work(Goal("Thaw", "other", 4, clock="equal loss")), [mine, other], {})[1]
    assert row["ratio"]["of medians"] == 2.0
    assert row["best log-loss"] == {"thaw": 0.3, "it": 0.45}


def test_answers_after_each_round_become_losses(material: Path) -> None:
    one = outcome(material, "other", 3.0, 0.9, [])
    one.epochs, one.answers["epochs"] = [2.0], one.answers["validation"][None]
    [(seconds, loss)] = judging.losses(one)
    assert seconds == 2.0
    assert loss < 0.11  # at its best temperature it may be surer than 0.9


@pytest.mark.parametrize(("kind", "good"), [("better", False), ("equal", True), ("surely equal", True)])
def test_quality(material: Path, kind: str, good: bool) -> None:
    same = [outcome(material, "Thaw", 1.0, 0.9, [])], [outcome(material, "other", 1.0, 0.8, [])]
    gain = judging.difference(*same)
    assert gain is not None
    assert gain.value == 0.0
    assert table.good_enough(kind, gain.model_copy(update={"low": -0.005})) == good
    assert not table.good_enough(kind, None)


def test_what_failed_is_told(material: Path) -> None:
    found = table.rows(work(), [outcome(material, "Thaw", 1.0, 0.9, [])], {"other": "no room"})
    text = table.markdown(found)
    assert "not run: no room" in text
    assert "some/work / Thaw: train 1" in text
    assert {line.count("|") for line in text.splitlines() if line.startswith("|")} == {len(table.HEAD) + 1}


def test_sizes_and_their_growth_are_told(material: Path) -> None:
    sizes = {n: outcome(material, "Thaw", 5 + n / 100, 0.9, []) for n in (100, 1000, 5000)}
    text = table.markdown(list(scaling._rows("scaling/images", "probe", sizes)))
    assert "| time 1.00x, memory 1.00x |" in text
    assert "(milliseconds a sample) 11" in text


def test_growth_leaves_constants_out() -> None:
    straight = growth({100: (6.0, 500), 1000: (15.0, 520), 5000: (55.0, 530), 20_000: (205.0, 540)})
    assert straight["reached"]
    assert straight["time"] == pytest.approx(1.0)
    assert not growth({100: (1.0, 500), 1000: (10.0, 500), 5000: (250.0, 500)})["reached"]
    assert not growth({100: (1.0, 500), 1000: (10.0, 500), 5000: (50.0, 900)})["reached"]


@pytest.mark.parametrize("quick", [True, False])
def test_goals_name_contenders(quick: bool) -> None:
    for one in works(quick):
        titles = [contender.title for contender in one.contenders]
        assert len(set(titles)) == len(titles)
        assert {name for goal in one.goals for name in (goal.mine, goal.other)} <= set(titles)


def test_slower_contenders_get_no_more_seeds_than_there_are() -> None:
    assert [Seeds(3, 5, 1).of(pace) for pace in ("quick", "slow", "slowest")] == [3, 3, 1]


def test_a_contender_in_a_fresh_process(material: Path) -> None:
    import timm
    from safetensors.torch import save_file

    network = timm.create_model("test_efficientnet", pretrained=False, num_classes=0)
    save_file(network.state_dict(), material.parent / "model.safetensors")
    done = contend(Contender("loop", "torchvision_loop", {"epochs": 2, "frozen": 2, "batch_size": 8}), material, 0)
    assert done.seconds > 0
    assert done.memory > 2**20
    assert set(done.parts) == {"train", "validate"}
    assert {name: values.shape for name, values in done.answers.items()} == {
        "validation": (12, 2), "test": (24, 2), "epochs": (2, 12, 2),
    }  # fmt: skip
    assert len(judging.losses(done)) == 2
    assert judging.accuracy(done) is not None
