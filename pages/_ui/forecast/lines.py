"""Figures over time: a series as it came, and the fans of forecasts upon it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape as plain
from typing import NamedTuple

from pages._ui import charts, shell, tabled
from pages._ui.drawing import Drawing
from pages._ui.forecast import wording
from pages._ui.theme import EMBER, ICE, MUTED
from pages._ui.words import t
from tl_core.domain.forecast import Competitor
from tl_core.use_cases.forecasts import History, Residual
from tl_core.use_cases.tables import Row
from tl_core.words import ENGLISH, language

MOST = 2000  # points of a line
COLOURS: dict[str, str] = {"tuned": EMBER, "untuned": ICE, "mean": EMBER}  # what learned, what stayed; classics neither
SYMBOLS: dict[str, str] = {"tuned": "circle", "untuned": "circle", "mean": "circle-open", "scratch": "diamond"}
_WIDE, _NARROW = 0.14, 0.26  # opacity of the bands
_HEIGHT = 360
_READ = 40  # rows of a table on the page; its file holds all
_DAY = 86_400_000  # milliseconds
_TIMES = [  # where months have no English names
    {"dtickrange": [None, _DAY - 1], "value": "%H:%M\n%Y-%m-%d"},
    {"dtickrange": [_DAY, "M1"], "value": "%Y-%m-%d"},
    {"dtickrange": ["M1", "M12"], "value": "%Y-%m"},
    {"dtickrange": ["M12", None], "value": "%Y"},
]


class Band(NamedTuple):
    """A forecast to draw: quantiles (step, level) at ``levels``, rising, at ``times``."""

    times: Sequence[str]
    quantiles: Sequence[Sequence[float]]
    levels: Sequence[float]
    way: Competitor
    label: str
    truth: Sequence[float | None] = ()


def colour(way: Competitor) -> str:
    return COLOURS.get(way, MUTED)


def symbol(way: Competitor) -> str:
    return SYMBOLS.get(way, "square-open")


def series(history: History, rows: Sequence[Row], *, key: str, alt: str) -> None:
    """A whole series, to be looked into; what is known beforehand below it, each on a scale of its own."""
    known = list(history.known.items())[:3]
    figure = charts.blank([3, *[1] * len(known)])
    _line(figure, history.times, history.values, history.name)
    for row, (name, values) in enumerate(known, start=2):
        _line(figure, history.times, values, name, row=row)
    _over_time(figure, _HEIGHT + 90 * len(known))
    for row, (name, _) in enumerate(known, start=2):
        title = {"text": plain(charts.shortened(name, 14)), "font": {"size": 12}}
        figure.update_yaxes(title=title, row=row, nticks=3)
    charts.show(figure, key, alt, zooms=True)
    shell.quiet(t("forecast_page.zoom_hint"))
    tabled.on_demand(rows, title=history.name, key=key, most=_READ)


def fan(
    past: History | None, band: Band, rows: Sequence[Row], *, key: str, alt: str, title: str, opened: bool = False
) -> None:
    """A forecast with its two bands where the past ends, and what came after it, where that is known.

    ``opened``: the table too.
    """
    figure = charts.blank()
    shade = colour(band.way)
    if past is not None:
        _line(figure, past.times, past.values, t("forecast_page.measured"))
        band = _opened(past, band)
    low, *_, high = range(len(band.levels))
    inner = [place for place, level in enumerate(band.levels) if abs(level - 0.1) < 1e-9 or abs(level - 0.9) < 1e-9]
    middle = middle_of(band.levels)
    places = [(low, high, _WIDE, t("forecast_page.band_95"))]
    if len(inner) == 2:
        places.append((inner[0], inner[1], _NARROW, t("forecast_page.band_80")))
    for below, above, opacity, name in places:
        figure.add_scatter(
            x=[*band.times, *reversed(band.times)],
            y=[*(row[above] for row in band.quantiles), *reversed([row[below] for row in band.quantiles])],
            mode="lines", line={"width": 0}, fill="toself", fillcolor=_faded(shade, opacity), hoverinfo="skip",
            name=name,
        )  # fmt: skip
    forecast = [row[middle] for row in band.quantiles]
    few = len(forecast) <= 60
    spans = [f"{wording.amount(row[low])} – {wording.amount(row[high])}" for row in band.quantiles]
    figure.add_scatter(
        x=list(band.times), y=forecast, mode="lines+markers" if few else "lines", name=band.label,
        line={"color": shade, "width": 2.5, "dash": "dot"}, marker={"size": 5}, customdata=spans,
        hovertemplate=f"%{{x}}: %{{y:.4~g}} (%{{customdata}})<extra>{plain(band.label)}</extra>",
    )  # fmt: skip
    if any(value is not None for value in band.truth):
        figure.add_scatter(
            x=list(band.times), y=list(band.truth), mode="markers+lines", name=t("forecast_page.came"),
            line={"color": charts.FIGURE, "width": 1.5}, marker={"size": 7, "symbol": "diamond"}, connectgaps=False,
            hovertemplate=f"%{{x}}: %{{y:.4~g}}<extra>{plain(t('forecast_page.came'))}</extra>",
        )  # fmt: skip
    _over_time(figure, _HEIGHT)
    figure.update_layout(
        showlegend=True, margin={"t": 34}, legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    )
    charts.show(figure, key, alt, zooms=True)
    tabled.on_demand(rows, title=title, key=key, most=_READ, opened=opened)


def _opened(past: History, band: Band) -> Band:
    """The bands begin at the last value, as nothing of it is in doubt."""
    last = past.values[past.end - 1]
    if last is None:
        return band
    start, rows = past.times[past.end - 1], [[last] * len(band.levels), *band.quantiles]
    truth = [last, *band.truth] if band.truth else []
    return band._replace(times=[start, *band.times], quantiles=rows, truth=truth)


def residuals(found: Sequence[Residual], rows: Sequence[Row], *, key: str, said: str) -> None:
    """What came less what was forecast, around a line at nothing."""
    figure = charts.blank()
    figure.add_hline(y=0, line={"color": MUTED, "width": 1.5, "dash": "dash"})
    figure.add_scatter(
        x=[one.time for one in found], y=[one.value for one in found], mode="markers",
        marker={"color": charts.FIGURE, "size": 8, "opacity": 0.75},
        hovertemplate="%{x}: %{y:+.4~g}<extra></extra>",
    )  # fmt: skip
    _over_time(figure, 280)
    charts.show(figure, key, said, zooms=True)
    shell.quiet(said)
    tabled.on_demand(rows, title=t("forecast_page.residuals_title"), key=key, most=_READ)


def middle_of(levels: Sequence[float]) -> int:
    """Where the forecast itself stands among quantiles."""
    return min(range(len(levels)), key=lambda place: abs(levels[place] - 0.5))


def thinned(times: Sequence[str], values: Sequence[float | None]) -> tuple[list[str], list[float | None]]:
    """At most ``MOST`` points of a line: of each stretch the least and the greatest, so that no peak is lost."""
    size = -(-2 * len(values) // MOST)
    if size <= 2:
        return list(times), list(values)
    kept: list[int] = []
    for start in range(0, len(values), size):
        known = [k for k in range(start, min(start + size, len(values))) if values[k] is not None]
        if known:
            ends = {min(known, key=lambda k: values[k]), max(known, key=lambda k: values[k])}  # type: ignore[arg-type, return-value]
            kept += sorted(ends)
        else:
            kept.append(start)  # a gap stays one
    return [times[k] for k in kept], [values[k] for k in kept]


def _line(figure: Drawing, times: Sequence[str], values: Sequence[float | None], name: str, row: int = 1) -> None:
    x, y = thinned(times[: len(values)], values)
    figure.add_scatter(
        x=x, y=y, mode="lines", name=name, line={"color": charts.FIGURE if row == 1 else MUTED, "width": 1.75},
        connectgaps=False, hovertemplate="%{x}: %{y:.4~g}<extra></extra>", row=row,
    )  # fmt: skip


def _over_time(figure: Drawing, height: int) -> None:
    figure.update_xaxes(showgrid=False, zeroline=False, nticks=7)
    if language() != ENGLISH:  # plotly writes months in English
        figure.update_xaxes(tickformatstops=_TIMES, hoverformat="%Y-%m-%d %H:%M")
    figure.update_yaxes(zeroline=False, automargin=True, nticks=6)
    figure.update_layout(height=height, dragmode="zoom")


def _faded(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"
