"""A picture with boxes that a person draws, moves and removes; the browser sends them when a hand is lifted."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import streamlit as st
from pydantic import ValidationError
from streamlit.components.v2.types import ComponentRenderer

from pages._ui.words import t
from tl_core.domain.excited import Box

HERE = Path(__file__).resolve().parent
MOST = 50  # boxes on one picture


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "thaw_mask", css=(HERE / "mask.css").read_text("utf-8"), js=(HERE / "mask.js").read_text("utf-8")
    )


def draw(png: bytes, boxes: Sequence[Box], strips: Sequence[Box], *, filled: bool, label: str, key: str) -> list[Box]:
    """Show the picture and return its boxes; it begins with ``boxes``.

    ``strips`` are shown with them and cannot be changed here. ``filled``: as they would be blacked out.
    """
    sent = (st.session_state.get(key) or {}).get("boxes")
    now = list(boxes) if sent is None else _boxes(sent)
    result = _component()(
        key=key,
        data={
            "picture": "data:image/png;base64," + base64.b64encode(png).decode(),
            "boxes": [_corners(box) for box in now],
            "strips": [_corners(box) for box in strips],
            "filled": filled,
            "most": MOST,
            "label": label,
            "words": {name: t(f"data_page.mask_{name}", number="{number}") for name in ("add", "box", "hint")},
        },
        on_boxes_change=lambda: None,
    )
    drawn = getattr(result, "boxes", None)
    return now if drawn is None else _boxes(drawn)


def _corners(box: Box) -> list[float]:
    return [box.left, box.top, box.right, box.bottom]


def _boxes(drawn: object) -> list[Box]:
    """What a browser sent, as far as it makes sense."""
    found = []
    for one in drawn if isinstance(drawn, list) else []:
        try:
            left, top, right, bottom = (min(1.0, max(0.0, float(side))) for side in one)
            if left < right and top < bottom:
                found.append(Box(left=left, top=top, right=right, bottom=bottom))
        except (TypeError, ValueError, ValidationError):
            continue
    return found[:MOST]
