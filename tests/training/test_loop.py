"""The one loop: it learns, keeps the best, resumes to the same numbers, stops, and survives bad arithmetic."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.toys import ArrayStates, ToyBackbone
from tl_core.domain.event import Epoch, Notice, Resumed
from tl_core.freezing.suffix import Suffix
from tl_core.tasks.classify import make_head
from tl_core.training.checkpoints import Checkpoints
from tl_core.training.epochs import Schedule
from tl_core.training.loop import fit
from tl_core.training.states import batches


class Bench:
    """Two noisy blobs and a toy backbone."""

    def __init__(self, folder: Path, epochs: int = 6, patience: int = 9) -> None:
        rng = np.random.default_rng(0)
        self.labels = rng.integers(2, size=90)
        self.values = rng.normal(size=(90, 8)) + self.labels[:, None] * 1.5
        self.schedule = Schedule(epochs, 16, 3e-2, 0.9, 0.01, patience, seed=3)
        self.checkpoints = Checkpoints(folder)
        self.events: list = []
        torch.manual_seed(0)
        self.model = Suffix(ToyBackbone(), 1, make_head(8, 2))

    def run(self, stop=lambda: False, states=None):
        return fit(
            self.model, self.schedule, states or ArrayStates(self.values[:60]), self.labels[:60],
            ArrayStates(self.values[60:]), self.labels[60:], np.ones(2), torch.device("cpu"), self.checkpoints,
            self.events.append, stop,
        )  # fmt: skip

    @property
    def epochs(self) -> list[Epoch]:
        return [event for event in self.events if isinstance(event, Epoch)]


def test_it_learns_and_holds_the_best_epoch_at_the_end(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    fitted = bench.run()
    losses = [e.metrics["validation/loss"] for e in bench.epochs]
    assert fitted.best_epoch == int(np.argmin(losses)) + 1
    assert losses[-1] < losses[0]
    assert bench.epochs[-1].metrics["validation/balanced_accuracy"] > 0.85


def test_same_seed_same_numbers_and_another_seed_others(tmp_path: Path) -> None:
    runs = [Bench(tmp_path / str(k)) for k in range(3)]
    runs[2].schedule = Schedule(6, 16, 3e-2, 0.9, 0.01, 9, seed=4)
    for bench in runs:
        bench.run()
    numbers = [[e.metrics["validation/loss"] for e in bench.epochs] for bench in runs]
    assert numbers[0] == numbers[1] != numbers[2]


def test_a_killed_training_resumes_to_the_weights_of_an_uninterrupted_one(tmp_path: Path, monkeypatch) -> None:
    whole = Bench(tmp_path / "whole")
    whole.run()
    monkeypatch.setenv("THAW_CHECKPOINT_SECONDS", "0")
    killed = Bench(tmp_path / "killed")

    class Killed(Exception):
        pass

    def tell(event) -> None:
        if isinstance(event, Epoch) and event.number == 4:
            raise Killed

    killed.events = type("Ear", (list,), {"append": staticmethod(tell)})()
    with pytest.raises(Killed):
        killed.run()
    again = Bench(tmp_path / "killed")
    again.run()
    assert isinstance(again.events[0], Resumed)
    assert again.events[0].epoch == 3
    for name, tensor in whole.model.tensors().items():
        assert torch.equal(tensor, again.model.tensors()[name]), name


def test_patience_ends_it_early(tmp_path: Path) -> None:
    bench = Bench(tmp_path, epochs=200, patience=2)
    fitted = bench.run()
    assert fitted.ended == "early"
    assert fitted.epochs == fitted.best_epoch + 2


def test_stop_ends_within_a_step_and_keeps_the_best(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    calls = iter(range(10**6))
    fitted = bench.run(stop=lambda: next(calls) > 10)  # 4 steps and a look back an epoch: in the third
    assert fitted.ended == "stopped"
    assert 0 < fitted.epochs < 6


def test_a_loss_that_is_no_number_ends_in_a_sentence_and_the_best_so_far(tmp_path: Path) -> None:
    bench = Bench(tmp_path)

    class Poisoned(ArrayStates):
        def read(self, indices, epoch):
            state = super().read(indices, epoch)
            return {"hidden": state["hidden"] * float("nan")} if epoch == 3 else state

    fitted = bench.run(states=Poisoned(bench.values[:60]))
    assert fitted.ended == "diverged"
    assert fitted.best_epoch in (1, 2)
    assert [e.key for e in bench.events if isinstance(e, Notice)] == ["training.diverged"]
    assert all(torch.isfinite(t).all() for t in bench.model.tensors().values())


def test_out_of_memory_halves_the_batch_and_keeps_the_effective_one(tmp_path: Path) -> None:
    class Small(ArrayStates):
        def enter(self, batch):
            if len(batch["hidden"]) > 5:
                raise torch.OutOfMemoryError("too much")
            return batch

    plain, halved = Bench(tmp_path / "a", epochs=2), Bench(tmp_path / "b", epochs=2)
    plain.run()
    halved.run(states=Small(halved.values[:60]))
    assert [n.values["size"] for n in halved.events if isinstance(n, Notice)] == [8, 4]
    for name, tensor in plain.model.tensors().items():
        torch.testing.assert_close(tensor, halved.model.tensors()[name], atol=1e-4, rtol=1e-3)


def test_one_sample_that_does_not_fit_is_an_error_not_an_endless_loop(tmp_path: Path) -> None:
    class Never(ArrayStates):
        def enter(self, batch):
            raise MemoryError

    bench = Bench(tmp_path)
    with pytest.raises(MemoryError):
        bench.run(states=Never(bench.values[:60]))


def test_batches_hold_every_sample_once_and_like_lengths_together() -> None:
    lengths = np.random.default_rng(0).integers(1, 100, size=500)
    found = batches(lengths, 16, epoch=2, seed=0)
    assert sorted(np.concatenate(found).tolist()) == list(range(500))
    spread = np.mean([np.ptp(lengths[b]) for b in found])
    assert spread < 30
    assert not np.array_equal(np.concatenate(found), np.concatenate(batches(lengths, 16, epoch=3, seed=0)))
