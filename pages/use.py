"""Use: ask the model, and take it along."""

from __future__ import annotations

import streamlit as st

from pages._ui import about_form, report, tasks
from pages._ui.shell import current_project

project = current_project()
tasks.views(project).use(project)
if st.query_params.get("way") == "along":
    about_form.show(project, "use")
    report.show(project, "use")
