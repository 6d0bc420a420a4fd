"""Texts as vectors: the same by either way to compute, kept by passage, gone on with after a stop."""

from __future__ import annotations

import numpy as np
import pytest

from tests.answering.manual import passage, passages
from tests.runs.tiny_project import starting_model
from tl_core.answering import meaning
from tl_core.answering.meaning import Encoder, batched, store_folder, vectors_of
from tl_core.answering.vectors import VectorStore
from tl_core.domain.fault import Stopped
from tl_core.store.home import Home

TEXTS = ["the camera was good", "battery", "very very bad the camera works not the battery broke was not good", ""]


@pytest.fixture
def encoder(home: Home) -> Encoder:
    return Encoder(starting_model(home, "text"), cache=home.cache / "compiled")


def many(count: int = 40) -> list:
    return [passage("many.md", f"Part {k}", f"the camera {'was good ' * (k % 7)} {k}") for k in range(count)]


def test_compiled_and_eager_agree_and_every_vector_has_length_one(encoder: Encoder):
    eager = Encoder(encoder.backbone).encode(TEXTS)
    np.testing.assert_allclose(encoder.encode(TEXTS), eager, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(eager, axis=1), 1, atol=1e-5)
    assert not np.allclose(eager[0], eager[1])


def test_a_text_has_its_vector_whatever_is_read_beside_it(encoder: Encoder):
    together = encoder.encode(TEXTS)
    for row, text in enumerate(TEXTS):
        np.testing.assert_allclose(encoder.encode([text])[0], together[row], atol=1e-5)


def test_batches_hold_all_longest_first_and_no_more_tokens_than_asked():
    lengths = np.array([5, 300, 7, 7, 100, 1])
    found = list(batched(lengths, 200))
    assert sorted(np.concatenate(found).tolist()) == list(range(6))
    assert found[0].tolist() == [1]  # longer than asked: alone
    assert all(len(rows) * lengths[rows].max() <= 200 for rows in found[1:])


def test_only_what_changed_is_read_again(home: Home, encoder: Encoder, monkeypatch: pytest.MonkeyPatch):
    before = passages()
    first = vectors_of(home, "p1", before, encoder)
    after = [*before[1:], passage("new.md", "New", "the battery was very good")]
    read: list[str] = []
    whole = encoder.batches
    monkeypatch.setattr(encoder, "batches", lambda texts, *more: read.extend(texts) or whole(texts, *more))
    second = vectors_of(home, "p1", after, encoder)
    assert len(read) == 1
    np.testing.assert_array_equal(second[:-1], first[1:])
    kept = VectorStore(store_folder(home, "p1", encoder.key), encoder.features).read()
    assert set(kept) == {one.id for one in after}  # what was removed is gone from here, too


def test_stopped_it_goes_on_with_the_same_numbers(home: Home, encoder: Encoder, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(meaning, "BLOCK", 2)
    encoder._batch = 64
    whole = vectors_of(home, "p1", many(), encoder)
    looks = iter([False] * 5 + [True] * 99)
    with pytest.raises(Stopped):
        vectors_of(home, "p2", many(), encoder, stop=lambda: next(looks))
    told: list[int] = []
    again = vectors_of(home, "p2", many(), encoder, told.append)
    assert told[0] > 0  # what was kept is not read again
    assert told == sorted(told)
    assert told[-1] == 40
    np.testing.assert_array_equal(again, whole)


def test_a_damaged_block_is_made_anew(home: Home, encoder: Encoder):
    whole = vectors_of(home, "p1", many(), encoder)
    [block] = store_folder(home, "p1", encoder.key).iterdir()
    block.write_bytes(block.read_bytes()[:200])
    np.testing.assert_array_equal(vectors_of(home, "p1", many(), encoder), whole)


def test_other_weights_other_vectors(home: Home, encoder: Encoder):
    named = encoder.key
    encoder.backbone.card = encoder.backbone.card.model_copy(update={"sha256": "cd" * 32})
    assert encoder.key != named
    encoder.backbone.card = encoder.backbone.card.model_copy(update={"sha256": ""})
    vectors_of(home, "p1", many(), encoder)  # weights without a name: nothing is kept
    assert not list((home.project("p1")).glob("cache/*"))
