"""What a model says of a camera's picture, several times a second, without a rerun of the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from pages._ui import webcam
from pages._ui.words import t
from tl_core.use_cases import live

LIVE = "/thaw/live"  # the address pages/_ui/live/door.py answers
_HERE = Path(__file__).parent
_live = st.components.v2.component(
    "thaw_live",
    html=webcam.page(_HERE / "live.html"),
    css=webcam.style(_HERE / "live.css"),
    js=webcam.module(_HERE / "live.js"),
)


def answers(run_id: str, classes: Sequence[str]) -> None:
    """Draw the camera and what the model of a run says of its picture."""
    key = f"live-{run_id}"
    if key not in st.session_state:
        st.session_state[key] = live.token(run_id)
    names = ("waiting", "loading", "far", "far_about", "torn_about", "rate", "pause", "go", "paused", "kept", "gone")
    holes = {"labels": "{labels}", "rate": "{rate}"}
    _live(
        key=f"{key}-camera",
        data={
            "url": f"{LIVE}/{st.session_state[key]}",
            "classes": list(classes),
            "side": webcam.SIDE,
            "words": {
                **webcam.words(),
                **{f"live_{name}": t(f"camera.live_{name}", **holes) for name in names},
                "percent": t("shell.percent", value="{value}"),
            },
        },
    )
