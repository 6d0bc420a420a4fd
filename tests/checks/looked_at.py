"""Small made-up data for checks that look at samples without a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tests.backbones.tiny import card
from tl_core.checks.examined import Examined
from tl_core.domain.card import BackboneCard
from tl_core.domain.dataset import ClassTarget, Dataset, Sample
from tl_core.domain.finding import Finding
from tl_core.modalities.look import Look
from tl_core.words import say, table

NOTHING = Look(traits={}, kinds={}, flaws=[], personal=[])


def looked_at(
    looks: Sequence[Look],
    *,
    labels: Sequence[str] | None = None,
    groups: Sequence[str | None] | None = None,
    subset: Sequence[str] | None = None,
    features: np.ndarray | None = None,
    alike: Callable[[int, int], float] = lambda one, other: 0.0,
    languages: Sequence[str] = (),
    stop: Callable[[], bool] = lambda: False,
) -> Examined:
    """Samples "0", "1" ... in this order; ``alike`` is asked by their numbers."""
    count = len(looks)
    labels, groups = labels or ["a", "b"] * count, groups or [None] * count
    samples = [
        Sample(id=str(k), source=f"row {k}", target=ClassTarget(label=labels[k]), group=groups[k]) for k in range(count)
    ]
    classes = sorted(set(labels))
    named = {name: number for number, name in enumerate(dict.fromkeys(group for group in groups if group))}
    codes = [named[group] if group else len(named) + k for k, group in enumerate(groups[:count])]
    return Examined(
        dataset=Dataset(id="d", modality="text", classes=classes, samples=samples, received=count),
        card=_card(languages),
        samples=samples,
        labels=np.array([classes.index(label) for label in labels[:count]]),
        groups=np.array(codes),
        subset=np.array(subset if subset is not None else ["train"] * count),
        features=np.eye(count) if features is None else features,
        looks=looks,
        alike=lambda one, other: alike(int(one.id), int(other.id)),
        stop=stop,
    )


def _card(languages: Sequence[str]) -> BackboneCard:
    return card("transformers bert").model_copy(update={"languages": list(languages), "title": "Tiny"})


def told(finding: Finding) -> str:
    """All that a person reads of it; every text must be there and filled."""
    said = [say(f"findings.{finding.code}_{part}", **finding.values) for part in ("title", "why", "do")]
    if isinstance(table()[f"findings.{finding.code}_title"], dict):
        assert "count" in finding.values
    assert all(text.endswith(".") and "{" not in text for text in said)
    return " ".join(said)
