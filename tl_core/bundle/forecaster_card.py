"""The card inside a forecaster's folder: what it is for, what it began from, how far off it is, where it ends.

Markdown from the translation table. It names ways and figures, never a series or a value.
"""

from __future__ import annotations

from collections.abc import Iterator

from tl_core.bundle.card import sections_text, starting_model, table_lines
from tl_core.domain.forecast import ForecasterManifest, ForecastReport
from tl_core.words import number, say


def forecaster_card(manifest: ForecasterManifest, report: ForecastReport) -> str:
    """The card's text. ``report``: that of validation, by which the way was chosen."""
    sections = [
        (None, _head(manifest)),
        ("card_use", _use(manifest)),
        *([("card_model", starting_model(manifest.card, manifest.architecture))] if manifest.card else []),
        ("card_figures", _figures(report)),
        ("card_limits", (f"- {say(f'report.forecast_limit_{name}')}" for name in ("past", "known", "bands", "few"))),
        ("card_again", _again()),
    ]
    return sections_text(sections)


def _head(manifest: ForecasterManifest) -> Iterator[str]:
    yield "# " + say("report.forecast_card_title", name=say(f"forecast_page.way_{manifest.way}"))
    yield ""
    yield say("bundle.card_note", version=manifest.thaw)


def _use(manifest: ForecasterManifest) -> Iterator[str]:
    yield "- " + say("report.forecast_use", count=manifest.horizon)
    yield "- " + say("report.forecast_alike")
    yield "- " + say("bundle.card_person")


def _figures(report: ForecastReport) -> Iterator[str]:
    yield say("report.forecast_split", count=report.origins)
    yield ""
    rows = []
    for one in report.judgements:
        held = one.coverage.get(80)
        inside = say("shell.percent", value=number(100 * held.mean, ".0f")) if held else "-"
        error = say(
            "forecast_page.spread", mean=number(one.mase.mean, ".2f"), deviation=number(one.mase.deviation, ".2f")
        )
        rows.append([say(f"forecast_page.way_{one.name}"), error, inside])
    yield from table_lines("report.forecast_card_head", rows)


def _again() -> Iterator[str]:
    yield say("bundle.card_again_line")
    yield ""
    yield "    python -m tl_core predict --bundle FOLDER --data TABLE --out FORECASTS.csv"
