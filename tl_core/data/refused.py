"""How a limited child says no."""

from __future__ import annotations


class Refused(Exception):
    """Why an item did not get through: a key of the translation table and the values of its sentence."""

    def __init__(self, reason: str, **values: str | int | float) -> None:
        super().__init__(reason, values)
        self.reason = reason
        self.values = values
