"""Which columns of a table of time series say what; what is left open is guessed."""

from __future__ import annotations

import streamlit as st

from pages._ui.shell import quiet
from pages._ui.words import t
from tl_core.domain.plan import Columns

ROLES = ("label", "id", "time", "group")
LONGEST = 200  # characters


def show() -> Columns | None:
    """Folded away, since the guess is nearly always right; None: all is guessed."""
    with st.expander(t("data_page.series_columns"), icon=":material/tune:", key="series-columns"):
        quiet(t("data_page.series_columns_text"))
        with st.container(horizontal=True):
            named = {
                role: st.text_input(
                    t(f"data_page.series_{role}"),
                    placeholder=t("data_page.series_guessed"),
                    max_chars=LONGEST,
                    key=f"series-{role}",
                ).strip()
                for role in ROLES
            }
        values = st.text_input(
            t("data_page.series_values"),
            placeholder=t("data_page.series_guessed"),
            max_chars=20 * LONGEST,
            key="series-values",
        )
    channels = [name for one in values.split(",") if (name := one.strip())]
    if not any(named.values()) and not channels:
        return None
    return Columns.model_validate({**{role: name or None for role, name in named.items()}, "values": channels})
