"""How exact the arithmetic of learning is: f32, or the shorter bf16 where the device computes with it."""

from __future__ import annotations

import torch

from tl_core.domain.plan import Precision


def computes(device: torch.device, precision: Precision) -> bool:
    """Whether ``device`` has instructions of its own for ``precision``; imitated ones would be slower than f32."""
    if precision == "f32":
        return True
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type == "cpu":
        import openvino

        return "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return False


def shortest(device: torch.device) -> torch.dtype:
    """What frozen weights are kept in where nothing learns them: bf16 where ``device`` computes with it, else f32."""
    return torch.bfloat16 if computes(device, "bf16") else torch.float32


def autocast(device: torch.device, precision: Precision) -> torch.autocast:
    """Within it, matrix products and convolutions are computed in ``precision``; parameters and sums stay f32."""
    return torch.autocast(device.type, torch.bfloat16, enabled=precision == "bf16")
