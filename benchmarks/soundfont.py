"""Recorded notes out of a SoundFont 2 file: 16-bit samples in ``smpl``, a header of 46 bytes for each in ``shdr``.

SoundFont Technical Specification 2.04 (1998).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

INSTRUMENTS = {  # class -> names of its samples, in small letters
    "bass guitar": "(finger|pick|slap) ?.*bass|fretless", "bassoon": "bassoon", "cello": "cello",
    "flute": "^(pan )?flute|piccolo ?[a-g]", "guitar": "nylon|^steel [a-g]|jazz guitar|^clean [a-g]",
    "harp": "^harp ?[a-g]", "oboe": "oboe|english horn", "organ": "organ|^b3", "piano": "piano",
    "sax": "^(alto|tenor|bari|sop)", "trombone": "trombone", "violin": "^violin|^viola",
}  # fmt: skip
NO_NOTE = "harmon|reed|steel drum"
SECONDS = 2.5  # of each note, from its beginning
_HEADER = struct.Struct("<20s5I6x")  # name, start, end, loop start, loop end, rate


class Note(NamedTuple):
    name: str
    samples: np.ndarray  # (time,) int16
    rate: int  # samples a second


def instruments(file: Path, folder: Path) -> None:
    """Write the notes of twelve instruments, a folder each, as WAV at the rates they were recorded at."""
    known: set[str] = set()
    for note in _notes(file.read_bytes()):
        name = re.sub(r"[(_ ]?[LR]\)?$", "", note.name)  # of left and right the first
        low = name.lower()
        label = next((label for label, pattern in INSTRUMENTS.items() if re.search(pattern, low)), None)
        if label is None or name in known or re.search(NO_NOTE, low):
            continue
        known.add(name)
        (folder / label).mkdir(parents=True, exist_ok=True)
        soundfile.write(folder / label / f"{re.sub(r'[^0-9A-Za-z#]+', '_', name)}.wav", note.samples, note.rate)


def _notes(content: bytes) -> Iterator[Note]:
    begin = content.index(b"smpl", content.index(b"sdta")) + 8
    headers = content.rindex(b"shdr") + 8
    (size,) = struct.unpack("<I", content[headers - 4 : headers])
    for number in range(size // _HEADER.size - 1):  # the last one only ends the list
        name, start, end, _, _, rate = _HEADER.unpack_from(content, headers + number * _HEADER.size)
        samples = np.frombuffer(content[begin + 2 * start : begin + 2 * end], "<i2")[: int(SECONDS * rate)]
        yield Note(name.split(b"\0")[0].decode("latin-1").strip(), samples, rate)
