"""Made-up worlds whose truth is known: what a network says there, and what is so."""

from __future__ import annotations

import numpy as np

SKILL = 1.8  # how far apart classes lie


def world(rng, samples, shares=(0.8, 0.2), sharp=1.7, group=1, alike=0.0):
    """Targets (n,), probabilities (n, c) of a network, groups (n,).

    The network learned with all classes counting alike, and is too sure by the factor ``sharp``; with 1 and equal
    shares its probabilities come true. ``alike`` (0 to 1): how much samples of one group share.
    """
    classes = len(shares)
    groups = np.arange(samples) // group
    true = rng.choice(classes, samples, p=shares)
    noise = np.sqrt(1 - alike) * rng.normal(size=(samples, classes))
    noise += np.sqrt(alike) * rng.normal(size=(samples // group + 1, classes))[groups]
    noise[np.arange(samples), true] += SKILL
    return true, softmax(sharp * SKILL * noise), groups


def softmax(scores):
    scores = np.exp(scores - scores.max(1, keepdims=True))
    return scores / scores.sum(1, keepdims=True)


def held_in(metric, truth):
    return metric.low <= truth <= metric.high
