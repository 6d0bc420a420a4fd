"""How much of the starting model's ability a changed one has kept, and how alike the two see a person's own samples."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from tl_core import modalities
from tl_core.backbones.load import load_classifier
from tl_core.backbones.protocol import State
from tl_core.domain.fault import Stopped
from tl_core.domain.mixes import Ability
from tl_core.domain.report import Metric
from tl_core.evaluation import forgetting
from tl_core.freezing.suffix import Suffix
from tl_core.runs.candidates import Job
from tl_core.training.states import States, moved

BATCH = 16  # samples a pass
LIKENESS = 300  # validation samples at most for which layers are compared


class General:
    """The modality's reference samples at the boundary: what lies before it is frozen, and runs over them once.

    Made while ``job.backbone`` holds its original weights. The first model measured must be the original, unless
    its features are given (``original``).
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        modality = modalities.get(job.plan.modality)
        self.reference = modality.reference()
        prepare = modality.make_preprocessor(job.backbone.card, job.backbone.files, job.plan.options)
        items = [prepare(raw) for raw in self.reference.raws]
        order = np.argsort([modality.length(item) for item in items], kind="stable")
        enter = job.encoder.enter()
        self._batches: list[tuple[np.ndarray, State]] = []
        with torch.inference_mode():
            for start in range(0, len(order), BATCH):
                if job.folder.stop_requested():
                    raise Stopped
                rows = order[start : start + BATCH]
                self._batches.append((rows, enter(modality.collate([items[row] for row in rows]))))
        self._classifier = None if self.reference.pairs else load_classifier(job.home, job.plan.backbone)
        self.original: np.ndarray | None = None  # its features, (reference sample, feature)

    @property
    def ability(self) -> Ability:
        if self.reference.pairs:
            return "retrieval"
        return "neighbours" if self._classifier is None else "agreement"

    def kept(self, model: Suffix) -> Metric:
        """The ability of ``model`` as it is now."""
        features = self._features(model)
        original = self.original
        if original is None:
            original = self.original = features
        units, seed = self.reference.units, self._job.plan.seed
        if self.reference.pairs:
            half = len(features) // 2
            return forgetting.retrieval(features[:half], features[half:], units, seed)
        if original is features:  # it agrees with itself: no estimate, so there is no doubt
            return Metric(
                value=1.0, low=1.0, high=1.0, method="exact", samples=len(features), groups=len(set(units))
            )  # fmt: skip
        if self._classifier is None:
            return forgetting.neighbours(original, features, units, seed)
        said = [_asked(self._classifier, one) for one in (original, features)]
        return forgetting.agreement(said[0], said[1], units, seed)

    def _features(self, model: Suffix) -> np.ndarray:
        """Pooled features (reference sample, feature), in the reference's order."""
        found = np.empty((len(self.reference.raws), self._job.backbone.card.features), dtype=np.float32)
        with torch.inference_mode():
            for rows, state in self._batches:
                state = moved(state, self._job.device)
                for stage in model.stages:
                    state = model.backbone.run(stage, state)
                found[rows] = model.backbone.pool(state).float().cpu().numpy()
        return found


def stages_seen(model: Suffix, states: States, count: int, device: torch.device) -> list[np.ndarray]:
    """What comes out of each stage after the boundary, (sample, feature), averaged over space or tokens.

    For at most ``LIKENESS`` of ``count`` samples, evenly chosen.
    """
    chosen = np.unique(np.linspace(0, count - 1, min(count, LIKENESS)).round().astype(int))
    chosen = chosen[np.argsort(states.lengths[chosen], kind="stable")]
    found: list[list[np.ndarray]] = [[] for _ in model.stages]
    with torch.inference_mode():
        for start in range(0, len(chosen), BATCH):
            state = moved(states.enter(states.read(chosen[start : start + BATCH].tolist(), 0)), device)
            for number, stage in enumerate(model.stages):
                state = model.backbone.run(stage, state)
                found[number].append(_averaged(state).float().cpu().numpy())
    return [np.concatenate(pieces) for pieces in found]


def _asked(classifier: nn.Linear, features: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        return classifier(torch.from_numpy(features)).numpy()


def _averaged(state: State) -> torch.Tensor:
    """(batch, feature) from (batch, token, feature), (batch, feature, height, width) or with features last."""
    hidden = state["hidden"]
    if hidden.ndim == 4:
        last = hidden.shape[1] == hidden.shape[2] != hidden.shape[3]
        return hidden.mean((1, 2) if last else (2, 3))
    if hidden.ndim == 3:
        weight = state["mask"].unsqueeze(-1).to(hidden.dtype) if "mask" in state else torch.ones_like(hidden[..., :1])
        return (hidden * weight).sum(1) / weight.sum(1).clamp(min=1)
    return hidden
