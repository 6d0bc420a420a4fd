"""Scans with suspected writing: each is looked at and decided before anything of the upload is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import streamlit as st

from pages._ui import mask
from pages._ui.shell import faults_shown, go, page_head, primary, quiet, secondary, section
from pages._ui.words import count, t
from tl_core.domain.excited import Box
from tl_core.domain.suspect import Suspect
from tl_core.use_cases import suspects

Decision = Literal["hide", "keep", "leave"]
PAGE = 12  # scans at once
_EDGE = 50  # percent that may be blacked out from one side
_SIDES = ("above", "below", "left", "right")


def show(run_id: str, waiting: Sequence[Suspect]) -> None:
    """The whole page while somebody must look."""
    page_head(t("data_page.writing_title"), t("data_page.writing_text"))
    st.text(t("data_page.writing_count", count=len(waiting), number=count(len(waiting))))
    edges = _edges()
    pages = -(-len(waiting) // PAGE)
    page = min(st.session_state.get("suspects-page", 1), pages)
    seen: set[int] = st.session_state.setdefault(f"suspects-seen-{run_id}", set())
    seen.add(page)
    _grid(run_id, waiting[(page - 1) * PAGE : page * PAGE], edges)
    if pages > 1:
        st.pagination(pages, key="suspects-page")
    complete = len(seen) == pages
    if not complete:
        quiet(t("data_page.writing_look_on", count=pages - len(seen)))
    with st.container(horizontal=True):
        if primary(t("data_page.writing_go"), ":material/check:", key="suspects-go", disabled=not complete):
            with faults_shown():
                go("data", run=suspects.decide(run_id, {one.code: _said(one, edges) for one in waiting}))
        if secondary(t("data_page.writing_discard"), ":material/delete:", key="suspects-discard"):
            suspects.discard(run_id)
            go("data")


def _edges() -> list[Box]:
    """Strips that are blacked out on every one: devices write along the edges."""
    section(t("data_page.writing_edges"))
    with st.container(horizontal=True):
        shares = {
            side: st.slider(t(f"data_page.writing_{side}"), 0, _EDGE, format="%d %%", key=f"suspects-{side}", width=200)
            / 100
            for side in _SIDES
        }
    st.toggle(t("data_page.writing_filled"), key="suspects-filled")
    whole = {"left": 0.0, "top": 0.0, "right": 1.0, "bottom": 1.0}
    ends = {
        "above": {"bottom": shares["above"]},
        "below": {"top": 1 - shares["below"]},
        "left": {"right": shares["left"]},
        "right": {"left": 1 - shares["right"]},
    }
    return [Box(**{**whole, **ends[side]}) for side in _SIDES if shares[side]]


def _grid(run_id: str, shown: Sequence[Suspect], edges: list[Box]) -> None:
    with st.grid(2, min_column_width=300):  # small writing must be legible
        for one in shown:
            with st.container(border=True, key=f"suspect-{one.code}"):
                decision = _decision(one)
                with faults_shown():
                    drawn = mask.draw(
                        suspects.picture(run_id, one),
                        _drawn().get(one.code, one.boxes),
                        edges if decision == "hide" else [],
                        filled=decision == "hide" and st.session_state.get("suspects-filled", False),
                        label=t("data_page.writing_picture"),
                        key=f"suspect-mask-{one.code}",
                    )
                    _drawn()[one.code] = drawn


def _drawn() -> dict[str, list[Box]]:
    """The places on each as a person left them; components out of sight would forget."""
    kept: dict[str, list[Box]] = st.session_state.setdefault("suspects-drawn", {})
    return kept


def _decision(one: Suspect) -> Decision:
    """What to do with it; where no place is marked there is nothing to black out, so it is left out at first."""
    kept = st.session_state.setdefault("suspects-said", {})  # a widget out of sight would forget
    first: Decision = kept.get(one.code, "hide" if one.boxes else "leave")
    chosen: Decision = st.selectbox(
        t("data_page.writing_decision"),
        get_args(Decision),
        index=get_args(Decision).index(first),
        format_func=lambda name: t(f"data_page.writing_{name}"),
        label_visibility="collapsed",
        key=f"suspect-said-{one.code}",
    )
    kept[one.code] = chosen
    return chosen


def _said(one: Suspect, edges: list[Box]) -> list[Box] | None:
    """A decision as the reading takes it."""
    decision: Decision = st.session_state["suspects-said"].get(one.code, "leave")
    return None if decision == "leave" else _boxes(one, decision, edges)


def _boxes(one: Suspect, decision: Decision, edges: list[Box]) -> list[Box]:
    return [*_drawn().get(one.code, one.boxes), *edges] if decision == "hide" else []
