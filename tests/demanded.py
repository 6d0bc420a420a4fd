"""What a laptop may lack, and the machine that decides may not: with ``CI=true`` a skipped test has failed."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

MARKERS = ("browser", "fault", "weights")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and any(item.get_closest_marker(name) for name in MARKERS):
        fail_where_demanded(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a file that skips all it has."""
    report = yield
    if report.skipped:
        fail_where_demanded(report)
    return report


def fail_where_demanded(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped, and CI=true demands it: {report.longrepr}"
