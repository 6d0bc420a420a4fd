"""Too few, too uneven, from too few groups: said with numbers; enough of each: nothing."""

from __future__ import annotations

import numpy as np

from tests.checks import made
from tl_core.checks.balance import balance
from tl_core.domain.finding import Finding
from tl_core.domain.text import said
from tl_core.words import say


def found(labels: list[int], groups: np.ndarray | None = None) -> dict[str, Finding]:
    given = np.array(labels)
    findings = list(balance(made.examined(np.zeros((len(given), 2), np.float32), given, groups=groups)))
    for finding in findings:
        for part in ("title", "why", "do"):
            assert say(f"findings.{finding.code}_{part}", **finding.values)
    return {finding.code: finding for finding in findings}


def test_enough_of_each_is_nothing_to_say() -> None:
    assert found([0] * 30 + [1] * 40) == {}
    assert found([0] * 30 + [1] * 40, np.arange(70) // 2) == {}


def test_uneven_classes() -> None:
    [note] = found([0] * 60 + [1] * 15).values()
    assert (note.level, said(note.values)["times"], said(note.values)["always"]) == ("note", 4, 80)
    assert len(note.samples) == 15
    assert found([0] * 300 + [1] * 15)["balance_classes"].level == "warning"


def test_few_samples_of_a_class() -> None:
    few = found([0] * 20 + [1] * 20 + [2] * 9)["balance_few"]
    assert said(few.values)["labels"] == "class 2 (9)"
    assert len(few.samples) == 9


def test_few_groups() -> None:
    groups = np.array([0] * 10 + [1] * 10 + [2] * 20)
    findings = found([0] * 20 + [1] * 20, groups)
    assert said(findings["balance_groups"].values)["count"] == 3
    assert said(findings["balance_narrow"].values)["labels"] == "class 1 (1), class 0 (2)"
