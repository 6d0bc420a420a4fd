"""``python -m tl_core learning-curve``: a small network's curve, in JSON and for people."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.commands.test_ladder import arguments as of_ladder
from tests.commands.test_ladder import table  # noqa: F401 - a fixture
from tl_core.cli import main
from tl_core.evaluation import baselines
from tl_core.store.home import Home
from tl_core.tasks import classify

pytestmark = pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")


@pytest.fixture(autouse=True)
def few_strengths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classify, "GRID", np.array([1e-2, 1.0]))
    monkeypatch.setattr(baselines, "STRENGTHS", (1.0,))


def arguments(table: Path, *more: str) -> list[str]:  # noqa: F811
    return ["learning-curve", *of_ladder(table, "--backbone", "folder:tiny_text", *more)[1:]]


def test_json_tells_every_point_and_what_it_means(
    home: Home, table: Path, capsys: pytest.CaptureFixture[str]  # noqa: F811
) -> None:  # fmt: skip
    assert main(arguments(table, "--json")) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["status"] == "done"
    assert told["classes"] == ["bad", "good"]
    assert sum(told["counts"].values()) == 72
    assert [point["share"] for point in told["points"]][-1] == 1.0
    for point in told["points"]:
        assert set(point["probe"]) == set(point["classic"]) == {"value", "low", "high"}
        assert set(point["recalls"]) == {"bad", "good"}
    assert told["outlook"]["verdict"] in ("more", "little", "unclear", "too_few")
    assert all(sentence.endswith(".") for sentence in told["says"])
    assert (Path(told["folder"]) / "evaluation" / "learning-curve.json").exists()


def test_for_people_it_is_lines_and_sentences(
    home: Home, table: Path, capsys: pytest.CaptureFixture[str]  # noqa: F811
) -> None:  # fmt: skip
    assert main(arguments(table)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert ": quick look " in lines[0]
    assert any("labels" in line and line.endswith(".") for line in lines[2:])


def test_faults_of_the_input_are_one_sentence(
    home: Home, table: Path, capsys: pytest.CaptureFixture[str]  # noqa: F811
) -> None:  # fmt: skip
    assert main(arguments(table, "--seed", "-1")) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
