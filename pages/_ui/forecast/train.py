"""A forecasting as it goes: the starting model as it is first, then the error on validation while it is tuned."""

from __future__ import annotations

import streamlit as st

from pages._ui import live_curves, sentences, shell, tabled, training_page, watching
from pages._ui.forecast import forecastings, wording
from pages._ui.forecast.forecastings import Forecasting
from pages._ui.words import duration, t
from tl_core.domain.project import Project
from tl_core.domain.run import ENDED, RunView, State, Status

MASE, NAIVE, LOSS = "validation/mase", "seasonal_naive/mase", "train/loss"


def show(project: Project) -> None:
    training_page.show(forecastings.of_project(project), told, _done)


def _done(shown: Forecasting) -> str:
    """Where nothing learned, nothing has learned."""
    return t("forecast_page.question_done" if shown.plan.recipe == "untuned" else "train_page.question_done")


def told(shown: Forecasting, view: RunView, state: State) -> watching.Told:
    """What there is to say of this forecasting now."""
    tunes = shown.plan.recipe != "untuned"
    curves = tunes and (view.epochs or (state not in ENDED and view.started))
    figures = view.probe is not None or state in ("running", "recovering")
    return watching.Told(
        phase=lambda name: t(f"forecast_page.phase_{name}"),
        bar=lambda view: watching.bar_line(view, "forecast_page.phase_look", "forecast_page.rate"),
        verdict=lambda view: verdict(shown, view),
        figures=(lambda view, state: _figures(view, state, tunes)) if figures else None,
        curves=(lambda view, status: _curves(view, status, key=f"curves-{shown.id}")) if curves else None,
    )


def verdict(shown: Forecasting, view: RunView) -> str:
    """Which way is recommended, and by how much it is ahead of repeating the past."""
    if view.recommended is None:
        return ""
    name = wording.way(view.recommended.way, forecastings.report_of(shown))
    score = sentences.figure(view.recommended.mase)
    return t("forecast_page.verdict", name=name, score=score)


def _figures(view: RunView, state: State, tunes: bool) -> None:
    """What must be beaten, the starting model as it is, and the best state of tuning, side by side."""
    quick = view.probe.metrics if view.probe else {}
    with st.container(border=True, key="figures"):
        shell.quiet(t("forecast_page.measured_by"), help=t("forecast_page.term_mase"))
        columns = st.columns(3 if tunes else 2, vertical_alignment="top")
        with columns[0], st.container(gap=None):
            _figure("naive", quick[NAIVE].value if NAIVE in quick else None, t("forecast_page.naive_about"))
        with columns[1], st.container(gap=None):
            about = t("train_page.quick_waiting")
            if view.probe is not None:
                about = t("train_page.quick_ready", seconds=duration(view.probe.seconds))
            _figure("untuned", quick[MASE].value if MASE in quick else None, about)
        if tunes:
            with columns[2], st.container(gap=None):
                _best(view, quick[MASE].value if MASE in quick else None, state)


def _best(view: RunView, start: float | None, state: State) -> None:
    best = next((look for look in view.epochs if look.number == view.best_epoch), None)
    if best is None or MASE not in best.metrics:
        none = "forecast_page.tuned_none" if view.epochs or state in ENDED else "forecast_page.tuned_waiting"
        _figure("tuned", None, t(none))
        return
    said = t("forecast_page.look_of", number=best.number, of=best.of)
    if start is not None:
        gain = start - best.metrics[MASE]
        key = "tuned_less" if gain >= 0 else "tuned_more"
        said += " · " + t(f"forecast_page.{key}", gain=sentences.figure(abs(gain)))
    _figure("tuned", best.metrics[MASE], said)


def _figure(name: str, value: float | None, about: str) -> None:
    st.metric(t(f"forecast_page.figure_{name}"), "–" if value is None else sentences.figure(value))
    shell.quiet(about)


def _curves(view: RunView, status: Status | None, *, key: str) -> None:
    start = view.probe.metrics.get(MASE) if view.probe else None
    panels = (
        live_curves.Panel("mase", theirs=MASE, level=start.value if start else None, digits=".2f"),
        live_curves.Panel("quantile", ours=LOSS),
    )
    live_curves.draw(view, panels, planned=view.epochs[-1].of if view.epochs else 1, unit="look", key=key)
    if view.best_epoch is not None:
        kept = "forecast_page.reads_best" if status is None else "forecast_page.reads_ended"
        shell.quiet(t(kept, number=view.best_epoch))
    elif view.epochs:
        shell.quiet(t("forecast_page.reads_none"))
    if view.epochs:
        tabled.on_demand(
            [
                {
                    t("forecast_page.column_look"): look.number,
                    t("forecast_page.column_mase"): tabled.rounded_known(look.metrics.get(MASE), 3),
                    t("forecast_page.column_loss"): tabled.rounded_known(look.metrics.get(LOSS), 3),
                }
                for look in view.epochs
            ],
            title=t("forecast_page.curves_table"),
            key="looks",
        )
