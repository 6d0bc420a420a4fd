"""What a person can choose of a decision: the class to find, how common it is, the rule, and when it is "not sure"."""

from __future__ import annotations

import streamlit as st

from pages._ui.trainings import Training
from pages._ui.words import share, t
from tl_core.domain.decision import BalanceRule, CostRule, Decision, MissRule, Rule, UsualRule, Wishes
from tl_core.domain.report import Report

RULES = ("usual", "miss", "cost", "f1")
ERRORS = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
FAR = (0.01, 0.02, 0.05, 0.1)
_MISSED, _ALARM, _MOST = 10.0, 1.0, 5.0  # what a rule begins with


def as_told(stored: Decision) -> Wishes:
    """What is in use, with nothing left open: comparable with the form's."""
    return stored.wishes.model_copy(update={"positive": stored.cut.positive})


def rule(shown: Training, report: Report, stored: Decision) -> Wishes:
    """The class to find, its prevalence and the rule; the rest as in use."""
    labels = [one.label for one in report.classes]
    used = as_told(stored)
    left, right = st.columns(2, gap="medium")
    with left:
        label = st.selectbox(
            t("decide.class"), labels, index=labels.index(stored.cut.positive), help=t("decide.class_help"),
            key=f"decide-class-{shown.id}",
        )  # fmt: skip
    with right:
        prevalence = _prevalence(shown, report, stored, label)
    kind = st.radio(
        t("decide.rule"), RULES, index=RULES.index(used.rule.kind), format_func=lambda name: t(f"decide.rule_{name}"),
        captions=[t(f"decide.rule_{name}_about") for name in RULES], key=f"decide-rule-{shown.id}",
    )  # fmt: skip
    chosen = _rule(shown, kind, used.rule)
    return used.model_copy(update={"positive": label, "prevalence": prevalence, "rule": chosen})


def unsure(shown: Training, stored: Decision) -> tuple[float, float]:
    """Error rate of the possible classes, and share of samples like its own that may be turned away."""
    used = stored.wishes
    left, right = st.columns(2, gap="medium")
    with left:
        error = st.select_slider(
            t("decide.error"), sorted({*ERRORS, used.error}), used.error, format_func=share,
            help=t("decide.error_help"), key=f"decide-error-{shown.id}",
        )  # fmt: skip
    with right:
        far = st.select_slider(
            t("decide.far"), sorted({*FAR, used.far}), used.far, format_func=share, help=t("decide.far_help"),
            key=f"decide-far-{shown.id}", disabled=stored.far is None or not stored.far.proven,
        )  # fmt: skip
    return error, far


def _prevalence(shown: Training, report: Report, stored: Decision, label: str) -> float | None:
    """None: as common as in the validation samples."""
    kept = stored.wishes.prevalence if label == stored.cut.positive else None
    if label == stored.cut.positive:
        begin = stored.cut.prevalence
    else:
        held = {one.label: one.samples for one in report.classes}
        begin = held[label] / max(1, sum(held.values()))
    offered = min(999, max(1, round(1000 * begin)))
    value = st.number_input(
        t("decide.prevalence"), 1, 999, offered, step=1, help=t("decide.prevalence_help"),
        key=f"decide-prevalence-{shown.id}-{label}",
    )  # fmt: skip
    return kept if value == offered else value / 1000


def _rule(shown: Training, kind: str, used: Rule) -> Rule:
    if kind == "miss":
        most = 100 * used.most if isinstance(used, MissRule) else _MOST
        value = st.number_input(
            t("decide.most"), 0.5, 90.0, float(most), step=0.5, format="%g", key=f"decide-most-{shown.id}", width=280
        )
        return MissRule(most=round(value / 100, 6))
    if kind == "cost":
        missed, alarm = (used.missed, used.alarm) if isinstance(used, CostRule) else (_MISSED, _ALARM)
        left, right = st.columns(2, gap="medium")
        with left:
            missed = st.number_input(
                t("decide.cost_missed"), 0.001, None, float(missed), format="%g", key=f"decide-missed-{shown.id}"
            )
        with right:
            alarm = st.number_input(
                t("decide.cost_alarm"), 0.001, None, float(alarm), format="%g", key=f"decide-alarm-{shown.id}"
            )
        return CostRule(missed=missed, alarm=alarm)
    return BalanceRule() if kind == "f1" else UsualRule()
