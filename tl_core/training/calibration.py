"""Measuring a device: seconds and bytes a sample, for every place of the boundary, on a few of a person's samples."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from tl_core.backbones.protocol import Backbone, State
from tl_core.domain.calibration import Calibration
from tl_core.freezing.precision import computes
from tl_core.freezing.prefix import RunPrefix
from tl_core.freezing.suffix import Suffix
from tl_core.training.devices import describe, forget_peak, peak_memory

Batch = dict[str, Tensor]


def measure(
    backbone: Backbone,
    read: Callable[[], Sequence[Batch]],
    compiled: RunPrefix,
    head: nn.Module,
    device: torch.device,
) -> Calibration:
    """Time reading, the compiled network, and a training step from every boundary.

    ``read`` decodes and collates batches of equal size that stand for the data; ``compiled`` takes a batch through
    all stages. The backbone's weights are given back as they were.
    """
    began = time.perf_counter()
    batches = list(read())
    reading = time.perf_counter() - began
    samples = sum(_size(batch) for batch in batches)
    compiled(batches[0])
    whole = _seconds(lambda: [compiled(batch) for batch in batches], device) / samples

    states, forward = _states(backbone, batches, device)
    share = np.concatenate([[0.0], np.cumsum(forward)])
    kept = copy.deepcopy(backbone.network.state_dict())
    stages = len(backbone.stages)
    idle = peak_memory(device)
    step, each = np.zeros(stages + 1), np.zeros(stages + 1)
    for boundary in range(stages, -1, -1):  # ever more is trained: a peak that only grows can be read after each
        model = Suffix(backbone, boundary, copy.deepcopy(head)).to(device)
        forget_peak(device)
        step[boundary] = _steps(model, states[boundary], device) / samples
        trained = sum(p.numel() * p.element_size() for p in model.parameters() if p.requires_grad)
        each[boundary] = max(0.0, peak_memory(device) - idle - 3 * trained) / _size(batches[0])
    backbone.network.load_state_dict(kept)
    backbone.network.requires_grad_(False)
    return Calibration(
        backbone=backbone.card.name,
        sha256=backbone.card.sha256,
        device=str(describe(device)),
        read=reading / samples,
        through=[whole * float(part) for part in share / share[-1]],
        step=np.maximum.accumulate(step[::-1])[::-1].tolist(),
        judge=[float(share[-1] - part) / samples for part in share],
        capacity=torch.cuda.get_device_properties(device).total_memory if device.type == "cuda" else None,
        idle=idle,
        each=np.maximum.accumulate(each[::-1])[::-1].tolist(),
        bf16=computes(device, "bf16"),
    )


def _states(backbone: Backbone, batches: Sequence[Batch], device: torch.device) -> tuple[list[list[State]], np.ndarray]:
    """Each batch at every boundary, and the seconds that each stage took over all batches."""
    backbone.network.to(device).eval()
    states: list[list[State]] = [[] for _ in range(len(backbone.stages) + 1)]
    seconds = np.zeros(len(backbone.stages))
    with torch.inference_mode():
        for warm in (True, False):
            for batch in batches[:1] if warm else batches:
                state = backbone.enter({name: tensor.to(device) for name, tensor in batch.items()})
                for number, stage in enumerate(backbone.stages):
                    if not warm:
                        states[number].append(state)
                    began = time.perf_counter()
                    state = backbone.run(stage, state)
                    _wait(device)
                    if not warm:
                        seconds[number] += time.perf_counter() - began
                if not warm:
                    states[-1].append(state)
    return [[{n: t.clone() for n, t in state.items()} for state in at] for at in states], seconds


def _steps(model: Suffix, states: Sequence[State], device: torch.device) -> float:
    """Seconds of one training step a batch, after one that warms up."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=0.0)
    model.train()

    def step(state: State) -> None:
        optimizer.zero_grad(set_to_none=True)
        logits = model({name: tensor.to(device) for name, tensor in state.items()})
        nn.functional.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.long, device=device)).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()

    def steps() -> None:
        for state in states:
            step(state)

    step(states[0])
    return _seconds(steps, device)


def _seconds(work: Callable[[], object], device: torch.device) -> float:
    began = time.perf_counter()
    work()
    _wait(device)
    return time.perf_counter() - began


def _wait(device: torch.device) -> None:
    """A GPU works on after the call came back."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def _size(batch: Batch) -> int:
    return len(next(iter(batch.values())))
