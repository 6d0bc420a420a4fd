"""timm's models by their names: "timm:resnet18", "timm:resnet18.a1_in1k"."""

from __future__ import annotations

from tl_core.backbones.hub import fetch_repository
from tl_core.data.packages import FetchProgress
from tl_core.domain.card import BackboneCard
from tl_core.domain.fault import InputFault
from tl_core.store.home import Home


def fetch(home: Home, name: str, progress: FetchProgress | None = None) -> BackboneCard:
    """Fetch and keep the weights that timm names for this model."""
    return fetch_repository(home, name, "timm", repository_of(name.partition(":")[2]), progress)


def repository_of(model: str) -> str:
    """Where timm keeps the weights of ``model``. Raises ``InputFault`` for names that timm does not know."""
    import timm

    architecture = model.partition(".")[0]
    if not timm.is_model(architecture):
        raise InputFault("backbones.unknown_network", name=model, library="timm")
    known = model == architecture or model in timm.list_pretrained(f"{architecture}.*")
    cfg = timm.get_pretrained_cfg(model) if known else None
    if cfg is None or not cfg.hf_hub_id:
        raise InputFault("backbones.no_weights", name=model, library="timm")
    return cfg.hf_hub_id
