"""Groups by a pattern over names."""

import time

import pytest

from tl_core.data.groups import groups_by_pattern
from tl_core.domain.fault import InputFault


def test_the_bracket_or_all_that_matches():
    names = ["cats/p12_a.png", "cats/p7_b.png", "dogs/x.png"]
    assert groups_by_pattern(r"p(\d+)_", names) == ["12", "7", None]
    assert groups_by_pattern(r"p\d+", names) == ["p12", "p7", None]
    assert groups_by_pattern(r"(z)?x", names) == [None, None, None]


@pytest.mark.parametrize("pattern", ["(", "[", "*", "(?P<a>x)(?P<a>y)", "a{99999999999999}"])
def test_what_is_no_pattern(pattern):
    with pytest.raises(InputFault) as fault:
        groups_by_pattern(pattern, ["a"])
    assert fault.value.key == "data.pattern_invalid"
    assert str(fault.value)


def test_a_pattern_that_would_take_years_is_stopped(monkeypatch):
    monkeypatch.setattr("tl_core.data.groups.SECONDS", 1)
    began = time.monotonic()
    with pytest.raises(InputFault) as fault:
        groups_by_pattern(r"(a+)+$", ["a" * 60 + "b"])
    assert fault.value.key == "data.pattern_slow"
    assert time.monotonic() - began < 20


def test_a_pattern_that_is_too_long():
    with pytest.raises(InputFault):
        groups_by_pattern("a" * 10_000, [])
