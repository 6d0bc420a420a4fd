"""What comes next: drawn, as a table, from newer data, and to take along."""

from __future__ import annotations

import streamlit as st

from pages._ui import shell, take_along, use_page
from pages._ui.forecast import ahead, forecastings, newer
from pages._ui.forecast.data import pick
from pages._ui.forecast.forecastings import Forecasting
from pages._ui.words import t
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.use_cases import forecasts

WAYS = ("ahead", "newer", "along")
_DATA = "series.csv"


def show(project: Project) -> None:
    shell.current_dataset(project)
    says = use_page.Says(
        t("forecast_page.question_use"),
        t("forecast_page.context_use"),
        t("forecast_page.use_empty_title"),
        t("forecast_page.use_empty_text"),
        {name: t(f"forecast_page.use_{name}") for name in WAYS},
    )
    shown, way = use_page.show(forecastings.of_project(project), says)
    dataset = forecasts.data_of(shown.id)
    match way:
        case "newer":
            newer.show(project, dataset, shown)
        case "along":
            _along(shown)
        case _:
            _ahead(project, dataset, shown)


def _ahead(project: Project, dataset: Dataset, shown: Forecasting) -> None:
    found = forecasts.ahead(shown.id)
    if found is None:
        st.text(t("forecast_page.ahead_none"))
        return
    if not found.series:
        shell.show_warning(t(found.reason, **found.values) if found.reason else t("forecast_page.ahead_none"))
        shell.quiet(t("forecast_page.ahead_bring"))
        return
    name = pick([one.name for one in found.series], key=f"ahead-series-{shown.id}")
    past = forecasts.history(project.id, name, dataset.id)
    ahead.continued(found, name, dataset, job=shown.id, shown=shown, past=past)


def _along(shown: Forecasting) -> None:
    with shell.faults_shown():
        parity = forecasts.parity(shown.id)
        checked = None
        if parity is not None:
            said = t("forecast_page.bundle_checked", count=parity.series)
            holds = t("forecast_page.bundle_text")
            checked = take_along.Checked(parity.passed, parity.largest_difference, said, holds)
        take_along.offer(shown.id, checked, _DATA)
