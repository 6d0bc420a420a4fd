"""A box for texts that are pasted, as another way beside a file."""

from __future__ import annotations

import streamlit as st

from pages._ui.shell import faults_shown, primary
from pages._ui.words import t
from tl_core.use_cases import pasted, uploads


def show(inbox: uploads.Inbox) -> None:
    """Once taken, the lines lie in the inbox as a table."""
    text = st.text_area(t("uploads.paste_label"), height=240, key="pasted")
    if primary(t("uploads.paste_go"), ":material/content_paste_go:", key="paste-go"):
        with faults_shown():
            pasted.paste(inbox.token, text)
            st.rerun()
