"""Curves that grow while a run trains: one plot for each, made once and redrawn in place."""

from pages._ui.live_curves.live_curves import Panel, draw, of_classes

__all__ = ["Panel", "draw", "of_classes"]
