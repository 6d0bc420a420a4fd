"""``python -m tl_core ladder``: every boundary of a small network, in JSON and for people."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.runs import tiny_project
from tl_core.cli import main
from tl_core.store.home import Home

pytestmark = pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")


@pytest.fixture
def table(home: Home, tmp_path: Path) -> Path:
    tiny_project.starting_model(home, "text")
    file = tmp_path / "cameras.csv"
    with open(file, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["words", "verdict", "shop"])
        for number in range(72):
            good = number % 2
            words = ["very", "good", "works"] if good else ["not", "broke", "bad"]
            text = " ".join([*words, "the", "camera", "was"][: 3 + number % 4])
            text = " ".join([*words, "the", "camera", "was"][: 3 + number % 4])
            writer.writerow([f"{text} {number}", "good" if good else "bad", f"shop {number // 2}"])
    return file


def arguments(table: Path, *more: str) -> list[str]:
    columns = ["--text-column", "words", "--label-column", "verdict", "--group-column", "shop"]
    return ["ladder", "--modality", "text", "--data", str(table), *columns, "--epochs", "1", "--device", "cpu", *more]


def test_json_tells_every_rung_and_the_recommendation(
    home: Home, table: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    code = main(arguments(table, "--backbone", "folder:tiny_text", "--json"))
    torch.set_num_threads(threads)
    assert code == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["status"] == "done"
    assert told["classes"] == ["bad", "good"]
    assert sum(told["counts"].values()) == 72
    assert [(r["recipe"], r["frozen_stages"]) for r in told["rungs"]] == [
        ("probe", 4), ("finetune", 3), ("finetune", 2), ("finetune", 1), ("finetune", 0), ("scratch", 0)
    ]  # fmt: skip
    for rung in told["rungs"]:
        assert set(rung["metrics"]["validation/balanced_accuracy"]) == {"value", "low", "high"}
        assert {"seconds", "memory", "trained_parameters", "epochs"} <= set(rung)
    assert told["recommended"]["frozen_stages"] in range(5)
    assert told["recommended"]["reason"].endswith(".")
    assert (Path(told["folder"]) / "evaluation" / "ladder.json").exists()


def test_for_people_it_is_lines_and_a_sentence_and_scratch_can_be_left_out(
    home: Home, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments(table, "--backbone", "folder:tiny_text", "--no-scratch")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert lines[0].startswith("  all 4 layer groups frozen: average hit rate")
    assert "scratch" not in "".join(lines)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (["--data", "nowhere"], "nowhere"),
        (["--epochs", "0"], "1"),
        (["--backbone", "packaged:none"], "none"),
        (["--seed", "-1"], "0"),
    ],
)
def test_faults_of_the_input_are_one_sentence(
    home: Home, table: Path, capsys: pytest.CaptureFixture[str], change: list[str], word: str
) -> None:
    assert main([*arguments(table, "--backbone", "folder:tiny_text"), *change]) == 2
    said = capsys.readouterr().err.strip()
    assert word in said
    assert len(said.splitlines()) == 1


class TestForecasts:
    @pytest.fixture
    def months(self, home: Home, tmp_path: Path) -> Path:
        tiny_project.starting_model(home, "series")
        rng, file = np.random.default_rng(0), tmp_path / "sales.csv"
        swing = 10 + np.sin(np.arange(90) * np.pi / 6) + rng.normal(0, 0.1, 90)
        months = (np.datetime64("2015-01", "M") + np.arange(90)).astype(str)
        rows = [f"{month},{value:.3f},{k % 3}" for k, (month, value) in enumerate(zip(months, swing, strict=True))]
        file.write_text("\n".join(["month,sold,offer", *rows]))
        return file

    @staticmethod
    def asked(months: Path, *more: str) -> list[str]:
        columns = ["--time-column", "month", "--value-columns", "sold", "--known-columns", "offer"]
        kind = ["ladder", "--modality", "series", "--task", "forecast", "--backbone", "folder:tiny_series"]
        return [*kind, "--data", str(months), *columns, "--horizon", "5", "--device", "cpu", *more]

    def test_json_has_the_same_shape(self, months: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(self.asked(months, "--json")) == 0
        told = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert (told["status"], told["classes"], told["counts"]) == ("done", [], {})
        recipes = [r["recipe"] for r in told["rungs"]]
        assert recipes == ["untuned", *["finetune"] * (len(recipes) - 2), "scratch"]
        assert told["rungs"][1]["frozen_stages"] == told["rungs"][0]["frozen_stages"] == len(recipes) - 3
        for rung in told["rungs"]:
            assert set(rung["metrics"]["validation/mase"]) == {"value", "low", "high"}
        assert set(told["classics"]) == {"seasonal_naive", "smoothing", "theta"}
        assert told["recommended"]["reason"].endswith(".")

    def test_for_people_it_is_lines_and_a_sentence(self, months: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(self.asked(months, "--no-scratch")) == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[0].startswith("  starting model as it is: error (MASE) ")
        assert "0 layer groups frozen: error (MASE)" in lines[-2]
        assert "scratch" not in "".join(lines)

    @pytest.mark.parametrize(
        ("change", "word"),
        [
            (["--horizon", "0"], "between 1 and"),
            (["--horizon", "60"], "shorter horizon"),
            (["--time-column", "when"], "when"),
            (["--modality", "text"], "series"),
        ],
    )
    def test_faults_are_one_sentence(
        self, months: Path, capsys: pytest.CaptureFixture[str], change: list[str], word: str
    ) -> None:
        assert main([*self.asked(months), *change]) == 2
        said = capsys.readouterr().err.strip()
        assert word in said
        assert len(said.splitlines()) == 1
