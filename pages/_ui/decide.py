"""From figures to decisions: do probabilities come true, where to draw the line, when to say "not sure"."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from pages._ui import behind, charts, decision_charts, decision_form, dotted, shell, tabled
from pages._ui import decision_sentences as words
from pages._ui.trainings import Training
from pages._ui.words import in_rows, joined, listed, number, pair, share, t, term
from tl_core.domain.dataset import Dataset
from tl_core.domain.decision import Coverage, Decision
from tl_core.domain.project import Project
from tl_core.domain.report import Metric, Report
from tl_core.domain.screening import NetBenefit, Screening
from tl_core.use_cases import decisions, results
from tl_core.use_cases.decisions import Calibrated, Mistake, Worth
from tl_core.use_cases.tables import Exact, Row

_SHARES = ("sensitivity", "specificity", "ppv", "npv")
_ERRORS: dict[str, Mistake] = {"sensitivity": "missed", "specificity": "alarm", "ppv": "alarm", "npv": "missed"}
_PEOPLE = ("found", "missed", "alarms", "cleared")


def show(project: Project, dataset: Dataset, shown: Training, report: Report) -> None:
    """The section. ``report``: that of the samples looked at, validation's or the open exam's."""
    shell.section(t("decide.title"), help=t("decide.term"))
    stored = decisions.decision(shown.id)
    found = decisions.calibrated(shown.id, report.subset)
    if stored is None or found is None:
        st.text(t("decide.none"))
        return
    opened = _calibration(shown, report, stored, found)
    if opened is not None:
        _of_bin(project, dataset, shown, report, *opened)
    st.space("small")
    st.fragment(_choices)(project, dataset, shown, report, stored)


def _calibration(
    shown: Training, report: Report, stored: Decision, found: Calibrated
) -> tuple[Literal["told", "network"], int] | None:
    """The bin that a person opened."""
    corrected = stored.recalibration.kind != "none"
    st.markdown(
        f"**{shell.escape(t('decide.calibration_title'))}**", help=term("calibration", t("decide.term_reliability"))
    )
    st.text(words.calibration(found, corrected))
    reading = in_rows(pair(share(one.said), charts.says(one.right)) for one in found.told.bins)
    opened = decision_charts.reliability(
        found.told.bins, found.network.bins if corrected else [], key=f"reliability-{shown.id}-{report.subset}",
        alt=t("decide.reliability_alt", rows=reading),
    )  # fmt: skip
    told = words.calibration_error(found, corrected)
    shell.quiet(joined((told, t("evaluate_page.dot_hint"))), help=t("decide.term_ece"))
    kinds = [("told", found.told), *([("network", found.network)] if corrected else [])]
    tabled.on_demand(
        [
            {
                t("decide.column_bins"): t(f"decide.bins_{name}"),
                t("decide.axis_said"): tabled.rounded(one.said),
                t("decide.axis_right"): one.right,
                t("evaluate_page.column_samples"): one.right.samples,
            }
            for name, told in kinds
            for one in told.bins
        ],
        title=t("decide.calibration_title"),
        key="reliability",
    )
    return opened


def _of_bin(
    project: Project, dataset: Dataset, shown: Training, report: Report, name: Literal["told", "network"], number: int
) -> None:
    ids = decisions.samples_of_bin(shown.id, report.subset, number, corrected=name == "told")
    found = results.samples_of(shown.id, report.subset, ids)
    title = t("decide.bin_title", count=len(found))
    behind.show(project, dataset, found, title=title, key=f"bin-{shown.id}-{report.subset}-{name}-{number}")


def _choices(project: Project, dataset: Dataset, shown: Training, report: Report, stored: Decision) -> None:
    """Threshold and "not sure": figures follow the form at once, the model only when asked to."""
    with st.container(border=True, key="decide-rule"):
        st.markdown(f"**{shell.escape(t('decide.line_title'))}**", help=term("threshold", t("decide.term_threshold")))
        wishes = decision_form.rule(shown, report, stored)
        line = st.container()
    with st.container(border=True, key="decide-unsure"):
        st.markdown(f"**{shell.escape(t('decide.unsure_title'))}**", help=term("not_sure", t("decide.term_unsure")))
        error, far = decision_form.unsure(shown, stored)
        below = st.container()
    wishes = wishes.model_copy(update={"error": error, "far": far})

    def behind_it(title: str, ids: set[str], *, key: str, **values: str) -> None:
        found = results.samples_of(shown.id, report.subset, ids)
        behind.show(project, dataset, found, title=t(f"decide.{title}", count=len(found), **values), key=key)

    decided = decisions.preview(shown.id, wishes)
    worth = decisions.worth(shown.id, report.subset, decided) if decided else None
    if decided is None or worth is None:
        return
    key = f"{shown.id}-{report.subset}"
    with line:
        wrong = _line(report, decided, worth, key)
        if wrong is not None:
            ids = decisions.mistaken(shown.id, report.subset, decided, wrong)
            behind_it(f"{wrong}_title", ids, key=f"line-{key}-{wrong}", label=decided.cut.positive)
        at = _acted_on(decisions.benefit(shown.id, report.subset, decided), key)
        if at is not None:
            ids = decisions.mistaken_from(shown.id, report.subset, decided, at)
            found = results.samples_of(shown.id, report.subset, ids)
            behind.errors(project, dataset, found, label=decided.cut.positive, key=f"worth-{key}-{at}")
    with below:
        rate = _unsure(decided, worth, key)
        if rate is not None:
            ids = decisions.unanswered(shown.id, report.subset, decided, rate)
            behind_it("unanswered_title", ids, key=f"trade-{key}-{rate}", error=share(rate))
    changed = wishes != decision_form.as_told(stored)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        pressed = shell.secondary(t("decide.use"), ":material/check:", key="use-decision", disabled=not changed)
        shell.quiet(t("decide.use_about" if changed else "decide.use_now"))
    if pressed:
        with shell.faults_shown():
            decisions.choose(shown.id, wishes)
            st.rerun()


def _line(report: Report, decided: Decision, worth: Worth, key: str) -> Mistake | None:
    """Figures of the threshold; which of its errors a person wants to see."""
    found = worth.screening
    st.text(words.threshold(decided))
    st.text(words.people(found))
    told = {name: one for name in _SHARES if (one := getattr(found, name)) is not None}
    rows = [
        dotted.Dot(t(f"decide.share_{name}", label=found.positive), one, charts.FIGURE) for name, one in told.items()
    ]
    reading = in_rows(f"{row.label} {charts.says(row.metric)}" for row in rows)
    opened = dotted.rows(rows, key=f"screening-{key}", alt=t("decide.screening_alt", rows=reading), opens=True)
    measured = t("decide.measured_validation" if report.subset == "validation" else "decide.measured_test")
    shell.quiet(joined((measured, t("decide.error_hint"))))
    tabled.on_demand(_screened(found), title=t("decide.line_title"), key="screening")
    return None if opened is None else _ERRORS[list(told)[opened]]


def _acted_on(benefit: NetBenefit | None, key: str) -> float | None:
    """The decision curve; the probability at which a person opened it."""
    if benefit is None:
        return None
    st.markdown(f"**{shell.escape(t('decide.worth_title'))}**", help=t("decide.term_worth"))
    st.text(words.worth(benefit))
    opened = decision_charts.worth(
        benefit.thresholds, benefit.model, benefit.everybody, key=f"worth-{key}",
        alt=t("decide.worth_alt", label=benefit.positive, said=words.worth(benefit)),
    )  # fmt: skip
    shell.quiet(t("evaluate_page.curve_hint"))
    tabled.on_demand(
        [
            {
                t("decide.axis_act"): tabled.rounded(at),
                t("decide.worth_model"): Exact(f"{number(model.value, '.3f')} ({_range(model)})", model),
                t("decide.worth_everybody"): tabled.rounded(everybody, digits=3),
                t("decide.worth_nobody"): 0,
            }
            for at, model, everybody in zip(benefit.thresholds, benefit.model, benefit.everybody, strict=True)
        ],
        title=t("decide.worth_title"),
        key="worth",
        most=tabled.MOST_POINTS,
    )
    return None if opened is None else benefit.thresholds[opened]


def _screened(found: Screening) -> list[Row]:
    shares = [(t(f"decide.share_{name}", label=found.positive), getattr(found, name)) for name in _SHARES]
    told: list[Row] = [
        {t("evaluate_page.column_measure"): label, t("evaluate_page.column_value"): one or "–"} for label, one in shares
    ]
    return told + [
        {
            t("evaluate_page.column_measure"): t(f"decide.people_{name}", label=found.positive),
            t("evaluate_page.column_value"): Exact(f"{number(one.value, '.0f')} ({_range(one, digits=0)})", one),
        }
        for name in _PEOPLE
        if isinstance(one := getattr(found, name), Metric)
    ]


def _unsure(decided: Decision, worth: Worth, key: str) -> float | None:
    """Share answered against errors; the error rate whose unanswered samples a person wants to see."""
    at = next((k for k, one in enumerate(worth.trade) if abs(one.error - decided.wishes.error) < 1e-9), None)
    st.text(words.trade(None if at is None or decided.sets is None else worth.trade[at], worth.plain))
    st.text(_turned_away(decided, worth))
    points = [(one, one.wrong) for one in worth.trade if one.wrong is not None]
    if not points:
        return None
    named = [(t("decide.at_error", error=share(one.error)), one.answered, wrong) for one, wrong in points]
    reading = in_rows(pair(name, listed((charts.says(one), charts.says(wrong)))) for name, one, wrong in named)
    place = next((k for k, (one, _) in enumerate(points) if at is not None and one is worth.trade[at]), None)
    opened = decision_charts.trade(named, place, key=f"trade-{key}", alt=t("decide.trade_alt", rows=reading))
    shell.quiet(t("decide.unanswered_hint"))
    tabled.on_demand([_traded(one) for one in worth.trade], title=t("decide.unsure_title"), key="trade")
    return None if opened is None else points[opened][0].error


def _traded(one: Coverage) -> Row:
    return {
        t("decide.column_error"): Exact(share(one.error), one.error),
        t("decide.axis_answered"): one.answered,
        t("decide.axis_wrong"): one.wrong or "–",
        t("decide.column_far"): one.far,
    }


def _turned_away(decided: Decision, worth: Worth) -> str:
    if decided.far is None:
        return t("decide.far_none")
    count, asked = worth.trade[0].far if worth.trade else 0, decided.wishes.far
    if not decided.far.proven:
        return t("decide.far_unproven")
    said = t("decide.far_says", count=count, rate=share(decided.far.rate))
    return joined((said, t("decide.far_raised", asked=share(asked)))) if decided.far.rate > asked else said


def _range(metric: Metric, digits: int = 3) -> str:
    if metric.low is None or metric.high is None:
        return t("evaluate_page.too_few", count=metric.groups)
    return t("evaluate_page.interval", low=number(metric.low, f".{digits}f"), high=number(metric.high, f".{digits}f"))
