"""Proof that the assistant handed out is the one that was measured: a fresh process asks it the same questions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tl_core.bundle.folder import PARITY
from tl_core.bundle.parity import ask, start_fresh
from tl_core.domain.answer import AnswerParity, Reply
from tl_core.store.atomic import write_json

MOST = 24  # questions asked again
FAILED = AnswerParity(questions=0, sources_equal=False, largest_difference=1.0)


def certify_assistant(folder: Path, replies: Sequence[Reply]) -> AnswerParity:
    """Compare ``replies`` to held-out questions, as measured, with those of a fresh process by the written files.

    At most 24 of them, spread evenly; the certificate is kept beside the files. A process that fails leaves one that
    does not pass; its words go to standard error.
    """
    rows = np.unique(np.linspace(0, len(replies) - 1, min(MOST, len(replies))).round().astype(int)).tolist()
    measured = [replies[row] for row in rows]
    request = {"folder": str(folder), "questions": [reply.question for reply in measured]}
    again = ask(
        start_fresh(kind="assistant"), request, lambda told: [Reply.model_validate(one) for one in told["replies"]]
    )
    parity = FAILED if again is None else compare(measured, again)
    write_json(folder / PARITY, parity)
    return parity


def compare(measured: Sequence[Reply], again: Sequence[Reply]) -> AnswerParity:
    """Replies to the same questions."""
    if len(measured) != len(again):
        return FAILED
    off = [0.0]
    equal = True
    for one, other in zip(measured, again, strict=True):
        off.append(abs(one.sureness - other.sureness))
        equal &= one.answered == other.answered and len(one.sources) == len(other.sources)
        for here, there in zip(one.sources, other.sources, strict=False):
            equal &= here.passage == there.passage and here.quote == there.quote
            off.append(abs(here.score - there.score))
    return AnswerParity(questions=len(measured), sources_equal=equal, largest_difference=max(off))
