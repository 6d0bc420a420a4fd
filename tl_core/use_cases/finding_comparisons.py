"""Two assistants side by side, on the questions that both were judged by."""

from __future__ import annotations

import numpy as np

from tl_core.domain.answer import AnswerReport
from tl_core.domain.comparison import Comparison
from tl_core.domain.fault import InputFault
from tl_core.domain.split import Subset
from tl_core.evaluation.paired import mean_of
from tl_core.store.answers import Judged, read_report
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder

FIRST = 5  # passages shown: right is a question with a right one among them


def compare(run_id: str, other_id: str, subset: Judged) -> Comparison:
    """``run_id`` beside ``other_id``: share of questions with a right passage among the first five, paired.

    Raises InputFault: one was not judged, or they share no question.
    """
    hits = [_hits(RunFolder.find(Home.default(), one), subset) for one in (run_id, other_id)]
    shared = [name for name in hits[0] if name in hits[1]]
    if not shared:
        raise InputFault("results.other_samples")
    ours, theirs = (np.array([each[name] for name in shared]) for each in hits)
    asked: Subset = subset
    return Comparison(
        first=run_id, second=other_id, subset=asked, gain=mean_of(ours.astype(float) - theirs),
        both=int((ours & theirs).sum()), only_first=int((ours & ~theirs).sum()),
        only_second=int((~ours & theirs).sum()), neither=int((~ours & ~theirs).sum()),
        apart=len(hits[0]) + len(hits[1]) - 2 * len(shared),
        same_data=hits[0].keys() == hits[1].keys(),
    )  # fmt: skip


def _hits(folder: RunFolder, subset: Judged) -> dict[str, bool]:
    told: AnswerReport | None = read_report(folder, subset)
    if told is None:
        raise InputFault("results.no_model")
    return {one.question: one.rank is not None and one.rank <= FIRST for one in told.judged}
