"""Dataset versions: what is saved is what is loaded, equal data have equal ids."""

from __future__ import annotations

import pytest

from tl_core.domain.dataset import ClassTarget, Dataset, Refusal, Sample
from tl_core.domain.fault import InputFault
from tl_core.store.datasets import class_counts, load_dataset, save_dataset
from tl_core.store.home import Home


def _dataset(label: str = "good") -> Dataset:
    samples = [
        Sample(id="a1", source="row 1", target=ClassTarget(label=label), text="line\u2028one\x85two\nthree", group="g"),
        Sample(id="b2", source="row 2", text="no label", traits={"characters": 8}),
    ]
    refusals = [Refusal(source="row 3", reason="refusals.empty")]
    return Dataset(id="", modality="text", classes=[label], samples=samples, refusals=refusals, received=3)


def test_saved_is_loaded(home: Home) -> None:
    saved = save_dataset(home, "p1", _dataset())
    assert saved.id
    assert load_dataset(home, "p1", saved.id) == saved
    assert {p.name for p in home.dataset("p1", saved.id).iterdir()} == {
        "dataset.json",
        "samples.jsonl",
        "counts.json",
    }
    assert class_counts(home, "p1", saved.id) == saved.counts() == {"good": 1}


def test_equal_data_equal_ids(home: Home) -> None:
    one, same, other = (save_dataset(home, "p1", d) for d in (_dataset(), _dataset(), _dataset("bad")))
    assert one.id == same.id != other.id


def test_it_is_read_once(home: Home) -> None:
    saved = save_dataset(home, "p1", _dataset())
    assert load_dataset(home, "p1", saved.id) is load_dataset(home, "p1", saved.id)


def test_a_missing_version_is_a_sentence(home: Home) -> None:
    with pytest.raises(InputFault, match="not here any more"):
        load_dataset(home, "p1", "nope")
