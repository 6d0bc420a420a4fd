"""Results one can trust, in a browser: the textbook leak from sample set to remedy, and a line that a person draws."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.shots import shoot
from tests.e2e.studio import Studio, until
from tests.runs import tiny_project
from tl_core.domain.decision import MissRule
from tl_core.jobs.perform import perform
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.store.runs import create_run
from tl_core.use_cases import checks, data, decisions, projects, runs
from tl_core.words import say

pytestmark = pytest.mark.browser
MINUTES = 60_000


@pytest.mark.weights
def test_the_scan_planes_look_perfect_until_people_are_kept_together(visit, studio: Studio) -> None:
    page: Page = visit()
    page.locator("summary", has_text="more sample set").click()
    page.get_by_role("button", name="Try scan planes").click()
    expect(page.get_by_text(re.compile("ready after"))).to_be_visible(timeout=3 * MINUTES)
    [project] = projects.list_projects()
    page.get_by_role("button", name=say("train_page.stop")).click()
    expect(page.get_by_text(say("train_page.state_stopped"))).to_be_visible(timeout=2 * MINUTES)
    shoot(page, "planes-trained")

    page.get_by_role("link", name="Data", exact=True).click()
    page.get_by_role("link", name=re.compile("examined")).click()
    expect(page.get_by_text(re.compile("^Found: .*alarm"))).to_be_visible(timeout=3 * MINUTES)
    known = checks.findings(project.id)
    assert known is not None
    leak = next(one for one in known.findings if one.code == "leak_names")
    random, whole = leak.figures["random"].value, leak.figures["grouped"].value
    assert random > 0.97
    assert whole < 0.85
    card = page.locator("[class*='st-key-finding-leak_names']")
    expect(
        card.get_by_text(re.compile(rf"looks like {100 * random:.0f}\s%.* it is {100 * whole:.0f}\s%"))
    ).to_be_visible()
    sample = card.locator(".list img").first
    sample.scroll_into_view_if_needed()
    until(lambda: sample.evaluate("(one) => one.complete && one.naturalWidth > 0"), 30)
    shoot(page, "planes-alarm")

    card.get_by_role("button", name=re.compile("^Keep .* together")).first.click()
    expect(page.get_by_text(re.compile(r"\d+ samples grouped"))).to_be_visible()
    changed = data.dataset(project.id)
    assert changed is not None
    assert len({sample.group for sample in changed.samples}) == 3
    shoot(page, "planes-grouped")
    page.get_by_role("button", name=say("check_page.undo")).click()
    expect(card).to_be_visible()
    again = data.dataset(project.id)
    assert again is not None
    assert {sample.group for sample in again.samples} == {None}
    for job in runs.running():
        runs.stop(job.id)


@pytest.fixture
def trained(home: Home) -> RunFolder:
    """A quick look at texts of which some are labelled wrong, so that there is something to miss."""
    plan = tiny_project.project(home, "text", count=240)
    stored = data.dataset(plan.project)
    assert stored is not None
    for label, other in (("good", "bad"), ("bad", "good")):
        ids = [sample.id for sample in stored.samples[::5] if sample.label == label]
        plan = plan.model_copy(update={"dataset": data.move_samples(plan.project, ids, other).id})
    run = create_run(home, plan.model_copy(update={"recipe": "probe"}))
    assert perform(run).state == "done"
    return run


def test_miss_at_most_five_in_a_hundred(visit, trained: RunFolder) -> None:
    """The figures follow a person's wish at once, the model only when asked to."""
    page: Page = visit(f"/evaluate?project={trained.plan().project}&run={trained.id}&look=decide")
    rule = page.locator(".st-key-decide-rule")
    expect(rule.get_by_text(say("decide.says_likeliest"))).to_be_visible()
    promised = rule.get_by_text(re.compile("^Of 1,000, "))
    before = promised.inner_text()
    figures = page.locator("[class*=st-key-screening-]").first
    expect(figures).to_be_visible()
    shoot(page, "decide-usual")

    rule.get_by_text(say("decide.rule_miss"), exact=True).click()
    expect(rule.get_by_label(say("decide.most"))).to_have_value("5")
    expect(rule.get_by_text(re.compile("^It says “.*” from"))).to_be_visible()
    until(lambda: promised.inner_text() != before, 30)
    use = page.get_by_role("button", name=say("decide.use"))
    expect(use).to_be_enabled()
    stored = decisions.decision(trained.id)
    assert stored is not None
    assert stored.wishes.rule.kind == "usual"
    shoot(page, "decide-miss")

    use.click()
    expect(page.get_by_text(say("decide.use_now"))).to_be_visible()
    stored = decisions.decision(trained.id)
    assert stored is not None
    assert stored.wishes.rule == MissRule(most=0.05)
    page.reload()
    expect(rule.get_by_text(re.compile("^It says “.*” from"))).to_be_visible()
