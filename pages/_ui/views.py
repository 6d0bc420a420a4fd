"""One of several views of a page: only the chosen one is computed, and the address names it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages._ui.words import escape


def choose(part: str, titles: Mapping[str, str], *, label: str) -> str:
    """The view asked for, the first unless the address or a press says another.

    ``part``: of the address, so that a reload or another browser finds the same view. ``titles``: by the name that
    stands there. ``label``: what is chosen here, for those who cannot see it.
    """
    names = list(titles)
    wanted = st.query_params.get(part)
    shown = st.segmented_control(
        label,
        names,
        default=wanted if wanted in titles else names[0],
        required=True,
        format_func=lambda name: escape(titles[name]),
        label_visibility="collapsed",
        key=f"choose-{part}",
    )
    shown = shown or names[0]
    if shown != st.query_params.get(part, names[0]):
        st.query_params[part] = shown
    return shown


def open_first(part: str) -> None:
    """Show the first view; for a callback, before the page is drawn anew."""
    st.query_params.pop(part, None)
    st.session_state.pop(f"choose-{part}", None)
