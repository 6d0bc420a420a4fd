"""What only a person knows of a project's data and of what its model is for: the fields that reports often leave out.

After Model Cards (Mitchell et al. 2019), TRIPOD+AI (Collins et al. 2024) and CLAIM (2024). Empty: not stated.
"""

from __future__ import annotations

from typing import Literal

from tl_core.domain.base import Noun

AboutData = Literal["origin", "labelling", "consent", "gaps"]
AboutUse = Literal["purpose", "users", "out_of_scope", "contact"]
AboutField = AboutData | AboutUse
LONGEST = 600  # characters of a field


class About(Noun):
    """A person's own words, few of them."""

    origin: str = ""  # where the data came from, and when
    labelling: str = ""  # who labelled them, and how
    consent: str = ""  # consent, ethics approval, legal ground
    gaps: str = ""  # who or what is missing in them
    purpose: str = ""  # intended use
    users: str = ""  # intended users
    out_of_scope: str = ""  # what it must not be used for
    contact: str = ""  # whom to ask

    def said(self, field: AboutField) -> str:
        """Empty where nothing is stated."""
        return getattr(self, field)


class AboutVersion(Noun):
    """What was stated from ``changed`` on, seconds since 1970."""

    changed: float
    about: About
