"""Figures as dots on rows of their own, with their doubt as whiskers. Each dot that opens samples is a button."""

from pages._ui.dotted.dotted import Dot, Pair, Value, counts, difference, pairs, pressed_row, rows, values

__all__ = ["Dot", "Pair", "Value", "counts", "difference", "pairs", "pressed_row", "rows", "values"]
