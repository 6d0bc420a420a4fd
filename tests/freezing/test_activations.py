"""The cache gives back what went in, whatever the order, and never keeps half of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from tl_core.domain.fault import Stopped
from tl_core.freezing.activations import Activations, ActivationsWriter, Damaged, key_of
from tl_core.freezing.encode import Target, encode_each


def encode(folder, run, read, lengths, view, **how) -> Activations:
    """One boundary alone; ``run`` gives its activations and features."""

    def each(batch):
        hidden, features = run(batch)
        return [hidden], features

    [activations] = encode_each([Target(folder)], each, read, lengths, view, **how)
    return activations


def test_texts_of_any_length_come_back_padded_and_masked(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=(n, 4)).astype(np.float32) for n in (3, 1, 5, 2)]
    writer = ActivationsWriter(tmp_path / "a", 4)
    for pair in ([2, 0], [3, 1]):
        longest = max(len(arrays[i]) for i in pair)
        hidden = np.zeros((2, longest, 4), dtype=np.float32)
        mask = np.zeros((2, longest), dtype=np.int64)
        for row, i in enumerate(pair):
            hidden[row, : len(arrays[i])] = arrays[i]
            mask[row, : len(arrays[i])] = 1
        writer.add(pair, hidden, mask, np.full((2, 2), pair[0], dtype=np.float32))
    found = writer.finish()
    assert found.lengths.tolist() == [3, 1, 5, 2]
    state = found.state([1, 2])
    assert state["mask"].sum(1).tolist() == [1, 5]
    np.testing.assert_array_equal(state["hidden"][1].numpy(), arrays[2])
    np.testing.assert_array_equal(state["hidden"][0, :1].numpy(), arrays[1])
    assert found.features[:, 0].tolist() == [2, 3, 2, 3]


def test_encode_runs_every_sample_once_and_then_never_again(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(10, 2, 3)).astype(np.float32)
    ran: list[int] = []

    def run(batch):
        ran.append(len(batch["pixels"]))
        return batch["pixels"].numpy() * 2, batch["pixels"].numpy().sum((1, 2))[:, None]

    def once():
        return encode(
            tmp_path / "b", run, lambda indices, view: {"pixels": torch.from_numpy(values[indices])},
            np.arange(10)[::-1], 0, batch_size=4, tell=lambda done: None, stop=lambda: False,
        )  # fmt: skip

    first, second = once(), once()
    assert sum(ran) == 10
    for found in (first, second):
        np.testing.assert_array_equal(found.state(range(10))["hidden"].numpy(), values * 2)
        np.testing.assert_allclose(found.features[:, 0], values.sum((1, 2)), rtol=1e-6)


@pytest.mark.parametrize("damage", ["a bit", "cut", "missing", "no about", "half an about"])
def test_damaged_activations_are_noticed_and_made_anew(tmp_path: Path, damage: str) -> None:
    values = np.arange(24, dtype=np.float32).reshape(4, 6)
    ran: list[int] = []

    def run(batch):
        ran.append(len(batch["pixels"]))
        return batch["pixels"].numpy(), None

    def once():
        return encode(
            tmp_path / "d", run, lambda indices, view: {"pixels": torch.from_numpy(values[indices])}, np.ones(4), 0,
            batch_size=4, tell=lambda done: None, stop=lambda: False,
        )  # fmt: skip

    once()
    file, about = tmp_path / "d" / "values.f32", tmp_path / "d" / "about.json"
    content = file.read_bytes()
    match damage:
        case "a bit":
            file.write_bytes(content[:40] + bytes([content[40] ^ 1]) + content[41:])
        case "cut":
            file.write_bytes(content[:-8])
        case "missing":
            file.unlink()
        case "no about":
            about.unlink()
        case "half an about":
            about.write_bytes(about.read_bytes()[:20])
    with pytest.raises(Damaged):
        Activations(tmp_path / "d")
    np.testing.assert_array_equal(once().state(range(4))["hidden"].numpy(), values)
    assert sum(ran) == 8


def test_a_stop_leaves_nothing_half_written(tmp_path: Path) -> None:
    def run(batch):
        return batch["pixels"].numpy(), None

    with pytest.raises(Stopped):
        encode(
            tmp_path / "c", run, lambda i, v: {"pixels": torch.zeros(len(i), 2)}, np.ones(9), 0,
            batch_size=3, tell=lambda done: None, stop=iter([False, True]).__next__,
        )  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_two_writers_of_the_same_activations_do_not_harm_each_other(tmp_path: Path) -> None:
    one, other = (ActivationsWriter(tmp_path / "d", 1) for _ in range(2))
    for writer in (one, other):
        writer.add([0], np.full((1, 2), 7, dtype=np.float32), None, None)
    one.finish()
    found = other.finish()
    assert found.state([0])["hidden"].tolist() == [[7, 7]]
    assert [p.name for p in tmp_path.iterdir()] == ["d"]
    assert Activations(tmp_path / "d").count == 1


def test_whatever_changes_the_values_changes_the_key() -> None:
    base = {"samples": ["a", "b"], "boundary": 3, "view": 0, "options": {"tokens": 64}}
    keys = {key_of(**base)}
    for change in ({"samples": ["b", "a"]}, {"boundary": 2}, {"view": 1}, {"options": {"tokens": 32}}):
        keys.add(key_of(**{**base, **change}))
    assert len(keys) == 5
