"""Versions of a project's data as people number them: in the order that runs first used them."""

from __future__ import annotations

from collections.abc import Sequence

from pages._ui.runs.kind import version_of
from pages._ui.trainings import Kept
from pages._ui.words import t
from tl_core.domain.project import Project


class Versions:
    """``among``: the project's runs, newest first."""

    def __init__(self, project: Project, among: Sequence[Kept]) -> None:
        found = dict.fromkeys(version_of(one) for one in reversed(among))
        self._numbers = {version: number for number, version in enumerate(found, start=1)}
        self._in_use = project.dataset

    def title(self, version: str) -> str:
        """ "Data 2, in use"; a plain "Data" where there is only one."""
        number = self._numbers.get(version, len(self._numbers) + 1)
        return t("runs_page.version_in_use" if version == self._in_use else "runs_page.version", number=number)

    def in_use(self, version: str) -> bool:
        return version == self._in_use
