"""A freeze ladder, a row a rung: what is frozen, how good, and what it cost."""

from pages._ui.rungs.rungs import Planned, draw, name, place, still_knows
from pages._ui.rungs.scale import Scale, hits, mase

__all__ = ["Planned", "Scale", "draw", "hits", "mase", "name", "place", "still_knows"]
