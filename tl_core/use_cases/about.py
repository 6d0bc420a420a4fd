"""What only a person knows of the data and of the use: asked where one knows it, and what is not stated yet."""

from __future__ import annotations

from typing import get_args

from tl_core.domain.about import About, AboutData, AboutField, AboutUse
from tl_core.store import about as kept
from tl_core.store.home import Home

OF_DATA: tuple[AboutData, ...] = get_args(AboutData)
OF_USE: tuple[AboutUse, ...] = get_args(AboutUse)


def about(project_id: str) -> About:
    """What is stated now. Raises InputFault for an id that is none."""
    return kept.read_about(Home.default(), project_id)


def changed(project_id: str) -> float | None:
    """When it was stated last, seconds since 1970; None: nothing is."""
    versions = kept.read_versions(Home.default(), project_id)
    return versions[-1].changed if versions else None


def state(project_id: str, field: AboutField, text: str) -> About:
    """Keep what a person typed into a field. Raises InputFault: no such project, disk full."""
    return kept.state(Home.default(), project_id, field, text)


def missing(project_id: str) -> list[AboutField]:
    """Fields that nobody filled in yet, those of the data first."""
    found = about(project_id)
    return [field for field in (*OF_DATA, *OF_USE) if not found.said(field)]
