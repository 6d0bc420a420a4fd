"""What the checks say of real data: the textbook leak, flipped labels, and sets that deserve no alarm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.checks import real
from tl_core.checks.examined import Examined
from tl_core.checks.labels import labels
from tl_core.checks.leaks import leaks
from tl_core.checks.odd import odd
from tl_core.domain.finding import GroupRemedy
from tl_core.store.home import Home

pytestmark = pytest.mark.weights


def seen(home: Home, name: str, groups: bool = True) -> Examined:
    return real.look_at(home, *real.bring(home, name, groups))


def test_the_scan_planes_look_perfect_and_are_not(stocked: Home) -> None:
    found = seen(stocked, "planes")
    told = "".join(sample.model_dump_json() for sample in found.samples)
    assert "lung" not in told  # scans: names are hidden on entry
    finding = next(finding for finding in leaks(found) if finding.code == "leak_names")
    assert finding.level == "alarm"
    assert finding.figures["random"].value > 0.97
    assert finding.figures["grouped"].value < 0.85
    assert finding.figures["grouped"].low is None
    [remedy] = finding.remedies
    assert isinstance(remedy, GroupRemedy)
    assert len(set(remedy.groups.values())) == 3
    assert len(remedy.groups) == len(found.samples)


def test_solar_cells_without_their_groups(stocked: Home) -> None:
    """Cells of one module look alike: names say the module, so does the order; with groups it is only a note."""
    found = seen(stocked, "solar", groups=False)
    codes = {finding.code: finding for finding in leaks(found)}
    assert codes["leak_names"].level == "alarm"
    assert codes["leak_names"].figures["random"].value > codes["leak_names"].figures["grouped"].value + 0.03
    rng = np.random.default_rng(0)
    judged = found.learning
    wrong = rng.choice(judged, round(0.05 * len(judged)), replace=False)
    given = found.labels.copy()
    given[wrong] = 1 - given[wrong]
    [finding] = labels(replace(found, labels=given))
    planted = {found.ids[n] for n in wrong}
    assert len(planted & set(finding.samples)) >= 0.5 * len(planted)
    assert len(planted & set(finding.samples)) >= 0.5 * len(finding.samples)


@pytest.mark.parametrize("name", ["solar", "reviews", "tweets"])
def test_sets_with_their_groups_give_no_alarm(stocked: Home, name: str) -> None:
    found = seen(stocked, name)
    findings = [finding for check in (leaks, labels, odd) for finding in check(found)]
    assert [finding.code for finding in findings if finding.level == "alarm"] == []
