"""A set of checks over one kind of subject: each registered by its decorator, all made one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, Protocol, TypeVar

from tl_core.domain.finding import LEVELS, Finding
from tl_core.domain.split import Concern
from tl_core.domain.text import Value


class Subject(Protocol):
    """What is looked at."""

    def pause(self) -> None:
        """Between two pieces of work: raises Stopped when a person wants to stop."""


T = TypeVar("T", bound=Subject)


class Omit(Exception):
    """A check that cannot be made with these samples: a key of the translation table and its values."""

    def __init__(self, key: str, **values: Value) -> None:
        super().__init__(key)
        self.concern = Concern(key=key, values=values)


class Checks(Generic[T]):
    """By name, in the order of their files."""

    def __init__(self) -> None:
        self._by_name: dict[str, Callable[[T], Iterable[Finding]]] = {}

    @property
    def names(self) -> list[str]:
        return list(self._by_name)

    def check(self, name: str) -> Callable[[Callable[[T], Iterable[Finding]]], Callable[[T], Iterable[Finding]]]:
        """Register a check under ``name``."""

        def register(function: Callable[[T], Iterable[Finding]]) -> Callable[[T], Iterable[Finding]]:
            self._by_name[name] = function
            return function

        return register

    def examine(self, subject: T, tell: Callable[[str], None]) -> tuple[list[Finding], list[Concern]]:
        """All checks: findings, the gravest first, and what could not be checked.

        ``tell`` hears each check's name before it begins. Raises Stopped.
        """
        findings: list[Finding] = []
        omitted: list[Concern] = []
        for name, function in self._by_name.items():
            subject.pause()
            tell(name)
            try:
                for finding in function(subject):
                    findings.append(finding)  # what was found before it gave up stays
            except Omit as omit:
                omitted.append(omit.concern)
        return sorted(findings, key=_gravity), omitted


def _gravity(finding: Finding) -> tuple[int, bool]:
    """First what makes figures untrue, and of that first what says by how much."""
    return LEVELS.index(finding.level), "grouped" not in finding.figures
