"""A freeze ladder, a row a rung: what is frozen, how good, and what it cost."""

from pages._ui.rungs.rungs import draw, still_knows

__all__ = ["draw", "still_knows"]
