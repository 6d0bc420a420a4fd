"""Where a method without any transfer is clearly better, that is said first."""

from __future__ import annotations

import numpy as np
import pytest

from pages._ui import sentences
from pages._ui.words import t
from tl_core.domain.report import Report
from tl_core.evaluation.baselines import competitors
from tl_core.evaluation.report import Answers, Verdict, build_report


def report(recommended: str) -> Report:
    true = np.arange(40) % 2
    rng = np.random.default_rng(0)
    answers = {}
    for name, sure in (("probe", 0.6), ("minirocket", 0.9)):
        chances = np.clip(np.where(np.eye(2)[true] > 0, sure, 1 - sure) + rng.normal(0, 0.15, (40, 2)), 0.01, 0.99)
        answers[name] = Answers(chances / chances.sum(1, keepdims=True), 1.0)
    verdict = Verdict(recommended, "minirocket")
    return build_report("validation", ["a", "b"], "probe", answers, true, list("x" * 40), verdict=verdict)[0]


def test_a_better_competitor_is_named_first() -> None:
    said = sentences.comparison(report("minirocket"), [])
    assert said.startswith(t("evaluate_page.recommended_other", name="MiniROCKET"))
    assert not sentences.comparison(report("probe"), []).startswith(said[:30])


def test_the_strongest_competitor_is_the_one_compared_with() -> None:
    assert "MiniROCKET" in sentences.comparison(report("probe"), [])


@pytest.mark.parametrize("name", [*competitors("series"), *competitors("text")])
def test_every_competitor_has_a_name(name: str) -> None:
    assert t(f"evaluate_page.candidate_{name}")
    assert t(f"evaluate_page.against_{name}")
    assert t(f"bundle.name_{name}")
