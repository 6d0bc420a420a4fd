"""What is quoted of a passage: whole sentences, what belongs to them, never an order."""

from __future__ import annotations

import numpy as np
import pytest

from tl_core.answering.extract import LONGEST, adjusted, common_words, cut, quote
from tl_core.domain.answer import Span

TEXT = "Unplug it first. Rinse the filter weekly, e.g. on Mondays. This keeps it clean. Do not use soap."


def said(text: str, scores: list[float]) -> str:
    spans = cut(text)
    assert len(spans) == len(scores)
    return " | ".join(text[one.start : one.end] for one in quote(text, spans, np.array(scores)))


def test_the_best_sentence_alone_and_neighbours_that_fit_as_well():
    assert said(TEXT, [0.1, 0.9, 0.2, 0.1]) == "Rinse the filter weekly, e.g. on Mondays."
    assert said(TEXT, [0.8, 0.9, 0.2, 0.1]) == "Unplug it first. Rinse the filter weekly, e.g. on Mondays."
    assert said(TEXT, [0.8, 0.9, 0.85, 0.8]).count(".") == 5  # three sentences, and the two full stops of "e.g."


def test_a_sentence_that_leans_on_the_one_before_brings_it_along():
    assert said(TEXT, [0.1, 0.2, 0.9, 0.1]) == "Rinse the filter weekly, e.g. on Mondays. This keeps it clean."


def test_a_line_that_leads_to_code_or_a_list_brings_its_first_part():
    text = "Look around. To list files, type:\n\n    ls -l\n    ls -a\n\nThat is all."
    assert said(text, [0.1, 0.9, 0.1, 0.1]) == "To list files, type:\n\n    ls -l\n    ls -a"


def test_no_quote_is_longer_than_can_be_read_at_a_glance():
    text = " ".join(f"Sentence {'x' * 300} number {k}." for k in range(4))
    [found] = quote(text, cut(text), np.ones(4))
    assert found.end - found.start <= LONGEST


def test_a_question_in_a_passage_is_no_answer():
    text = "How is the filter rinsed? With cold water from the tap."
    scores = adjusted(text, cut(text), np.array([0.9, 0.6]))
    assert scores.argmax() == 1


def test_rare_words_of_the_question_count_more():
    texts = ["the pump is clean", "the pump shows E7", "the pump is dry"]
    scores = common_words("What is E7 on the pump?", texts, ["en"])
    assert scores.argmax() == 1
    assert scores[1] == pytest.approx(1.0, abs=0.01)


def test_an_empty_passage_is_one_sentence_of_nothing():
    assert cut("") == [Span(start=0, end=0)]
