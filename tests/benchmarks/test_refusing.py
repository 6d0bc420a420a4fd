"""Another product's questions are judged by a rule that never heard of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch

from benchmarks import refusing
from tl_core.answering import fusion
from tl_core.answering.words import Words
from tl_core.domain.answer import Question
from tl_core.domain.dataset import Dataset
from tl_core.evaluation.retrieval import Truth
from tl_core.runs.answer_material import Material, Meant

COUNT = 30


@dataclass
class Encoder:
    def encode(self, texts: list[str]) -> np.ndarray:
        return np.zeros((len(texts), 1), dtype=np.float32)


@pytest.fixture
def material() -> Material:
    """Each question shares two words with its passage and one with everything."""
    passages = [f"pump part{k} code{k}" for k in range(COUNT)]
    questions = [Question(id=str(k), text=f"pump part{k} code{k}?", passages=[str(k)]) for k in range(COUNT)]
    words, rows = Words.build(passages), np.arange(COUNT)
    return Material(
        home=cast(Any, None), folder=cast(Any, Path()), plan=cast(Any, None),
        dataset=Dataset(id="", modality="text", classes=[], samples=[], received=0), device=torch.device("cpu"),
        questions=questions, unanswerable=[], subset=["train"] * COUNT,
        truth=Truth(rows, [rows[k : k + 1] for k in range(COUNT)], [False] * COUNT), pages=rows, words=words,
        word_scores=words.scores([one.text for one in questions]),
    )  # fmt: skip


def test_each_kind_by_rules_that_never_saw_it(material: Material) -> None:
    none = np.zeros((COUNT, 1), dtype=np.float32)
    start = Meant(cast(Any, Encoder()), none, none, none[:0])
    found = refusing.measure(material, start, fusion.WORDS, ["Which oil does the chainsaw need?", "Is the pump red?"])
    assert found["answered"]["with an answer"][0] == 1.0
    assert found["answered"]["taken out"][0] == 0.0
    assert found["answered"]["another product"][0] == 0.0
    assert found["questions of another product"] == 2
    assert found["area under the curve"] == {"taken out": 1.0, "another product": 1.0}


def test_what_the_material_answers_counts_as_answered_whoever_asks(material: Material) -> None:
    none = np.zeros((COUNT, 1), dtype=np.float32)
    start = Meant(cast(Any, Encoder()), none, none, none[:0])
    found = refusing.measure(material, start, fusion.WORDS, ["part3 code3", "chainsaw"])
    assert found["answered"]["another product"][0] == 0.5
