"""Figures made without plotly's own objects are what those would be."""

from __future__ import annotations

from plotly.graph_objects import Figure, layout
from plotly.subplots import make_subplots

from pages._ui.drawing import Drawing, Whole


def test_rows_below_each_other_lie_where_plotly_puts_them() -> None:
    theirs = make_subplots(3, 1, shared_xaxes=True, row_heights=[3, 1, 1])
    theirs.update_layout(template=layout.Template())
    told = theirs.to_dict()["layout"]
    ours = Drawing([3, 1, 1]).layout
    assert {name: ours[name] for name in ours if name.startswith("x")} == {n: told[n] for n in told if n[0] == "x"}
    for name in ("yaxis", "yaxis2", "yaxis3"):
        assert [round(end, 9) for end in ours[name]["domain"]] == [round(end, 9) for end in told[name]["domain"]]
        assert ours[name]["anchor"] == told[name]["anchor"]


def test_what_is_said_later_joins_what_was_said_before_and_leaves_its_source_alone() -> None:
    legend = {"x": 0}
    figure = Drawing()
    figure.add_scatter(x=[1], y=[2], error_x=None, marker={"size": 5})
    figure.add_vline(3, {"width": 1})
    figure.update_layout(margin={"l": 8, "t": 6}, legend=legend)
    figure.update_layout(margin={"t": 34}, legend={"y": 1})
    figure.update_traces(marker={"color": "#123456"})
    whole = Whole(figure).to_dict()
    assert whole["layout"]["margin"] == {"l": 8, "t": 34}
    assert whole["layout"]["legend"] == {"x": 0, "y": 1}
    assert legend == {"x": 0}
    assert whole["data"] == [{"type": "scatter", "x": [1], "y": [2], "marker": {"size": 5, "color": "#123456"}}]
    assert Figure(whole).to_dict()["layout"]["shapes"][0]["yref"] == "y domain"
