"""Why a bundle's model answered as it did; whether covering what counted changes the answer, and whether a model that
has learned nothing would show the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tl_core.bundle.load import Predictor
from tl_core.domain.explanation import Explanation, Near
from tl_core.store.learned import read_learned

COVERED = 0.15  # share of a picture's area, or of a text's words
ELSEWHERE = 5  # other places that are covered for comparison
NEAREST = 3  # samples it learned from that are shown beside


def explain(predictor: Predictor, raw: Any, run: Path | None = None) -> Explanation:
    """Of the answer to one raw sample. The same sample gives the same explanation.

    ``run``: folder of the training, where it is at hand, which knows the samples that the model learned from.
    """
    verdict = predictor.verdicts([raw])
    target = int(verdict.labels[0])
    parts, unlearned = predictor.parts(raw, target)
    rng = np.random.default_rng(0)
    changed = [parts.covered(COVERED), *(parts.elsewhere(COVERED, rng) for _ in range(ELSEWHERE))]
    after = predictor.verdicts(changed).probabilities[:, target]
    return Explanation(
        label=predictor.manifest.classes[target], certain=float(verdict.probabilities[0, target]),
        without=float(after[0]), elsewhere=float(after[1:].mean()), covered=COVERED, unlearned=unlearned,
        nearest=_nearest(predictor.look([raw]).features[0], run) if run else [], **parts.shown(),
    )  # fmt: skip


def _nearest(features: np.ndarray, run: Path) -> list[Near]:
    found = read_learned(run)
    if found is None or found[1].shape[1] != len(features):
        return []
    samples, learned = found
    middle = learned.mean(axis=0)
    away, theirs = features - middle, learned - middle
    likeness = theirs @ away / np.maximum(np.linalg.norm(theirs, axis=1) * np.linalg.norm(away), 1e-12)
    return [Near(sample=samples[n], likeness=float(likeness[n])) for n in np.argsort(-likeness)[:NEAREST]]
