"""The slider between starting model and tuned model."""

from pages._ui.mixer.mixer import draw, title

__all__ = ["draw", "title"]
