"""``backbones``: listed and fetched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.backbones import folders
from tl_core.cli import main
from tl_core.store.home import Home


def test_the_list_says_what_is_here(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "mine"
    place.mkdir()
    folders.write_transformers(place, "bert")
    assert main(["backbones", "--fetch", f"folder:{place}", "--json"]) == 0
    (fetched,) = json.loads(capsys.readouterr().out.splitlines()[-1])["backbones"]
    assert main(["backbones", "--modality", "text", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["backbones"]
    assert fetched in listed
    assert {one["modality"] for one in listed} == {"text"}
    assert [one["name"] for one in listed if one["fetched"]] == [fetched["name"]]

    assert main(["backbones"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith(fetched["name"]) for line in lines)
    assert any("not fetched" in line for line in lines)


def test_what_cannot_be_fetched_is_one_sentence(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backbones", "--fetch", "nonsense"]) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == 1
    assert "nonsense" in told[0]
