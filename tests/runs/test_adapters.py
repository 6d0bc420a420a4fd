"""A training of adapters: resumed to the same numbers, and its model an ordinary one."""

from __future__ import annotations

import pytest
from safetensors.torch import load_file

from tests.runs import tiny_project
from tl_core.domain.event import Event
from tl_core.domain.plan import LadderPlan, TrainPlan
from tl_core.jobs.perform import perform
from tl_core.runs import train
from tl_core.store import runs
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder

RANK = 2


@pytest.fixture
def plan(home: Home) -> TrainPlan:
    made = tiny_project.project(home, "text")
    return made.model_copy(update={"epochs": 4, "frozen_stages": 1, "lora_rank": RANK, "learning_rate": 0.05})


class Killed(BaseException):
    """As SIGKILL: nothing is caught, nothing is tidied."""


def test_killed_and_resumed_it_ends_in_the_same_model_and_that_is_an_ordinary_one(
    home: Home, plan: TrainPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THAW_CHECKPOINT_SECONDS", "0")
    monkeypatch.setattr(train, "choose", lambda job, candidates: "finetuned")
    whole = runs.create_run(home, plan)
    assert perform(whole).model
    assert not whole.view().notices  # a fresh process read the bundle and answered the same

    killed = runs.create_run(home, plan)
    real = RunFolder.append

    def dying(self: RunFolder, event: Event) -> None:
        real(self, event)
        if event.kind == "epoch" and event.number == 3:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(RunFolder, "append", dying)
        with pytest.raises(Killed):
            perform(killed)
    assert perform(killed).model
    first, again = (load_file(folder.evaluation / "mixes.safetensors") for folder in (whole, killed))
    assert not any("lora" in name for name in first)
    assert all((first[name] == again[name]).all() for name in first)
    assert not any("lora" in name for file in whole.bundle.glob("*.safetensors") for name in load_file(file))


def test_a_ladder_counts_what_learns(home: Home, plan: TrainPlan) -> None:
    folder = runs.create_run(home, LadderPlan(base=plan.model_copy(update={"epochs": 1})))
    assert perform(folder).state == "done"
    told = {(rung.recipe, rung.frozen_stages): rung.trained_parameters for rung in folder.view().rungs}
    head = told["probe", 4]
    layer = 4 * (16 + 16) + 2 * (16 + 32)  # of the small BERT: attention and what follows it
    assert told["finetune", 3] == head + RANK * layer
    assert told["finetune", 1] == head + 3 * RANK * layer
    assert told["scratch", 0] > told["finetune", 0]


def test_a_network_without_linear_layers_is_refused(home: Home) -> None:
    images = tiny_project.project(home, "image").model_copy(update={"lora_rank": RANK})
    status = perform(runs.create_run(home, images))
    assert (status.state, status.reason) == ("failed", "training.no_adapters")


def test_short_numbers_where_there_are_none_are_refused(
    home: Home, plan: TrainPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tl_core.runs.candidates.computes", lambda device, precision: precision == "f32")
    status = perform(runs.create_run(home, plan.model_copy(update={"precision": "bf16"})))
    assert (status.state, status.reason) == ("failed", "training.no_bf16")
