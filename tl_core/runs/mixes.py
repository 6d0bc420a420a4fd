"""Between starting model and tuned model: what each mix of the two is worth, for the new task and the old ability.

One end is the original backbone with the quick look's head, the other the tuned backbone with the tuned head; between
them every trained number moves on a straight line (WiSE-FT, Wortsman et al. 2022). Only validation samples and the
modality's reference samples are looked at, never the sealed exam.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save
from torch import Tensor, nn

from tl_core.backbones.protocol import Stage
from tl_core.domain.event import Phase, Progress
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.mixes import Likeness, Mix, Mixes
from tl_core.domain.report import Predictions
from tl_core.evaluation.forgetting import linear_cka
from tl_core.evaluation.metrics import measure
from tl_core.evaluation.report import Answers
from tl_core.freezing.suffix import Suffix
from tl_core.runs.candidates import Candidate, Job
from tl_core.runs.forgetting import General, stages_seen
from tl_core.store.atomic import room_expected, write_bytes, write_json
from tl_core.store.run_folder import RunFolder
from tl_core.tasks import classify
from tl_core.training.loop import answer

MIXES, TENSORS = "mixes.json", "mixes.safetensors"  # in ``evaluation``
CLASSIC = "validation-classic.json"  # there too: what the classic method said, so that it need not be fitted again
PART = 0.15  # of the training's own work that this may take
STEPS = (10, 5, 4)  # equal steps from 0 to 1; the finest that fits, and at least the last
BATCH = 32  # validation samples a pass

Tensors = Mapping[str, Tensor]  # ``backbone.*`` and ``head.*``


def measure_mixes(job: Job, probe: Candidate, tuned: Candidate) -> bool:
    """Measure mixes of ``probe`` and ``tuned`` and keep what makes any of them the model later.

    Same candidates, same numbers. False: a person asked to stop, and nothing is kept. Raises InputFault when the disk
    is full.
    """
    steps = affordable(job, tuned.epochs or 0)
    job.tell(Phase(name="mixes", total=steps + 1))
    began = time.monotonic()
    model = Suffix(job.backbone, job.encoder.boundary, copy.deepcopy(probe.head)).to(job.device)
    ends = [{**one.tensors, **_head(one.head)} for one in (probe, tuned)]
    model.load(ends[0])  # before anything is compiled: a compiled model is kept under the original's name
    try:
        states, general = job.encoder.judged(), General(job)
        found: list[Mix] = []
        seen = []
        for step in range(steps + 1):
            if job.folder.stop_requested():
                raise Stopped
            share = step / steps
            model.load(blend(ends[0], ends[1], share))
            logits = answer(model, states, len(job.validation.labels), BATCH, job.device)
            metrics = measure(
                job.validation.labels, classify.probabilities(logits), job.validation.groups, job.plan.seed,
                ranking=False,
            )  # fmt: skip
            found.append(Mix(share=share, metrics=metrics, kept=general.kept(model)))
            if step in (0, steps):
                seen.append(stages_seen(model, states, len(job.validation.labels), job.device))
            job.tell(Progress(done=step + 1, rate=(step + 1) / max(1e-3, time.monotonic() - began)))
    except Stopped:
        return False
    finally:
        model.load(ends[1])
    alike = [linear_cka(a, b) for a, b in zip(*seen, strict=True)]
    _keep(job.folder, ends[0], ends[1])
    write_json(
        job.folder.evaluation / MIXES,
        Mixes(
            ability=general.ability, mixes=found, likeness=_likeness(job.backbone.stages, alike),
            seconds=time.monotonic() - began,
        ),
    )  # fmt: skip
    return True


def affordable(job: Job, epochs: int) -> int:
    """How many steps the way from 0 to 1 has, from how much work the training was: same run, same answer.

    Learning from a sample costs about three times as much as answering it.
    """
    learned, judged = int(job.train.lengths.sum()), int(job.validation.lengths.sum())
    general = sum(_reference_lengths(job.plan.modality))
    allowed = PART * epochs * (3 * learned + judged)
    return next((steps for steps in STEPS if (steps + 1) * (judged + general) + 2 * judged <= allowed), STEPS[-1])


def blend(original: Tensors, tuned: Tensors, share: float) -> dict[str, Tensor]:
    """Every tensor on the straight line between its two ends: ``share`` 0 is the original, 1 the tuned one, exactly."""
    return {name: torch.lerp(original[name].float(), tensor.float(), share) for name, tensor in tuned.items()}


def read_ends(training: RunFolder, job: Job) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Both ends of a training's mixes; ``job.backbone`` holds the original weights.

    Raises InputFault when they were not kept, or the starting model is not the same any more.
    """
    file: Path = training.path / "evaluation" / TENSORS
    if not file.is_file():
        raise InputFault("results.no_mixes")
    tensors = load_file(file)
    tuned = {name.removeprefix("tuned."): t for name, t in tensors.items() if name.startswith("tuned.")}
    now = {f"backbone.{name}": t.cpu().clone() for name, t in job.backbone.network.state_dict().items()}
    original = {name: now[name] for name in tuned if name in now}
    original |= {name.removeprefix("original."): t for name, t in tensors.items() if name.startswith("original.")}
    if set(original) != set(tuned):
        raise InputFault("results.other_start")
    return original, tuned


def keep_classic(job: Job, classic: Answers) -> None:
    """Keep what the classic method said of the validation samples: a mix will be compared with it."""
    said = Predictions(
        samples=job.validation.ids, true=job.validation.labels.tolist(), probabilities=classic.probabilities.tolist()
    )
    write_json(job.folder.evaluation / CLASSIC, said)


def read_classic(training: RunFolder, job: Job, seconds: float) -> Answers | None:
    """What ``keep_classic`` kept; None where that was of other samples, or is not there."""
    file = training.evaluation / CLASSIC
    if not file.is_file():
        return None
    said = Predictions.model_validate_json(file.read_bytes())
    return Answers(np.array(said.probabilities), seconds) if said.samples == job.validation.ids else None


def _keep(folder: RunFolder, original: Tensors, tuned: Tensors) -> None:
    """The tuned end whole; of the original only the head, as its backbone lies with the starting models."""
    tensors = {f"tuned.{name}": t.contiguous() for name, t in tuned.items()}
    tensors |= {f"original.{name}": t.contiguous() for name, t in original.items() if name.startswith("head.")}
    with room_expected():
        write_bytes(folder.evaluation / TENSORS, save(tensors))


def _likeness(stages: list[Stage], alike: list[float]) -> list[Likeness]:
    """Stages before the boundary are the same by construction."""
    frozen = len(stages) - len(alike)
    values = [1.0] * frozen + alike
    return [
        Likeness(stage=stage.name, title=stage.title, frozen=place < frozen, value=value)
        for place, (stage, value) in enumerate(zip(stages, values, strict=True))
    ]


def _head(head: nn.Module) -> dict[str, Tensor]:
    return {f"head.{name}": tensor.detach().cpu().clone() for name, tensor in head.state_dict().items()}


def _reference_lengths(modality: str) -> list[int]:
    from tl_core import modalities

    return modalities.get(modality).reference().lengths
