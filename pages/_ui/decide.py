"""From figures to decisions: do probabilities come true, where to draw the line, when to say "not sure"."""

from __future__ import annotations

import streamlit as st

from pages._ui import charts, decision_charts, decision_form, sentences, shell
from pages._ui import decision_sentences as words
from pages._ui.trainings import Training
from pages._ui.words import share, t
from tl_core.domain.decision import Coverage, Decision
from tl_core.domain.report import Metric, Report
from tl_core.domain.screening import Screening
from tl_core.use_cases import decisions
from tl_core.use_cases.decisions import Calibrated, Worth

_SHARES = ("sensitivity", "specificity", "ppv", "npv")
_PEOPLE = ("found", "missed", "alarms", "cleared")


def show(shown: Training, report: Report) -> None:
    """The section. ``report``: that of the samples looked at, validation's or the open exam's."""
    shell.section(t("decide.title"), help=t("decide.term"))
    stored = decisions.decision(shown.id)
    found = decisions.calibrated(shown.id, report.subset)
    if stored is None or found is None:
        st.text(t("decide.none"))
        return
    _calibration(shown, report, stored, found)
    st.space("small")
    st.fragment(_choices)(shown, report, stored)


def _calibration(shown: Training, report: Report, stored: Decision, found: Calibrated) -> None:
    corrected = stored.recalibration.kind != "none"
    st.markdown(f"**{shell.escape(t('decide.calibration_title'))}**", help=t("decide.term_reliability"))
    st.text(words.calibration(found, corrected))
    reading = "; ".join(f"{share(one.said)}: {charts.says(one.right)}" for one in found.told.bins)
    decision_charts.reliability(
        found.told.bins, found.network.bins if corrected else [], key=f"reliability-{shown.id}-{report.subset}",
        alt=t("decide.reliability_alt", rows=reading),
    )  # fmt: skip
    shell.quiet(words.calibration_error(found, corrected), help=t("decide.term_ece"))
    kinds = [("told", found.told), *([("network", found.network)] if corrected else [])]
    charts.table_on_demand(
        [
            {
                t("decide.column_bins"): t(f"decide.bins_{name}"),
                t("decide.axis_said"): sentences.figure(one.said),
                t("decide.axis_right"): charts.says(one.right),
                t("evaluate_page.column_samples"): one.right.samples,
            }
            for name, told in kinds
            for one in told.bins
        ],
        alt=t("decide.calibration_title"),
        key="reliability",
    )


def _choices(shown: Training, report: Report, stored: Decision) -> None:
    """Threshold and "not sure": figures follow the form at once, the model only when asked to."""
    with st.container(border=True, key="decide-rule"):
        st.markdown(f"**{shell.escape(t('decide.line_title'))}**", help=t("decide.term_threshold"))
        wishes = decision_form.rule(shown, report, stored)
        line = st.container()
    with st.container(border=True, key="decide-unsure"):
        st.markdown(f"**{shell.escape(t('decide.unsure_title'))}**", help=t("decide.term_unsure"))
        error, far = decision_form.unsure(shown, stored)
        below = st.container()
    wishes = wishes.model_copy(update={"error": error, "far": far})
    decided = decisions.preview(shown.id, wishes)
    worth = decisions.worth(shown.id, report.subset, decided) if decided else None
    if decided is None or worth is None:
        return
    with line:
        _line(shown, report, decided, worth)
    with below:
        _unsure(shown, report, decided, worth)
    changed = wishes != decision_form.as_told(stored)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        pressed = shell.secondary(t("decide.use"), ":material/check:", key="use-decision", disabled=not changed)
        shell.quiet(t("decide.use_about" if changed else "decide.use_now"))
    if pressed:
        with shell.faults_shown():
            decisions.choose(shown.id, wishes)
            st.rerun()


def _line(shown: Training, report: Report, decided: Decision, worth: Worth) -> None:
    found = worth.screening
    st.text(words.threshold(decided))
    st.text(words.people(found))
    rows = [
        charts.Dot(t(f"decide.share_{name}", label=found.positive), one, charts.FIGURE)
        for name in _SHARES
        if (one := getattr(found, name)) is not None
    ]
    reading = "; ".join(f"{row.label} {charts.says(row.metric)}" for row in rows)
    charts.dots(rows, key=f"screening-{shown.id}-{report.subset}", alt=t("decide.screening_alt", rows=reading))
    shell.quiet(t("decide.measured_validation" if report.subset == "validation" else "decide.measured_test"))
    charts.table_on_demand(_screened(found), alt=t("decide.line_title"), key="screening")
    benefit = worth.benefit
    if benefit is None:
        return
    st.markdown(f"**{shell.escape(t('decide.worth_title'))}**", help=t("decide.term_worth"))
    st.text(words.worth(benefit))
    decision_charts.worth(
        benefit.thresholds, benefit.model, benefit.everybody, key=f"worth-{shown.id}-{report.subset}",
        alt=t("decide.worth_alt", label=found.positive, said=words.worth(benefit)),
    )  # fmt: skip
    charts.table_on_demand(
        [
            {
                t("decide.axis_act"): sentences.figure(at),
                t("decide.worth_model"): f"{model.value:.3f} ({_range(model)})",
                t("decide.worth_everybody"): f"{everybody:.3f}",
                t("decide.worth_nobody"): 0,
            }
            for at, model, everybody in list(
                zip(benefit.thresholds, benefit.model, benefit.everybody, strict=True)
            )[4::5]
        ],
        alt=t("decide.worth_title"),
        key="worth",
    )  # fmt: skip


def _screened(found: Screening) -> list[dict[str, object]]:
    shares = [(t(f"decide.share_{name}", label=found.positive), getattr(found, name)) for name in _SHARES]
    told: list[dict[str, object]] = [
        {t("evaluate_page.column_measure"): label, t("evaluate_page.column_value"): charts.says(one) if one else "–"}
        for label, one in shares
    ]
    return told + [
        {
            t("evaluate_page.column_measure"): t(f"decide.people_{name}", label=found.positive),
            t("evaluate_page.column_value"): f"{one.value:.0f} ({_range(one, digits=0)})",
        }
        for name in _PEOPLE
        if isinstance(one := getattr(found, name), Metric)
    ]


def _unsure(shown: Training, report: Report, decided: Decision, worth: Worth) -> None:
    at = next((k for k, one in enumerate(worth.trade) if abs(one.error - decided.wishes.error) < 1e-9), None)
    st.text(words.trade(None if at is None or decided.sets is None else worth.trade[at], worth.plain))
    st.text(_turned_away(decided, worth))
    points = [(one, one.wrong) for one in worth.trade if one.wrong is not None]
    if not points:
        return
    named = [(t("decide.at_error", error=share(one.error)), one.answered, wrong) for one, wrong in points]
    reading = "; ".join(f"{name}: {charts.says(one)}, {charts.says(wrong)}" for name, one, wrong in named)
    place = next((k for k, (one, _) in enumerate(points) if at is not None and one is worth.trade[at]), None)
    decision_charts.trade(
        named, place, key=f"trade-{shown.id}-{report.subset}", alt=t("decide.trade_alt", rows=reading)
    )  # fmt: skip
    charts.table_on_demand([_traded(one) for one in worth.trade], alt=t("decide.unsure_title"), key="trade")


def _traded(one: Coverage) -> dict[str, object]:
    return {
        t("decide.column_error"): share(one.error),
        t("decide.axis_answered"): charts.says(one.answered),
        t("decide.axis_wrong"): charts.says(one.wrong) if one.wrong else "–",
        t("decide.column_far"): one.far,
    }


def _turned_away(decided: Decision, worth: Worth) -> str:
    if decided.far is None:
        return t("decide.far_none")
    count = worth.trade[0].far if worth.trade else 0
    return t("decide.far_says", count=count, rate=share(decided.far.rate))


def _range(metric: Metric, digits: int = 3) -> str:
    if metric.low is None or metric.high is None:
        return t("evaluate_page.too_few", count=metric.groups)
    return t("evaluate_page.interval", low=f"{metric.low:.{digits}f}", high=f"{metric.high:.{digits}f}")
