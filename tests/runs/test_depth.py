"""Of a model for sounds a run reads the stage that tells the classes apart best, and goes on from there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

from tests.runs import tiny_project
from tl_core.backbones.load import load
from tl_core.backbones.protocol import forward
from tl_core.domain.depth import Depth
from tl_core.domain.plan import CrossPlan, LadderPlan, TrainPlan
from tl_core.jobs.perform import perform
from tl_core.modalities.audio import AudioModality
from tl_core.modalities.reference import Reference
from tl_core.runs import candidates, crossval, ladder
from tl_core.runs.candidates import Job, prepare, solve, train_suffix
from tl_core.runs.features import Encoder
from tl_core.runs.material import Subset
from tl_core.store import runs
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.tasks import classify
from tl_core.use_cases import results

pytestmark = pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def plan(home: Home, monkeypatch: pytest.MonkeyPatch) -> TrainPlan:
    """Sounds as they were written, never varied."""

    def read(self: AudioModality, home: Home, project_id: str, sample: Any) -> np.ndarray:
        return soundfile.read(home.samples(project_id) / sample.file, dtype="float32")[0]

    monkeypatch.setattr(AudioModality, "load_raw", read)
    monkeypatch.setattr(AudioModality, "augmentations", lambda self: [])
    return tiny_project.project(home, "audio", 40)


def prepared(home: Home, plan: TrainPlan, depth: int | None = None, **changes: Any) -> Job:
    """A run about to begin; with ``depth``, as one that an earlier child began at it."""
    plan = plan.model_copy(update=changes)
    folder = runs.create_run(home, plan)
    if depth:
        folder.write_depth(Depth(stages=depth, losses=[]))
    return prepare(folder, plan, home)


def refuse(*_: object, **__: object) -> None:
    raise AssertionError("this was there already")


def test_the_stage_with_the_lowest_loss_is_read(home: Home, plan: TrainPlan) -> None:
    job = prepared(home, plan)
    chosen = job.folder.depth()
    assert chosen is not None
    assert len(chosen.losses) == 4
    assert chosen.stages == int(np.argmin(chosen.losses)) + 1
    assert len(job.backbone.stages) == len(job.backbone.card.stages) == chosen.stages
    [told] = job.folder.view().notices
    assert told.key == "training.depth_chosen"
    assert (told.values["number"], told.values["of"]) == (chosen.stages, 4)


def test_its_features_are_those_of_the_whole_network_there(home: Home, plan: TrainPlan) -> None:
    job = prepared(home, plan, 2, recipe="probe")
    learn, _ = job.encoder.first_look()
    network = load(home, plan.backbone)
    samples = job.train.samples
    with torch.inference_mode():
        one_by_one = [network.pool(forward(network, job.reader.batch([one], 0), stop=2)).numpy() for one in samples]
    expected = np.concatenate(one_by_one)
    assert np.linalg.norm(learn - expected) < 1e-3 * np.linalg.norm(expected)


def test_the_whole_network_sees_a_part_of_many_samples(
    home: Home, plan: TrainPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "ENOUGH", 10)
    seen: list[Subset] = []
    real = Encoder.every_depth

    def watched(self: Encoder, subset: Subset) -> list[np.ndarray]:
        seen.append(subset)
        return real(self, subset)

    monkeypatch.setattr(Encoder, "every_depth", watched)
    job = prepared(home, plan, recipe="probe")
    [part] = seen
    assert 8 <= len(part.samples) <= 12 < len(job.train.samples)
    assert set(part.ids) < set(job.train.ids)
    assert set(part.labels) == {0, 1}
    assert len(solve(job).probabilities) == len(job.validation.samples)
    assert prepared(home, plan, recipe="probe").folder.depth() == job.folder.depth()


def test_one_taken_up_again_keeps_its_depth(home: Home, plan: TrainPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = prepared(home, plan).folder
    other = 1 + folder.depth().stages % 4  # type: ignore[union-attr]
    folder.write_depth(Depth(stages=other, losses=[]))
    monkeypatch.setattr(Encoder, "every_depth", refuse)
    again = prepare(folder, plan, home)
    assert len(again.backbone.stages) == other
    assert len(folder.view().notices) == 1


@pytest.mark.parametrize(
    ("depth", "asked", "frozen"),
    [(3, None, 2), (3, 0, 0), (3, 2, 2), (3, 3, 2), (2, 3, 1), (1, 2, 0), (1, None, 0), (2, 4, 2)],
)
def test_what_stays_frozen_is_counted_in_what_is_left(
    home: Home, plan: TrainPlan, depth: int, asked: int | None, frozen: int
) -> None:
    """Whoever froze a part of the network trains at least one stage; whoever froze all of it trains none."""
    assert prepared(home, plan, depth, frozen_stages=asked).plan.frozen_stages == frozen


def test_from_scratch_is_the_whole_network(home: Home, plan: TrainPlan) -> None:
    job = prepared(home, plan, recipe="scratch")
    assert len(job.backbone.stages) == 4
    assert job.folder.depth() is None


def test_adapters_get_a_last_stage_to_lie_on(home: Home, plan: TrainPlan) -> None:
    job = prepared(home, plan, lora_rank=2)
    assert job.backbone.card.stages[-1].adapter_width


@pytest.mark.parametrize("frozen", [0, 1, 2])
def test_it_is_tuned_from_its_boundary(home: Home, plan: TrainPlan, frozen: int) -> None:
    """From kept activations with fewer frames than the sound has, or from the sounds themselves."""
    job = prepared(home, plan, 3, frozen_stages=frozen)
    tuned, stopped = train_suffix(job, solve(job))
    assert tuned is not None
    assert not stopped
    assert np.isfinite(tuned.probabilities).all()
    names = {name.removeprefix("backbone.").split(".")[0] for name in tuned.tensors}
    assert ("conv1" in names) == (frozen == 0)
    assert not any("layers.2" in name or name == "layer_norm.weight" for name in tuned.tensors)


def test_kept_and_computed_anew_are_the_same(home: Home, plan: TrainPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    job = prepared(home, plan, 2, frozen_stages=1)
    kept, _ = job.encoder.states()
    monkeypatch.setattr(Encoder, "keeps", False)
    online, _ = job.encoder.states()
    numbers = list(range(7))
    ours, theirs = (states.enter(states.read(numbers, 0)) for states in (kept, online))
    assert torch.equal(ours["mask"], theirs["mask"])
    where = ours["mask"].bool()
    torch.testing.assert_close(ours["hidden"][where], theirs["hidden"][where], rtol=1e-4, atol=1e-5)


def test_a_ladder_climbs_in_what_is_left(home: Home, plan: TrainPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    sounds = [rng.normal(size=4000).astype(np.float32) * 0.1 for _ in range(12)]
    monkeypatch.setattr(AudioModality, "reference", lambda self: Reference(raws=sounds, units=list(range(12))))
    asked = LadderPlan(base=plan.model_copy(update={"epochs": 1}))
    folder: RunFolder = runs.create_run(home, asked)
    folder.write_depth(Depth(stages=2, losses=[]))
    assert ladder.run(folder, asked, home)["state"] == "done"
    told = folder.view().rungs
    assert [(rung.recipe, rung.frozen_stages) for rung in told] == [
        ("probe", 2), ("finetune", 1), ("finetune", 0), ("scratch", 0),
    ]  # fmt: skip
    assert told[2].trained_parameters == told[3].trained_parameters


def test_no_stage_is_compared_where_a_class_has_one_group(home: Home, plan: TrainPlan, tmp_path: Path) -> None:
    job = prepared(home, plan, 4)
    job.train.groups[job.train.labels == 0] = 0
    job.folder.path.joinpath("depth.json").unlink()
    from tl_core.runs.candidates import at_best_depth

    whole = load(home, plan.backbone)
    job.backbone = job.encoder.backbone = whole
    assert len(at_best_depth(job, plan).backbone.stages) == 4
    assert job.folder.depth() == Depth(stages=4, losses=[])


def test_every_fold_chooses_for_itself_by_its_own_samples(
    home: Home, plan: TrainPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crossval, "REPEATS", 1)
    training = runs.create_run(home, plan.model_copy(update={"recipe": "probe"}))
    assert perform(training).state == "done"
    seen: list[int] = []
    real = classify.depth_losses

    def watched(stages: Any, labels: np.ndarray, groups: np.ndarray, **how: Any) -> list[float]:
        seen.append(len(labels))
        return real(stages, labels, groups, **how)

    monkeypatch.setattr(classify, "depth_losses", watched)
    folder = runs.create_run(home, CrossPlan(project=plan.project, run=training.id))
    assert perform(folder).state == "done"
    found = results.crossed(training.id)
    assert found is not None
    everyone = found.metrics["balanced_accuracy"].samples
    assert len(seen) == found.folds
    assert max(seen) < everyone, "none by samples that it judges"
    assert folder.depth() is None
    assert all(folder.depth(f"0-{number}") for number in range(found.folds))
    assert not [notice for notice in folder.view().notices if notice.key == "training.depth_chosen"]
