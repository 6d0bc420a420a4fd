"""What more questions would bring: the way to find chosen by parts of those there are."""

from __future__ import annotations

import streamlit as st

from pages._ui import charts, learning_chart, shell, tabled, watching
from pages._ui.answer import wording
from pages._ui.answer.assistants import Assistant
from pages._ui.words import in_rows, listed, pair, t
from tl_core.domain.learning_curve import CurvePoint, LearningCurve, Outlook
from tl_core.domain.run import ENDED
from tl_core.use_cases import learning_curves
from tl_core.use_cases.tables import Row


def show(shown: Assistant) -> None:
    """The curve where it was measured; else how far that is, or the button."""
    shell.section(t("answer_page.curve_title"), help=t("answer_page.curve_help"))
    job = learning_curves.of_training(shown.plan)
    curve = learning_curves.found(job.id) if job else None
    if curve is not None:
        _curve(shown, curve)
        return
    if job is not None and job.state not in ENDED:
        watching.answering(job.id, lambda view: t("answer_page.curve_running"), key="curve")
        return
    if job is not None and job.state == "failed":
        shell.show_fault(t("bought.failed", reason=job.reason or ""))
    st.text(t("answer_page.curve_offer"))
    if shell.secondary(t("bought.start"), ":material/show_chart:", key="start-curve"):
        with shell.faults_shown():
            learning_curves.start(shown.plan)
            st.rerun()


def outlook(found: Outlook) -> str:
    """What more questions may bring, in a sentence. Pure."""
    if found.gain is None:
        return t("answer_page.more_too_few")
    span = {"low": found.gain.low or 0.0, "high": found.gain.high or 0.0, "points": found.gain.value}
    values = {name: learning_curves.points(value) for name, value in span.items()}
    return t(f"answer_page.more_{found.verdict}", count=found.labels, **values)


def _curve(shown: Assistant, curve: LearningCurve) -> None:
    st.text(outlook(curve.outlook))
    words = learning_chart.CurveWords(
        wording.finder("both"), wording.finder("words"), t("answer_page.curve_ahead"), t("answer_page.axis_questions"),
        t("answer_page.column_recall"),
    )  # fmt: skip
    rows = [_row(one) for one in curve.points]
    said = in_rows(
        pair(
            one.labels,
            listed((f"{words.probe} {charts.says(one.probe)}", f"{words.classic} {charts.says(one.classic)}")),
        )
        for one in curve.points
    )
    alt = t("answer_page.curve_alt", rows=said)
    learning_chart.draw(curve.points, curve.outlook.path, [], key=f"curve-{shown.id}", alt=alt, words=words)
    tabled.on_demand(rows, title=t("answer_page.curve_title"), key="curve")


def _row(one: CurvePoint) -> Row:
    return {
        t("answer_page.axis_questions"): tabled.Exact(str(one.labels), one.labels),
        wording.finder("both"): one.probe,
        wording.finder("words"): one.classic,
    }
