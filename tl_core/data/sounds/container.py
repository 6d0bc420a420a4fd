"""Sounds in containers that libsndfile does not know: M4A, AAC, WebM, WMA. Decoded by FFmpeg, through PyAV.

FFmpeg is told the format, from a list of a few, and is given an open file, no name: playlists and other formats that
name further files or addresses are never tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import av
import numpy as np
from av.stream import Disposition

from tl_core.data.refused import Refused
from tl_core.data.sounds.recording import BLOCK, Source

HEADS = (  # where, what stands there, FFmpeg's name of the format, what people call it
    (4, b"ftyp", "mp4", "M4A"),
    (0, b"\x1a\x45\xdf\xa3", "matroska", "WebM"),
    (0, b"\x30\x26\xb2\x75", "asf", "WMA"),
    (0, b"\xff\xf1", "aac", "AAC"),
    (0, b"\xff\xf9", "aac", "AAC"),
    (0, b"#!AMR", "amr", "AMR"),
    (0, b"caff", "caf", "CAF"),
    (0, b"OggS", "ogg", "OGG"),
    (0, b"RIFF", "wav", "WAV"),
    (0, b"wvpk", "wv", "WavPack"),
)
FILMS = (b"AVI ", b"qt  ")  # marks of containers that are films
HEAD = 16  # bytes


def open_container(file: BinaryIO) -> Source:
    """Raises ``Refused``: no sound that is known here, a film, or damaged."""
    head = file.read(HEAD)
    file.seek(0)
    if head[8:12] in FILMS:
        raise Refused("refusals.video")
    found = next((one for one in HEADS if head[one[0] :].startswith(one[1])), None)
    if found is None:
        raise Refused("refusals.not_a_sound")
    try:
        container = av.open(file, "r", format=found[2])
    except (av.FFmpegError, ValueError):
        raise Refused("refusals.sound_damaged") from None
    if any(not stream.disposition & Disposition.attached_pic for stream in container.streams.video):
        raise Refused("refusals.video")
    if not container.streams.audio:
        raise Refused("refusals.not_a_sound")
    stream = container.streams.audio[0]
    length = stream.duration * stream.time_base if stream.duration and stream.time_base else 0
    return Source(
        blocks=_blocks(container, stream),
        rate=stream.rate or 0,
        channels=stream.channels,
        format=found[3],
        promised=float(length),
    )


def _blocks(container: av.container.InputContainer, stream: av.AudioStream) -> Iterator[np.ndarray]:
    """Frames of FFmpeg, gathered into blocks."""
    waiting: list[np.ndarray] = []
    turned = av.AudioResampler(format="fltp", layout=stream.layout, rate=stream.rate)
    try:
        for frame in container.decode(stream):
            for one in turned.resample(frame):
                waiting.append(one.to_ndarray().T)
            if sum(map(len, waiting)) >= BLOCK * stream.rate:
                yield np.concatenate(waiting)
                waiting = []
    except (av.FFmpegError, ValueError):
        raise Refused("refusals.sound_damaged") from None
    if waiting:
        yield np.concatenate(waiting)
