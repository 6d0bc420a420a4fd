"""How much of a starting model a run uses."""

from __future__ import annotations

from tl_core.domain.base import Noun


class Depth(Noun):
    """The stage that a quick look reads, where that is chosen by the samples to learn from; later stages are left out.

    Written once in a run, before anything is learned: a child that goes on after another must work with the same.
    """

    stages: int  # of the starting model, counted from the input
    losses: list[float]  # cross-validated log-loss a sample after each stage; empty: too few groups to compare by
