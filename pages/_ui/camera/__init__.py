"""A camera that records classes: hold a button, and pictures go straight to the server's disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import streamlit as st

from pages._ui import webcam
from pages._ui.upload import UPLOAD
from pages._ui.words import t
from tl_core.use_cases import uploads
from tl_core.use_cases.captures import Captured

FRAMES = "/thaw/frames"  # the address pages/_ui/camera/door.py answers
PACE = 10  # pictures a second
MOST = 100  # pictures of one recording
FEW = 10  # fewer are said to be few
_HERE = Path(__file__).parent
_recorder = st.components.v2.component(
    "thaw_camera",
    html=webcam.page(_HERE / "camera.html"),
    css=webcam.style(_HERE / "camera.css"),
    js=webcam.module(_HERE / "camera.js"),
)


class Asked(NamedTuple):
    """What a person did to the classes."""

    do: Literal["add", "rename", "remove", "recorded"]
    number: int  # the same act is told once
    label: str = ""
    to: str = ""  # the new name
    recording: str | None = None  # the one to remove; None: all of the class


def recorder(
    inbox: uploads.Inbox, classes: Sequence[Captured], known: Mapping[str, int], *, key: str
) -> Asked | None:  # fmt: skip
    """Draw it; once after each act it returns what was done. What came is ``captures.captured(inbox.name)``.

    ``classes``: in the order of their cards. ``known``: samples of each class that are in the data already.
    """
    holes = {"label": "{label}", "what": "{what}", "amount": "{amount}"}
    names = [
        "hands_free", "hold", "recording", "start", "stop", "hold_label", "name", "add", "remove_class", "remove",
        "recorded", "short", "lost",
    ]  # fmt: skip
    result = _recorder(
        key=key,
        data={
            "url": f"{UPLOAD}/{inbox.token}",
            "pictures": f"{FRAMES}/{inbox.token}",
            "classes": [one.model_dump() | {"known": known.get(one.label, 0)} for one in classes],
            "pace": PACE,
            "most": MOST,
            "few": FEW,
            "side": webcam.SIDE,
            "words": {
                **webcam.words(),
                **{name: t(f"camera.{name}", **holes) for name in names},
                "count": t("camera.count", count="{count}"),
                "count_one": t("camera.count", count=1),
                "known": t("camera.known", count="{count}"),
            },
        },
        on_asked_change=lambda: None,
    )
    return Asked(**result.asked) if result.asked else None
