"""What was kept, at the end of a whole fine-tuning: two ends that are the two models, and nothing of the exam."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from tests.runs import tuned
from tl_core.domain.event import Phase, Progress
from tl_core.domain.mixes import Mixes
from tl_core.domain.report import Report
from tl_core.jobs.perform import perform
from tl_core.runs import candidates, mixes, train
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder

MODALITIES = ["image", "text"]


def read(folder: RunFolder) -> Mixes:
    return Mixes.model_validate_json((folder.evaluation / mixes.MIXES).read_bytes())


def report(folder: RunFolder, subset: str = "validation") -> Report:
    return Report.model_validate_json((folder.evaluation / f"{subset}.json").read_bytes())


@pytest.fixture(autouse=True)
def no_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its word is asked for in test_mix."""
    tuned.uncertified(monkeypatch, train)


@pytest.fixture
def caught(monkeypatch: pytest.MonkeyPatch) -> dict:
    """The candidates that a training hands to the measuring."""
    found: dict = {}
    measure: Callable = mixes.measure_mixes

    def watched(job, probe, tuned_) -> bool:
        found.update(job=job, probe=probe, finetuned=tuned_)
        return measure(job, probe, tuned_)

    monkeypatch.setattr(train, "measure_mixes", watched)
    return found


@pytest.mark.parametrize("modality", MODALITIES)
def test_the_ends_are_the_two_models_and_the_exam_is_never_read(
    home: Home, modality: str, caught: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tuned.plan(home, modality)
    read_subset = candidates.subset_of

    def sealed(dataset, split, name):
        assert name != "test", "the sealed exam was read"
        return read_subset(dataset, split, name)

    monkeypatch.setattr(candidates, "subset_of", sealed)
    folder = tuned.folder(home, asked)
    with folder.lock():
        ended = train.run(folder, asked, home)
    assert ended["state"] == "done"
    split = folder.split()
    assert split is not None
    assert split.ids("test")
    assert not (folder.evaluation / "test.json").exists()

    found = read(folder)
    assert found.ability == ("agreement" if modality == "image" else "retrieval")
    assert [mix.share for mix in found.mixes] == sorted({mix.share for mix in found.mixes})
    assert (found.mixes[0].share, found.mixes[-1].share) == (0.0, 1.0)
    if modality == "image":
        assert (found.original.value, found.original.low, found.original.high) == (1.0, 1.0, 1.0)
        assert found.tuned.low < found.tuned.value < 1.0
    judged = {one.name: one.metrics for one in report(folder).candidates}
    for mix, name in ((found.mixes[0], "probe"), (found.mixes[-1], "finetuned")):
        for measure in ("balanced_accuracy", "log_loss"):
            assert mix.metrics[measure].value == pytest.approx(judged[name][measure].value, abs=1e-5)
    assert "auc" not in found.mixes[0].metrics

    job = caught["job"]
    original, end = mixes.read_ends(folder, fresh_job(job))
    for ends, share, name in ((original, 0.0, "probe"), (end, 1.0, "finetuned")):
        mixed = mixes.blend(original, end, share)
        assert all(torch.equal(mixed[part], ends[part]) for part in ends)
        assert np.abs(answers(job, mixed) - caught[name].probabilities).max() < 1e-5
    assert not torch.equal(original["head.weight"], end["head.weight"])
    assert np.abs(answers(job, original) - answers(job, end)).max() > 1e-3

    assert [one.frozen for one in found.likeness] == [True] + [False] * (len(found.likeness) - 1)
    assert found.likeness[0].value == 1.0
    assert 0.0 <= found.likeness[-1].value < 0.9999
    told = [event for event in folder.events() if isinstance(event, Phase | Progress)]
    at = next(k for k, event in enumerate(told) if isinstance(event, Phase) and event.name == "mixes")
    assert told[at].total == len(found.mixes)


def fresh_job(job: candidates.Job) -> candidates.Job:
    """``job`` with the starting model's own weights, as a later job finds it."""
    from dataclasses import replace

    from tl_core.backbones.load import load

    return replace(job, backbone=load(job.home, job.plan.backbone))


def answers(job: candidates.Job, tensors: dict) -> np.ndarray:
    from tl_core.freezing.suffix import Suffix
    from tl_core.tasks import classify
    from tl_core.training.loop import answer

    model = Suffix(job.backbone, job.encoder.boundary, classify.make_head(job.backbone.card.features, job.classes))
    model.load(tensors)
    return classify.probabilities(answer(model, job.encoder.judged(), len(job.validation.labels), 8, job.device))


def test_a_resumed_run_has_the_same_numbers(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed while mixes are measured; the next child trains on from its checkpoint and measures again."""
    monkeypatch.setenv("THAW_CHECKPOINT_SECONDS", "0")
    asked = tuned.plan(home, "text")
    whole, killed = tuned.folder(home, asked), tuned.folder(home, asked)
    assert perform(whole).state == "done"

    class Killed(BaseException):
        pass

    def broken(*args: object, **options: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(mixes, "linear_cka", broken)
        with pytest.raises(Killed), killed.lock():
            train.run(killed, asked, home)
    assert not (killed.evaluation / mixes.MIXES).exists()
    assert perform(killed).state == "done"
    one, other = (read(folder).model_copy(update={"seconds": 0.0}) for folder in (whole, killed))
    assert one == other


def test_stop_is_heard_and_the_model_is_kept(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = tuned.plan(home, "text")
    folder = tuned.folder(home, asked)
    measure = mixes.measure

    def pressed(*args: object, **options: object) -> dict:
        folder.request_stop()
        return measure(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(mixes, "measure", pressed)
    status = perform(folder)
    assert (status.state, status.model) == ("stopped", True)
    assert not (folder.evaluation / mixes.MIXES).exists()
    assert report(folder).candidates
    events = folder.events()
    begun = next(k for k, event in enumerate(events) if isinstance(event, Phase) and event.name == "mixes")
    assert sum(isinstance(event, Progress) for event in events[begun:]) == 1


def test_a_full_disk_is_a_sentence(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = tuned.plan(home, "text")
    folder = tuned.folder(home, asked)

    def full(*args: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(mixes, "save", full)
    status = perform(folder)
    assert (status.state, status.fault, status.reason) == ("failed", "input", "store.disk_full")
    assert not (folder.evaluation / mixes.MIXES).exists()


def test_nothing_is_measured_where_nothing_was_tuned(home: Home) -> None:
    folder = tuned.folder(home, tuned.plan(home, "text", recipe="probe", frozen_stages=None))
    assert perform(folder).state == "done"
    assert not (folder.evaluation / mixes.MIXES).exists()
    assert not (folder.evaluation / mixes.TENSORS).exists()


def test_without_a_classifier_neighbours_are_asked(home: Home) -> None:
    folder = tuned.folder(home, tuned.plan(home, "image", classifier=False))
    assert perform(folder).state == "done"
    found = read(folder)
    assert (found.ability, found.original.value) == ("neighbours", 1.0)
    assert found.tuned.value < 1.0


@pytest.mark.parametrize("modality", MODALITIES)
def test_with_nothing_frozen_too(home: Home, modality: str) -> None:
    folder = tuned.folder(home, tuned.plan(home, modality, frozen_stages=0))
    assert perform(folder).state == "done"
    assert not any(one.frozen for one in read(folder).likeness)


def test_a_long_training_affords_finer_steps(home: Home, caught: dict) -> None:
    asked = tuned.plan(home, "text", epochs=1)
    folder = tuned.folder(home, asked)
    with folder.lock():
        train.run(folder, asked, home)
    assert mixes.affordable(caught["job"], 1) == 4
    assert mixes.affordable(caught["job"], 10_000) == 10
