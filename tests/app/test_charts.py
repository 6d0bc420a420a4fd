"""Every chart can be read as a table and taken away: held for all pages at once."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from plotly.graph_objects import Figure

from pages._ui import moved, tabled
from tests.app import made
from tests.app.conftest import OPENER, ROOT, alts, unfold
from tl_core.domain.report import Metric
from tl_core.domain.shift import Moved
from tl_core.store.home import Home
from tl_core.use_cases import tables

STILL = {"trade_off", "show", "pressed"}  # of charts.py
DOTTED = {"rows", "pairs", "values", "difference", "counts"}
WHOLE = {"learning_chart", "rungs", "live_curves", "matrix", "mixer", "bars", "network"}  # each with its ``draw``
HERE = {"charts.py", "decision_charts.py", "learning_chart.py", "dotted.py"}  # where figures are made


def pages() -> list[Path]:
    return [file for file in sorted((ROOT / "pages").rglob("*.py")) if file.name not in HERE]


def scopes(file: Path) -> Iterator[tuple[str, list[str]]]:
    """Each function, and what stands outside of any, with the dotted names that it calls."""

    def calls(node: ast.AST) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                continue
            if isinstance(child, ast.Call):
                yield ast.unparse(child.func)
            yield from calls(child)

    tree = ast.parse(file.read_text("utf-8"))
    yield "the page", list(calls(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node.name, list(calls(node))


def drawn(call: str) -> bool:
    module, _, name = call.rpartition(".")
    some = (module == "charts" and name in STILL) or (module == "dotted" and name in DOTTED)
    return some or module == "decision_charts" or (module in WHOLE and name == "draw")


def test_whatever_draws_a_chart_gives_its_table_beside() -> None:
    drawing = [(file, name, calls) for file in pages() for name, calls in scopes(file) if any(map(drawn, calls))]
    bare = [f"{file.name}: {name}" for file, name, calls in drawing if "tabled.on_demand" not in calls]
    assert len(drawing) >= 18, "the search still finds them"
    assert not bare, "\n".join(bare)


def test_figures_reach_a_page_by_one_way_only() -> None:
    """Else one would come without words, without its picture to take away, and unseen by the test above."""
    ways = ("plotly_chart", "line_chart", "bar_chart", "area_chart", "scatter_chart", "altair_chart", "vega_lite_chart")
    found = [
        f"{file.name}: {call}"
        for file in sorted((ROOT / "pages").rglob("*.py"))
        for _, calls in scopes(file)
        for call in calls
        if call.rpartition(".")[2] in (*ways, "pyplot")
    ]
    assert found == ["charts.py: st.plotly_chart"]


@pytest.mark.parametrize(("look", "least"), [("classes", 4), ("decide", 4), ("transfer", 2)])
def test_the_evaluate_page_has_as_many_tables_as_charts(home: Home, open_page: OPENER, look: str, least: int) -> None:
    made.fetched(home)
    made.worker(home)
    project = made.project(home)
    folder = made.done(home, project)
    made.kept(folder)
    made.decided(folder, project)
    at = open_page("evaluate", project=project.id, run=folder.id, look=look)
    assert not at.exception
    figures = len(alts(at))
    for one in at.main.get("plotly_chart"):
        Figure(json.loads(one.proto.spec))  # refuses what the plotting library does not know
    tables_there = [one for one in unfold(at).main.get("download_button") if one.proto.label == "Download the table"]
    assert figures >= least
    assert len(tables_there) >= figures + 1 + (look == "transfer"), "the matrix and the slider have theirs"


def test_a_file_keeps_every_digit_and_both_ends_of_an_interval() -> None:
    metric = Metric(value=1 / 3, low=0.1, high=2 / 3, method="exact", samples=9, groups=9)
    bare = metric.model_copy(update={"low": None, "high": None})
    rows = [
        {"part": "=west", "rate": metric, "time": tabled.timed(61.25), "gap": tabled.change(metric)},
        {"part": "ä", "rate": bare, "time": tabled.timed(2.0), "gap": ""},
    ]
    assert tables.csv_of(rows).decode().splitlines() == [
        'part,rate,"rate, low","rate, high",time (seconds),gap,"gap, low","gap, high"',
        f"'=west,{1 / 3},0.1,{2 / 3},61.25,{1 / 3},0.1,{2 / 3}",
        f"ä,{1 / 3},,,2.0,,,",
    ]
    assert tabled.change(metric).shown == "+0.33 (0.10 to 0.67)"


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("My scans", "Hits & right alarms, bad"), "my-scans-hits-right-alarms-bad"),
        (("", "../../etc"), "etc"),
        (("?", "!"), "table"),
        (("x" * 90,), "x" * 60),
    ],
)
def test_files_have_speaking_and_harmless_names(parts, name) -> None:
    assert tables.file_name(*parts) == name


def shifted(**changes) -> Moved:
    gap = Metric(value=0.27, low=0.2, high=0.34, method="exact", samples=80, groups=80)
    values = {"of": "band", "name": "brightness", "value": "low", "limit": 0.21, "samples": 25, "before": 0.04}
    return Moved.model_validate(values | {"now": 0.31, "gap": gap, "chance": 0.001, "named": {"a": 0.6}} | changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Dark pictures: 4\u00a0% of what it learned from, 31\u00a0% of this batch."),
        ({"of": "kind", "name": "mode", "value": "grey"}, "Grey pictures: 4\u00a0%"),
        ({"of": "kind", "name": "language", "value": "de"}, "Language “German”: 4\u00a0%"),
        ({"of": "kind", "name": "format", "value": "PNG"}, "File format “PNG”: 4\u00a0%"),
        ({"of": "column", "name": "site", "value": "*west*"}, "site “*west*”: 4\u00a0%"),
    ],
)
def test_what_moved_is_said_in_a_sentence(changes, said) -> None:
    assert moved.said([shifted(**changes)])[0].startswith(said)
    assert moved.rows([shifted(**changes)])[0]["Proven"] == "yes"


def test_only_the_largest_are_said_and_nothing_is_said_of_nothing() -> None:
    assert moved.said([shifted()] * 5)[-1] == "2 more have changed: see the table."
    assert moved.said([shifted(chance=0.3)] * 2) == [
        "2 kinds of samples were looked at, by what is known of them: no change in a share is proven."
    ]
    assert moved.said([shifted(chance=None)]) == []
