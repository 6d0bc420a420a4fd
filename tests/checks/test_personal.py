"""Personal data are told by kind and number, never themselves."""

from __future__ import annotations

from tests.checks.looked_at import NOTHING, looked_at, told
from tl_core.checks.personal import find_personal_data
from tl_core.domain.finding import DropRemedy
from tl_core.domain.text import said


def test_kinds_and_counts() -> None:
    kinds: list[list[str]] = [[], ["mail"], ["mail", "phone"], []]
    (finding,) = find_personal_data(looked_at([NOTHING._replace(personal=one) for one in kinds]))
    assert finding.level == "warning"
    assert said(finding.values) == {"count": 2, "kinds": "mail addresses (2), phone numbers (1)"}
    assert finding.samples == ["2", "1"]
    assert finding.remedies == [DropRemedy(samples=["2", "1"])]
    assert "2 texts seem to hold personal data: mail addresses (2), phone numbers (1)." in told(finding)


def test_names_alone_are_a_note() -> None:
    (finding,) = find_personal_data(looked_at([NOTHING, NOTHING._replace(personal=["name"])]))
    assert finding.level == "note"


def test_nothing_found() -> None:
    assert list(find_personal_data(looked_at([NOTHING] * 3))) == []
