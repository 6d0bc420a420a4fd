"""Every rung of a ladder with small real networks: what stays frozen, what a killed or stopped one keeps, the exam."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import torch

from tests.runs import tiny_project
from tl_core.domain.event import Event, Rung
from tl_core.domain.ladder import Ladder
from tl_core.domain.plan import LadderPlan, Plan
from tl_core.domain.report import MetricName, Report
from tl_core.freezing import encode
from tl_core.freezing.suffix import Suffix
from tl_core.jobs.perform import perform
from tl_core.runs import candidates, features, train
from tl_core.runs import ladder as ladders
from tl_core.runs.material import subset_of
from tl_core.store import runs
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.training import epochs

pytestmark = pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def done(home: Home, plan: Plan, state: str = "done") -> RunFolder:
    folder = runs.create_run(home, plan)
    status = perform(folder)
    assert status.state == state, folder.log_path.read_text() if folder.log_path.exists() else status
    return folder


def figures(folder: RunFolder) -> list[tuple]:
    """All that must not depend on how often a ladder was broken off."""
    told = folder.view().rungs
    return [
        (r.recipe, r.frozen_stages, r.epochs, r.trained_parameters, {k: m.value for k, m in r.metrics.items()})
        for r in told
    ]


def report(folder: RunFolder) -> Ladder:
    return Ladder.model_validate_json((folder.evaluation / "ladder.json").read_bytes())


@pytest.mark.parametrize("modality", ["image", "text", "series"])
def test_every_boundary_is_tried_and_then_from_scratch(home: Home, modality: str) -> None:
    base = tiny_project.project(home, modality)
    folder = done(home, LadderPlan(base=base))
    told = folder.view().rungs
    stages = told[0].frozen_stages
    assert [(r.recipe, r.frozen_stages) for r in told] == [
        ("probe", stages), *(("finetune", n) for n in reversed(range(stages))), ("scratch", 0)
    ]  # fmt: skip
    assert all(r.of == len(told) for r in told)
    parameters = [r.trained_parameters for r in told]
    assert parameters == sorted(parameters)
    assert parameters[-1] == parameters[-2]
    for rung in told:
        assert set(rung.metrics) == {f"validation/{name}" for name in get_args(MetricName)}
        assert rung.metrics["validation/balanced_accuracy"].low is not None
        assert rung.memory > 0
        assert rung.seconds > 0
    assert told[0].epochs is None
    assert told[1].epochs == 2
    for rung in told:
        tuned = rung.recipe == "finetune"
        assert (rung.kept is not None, rung.original is not None) == (tuned, tuned)
    originals = {round(rung.original.value, 6) for rung in told if rung.original}
    assert len(originals) == 1  # every rung begins with the starting model's own ability
    found = report(folder)
    assert found.rungs == told
    assert found.advice is not None
    assert not folder.bundle.exists()
    assert not any(folder.path.glob("checkpoints/*"))


def test_a_rung_is_the_training_of_that_boundary(home: Home, unpacked: None) -> None:
    """Same samples, same seed: what an ordinary run of the same depth, and one from scratch, come to."""
    base = tiny_project.project(home, "text")
    told = {(r.recipe, r.frozen_stages): r for r in done(home, LadderPlan(base=base)).view().rungs}
    for recipe, frozen, name in (("finetune", 2, "finetuned"), ("scratch", 0, "scratch")):
        plain = done(home, base.model_copy(update={"recipe": recipe, "frozen_stages": frozen}))
        judged = Report.model_validate_json((plain.evaluation / "validation.json").read_bytes())
        same = next(c for c in judged.candidates if c.name == name)
        for metric in ("balanced_accuracy", "log_loss"):
            ours = told[recipe, frozen].metrics[f"validation/{metric}"].value
            assert ours == pytest.approx(same.metrics[metric].value, abs=2e-4), (recipe, frozen)


def test_its_caches_are_those_of_ordinary_runs(home: Home, unpacked: None, monkeypatch: pytest.MonkeyPatch) -> None:
    base = tiny_project.project(home, "image").model_copy(update={"augmentations": ["mirror"]})
    done(home, LadderPlan(base=base))
    cache = home.project(base.project) / "cache"
    before = sorted(path.name for path in cache.iterdir())

    def no_need(*_: object, **__: object) -> None:
        raise AssertionError("everything is there")

    monkeypatch.setattr(encode, "ActivationsWriter", no_need)
    done(home, base.model_copy(update={"frozen_stages": 2}))
    assert sorted(path.name for path in cache.iterdir()) == before


def test_every_rung_starts_from_the_same_weights_and_leaves_frozen_ones_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = tiny_project.project(home, "image")
    pristine = tiny_project.starting_model(Home(home.path / "other"), "image").network.state_dict()
    real, seen = candidates.fit, []

    def watched(model: Suffix, *arguments: object, **more: object) -> object:
        network = model.backbone.network
        if not model.fresh:
            assert all(torch.equal(t, pristine[name]) for name, t in network.state_dict().items())
        fitted = real(model, *arguments, **more)  # type: ignore[arg-type]
        changed = {name for name, t in network.state_dict().items() if not torch.equal(t, pristine[name])}
        if not model.fresh:
            allowed = {name.removeprefix("backbone.") for name in model.tensors() if name.startswith("backbone.")}
            assert changed
            assert changed <= allowed
        seen.append(model.boundary)
        return fitted

    monkeypatch.setattr(candidates, "fit", watched)
    done(home, LadderPlan(base=base))
    assert seen == [3, 2, 1, 0, 0]


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ordinary trainings without their package and its check by a fresh process: here only figures matter."""
    monkeypatch.setattr(train, "start_fresh", lambda library: None)
    monkeypatch.setattr(train, "_bundle", lambda *parts: None)


class Killed(BaseException):
    """As SIGKILL: nothing is caught, nothing is tidied."""


@pytest.mark.parametrize("modality", ["image", "text", "series"])
def test_killed_anywhere_it_ends_with_the_same_figures(
    home: Home, monkeypatch: pytest.MonkeyPatch, modality: str
) -> None:
    """Killed during the pass, after two rungs, and in the middle of one."""
    monkeypatch.setenv("THAW_CHECKPOINT_SECONDS", "0")
    base = tiny_project.project(home, modality)
    if modality == "image":
        base = base.model_copy(update={"augmentations": ["mirror"]})
    whole = LadderPlan(base=base.model_copy(update={"epochs": 4}))
    quiet = done(home, whole)
    for cached in (home.project(base.project) / "cache").iterdir():  # the second one is to do it all itself
        cached.rename(home.trash / cached.name)
    broken = runs.create_run(home, whole)
    real = RunFolder.append

    def dying_at(kind: str, count: int):
        left = [count]

        def append(self: RunFolder, event: Event) -> None:
            if event.kind == kind:
                left[0] -= 1
                if not left[0]:
                    raise Killed
            real(self, event)

        return append

    for kind, count in (("progress", 2), ("rung", 3), ("epoch", 3), ("rung", 1), ("epoch", 2)):
        monkeypatch.setattr(RunFolder, "append", dying_at(kind, count))
        with pytest.raises(Killed):
            perform(broken)
    monkeypatch.setattr(RunFolder, "append", real)
    assert perform(broken).state == "done"
    assert any(event.kind == "resumed" for event in broken.events())
    assert sum(event.kind == "rung" for event in broken.events()) == len(figures(quiet)), "none is climbed twice"
    assert figures(broken) == figures(quiet)
    assert report(broken).advice == report(quiet).advice.model_copy(  # type: ignore[union-attr]
        update={name: getattr(report(broken).advice, name) for name in ("best", "everything", "scratch")}
    )
    for file in (quiet.path / "rungs").glob("*.npy"):
        assert np.array_equal(np.load(file), np.load(broken.path / "rungs" / file.name))


def test_stopped_it_keeps_the_rungs_so_far(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = runs.create_run(home, LadderPlan(base=tiny_project.project(home, "text")))
    real = RunFolder.append

    def append(self: RunFolder, event: Event) -> None:
        real(self, event)
        if isinstance(event, Rung) and len(self.view().rungs) == 3:
            self.request_stop()

    monkeypatch.setattr(RunFolder, "append", append)
    status = perform(folder)
    assert (status.state, status.model) == ("stopped", False)
    assert len(folder.view().rungs) == 3
    found = report(folder)
    assert len(found.rungs) == 3
    assert found.advice is not None


def test_stopped_before_the_first_rung_there_is_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = runs.create_run(home, LadderPlan(base=tiny_project.project(home, "text")))
    monkeypatch.setitem(features.BATCH, "cpu", 2)
    real = RunFolder.append

    def append(self: RunFolder, event: Event) -> None:
        real(self, event)
        if event.kind == "progress":
            self.request_stop()

    monkeypatch.setattr(RunFolder, "append", append)
    assert perform(folder).state == "stopped"
    assert folder.view().rungs == []


def test_the_sealed_exam_is_not_read(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    base = tiny_project.project(home, "image")
    folder = runs.create_run(home, LadderPlan(base=base))
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


def test_what_finds_no_room_is_computed_anew_and_a_resumed_ladder_does_as_before(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = tiny_project.project(home, "image")
    monkeypatch.setattr(features, "LARGEST_CACHE", 60 * 16 * 8 * 8 * 4)
    folder = done(home, LadderPlan(base=base))
    shelf = (folder.path / "rungs" / "shelf.json").read_text()
    assert len(folder.view().rungs) == 6
    assert {notice.key for notice in folder.view().notices} == {"training.too_large_to_keep"}
    (folder.path / "status.json").unlink()
    monkeypatch.setattr(features, "LARGEST_CACHE", 0)
    before = figures(folder)
    assert perform(folder).state == "done"
    assert (folder.path / "rungs" / "shelf.json").read_text() == shelf
    assert figures(folder) == before


def test_a_rung_that_becomes_unstable_is_told_and_the_others_go_on(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    base = tiny_project.project(home, "text")
    real = candidates.fit

    def fit(model: Suffix, *arguments: object, **more: object) -> object:
        if model.boundary == 2:
            return epochs.Fitted("diverged", 0, 0, 0.0)
        return real(model, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(candidates, "fit", fit)
    folder = done(home, LadderPlan(base=base, scratch=False))
    told = {r.frozen_stages: r for r in folder.view().rungs}
    assert told[2].metrics == {}
    assert told[1].metrics
    assert report(folder).advice is not None


@pytest.mark.fault
def test_a_full_disk_is_a_sentence_and_the_rungs_so_far_are_kept(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = runs.create_run(home, LadderPlan(base=tiny_project.project(home, "text")))
    real = ladders.write_array

    def full(path: Path, array: np.ndarray) -> None:
        if path.name == "finetune-1.npy":
            raise OSError(28, "No space left on device")
        real(path, array)

    monkeypatch.setattr(ladders, "write_array", full)
    status = perform(folder)
    assert (status.state, status.fault, status.reason) == ("failed", "input", "store.disk_full")
    assert len(folder.view().rungs) > 1
