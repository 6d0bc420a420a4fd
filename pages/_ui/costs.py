"""What a plan takes on this machine, for every place of the boundary; measured behind the page when it is not known."""

from __future__ import annotations

import streamlit as st

from pages._ui import shell
from pages._ui.network.network import Costs
from pages._ui.words import duration, size, t
from tl_core.domain.calibration import Estimate
from tl_core.domain.plan import TrainPlan
from tl_core.use_cases import estimates, runs

TICK = 1.0  # seconds between looks while it is measured


def costs(plan: TrainPlan) -> list[Costs] | None:
    """One for every place of the boundary; None while they are not known."""
    told = estimates.estimates(plan)
    if told is not None:
        return [Costs(_takes(one), _warning(told, place)) for place, one in enumerate(told)]
    job = estimates.calibrate(plan)
    if job is not None:
        st.fragment(_watch, run_every=TICK)(job)
    return None


def _watch(job: str) -> None:
    if not runs.pending(job):
        st.rerun(scope="app")
    shell.quiet(t("model_page.measuring"))


def _takes(one: Estimate) -> str:
    return t("model_page.takes", seconds=duration(one.seconds), memory=size(round(one.memory)))


def _warning(told: list[Estimate], place: int) -> str:
    """Empty for what fits, else the nearest place that does."""
    if told[place].fits:
        return ""
    fitting = [other for other, one in enumerate(told) if one.fits]
    memory = size(round(told[place].memory))
    if not fitting:
        return t("model_page.too_large", memory=memory)
    return t("model_page.too_large_here", memory=memory, count=min(fitting, key=lambda other: abs(other - place)))
