"""The encoder of an assistant learns to find, and gives back what it must not forget."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from tl_core import modalities
from tl_core.answering.meaning import Encoder, quickest, unit
from tl_core.backbones.depth import identity
from tl_core.backbones.load import load
from tl_core.backbones.protocol import Backbone, State
from tl_core.domain.fault import Stopped
from tl_core.domain.report import Metric
from tl_core.evaluation import forgetting
from tl_core.freezing.activations import key_of
from tl_core.freezing.encode import Target, encode_each
from tl_core.freezing.prefix import CompiledPrefix, compile_prefix, compiled_models
from tl_core.freezing.room import budget, tidy
from tl_core.freezing.suffix import Suffix
from tl_core.runs.answer_material import Material
from tl_core.runs.answer_pairs import Lessons
from tl_core.runs.features import LARGEST_CACHE
from tl_core.tasks.answer import TEMPERATURE
from tl_core.training.checkpoints import Checkpoints
from tl_core.training.contrastive import tune
from tl_core.training.epochs import Fitted, Schedule, copied
from tl_core.training.loop import features
from tl_core.training.states import CachedStates, OnlineStates, States

TOKENS = 128  # of a text that are learned from: half the time of 256, and no worse to find by
BATCH = 32  # texts a pass through the frozen prefix
SHARES = (1.0, 0.75, 0.5, 0.25)  # of the tuned weights in a mix with the original's (WiSE-FT, Wortsman et al. 2022)
FALL = 0.02  # of general retrieval, which a kept encoder may lose
DECAY, WEIGHT_DECAY, PATIENCE = 0.9, 0.01, 2


@dataclass(frozen=True)
class Tuned:
    """What learning came to. ``encoder`` None: nothing that may be kept is better than the start, on validation."""

    encoder: Encoder | None
    fitted: Fitted
    share: float  # of the tuned weights
    kept: Metric | None
    original: Metric


def learn(material: Material, lessons: Lessons) -> Tuned:
    """Tune a copy of the starting model (or random weights), and mix it back as far as general retrieval asks for.

    Raises Stopped (what was not compared cannot replace anything), and InputFault when the disk is full.
    """
    plan = material.plan
    assert plan.frozen_stages is not None
    pretrained = plan.recipe != "scratch"
    backbone = load(material.home, plan.backbone, pretrained=pretrained, seed=plan.seed)
    original = _general(backbone, material)
    states = _states(material, backbone, plan.frozen_stages, lessons)
    backbone.card = backbone.card.model_copy(
        update={"sha256": ""}
    )  # from here on no cache may take it for the original
    model = Suffix(backbone, plan.frozen_stages, nn.Identity(), fresh=not pretrained).to(material.device)
    start = copied(model)
    if plan.lora_rank:
        model.adapt(plan.lora_rank, plan.seed)
    folder = material.folder
    fitted = tune(
        model, _schedule(material), states, lessons.pairs, lessons.looked, _Judge(lessons), material.device,
        Checkpoints(folder.checkpoints), folder.append, folder.stop_requested,
    )  # fmt: skip
    model.merge()
    if fitted.ended == "stopped":
        raise Stopped
    if not fitted.best_epoch:
        return Tuned(None, fitted, 0.0, None, original)
    share, kept = _mixed(material, model, states, lessons, start, original if pretrained else None)
    encoder = Encoder(backbone, device=material.device) if share else None
    return Tuned(encoder, fitted, share, kept if pretrained else None, original)


def quicker(encoder: Encoder, device: torch.device, cache: Path) -> Encoder:
    """The same weights, compiled: for all passages."""
    return Encoder(encoder.backbone, cache=cache, device=device, precision=quickest(device))


def _mixed(
    material: Material, model: Suffix, states: States, lessons: Lessons, start: dict[str, Tensor],
    original: Metric | None,
) -> tuple[float, Metric | None]:  # fmt: skip
    """Leaves in ``model`` the mix with the lowest loss of those that forget little; share 0 where there is none.

    Without ``original`` (random weights) there is nothing to forget: what was learned stays as it is.
    """
    if original is None:
        return 1.0, None
    tuned, judge = copied(model), _Judge(lessons)
    found: list[tuple[float, float, Metric]] = []
    for share in SHARES:
        if material.folder.stop_requested():
            raise Stopped
        model.load({name: torch.lerp(start[name], tensor, share) for name, tensor in tuned.items()})
        kept = _general(model.backbone, material)
        if kept.value >= original.value - FALL:
            size = material.plan.batch_size or BATCH
            seen = [features(model, states, rows, size, material.device) for rows in _rows(lessons)]
            found.append((judge(*seen)["validation/loss"], share, kept))
    if not found:
        model.load(start)
        return 0.0, None
    _, share, kept = min(found, key=lambda one: one[0])
    model.load({name: torch.lerp(start[name], tensor, share) for name, tensor in tuned.items()})
    model.eval()
    return share, kept


def _rows(lessons: Lessons) -> tuple[np.ndarray, np.ndarray]:
    return lessons.looked.asked, lessons.looked.passages


def _general(backbone: Backbone, material: Material) -> Metric:
    """Of the modality's reference pairs: the share of sentences whose own passage is found first."""
    reference = modalities.get("text").reference()
    vectors = Encoder(backbone, device=material.device).encode([str(raw) for raw in reference.raws])
    half = len(vectors) // 2
    return forgetting.retrieval(vectors[:half], vectors[half:], reference.units, material.plan.seed)


class _Judge:
    """Loss and recall at 5 of validation's questions among the passages looked at."""

    def __init__(self, lessons: Lessons) -> None:
        self._right = lessons.right

    def __call__(self, questions: np.ndarray, passages: np.ndarray) -> dict[str, float]:
        near = unit(questions) @ unit(passages).T
        scores = near.astype(np.float64) / TEMPERATURE
        best = np.where(self._right, scores, -np.inf).max(axis=1)
        top = scores.max(axis=1, keepdims=True)
        losses = np.log(np.exp(scores - top).sum(axis=1)) + top[:, 0] - best
        before = (scores > best[:, None]).sum(axis=1)
        return {"validation/loss": float(losses.mean()), "validation/recall@5": float((before < 5).mean())}


def _schedule(material: Material) -> Schedule:
    plan = material.plan
    assert plan.epochs is not None
    assert plan.batch_size is not None
    assert plan.learning_rate is not None
    return Schedule(
        epochs=plan.epochs, batch_size=plan.batch_size, learning_rate=plan.learning_rate, rate_decay=DECAY,
        weight_decay=WEIGHT_DECAY, patience=PATIENCE, seed=plan.seed, precision=plan.precision,
    )  # fmt: skip


def _states(material: Material, backbone: Backbone, boundary: int, lessons: Lessons) -> States:
    """Every text at the boundary: from the project's cache where there is room, computed anew each round where not."""
    text, folder = modalities.get("text"), material.folder
    read_text = text.make_preprocessor(backbone.card, backbone.files, {"max_tokens": TOKENS})
    items = [read_text(one) for one in lessons.texts]
    lengths = np.array([len(item) for item in items], dtype=np.int64)

    def read(rows, view: int) -> dict[str, Tensor]:
        return text.collate([items[row] for row in rows])

    backbone.network.to(material.device).eval()
    if not boundary:
        return OnlineStates(backbone.enter, read, lengths, material.device)
    prefix = compile_prefix(
        backbone, boundary, read([0, 0], 0), material.device, hidden=True, features=False,
        cache=compiled_models(material.home),
    )  # fmt: skip
    size = int(lengths.sum()) * backbone.card.features * 4
    room = min(LARGEST_CACHE, budget(), shutil.disk_usage(material.home.path).free // 3)
    if size > room:
        return OnlineStates(partial(_entered, prefix, backbone, boundary), read, lengths, material.device)
    tidy(material.home, 2 * size)
    digest = hashlib.sha256("\0".join(lessons.texts).encode()).hexdigest()
    key = key_of(texts=digest, **identity(backbone), boundary=boundary, tokens=TOKENS, device=material.device.type)
    target = Target(material.home.project(material.plan.project) / "cache" / key, partial(backbone.mask_at, boundary))
    kept = encode_each(
        [target], prefix.each, read, lengths, 0, batch_size=BATCH, tell=lambda done: None, stop=folder.stop_requested
    )
    return CachedStates(kept)


def _entered(prefix: CompiledPrefix, backbone: Backbone, boundary: int, batch: dict[str, Tensor]) -> State:
    hidden, _ = prefix(batch)
    assert hidden is not None
    return {"hidden": torch.from_numpy(hidden), "mask": backbone.mask_at(boundary, batch["mask"])}
