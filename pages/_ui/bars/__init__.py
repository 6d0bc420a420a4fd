"""How likely each class is, as bars."""

from pages._ui.bars.bars import draw

__all__ = ["draw"]
