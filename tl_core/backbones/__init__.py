"""Pre-trained models as ordered stages with a card. Importing this package loads no torch."""

from __future__ import annotations

from tl_core import quiet  # noqa: F401 - silences the libraries of models before any of them is imported
from tl_core.backbones.catalogue import at_hand, card, cards, default, is_fetched, title

__all__ = ["at_hand", "card", "cards", "default", "is_fetched", "title"]
