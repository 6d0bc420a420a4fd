"""Putting a fetched model into the home folder: checked, as safetensors, whole or not at all."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from tl_core.backbones import catalogue
from tl_core.backbones.families import build
from tl_core.backbones.load import CLASSIFIER, completed
from tl_core.domain.card import BackboneCard
from tl_core.domain.fault import InputFault
from tl_core.store.atomic import replace_folder, room_expected, write_json
from tl_core.store.home import Home

HEADS = (  # layers after the features, of the task a model was made for: not ours, and left out when kept
    "pooler.", "classifier.", "fc.", "head.", "heads.", "lm_head.", "cls.", "qa_outputs.", "vocab_", "head_dist.",
)  # fmt: skip
OTHERS = ("pooler.", "lm_head.", "cls.", "qa_outputs.", "vocab_", "head_dist.")  # of those, not a classifier of samples
COUNTS = (".position_ids", ".token_type_ids", ".relative_position_index")  # plain counting, stored by older libraries


def keep(
    home: Home, card: BackboneCard, architecture: dict, weights: Mapping[str, Tensor], files: dict[str, bytes]
) -> BackboneCard:
    """Keep one model; the card comes back with sha256, stages and sizes filled in.

    ``weights`` are named as in the laid out network; heads of other tasks beside them are left out, except that its own
    classifier is put aside: by it one sees later what a tuned model has forgotten. Raises ``InputFault`` when they do
    not fit or the disk is full.
    """
    from safetensors.torch import save_file

    backbone = build(card, architecture, {})
    own = backbone.network.state_dict()
    extra = [name for name in weights if name not in own and not name.startswith(HEADS) and not name.endswith(COUNTS)]
    wrong = [name for name, tensor in own.items() if name not in weights or weights[name].shape != tensor.shape]
    if extra or wrong:
        raise InputFault("backbones.weights_do_not_fit", name=card.name, tensor=(wrong + extra)[0])
    chosen = {name: weights[name].to(own[name].dtype).contiguous() for name in sorted(own)}
    if not all(tensor.isfinite().all() for tensor in chosen.values() if tensor.is_floating_point()):
        raise InputFault("backbones.broken_weights", name=card.name)
    backbone.network.load_state_dict(chosen)
    backbone.network.eval()

    target = catalogue.weights_folder(home, card.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".keep-", dir=target.parent))
    try:
        with room_expected():
            save_file(chosen, beside / "model.safetensors")
            for name, content in files.items():
                (beside / name).write_bytes(content)
        done = completed(backbone, _sha256(beside / "model.safetensors"))
        if own_answers := classifier_of({k: v for k, v in weights.items() if k not in own}, done.features):
            with room_expected():
                save_file(own_answers, beside / CLASSIFIER)
        write_json(beside / "architecture.json", architecture)
        write_json(beside / "card.json", done)
        replace_folder(beside, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return done


def classifier_of(left_out: Mapping[str, Tensor], features: int) -> dict[str, Tensor]:
    """``weight`` (class, feature) and ``bias`` (class,) of the classifier among what was left out; empty without one.

    Only a single linear layer on the pooled features is one that we can ask.
    """
    heads = {
        name: tensor for name, tensor in left_out.items() if name.startswith(HEADS) and not name.startswith(OTHERS)
    }
    layers = [name for name, tensor in heads.items() if tensor.ndim == 2]
    if len(layers) != 1 or heads[layers[0]].shape[1] != features:
        return {}
    weight, bias = heads[layers[0]], heads.get(layers[0].removesuffix("weight") + "bias")
    if bias is None or bias.shape != weight.shape[:1]:
        return {}
    return {"weight": weight.float().contiguous(), "bias": bias.float().contiguous()}


def _sha256(file: Path) -> str:
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
