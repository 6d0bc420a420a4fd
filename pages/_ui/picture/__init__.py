"""A picture a person has just chosen."""

from pages._ui.picture.picture import draw

__all__ = ["draw"]
