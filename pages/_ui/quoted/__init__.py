"""A text whose parts are marked: the sentences that answer, or those that nothing supports; and its code as code."""

from pages._ui.quoted.quoted import draw, plain

__all__ = ["draw", "plain"]
