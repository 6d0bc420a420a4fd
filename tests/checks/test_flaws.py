"""What is wrong with a sample, by itself or compared with the others."""

from __future__ import annotations

import numpy as np
import pytest

from tests.checks.looked_at import NOTHING, looked_at, told
from tl_core.checks.flaws import LEVELS, OUTLYING, find_flaws
from tl_core.domain.finding import DropRemedy, Finding
from tl_core.modalities.look import Look


def found(looks: list[Look]) -> dict[str, Finding]:
    return {finding.code: finding for finding in find_flaws(looked_at(looks))}


def with_trait(name: str, values: np.ndarray) -> list[Look]:
    return [NOTHING._replace(traits={name: float(value)}) for value in values]


def usual(middle: float, spread: float, count: int = 60) -> np.ndarray:
    return np.random.default_rng(0).normal(middle, spread, count)


def test_flaws_of_looks_are_passed_on() -> None:
    looks = [NOTHING, NOTHING._replace(flaws=["blank"]), NOTHING._replace(flaws=["markup", "misread"]), NOTHING]
    findings = found(looks)
    assert {code: one.samples for code, one in findings.items()} == {"flaws_blank": ["1"], "flaws_misread": ["2"]}
    assert findings["flaws_blank"].remedies == [DropRemedy(samples=["1"])]
    assert findings["flaws_blank"].level == "warning"


def test_silent_and_clipped_recordings_are_told() -> None:
    looks = [NOTHING, NOTHING._replace(flaws=["silent"]), NOTHING._replace(flaws=["clipped"])]
    findings = found(looks)
    assert {code: one.samples for code, one in findings.items()} == {"flaws_silent": ["1"], "flaws_clipped": ["2"]}
    assert findings["flaws_silent"].level == "warning"
    assert all(told(finding) for finding in findings.values())


@pytest.mark.parametrize(
    ("flaw", "trait", "middle", "spread", "odd"),
    [
        ("dark", "lightest", 0.9, 0.05, 0.1),
        ("bright", "darkest", 0.2, 0.05, 0.9),
        ("blurred", "sharpness", 0.7, 0.05, 0.25),
        ("short", "words", 25.0, 5.0, 1),
        ("brief", "seconds", 3.0, 0.5, 0.1),
    ],
)
def test_the_odd_ones_are_found_and_no_others(flaw: str, trait: str, middle: float, spread: float, odd: float) -> None:
    values = usual(middle, spread)
    values[[3, 40]] = odd
    (finding,) = found(with_trait(trait, values)).values()
    assert finding.code == f"flaws_{flaw}"
    assert finding.samples == ["3", "40"]
    assert told(finding)


def test_dark_among_dark_ones_is_normal() -> None:
    """X-rays; and pictures that differ little are no outliers, however dark."""
    assert found(with_trait("lightest", usual(0.2, 0.05))) == {}
    values = np.full(60, 0.30)
    values[5] = 0.28
    assert found(with_trait("lightest", values)) == {}


def test_odd_within_bounds_is_no_flaw() -> None:
    values = usual(0.9, 0.01)
    values[7] = 0.5
    assert found(with_trait("lightest", values)) == {}


def test_one_word_among_short_messages_is_normal() -> None:
    assert found(with_trait("words", np.random.default_rng(1).integers(1, 12, 80).astype(float))) == {}


def texts(lengths: list[int], ended: list[bool]) -> list[Look]:
    return [
        NOTHING._replace(traits={"characters": float(length), "end_mark": float(end)})
        for length, end in zip(lengths, ended, strict=True)
    ]


def test_texts_cut_at_a_limit() -> None:
    rng = np.random.default_rng(0)
    lengths = [int(length) for length in rng.integers(20, 500, 80)]
    cut = [min(length, 255) - (length > 255 and k % 3 == 0) for k, length in enumerate(lengths)]
    ended = [length < 254 for length in cut]
    finding = found(texts(cut, ended))["flaws_cut"]
    assert finding.samples == [str(k) for k, length in enumerate(cut) if length >= 254]
    assert found(texts(lengths, [True] * 80)) == {}


def test_texts_that_fill_a_limit_but_end_there_are_whole() -> None:
    assert found(texts([140] * 20 + list(range(50, 100)), [True] * 70)) == {}


def test_every_flaw_has_its_texts() -> None:
    assert {rule.flaw for rule in OUTLYING} <= set(LEVELS)
    for name in LEVELS:
        for count in (1, 3):
            assert told(Finding(code=f"flaws_{name}", level="note", values={"count": count}))
