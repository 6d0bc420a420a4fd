"""One ranking of two, and how it is chosen."""

from __future__ import annotations

import numpy as np
import pytest

from tl_core.answering import fusion
from tl_core.answering.fusion import CANDIDATES, DEFAULT, choose, findable, fused, pages_of, ranked, truth_of
from tl_core.domain.answer import Fusion, Place, Question
from tl_core.domain.dataset import Sample

PAGES = np.array([0, 1, 0, 2, 1])
WORDS = np.array([[5.0, 1.0, 2.0, 0.0, 0.0]], dtype=np.float32)
MEANING = np.array([[0.1, 0.9, 0.2, 0.3, 0.8]], dtype=np.float32)


def sample(name: str, source: str, page: int | None = None) -> Sample:
    return Sample(id=name, text=name, source=source, place=Place(page=page))


SAMPLES = [sample("a", "x"), sample("b", "y", 1), sample("c", "y", 2), sample("d", "x")]


def question(text: str, **known) -> Question:
    return Question(id=text, text=text, **known)


def test_pages_are_documents_where_there_are_none() -> None:
    assert pages_of(SAMPLES).tolist() == [0, 1, 2, 0]


@pytest.mark.parametrize(("one", "first"), [(fusion.WORDS, 0), (fusion.MEANING, 1), (DEFAULT, 1)])
def test_weights_decide(one: Fusion, first: int) -> None:
    assert ranked(fused(WORDS, MEANING, one, PAGES))[0, 0] == first


def test_without_meaning_words_alone_count() -> None:
    assert ranked(fused(WORDS, None, DEFAULT, PAGES))[0, 0] == 0


def test_a_page_adds_its_best_other_passage() -> None:
    rng = np.random.default_rng(0)
    meaning, pages = rng.random((3, 40)).astype(np.float32), rng.integers(0, 9, 40)
    meaning[0, :4] = 0.5  # ties
    plain = fused(meaning, meaning, fusion.MEANING, pages)
    found = fused(meaning, meaning, Fusion(words=0.0, meaning=1.0, page=0.5), pages)
    for row in range(3):
        for k in range(40):
            others = [plain[row, j] for j in range(40) if j != k and pages[j] == pages[k]]
            assert found[row, k] == pytest.approx(plain[row, k] + 0.5 * max([0.0, *others]), abs=1e-5)


def test_nothing_to_tell_apart_and_nothing_at_all() -> None:
    assert not fused(np.zeros((1, 5)), np.ones((1, 5)), DEFAULT, PAGES).any()
    assert fused(np.zeros((2, 0)), None, DEFAULT, np.zeros(0, int)).shape == (2, 0)


def test_truth_is_by_passages_first_then_by_documents() -> None:
    asked = [question("1", passages=["c", "gone"]), question("2", documents=["x"]), question("3", passages=["gone"])]
    assert findable(asked, SAMPLES) == asked[:2]
    truth = truth_of(asked[:2], SAMPLES)
    assert [one.tolist() for one in truth.right] == [[2], [0]]
    assert truth.whole == [False, True]


def test_few_questions_leave_the_default_and_many_move_it() -> None:
    rng = np.random.default_rng(0)
    good = next(k for k, one in enumerate(CANDIDATES) if one.words == 0.0 and one.page == 0.0)

    def chosen(questions: int) -> Fusion:
        qualities = np.tile(rng.random(questions) * 0.8, (len(CANDIDATES), 1))
        qualities[good] += np.where(np.arange(questions) % 20 == 0, 0.2, 0.0)
        return choose(qualities)

    assert chosen(20) == DEFAULT
    assert chosen(2000) == CANDIDATES[good]
