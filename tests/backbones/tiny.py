"""One small random network of each family that we lay out, and what its own library says comes out of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from tl_core.backbones.facts import draft
from tl_core.backbones.families import build
from tl_core.backbones.protocol import Backbone
from tl_core.domain.card import AudioInput, BackboneCard, ImageInput, SeriesInput, TextInput

WORDS = 99  # rows of the tables of words
MELS = 10  # bands of sounds
TEXT: dict[str, Any] = {
    "vocab_size": WORDS, "hidden_size": 24, "num_hidden_layers": 8, "num_attention_heads": 4, "intermediate_size": 32,
    "max_position_embeddings": 40, "type_vocab_size": 2, "pad_token_id": 1,
}  # fmt: skip
PATCHES: dict[str, Any] = {
    "hidden_size": 24, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 32, "image_size": 32,
    "patch_size": 8,
}  # fmt: skip

CONFIGS: dict[str, dict[str, Any]] = {
    "bert": {**TEXT, "pad_token_id": 0},
    "roberta": TEXT,
    "xlm-roberta": {**TEXT, "type_vocab_size": 1},
    "mpnet": TEXT,
    "distilbert": {
        "vocab_size": WORDS, "dim": 24, "n_layers": 2, "n_heads": 4, "hidden_dim": 32, "max_position_embeddings": 40
    },
    "vit": PATCHES,
    "dinov2": PATCHES,
    "convnext": {"hidden_sizes": [8, 12, 16, 24], "depths": [1, 1, 2, 1]},
    "resnet": {"embedding_size": 8, "hidden_sizes": [8, 12, 16, 24], "depths": [1, 1, 1, 1]},
    "whisper": {
        "num_mel_bins": MELS, "d_model": 24, "encoder_layers": 3, "encoder_attention_heads": 4, "encoder_ffn_dim": 32,
        "max_source_positions": 30, "decoder_layers": 1, "decoder_attention_heads": 4, "decoder_ffn_dim": 32,
        "vocab_size": WORDS, "pad_token_id": 1, "bos_token_id": 1, "eos_token_id": 1, "decoder_start_token_id": 1,
    },
}  # fmt: skip

DECODER: dict[str, Any] = {
    "vocab_size": WORDS, "hidden_size": 24, "num_hidden_layers": 8, "num_attention_heads": 4, "intermediate_size": 32,
    "num_key_value_heads": 2, "max_position_embeddings": 64, "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2,
}  # fmt: skip
WRITERS = ["llama", "mistral", "qwen2", "qwen3", "olmo2", "phi3"]


def _offer_small_torchvision() -> None:
    """torchvision builds by name only: give it names for small networks of its own classes."""
    from torchvision.models import ConvNeXt, EfficientNet, ResNet, SwinTransformer, VisionTransformer
    from torchvision.models._api import register_model
    from torchvision.models.convnext import CNBlockConfig
    from torchvision.models.efficientnet import MBConvConfig
    from torchvision.models.resnet import BasicBlock

    blocks = [CNBlockConfig(8, 12, 1), CNBlockConfig(12, 16, 1), CNBlockConfig(16, 24, 2), CNBlockConfig(24, None, 1)]
    steps = [MBConvConfig(1 + (k > 0), 3, 1 + k % 2, 8 * (k + 1), 8 * (k + 2), 1, 1.0, 1.0) for k in range(5)]
    builders = {
        "tiny_resnet": lambda weights: ResNet(BasicBlock, [1, 1, 1, 1]),
        "tiny_efficientnet": lambda weights: EfficientNet(steps, 0.1, last_channel=64),
        "tiny_convnext": lambda weights: ConvNeXt(blocks),
        "tiny_swin": lambda weights: SwinTransformer([4, 4], 8, [1, 1, 2, 1], [1, 2, 2, 4], [7, 7]),
        "tiny_vit": lambda weights: VisionTransformer(32, 8, 3, 4, 24, 32),
    }
    for name, builder in builders.items():
        builder.__module__ = "torchvision.models.tiny"
        register_model(name)(builder)


_offer_small_torchvision()
SOUNDS = ["transformers whisper", "speaker encoder"]
SERIES = ["fracast"]
TEXTS = ["bert", "roberta", "xlm-roberta", "mpnet", "distilbert"]

ARCHITECTURES: dict[str, dict[str, Any]] = {
    **{
        f"transformers {kind}": {"library": "transformers", "config": {"model_type": kind, **config}}
        for kind, config in CONFIGS.items()
    },
    **{
        f"writer {kind}": {"library": "writer", "config": {"model_type": kind, **DECODER}}
        for kind in WRITERS
    },
    **{
        f"timm {model}": {"library": "timm", "model": model}
        for model in ("test_resnet", "test_efficientnet", "test_convnext", "test_vit", "mobilenetv3_small_050")
    },
    "speaker encoder": {"library": "speaker", "width": 24, "layers": 3},
    "fracast": {
        "library": "fracast", "width": 12, "levels": 4, "kernel": 3, "inner": 18, "periods": 2, "bins": 4,
        "future_levels": 2, "seed": 6,
    },
    "timm test_vit averaged": {"library": "timm", "model": "test_vit", "arguments": {"global_pool": "avg"}},
    **{
        f"torchvision {model}": {"library": "torchvision", "model": model}
        for model in (
            "tiny_resnet",
            "tiny_efficientnet",
            "tiny_convnext",
            "mobilenet_v3_small",
            "tiny_swin",
            "tiny_vit",
        )
    },
}  # fmt: skip


def card(name: str) -> BackboneCard:
    """A card as a source drafts it."""
    kind = name.rpartition(" ")[2]
    if kind in TEXTS:
        return draft(f"folder:{name}", "folder", TextInput(tokens=32), size=1)
    if kind in WRITERS:
        return draft(f"folder:{name}", "folder", TextInput(tokens=64), size=1, writes=True)
    if name in SOUNDS:
        spectrum = AudioInput(mels=MELS, window=400, hop=160, seconds=0.6, spectrum="log")
        return draft(f"folder:{name}", "folder", spectrum, size=1)
    if name in SERIES:
        return draft(f"folder:{name}", "folder", SeriesInput(context=32, horizon=5, quantiles=(0.1, 0.5, 0.9)), size=1)
    side = 160 if name.startswith("timm") else 32 if "vit" in kind or "transformers" in name else 64
    spec = ImageInput(size=side, resize=side, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
    return draft(f"folder:{name}", "folder", spec, size=1)


def make(name: str) -> Backbone:
    torch.manual_seed(7)
    backbone = build(card(name), ARCHITECTURES[name])
    backbone.network.eval()
    return backbone


def batch(backbone: Backbone) -> dict[str, Tensor]:
    """Two samples; of texts, sounds and series, the second is shorter than the first."""
    torch.manual_seed(1)
    spec = backbone.card.input
    if spec.kind == "image":
        return {"pixels": torch.randn(2, 3, spec.size, spec.size)}
    ids = torch.randint(5, WORDS, (2, 9))
    mask = torch.ones_like(ids)
    mask[1, 6:] = 0
    if spec.kind == "audio":
        return {"frames": torch.randn(2, 8, spec.mels), "mask": mask[:, :8]}
    if spec.kind == "series":  # of two channels, with a gap
        values = torch.stack([torch.rand(2, 9, 2), torch.ones(2, 9, 2)], -1)
        values[0, 4, 1] = 0
        return {"values": values, "mask": mask}
    return {"ids": ids * mask, "mask": mask}


def reference(backbone: Backbone, inputs: dict[str, Tensor]) -> Tensor:
    """Pooled output (batch, feature), computed by the library's own forward."""
    network: Any = backbone.network
    with torch.inference_mode():
        return _REFERENCES[backbone.architecture["library"]](network, inputs, backbone.architecture)


def _timm(network: Any, inputs: dict[str, Tensor], architecture: dict[str, Any]) -> Tensor:
    return network.forward_head(network.forward_features(inputs["pixels"]), pre_logits=True)


def _torchvision(network: Any, inputs: dict[str, Tensor], architecture: dict[str, Any]) -> Tensor:
    return network(inputs["pixels"]).flatten(1)


def _transformers(network: Any, inputs: dict[str, Tensor], architecture: dict[str, Any]) -> Tensor:
    if "frames" in inputs:
        return _pooled([_whisper(network, frames, mask) for frames, mask in zip(*inputs.values(), strict=True)])
    if "pixels" in inputs:
        out = network(pixel_values=inputs["pixels"])
        if architecture["config"]["model_type"] == "vit":
            return out.last_hidden_state[:, 0]
        return out.pooler_output.flatten(1)
    mask = inputs["mask"]
    hidden = network(input_ids=inputs["ids"], attention_mask=mask).last_hidden_state
    return (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)


def _whisper(network: Any, frames: Tensor, mask: Tensor) -> Tensor:
    """One sound alone, by the library's own forward, which takes sounds of one length only: the positions told."""
    frames = frames[: int(mask.sum())]  # an even number: the library takes no other
    positions = network.embed_positions
    try:
        network.config.max_source_positions = len(frames) // 2
        network.embed_positions = torch.nn.Embedding.from_pretrained(positions.weight[: len(frames) // 2])
        return network(frames.T[None]).last_hidden_state[0]
    finally:
        network.embed_positions, network.config.max_source_positions = positions, len(positions.weight)


def _speaker(network: Any, inputs: dict[str, Tensor], architecture: dict[str, Any]) -> Tensor:
    """By one recurrent network of all layers, each sound alone."""
    whole = torch.nn.LSTM(MELS, architecture["width"], architecture["layers"], batch_first=True)
    theirs = {
        f"{name.removesuffix('_l0')}_l{number}": tensor
        for number, layer in enumerate(network.layers)
        for name, tensor in layer.lstm.state_dict().items()
    }
    whole.load_state_dict(theirs)
    heard = [frames[: int(mask.sum())] for frames, mask in zip(*inputs.values(), strict=True)]
    return _pooled([network.layers[-1].linear(whole(frames[None])[0][0]) for frames in heard])


def _fracast(network: Any, inputs: dict[str, Tensor], architecture: dict[str, Any]) -> Tensor:
    """Each channel of each series alone, at the end of a context whose beginning is cut off again at every level."""
    series = [one[: int(mask.sum())] for one, mask in zip(*inputs.values(), strict=True)]
    channels = [[_channel(network, entries, architecture["periods"]) for entries in one.unbind(1)] for one in series]
    return torch.stack([_waves(torch.stack(one)) for one in channels])


def _waves(channels: Tensor) -> Tensor:
    """The first four of a cosine transform over the channels, as far as there are as many."""
    size = len(channels)
    shapes = [[math.cos(math.pi * k * (c + 0.5) / size) / size for c in range(size)] for k in range(min(4, size))]
    return torch.cat([torch.tensor(shapes) @ channels, torch.zeros(4 - len(shapes), channels.shape[1])]).flatten()


def _channel(network: Any, entries: Tensor, count: int) -> Tensor:
    context = network.stem.context
    value, there = entries.T
    length = len(value)
    whole = torch.full((context,), float(value[there > 0].mean()))
    whole[-length:] = torch.where(there > 0, value, whole[-length:])
    power = torch.fft.fft(whole - whole.mean()).abs().square()[1 : context // 2 + 1]
    share = (power / power.sum()).tolist()
    peaks = [k for k in range(1, len(share) - 1) if share[k - 1] < share[k] > share[k + 1]]
    strong = [k for k in peaks if share[k] >= math.log(context // 2 / 0.05) / (context // 2)]
    found = [round(context / (k + 1)) for k in sorted(strong, key=lambda k: -share[k])[:count]]
    position = torch.arange(context - length, context)
    angles = [2 * math.pi * position / period for period in found]
    phases = [wave for angle in angles for wave in (angle.sin(), angle.cos())]
    phases += [torch.zeros(length)] * (2 * count - len(phases))
    past = (context - 1 - position) / context
    fading = [torch.exp(-rate * past) for rate in (0.5, 2.0, 8.0)]
    about = torch.stack([value * there, there, -past, -torch.log2(1 + past), *fading], 1)
    hidden = network.stem.values(about) + network.stem.phases(torch.stack(phases, 1))
    for level in network.levels:
        hidden = hidden * level.scale + level.shift
        block, first, middle, last = level.block, *level.block.filter.weight[:, 0].T
        back = torch.cat([torch.zeros(2 * level.dilation, hidden.shape[1]), hidden])
        wide = level.dilation
        filtered = first * back[:length] + middle * back[wide : wide + length] + last * hidden + block.filter.bias
        hidden = _norm(hidden + block.mix(filtered), block.norm1.weight)
        gate, told = block.gated.up(hidden).chunk(2, dim=1)
        hidden = _norm(hidden + block.gated.down(gate * torch.sigmoid(gate) * told), block.norm2.weight)
    hidden = _norm(hidden, network.norm.weight)
    return torch.cat([*_spread(hidden), hidden[-1], hidden.amax(0), hidden.amin(0)])


def _norm(hidden: Tensor, weight: Tensor) -> Tensor:
    return torch.nn.functional.rms_norm(hidden, weight.shape, weight)


def _pooled(sounds: list[Tensor]) -> Tensor:
    """Mean, standard deviation, highest and lowest over time."""
    return torch.stack([torch.cat([*_spread(one), one.amax(0), one.amin(0)]) for one in sounds])


def _spread(hidden: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation over time."""
    return hidden.mean(0), (hidden.var(0, correction=0) + 1e-5).sqrt()


_REFERENCES: dict[str, Callable[[Any, dict[str, Tensor], dict[str, Any]], Tensor]] = {
    "timm": _timm,
    "torchvision": _torchvision,
    "transformers": _transformers,
    "writer": _transformers,
    "speaker": _speaker,
    "fracast": _fracast,
}
