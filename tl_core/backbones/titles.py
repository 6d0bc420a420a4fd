"""Names of layer groups that people can read. A rule of thumb: neighbouring groups overlap, and networks differ."""

from __future__ import annotations

from tl_core.domain.text import Text

LADDERS = {
    "image": ["edges", "texture", "pattern", "shape", "part", "object", "meaning"],
    "text": ["words", "neighbours", "phrases", "grammar", "sense", "topic", "message"],
    "audio": ["tones", "timbre", "onsets", "rhythm", "voices", "sequence", "event"],
    "series": ["points", "turns", "bumps", "waves", "cycles", "stretches", "course"],
}


def stage_titles(modality: str, count: int) -> list[tuple[Text, Text]]:
    """Title and description of each of ``count`` stages (1 to 7), from the input on; few stages skip rungs evenly."""
    ladder = LADDERS[modality]
    last = len(ladder) - 1
    names = [ladder[round(k * last / (count - 1)) if count > 1 else last] for k in range(count)]
    return [(Text(key=f"backbones.stage_{name}"), Text(key=f"backbones.stage_{name}_about")) for name in names]
