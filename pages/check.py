"""Check: what the doctor found in the data before any model learns from them, and what to do about it."""

from __future__ import annotations

import streamlit as st

from pages._ui import examination, findings, not_labelled, shell
from pages._ui.words import t
from tl_core.use_cases import checks

project = shell.current_project()
dataset = shell.current_dataset(project)
if project.task == "classify":
    not_labelled.end_unless_learnable(dataset)
found = checks.findings(project.id)

context = t(f"check_page.context_{project.task}") if found is None else findings.summary(found)
shell.page_head(t("check_page.question"), context)
if found is None:
    examination.show(project)
else:
    findings.show(project, dataset, found)
st.space("small")
findings.history(project)
st.space("small")
shell.link("model", t("check_page.to_model"), icon=":material/arrow_forward:")
