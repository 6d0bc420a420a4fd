"""An assistant's nouns: where a passage stands, what people ask, what is answered, and how well passages are found."""

from __future__ import annotations

from typing import Literal

from tl_core.domain.base import Noun
from tl_core.domain.card import BackboneCard
from tl_core.domain.report import Metric

RetrievalMetric = Literal["recall@1", "recall@5", "mrr", "ndcg@10"]
FinderName = Literal["words", "meaning", "both", "tuned", "tuned_both"]
# words: BM25; meaning: the starting model as it is; both: the two fused; tuned ...: the same with the tuned model
WITH_TUNED: tuple[FinderName, ...] = ("tuned", "tuned_both")
Way = Literal["quoted", "written"]  # sentences of the passages themselves; a language model's own
Error = Literal["right", "ranked_low", "not_found", "refused", "should_refuse", "not_supported"]
Origin = Literal["typed", "table", "thread", "thumb", "correction"]


class Place(Noun):
    """Where a passage stands in its document, ``Sample.source``."""

    heading: list[str] = []  # from the document's title down to the section; a ticket's question is none of them
    page: int | None = None  # from 1, where the document has pages
    number: int = 0  # of the passage in its document, from 0
    asked: str | None = None  # the question that this passage was written as an answer to (a ticket, an FAQ row)


class Question(Noun):
    """What somebody asked, and what answers it."""

    id: str  # the first 16 hexadecimal digits of the text's sha256
    text: str
    answer: str = ""  # in the team's words; empty: nobody wrote one
    passages: list[str] = []  # ids of samples; each of them answers it
    documents: list[str] = []  # sources that answer it, where nobody named a passage
    unanswerable: bool = False  # a person says that the material does not hold the answer
    group: str | None = None  # a ticket thread, say: questions of one group never part
    origin: Origin = "typed"
    created: float = 0.0

    @property
    def judged(self) -> bool:
        """Whether it is known what must be found for it."""
        return bool(self.passages or self.documents) and not self.unanswerable


class Span(Noun):
    start: int  # characters
    end: int


class Source(Noun):
    """A passage beside an answer. ``quote`` are the sentences of ``text`` that answer."""

    passage: str  # its id
    document: str
    heading: list[str] = []
    page: int | None = None
    text: str
    quote: list[Span] = []
    score: float  # how likely it is to answer, 0 to 1


class Doubt(Noun):
    """A part of a written answer that its passages do not support."""

    span: Span
    kind: Literal["number", "name", "negation", "sentence"]


class Reply(Noun):
    """What the assistant says to one question."""

    question: str
    answered: bool  # False: it does not know; ``sources`` are then only the nearest
    answer: str  # empty where it does not know
    way: Way = "quoted"
    sources: list[Source] = []  # best first
    sureness: float  # that the material holds the answer, 0 to 1
    threshold: float | None  # below which it does not answer; None: nobody could choose one yet
    doubts: list[Doubt] = []
    language: str | None = None  # ISO 639-1 of the question, where it was recognised
    done: bool = True  # False while it is still being written
    seconds: float = 0.0


class Fusion(Noun):
    """How words and meaning become one ranking, and what a page's passages add to each other."""

    words: float  # weights of the standardised scores, 0 to 1; they add up to 1
    meaning: float
    page: float = 0.0  # how much of the best of a page's other passages is added to each


class Chances(Noun):
    """From scores to the chance that the material holds the answer: a logistic rule over named figures.

    Less where a question is farther from all passages than questions with an answer are: it is about something else.
    """

    names: list[str]
    weights: list[float]
    bias: float
    threshold: float
    usual: float | None = None  # mean nearness of questions with an answer; None: how far a question is does not count
    spread: float = 1.0  # its deviation


class FinderReport(Noun):
    """One way to find, judged on the same questions as the others."""

    name: FinderName
    metrics: dict[RetrievalMetric, Metric]
    seconds: float  # for one question
    fusion: Fusion | None = None


class RefusalPoint(Noun):
    """What a threshold does."""

    threshold: float
    answered: float  # share of questions that can be answered and are
    wrong: float  # share of questions that cannot be answered, and are all the same


class Judged(Noun):
    """One question of a report."""

    question: str  # its id
    rank: int | None  # of the first right passage (or document), from 1; None: not among those looked at
    sureness: float
    error: Error
    found: list[str]  # ids of the best passages, best first


class Phrased(Noun):
    """Whether answers written by a language model are supported by their passages as often as quoted ones."""

    quoted: Metric  # share of answers that are supported and right in kind
    written: Metric
    questions: int
    offered: bool  # written at least as often as quoted
    forgotten: dict[Literal["before", "after"], float] = {}  # perplexity on general text
    strength: float = 1.0  # of the adapters


class PhraseSample(Noun):
    """A held-out question and both ways to answer it, beside what the team answers."""

    question: str
    expected: str
    quoted: str
    written: str  # as the model writes it, before anything is replaced
    doubts: list[Doubt] = []  # of what is written
    epoch: int = 0  # after which it was written; 0: by the model as it came


class AnswerReport(Noun):
    """Everything that is known of an assistant on one part of the questions."""

    subset: Literal["validation", "test"]  # validation: cross-validated over all that are not the exam's
    questions: int  # that could be judged
    passages: int
    documents: int
    few_questions: bool  # fewer than 20: figures would say nothing, so there are none
    finders: list[FinderReport] = []
    recommended: FinderName = "both"  # by validation
    gain: Metric | None = None  # recall@5 of the recommended less that of words, paired
    curve: list[RefusalPoint] = []
    refusal: RefusalPoint | None = None  # at the threshold in use
    answered: Metric | None = None  # share of answerable questions answered, there
    wrong: Metric | None = None  # share of questions whose passages were taken out that are answered all the same
    judged: list[Judged] = []
    kept: Metric | None = None  # ability of the tuned model for general retrieval; None: nothing was tuned
    original: Metric | None = None  # the starting model's own
    tuned_epochs: int = 0  # 0: what was tuned is not in use
    phrased: Phrased | None = None


class AssistantManifest(Noun):
    """``assistant.json`` of an assistant's folder. Names registry entries, never classes.

    Beside it: passages.jsonl (the team's own texts!), words/ (BM25), vectors.npy (passage, feature) and, where the
    finder needs it, model.safetensors and tokenizer.json; adapter/ of a written answer's model; card.md, parity.json.
    """

    format: Literal[1] = 1
    thaw: str
    created: float
    run: str | None = None  # None: a version's own index, nothing learned yet
    passages: int
    documents: int
    licence: str | None = None
    finder: FinderName
    fusion: Fusion | None = None
    chances: Chances | None = None
    card: BackboneCard | None = None  # of the encoder; None: words alone
    architecture: dict = {}
    tokens: int = 256  # of a text that the encoder reads
    weights: str = ""  # sha256 of the encoder's weights; where they are not in the folder, the starting model's
    generator: str | None = None  # name of the language model, fetched apart
    strength: float = 1.0
    files: dict[str, str] = {}  # name -> sha256


class AnswerParity(Noun):
    """Certificate: a fresh process loaded the assistant and found the same for the same questions."""

    questions: int
    sources_equal: bool
    largest_difference: float  # of sureness or any source's score

    @property
    def passed(self) -> bool:
        return self.questions > 0 and self.sources_equal and self.largest_difference <= 1e-4
