"""How deep to thaw: every freeze boundary of one ladder, and which of them is enough."""

from __future__ import annotations

from typing import Literal

from tl_core.domain.base import Noun
from tl_core.domain.event import Rung
from tl_core.domain.forecast import Competitor
from tl_core.domain.plan import RungRecipe
from tl_core.domain.report import Metric


class Versus(Noun):
    """The recommended rung beside another, judged on the same validation samples or origins."""

    frozen_stages: int
    recipe: RungRecipe
    gain: Metric  # by how much the recommended one is better than this one, paired: balanced accuracy above, MASE below
    faster: float  # seconds of this one, its pass through the frozen groups included, over the recommended one's


class Advice(Noun):
    """The cheapest rung that is not clearly worse than the best."""

    frozen_stages: int
    recipe: RungRecipe
    reason: Literal["best", "as_good", "too_few"]  # lowest loss; level with the lowest; too few groups to tell
    best: Versus | None = None  # the rung of the lowest validation log-loss or MASE; None: it is the recommended one
    everything: Versus | None = None  # nothing frozen; None: not tried, or the recommended one
    scratch: Versus | None = None  # random weights; None: not tried, or the recommended one


class Ladder(Noun):
    """What a ladder found; ``evaluation/ladder.json``."""

    rungs: list[Rung]  # in the order tried: the quick look first
    advice: Advice | None  # None: fewer than two rungs
    beside: dict[Competitor, float] = {}  # of a forecasting: MASE of the quick classics at the same origins
