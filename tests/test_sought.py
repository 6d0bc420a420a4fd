"""The search for planted strings sees into everything it says it does; a search that is blind would prove nothing."""

from __future__ import annotations

import base64
import gzip
import io
import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.sought import Sought

WORD = "Planted00042"
NUMBER = "990000000042"


def packed(content: bytes = WORD.encode()) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", content)
    return stream.getvalue()


def named() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(f"{WORD}.txt", b"")
    return stream.getvalue()


def picture(*, about: bool) -> bytes:
    stream, told = io.BytesIO(), PngInfo()
    pixels = np.frombuffer(b"" if about else WORD.encode(), np.uint8)
    image = Image.fromarray(np.resize(pixels, (1, len(WORD))) if len(pixels) else np.zeros((1, 1), np.uint8))
    if about:
        told.add_text("Comment", WORD, zip=True)
    image.save(stream, "PNG", pnginfo=told)
    return stream.getvalue()


def database() -> bytes:
    made = sqlite3.connect(":memory:")
    made.execute("create table job (told text)")
    made.execute("insert into job values (?)", ("x" * 4000 + WORD + "y" * 4000,))
    made.commit()
    return made.serialize()


def arrays() -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, names=np.array([WORD]))  # four bytes a letter
    return stream.getvalue()


HIDDEN: dict[str, Callable[[], bytes]] = {
    "plain": lambda: b"..." + WORD.upper().encode(),
    "utf-16": lambda: WORD.encode("utf-16-be"),
    "json": lambda: json.dumps({"a": WORD}).encode(),
    "zip": packed,
    "zip in a zip": lambda: packed(packed()),
    "name in a zip": named,
    "gzip": lambda: gzip.compress(WORD.encode()),
    "sqlite": database,
    "parquet": lambda: pd.DataFrame({"a": [WORD] * 9}).to_parquet(compression="zstd"),
    "arrays": arrays,
    "pixels": lambda: picture(about=False),
    "words of a picture": lambda: picture(about=True),
    "base64": lambda: b'"data:;base64,' + base64.b64encode(b"zz" + WORD.encode() + b"zzzzzzzz") + b'"',
    "zip as base64": lambda: b"'" + base64.b64encode(packed()) + b"'",
    "double": lambda: b"abc" + struct.pack("<d", int(NUMBER)),
    "integer": lambda: b"abc" + struct.pack(">q", int(NUMBER)),
}


@pytest.mark.parametrize("way", HIDDEN)
def test_it_is_found(way: str, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(HIDDEN[way]())
    (tmp_path / "other").write_bytes(b"nothing of the kind, Planted00041 only")
    expected = NUMBER if way in ("double", "integer") else WORD.lower()
    assert Sought([WORD, NUMBER]).below(tmp_path) == {"deep/file": {expected}}


def test_names_of_files_and_folders_count(tmp_path: Path) -> None:
    (tmp_path / WORD).mkdir()
    assert Sought([WORD]).below(tmp_path) == {WORD: {WORD.lower()}}
