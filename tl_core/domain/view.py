"""What a page shows of one sample, whatever kind it is."""

from __future__ import annotations

from typing import Literal

from tl_core.domain.base import Noun


class View(Noun):
    kind: Literal["image", "text", "audio", "series"]
    text: str = ""  # the text, or the beginning of a long one
    thumbnail: str | None = None  # path of a small picture
    picture: str | None = None  # path of the whole picture
    sound: str | None = None  # path of what can be played
    facts: dict[str, str | int | float] = {}  # traits worth a line: width, height, characters, language, seconds
