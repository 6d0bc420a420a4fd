"""The data doctor: a dataset -> findings, a file a check. Each is found by its decorator and knows no other.

A check looks at ``Examined`` and yields ``Finding``s. It asks for what it needs, never for the kind of sample: where
``Look`` has no flaws or the names are pseudonyms, it finds nothing. What cannot be checked it says by raising ``Omit``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable

from tl_core.checks.examined import Examined
from tl_core.domain.finding import LEVELS, Finding
from tl_core.domain.split import Concern

Check = Callable[[Examined], Iterable[Finding]]

CHECKS: dict[str, Check] = {}


class Omit(Exception):
    """A check that cannot be made with these samples: a key of the translation table and its values."""

    def __init__(self, key: str, **values: str | int | float) -> None:
        super().__init__(key)
        self.concern = Concern(key=key, values=values)


def check(name: str) -> Callable[[Check], Check]:
    """Register a check under ``name``; ``findings.check_<name>`` says what it does while it runs."""

    def register(function: Check) -> Check:
        CHECKS[name] = function
        return function

    return register


def examine(examined: Examined, tell: Callable[[str], None]) -> tuple[list[Finding], list[Concern]]:
    """All checks, one after the other: findings, the gravest first, and what could not be checked.

    ``tell`` hears each check's name before it begins. Raises Stopped.
    """
    findings: list[Finding] = []
    omitted: list[Concern] = []
    for name, function in CHECKS.items():
        examined.pause()
        tell(name)
        try:
            for finding in function(examined):
                findings.append(finding)  # what was found before it gave up stays
        except Omit as omit:
            omitted.append(omit.concern)
    return sorted(findings, key=_gravity), omitted


def _gravity(finding: Finding) -> tuple[int, bool]:
    """First what makes figures untrue, and of that first what says by how much."""
    return LEVELS.index(finding.level), "grouped" not in finding.figures


for _module in pkgutil.iter_modules(__path__):
    if _module.name != "examined":
        importlib.import_module(f"{__name__}.{_module.name}")
