"""Draws a freeze ladder as it grows. A row a rung: its layer groups, dot and whisker on one scale, and its cost."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from pages._ui.network.network import short
from pages._ui.sentences import figure, interval
from pages._ui.words import duration, share, size, t
from tl_core.domain.event import Rung
from tl_core.domain.plan import Recipe, TrainPlan

HERE = Path(__file__).resolve().parent
HIT_RATE = "validation/balanced_accuracy"
COLUMNS = ("rung", "score", "seconds", "memory", "learns", "kept")
Place = tuple[Recipe, int]  # recipe and frozen layer groups: what a rung is known by
Row = Literal["done", "now", "to_come", "unstable"]


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "thaw_rungs", css=(HERE / "rungs.css").read_text("utf-8"), js=(HERE / "rungs.js").read_text("utf-8")
    )


def draw(planned: Sequence[TrainPlan], told: Sequence[Rung], chosen: Place | None, *, going: bool, key: str) -> None:
    """``planned`` rungs in order and those ``told`` of them; ``chosen`` is the recommended one."""
    _component()(key=key, data=picture(planned, told, chosen, going=going))


def picture(planned: Sequence[TrainPlan], told: Sequence[Rung], chosen: Place | None, *, going: bool) -> dict:
    """What the browser needs. Pure. A ladder that ended shows only what was tried."""
    known = {place(rung): rung for rung in told}
    stages = max(plan.frozen_stages or 0 for plan in planned)
    rows, now = [], going
    for plan in planned:
        here = (plan.recipe, plan.frozen_stages or 0)
        rung = known.get(here)
        if rung is None and not going:
            continue
        state: Row = "now" if now else "to_come"
        if rung is not None:
            state = "done" if HIT_RATE in rung.metrics else "unstable"
        elif now:
            now = False
        rows.append(_row(here, rung, state, stages, here == chosen))
    start = _start(told)
    return {
        "rows": rows,
        "stages": stages,
        "ticks": [{"at": (value - start) / (1 - start), "text": f"{value:.1f}"} for value in _ticks(start)],
        "start": start,
        "longest": max((rung.seconds for rung in told), default=0.0),
        "words": {name: t(f"ladder_page.column_{name}") for name in COLUMNS},
        "alt": _alt(told),
    }


def _row(here: Place, rung: Rung | None, state: Row, stages: int, chosen: bool) -> dict:
    row: dict = {
        "recipe": here[0],
        "frozen": here[1],
        "name": name(here, stages),
        "state": state,
        "note": t(f"ladder_page.row_{state}") if state in ("now", "unstable") else "",
        "chosen": t("ladder_page.recommended") if chosen else "",
    }
    if rung is None:
        return row
    if HIT_RATE in rung.metrics:
        metric = rung.metrics[HIT_RATE]
        said = t("ladder_page.score_said", name=row["name"], value=figure(metric.value), interval=interval(metric))
        row |= {"value": metric.value, "low": metric.low, "high": metric.high, "text": figure(metric.value)}
        row["said"] = said
    row["seconds"] = rung.seconds
    row["cost"] = {
        "seconds": duration(rung.seconds),
        "memory": size(rung.memory),
        "learns": short(rung.trained_parameters),
        "kept": still_knows(rung),
    }
    return row


def still_knows(rung: Rung) -> str:
    """What is left of the starting model's ability, as a share of what it was; from scratch there was none."""
    if rung.recipe == "scratch":
        return t("ladder_page.kept_nothing")
    if rung.kept is None or rung.original is None or rung.original.value <= 0:
        return share(1.0) if rung.recipe == "probe" else t("ladder_page.kept_nothing")
    return share(min(1.0, rung.kept.value / rung.original.value))


def place(rung: Rung) -> Place:
    return rung.recipe, rung.frozen_stages


def name(here: Place, stages: int) -> str:
    """ "5 of 7 frozen"."""
    recipe, frozen = here
    if recipe == "scratch":
        return t("ladder_page.rung_scratch")
    if frozen == stages:
        return t("ladder_page.rung_all", count=stages)
    return t("ladder_page.rung_some", frozen=frozen, count=stages) if frozen else t("ladder_page.rung_none")


def _start(told: Sequence[Rung]) -> float:
    """Where the scale begins: a round value below all that is drawn."""
    metrics = [rung.metrics[HIT_RATE] for rung in told if HIT_RATE in rung.metrics]
    lowest = min((m.value if m.low is None else m.low for m in metrics), default=0.5)
    return max(0.0, min(0.8, int(lowest * 10 - 0.2) / 10))


def _ticks(start: float) -> list[float]:
    step = 0.1 if start >= 0.6 else 0.2
    count = round((1 - start) / step + 0.001)
    return [round(1 - step * k, 1) for k in range(count, -1, -1) if 1 - step * k >= start - 0.001]


def _alt(told: Sequence[Rung]) -> str:
    judged = [rung for rung in told if HIT_RATE in rung.metrics]
    if not judged:
        return t("ladder_page.alt_empty")
    stages = max(rung.frozen_stages for rung in told)
    parts = [f"{name(place(rung), stages)} {figure(rung.metrics[HIT_RATE].value)}" for rung in judged]
    return t("ladder_page.alt", rows=", ".join(parts))
