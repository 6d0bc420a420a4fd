"""Samples one after another or in groups, to be given their classes by keys; answers go through a door of their own."""

from pages._ui.labelling.labelling import draw

__all__ = ["draw"]
