"""Tuning to find: it draws together what belongs together, resumes to the same numbers, stops, and keeps the start."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from tests.toys import ArrayStates, ToyBackbone
from tl_core.domain.event import Epoch, Notice, Resumed
from tl_core.freezing.suffix import Suffix
from tl_core.tasks.answer import TEMPERATURE, Pairs, contrastive_losses
from tl_core.training.checkpoints import Checkpoints
from tl_core.training.contrastive import Looked, tune
from tl_core.training.epochs import Fitted, Schedule

COUNT = 40  # pairs; texts 0 .. 39 ask, 40 .. 79 answer


def unit(values: np.ndarray) -> np.ndarray:
    return values / np.linalg.norm(values, axis=1, keepdims=True)


class Bench:
    """Questions are their passages seen through another mixing, which the toy network does not know yet."""

    def __init__(self, folder: Path, epochs: int = 4, rate: float = 1e-2) -> None:
        rng = np.random.default_rng(0)
        passages = rng.normal(size=(COUNT, 8))
        self.values = np.concatenate([passages @ rng.normal(size=(8, 8)), passages])
        learned, self.held = np.arange(28), np.arange(28, COUNT)
        none = np.full((28, 1), -1)
        self.pairs = Pairs(learned, learned + COUNT, none, [frozenset([k + COUNT]) for k in learned.tolist()])
        self.schedule = Schedule(epochs, 8, rate, 0.9, 0.01, 9, seed=3)
        self.checkpoints = Checkpoints(folder)
        self.events: list = []
        torch.manual_seed(0)
        self.model = Suffix(ToyBackbone(), 1, nn.Identity())

    def judge(self, questions: np.ndarray, passages: np.ndarray) -> dict[str, float]:
        scores = unit(questions) @ unit(passages).T / TEMPERATURE
        own = np.diag(scores)
        return {
            "validation/loss": float((np.log(np.exp(scores).sum(1)) - own).mean()),
            "validation/recall@5": float(((scores > own[:, None]).sum(1) < 5).mean()),
        }

    def run(self, stop=lambda: False) -> Fitted:
        return tune(
            self.model, self.schedule, ArrayStates(self.values), self.pairs, Looked(self.held, self.held + COUNT),
            self.judge, torch.device("cpu"), self.checkpoints, self.events.append, stop,
        )  # fmt: skip

    @property
    def losses(self) -> list[float]:
        return [event.metrics["validation/loss"] for event in self.events if isinstance(event, Epoch)]


def test_it_learns_and_holds_the_best_round(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    fitted = bench.run()
    trained = [event.metrics["train/loss"] for event in bench.events]
    assert trained[-1] < trained[0]
    assert fitted.best_epoch == int(np.argmin(bench.losses)) + 1


def test_what_makes_nothing_better_leaves_everything_as_it_was(tmp_path: Path) -> None:
    bench = Bench(tmp_path, epochs=2, rate=0.5)
    bench.judge = lambda questions, passages: {  # type: ignore[method-assign]
        "validation/loss": float(len(bench.events)), "validation/recall@5": 0.0,
    }  # fmt: skip
    before = {name: tensor.clone() for name, tensor in bench.model.tensors().items()}
    assert bench.run().best_epoch == 0
    assert all(torch.equal(before[name], tensor) for name, tensor in bench.model.tensors().items())


def test_frozen_stages_stay_as_they_were(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    stages = bench.model.backbone.stages
    before = [[p.detach().clone() for p in stage.modules[0].parameters()] for stage in stages]
    bench.run()
    same = [
        all(torch.equal(a, b) for a, b in zip(old, stage.modules[0].parameters(), strict=True))
        for old, stage in zip(before, stages, strict=True)
    ]
    assert same == [True, False, False]


@pytest.mark.parametrize("after", [1, 3])
def test_gone_on_with_it_ends_in_the_same_weights(tmp_path: Path, monkeypatch, after: int) -> None:
    monkeypatch.setenv("THAW_CHECKPOINT_SECONDS", "0")
    whole = Bench(tmp_path / "whole")
    whole.run()
    killed = Bench(tmp_path / "killed")
    killed.run(stop=lambda: len(killed.losses) >= after)
    again = Bench(tmp_path / "killed")
    again.run()
    assert isinstance(again.events[0], Resumed)
    assert again.losses == whole.losses[after:]
    for name, tensor in whole.model.tensors().items():
        assert torch.equal(tensor, again.model.tensors()[name])


def test_a_wish_to_stop_is_heard_at_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    assert bench.run(stop=lambda: True).ended == "stopped"
    assert not bench.losses


def test_a_loss_that_is_no_number_ends_it(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.values[3] = np.nan
    assert bench.run().ended == "diverged"
    assert [event.key for event in bench.events if isinstance(event, Notice)] == ["training.diverged"]


def test_memory_that_does_not_last_makes_smaller_steps(tmp_path: Path, monkeypatch) -> None:
    from tl_core.training import contrastive

    bench, own = Bench(tmp_path, epochs=1), contrastive._losses

    def short(epoch, states, pairs, rows):
        if len(rows) > 4:
            raise torch.OutOfMemoryError
        return own(epoch, states, pairs, rows)

    monkeypatch.setattr(contrastive, "_losses", short)
    assert bench.run().ended == "finished"
    assert [event.key for event in bench.events if isinstance(event, Notice)] == ["training.batch_halved"]


def test_the_loss_by_hand_and_what_also_answers_is_spared() -> None:
    questions, passages = torch.tensor([[1.0, 0.0]]), torch.tensor([[2.0, 0.0], [0.0, 1.0], [3.0, 0.0]])
    spared = torch.tensor([[False, False, True]])
    loss = contrastive_losses(questions, passages, torch.tensor([0]), spared)
    near, far = np.exp(1 / TEMPERATURE), 1.0
    assert float(loss[0]) == pytest.approx(-np.log(near / (near + far)), abs=1e-6)


def test_a_batch_holds_right_and_wrong_passages_once() -> None:
    pairs = Pairs(np.array([0, 1]), np.array([10, 11]), np.array([[12], [-1]]), [frozenset([10, 11]), frozenset([11])])
    asked, passages, target, spared = pairs.batch(np.array([0, 1]))
    assert asked.tolist() == [0, 1]
    assert passages.tolist() == [10, 11, 12]
    assert target.tolist() == [0, 1]
    assert spared.tolist() == [[False, True, False], [False, False, False]]
