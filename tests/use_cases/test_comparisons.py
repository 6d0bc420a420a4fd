"""Two trainings side by side: only where both answered the same samples."""

from __future__ import annotations

import json

import pytest

from tests.bundle.trained import Trained, trained
from tl_core.domain.fault import InputFault
from tl_core.domain.split import SplitRule
from tl_core.store import runs as index
from tl_core.store.atomic import write_json
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import comparisons


@pytest.fixture
def text(home) -> Trained:
    return trained(home, "text", 90)


def second(one: Trained, change=lambda said: said, **changes) -> RunFolder:
    """Another training of the same data, with other answers."""
    folder = index.create_run(one.home, one.folder.plan().model_copy(update=changes))
    said = json.loads((one.folder.evaluation / "validation-predictions.json").read_text())
    write_json(folder.evaluation / "validation-predictions.json", change(said))
    return folder


def perfect(said: dict) -> dict:
    return said | {"probabilities": [[0.9, 0.1] if true == 0 else [0.1, 0.9] for true in said["true"]]}


def test_the_better_one_is_said_to_be_better(text: Trained):
    other = second(text, perfect)
    found = comparisons.compare(other.id, text.id, "validation")
    assert (found.first, found.second) == (other.id, text.id)
    assert found.gain.value > 0
    assert found.only_second == found.neither == 0
    back = comparisons.compare(text.id, other.id, "validation")
    assert back.gain.value == pytest.approx(-found.gain.value)
    assert back.only_second == found.only_first


def test_only_the_same_data_split_alike(text: Trained):
    alike = second(text)
    second(text, split=SplitRule(seed=7))
    second(text, dataset="elsewhere")
    index.create_run(text.home, text.folder.plan())  # not judged yet
    assert comparisons.comparable(text.id, "validation") == [alike.id]
    assert comparisons.comparable(text.id, "test") == []


def test_other_samples_are_a_sentence(text: Trained):
    other = second(text, lambda said: said | {"samples": said["samples"][::-1]})
    with pytest.raises(InputFault, match="judged on different samples"):
        comparisons.compare(text.id, other.id, "validation")
    with pytest.raises(InputFault):
        comparisons.compare(text.id, other.id, "test")
