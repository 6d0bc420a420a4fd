"""Why a bundle's model answered as it did, and whether covering what counted changes the answer."""

from __future__ import annotations

from typing import Any

import numpy as np

from tl_core.bundle.load import Predictor
from tl_core.domain.explanation import Explanation

COVERED = 0.15  # share of a picture's area, or of a text's words
ELSEWHERE = 5  # other places that are covered for comparison


def explain(predictor: Predictor, raw: Any) -> Explanation:
    """Of the answer to one raw sample. The same sample gives the same explanation."""
    verdict = predictor.verdicts([raw])
    target = int(verdict.labels[0])
    parts = predictor.parts(raw, target)
    rng = np.random.default_rng(0)
    changed = [parts.covered(COVERED), *(parts.elsewhere(COVERED, rng) for _ in range(ELSEWHERE))]
    after = predictor.verdicts(changed).probabilities[:, target]
    return Explanation(
        label=predictor.manifest.classes[target], certain=float(verdict.probabilities[0, target]),
        without=float(after[0]), elsewhere=float(after[1:].mean()), covered=COVERED, **parts.shown(),
    )  # fmt: skip
