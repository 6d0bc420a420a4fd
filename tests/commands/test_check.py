"""``check``: what would come in, from one upload and from what is added to it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from tests.data.conftest import two_classes, zipped
from tl_core.commands import check
from tl_core.domain.fault import InputFault
from tl_core.store.home import Home
from tl_core.use_cases import checks


@pytest.fixture(autouse=True)
def _nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes in is of interest here, not what is found in it."""
    monkeypatch.setattr(checks, "worthwhile", lambda project_id: False)


def told(*given: object, modality: str = "image") -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    check.add(parser)
    return check.perform(parser.parse_args(["--modality", modality, *map(str, given)]))


def test_what_is_added_joins_and_what_is_there_is_left_out(home: Home, tmp_path: Path) -> None:
    first = zipped(tmp_path / "first.zip", two_classes(4))
    second = zipped(tmp_path / "second.zip", two_classes(6))
    found = told("--data", first, "--add", second)
    assert (found["classes"], found["received"]) == ({"cats": 6, "dogs": 6}, 20)
    assert [one["reason"] for one in found["refusals"]] == ["refusals.known"] * 8


def test_samples_without_a_class_stay_and_get_it_later(home: Home, tmp_path: Path) -> None:
    content = two_classes(4)
    bare = zipped(tmp_path / "bare.zip", {f"{number}.png": one for number, one in enumerate(content.values())})
    sorted_ones = zipped(tmp_path / "sorted.zip", dict(list(content.items())[2:6]))
    found = told("--data", bare, "--unlabelled")
    assert (found["classes"], found["samples"]) == ({}, 8)
    found = told("--data", bare, "--unlabelled", "--add", sorted_ones)
    assert (found["classes"], found["samples"]) == ({"cats": 2, "dogs": 2}, 8)


def test_what_cannot_be_is_said(home: Home, tmp_path: Path) -> None:
    first = zipped(tmp_path / "first.zip", two_classes(4))
    with pytest.raises(InputFault, match="nowhere"):
        told("--data", first, "--add", tmp_path / "nowhere")
    with pytest.raises(InputFault, match="in the project already"):
        told("--data", first, "--add", first)
    with pytest.raises(InputFault, match="one file or folder"):
        told("--task", "forecast", "--data", first, "--add", first, modality="series")
