"""How a limited child says no."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tl_core.domain.text import Value


class Refused(Exception):
    """Why an item did not get through: a key of the translation table and the values of its sentence."""

    def __init__(self, reason: str, **values: Value) -> None:
        super().__init__(reason, values)
        self.reason = reason
        self.values = values
