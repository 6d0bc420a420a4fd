"""An assistant as it is made: what words, meaning and both find at once, then how tuning goes."""

from __future__ import annotations

import streamlit as st

from pages._ui import live_curves, sentences, shell, tabled, training_page, watching
from pages._ui.answer import assistants
from pages._ui.answer import sentences as said
from pages._ui.answer.assistants import Assistant
from pages._ui.words import duration, t
from tl_core.domain.project import Project
from tl_core.domain.run import ENDED, RunView, State, Status

FOUND, LOSS, THEIRS = "validation/recall@5", "train/loss", "validation/loss"
_QUICK = ("words", "meaning", "both")


def show(project: Project) -> None:
    training_page.show(assistants.of_project(project), told, _done)


def _done(shown: Assistant) -> str:
    return t("answer_page.question_done" if shown.plan.recipe == "untuned" else "train_page.question_done")


def told(shown: Assistant, view: RunView, state: State) -> watching.Told:
    """What there is to say of this assistant now."""
    tunes = shown.plan.recipe != "untuned"
    curves = tunes and (view.epochs or (state not in ENDED and view.probe is not None))
    figures = view.probe is not None or (state in ("running", "recovering") and view.phase in ("look", "train"))
    return watching.Told(
        phase=lambda name: t(f"answer_page.phase_{name}"),
        bar=lambda view: watching.bar_line(view, rate="answer_page.rate"),
        verdict=lambda view: verdict(shown),
        figures=(lambda view, state: _figures(view, state, tunes)) if figures else None,
        curves=(lambda view, status: _curves(view, status, key=f"curves-{shown.id}")) if curves else None,
        unsaid=frozenset({"finding.few_questions"}),
    )


def verdict(shown: Assistant) -> str:
    """Which way to find is used, and how much more it finds than words alone."""
    report = assistants.report_of(shown)
    return said.verdict(report) if report else ""


def _figures(view: RunView, state: State, tunes: bool) -> None:
    """What words, meaning and both find, and the best state of tuning, side by side."""
    quick = view.probe.metrics if view.probe else {}
    with st.container(border=True, key="figures"):
        shell.quiet(t("answer_page.measured_by"), help=t("answer_page.term_recall"))
        columns = st.columns(4 if tunes else 3, vertical_alignment="top")
        for column, name in zip(columns, _QUICK, strict=False):
            metric = quick.get(f"{name}/recall@5")
            about = t(f"answer_page.figure_{name}_about")
            if name == "both" and view.probe is not None:
                about = t("train_page.quick_ready", seconds=duration(view.probe.seconds))
            with column, st.container(gap=None):
                _figure(t(f"answer_page.finder_{name}"), metric.value if metric else None, about)
        if tunes:
            with columns[3], st.container(gap=None):
                _best(view, state)


def _best(view: RunView, state: State) -> None:
    best = next((epoch for epoch in view.epochs if epoch.number == view.best_epoch), None)
    title = t("answer_page.figure_tuned")
    if best is None or FOUND not in best.metrics:
        none = "answer_page.tuned_none" if view.epochs or state in ENDED else "train_page.best_waiting"
        _figure(title, None, t(none))
        return
    _figure(title, best.metrics[FOUND], t("answer_page.tuned_best", epoch=best.number, of=best.of))


def _figure(title: str, value: float | None, about: str) -> None:
    st.metric(title, "–" if value is None else sentences.figure(value))
    shell.quiet(about)


def _curves(view: RunView, status: Status | None, *, key: str) -> None:
    start = view.probe.metrics.get("meaning/recall@5") if view.probe else None
    panels = (
        live_curves.Panel("loss", LOSS, THEIRS),
        live_curves.Panel("recall", theirs=FOUND, level=start.value if start else None, digits=".2f", span=(0, 1.04)),
    )
    live_curves.draw(view, panels, planned=view.epochs[-1].of if view.epochs else 1, key=key)
    if view.best_epoch is not None:
        key_ = "answer_page.reads_best" if status is None else "train_page.reads_ended"
        shell.quiet(t(key_, epoch=view.best_epoch))
    elif view.epochs:
        shell.quiet(t("train_page.reads_none"))
    if view.epochs:
        tabled.on_demand(
            [
                {
                    t("train_page.column_epoch"): epoch.number,
                    t("train_page.column_loss_train"): tabled.rounded_known(epoch.metrics.get(LOSS), 3),
                    t("train_page.column_loss_validation"): tabled.rounded_known(epoch.metrics.get(THEIRS), 3),
                    t("answer_page.column_recall"): tabled.rounded_known(epoch.metrics.get(FOUND), 3),
                }
                for epoch in view.epochs
            ],
            title=t("train_page.curves_table"),
            key="epochs",
        )
