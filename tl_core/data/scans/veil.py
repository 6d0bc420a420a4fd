"""Writing that may be burned into pictures: found, shown to a person outside the project, blacked out as they say."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from tl_core.data.refused import Refused
from tl_core.data.scans.writing import find_writing

Box = Sequence[float]  # left, top, right, bottom, in shares of the picture


def veiled(pictures: list[Image.Image], item: dict, *, looked_at: bool, declared: bool) -> dict[str, Any] | None:
    """Black out in place what a person said; else what to ask them: ``{"suspected": boxes, "preview": file name}``.

    ``declared``: the file itself says that something is burned in. The preview, of the picture in the middle, goes into
    the folder ``item["review"]``, if there is one. None: nothing stands in the way. All pictures of a file have their
    writing at the same places. Raises ``Refused`` where a person left the file out.
    """
    if "masks" in item:
        if item["masks"] is None:
            raise Refused("refusals.scan_left_out")
        for picture in pictures:
            black_out(picture, item["masks"])
        return None
    if not looked_at:
        return None
    boxes = merged([box for picture in pictures for box in find_writing(np.asarray(picture))])
    if not boxes and not declared:
        return None
    review = item.get("review")
    return {"suspected": boxes, "preview": _previewed(pictures[len(pictures) // 2], Path(review)) if review else None}


def black_out(picture: Image.Image, boxes: Sequence[Box]) -> None:
    """Paint boxes over, whole pixels outwards."""
    draw = ImageDraw.Draw(picture)
    for left, top, right, bottom in boxes:
        corners = (int(left * picture.width), int(top * picture.height), right * picture.width, bottom * picture.height)
        draw.rectangle(corners, fill=0)


def merged(boxes: Sequence[Box]) -> list[list[float]]:
    """Boxes that overlap as one, so that a person sees few; at most as many as were given."""
    found: list[list[float]] = []
    for box in sorted(map(list, boxes)):
        overlapping = [one for one in found if not _apart(one, box)]
        while overlapping:
            for one in overlapping:
                found.remove(one)
            both = [*overlapping, box]
            box = [min(b[0] for b in both), min(b[1] for b in both), max(b[2] for b in both), max(b[3] for b in both)]
            overlapping = [one for one in found if not _apart(one, box)]
        found.append(box)
    return sorted(found)


def _apart(one: Box, other: Box) -> bool:
    return one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]


def _previewed(picture: Image.Image, folder: Path) -> str:
    stream = io.BytesIO()
    picture.save(stream, "PNG", compress_level=2)
    name = hashlib.sha256(stream.getvalue()).hexdigest()[:16] + ".png"
    (folder / name).write_bytes(stream.getvalue())
    return name
