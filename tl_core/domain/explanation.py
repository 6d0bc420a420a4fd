"""Why a model answered as it did, and whether that explanation holds."""

from __future__ import annotations

from tl_core.domain.base import Noun

ALIKE = 0.5  # likeness from which on an explanation shows the sample rather than the model
MATTERS = 0.05  # of probability: covering what counted must cost so much more than covering as much elsewhere


class Word(Noun):
    text: str  # the word with the spaces after it
    weight: float  # 1: speaks for the answer more than any other, -1: as much against it


class Near(Noun):
    sample: str  # id of a sample that the model learned from
    likeness: float  # cosine of what the model sees in both, less what all samples share; 1: the same


class Explanation(Noun):
    """Of one answer. Either ``picture`` or ``words`` is filled; of a sound ``picture`` and ``sound``."""

    label: str
    picture: str = ""  # PNG in base64: the sample with the parts lit up that spoke for the answer
    curves: bool = False  # whether that is a drawing of values over time
    sound: str = ""  # FLAC in base64: what counted and nothing else, to be heard
    words: list[Word] = []
    certain: float  # probability of ``label`` for the sample as it is
    without: float  # with the parts covered that counted most
    elsewhere: float  # mean of several, with as much covered elsewhere
    covered: float  # share of the sample that was covered
    unlearned: float | None = None  # likeness (0 to 1) to what is shown with the model's weights shuffled; None: untold
    nearest: list[Near] = []  # the most alike first; empty where the training's folder does not tell

    @property
    def holds(self) -> bool:
        """The deletion check: without what counted the model is less sure, and not so without the rest."""
        return self.elsewhere - self.without >= MATTERS

    @property
    def learned(self) -> bool:
        """The sanity check of Adebayo et al. 2018: what a model that has learned nothing shows is something else."""
        return self.unlearned is None or self.unlearned < ALIKE
