"""What only a person knows of the data and of the use, asked where one knows it: few words, none of them needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from pages._ui import shell
from pages._ui.words import joined, t
from tl_core.domain.about import LONGEST, AboutField
from tl_core.domain.project import Project
from tl_core.use_cases import about

_FIELDS: dict[str, Sequence[AboutField]] = {"data": about.OF_DATA, "use": about.OF_USE}


def show(project: Project, part: Literal["data", "use"]) -> None:
    """The fields of one part, closed until somebody opens them; each is kept as soon as it is left."""
    fields = _FIELDS[part]
    found = about.about(project.id)
    done = sum(bool(found.said(field)) for field in fields)
    st.space("medium")
    with st.expander(t(f"about.title_{part}"), icon=":material/edit_note:", key=f"about-{part}"):
        shell.quiet(joined((t(f"about.text_{part}"), t("about.kept"), t("about.count", done=done, of=len(fields)))))
        for field in fields:
            _field(project, field, found.said(field))


def _field(project: Project, field: AboutField, said: str) -> None:
    key = f"about-{field}-{project.id}"

    def keep() -> None:
        with shell.faults_shown():
            about.state(project.id, field, st.session_state[key])

    st.text_area(
        t(f"about.{field}"), said, max_chars=LONGEST, height=68, key=key, help=t(f"about.{field}_help"), on_change=keep
    )
