"""Does the pre-training fit? The starting models that are here, compared on these data before any training."""

from __future__ import annotations

import streamlit as st

from pages._ui import charts, dotted, shell, tabled
from pages._ui.theme import ICE, MUTED
from pages._ui.words import escape, in_rows, pair, t
from tl_core.domain.card import BackboneCard
from tl_core.domain.dataset import Dataset
from tl_core.domain.fit import Fits
from tl_core.domain.plan import TrainPlan
from tl_core.domain.project import Project
from tl_core.domain.run import ENDED
from tl_core.use_cases import fits, models, runs

TICK = 1.0  # seconds between looks while they are compared


def doubts(project: Project, dataset: Dataset, card: BackboneCard, plan: TrainPlan) -> None:
    """Why the one in use may not suit these data; nothing where nothing speaks against it."""
    known = fits.fits(plan)
    fit = next((one for one in known.fits if one.backbone == card.name), None) if known else None
    found = fits.doubts(project, dataset, card, fit)
    if found:
        with st.container(key="doubts", gap="xsmall"):
            for concern in found:
                shell.show_warning(t(concern.key, **concern.values))


def show(plan: TrainPlan) -> None:
    """The comparison, or the button that begins it."""
    st.markdown(f"**{t('fit.title')}**")
    job = fits.newest(plan)
    if job is not None and job.state not in ENDED:
        st.fragment(_watch, run_every=TICK)(job.id)
        return
    known = fits.fits(plan)
    if known is not None:
        _compared(plan, known)
    else:
        shell.quiet(t("fit.about"))
        if job is not None and job.state == "failed":
            shell.show_fault(job.reason or t("fit.failed"))
    lacking = known is None or len(known.fits) < len(fits.wanted(plan).backbones)
    if lacking and shell.secondary(t("fit.start"), ":material/compare_arrows:", key="compare-models"):
        with shell.faults_shown():
            fits.start(plan)
            st.rerun()


def _compared(plan: TrainPlan, known: Fits) -> None:
    titles = {one.backbone: str(models.card(one.backbone).title) for one in known.fits}
    best = known.fits[0]
    key = "fit.says_one" if len(known.fits) == 1 else "fit.says"
    st.text(t(key, title=titles[best.backbone], rate=charts.says(best.probe), count=known.samples))
    rows = [
        dotted.Dot(titles[one.backbone], one.probe, ICE if one.backbone == plan.backbone else MUTED)
        for one in known.fits
    ]
    said = in_rows(pair(row.label, charts.says(row.metric)) for row in rows)
    dotted.rows(rows, key="fits", alt=said)
    headings = [t(f"fit.heading_{name}") for name in ("model", "rate", "logme", "strange", "usual")]
    table = [
        dict(
            zip(
                headings,
                (
                    titles[one.backbone],
                    one.probe,
                    tabled.rounded(one.logme),
                    tabled.rounded(one.strangeness.value) if one.strangeness else "–",
                    tabled.rounded(one.strangeness.usual) if one.strangeness else "–",
                ),
                strict=True,
            )
        )
        for one in known.fits
    ]
    tabled.on_demand(table, title=t("fit.title"), key="fits")
    shell.quiet(t("fit.limits"))


def _watch(job_id: str) -> None:
    view, _, state = runs.view(job_id)
    if state in ENDED:
        st.rerun(scope="app")
    if state == "no_worker":
        shell.show_warning(t("shell.worker_missing"))
    with st.container(horizontal=True, vertical_alignment="center"):
        part = t("fit.encoding" if view.phase == "features" else "fit.comparing")
        st.progress(min(1.0, view.done / view.total) if view.total else 0.0, text=escape(part))
        shell.stop_button(job_id, t("fit.stop"), key="fit-stop", disabled=state == "stopping")
