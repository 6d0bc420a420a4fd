"""What the training of an assistant works on: passages, the team's questions, and the index of both kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from tl_core.answering.fusion import findable, pages_of, truth_of
from tl_core.answering.meaning import Encoder, quickest, vectors_of
from tl_core.answering.words import Words
from tl_core.backbones.load import load
from tl_core.bundle.assistant import words_of
from tl_core.data.split import make_split
from tl_core.domain.answer import Question
from tl_core.domain.dataset import ClassTarget, Dataset, Sample
from tl_core.domain.event import Phase
from tl_core.domain.plan import AnswerPlan
from tl_core.domain.split import Split, SplitRule, Subset
from tl_core.evaluation.intervals import LEAST_UNITS, units_of
from tl_core.evaluation.retrieval import Truth
from tl_core.freezing.prefix import compiled_models
from tl_core.runs.index import Telling
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.questions import read_questions, write_questions
from tl_core.store.run_folder import RunFolder
from tl_core.training.devices import choose_device

LEAST = 20  # judged questions; fewer say nothing
ONE = "question"  # the one class that the split deals out
ONE_CLASS = ClassTarget(label=ONE)


@dataclass(frozen=True)
class Material:
    """Passages and judged questions, by number."""

    home: Home
    folder: RunFolder
    plan: AnswerPlan  # resolved
    dataset: Dataset
    device: torch.device
    questions: list[Question]  # judged, and with something right among the passages
    unanswerable: list[Question]
    subset: list[Subset]  # of each of ``questions``
    truth: Truth
    pages: np.ndarray  # (passage,)
    words: Words
    word_scores: np.ndarray  # (question, passage)

    @property
    def samples(self) -> list[Sample]:
        return self.dataset.samples

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.questions]

    @property
    def few(self) -> bool:
        """Too few questions, or all from a handful of threads: nothing can be chosen on some and judged on others."""
        threads = units_of(self.groups(range(len(self.questions))), len(self.questions))
        return len(self.questions) < LEAST or len(np.unique(threads)) < LEAST_UNITS

    def rows(self, *subsets: Subset) -> np.ndarray:
        """Numbers of the questions in these subsets."""
        return np.array([k for k, subset in enumerate(self.subset) if subset in subsets], dtype=np.int64)

    def groups(self, rows: Sequence[int] | np.ndarray) -> list[str | None]:
        return [self.questions[row].group for row in rows]


@dataclass(frozen=True)
class Meant:
    """What passages and questions mean to one encoder: vectors (passage, feature) and (question, feature)."""

    encoder: Encoder
    passages: np.ndarray
    questions: np.ndarray
    unanswerable: np.ndarray

    @property
    def scores(self) -> np.ndarray:
        """(question, passage)."""
        return self.questions @ self.passages.T


def gather(folder: RunFolder, plan: AnswerPlan, home: Home) -> Material:
    """The data of ``plan``; its questions are copied first, so that later ones change no figure.

    Raises InputFault: no such data, or the device is not here.
    """
    dataset = load_dataset(home, plan.project, plan.dataset)
    asked = read_questions(folder.path)
    if not asked and (asked := read_questions(home.project(plan.project))):
        write_questions(folder.path, asked)
    judged = findable(asked, dataset.samples)
    split = folder.split()
    if split is None:
        split = question_split(judged, plan.split)
        folder.write_split(split)
    words = words_of(dataset)
    return Material(
        home=home, folder=folder, plan=plan, dataset=dataset, device=choose_device(plan.device), questions=judged,
        unanswerable=[one for one in asked if one.unanswerable], subset=[split.subset[one.id] for one in judged],
        truth=truth_of(judged, dataset.samples), pages=pages_of(dataset.samples), words=words,
        word_scores=words.scores([one.text for one in judged]),
    )  # fmt: skip


def question_split(questions: Sequence[Question], rule: SplitRule) -> Split:
    """Who is learned from, chosen by and examined by; groups whole."""
    asked = [Sample(id=one.id, text=one.text, source="", target=ONE_CLASS, group=one.group) for one in questions]
    held = Dataset(id="", modality="text", classes=[ONE], samples=asked, received=len(asked))
    return make_split(held, rule).model_copy(update={"concerns": []})


def untuned(material: Material) -> Meant:
    """What the starting model makes of them, passages from the project's cache where they are known. Raises Stopped."""
    folder, total = material.folder, len(material.samples)
    backbone = load(material.home, material.plan.backbone)
    encoder = Encoder(
        backbone, cache=compiled_models(material.home), device=material.device, precision=quickest(material.device)
    )
    folder.append(Phase(name="index", total=total))
    telling = Telling(folder, total, material.device)
    passages = vectors_of(
        material.home, material.plan.project, material.samples, encoder, telling, folder.stop_requested
    )
    return meant(material, encoder, passages)


def meant(material: Material, encoder: Encoder, passages: np.ndarray) -> Meant:
    """With the questions read by ``encoder`` too."""
    unanswerable = [one.text for one in material.unanswerable]
    return Meant(encoder, passages, encoder.encode(material.texts), encoder.encode(unanswerable))
