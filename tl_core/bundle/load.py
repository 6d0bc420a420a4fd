"""From a bundle to a model that answers. Whatever is wrong with a bundle ends in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from tl_core import modalities
from tl_core.backbones.load import rebuild
from tl_core.backbones.protocol import Backbone, forward
from tl_core.bundle.decision import DECISION, DISTANCE, read_decision, read_distance
from tl_core.bundle.folder import WEIGHTS, check_files, opened, read_manifest
from tl_core.domain.bundle import BundleManifest
from tl_core.domain.card import BackboneCard
from tl_core.domain.decision import Decision
from tl_core.domain.fault import InputFault
from tl_core.evaluation.attribution import attribute
from tl_core.evaluation.distance import Distance
from tl_core.evaluation.randomised import likeness
from tl_core.evaluation.verdicts import Verdicts, judge
from tl_core.freezing.prefix import compile_prefix
from tl_core.modalities.explained import Parts

BATCH = 16  # samples a pass
WINDOW = 256  # samples read ahead, so that texts of like length go together
MANY = 150  # samples from which compiling the network pays; it takes seconds
CLOSE = 1e-3  # relative distance of features up to which a compiled network is the same
TOLERANCE = 1e-4  # of any probability


class Seen(NamedTuple):
    """What a network makes of n samples."""

    probabilities: np.ndarray  # (n, c) float64, rows adding up to 1
    distances: np.ndarray | None  # (n,) to what it learned from; None: the bundle cannot tell
    features: np.ndarray  # (n, feature) float32, what its head sees


class Predictor:
    """A loaded bundle: raw samples in, probabilities or verdicts out. Eager torch in f32 unless made quick."""

    def __init__(
        self, manifest: BundleManifest, backbone: Backbone, head: nn.Linear, decision: Decision | None = None,
        distance: Distance | None = None,
    ) -> None:  # fmt: skip
        self.manifest, self.decision = manifest, decision
        self._distance = distance
        self._backbone, self._head = backbone, head
        self._modality = modalities.get(manifest.modality)
        card = manifest.card.model_copy(update={"input": manifest.preprocessing})
        self._preprocess = self._modality.make_preprocessor(card, backbone.files, dict(manifest.options))
        self._features: Callable[[dict[str, Tensor]], Tensor] = self._eager

    def quicken(self, samples: int, work: Path) -> None:
        """Compile the network when there are many ``samples`` to come; ``work`` is a folder for what that leaves.

        It must agree with the eager network on a blank sample, or nothing changes.
        """
        if samples < MANY:
            return
        example = self._modality.collate([self._preprocess(self._modality.blank())] * 2)
        stages, cpu = len(self._backbone.stages), torch.device("cpu")
        run = compile_prefix(self._backbone, stages, example, cpu, hidden=False, features=True, cache=work)

        def compiled(batch: dict[str, Tensor]) -> Tensor:
            features = run(batch)[1]
            assert features is not None
            return torch.from_numpy(features)

        mine, reference = compiled(example), self._eager(example)
        further = (self._chances(mine) - self._chances(reference)).abs().max()
        if (mine - reference).norm() <= CLOSE * reference.norm() and further <= TOLERANCE:
            self._features = compiled

    @property
    def bytes(self) -> int:
        """What the weights take in memory."""
        tensors = [*self._backbone.network.state_dict().values(), *self._head.state_dict().values()]
        return sum(tensor.numel() * tensor.element_size() for tensor in tensors)

    def answer(self, raws: Iterable[Any], tell: Callable[[int], None] = lambda done: None) -> np.ndarray:
        """``look``, probabilities alone: what the network says, before any decision."""
        return self.look(raws, tell).probabilities

    def judge(self, probabilities: np.ndarray, distances: np.ndarray | None) -> Verdicts:
        """What the bundle's decision makes of what ``look`` saw: (n, c) and (n,)."""
        return judge(self.decision, self.manifest.classes, probabilities, distances)

    def verdicts(self, raws: Iterable[Any]) -> Verdicts:
        """``look``, then ``judge``."""
        seen = self.look(raws)
        return self.judge(seen.probabilities, seen.distances)

    def look(self, raws: Iterable[Any], tell: Callable[[int], None] = lambda done: None) -> Seen:
        """Raw samples (images in RGB, texts), read as needed, in their order.

        ``tell`` hears how many are done after each batch.
        """
        features: list[np.ndarray] = []  # of each window
        coming, done = iter(raws), 0
        while window := [self._preprocess(raw) for raw in islice(coming, WINDOW)]:
            order = np.argsort([self._modality.length(item) for item in window], kind="stable")
            found = np.empty((len(window), self.manifest.card.features), dtype=np.float32)
            for first in range(0, len(window), BATCH):
                rows = order[first : first + BATCH]
                found[rows] = self._features(self._modality.collate([window[row] for row in rows])).numpy()
                tell(done + first + len(rows))
            features.append(found)
            done += len(window)
        seen = np.concatenate(features) if features else np.empty((0, self.manifest.card.features), dtype=np.float32)
        return Seen(
            self._chances(torch.from_numpy(seen)).numpy(), self._distance.of(seen) if self._distance else None, seen
        )  # fmt: skip

    def parts(self, raw: Any, target: int) -> tuple[Parts, float | None]:
        """One raw sample with what in it spoke for the class number ``target``, and how alike that is to what speaks
        for it with shuffled weights, 0 to 1 or None (``evaluation.randomised``). Meanwhile nothing else may be asked.
        """
        batch = self._modality.collate([self._preprocess(raw)])
        values = attribute(self._backbone, self._head, batch, target)
        card = self.manifest.card.model_copy(update={"input": self.manifest.preprocessing})
        parts = self._modality.explained(raw, values, card, self._backbone.files, dict(self.manifest.options))
        return parts, likeness(self._backbone, self._head, batch, target, values)

    def _chances(self, features: Tensor) -> Tensor:
        with torch.inference_mode():
            return torch.softmax(self._head(features).double(), dim=1)

    def _eager(self, batch: dict[str, Tensor]) -> Tensor:
        with torch.inference_mode():
            return self._backbone.pool(forward(self._backbone, batch))


def load_bundle(path: Path) -> Predictor:
    """Load a bundle, a folder or a zip file of one. Raises ``InputFault`` for anything that is not a sound bundle.

    The network is first laid out without memory, and built only when it is the one whose weights are in the file.
    """
    with opened(Path(path)) as folder:
        manifest = read_manifest(folder)
        check_files(folder, manifest.files)
        if manifest.task != "classify":
            raise InputFault("bundle.unknown_task", task=manifest.task)
        shapes = shapes_in(folder / WEIGHTS)
        names = [name for name in manifest.files if name not in (WEIGHTS, DECISION, DISTANCE)]
        with torch.device("meta"):
            skeleton = rebuilt(manifest.card, manifest.architecture, folder, names)
        expected = {f"backbone.{name}": tuple(t.shape) for name, t in skeleton.network.state_dict().items()}
        head_shape = (len(manifest.classes), manifest.card.features)
        expected |= {"head.weight": head_shape, "head.bias": head_shape[:1]}
        if shapes != expected:
            raise InputFault("bundle.weights_do_not_fit")
        backbone = rebuilt(manifest.card, manifest.architecture, folder, names)
        # its weights are those of this bundle, not those it once began with: no cache may confuse them
        backbone.card = manifest.card.model_copy(update={"sha256": manifest.files[WEIGHTS]})
        head = nn.Linear(manifest.card.features, len(manifest.classes))
        _fill(backbone, head, folder / WEIGHTS)
        try:
            return Predictor(
                manifest, backbone, head.eval(), read_decision(folder, manifest), read_distance(folder, manifest)
            )  # fmt: skip
        except ValueError as error:  # options that the modality does not know
            raise InputFault("bundle.strange") from error


def rebuilt(card: BackboneCard, architecture: dict, folder: Path, names: list[str] | None = None) -> Backbone:
    """``backbones.load.rebuild`` of what a stranger may have written. Raises ``InputFault``."""
    try:
        return rebuild(card, architecture, folder, names)
    except (InputFault, MemoryError):
        raise
    except Exception as error:  # libraries raise whatever they like over settings that make no network
        raise InputFault("backbones.broken_architecture", name=card.name) from error


def shapes_in(weights: Path) -> dict[str, tuple[int, ...]]:
    """Names and shapes in a safetensors file, from its header alone. Raises ``InputFault``."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(weights, framework="pt") as file:
            return {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as error:
        raise InputFault("bundle.damaged", name=WEIGHTS) from error


def _fill(backbone: Backbone, head: nn.Linear, weights: Path) -> None:
    from safetensors.torch import load_file

    tensors: dict[str, Tensor] = load_file(weights)
    for tensor in tensors.values():
        if tensor.is_floating_point() and not tensor.isfinite().all():
            raise InputFault("bundle.damaged", name=WEIGHTS)
    parts = {
        part: {name.removeprefix(part): t for name, t in tensors.items() if name.startswith(part)}
        for part in ("backbone.", "head.")
    }
    try:
        backbone.network.load_state_dict(parts["backbone."])
        head.load_state_dict(parts["head."])
    except (RuntimeError, TypeError) as error:
        raise InputFault("bundle.weights_do_not_fit") from error
