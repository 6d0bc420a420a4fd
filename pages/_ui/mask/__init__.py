"""Places on a picture to black out, drawn by hand."""

from pages._ui.mask.mask import draw

__all__ = ["draw"]
