"""What comes after the end of a series: a sentence, the fan, the table, and all series as a file."""

from __future__ import annotations

import streamlit as st

from pages._ui import shell, tabled
from pages._ui.forecast import forecastings, lines, wording
from pages._ui.forecast.data import pace_of
from pages._ui.forecast.forecastings import Forecasting
from pages._ui.words import t
from tl_core.domain.dataset import Dataset
from tl_core.domain.forecast import Ahead, Continued
from tl_core.use_cases import forecasts
from tl_core.use_cases.forecasts import History
from tl_core.use_cases.tables import Row

_BEFORE = 4  # times the horizon, at least, of the past that is drawn


def continued(
    found: Ahead, name: str, dataset: Dataset, *, job: str, shown: Forecasting, past: History | None = None
) -> None:
    """What comes after the end of one series: a sentence, the fan, the table, and all series as a file."""
    one = next(each for each in found.series if each.name == name)
    label = wording.way(found.way, forecastings.report_of(shown))
    said = _sentence(one, found, dataset)
    st.text(said)
    shell.quiet(t("forecast_page.ahead_by", name=label))
    band = lines.Band(one.times, one.quantiles, found.levels, found.way, label)
    ended = _end_of(past, shown.plan.horizon) if past else None
    title = t("forecast_page.ahead_title")
    lines.fan(ended, band, _rows(one, found, dataset), key=f"ahead-{job}", alt=said, title=title, opened=True)
    st.download_button(
        t("forecast_page.ahead_csv"),
        data=lambda: forecasts.ahead_csv(job),
        file_name=t("forecast_page.ahead_csv_name"),
        mime="text/csv",
        icon=":material/download:",
        key=f"ahead-csv-{job}",
        on_click="ignore",
    )


def _sentence(one: Continued, found: Ahead, dataset: Dataset) -> str:
    """The first step and the last, each with its doubt."""
    pace, middle = pace_of(dataset), lines.middle_of(found.levels)
    largest = max(abs(value) for row in one.quantiles for value in row)
    values = {}
    for place, name in ((0, "first"), (-1, "last")):
        row = one.quantiles[place]
        values[f"{name}_time"] = wording.moment(one.times[place], pace)
        values[name] = wording.amount(row[middle], largest)
        values[f"{name}_low"] = wording.amount(row[0], largest)
        values[f"{name}_high"] = wording.amount(row[-1], largest)
    return t("forecast_page.ahead_says" if len(one.times) > 1 else "forecast_page.ahead_says_one", **values)


def _end_of(history: History, horizon: int) -> History:
    start = max(0, history.end - max(_BEFORE * horizon, 60))
    cut = slice(start, history.end)
    values = {"times": history.times[cut], "values": history.values[cut], "end": history.end - start, "known": {}}
    return history.model_copy(update=values)


def _rows(one: Continued, found: Ahead, dataset: Dataset) -> list[Row]:
    pace, middle = pace_of(dataset), lines.middle_of(found.levels)
    largest = max(abs(value) for row in one.quantiles for value in row)
    columns = {"forecast": middle, "low": 0, "high": -1}
    return [
        {
            t("forecast_page.column_time"): wording.moment(time, pace),
            **{
                t(f"forecast_page.column_{name}"): tabled.Exact(wording.amount(row[place], largest), row[place])
                for name, place in columns.items()
            },
        }
        for time, row in zip(one.times, one.quantiles, strict=True)
    ]
