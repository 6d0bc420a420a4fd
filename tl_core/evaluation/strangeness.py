"""How far samples lie from what a network has learned from, told by the network itself."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)  # timm's are of these


class Statistics:
    """Means of what goes into each batch norm while it is open, beside those kept from pre-training.

    A batch norm remembers mean and variance of its inputs over all samples that the network ever learned from; new
    samples whose mean lies far off are unlike those (Li et al. 2016, "Revisiting Batch Normalization").
    """

    def __init__(self, network: nn.Module) -> None:
        self._norms = [
            module for module in network.modules() if isinstance(module, NORMS) and module.track_running_stats
        ]
        self._sums: list[Tensor] = [torch.zeros(0)] * len(self._norms)
        self._counts = [0] * len(self._norms)

    @property
    def told(self) -> bool:
        """Whether the network has any."""
        return bool(self._norms)

    def over(self, run: Callable[[], object]) -> float:
        """Distance of the means seen while ``run`` passes samples through the network from those it has kept.

        In standard deviations, averaged over all channels of all batch norms.
        """
        self._counts = [0] * len(self._norms)
        hooks = [norm.register_forward_pre_hook(self._adding(place)) for place, norm in enumerate(self._norms)]
        try:
            run()
        finally:
            for hook in hooks:
                hook.remove()
        off = []
        for norm, total, count in zip(self._norms, self._sums, self._counts, strict=True):
            if count and norm.running_mean is not None and norm.running_var is not None:
                spread = norm.running_var.double().sqrt().clamp(min=1e-6)
                off.append(((total / count - norm.running_mean.double()) / spread).abs())
        return float(torch.cat(off).mean()) if off else 0.0

    def _adding(self, place: int) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def add(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            values = inputs[0].detach().double()
            rest = [axis for axis in range(values.ndim) if axis != 1]
            total = values.sum(dim=rest)
            self._sums[place] = total if not self._counts[place] else self._sums[place] + total
            self._counts[place] += values.numel() // values.shape[1]

        return add
