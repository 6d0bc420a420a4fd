"""multilingual-e5-small as a 4-bit file ("E5S1"): its weights as a transformers BertModel, its tokenizer as JSON.

All numbers are little-endian. In order: marks and sizes; the pieces of words with their scores; a table for rewriting
characters, which Unicode's NFKC replaces here; a directory of tensors by name, each with its place in the file.
Matrices are rows of blocks of 32 weights: a half-precision scale, then 16 bytes of two 4-bit numbers each, minus 8.
"""

from __future__ import annotations

import itertools
import struct
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

MAGIC = b"E5S1"
BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])
SPACES = "[\t\n\f\r\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"


class Sizes(NamedTuple):
    hidden: int
    layers: int
    heads: int
    inner: int
    words: int
    positions: int
    types: int


class Pieces(NamedTuple):
    """Parts of words with their log probabilities, and which of them are marks."""

    scored: list[tuple[str, float]]
    begin: int
    end: int
    padding: int
    unknown: int


class File:
    """The file's content, read from front to back, then by name."""

    def __init__(self, content: bytes) -> None:
        if content[:4] != MAGIC:
            raise ValueError("not an E5S1 file")
        self._content, self._at = content, 8
        self.sizes = Sizes(*self._take("<7i"))
        self._take("<fi")  # epsilon of the norms and weights in a block: 1e-12 and 32 in all such files
        self.pieces = self._pieces()
        _, length = self._take("<iI")
        self._at += length
        (count,) = self._take("<i")
        self._places = dict(self._place() for _ in range(count))

    def vector(self, name: str, *shape: int) -> Tensor:
        """A tensor in single precision."""
        offset, _ = self._places[name]
        values = np.frombuffer(self._content, "<f4", int(np.prod(shape)), offset)
        return torch.from_numpy(values.reshape(shape).copy())

    def matrix(self, name: str, rows: int, columns: int) -> Tensor:
        """A quantised tensor, back in single precision."""
        offset, _ = self._places[name]
        blocks = np.frombuffer(self._content, BLOCK, rows * columns // 32, offset)
        halves = np.concatenate([blocks["pairs"] & 15, blocks["pairs"] >> 4], axis=1).astype(np.float32) - 8
        return torch.from_numpy((halves * blocks["scale"].astype(np.float32)[:, None]).reshape(rows, columns))

    def bytes_of(self, name: str) -> int:
        return self._places[name][1]

    def _pieces(self) -> Pieces:
        count, begin, end, padding, unknown = self._take("<5i")
        (length,) = self._take("<Q")
        starts = np.frombuffer(self._content, "<u4", count + 1, self._at).tolist()
        self._at += 4 * (count + 1)
        scores = np.frombuffer(self._content, "<f4", count, self._at).tolist()
        self._at += 4 * count
        letters = self._content[self._at : self._at + length]
        self._at += length
        texts = [letters[one:other].decode("utf-8", "replace") for one, other in itertools.pairwise(starts)]
        return Pieces(list(zip(texts, scores, strict=True)), begin, end, padding, unknown)

    def _place(self) -> tuple[str, tuple[int, int]]:
        (length,) = self._take("<H")
        name = self._content[self._at : self._at + length].decode("ascii")
        self._at += length
        _, _, offset, size = self._take("<BIQQ")
        return name, (offset, size)

    def _take(self, form: str) -> tuple:
        values = struct.unpack_from(form, self._content, self._at)
        self._at += struct.calcsize(form)
        return values


def weights(file: File) -> dict[str, Tensor]:
    """Tensors named as in a transformers BertModel without pooling."""
    sizes, width = file.sizes, file.sizes.hidden
    whole = file.bytes_of("emb.type") == sizes.types * width * 4  # else one row that stands for all
    types = file.vector("emb.type", sizes.types if whole else 1, width)
    found = {
        "embeddings.word_embeddings.weight": file.matrix("emb.word", sizes.words, width),
        "embeddings.position_embeddings.weight": file.vector("emb.pos", sizes.positions, width),
        "embeddings.token_type_embeddings.weight": types if whole else types.repeat(sizes.types, 1),
        "embeddings.LayerNorm.weight": file.vector("emb.ln.w", width),
        "embeddings.LayerNorm.bias": file.vector("emb.ln.b", width),
    }
    linear = {
        "q": ("attention.self.query", width, width),
        "k": ("attention.self.key", width, width),
        "v": ("attention.self.value", width, width),
        "ao": ("attention.output.dense", width, width),
        "fi": ("intermediate.dense", sizes.inner, width),
        "fo": ("output.dense", width, sizes.inner),
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for number in range(sizes.layers):
        for short, (name, rows, columns) in linear.items():
            target = f"encoder.layer.{number}.{name}"
            found[f"{target}.weight"] = file.matrix(f"l{number}.{short}.w", rows, columns)
            found[f"{target}.bias"] = file.vector(f"l{number}.{short}.b", rows)
        for short, name in norms.items():
            target = f"encoder.layer.{number}.{name}"
            found[f"{target}.weight"] = file.vector(f"l{number}.{short}.w", width)
            found[f"{target}.bias"] = file.vector(f"l{number}.{short}.b", width)
    return found


def tokenizer(pieces: Pieces) -> bytes:
    """tokenizer.json of the XLM-RoBERTa kind: the likeliest cut into pieces, with a mark at both ends."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    made = Tokenizer(models.Unigram(pieces.scored, unk_id=pieces.unknown))
    made.normalizer = normalizers.Sequence(
        [normalizers.Replace(Regex(SPACES), " "), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    begin, end = pieces.scored[pieces.begin][0], pieces.scored[pieces.end][0]
    made.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}", special_tokens=[(begin, pieces.begin), (end, pieces.end)]
    )
    return made.to_str().encode("utf-8")
