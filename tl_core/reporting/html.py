"""A report as one HTML file that loads nothing and runs nothing: styles and charts lie inside."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tl_core.domain.reporting import Dots, Lines, RunReport
from tl_core.reporting import plots
from tl_core.words import say

TEMPLATES = Path(__file__).resolve().parents[2] / "assets" / "report"


def write_html(report: RunReport, address: str = "") -> bytes:
    """The file. ``address``: of the app, so that "not stated" leads to where it is asked; empty: no links."""
    template = _environment().get_template("report.html")
    return template.render(report=report, address=address.rstrip("/")).encode()


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.globals.update(say=say, chart=_chart, css=lambda: (TEMPLATES / "report.css").read_text("utf-8"))
    made.tests.update({name: _named(kind) for name, kind in _SIGNS.items()})
    return made


_SIGNS = {"stroke": plots.Stroke, "sign": plots.Sign, "word": plots.Word}


def _named(kind: type):
    return lambda mark: isinstance(mark, kind)


def _chart(plot: Dots | Lines) -> plots.Chart:
    return plots.dots(plot) if isinstance(plot, Dots) else plots.lines(plot)
