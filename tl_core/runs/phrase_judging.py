"""Whether written answers hold as often as quoted ones: judged alike, on questions that nothing was learned from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tl_core.answering.reply import quoted
from tl_core.answering.wording import content
from tl_core.answering.writer import Writes, evidence
from tl_core.domain.answer import Phrased, PhraseSample
from tl_core.evaluation.proportions import share
from tl_core.runs.phrase_pairs import Case

ALIKE = 0.3  # of an answer's content words that must be in the team's answer


def judged(case: Case, writer: Writes, epoch: int = 0) -> PhraseSample:
    """Both answers to one question; whether it would be answered at all is another matter, judged elsewhere."""
    text = max(writer.write(case.question.text, case.reply.sources), key=len, default="")
    return PhraseSample(
        question=case.question.text, expected=case.expected, quoted=quoted(case.reply.sources[0]), written=text,
        doubts=evidence(case.reply.sources).doubts(text), epoch=epoch,
    )  # fmt: skip


def holds(answer: str, doubted: bool, expected: str) -> bool:
    """Nothing in it is doubted, and it speaks of what the team's answer speaks of."""
    own = content(answer)
    return bool(own) and not doubted and len(own & content(expected)) >= ALIKE * len(own)


def phrased_of(cases: Sequence[Case], samples: Sequence[PhraseSample], strength: float, forgotten: dict) -> Phrased:
    """``offered`` where written answers hold at least as often. Threads of several questions count as one."""
    names = [case.question.group or case.question.id for case in cases]
    units = np.unique(names, return_inverse=True)[1]
    whole = [case.question.answer for case in cases]
    ways = {
        "quoted": [holds(one.quoted, False, text) for one, text in zip(samples, whole, strict=True)],
        "written": [holds(one.written, bool(one.doubts), text) for one, text in zip(samples, whole, strict=True)],
    }
    under = np.bincount(units).astype(float)
    shares = {name: share(np.bincount(units, weights=np.array(hits, float)), under) for name, hits in ways.items()}
    offered = shares["written"].value >= shares["quoted"].value and shares["written"].value > 0
    return Phrased(**shares, questions=len(cases), offered=offered, forgotten=forgotten, strength=strength)
