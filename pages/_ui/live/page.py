"""The model answers live what the camera sees; and what is known of how good those answers are."""

from __future__ import annotations

import streamlit as st

from pages._ui import bring, live, shell
from pages._ui.camera.page import BY, PART
from pages._ui.trainings import Training
from pages._ui.words import t
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.use_cases import captures, predict, results


def show(project: Project, dataset: Dataset, shown: Training) -> None:
    with shell.faults_shown():
        live.answers(shown.id, predict.classes(shown.id))
    if st.session_state.get("warmed") != shown.id:
        st.session_state["warmed"] = shown.id
        predict.warm(shown.id)
    once = captures.only_once(project.id) if results.report(shown.id, "validation") is None else []
    if once:
        shell.show_hint(t("camera.once", count=len(once), labels=" · ".join(once[:6])))
    shell.link("data", t("camera.live_record"), icon=":material/photo_camera:", **{bring.OTHER: bring.ADD, BY: PART})
