"""The figures of a training of classes while it goes: the quick look, the best epoch, the curves."""

from __future__ import annotations

import streamlit as st

from pages._ui import live_curves, sentences, shell, tabled, watching
from pages._ui.trainings import Training
from pages._ui.words import duration, t, term
from tl_core.domain.event import Epoch
from tl_core.domain.plan import TrainPlan
from tl_core.domain.report import Metric
from tl_core.domain.run import ENDED, RunView, State, Status
from tl_core.use_cases import plans, results

HIT_RATE = "validation/balanced_accuracy"


def told(shown: Training, view: RunView, state: State) -> watching.Told:
    """What there is to say of this training now."""
    plan = plans.resolved(shown.plan)
    figures = view.probe is not None or view.epochs or state in ("running", "recovering")
    curves = plan.recipe != "probe" and (view.epochs or (state not in ENDED and view.started))
    report = results.report(shown.id, "validation") if state in ENDED else None
    return watching.Told(
        phase=lambda name: t(f"train_page.phase_{name}"),
        bar=watching.bar_line,
        verdict=sentences.verdict,
        figures=(lambda view, state: _figures(view, plan, state)) if figures else None,
        curves=(lambda view, status: _curves(view, plan, status, key=f"curves-{shown.id}")) if curves else None,
        unsaid=frozenset({"training.probe_kept"}),
        warning=sentences.recommended(report) if report else "",
    )


def _figures(view: RunView, plan: TrainPlan, state: State) -> None:
    """The quick look and the best epoch side by side, each with its doubt."""
    quick = view.probe.metrics.get(HIT_RATE) if view.probe else None
    with st.container(border=True, key="figures"):
        shell.quiet(t("train_page.measured"), help=term("validation", t("train_page.measured_help")))
        columns = st.columns(3 if plan.recipe != "probe" else 2, vertical_alignment="top")
        if plan.recipe != "scratch":
            with columns[0], st.container(gap=None):
                _quick(view, quick)
        if plan.recipe != "probe":
            with columns[0 if plan.recipe == "scratch" else 1], st.container(gap=None):
                _best(view, quick, state)
        if view.chosen is not None:
            with columns[-1]:
                st.metric(t("train_page.kept_title"), t(f"train_page.kept_{view.chosen.candidate}"))


def _quick(view: RunView, quick: Metric | None) -> None:
    name = t("train_page.quick_title")
    if quick is None or view.probe is None:
        st.metric(name, "–", help=term("probe", t("train_page.quick_help")))
        shell.quiet(t("train_page.quick_waiting" if view.probe is None else "train_page.quick_unjudged"))
        return
    st.metric(name, sentences.figure(quick.value), help=term("probe", t("train_page.quick_help")))
    ready = t("train_page.quick_ready", seconds=duration(view.probe.seconds))
    shell.quiet(f"{sentences.interval(quick)} · {ready}")


def _best(view: RunView, quick: Metric | None, state: State) -> None:
    name = t("train_page.best_title_ended" if state in ENDED else "train_page.best_title")
    best = _best_epoch(view)
    if best is None or HIT_RATE not in best.metrics:
        st.metric(name, "–", help=term("epoch"))
        shell.quiet(t("train_page.best_none" if state in ENDED else "train_page.best_waiting"))
        return
    value = best.metrics[HIT_RATE]
    st.metric(name, sentences.figure(value), help=term("epoch"))
    said = [t("train_page.best_epoch", epoch=best.number, of=best.of)]
    if quick is not None:
        gain = round(value, 2) - round(quick.value, 2)
        key = "best_same" if abs(gain) < 0.005 else "best_more" if gain > 0 else "best_less"
        said.append(t(f"train_page.{key}", gain=sentences.figure(abs(gain))))
    shell.quiet(" · ".join(said))


def _best_epoch(view: RunView) -> Epoch | None:
    return next((epoch for epoch in view.epochs if epoch.number == view.best_epoch), None)


def _curves(view: RunView, plan: TrainPlan, status: Status | None, *, key: str) -> None:
    live_curves.draw(view, live_curves.of_classes(view), planned=plan.epochs or 1, key=key)
    if status is None:
        said = sentences.progress(view, plan.patience)
    elif view.best_epoch is None:
        said = ""
    else:
        kept = status.model and view.chosen is not None and view.chosen.candidate != "probe"
        said = t("train_page.reads_kept" if kept else "train_page.reads_ended", epoch=view.best_epoch)
    if said:
        shell.quiet(said)
    if view.epochs:
        tabled.on_demand(
            [
                {
                    t("train_page.column_epoch"): epoch.number,
                    t("train_page.column_loss_train"): tabled.rounded_known(epoch.metrics.get("train/loss")),
                    t("train_page.column_loss_validation"): tabled.rounded_known(epoch.metrics.get("validation/loss")),
                    t("train_page.column_hits_train"): tabled.rounded_known(
                        epoch.metrics.get("train/balanced_accuracy")
                    ),
                    t("train_page.column_hits_validation"): tabled.rounded_known(epoch.metrics.get(HIT_RATE)),
                }
                for epoch in view.epochs
            ],
            title=t("train_page.curves_table"),
            key="epochs",
        )
