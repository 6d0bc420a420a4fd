"""How scans become pictures, chosen before they are read: the window, and the slices of volumes."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import streamlit as st

from pages._ui import picture
from pages._ui.shell import quiet, secondary, show_fault
from pages._ui.words import t, term
from tl_core.domain.fault import InputFault
from tl_core.domain.scan import Plane, ScanReading, Window
from tl_core.use_cases import data

_LEVEL, _WIDTH = 50.0, 400.0  # of soft tissue in a CT: where a person begins to turn
_LOOKED = "scan-looked"


def show(folder: Path) -> ScanReading | None:
    """The form over an inbox's ``folder``; None where nothing was chosen and each file's own words hold."""
    with st.expander(t("data_page.scan_title"), icon=":material/contrast:", key="scan-form"):
        st.text(t("data_page.scan_text"))
        chosen = _chosen()
        if secondary(t("data_page.scan_look"), ":material/visibility:", key="scan-look"):
            st.session_state[_LOOKED] = True
        if st.session_state.get(_LOOKED):
            _first(folder, chosen)
    return None if chosen == ScanReading() else chosen


def _chosen() -> ScanReading:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        window: Window = st.selectbox(
            t("data_page.scan_window"),
            get_args(Window),
            format_func=lambda name: t(f"data_page.window_{name}"),
            help=term("window"),
            key="scan-window",
            width=320,
        )
        level = width = None
        if window == "hand":
            level = st.number_input(t("data_page.scan_level"), value=_LEVEL, format="%g", key="scan-level", width=160)
            width = st.number_input(
                t("data_page.scan_width"), value=_WIDTH, min_value=1.0, format="%g", key="scan-width", width=160
            )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        plane: Plane = st.selectbox(
            t("data_page.scan_plane"),
            get_args(Plane),
            format_func=lambda name: t(f"data_page.plane_{name}"),
            help=term("plane"),
            key="scan-plane",
            width=320,
        )
        every = st.number_input(
            t("data_page.scan_every"),
            value=None,
            min_value=1,
            placeholder=t("data_page.scan_every_none"),
            key="scan-every",
            width=320,
        )
    return ScanReading(window=window, level=level, width=width, plane=plane, every=every)


def _first(folder: Path, chosen: ScanReading) -> None:
    """One of the scans as it would come in; nothing of it is kept."""
    try:
        content = _preview(str(folder), folder.stat().st_mtime, chosen.model_dump_json())
    except InputFault as fault:
        show_fault(fault)
        return
    picture.draw(content, key="scan-first")
    quiet(t("data_page.scan_first"))


@st.cache_data(max_entries=8, show_spinner=False)
def _preview(folder: str, changed: float, chosen: str) -> bytes:
    return data.scan_preview([Path(folder)], ScanReading.model_validate_json(chosen))
