"""What a model must beat, fitted on the same training samples and judged on the same others."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any, overload

from tl_core import modalities
from tl_core.domain.dataset import Sample
from tl_core.evaluation.baselines import competitors, majority
from tl_core.evaluation.report import Answers
from tl_core.runs.material import Subset
from tl_core.store.home import Home

AT_ONCE = 1 << 29  # bytes of decoded samples that may lie in memory together


class Raws(Sequence[Any]):
    """Decoded samples, read when asked for: ten thousand pictures need not lie in memory."""

    def __init__(self, home: Home, project_id: str, modality: str, samples: Sequence[Sample]) -> None:
        self._home, self._project = home, project_id
        self._modality, self._samples = modalities.get(modality), samples

    def __len__(self) -> int:
        return len(self._samples)

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [self._raw(sample) for sample in self._samples[index]]
        return self._raw(self._samples[index])

    def __iter__(self) -> Iterator[Any]:
        return (self._raw(sample) for sample in self._samples)

    def _raw(self, sample: Sample) -> Any:
        return self._modality.load_raw(self._home, self._project, sample)


def judge_baselines(
    home: Home, project_id: str, modality: str, train: Subset, judged: Subset, classes: int
) -> dict[str, Answers]:
    """The modality's competitors and ``majority``: what each says of ``judged``, with the seconds it took to make."""
    raws: list[Sequence[Any]] = [Raws(home, project_id, modality, subset.samples) for subset in (train, judged)]
    if sum(_bytes(sample) for subset in (train, judged) for sample in subset.samples) <= AT_ONCE:
        raws = [list(one) for one in raws]  # else each competitor reads them anew
    answers: dict[str, Answers] = {}
    for name, competitor in competitors(modality).items():
        began = time.monotonic()
        fitted = competitor.fit(raws[0], train.labels, train.groups, classes)
        seconds = time.monotonic() - began
        answers[name] = Answers(fitted.predict(raws[1]), seconds, left_out=getattr(fitted, "left_out", None))
    return answers | {"majority": Answers(majority(train.labels, len(judged.samples), classes), 0.0)}


def _bytes(sample: Sample) -> float:
    """What a decoded sample takes: a series its float32 values and its times; of others it is not known."""
    if not sample.measured:
        return float("inf")
    return int(sample.traits["moments"]) * (4 * int(sample.traits["series_channels"]) + 8)
