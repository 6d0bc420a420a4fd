"""What a forecasting tells while it runs: looks at validation as epochs, the quick look, how far it is."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
import torch

from tl_core.domain.event import Epoch, Phase, Probed, Progress, Resumed
from tl_core.domain.forecast import Competitor, Judgement
from tl_core.domain.report import Metric
from tl_core.runs.forecast import Watch
from tl_core.store.run_folder import RunFolder
from tl_core.training.checkpoints import Checkpoints
from tl_core.training.devices import memory_used
from tl_core.training.forecasting import Judged, Tuning


@dataclass
class Telling:
    """What the run tells of itself, as events."""

    folder: RunFolder
    tuning: Tuning
    device: torch.device
    began: float = field(default_factory=time.monotonic)
    looked: float = 0.0  # when validation was looked at last
    best: float = np.inf
    total: int = 0

    def watch(self) -> Watch:
        return Watch(
            phase=self._phase, done=self._done, looked=self._looked, tuned=self._tuned,
            stop=self.folder.stop_requested, checkpoints=self._checkpoints,
        )  # fmt: skip

    def _phase(self, name: str, total: int | None) -> None:
        self.total, self.looked = total or 0, time.monotonic()
        self.folder.append(Phase(name=name, total=total))

    def _done(self, count: int) -> None:
        self.folder.append(Progress(done=count, total=self.total))

    def _looked(self, found: dict[Competitor, Judgement]) -> None:
        look, naive = found["untuned"], found["seasonal_naive"]
        if self.folder.view().probe is not None:
            return
        metrics = {
            "validation/mase": look.mase.mean,
            "validation/weighted_quantile_loss": look.weighted_quantile_loss.mean,
            "seasonal_naive/mase": naive.mase.mean,
        }
        told = {name: Metric(value=value) for name, value in metrics.items()}
        self.folder.append(Probed(metrics=told, seconds=time.monotonic() - self.began))

    def _tuned(self, judged: Judged) -> None:
        now = time.monotonic()
        seconds, self.looked = max(now - self.looked, 1e-3), now
        if not judged.step:
            self.best = judged.score
            return
        better = judged.score < self.best
        self.best = min(self.best, judged.score)
        every = self.tuning.judge_every
        self.folder.append(
            Epoch(
                number=-(-judged.step // every),
                of=-(-self.tuning.steps // every),
                metrics={"train/loss": judged.loss, "validation/mase": judged.score},
                best=better,
                seconds=seconds,
                rate=every * self.tuning.rows / seconds,
                memory=memory_used(self.device),
            )
        )

    def _checkpoints(self, part: str) -> Checkpoints:
        found = Checkpoints(self.folder.checkpoints / part)
        kept = found.kept()
        if kept is not None:
            self.best = min(float(np.nanmean(one["each"])) for one in kept[0]["judged"])
            self.folder.append(Resumed(epoch=-(-kept[0]["step"] // self.tuning.judge_every)))
        return found
