"""Teaching a language model: what is frozen stays, what is kept is what is computed, and a killed one goes on."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.backbones import folders
from tl_core.backbones.fetch import fetch
from tl_core.backbones.writing import LanguageModel, load_writer
from tl_core.store.home import Home
from tl_core.training import causal
from tl_core.training.causal import Pair, Pairs, Teacher, Teaching, chunks, perplexity, teach
from tl_core.training.checkpoints import Checkpoints

PAIRS = [Pair([5 + k % 3, 20 + k, 7], [40 + k % 3, 50 + k % 2, 2]) for k in range(12)]
TEACHING = Teaching(epochs=4, batch_size=4, learning_rate=2e-2, rank=4, patience=4)


@pytest.fixture
def model(home: Home, tmp_path: Path) -> LanguageModel:
    folders.write_writer(tmp_path / "model", None)
    return load_writer(home, fetch(home, f"folder:{tmp_path / 'model'}").name)


def pairs(model: LanguageModel, of: list[Pair], frozen: int, tmp_path: Path, name: str = "kept") -> Pairs:
    return Pairs(model, of, frozen, tmp_path / f"{name}-{frozen}")


def test_it_learns_the_answers_and_leaves_the_weights(model: LanguageModel, tmp_path: Path) -> None:
    before = {name: tensor.clone() for name, tensor in model.backbone.network.state_dict().items()}
    learn, held = (pairs(model, part, 3, tmp_path, name) for name, part in (("l", PAIRS[:9]), ("h", PAIRS[9:])))
    teacher = Teacher(model, 3, replace(TEACHING, epochs=8, patience=8))
    judged = teach(teacher, learn, held)
    assert [one.epoch for one in judged] == list(range(len(judged)))
    assert min(one.loss for one in judged) < 0.8 * judged[0].loss
    assert teacher.mean_loss(held) == pytest.approx(min(one.loss for one in judged), rel=1e-4)  # the best is left
    adapted = {name.split("layers.")[1].split(".")[0] for name in teacher.adapters.parameters()}
    assert adapted == {str(k) for k in range(3, 8)}  # 8 layers in 6 groups after the words; of the 7 three are frozen
    teacher.adapters.leave()
    after = model.backbone.network.state_dict()
    assert after.keys() == before.keys()
    assert all(torch.equal(after[name], before[name]) for name in before)


def test_what_was_kept_is_what_would_be_computed(model: LanguageModel, tmp_path: Path) -> None:
    kept, online = pairs(model, PAIRS, 3, tmp_path), pairs(model, PAIRS, 0, tmp_path)
    teacher = Teacher(model, 3, TEACHING)
    teacher.adapters.put({name: tensor + 0.1 for name, tensor in teacher.adapters.tensors().items()})
    found = teacher.mean_loss(kept)
    teacher.frozen = 0  # the same adapters, and everything computed
    assert found == pytest.approx(teacher.mean_loss(online), rel=1e-4)


def test_padding_chunks_and_neighbours_change_nothing(model: LanguageModel, tmp_path: Path) -> None:
    uneven = [*PAIRS[:3], Pair([9] * 20, [8, 7, 2])]
    together = pairs(model, uneven, 0, tmp_path)
    teacher = Teacher(model, 0, TEACHING)
    alone = sum(float(teacher.loss(together, [row], learn=False).detach()) for row in range(4))
    assert float(teacher.loss(together, [0, 1, 2, 3], learn=False).detach()) == pytest.approx(alone, rel=1e-4)


def test_layers_computed_twice_give_the_same_gradients(
    model: LanguageModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn, found = pairs(model, PAIRS, 0, tmp_path), []
    teacher = Teacher(model, 0, TEACHING)
    teacher.adapters.put({name: tensor + 0.1 for name, tensor in teacher.adapters.tensors().items()})
    for limit in (causal.KEPT, 0):
        monkeypatch.setattr(causal, "KEPT", limit)
        for parameter in teacher.learned:
            parameter.grad = None
        teacher.loss(learn, [0, 1, 2], learn=True).backward()
        found.append([parameter.grad.clone() for parameter in teacher.learned if parameter.grad is not None])
    assert len(found[0]) == len(teacher.learned)
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other)
        assert one.abs().max() > 0


def test_one_that_was_killed_ends_in_the_same_adapters(
    home: Home, model: LanguageModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THAW_CHECKPOINT_SECONDS", "0")
    held, learn = pairs(model, PAIRS[9:], 0, tmp_path, "h"), pairs(model, PAIRS[:9], 0, tmp_path, "l")

    class Killed(Exception):
        pass

    def dies(done: int, total: int) -> None:
        if done == 5:
            raise Killed

    whole = Teacher(model, 0, TEACHING)
    expected = teach(whole, learn, held)
    last = whole.adapters.tensors()
    whole.adapters.leave()
    kept = Checkpoints(tmp_path / "checkpoints")
    first = Teacher(model, 0, TEACHING)
    with pytest.raises(Killed):
        teach(first, learn, held, step=dies, checkpoints=kept)
    first.adapters.leave()
    told, steps = [], []
    again = Teacher(model, 0, TEACHING)
    judged = teach(
        again, learn, held, lambda one, best: told.append(one.epoch), step=lambda done, total: steps.append(done),
        checkpoints=kept,
    )  # fmt: skip
    assert steps[0] == 5  # the fourth was kept
    assert told == [2, 3, 4]
    assert [one.loss for one in judged] == pytest.approx([one.loss for one in expected], rel=1e-6)
    assert all(torch.allclose(last[name], tensor) for name, tensor in again.adapters.tensors().items())


def test_stop_leaves_the_best_so_far(model: LanguageModel, tmp_path: Path) -> None:
    done: list[int] = []
    teacher = Teacher(model, 0, TEACHING)
    judged = teach(
        teacher, pairs(model, PAIRS, 0, tmp_path), pairs(model, PAIRS, 0, tmp_path, "h"),
        stop=lambda: len(done) >= 4, step=lambda one, total: done.append(one),
    )  # fmt: skip
    assert (len(done), len(judged)) == (4, 2)


def test_strength_goes_from_nothing_to_all(model: LanguageModel, tmp_path: Path) -> None:
    held = pairs(model, PAIRS, 0, tmp_path)
    teacher = Teacher(model, 0, TEACHING)
    start = teacher.mean_loss(held)
    teacher.adapters.put({name: tensor + 0.1 for name, tensor in teacher.adapters.tensors().items()})
    full = teacher.mean_loss(held)
    teacher.adapters.strengthen(0.0)
    assert teacher.mean_loss(held) == pytest.approx(start, rel=1e-5)
    teacher.adapters.strengthen(0.5)
    assert teacher.mean_loss(held) not in (pytest.approx(start, rel=1e-4), pytest.approx(full, rel=1e-4))
    with pytest.raises(ValueError, match="another network"):
        teacher.adapters.put({})


def test_chunks_hold_so_many_tokens() -> None:
    lengths = torch.tensor([3, 9, 2, 2, 2, 30]).numpy()
    found = chunks(range(6), lengths, 12)
    assert [row for part in found for row in part] == list(range(6))
    assert all(len(part) == 1 or len(part) * max(lengths[part]) <= 12 for part in found)
    assert found == [[0], [1], [2, 3, 4], [5]]


def test_perplexity_is_that_of_the_library(model: LanguageModel) -> None:
    texts = ["w9 w8 w7 w30 w31", "w40"]
    ids = torch.tensor([[9, 8, 7, 30, 31]])
    with torch.inference_mode():
        network = model.backbone.network
        logits = model.head(network(input_ids=ids).last_hidden_state)[0, :-1]
        expected = math.exp(float(torch.nn.functional.cross_entropy(logits, ids[0, 1:])))
    assert perplexity(model, texts) == pytest.approx(expected, rel=1e-5)
