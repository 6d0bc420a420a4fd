"""Samples in a report, for a person who wants to see some: small pictures, or the texts themselves."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

from PIL import Image

from tl_core.domain.dataset import Sample
from tl_core.domain.reporting import Block, Paragraph, Samples, Shown
from tl_core.store.home import Home
from tl_core.words import say

SIDE = 240  # pixels at most


def picture(home: Home, project_id: str, sample: Sample) -> str:
    """Base64 of a PNG of its thumbnail, which is ours and not a stranger's file; empty where it has none."""
    file = home.thumbnails(project_id) / f"{sample.id}.webp"
    try:
        with Image.open(file) as thumbnail:
            small = thumbnail.convert("RGB")
    except OSError:
        return ""
    small.thumbnail((SIDE, SIDE))
    stream = io.BytesIO()
    small.save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


def block(shown: Sequence[Shown]) -> list[Block]:
    return [Paragraph(text=say("report.samples_text")), Samples(samples=list(shown))] if shown else []
