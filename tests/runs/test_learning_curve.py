"""A learning curve of small real networks: what it reads, what it draws, and what a killed or stopped one leaves."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from tests.runs import tiny_project
from tl_core.domain.event import Event
from tl_core.domain.learning_curve import LearningCurve
from tl_core.domain.plan import LearningCurvePlan, Plan
from tl_core.domain.report import Report
from tl_core.evaluation import baselines
from tl_core.freezing import encode
from tl_core.jobs.kinds import queue_of
from tl_core.jobs.perform import perform
from tl_core.runs import candidates, train
from tl_core.runs import learning_curve as curves
from tl_core.runs.material import subset_of
from tl_core.store import runs
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.tasks import classify

pytestmark = pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def few_strengths(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two penalties for the one method, one for the other: here it matters what is drawn, not how well it is solved."""
    monkeypatch.setattr(classify, "GRID", np.array([1e-2, 1.0]))
    monkeypatch.setattr(baselines, "STRENGTHS", (1.0,))


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ordinary trainings without their package and its check by a fresh process: here only figures matter."""
    monkeypatch.setattr(train, "start_fresh", lambda library: None)
    monkeypatch.setattr(train, "_bundle", lambda *parts: None)


def done(home: Home, plan: Plan, state: str = "done") -> RunFolder:
    folder = runs.create_run(home, plan)
    status = perform(folder)
    assert status.state == state, folder.log_path.read_text() if folder.log_path.exists() else status
    return folder


def read(folder: RunFolder) -> LearningCurve:
    return LearningCurve.model_validate_json((folder.evaluation / curves.FILE).read_bytes())


@pytest.mark.parametrize("modality", ["image", "text", "series"])
def test_every_share_that_holds_all_classes_is_measured(home: Home, modality: str) -> None:
    folder = done(home, LearningCurvePlan(base=tiny_project.project(home, modality)))
    found = read(folder)
    assert found.left_out == [0.1]  # 18 of each class to learn from
    assert [(p.share, p.labels, p.draws) for p in found.points] == [(0.25, 10, 5), (0.5, 18, 5), (1.0, 36, 1)]
    for point in found.points:
        assert point.probe.low is not None
        assert point.classic.high is not None
        assert len(point.recalls) == 2
    assert queue_of("learning_curve") == "training"
    assert not folder.bundle.exists()
    assert folder.view().done == folder.view().total == 11


def test_all_labels_give_the_quick_look_of_a_training_and_nothing_is_encoded_twice(
    home: Home, unpacked: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = tiny_project.project(home, "text").model_copy(update={"frozen_stages": 2})
    trained = done(home, base)

    def no_need(*_: object, **__: object) -> None:
        raise AssertionError("everything is there")

    monkeypatch.setattr(encode, "ActivationsWriter", no_need)
    judged = Report.model_validate_json((trained.evaluation / "validation.json").read_bytes())
    same = {one.name: one.metrics["balanced_accuracy"] for one in judged.candidates}
    for plan in (base, base.model_copy(update={"recipe": "scratch", "frozen_stages": None})):
        point = read(done(home, LearningCurvePlan(base=plan))).points[-1]
        assert point.probe == same["probe"]
        assert point.classic == same["classic"]


def test_a_training_tells_what_it_took(home: Home, unpacked: None) -> None:
    spent = done(home, tiny_project.project(home, "text")).view().spent
    assert set(spent) == {"look", "training"}
    for one in spent.values():
        assert one.seconds > 0
        assert one.energy is not None
        assert one.energy.joules > 0


def test_groups_are_never_split_between_what_is_drawn_and_what_is_not(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    real = curves._draw

    def noting(job, look, numbers, file):
        inside = {job.train.samples[n].group for n in numbers}
        outside = {s.group for n, s in enumerate(job.train.samples) if n not in set(numbers)}
        judged = {sample.group for sample in job.validation.samples}
        assert not inside & outside
        assert not inside & judged
        assert len(set(job.train.labels[numbers])) == 2
        seen.append(len(numbers))
        return real(job, look, numbers, file)

    monkeypatch.setattr(curves, "_draw", noting)
    found = read(done(home, LearningCurvePlan(base=tiny_project.project(home, "text", count=240, group=4))))
    assert len(seen) == sum(point.draws for point in found.points) == 16
    assert found.points[0].probe.groups == 12


def test_few_groups_are_said(home: Home) -> None:
    found = read(done(home, LearningCurvePlan(base=tiny_project.project(home, "text", count=60, group=4))))
    assert found.outlook.verdict == "too_few"
    assert {point.probe.low for point in found.points} == {None}


def test_the_sealed_exam_is_not_read(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    base = tiny_project.project(home, "image")
    folder = runs.create_run(home, LearningCurvePlan(base=base))
    asked: list[str] = []

    def noting(dataset, split, name):
        asked.append(name)
        if name == "train":  # the split is made: take the exam's pictures away
            for sample in subset_of(dataset, split, "test").samples:
                os.remove(home.samples(base.project) / str(sample.file))
        return subset_of(dataset, split, name)

    monkeypatch.setattr(candidates, "subset_of", noting)
    assert perform(folder).state == "done"
    split = folder.split()
    assert split is not None
    assert split.ids("test")
    assert set(asked) == {"train", "validation"}
    assert runs.count_openings(home, base.project) == 0


class Killed(BaseException):
    """As SIGKILL: nothing is caught, nothing is tidied."""


def test_killed_anywhere_it_ends_with_the_same_figures_and_draws_nothing_twice(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = LearningCurvePlan(base=tiny_project.project(home, "text"))
    quiet = done(home, plan)
    for cached in (home.project(plan.project) / "cache").iterdir():  # the second one is to do it all itself
        cached.rename(home.trash / cached.name)
    broken = runs.create_run(home, plan)
    real = RunFolder.append
    fits = []
    solve = curves.classify.solve_probe
    monkeypatch.setattr(curves.classify, "solve_probe", lambda *a, **k: fits.append(1) or solve(*a, **k))

    def dying_at(place: int):
        left = [place]

        def append(self: RunFolder, event: Event) -> None:
            if event.kind == "progress":
                left[0] -= 1
                if not left[0]:
                    raise Killed
            real(self, event)

        return append

    for place in (2, 9):
        monkeypatch.setattr(RunFolder, "append", dying_at(place))
        with pytest.raises(Killed):
            perform(broken)
    monkeypatch.setattr(RunFolder, "append", real)
    assert perform(broken).state == "done"
    assert len(fits) == 11
    assert read(broken).model_copy(update={"seconds": 0.0}) == read(quiet).model_copy(update={"seconds": 0.0})
    for file in (quiet.path / "draws").glob("*.npy"):
        assert np.array_equal(np.load(file), np.load(broken.path / "draws" / file.name))


def test_stopped_it_leaves_no_half_curve(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = runs.create_run(home, LearningCurvePlan(base=tiny_project.project(home, "text")))
    real = RunFolder.append

    def append(self: RunFolder, event: Event) -> None:
        real(self, event)
        if self.view().phase == "curve" and self.view().done == 3:
            self.request_stop()

    monkeypatch.setattr(RunFolder, "append", append)
    status = perform(folder)
    assert (status.state, status.model) == ("stopped", False)
    assert len(list((folder.path / "draws").iterdir())) == 3
    assert not (folder.evaluation / curves.FILE).exists()


def test_many_samples_are_drawn_fewer_times(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curves, "MANY", 20)
    found = read(done(home, LearningCurvePlan(base=tiny_project.project(home, "text"))))
    assert [point.draws for point in found.points] == [3, 3, 1]
