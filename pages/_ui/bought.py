"""What transfer bought: how few labels it needs, what more may bring, and what it saved."""

from __future__ import annotations

import streamlit as st

from pages._ui import charts, learning_chart, shell, tabled
from pages._ui.learning_chart import Mark
from pages._ui.trainings import Training
from pages._ui.words import duration, escape, in_rows, joined, number, share, t, tenths
from tl_core.domain.learning_curve import CurvePoint, LearningCurve
from tl_core.domain.report import Report
from tl_core.domain.run import ENDED
from tl_core.use_cases import learning_curves, runs, savings
from tl_core.use_cases.tables import Row

TICK = 2.0  # seconds between looks while it is measured
_MADE = ("finetuned", "mix", "scratch")  # ways to answer that are single marks


def show(shown: Training, report: Report) -> None:
    """The section. ``report``: that of the validation samples."""
    shell.section(t("bought.title"), help=t("bought.term_learning_curve"))
    job = learning_curves.of_training(shown.plan)
    curve = learning_curves.found(job.id) if job else None
    saved = savings.saving(shown.id)
    said = [*(learning_curves.words(curve)[:1] if curve else []), *costs(saved)]
    if said:
        st.text(joined(said))
    if curve is not None and job is not None:
        _curve(shown, curve, report, saved)
    elif job is not None and job.state not in ENDED:
        with st.container(border=True, key="curve-at-work"):
            st.fragment(_wait, run_every=TICK)(job.id)
    else:
        _offer(shown, job)


def costs(saved: savings.Saving | None) -> list[str]:
    """Seconds and energy of starting from nothing beside those of this training. Pure."""
    if saved is None:
        return []
    ours, theirs = saved.ours, saved.scratch.cost
    if ours is None or not ours.seconds:
        return [t("bought.cost_elsewhere")]
    times = theirs.seconds / ours.seconds
    way = "longer" if times > 1.1 else "quicker" if times < 0.9 else "alike"
    values = {"scratch": _span(theirs.seconds), "ours": _span(ours.seconds)}
    said = [t(f"bought.cost_{way}", **values, times=_times(times))]
    if ours.energy is None or theirs.energy is None:
        return [*said, t("bought.energy_unknown")]
    how = "measured" if ours.energy.measured and theirs.energy.measured else "estimated"
    values = {"scratch": watt_hours(theirs.energy.joules), "ours": watt_hours(ours.energy.joules)}
    return [*said, t(f"bought.energy_{how}", **values)]


def watt_hours(joules: float) -> str:
    """Two digits that matter: "0.27 Wh", "14 Wh"."""
    hours = joules / 3600
    if hours >= 1000:
        return t("bought.kilowatt_hours", value=number(hours / 1000, ".1f"))
    return t("bought.watt_hours", value=number(hours, ".0f") if hours >= 10 else number(float(f"{hours:.2g}"), "g"))


def _times(times: float) -> str:
    return number(times, ".0f") if times >= 10 else tenths(times)


def _span(seconds: float) -> str:
    """As ``duration``, but minutes only where rounding to them does not belie how often one goes into the other."""
    return t("shell.seconds", value=number(seconds, ".0f")) if 10 <= seconds < 300 else duration(seconds)


# --- the curve --------------------------------------------------------------------------------------------------------


def _curve(shown: Training, curve: LearningCurve, report: Report, saved: savings.Saving | None) -> None:
    made = marks(curve, report, saved)
    ahead = curve.outlook.path
    reading = in_rows(
        t("bought.alt_point", count=one.labels, probe=charts.says(one.probe), classic=charts.says(one.classic))
        for one in curve.points
    )
    rest = in_rows(f"{one.label} {charts.says(one.metric)}" for one in made)
    words = learning_chart.CurveWords(
        t("evaluate_page.candidate_probe"), t("evaluate_page.candidate_classic"), t("bought.ahead"),
        t("bought.axis_labels"), t("bought.axis_hit_rate"),
    )  # fmt: skip
    alt = t("bought.alt", rows=reading, marks=rest or "–")
    learning_chart.draw(curve.points, ahead, made, key=f"curve-{shown.id}", alt=alt, words=words)
    st.text(joined(learning_curves.words(curve)[1:]))
    last = curve.points[-1].probe
    about = t("bought.about_few", count=last.groups) if last.low is None else t("bought.about")
    shell.quiet(about, help=t("bought.about_help", **savings.WATTS))
    tabled.on_demand([_row(one, curve.classes) for one in curve.points], title=t("bought.title"), key="curve")


def _row(one: CurvePoint, classes: list[str]) -> Row:
    found = {t("bought.column_found", label=label): recall for label, recall in zip(classes, one.recalls, strict=True)}
    return {
        t("bought.column_labels"): tabled.Exact(f"{one.labels} ({share(one.share)})", one.labels),
        t("evaluate_page.candidate_probe"): one.probe,
        t("evaluate_page.candidate_classic"): one.classic,
        **found,
    }


def marks(curve: LearningCurve, report: Report, saved: savings.Saving | None) -> list[Mark]:
    """Models that learned from all labels, each a mark of its own. Pure."""
    full = curve.points[-1].labels
    found = {one.name: one.metrics["balanced_accuracy"] for one in report.candidates if one.name in _MADE}
    if saved is not None:
        found.setdefault("scratch", saved.scratch.hit_rate)
    names = {one.name: one.share for one in report.candidates}
    return [
        Mark(
            t("evaluate_page.candidate_mix", share=share(names[name] or 0))
            if name == "mix"
            else t(f"evaluate_page.candidate_{name}"),
            full, metric, *charts.CANDIDATE_LOOKS[name],
        )
        for name, metric in found.items()
    ]  # fmt: skip


# --- on the way to it -------------------------------------------------------------------------------------------------


def _offer(shown: Training, job: runs.RunSummary | None) -> None:
    """Nothing measured yet: what it would tell, how long it takes, and the button. Or why the last one ended."""
    if job is not None and job.state == "failed":
        shell.show_fault(t("bought.failed", reason=job.reason or ""))
    with st.container(border=True, key="curve-offer", horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(gap=None, width="stretch"):
            st.text(t("bought.stopped" if job is not None and job.state == "stopped" else "bought.offer"))
            about = learning_curves.seconds_about(shown.id)
            shell.quiet(t("bought.takes", seconds=duration(about)))
        if shell.secondary(t("bought.start"), ":material/show_chart:", key="start-curve"):
            with shell.faults_shown():
                learning_curves.start(shown.plan)
                st.rerun()


def _wait(job_id: str) -> None:
    """One look at the job; when it has ended, the page is drawn again and nothing looks any more."""
    view, _, state = runs.view(job_id)
    if state in ENDED:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="curve-state"):
        shell.run_badge(state)
        st.text(t(f"bought.at_work_{_stage(state, view.phase)}"), width="stretch")
        shell.stop_button(job_id, t("bought.stop"), key="stop-curve", disabled=state == "stopping")
    if view.total and state in ("running", "recovering"):
        line = t("train_page.phase_items", done=view.done, total=view.total)
        if view.seconds_left is not None:
            line = f"{line} · {t('train_page.left', left=duration(view.seconds_left))}"
        st.progress(min(1.0, view.done / view.total), text=escape(line))
    if state == "no_worker":
        shell.show_warning(t("shell.worker_missing"))


def _stage(state: str, phase: str | None) -> str:
    if state in ("queued", "no_worker"):
        return "waiting"
    if state == "stopping":
        return "stopping"
    return "features" if phase == "features" else "curve" if phase == "curve" else "starting"
