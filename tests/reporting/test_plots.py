"""Charts before they are drawn: everything stays on the paper, whatever names and figures are like."""

from __future__ import annotations

import pytest

from tl_core.domain.reporting import Dot, Dots, Line, Lines, Table
from tl_core.reporting import plots
from tl_core.reporting.figures import number, share

NONE = Table(title="", head=[], rows=[])


def places(chart: plots.Chart) -> list[tuple[float, float]]:
    found = []
    for mark in chart.marks:
        found += mark.points if isinstance(mark, plots.Stroke) else [(mark.x, mark.y)]
    return found


@pytest.mark.parametrize("values", [[0.5], [0.0, 0.0], [-3.0, 12_000.0], [1e-9, 2e-9]])
def test_dots_stay_on_the_paper(values: list[float]) -> None:
    dots = [Dot(label="x" * 80, value=value, low=value - 1, high=value + 1, look="ours") for value in values]
    chart = plots.dots(Dots(title="", about="", axis="a", dots=dots, table=NONE))
    assert all(0 <= x <= plots.WIDTH and 0 <= y <= chart.height for x, y in places(chart))
    signs = [mark for mark in chart.marks if isinstance(mark, plots.Sign)]
    assert len(signs) == len(values)
    assert [sign.x for sign in signs] == sorted(sign.x for sign in signs)


def test_lines_stay_on_the_paper_beyond_their_span_too() -> None:
    line = Line(label="a", x=[1.0, 2.0, 3.0], y=[0.2, 0.9, 1.7], low=[None, 0.5, 0.6], high=[None, 1.5, 2.9])
    chart = plots.lines(Lines(title="", about="", x_axis="x", y_axis="y", lines=[line], y_span=(0, 1), table=NONE))
    assert all(0 <= x <= plots.WIDTH and 0 <= y <= chart.height for x, y in places(chart))


def test_what_the_report_is_about_is_told_by_form_not_by_colour() -> None:
    dots = [Dot(label="a", value=1, look="ours"), Dot(label="b", value=2)]
    chart = plots.dots(Dots(title="", about="", axis="a", dots=dots, table=NONE))
    assert [mark.filled for mark in chart.marks if isinstance(mark, plots.Sign)] == [True, False]
    assert [mark.bold for mark in chart.marks if isinstance(mark, plots.Word)][:3] == [True, True, False]


def test_long_names_are_broken_and_cut() -> None:
    assert plots.wrapped("two words", 200) == ["two words"]
    assert plots.wrapped("", 200) == [""]
    broken = plots.wrapped("x" * 80, 188)
    assert len(broken) == 3
    assert "".join(broken).startswith("x" * 60)
    assert broken[-1].endswith("…")
    assert len(plots.wrapped("数" * 20, 130, 9)) == 2


def test_figures_read_as_people_write_them() -> None:
    assert number(0.834, 0.7, 0.9) == "0.83 (0.70\u00a0to\u00a00.90)"
    assert [number(value) for value in (-0.001, -0.5, 12.34, 12.0, 1234.5)] == ["0.00", "−0.50", "12.3", "12", "1,234"]
    said = [share(value).replace("\u00a0", " ") for value in (0, 0.004, 0.0099, 0.5, 1)]
    assert said == ["0 %", "0.4 %", "1 %", "50 %", "100 %"]
