"""Made-up answers whose truth is known."""

import numpy as np

GROUP = 5  # samples a group


def draw(rng, samples, shares, skill, spread=0.0):
    """Targets (n,), probabilities (n, c) and groups (n,) of a model with ``skill``; ``spread``: how groups differ."""
    classes = len(shares)
    groups = np.arange(samples) // GROUP if spread else np.arange(samples)
    true = rng.choice(classes, samples, p=shares)
    scores = rng.normal(size=(samples, classes))
    scores[np.arange(samples), true] += skill
    if spread:
        scores += rng.normal(0, spread, (samples // GROUP + 1, classes))[groups]
    scores = np.exp(scores - scores.max(1, keepdims=True))
    return true, scores / scores.sum(1, keepdims=True), groups


def draw_whole(rng, samples, shares, *rest):
    """As ``draw``, again until each class is there, as a split guarantees."""
    while True:
        true, probabilities, groups = draw(rng, samples, shares, *rest)
        if len(np.unique(true)) == len(shares):
            return true, probabilities, groups
