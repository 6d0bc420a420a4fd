"""Right and wrong answers, class against class; each cell opens the samples behind it."""

from pages._ui.matrix.matrix import draw

__all__ = ["draw"]
