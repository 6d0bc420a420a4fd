"""A sample with what in it counted lit up."""

from pages._ui.lit.lit import draw

__all__ = ["draw"]
