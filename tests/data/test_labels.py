"""What people said, put together."""

from __future__ import annotations

from tl_core.data.labels import labels_of, opinions, settled
from tl_core.domain.dataset import ClassTarget, Dataset, Sample
from tl_core.domain.labelling import Labelling, Way


def said(sample: str, label: str | None, by: str = "Anna", way: Way = "alone", time: float = 1.0, undone: bool = False):
    name = f"{by}-{sample}-{label}-{way}-{time}".replace(".", "_")
    return Labelling(id=name, sample=sample, label=label, by=by, time=time, way=way, undone=undone)


def data(**labels: str | None) -> Dataset:
    samples = [
        Sample(id=name, source=name, text=name, target=ClassTarget(label=label) if label else None)
        for name, label in labels.items()
    ]
    return Dataset(id="d", modality="text", classes=[], samples=samples, received=len(samples))


def test_the_last_word_counts_and_skips_are_none() -> None:
    lines = [said("a", "x"), said("a", "y", time=2.0), said("b", None), said("c", "x", undone=True)]
    assert opinions(lines) == {"Anna": {"a": "y"}}


def test_where_people_part_there_is_no_label_until_it_is_settled() -> None:
    lines = [said("a", "x"), said("a", "y", by="Ben", way="second"), said("b", "x")]
    assert labels_of(data(a=None, b=None), lines) == {"b": "x"}
    lines.append(said("a", "y", by="Ben", way="settle", time=3.0))
    assert labels_of(data(a=None, b=None), lines) == {"a": "y", "b": "x"}


def test_the_data_stand_against_a_second_look_and_give_way_to_what_was_settled_since() -> None:
    lines = [said("a", "y", way="second")]
    assert labels_of(data(a="x"), lines) == {"a": "x"}
    lines.append(said("a", "y", way="settle", time=5.0))
    assert labels_of(data(a="x"), lines) == {"a": "y"}
    assert labels_of(data(a="x"), lines, taken=6.0) == {"a": "x"}  # moved by hand since
    assert settled(lines, since=6.0) == {}
