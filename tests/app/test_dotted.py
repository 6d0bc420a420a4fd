"""Dots on rows: where they stand, what their axis says, and what was pressed."""

from __future__ import annotations

import pytest

from pages._ui import dotted
from pages._ui.dotted import dotted as inside
from tl_core.domain.report import Metric


def metric(value: float, low: float | None = None, high: float | None = None) -> Metric:
    return Metric(value=value, low=low, high=high)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> dict:
    """What the browser is told, and what it has said."""
    told: dict = {"pressed": None}

    def component():
        def mount(**options):
            told.update(options)
            return type("Result", (), {"pressed": told["pressed"]})

        return mount

    monkeypatch.setattr(inside, "_component", component)
    return told


@pytest.mark.parametrize(
    ("figures", "ticks"),
    [
        ([metric(0.9)], ["0.4", "0.6", "0.8", "1.0"]),
        ([metric(0.62, 0.33, 0.8)], ["0.4", "0.6", "0.8", "1.0"]),
        ([metric(0.9), metric(0.05, 0.0, 0.2)], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    ],
)
def test_an_axis_of_shares_begins_at_a_round_value_below_all(figures: list[Metric], ticks: list[str]) -> None:
    axis = inside.shares(figures)
    assert [text for _, text in axis.ticks] == ticks
    for one in figures:
        assert 0 < axis.place(one.value if one.low is None else one.low) < 100


@pytest.mark.parametrize("far", [0.0, 0.004, 0.07, 0.31, 3.0])
def test_an_axis_of_differences_has_nothing_in_its_middle_and_few_words(far: float) -> None:
    axis = inside.around(metric(far / 2, -far, far))
    assert axis.place(0.0) == 50.0
    assert 3 <= len(axis.ticks) <= 5
    assert [value for value, _ in axis.ticks] == sorted(-value for value, _ in axis.ticks)
    assert len({text for _, text in axis.ticks}) == len(axis.ticks)
    assert 0 < axis.place(-far) <= axis.place(far) < 100


def test_a_figure_without_an_interval_has_no_whisker(sent: dict) -> None:
    dotted.rows([dotted.Dot("ours", metric(0.8, 0.7, 0.9)), dotted.Dot("<b>theirs</b>", metric(0.5))], key="k", alt="a")
    first, second = sent["data"]["rows"]
    assert first["marks"][0]["from"] < first["marks"][0]["at"] < first["marks"][0]["to"]
    assert "from" not in second["marks"][0]
    assert first["marks"][0]["says"] == "ours: 0.80 (0.70 to 0.90)"
    assert sent["data"]["alt"] == "a"


def test_the_row_and_the_dot_that_were_pressed(sent: dict) -> None:
    both = [dotted.Pair(name, metric(0.8), metric(0.7)) for name in ("first", "second")]
    sent["pressed"] = [1, 1]
    assert dotted.pairs(both, ("hits", "right"), key="k", alt="a") == (1, 1)
    upper, lower = sent["data"]["rows"][1]["marks"]
    assert upper["says"].startswith("second, hits: 0.80")
    assert lower["says"].startswith("second, right: 0.70")
    for gone in ([2, 0], [0, 2], None):  # of what was shown before
        sent["pressed"] = gone
        assert dotted.pairs(both, ("hits", "right"), key="k", alt="a") is None


def test_counts_are_in_proportion_and_said_in_full(sent: dict) -> None:
    dotted.counts({"many": 5000, "few": 1250, "none": 0}, key="k", alt="a", on_press=lambda: None)
    stems = [one["stem"] for one in sent["data"]["rows"]]
    assert stems[1] == pytest.approx(stems[0] / 4, abs=0.01)
    assert stems[2] == 0
    assert [one["text"] for one in sent["data"]["rows"]] == ["5,000", "1,250", "0"]
    dotted.counts({"none yet": 0}, key="k", alt="a", on_press=lambda: None)
    assert [one["stem"] for one in sent["data"]["rows"]] == [0]


def test_long_labels_take_two_lines_and_are_whole_when_pointed_at(sent: dict) -> None:
    label = "a very long name of a way that goes on and on without any end in sight"
    dotted.values([dotted.Value(label, 0.5, "#000000", "diamond")], key="k", alt="a")
    [row] = sent["data"]["rows"]
    assert len(row["lines"]) == 2
    assert row["lines"][1].endswith("…")
    assert row["label"] == label
    dotted.values([dotted.Value("いつも最も多いクラスを答える方法", 0.5, "#000000", "circle")], key="k", alt="a")
    assert sent["data"]["rows"][0]["lines"] == ["いつも最も多いクラスを", "答える方法"]
