"""What a language model learns from: the question, the passages that the assistant finds, the team's answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from tl_core.answering.prompt import PASSAGES, prompt
from tl_core.backbones.writing import LanguageModel
from tl_core.bundle.assistant import LoadedAssistant
from tl_core.data.sentences import sentences
from tl_core.domain.answer import Question, Reply, Source, Span
from tl_core.domain.dataset import Sample
from tl_core.domain.fault import Stopped
from tl_core.training.causal import Pair

LONGEST = 400  # characters of an answer that is learned: whole sentences


class Case(NamedTuple):
    """A question with the team's answer, and what the assistant replies."""

    question: Question
    reply: Reply

    @property
    def expected(self) -> str:
        """The beginning of the team's answer."""
        return beginning(self.question.answer)


def cases_of(
    questions: Sequence[Question], assistant: LoadedAssistant, passages: Mapping[str, Sample], *, learn: bool,
    stop: Callable[[], bool],
) -> list[Case]:  # fmt: skip
    """As they are found, so that learning meets what will be met. To learn from, one that answers is always among them.

    Raises Stopped.
    """
    found = []
    for one in questions:
        if stop():
            raise Stopped
        reply = assistant.reply(one.text)
        if learn:
            reply = reply.model_copy(update={"sources": _with_right(one, reply.sources, passages)})
        if reply.sources:
            found.append(Case(one, reply))
    return found


def pair_of(model: LanguageModel, case: Case) -> Pair:
    """Tokens of a case, the token that ends an answer included."""
    return Pair(prompt(model, case.question.text, case.reply.sources), [*model.tokens(case.expected), *model.ends[:1]])


def beginning(text: str) -> str:
    """Whole sentences of ``text``, as many as fit into ``LONGEST`` characters; at least the first, cut."""
    plain = " ".join(text.split())
    ends = [span.end for span in sentences(plain) if span.end <= LONGEST]
    return plain[: ends[-1]] if ends else plain[:LONGEST]


def _with_right(question: Question, sources: Sequence[Source], passages: Mapping[str, Sample]) -> list[Source]:
    read = [source.passage for source in sources[:PASSAGES]]
    right = [passages[name] for name in question.passages if name in passages]
    if not right or any(sample.id in read for sample in right):
        return list(sources)
    one = right[0]
    place, text = one.place, one.text or ""
    first = Source(
        passage=one.id, document=one.source, heading=place.heading if place else [], page=place.page if place else None,
        text=text, quote=[Span(start=span.start, end=span.end) for span in sentences(text)[:1]], score=1.0,
    )  # fmt: skip
    return [first, *sources]
