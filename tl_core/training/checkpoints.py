"""Where a killed training goes on: what it learned so far and how far it is, in one atomic folder."""

from __future__ import annotations

import os
import shutil
import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from tl_core.store.atomic import present_folder, read_json, replace_folder, room_expected, write_json


def seconds_between() -> float:
    """A save costs more than a short epoch; work since the last one is done again, with the same numbers."""
    return float(os.environ.get("THAW_CHECKPOINT_SECONDS", "10"))


@dataclass
class Progress:
    """How far a training is, beside its tensors."""

    epoch: int = 0  # finished ones
    best_epoch: int = 0  # 0: the start was never beaten
    best_loss: float = float("inf")
    stale: int = 0  # epochs since the best
    chunks: int = 1  # pieces a batch is cut into, doubled when memory ran out
    seconds: float = 0.0


class Checkpoints:
    """The folder ``checkpoints`` of a run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._saved = time.monotonic()

    def __bool__(self) -> bool:
        """Is there one to go on from?"""
        return present_folder(self.folder / "last") is not None

    def due(self) -> bool:
        return time.monotonic() - self._saved >= seconds_between()

    def save(
        self, progress: Progress, model: dict[str, Tensor], best: dict[str, Tensor], optimizer: torch.optim.Optimizer
    ) -> None:
        """As ``keep``."""
        self.keep(asdict(progress), {"model": model, "best": best, "optimizer": moments_of(optimizer)})

    def keep(self, told: dict[str, Any], parts: Mapping[str, Mapping[str, Tensor]]) -> None:
        """``told`` as JSON, each of ``parts`` as a file of its name.

        Written beside and renamed; the checkpoint before stands until the new one is whole.
        """
        beside = self.folder / f".{uuid.uuid4().hex}"
        try:
            with room_expected():
                beside.mkdir(parents=True)
                for name, tensors in parts.items():
                    plain = {k: v.detach().cpu().contiguous() for k, v in tensors.items()}
                    save_file(plain, beside / f"{name}.safetensors")
                write_json(beside / "progress.json", told)
                replace_folder(beside, self.folder / "last")
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        self._saved = time.monotonic()

    def load(self, optimizer: torch.optim.Optimizer) -> tuple[Progress, dict[str, Tensor], dict[str, Tensor]] | None:
        """Progress, model and best tensors of the newest whole checkpoint, the optimizer's state put back; or None."""
        found = self.kept()
        if found is None:
            return None
        told, parts = found
        restore(optimizer, parts["optimizer"])
        return Progress(**told), parts["model"], parts["best"]

    def kept(self) -> tuple[dict[str, Any], dict[str, dict[str, Tensor]]] | None:
        """What the newest whole checkpoint was told and its parts; None where there is none."""
        folder = present_folder(self.folder / "last")
        if folder is None:
            return None
        parts = {file.stem: load_file(file) for file in folder.glob("*.safetensors")}
        return read_json(folder / "progress.json"), parts

    def clear(self) -> None:
        """The run has ended: its model lives in the bundle."""
        shutil.rmtree(self.folder, ignore_errors=True)


def moments_of(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Adam's moments as named tensors: ``<parameter number>.<name>``."""
    state = optimizer.state_dict()["state"]
    return {
        f"{number}.{name}": torch.as_tensor(t).cpu().contiguous()
        for number, s in state.items()
        for name, t in s.items()
    }


def restore(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Put back what ``moments_of`` took."""
    whole = optimizer.state_dict()
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        number, name = key.split(".", 1)
        like = parameters[int(number)]
        if tensor.shape == like.shape:  # laid out as its parameter: the fused step pairs numbers by where they lie
            tensor = torch.empty_like(like, device="cpu", dtype=tensor.dtype).copy_(tensor)
        state.setdefault(int(number), {})[name] = tensor
    optimizer.load_state_dict({"state": state, "param_groups": whole["param_groups"]})
