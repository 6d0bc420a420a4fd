"""The network picture: layer groups in order, what stays frozen in ice, what learns in ember."""

from pages._ui.network.network import Head, draw, of_classes, rows

__all__ = ["Head", "draw", "of_classes", "rows"]
