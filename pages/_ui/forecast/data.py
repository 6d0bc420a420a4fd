"""Numbers over time as they came in: how often, from when to when, what was mended, and each series to look into."""

from __future__ import annotations

import streamlit as st

from pages._ui import bring, findings, left_out, tabled, views
from pages._ui.forecast import lines, wording
from pages._ui.shell import faults_shown, page_head, quiet, show_warning
from pages._ui.words import count, joined, share, t
from tl_core.domain.dataset import Dataset
from tl_core.domain.forecast import Frequency
from tl_core.domain.project import Project
from tl_core.use_cases import forecasts
from tl_core.use_cases.forecasts import History
from tl_core.use_cases.tables import Row

_REMARKS = 4  # different ones said above the plot; all stand in the list


def show(project: Project, dataset: Dataset) -> None:
    """What came in, from several sides, and the way on."""
    frequency = pace_of(dataset)
    series = wording.series(len(dataset.samples))
    page_head(t("data_page.question"), t("forecast_page.context_ready", series=series, pace=wording.pace(frequency)))
    left_out.line(dataset)
    remarks = list(dict.fromkeys(one.why for one in dataset.refusals if one.kept))
    for remark in remarks[:_REMARKS]:
        quiet(remark)
    if remarks[_REMARKS:]:
        quiet(t("forecast_page.remarks_more", count=len(remarks) - _REMARKS))
    with faults_shown():
        limits = forecasts.limits(project.id)
        if not limits.longest:
            show_warning(t("forecast_page.too_short", count=limits.shortest, least=limits.least + 2))
    findings.strip(project)
    bring.onward()
    st.space("small")
    titles = {
        "series": t(f"data_page.tab_samples_{project.modality}"),
        "left-out": t("forecast_page.tab_remarks", count=count(len(dataset.refusals))),
    }
    if views.choose("view", titles, label=t("data_page.view_label")) == "left-out":
        left_out.show(dataset)
    else:
        st.fragment(_series)(project, frequency)


def pace_of(dataset: Dataset) -> Frequency:
    """How often its values come."""
    assert dataset.frequency is not None
    return dataset.frequency


def pick(names: list[str], *, key: str) -> str:
    """One of several series."""
    if len(names) == 1:
        return names[0]
    return st.selectbox(t("forecast_page.series"), names, key=key, width=320)


def _series(project: Project, frequency: Frequency) -> None:
    """One series, drawn and in words."""
    name = pick(forecasts.series_names(project.id), key="series-shown")
    history = forecasts.history(project.id, name)
    st.text(_in_words(history, frequency))
    lines.series(history, _rows(history), key="history", alt=t("forecast_page.history_alt", name=name))


def _in_words(history: History, frequency: Frequency) -> str:
    """From when to when, how many, how far they range, and what is missing."""
    values = [value for value in history.values[: history.end] if value is not None]
    said = t(
        "forecast_page.history",
        count=len(values),
        number=count(len(values)),
        first=wording.moment(history.times[0], frequency),
        last=wording.moment(history.times[history.end - 1], frequency),
        least=wording.amount(min(values)),
        most=wording.amount(max(values)),
    )
    missing = history.end - len(values)
    if missing:
        said = joined(
            (said, t("forecast_page.gaps", count=missing, number=count(missing), share=share(missing / history.end)))
        )
    if len(history.times) > history.end:
        until = wording.moment(history.times[-1], frequency)
        said = joined((said, t("forecast_page.known_until", names=wording.listed(list(history.known)), until=until)))
    return said


def _rows(history: History) -> list[Row]:
    """The same as a table, a row a moment."""
    return [
        {
            t("forecast_page.column_time"): time,
            history.name: "–" if value is None else tabled.Exact(wording.amount(value), value),
            **{name: tabled.Exact(wording.amount(row[place]), row[place]) for name, row in history.known.items()},
        }
        for place, (time, value) in enumerate(zip(history.times, history.values, strict=True))
    ]
