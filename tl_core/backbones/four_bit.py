"""Frozen weights of a language model in four bits (NF4), for adapters to learn beside (QLoRA, Dettmers et al. 2023).

By transformers, peft and bitsandbytes, which is optional and needs an NVIDIA GPU to be of use.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import torch

from tl_core.backbones.families.transformers_writers import configured, laid_out
from tl_core.backbones.protocol import Backbone
from tl_core.domain.card import BackboneCard
from tl_core.domain.fault import InputFault

LIBRARY = "bitsandbytes"


def possible(device: torch.device) -> bool:
    """Whether ``device`` is an NVIDIA GPU that computes in bf16, and the library is installed."""
    return (
        device.type == "cuda"
        and torch.cuda.is_bf16_supported(including_emulation=False)
        and find_spec(LIBRARY) is not None
    )


def load_short(
    card: BackboneCard, architecture: dict, files: dict[str, Path], folder: Path, device: torch.device
) -> Backbone:
    """The decoder in ``folder`` on ``device``: linear layers in four bits, computed in bf16; the rest is f32.

    In evaluation mode, nothing requires gradients. Raises ``InputFault`` when its files are damaged.
    """
    from peft import prepare_model_for_kbit_training
    from safetensors import SafetensorError
    from transformers import BitsAndBytesConfig

    short = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )  # fmt: skip
    config, model_class = configured(architecture["config"])
    try:
        network = model_class.from_pretrained(
            folder, config=config, quantization_config=short, device_map={"": device}, dtype=torch.bfloat16,
            use_safetensors=True, local_files_only=True, trust_remote_code=False,
        )  # fmt: skip
    except torch.OutOfMemoryError:
        raise
    except (OSError, RuntimeError, ValueError, SafetensorError) as error:
        raise InputFault("backbones.broken_weights", name=card.name) from error
    network = prepare_model_for_kbit_training(network, use_gradient_checkpointing=False)  # ours is another
    return laid_out(card, network.eval(), architecture, files)
