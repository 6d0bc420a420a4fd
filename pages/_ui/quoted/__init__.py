"""A text whose parts are marked: the sentences that answer, or those that nothing supports."""

from pages._ui.quoted.quoted import draw

__all__ = ["draw"]
