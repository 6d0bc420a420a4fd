"""Draws the network picture. Dragging is answered in the browser; Python hears of it once, on release.

All sentences a person reads are made here, one set for every place the boundary can have, so that the browser only
looks them up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from pages._ui import words
from pages._ui.words import joined, share, t
from tl_core.domain.card import StageCard, learned
from tl_core.domain.excited import Box
from tl_core.use_cases.tables import Exact, Row

HERE = Path(__file__).resolve().parent


class Costs(NamedTuple):
    """What a place of the boundary takes, in words, and what speaks against it, if anything does."""

    takes: str
    warning: str = ""


class Glimpse(NamedTuple):
    """A place in a person's own sample, beneath a layer group."""

    patch: str  # address of a small square picture of it
    whole: str  # address of the sample's thumbnail
    box: Box  # where in the sample it is
    alt: str
    caption: str  # beneath the whole sample


class Head(NamedTuple):
    """The block that comes last and learns whatever is frozen: the person's own classes, say."""

    title: str
    said: str  # within a sentence: "your classes"
    alone: str  # what it means when all else is frozen
    about: str
    parameters: int
    learns: bool = True  # False: nothing does


def of_classes(classes: list[str], features: int) -> Head:
    """A linear layer from ``features`` to ``classes``."""
    about = " · ".join(classes[:3]) + (" …" if len(classes) > 3 else "")
    return Head(
        t("model_page.head_title"),
        t("model_page.head_said"),
        t("model_page.tells_head"),
        about,
        (features + 1) * len(classes),
    )


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "thaw_network", css=(HERE / "network.css").read_text("utf-8"), js=(HERE / "network.js").read_text("utf-8")
    )


def draw(
    stages: list[StageCard],
    head: Head,
    frozen: int,
    *,
    key: str,
    still: bool = False,
    blank: bool = False,
    rank: int | None = None,
    costs: list[Costs] | None = None,
    glimpses: list[list[Glimpse]] | None = None,
    on_change: Callable[[], None] | None = None,
) -> None:
    """Show the picture with the first ``frozen`` stages in ice.

    ``still``: nothing to choose, the boundary cannot be moved. ``blank``: no stage brings knowledge (from scratch).
    ``rank``: thawed stages learn adapters of this rank, their weights stay.
    ``costs``: one for every place of the boundary. ``glimpses``: a row beneath each stage, the room for it while it is
    empty.
    After a release ``st.session_state[key]["frozen"]`` holds the new number and ``on_change`` is called.
    """
    _component()(
        key=key,
        data=picture(stages, head, frozen, still=still, blank=blank, rank=rank, costs=costs, glimpses=glimpses),
        on_frozen_change=on_change or (lambda: None),
    )


def picture(
    stages: list[StageCard],
    head: Head,
    frozen: int,
    *,
    still: bool,
    blank: bool,
    rank: int | None = None,
    costs: list[Costs] | None = None,
    glimpses: list[list[Glimpse]] | None = None,
) -> dict:
    """What the browser needs: blocks, and for each place of the boundary its sentences. Pure."""
    return {
        "stages": [
            {
                "title": str(s.title),
                "name": s.name,
                "about": str(s.about),
                "parameters": s.parameters,
                "count": short(s.parameters),
            }
            for s in stages
        ],
        "head": {
            "title": head.title,
            "about": head.about,
            "parameters": head.parameters,
            "learns": head.learns,
            "count": short(head.parameters),
        },
        "glimpses": None if glimpses is None else [[_glimpse(one) for one in row] for row in glimpses],
        "frozen": frozen,
        "still": still,
        "blank": blank,
        "words": {
            "stays": t("model_page.side_stays"),
            "learns": t("model_page.side_scratch" if blank else "model_page.side_learns"),
            "learns_short": t("model_page.side_learns_short"),
            "of_model": t("model_page.of_model"),
            "picture": t("model_page.picture", head=head.said),
            "slider": t("model_page.slider"),
        },
        "at": [_at(stages, head, k, blank, rank, costs[k] if costs else Costs("")) for k in range(len(stages) + 1)],
    }


def rows(stages: Sequence[StageCard], costs: Sequence[Costs] | None) -> list[Row]:
    """The same as a table: each layer group, and what it takes to freeze it and those before it. Pure."""
    return [
        {
            t("model_page.column_group"): str(stage.title),
            t("model_page.column_sees"): str(stage.about),
            t("model_page.column_numbers"): Exact(short(stage.parameters), stage.parameters),
            **({t("model_page.column_takes"): costs[place].takes} if costs else {}),
        }
        for place, stage in enumerate(stages, start=1)
    ]


def _at(stages: list[StageCard], head: Head, frozen: int, blank: bool, rank: int | None, costs: Costs) -> dict:
    learn = learned(stages[frozen:], rank) + head.parameters * head.learns
    stay = learned(stages if rank else stages[:frozen]) + head.parameters * (not head.learns)
    part = learn / (stay + learn)
    says = t("model_page.spoken", frozen=frozen, count=len(stages), share=_part(part))
    if blank:
        tells = t("model_page.tells_blank")
    elif frozen == 0:
        tells = t("model_page.tells_all")
    elif frozen == len(stages):
        tells = head.alone
    else:
        tells = t("model_page.tells_some", stays=_span(stages[:frozen]), learns=_span(stages[frozen:]), head=head.said)
    return {
        "share": _part(part),
        "cold": stay / (stay + learn),
        "numbers": t(f"model_page.numbers{'_added' if rank else ''}", learn=short(learn), all=short(stay + learn)),
        "takes": costs.takes,
        "warning": costs.warning,
        "tells": tells,
        "spoken": joined((says, tells, costs.takes, costs.warning)),
    }


def _glimpse(one: Glimpse) -> dict:
    return {**one._asdict(), "box": one.box.model_dump()}


def _part(part: float) -> str:
    """A share that is not all never reads as all."""
    return t("shell.percent", value=words.number(100 * part, ".1f")) if 0.995 <= part < 1 else share(part)


def _span(stages: list[StageCard]) -> str:
    if len(stages) == 1:
        return str(stages[0].title)
    return t("model_page.span", first=stages[0].title, last=stages[-1].title)


def short(number: int) -> str:
    """A count of numbers in a model: 900 -> "900", 41_300 -> "41 k", 1_990_000 -> "2.0 M"."""
    if number < 1000:
        return str(number)
    for unit, name in ((1e3, "k"), (1e6, "M"), (1e9, "G")):
        value = number / unit
        if value < 999.5:
            return f"{words.number(value, '.1f' if value < 9.95 else '.0f')} {name}"
    return f"{words.number(number / 1e9, '.0f')} G"
