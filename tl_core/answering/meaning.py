"""Finding passages by what they mean: every text becomes a vector of length 1, and near ones mean alike.

Nils Reimers, Iryna Gurevych: Sentence-BERT (EMNLP 2019). The encoder is any starting model for texts, its pooled
features are what is compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from tl_core import modalities
from tl_core.answering.passages import indexed
from tl_core.answering.vectors import VectorStore
from tl_core.backbones.depth import identity
from tl_core.backbones.protocol import Backbone, forward
from tl_core.domain.dataset import Sample
from tl_core.domain.fault import Stopped
from tl_core.domain.plan import Precision
from tl_core.freezing.activations import key_of
from tl_core.freezing.precision import computes
from tl_core.freezing.prefix import compile_prefix
from tl_core.store.home import Home

TOKENS = 256  # of a passage that are read; what most encoders of sentences were tuned on, and as long as a passage is
BATCH = {"cpu": 4096, "mps": 8192, "cuda": 65536}  # tokens of a batch, padding included
SMALL = 512  # the same for an encoder that is not compiled: a question, the sentences of a passage
BLOCK = 16  # batches that are kept together; what a killed pass loses

Tell = Callable[[int], None]


class Encoder:
    """Texts to unit vectors, by one backbone of the text modality.

    ``cache``: where its compiled form is kept; None computes as it is, which is as quick for a question or two.
    """

    def __init__(
        self, backbone: Backbone, *, tokens: int = TOKENS, cache: Path | None = None, precision: Precision = "f32",
        device: torch.device | None = None,
    ) -> None:  # fmt: skip
        self._text = modalities.get("text")
        self._device = device or torch.device("cpu")
        self.backbone, self.tokens, self.precision = backbone, tokens, precision
        self._read = self._text.make_preprocessor(backbone.card, backbone.files, {"max_tokens": tokens})
        backbone.network.to(self._device).eval()
        self._run = self._compiled(cache) if cache is not None else self._eager
        self._batch = SMALL if cache is None and self._device.type == "cpu" else BATCH[self._device.type]

    @property
    def features(self) -> int:
        """Length of its vectors."""
        return self.backbone.card.features

    @property
    def key(self) -> str:
        """Tells its vectors from those of any other; empty where nobody can, because its weights have no name."""
        if not self.backbone.card.sha256:
            return ""
        return key_of(**identity(self.backbone), tokens=self.tokens, precision=self.precision)

    def encode(
        self, texts: Sequence[str], tell: Tell = lambda done: None, stop: Callable[[], bool] = lambda: False
    ) -> np.ndarray:  # fmt: skip
        """(text, feature) float32, each row of length 1. ``tell`` hears how many are done. Raises Stopped."""
        found = np.zeros((len(texts), self.features), dtype=np.float32)
        for rows, vectors in self.batches(texts, tell, stop):
            found[rows] = vectors
        return found

    def batches(
        self, texts: Sequence[str], tell: Tell = lambda done: None, stop: Callable[[], bool] = lambda: False
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:  # fmt: skip
        """Which of ``texts``, and their vectors; the longest first, so that what is left is never more than it seems.

        ``tell`` counts texts as their tokens are done. Raises Stopped.
        """
        items = [self._read(text) for text in texts]
        lengths = np.array([len(item) for item in items], dtype=np.int64)
        total, done = max(1, int(lengths.sum())), 0
        for rows in batched(lengths, self._batch):
            if stop():
                raise Stopped
            vectors = self._run(self._text.collate([items[row] for row in rows]))
            done += int(lengths[rows].sum())
            tell(round(len(texts) * done / total))
            yield rows, unit(vectors)

    def _eager(self, batch: dict[str, Tensor]) -> np.ndarray:
        with torch.inference_mode():
            there = {name: tensor.to(self._device) for name, tensor in batch.items()}
            return self.backbone.pool(forward(self.backbone, there)).float().cpu().numpy()

    def _compiled(self, cache: Path) -> Callable[[dict[str, Tensor]], np.ndarray]:
        example = self._text.collate([self._read(self._text.blank())] * 2)
        run = compile_prefix(
            self.backbone, len(self.backbone.stages), example, self._device, hidden=False, features=True, cache=cache,
            precision=self.precision,
        )  # fmt: skip

        def compiled(batch: dict[str, Tensor]) -> np.ndarray:
            features = run(batch)[1]
            assert features is not None
            return features

        return compiled


def quickest(device: torch.device) -> Precision:
    """What passages are read with: bf16 where the device computes with it. A vector turns by less than a degree."""
    return "bf16" if computes(device, "bf16") else "f32"


def batched(lengths: np.ndarray, most: int) -> Iterator[np.ndarray]:
    """Rows of about equal lengths, the longest first, with at most ``most`` tokens a batch when padded."""
    order = np.argsort(-lengths, kind="stable")
    first = 0
    while first < len(order):
        count = max(1, most // max(1, int(lengths[order[first]])))
        yield order[first : first + count]
        first += count


def unit(vectors: np.ndarray) -> np.ndarray:
    """Each row of length 1, as float32; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)


def vectors_of(
    home: Home, project_id: str, samples: Sequence[Sample], encoder: Encoder, tell: Tell = lambda done: None,
    stop: Callable[[], bool] = lambda: False,
) -> np.ndarray:  # fmt: skip
    """(passage, feature) of ``samples``, those that are known from the project's cache; the rest is added to it.

    Killed, it goes on where it was, with the same numbers; those of passages that are no more go. ``tell`` counts
    ``samples``. Raises Stopped, and InputFault when the disk is full.
    """
    if not encoder.key:
        return encoder.encode([indexed(sample) for sample in samples], tell, stop)
    store = VectorStore(store_folder(home, project_id, encoder.key), encoder.features)
    known = store.read()
    missing = sorted({one.id: one for one in samples if one.id not in known}.values(), key=lambda one: one.id)
    before = len(samples) - len(missing)
    tell(before)
    ids: list[str] = []
    block: list[np.ndarray] = []
    texts = [indexed(sample) for sample in missing]
    for number, (rows, vectors) in enumerate(encoder.batches(texts, lambda done: tell(before + done), stop), start=1):
        ids += [missing[row].id for row in rows]
        block.append(vectors)
        if number % BLOCK == 0:
            store.add(ids, np.concatenate(block))
            ids, block = [], []
    if ids:
        store.add(ids, np.concatenate(block))
    known = store.keep({sample.id for sample in samples})
    return np.stack([known[sample.id] for sample in samples]) if samples else np.zeros((0, encoder.features), "f4")


def store_folder(home: Home, project_id: str, key: str) -> Path:
    """Among the project's caches, which are the first to go when room is needed."""
    return home.project(project_id) / "cache" / f"vectors-{hashlib.sha256(key.encode()).hexdigest()[:16]}"
