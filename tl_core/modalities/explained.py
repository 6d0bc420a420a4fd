"""A sample with what in it counted: shown to people, and covered to see whether it really did. No torch."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from tl_core.modalities.augmentation import Raw


class Parts(Protocol):
    def shown(self) -> dict[str, Any]:
        """``picture``, ``curves``, ``sound`` or ``words`` of ``domain.explanation.Explanation``."""

    def covered(self, share: float) -> Raw:
        """The sample without the ``share`` of it that counted most."""

    def elsewhere(self, share: float, rng: np.random.Generator) -> Raw:
        """The sample without as much of it in other places."""
