"""Draws a freeze ladder as it grows. A row a rung: its layer groups, dot and whisker on one scale, and its cost."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from pages._ui.network.network import short
from pages._ui.rungs.scale import Axis, Scale
from pages._ui.sentences import figure
from pages._ui.words import duration, listed, share, size, t
from tl_core.domain.event import Rung
from tl_core.domain.plan import ForecastPlan, RungRecipe, TrainPlan

HERE = Path(__file__).resolve().parent
COSTS = ("seconds", "memory", "learns", "kept")
Planned = TrainPlan | ForecastPlan
Place = tuple[RungRecipe, int]  # recipe and frozen layer groups: what a rung is known by
Row = Literal["done", "now", "to_come", "unstable"]


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "thaw_rungs", css=(HERE / "rungs.css").read_text("utf-8"), js=(HERE / "rungs.js").read_text("utf-8")
    )


def draw(
    planned: Sequence[Planned], told: Sequence[Rung], chosen: Place | None, scale: Scale, *, going: bool, key: str
) -> None:
    """``planned`` rungs in order and those ``told`` of them; ``chosen`` is the recommended one."""
    _component()(key=key, data=picture(planned, told, chosen, scale, going=going))


def picture(
    planned: Sequence[Planned], told: Sequence[Rung], chosen: Place | None, scale: Scale, *, going: bool
) -> dict:
    """What the browser needs. Pure. A ladder that ended shows only what was tried."""
    known = {place(rung): rung for rung in told}
    stages = max(plan.frozen_stages or 0 for plan in planned)
    axis = scale.axis(_values(told, scale))
    rows, now = [], going
    for plan in planned:
        here = (plan.recipe, plan.frozen_stages or 0)
        rung = known.get(here)
        if rung is None and not going:
            continue
        state: Row = "now" if now else "to_come"
        if rung is not None:
            state = "done" if scale.metric in rung.metrics else "unstable"
        elif now:
            now = False
        rows.append(_row(here, rung, state, stages, here == chosen, scale, axis))
    words = {name: t(f"ladder_page.column_{name}") for name in ("rung", *COSTS)}
    return {
        "rows": rows,
        "stages": stages,
        "ticks": axis.ticks,
        "line": None if scale.line is None else axis.at(scale.line),
        "longest": max((rung.seconds for rung in told), default=0.0),
        "costs": COSTS,
        "words": {**words, "score": t(f"ladder_page.score_{scale.name}")},
        "alt": _alt(told, scale),
    }


def _row(
    here: Place, rung: Rung | None, state: Row, stages: int, chosen: bool, scale: Scale, axis: Axis
) -> dict:  # fmt: skip
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
    if scale.metric in rung.metrics:
        metric = rung.metrics[scale.metric]
        said = {"name": row["name"], "value": figure(metric.value), "interval": scale.doubt(metric)}
        row |= {"at": axis.at(metric.value), "text": figure(metric.value), "said": t("ladder_page.score_said", **said)}
        if metric.low is not None and metric.high is not None:
            row |= {"from": axis.at(metric.low), "to": axis.at(metric.high)}
    cost = {
        "seconds": duration(rung.seconds),
        "memory": size(rung.memory),
        "learns": short(rung.trained_parameters),
        "kept": still_knows(rung),
    }
    return row | {"seconds": rung.seconds, "cost": cost}


def still_knows(rung: Rung) -> str:
    """What is left of the starting model's ability, as a share of what it was; from scratch there was none."""
    if rung.recipe == "scratch":
        return t("ladder_page.kept_nothing")
    if rung.kept is None or rung.original is None or rung.original.value <= 0:
        return share(1.0) if rung.recipe in ("probe", "untuned") else t("ladder_page.kept_nothing")
    return share(min(1.0, rung.kept.value / rung.original.value))


def place(rung: Rung) -> Place:
    return rung.recipe, rung.frozen_stages


def name(here: Place, stages: int) -> str:
    """ "5 of 7 frozen"."""
    recipe, frozen = here
    if recipe in ("scratch", "untuned"):
        return t(f"ladder_page.rung_{recipe}")
    if frozen == stages:
        return t("ladder_page.rung_all", count=stages)
    return t("ladder_page.rung_some", frozen=frozen, count=stages) if frozen else t("ladder_page.rung_none")


def _values(told: Sequence[Rung], scale: Scale) -> list[float]:
    """All that is drawn."""
    metrics = [rung.metrics[scale.metric] for rung in told if scale.metric in rung.metrics]
    drawn = [end for metric in metrics for end in (metric.value, metric.low, metric.high) if end is not None]
    return [*drawn, *([scale.line] if scale.line is not None else [])]


def _alt(told: Sequence[Rung], scale: Scale) -> str:
    judged = [rung for rung in told if scale.metric in rung.metrics]
    if not judged:
        return t(f"ladder_page.alt_empty_{scale.name}")
    stages = max(rung.frozen_stages for rung in told)
    parts = [f"{name(place(rung), stages)} {figure(rung.metrics[scale.metric].value)}" for rung in judged]
    return t(f"ladder_page.alt_{scale.name}", rows=listed(parts))
