"""Data: bring samples in, see what came, correct it, and part it into learning, choosing and exam."""

from __future__ import annotations

import streamlit as st

from pages._ui import about_form, bring, reading, suspects_form, tasks, watched
from pages._ui.shell import current_project
from tl_core.use_cases import data, suspects

project = current_project()
job = reading.newest_intake(project)
if job is not None and reading.is_going_on(job):
    reading.progress(job)
else:
    dataset = data.dataset(project.id)
    waiting = suspects.waiting(job.id) if job is not None else []
    if job is not None:
        reading.follow(job)
        reading.say_how_it_ended(job)
    if job is not None and waiting:
        suspects_form.show(job.id, waiting)
    elif dataset is None or bring.OTHER in st.query_params:
        bring.show(project, dataset)
    else:
        tasks.views(project).data(project, dataset)
        watched.show(project)
        about_form.show(project, "data")
