"""Pre-trained models as ordered stages with a card. Importing this package loads no torch."""

from __future__ import annotations

import os

from tl_core.backbones.catalogue import card, cards, default, is_fetched

# Before any library of models is imported: nothing is reported, and nothing is looked up unless a person asked.
for _switch in ("HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK", "HF_HUB_DISABLE_IMPLICIT_TOKEN"):
    os.environ.setdefault(_switch, "1")

__all__ = ["card", "cards", "default", "is_fetched"]
