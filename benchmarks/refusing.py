"""How often an assistant answers what it cannot: its own questions with the answers taken out, and another product's.

The rule and its threshold are learned as for anybody, from the team's questions alone. Those are judged by what four
fifths of them taught; the other product's, which it never hears of, by what all of them taught.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from tl_core.answering import refusal
from tl_core.domain.answer import Fusion, Question
from tl_core.domain.report import Metric
from tl_core.evaluation import retrieval
from tl_core.evaluation.folds import folds
from tl_core.runs import answer_judging as judging
from tl_core.runs.answer_material import Material, Meant
from tl_core.store.questions import question_id


def measure(material: Material, start: Meant, how: Fusion, foreign: Sequence[str]) -> dict[str, Any]:
    """Shares answered at the learned threshold, with 95 % intervals, and areas under the curve. ``foreign``: texts."""
    count = len(material.questions)
    asked = [Question(id=question_id(text), text=text, unanswerable=True) for text in foreign]
    found = judging.tried(
        replace(material, unanswerable=asked), np.arange(count),
        replace(start, unanswerable=start.encoder.encode(foreign)), how,
    )  # fmt: skip
    own, others = _some(found, np.arange(count)), found.without[count:]
    answered = {"with an answer": np.zeros(count), "taken out": np.zeros(count)}
    part = folds(np.zeros(count, dtype=np.int64), material.groups(range(count)))
    for fold in range(int(part.max()) + 1):
        inside = part == fold
        rule = refusal.learn(_some(own, np.flatnonzero(~inside)))
        for values, rows in zip(answered.values(), (own.with_answer, own.without), strict=True):
            values[inside] = refusal.said(rows[inside], rule) >= rule.threshold
    rule = refusal.learn(own)
    said = refusal.said(others, rule)
    answered["another product"] = (said >= rule.threshold).astype(float)
    yes, no = refusal.crossed(own)
    return {
        "way": "refusing",
        "answered": {name: told(retrieval.mean_of(values)) for name, values in answered.items()},
        "questions of another product": len(foreign),
        "area under the curve": {"taken out": _area(yes, no), "another product": _area(yes, said)},
    }


def told(metric: Metric) -> list[float]:
    """Value, low and high."""
    return [round(value, 3) for value in (metric.value, metric.low, metric.high) if value is not None]


def _some(found: refusal.Tried, rows: np.ndarray) -> refusal.Tried:
    """Of these questions alone, as they are and with what answers them taken out."""
    groups = [found.groups[row] for row in rows]
    return refusal.Tried(found.names, found.with_answer[rows], found.without[rows], groups, groups)


def _area(yes: np.ndarray, no: np.ndarray) -> float:
    kind = np.repeat([1, 0], [len(yes), len(no)])
    return round(float(roc_auc_score(kind, np.concatenate([yes, no]))), 3)
