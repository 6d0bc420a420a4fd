"""The demonstration: big type, four things to look at, and two buttons for whoever presents."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from pages._ui.shell import PageName, faults_shown, go, page_head, primary, secondary
from pages._ui.words import t
from tl_core.use_cases import demo, projects

_SEEN = "demo-seen"


class _Look(NamedTuple):
    name: str
    act: demo.Act
    icon: str
    page: PageName


LOOKS = (  # in the order of docs/demo.md, behind the camera
    _Look("depth", "reviews", ":material/stairs:", "ladder"),
    _Look("planes", "planes", ":material/stethoscope:", "check"),
    _Look("reviews", "reviews", ":material/reviews:", "use"),
)


def begin() -> None:
    """At each view: a visitor who comes after a long silence finds everything as it was prepared."""
    demo.visited(new=_SEEN not in st.session_state)
    st.session_state[_SEEN] = True


def home() -> None:
    """Instead of the home page: what there is to see, one card each."""
    page_head(t("demo.question"), t("demo.context"))
    with st.grid(2, min_column_width=360):
        with _card("camera", ":material/photo_camera:"):
            if primary(t("demo.camera_go"), ":material/arrow_forward:", key="demo-camera"):
                with faults_shown():
                    go("data", project=projects.create(t("demo.camera_name"), "photos").id, by="camera")
        prepared = {scene.act: scene.project for scene in demo.scenes()}
        for look in LOOKS:
            if look.act not in prepared:
                continue
            with _card(look.name, look.icon):
                if secondary(t(f"demo.{look.name}_go"), ":material/arrow_forward:", key=f"demo-{look.name}"):
                    go(look.page, project=prepared[look.act])


def _card(name: str, icon: str) -> st.delta_generator.DeltaGenerator:
    card = st.container(border=True, height="stretch", key=f"demo-card-{name}")
    with card:
        st.subheader(t(f"demo.{name}_title"), anchor=False, icon=icon)
        st.text(t(f"demo.{name}_text"))
        st.space("stretch")
    return card


def controls() -> None:
    """At the foot of the sidebar, for whoever presents."""
    with st.container(key="demo-controls", gap="small"):
        if secondary(t("demo.over"), ":material/replay:", key="demo-over", help=t("demo.over_help"), wide=True):
            with faults_shown(), st.spinner(t("demo.over")):
                demo.start_over()
                go("home", project="")
        if demo.has_plug() and secondary(
            t("demo.plug"), ":material/power_off:", key="demo-plug", help=t("demo.plug_help"), wide=True
        ):
            demo.pull_plug()
