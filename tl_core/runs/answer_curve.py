"""A learning curve of an assistant: both ways weighed by parts of the questions to learn from, words alone beside it.

The judged questions stay all of validation's; right is a right source among the first five. The encoder is the starting
model: what tuning it would add is not measured here.
"""

from __future__ import annotations

import time

import numpy as np

from tl_core import backbones
from tl_core.answering import fusion
from tl_core.answering.fusion import fused
from tl_core.data.parts import nested
from tl_core.domain.answer import Fusion
from tl_core.domain.event import Phase, Progress
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.plan import AnswerPlan
from tl_core.evaluation import retrieval
from tl_core.evaluation.intervals import units_of
from tl_core.evaluation.learning_curve import Part, learning_curve
from tl_core.runs.answer_material import LEAST, Material, Meant, gather, untuned
from tl_core.store.atomic import write_json
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.training.recipes import resolve_answer

SHARES = (0.1, 0.25, 0.5, 1.0)  # of the questions to learn from
DRAWS = 5  # of each share but the last
LEFT_OUT = 2  # questions: a share of fewer chooses nothing


def run(folder: RunFolder, base: AnswerPlan, home: Home, file: str) -> dict[str, object]:
    """Write ``evaluation/<file>``. Raises InputFault (too few questions) and Stopped."""
    began = time.monotonic()
    material = gather(folder, resolve_answer(base, backbones.card(home, base.backbone)), home)
    if material.few:
        raise InputFault("finding.too_few_for_curve", known=len(material.questions), least=LEAST)
    start = untuned(material)
    learn, judged = material.rows("train"), material.rows("validation")
    one_class, groups = np.zeros(len(learn), dtype=np.int64), units_of(material.groups(learn), len(learn))
    shares = [share for share in SHARES if round(share * len(learn)) >= LEFT_OUT]
    qualities = fusion.table(
        material.word_scores[learn], start.scores[learn], material.pages, material.truth.some(learn)
    )
    drawn = [nested(one_class, groups, shares, base.seed + number) for number in range(DRAWS)]
    words = _missed(material, start, judged, fusion.WORDS)
    folder.append(Phase(name="curve", total=len(shares)))
    parts = []
    for place, share in enumerate(shares):
        if folder.stop_requested():
            raise Stopped
        several = drawn[:1] if share == 1 else drawn
        chosen = [fusion.choose(qualities[:, one[place]], groups[one[place]]) for one in several]
        said = np.stack([_missed(material, start, judged, how) for how in chosen])
        labels = round(np.mean([len(one[place]) for one in several]))
        parts.append(Part(share, labels, said, np.tile(words, (len(said), 1))))
        folder.append(Progress(done=place + 1))
    found = learning_curve(
        parts, np.zeros(len(judged), dtype=np.int64), material.groups(judged), [""],
        [share for share in SHARES if share not in shares], time.monotonic() - began, base.seed,
    )  # fmt: skip
    write_json(folder.evaluation / file, found)
    return {"model": False}


def _missed(material: Material, start: Meant, rows: np.ndarray, how: Fusion) -> np.ndarray:
    """(question,) 0 where something right is among the first five, else 1."""
    scores = fused(material.word_scores[rows], start.scores[rows], how, material.pages)
    found = retrieval.each(retrieval.ranks(scores, material.truth.some(rows)), "recall@5")
    return (1 - found).astype(np.int64)
