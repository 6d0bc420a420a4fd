"""Knowing when not to answer: figures by hand, a rule that learns, a threshold that keeps what it promises."""

from __future__ import annotations

import numpy as np
import pytest

from tl_core.answering import fusion, refusal
from tl_core.answering.refusal import (
    Material,
    Tried,
    choose,
    crossed,
    curve,
    figures,
    learn,
    point,
    sureness,
    taken_out,
)
from tl_core.answering.words import Words
from tl_core.domain.answer import Chances
from tl_core.evaluation.retrieval import Truth

TEXTS = ["the pump shows E7", "the lamp is green", "the pump hums", "nothing else"]
PAGES = np.array([0, 1, 0, 2])
MEANING = np.array([0.9, 0.2, 0.6, 0.1], dtype=np.float32)


@pytest.fixture
def material() -> Material:
    return Material(Words.build(TEXTS), PAGES, fusion.MEANING, np.eye(4, dtype=np.float32))


def ask(material: Material, question: str, removed: np.ndarray | None = None) -> refusal.Figures:
    return figures(material, question, material.words.scores([question])[0], MEANING, removed)


def test_figures_by_hand(material: Material) -> None:
    found = ask(material, "pump E7")
    assert found["meaning"] == pytest.approx(0.9)
    assert found["ahead"] == pytest.approx(0.9 - 0.3)
    assert found["covered"] == pytest.approx(1.0)
    assert found["agreed"] == 1.0
    assert ask(material, "lamp E7")["covered"] < 1.0
    assert ask(material, "zebra")["covered"] == 0.0


def test_what_is_taken_out_is_not_seen(material: Material) -> None:
    removed = np.array([True, False, False, False])
    found = ask(material, "pump E7", removed)
    assert found["meaning"] == pytest.approx(0.6)
    assert 0 < found["covered"] < 1
    nothing = ask(material, "pump E7", np.ones(4, dtype=bool))
    assert set(nothing.values()) == {0.0}


def test_near_copies_and_whole_documents_go_too() -> None:
    truth = Truth(PAGES, [np.array([0]), np.array([0])], [False, True])
    vectors = np.array([[1, 0], [0.99, 0.141], [0, 1], [-1, 0]], dtype=np.float32)
    assert taken_out(truth, 0, vectors).tolist() == [True, True, False, False]
    assert taken_out(truth, 1, None).tolist() == [True, False, True, False]


def made(seed: int, apart: float, count: int = 80) -> Tried:
    rng = np.random.default_rng(seed)
    yes, no = rng.normal(apart, 1, (count, 2)), rng.normal(0, 1, (count, 2))
    units: list[object] = list(range(count))
    return Tried(["best", "covered"], yes, no, units, units)


def test_the_rule_tells_them_apart_on_others() -> None:
    rule = learn(made(0, 3.0))
    other = made(1, 3.0)
    yes, no = (refusal.said(one, rule) for one in (other.with_answer, other.without))
    assert (yes >= rule.threshold).mean() >= 0.8
    assert (no >= rule.threshold).mean() <= 0.15
    assert sureness({"best": 4.0, "covered": 4.0}, rule) > sureness({"best": 0.0, "covered": 0.0}, rule)


def test_what_is_farther_than_anything_answered_is_about_something_else() -> None:
    rng = np.random.default_rng(0)
    near = rng.normal(0.6, 0.1, 80)  # the same with and without the answer: the rule learns nothing from it
    yes, no = (np.stack([rng.normal(apart, 1, 80), near], axis=1) for apart in (3.0, 0.0))
    rule = learn(Tried(["best", "meaning"], yes, no, list(range(80)), list(range(80))))
    assert rule.usual == pytest.approx(0.6, abs=0.05)
    usual, edge = rule.usual or 0.0, (rule.usual or 0.0) - 2 * rule.spread
    close, half, far = (sureness({"best": 4.0, "meaning": at}, rule) for at in (usual, edge, usual / 3))
    assert close > 0.8 > half > 0.3
    assert far < 0.01 < rule.threshold


def test_an_assistant_from_before_knows_its_rule_alone() -> None:
    rule = Chances(names=["best", "meaning"], weights=[1.0, 0.0], bias=0.0, threshold=0.5)
    assert sureness({"best": 4.0, "meaning": 0.0}, rule) == sureness({"best": 4.0, "meaning": 0.9}, rule)


def test_where_nothing_tells_them_apart_nobody_pretends() -> None:
    yes, no = crossed(made(0, 0.0, 200))
    threshold = choose(yes, no)
    assert point(yes, no, threshold).answered >= 0.8
    assert point(yes, no, threshold).wrong > 0.5


def test_a_threshold_refuses_nobody_in_vain() -> None:
    yes, no = np.linspace(0.5, 1, 50), np.linspace(0, 0.4, 50)
    found = point(yes, no, choose(yes, no))
    assert found.answered == 1.0
    assert found.wrong <= 0.1


def test_the_curve_falls() -> None:
    points = curve(np.array([0.2, 0.6, 0.9]), np.array([0.1, 0.3, 0.7]))
    for shares in ([one.answered for one in points], [one.wrong for one in points]):
        assert shares == sorted(shares, reverse=True)
        assert shares[0] == 1.0


def test_before_anything_was_learned_near_is_surer(material: Material) -> None:
    assert (
        sureness({"meaning": 0.8, "covered": 1.0}, None) > 0.8 > 0.2 > sureness({"meaning": 0.2, "covered": 0.0}, None)
    )
    assert sureness({"covered": 1.0}, None) > sureness({"covered": 0.2}, None)
    assert 0 < sureness({"unknown": 1.0}, Chances(names=["best"], weights=[1.0], bias=0.0, threshold=0.5)) < 1
