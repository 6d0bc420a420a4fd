"""An answered batch beside the samples its model was chosen by: like ones, other ones, labelled ones."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.runs import tiny_project
from tl_core.domain.plan import Columns, PredictPlan, TrainPlan
from tl_core.domain.shift import Shift
from tl_core.jobs.perform import perform
from tl_core.store.datasets import load_dataset, save_dataset
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.store.runs import create_run
from tl_core.use_cases import predict


@pytest.fixture
def project(home: Home) -> TrainPlan:
    return tiny_project.project(home, "text", count=90)


@pytest.fixture
def training(home: Home, project: TrainPlan) -> RunFolder:
    folder = create_run(home, project.model_copy(update={"recipe": "probe"}))
    assert perform(folder).state == "done"
    return folder


def table(path: Path, count: int, odd: bool = False, labelled: bool = False) -> Path:
    """Texts like the project's own, or of other words."""
    rng = np.random.default_rng(5)
    rows = [["text", "label"] if labelled else ["text"]]
    for number in range(count):
        label = ("bad", "good")[number % 2]
        own = ["broke", "not"] if label == "bad" else ["works", "very"]
        words = [*rng.choice([*own, "camera", "the", "was"], 5 + number % 7), own[0]]
        text = " ".join(["the"] * (8 + number % 9)) if odd else " ".join(words)
        rows.append([f"{text} {number}", *([label] if labelled else [])])
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def answered(
    home: Home, training: RunFolder, path: Path, columns: Columns | None = None
) -> tuple[RunFolder, Shift | None]:
    plan = training.plan()
    assert isinstance(plan, TrainPlan)
    folder = create_run(home, PredictPlan(project=plan.project, run=training.id, paths=[str(path)], columns=columns))
    status = perform(folder)
    assert status.state == "done", (status, folder.log_path.read_text() if folder.log_path.exists() else "")
    return folder, predict.shift_of(folder.id)


def test_other_words_are_seen_to_be_other_and_the_most_foreign_come_first(
    home: Home, training: RunFolder, tmp_path: Path
) -> None:
    folder, found = answered(home, training, table(tmp_path / "t.csv", 60, odd=True))
    assert found is not None
    assert found.samples == 60
    assert found.told_apart.value > 0.8
    assert found.measured is None
    rows = list(csv.DictReader(predict.foreign_csv(folder.id).open(encoding="utf-8")))
    assert len(rows) == 60
    shares = [float(row["foreign"]) for row in rows]
    assert shares == sorted(shares, reverse=True)


def test_a_labelled_batch_says_what_is_lost(home: Home, training: RunFolder, tmp_path: Path) -> None:
    _, found = answered(home, training, table(tmp_path / "t.csv", 80, labelled=True))
    assert found is not None
    assert found.measured is not None
    assert found.balanced is not None
    assert found.drop is not None
    assert found.drop.value == pytest.approx(found.before.value - found.balanced.value, abs=0.2)


def test_a_small_batch_is_answered_and_not_compared(home: Home, training: RunFolder, tmp_path: Path) -> None:
    folder, found = answered(home, training, table(tmp_path / "t.csv", 8))
    assert found is None
    assert predict.answers_csv(folder.id).exists()


def test_what_moved_is_named_by_columns_and_by_what_is_seen_of_the_texts(
    home: Home, project: TrainPlan, tmp_path: Path
) -> None:
    """Training: half from the shop, short texts. The batch: all from the web, long ones."""
    dataset = load_dataset(home, project.project, project.dataset)
    samples = [
        sample.model_copy(update={"attributes": {"Source": ("shop", "web")[place // 2 % 2]}})
        for place, sample in enumerate(dataset.samples)
    ]
    named = save_dataset(home, project.project, dataset.model_copy(update={"samples": samples}))
    training = create_run(home, project.model_copy(update={"recipe": "probe", "dataset": named.id}))
    assert perform(training).state == "done"
    assert predict.compared_by(training.id) == ["Source"]
    path = tmp_path / "t.csv"
    rows = [[f"{'the camera was very good and ' * 5} {number}", "web"] for number in range(60)]
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["text", "source"], *rows])
    _, found = answered(home, training, path, Columns(text="text", attributes=["source"]))
    assert found is not None
    proven = {(one.name, one.value): one for one in found.slices if one.proven}
    assert proven["Source", "web"].now == 1.0
    assert 0.3 < proven["Source", "web"].before < 0.7
    long = proven["words", "high"]
    assert long.now == 1.0
    assert long.before < 0.15
    assert sum(long.named.values()) == pytest.approx(1.0)
