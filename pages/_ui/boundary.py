"""Where a person left the boundary in a network's picture, for each starting model of a project."""

from __future__ import annotations

import streamlit as st

from tl_core.domain.card import BackboneCard
from tl_core.domain.project import Project


def left_at(project: Project, card: BackboneCard) -> int | None:
    """Frozen layer groups; None before anybody moved it."""
    return st.session_state.get(_place(project, card))


def move(project: Project, card: BackboneCard, picture: str) -> None:
    """The person let go of the boundary in the picture with key ``picture``."""
    moved = (st.session_state.get(picture) or {}).get("frozen")
    if moved is not None:
        st.session_state[_place(project, card)] = int(moved)


def _place(project: Project, card: BackboneCard) -> str:
    return f"boundary-{project.id}-{card.name}"
