"""What spoils a series is found, each by its own check; sound ones, and real ones, raise nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.checks.timelines import made
from tl_core.checks.timelines import CHECKS
from tl_core.checks.timelines.examined import Timelines
from tl_core.data.series.timeline import Timeline
from tl_core.domain.fault import Stopped
from tl_core.domain.finding import DropRemedy, Finding
from tl_core.domain.text import said
from tl_core.words import say


def found(examined: Timelines) -> dict[str, Finding]:
    """By code; every text can be said."""
    findings, omitted = CHECKS.examine(examined, lambda name: None)
    assert not omitted
    for finding in findings:
        for part in ("title", "why", "do"):
            said = say(f"findings.{finding.code}_{part}", **finding.values)
            assert "{" not in said
    return {finding.code: finding for finding in findings}


def spoilt(one: Timeline, given: np.ndarray) -> Timeline:
    return replace(one, values=given)


@pytest.mark.parametrize("seed", range(20))
def test_sound_series_raise_nothing(seed: int) -> None:
    pair = [made.timeline(made.values(seed=number)) for number in (seed, seed + 100)]
    assert found(made.examined(*pair)) == {}


def test_every_check_says_what_it_does() -> None:
    assert len(CHECKS.names) == 8
    assert all(say(f"findings.check_{name}") for name in CHECKS.names)


@pytest.mark.parametrize(("share", "level"), [(0.05, None), (0.2, "note"), (0.5, "warning")])
def test_gaps_are_counted(share: float, level: str | None) -> None:
    first, *others = made.sound()
    holes = first.values.copy()
    holes[np.random.default_rng(0).permutation(np.arange(1, 139))[: round(140 * share)]] = np.nan
    told = found(made.examined(spoilt(first, holes), *others))
    assert (told["timeline_gaps"].level if told else None) == level
    if level:
        assert said(told["timeline_gaps"].values)["worst"] == round(100 * share)
        assert told["timeline_gaps"].remedies == [DropRemedy(samples=[f"{0:016x}"])]


def test_a_series_that_never_moves_is_found() -> None:
    first, *others = made.sound()
    told = found(made.examined(spoilt(first, np.full(140, 3.0)), *others))
    assert told["timeline_flat"].samples == [f"{0:016x}"]


def test_the_only_series_cannot_be_left_out() -> None:
    told = found(made.examined(made.timeline(np.full(140, 3.0))))
    assert told["timeline_flat"].remedies == []


def test_a_standstill_at_the_end_is_found_with_its_beginning() -> None:
    first, *others = made.sound()
    stuck = first.values.copy()
    stuck[-10:] = stuck[-10]
    told = found(made.examined(spoilt(first, stuck), *others))["timeline_stuck"]
    assert (told.values["steps"], said(told.values)["since"]) == (10, "1970-05-11T00:00:00")


def test_goods_that_seldom_sell_do_not_stand_still() -> None:
    rng = np.random.default_rng(3)
    seldom = np.where(rng.random(200) < 0.15, rng.integers(1, 5, 200), 0).astype(float)
    seldom[-8:] = 0
    assert "timeline_stuck" not in found(made.examined(made.timeline(seldom)))


@pytest.mark.parametrize(("times", "code"), [(6.0, "timeline_restless"), (1 / 8, "timeline_calm"), (1.5, None)])
def test_an_end_unlike_the_past_is_found(times: float, code: str | None) -> None:
    noise = np.random.default_rng(1).normal(size=200)
    noise[150:] *= times
    told = found(made.examined(made.timeline(0.3 * np.arange(200) + noise), likely=()))
    assert {one for one in told if one in ("timeline_restless", "timeline_calm")} == ({code} if code else set())


def test_a_single_value_far_out_is_found_with_its_moment() -> None:
    first, *others = made.sound()
    wrong = first.values.copy()
    wrong[41] *= 10
    told = found(made.examined(spoilt(first, wrong), *others))["timeline_spikes"]
    assert (told.values["count"], said(told.values)["moments"]) == (1, "1970-02-11T00:00:00")


def test_a_jump_is_no_spike() -> None:
    jump = made.values()
    jump[100:] += 100
    assert "timeline_spikes" not in found(made.examined(made.timeline(jump)))


def test_copies_are_found_whatever_they_are_called() -> None:
    first, second, _ = made.sound()
    holes = first.values.copy()
    holes[5] = np.nan
    told = found(made.examined(spoilt(first, holes), second, replace(first, name="again", values=holes.copy())))
    assert told["timeline_copies"].clusters == [[f"{0:016x}", f"{2:016x}"]]
    assert told["timeline_copies"].remedies == [DropRemedy(samples=[f"{2:016x}"])]


def test_a_known_column_that_tells_the_answer_alarms() -> None:
    values = made.values()
    rng = np.random.default_rng(5)
    price = rng.normal(size=160)
    sold = np.concatenate([2.5 * values + rng.normal(size=140) * 0.05, np.zeros(20)])
    told = found(made.examined(made.timeline(values, price=price, sold=sold)))
    assert told["timeline_given"].level == "alarm"
    assert said(told["timeline_given"].values)["names"] == "sold"


def test_a_week_known_beforehand_is_no_answer() -> None:
    values = made.values()
    sunday = (np.arange(160) % 7 == 6).astype(float)
    assert found(made.examined(made.timeline(values + 4 * sunday[:140], sunday=sunday))) == {}


def test_series_that_ended_early_are_found() -> None:
    early = made.timeline(made.values(60, 9), "old")
    told = found(made.examined(early, *made.sound()))
    assert told["timeline_ends"].samples == [f"{0:016x}"]


def test_a_past_too_short_for_the_calendars_season_is_said() -> None:
    told = found(made.examined(made.timeline(made.values(300)), likely=(7, 365)))
    assert said(told["timeline_seasons"].values) == {"count": 1, "season": 365, "wanted": 730}


def test_a_wish_to_stop_is_heard() -> None:
    with pytest.raises(Stopped):
        CHECKS.examine(made.examined(*made.sound(), stop=lambda: True), lambda name: None)
