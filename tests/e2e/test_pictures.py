"""Pictures that answer by themselves: the boundary, the curves that grow, the table of right and wrong answers."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.app import made
from tests.e2e.studio import until
from tl_core.domain.project import Project
from tl_core.store.home import Home
from tl_core.use_cases import runs

pytestmark = pytest.mark.browser

# Counts what is put into the page anew while something refreshes.
WATCH = """() => {
    window.mounts = 0;
    const parts = ".curves, .plot, .svg-container, .main-svg";
    new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
        if (node.nodeType === 1 && (node.matches(parts) || node.querySelector(parts))) window.mounts += 1;
    }))).observe(document.body, { childList: true, subtree: true });
}"""
LISTEN = """() => {
    window.sent = 0;
    const real = WebSocket.prototype.send;
    WebSocket.prototype.send = function (...all) { window.sent += 1; return real.apply(this, all); };
}"""
RANGE = "() => document.querySelector('.curves .plot')._fullLayout.xaxis.range.map((end) => Math.round(end * 1000))"


# Milliseconds from each move of the pointer until what it changed was painted.
STOPWATCH = """(knob) => {
    window.took = [];
    let moved = 0;
    document.addEventListener("pointermove", (event) => { moved = event.timeStamp; }, true);
    new MutationObserver(() => {
        const began = moved;
        requestAnimationFrame(() => setTimeout(() => window.took.push(performance.now() - began)));
    }).observe(knob, { attributes: true, attributeFilter: ["aria-valuetext"] });
}"""


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    made.worker(home)
    project = made.project(home)
    made.calibration(home, made.plan(project))  # else the page would have it measured, and nobody is there to do it
    return project


def test_the_boundary_follows_the_finger_and_tells_once(visit, project: Project) -> None:
    page: Page = visit(f"/model?project={project.id}")
    sent: list[object] = []
    slider = page.get_by_role("slider", name="Frozen layer groups")
    expect(slider).to_have_attribute("aria-valuenow", "1")
    page.evaluate(LISTEN)
    box = slider.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 31):
        page.mouse.move(x + 14 * step, y)
        sent.append(slider.get_attribute("aria-valuenow"))
    assert sorted({int(str(value)) for value in sent}) == [1, 2, 3, 4, 5], "it answers on the way"
    expect(page.locator(".takes", has_text=re.compile("about .* at most · .* of memory"))).to_be_visible()
    assert page.evaluate("() => window.sent") == 0, "and asks nobody for it"
    page.mouse.up()
    expect(slider).to_have_attribute("aria-valuenow", "5")
    page.wait_for_timeout(1500)
    assert page.evaluate("() => window.sent") >= 1


def test_under_each_layer_group_are_glimpses_and_dragging_stays_quick(visit, home: Home) -> None:
    made.fetched(home)
    made.worker(home)
    photos = made.project(home, "photos", samples=12)
    plan = made.plan(photos, frozen_stages=None)
    made.calibration(home, plan)
    made.excited(home, plan)
    page: Page = visit(f"/model?project={photos.id}")
    glimpses = page.locator(".net button.glimpse")
    expect(glimpses).to_have_count(21)
    shown = "(all) => all.every((one) => one.querySelector('img').naturalWidth === 76 && one.textContent === '')"
    assert glimpses.evaluate_all(shown)
    expect(page.get_by_role("button", name=re.compile("Edges: place 1 of 3 that excites it most"))).to_be_visible()

    slider = page.get_by_role("slider", name="Frozen layer groups")
    expect(slider).to_have_attribute("aria-valuenow", "5")
    slider.evaluate(STOPWATCH)
    box = slider.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 36):
        page.mouse.move(x - 14 * step, y)
    page.mouse.up()
    page.wait_for_timeout(300)
    took = page.evaluate("() => window.took")
    assert len(took) >= 4
    assert sorted(took)[len(took) // 2] < 200, took  # one of them may be another program's fault
    expect(glimpses).to_have_count(21)

    glimpses.first.focus()
    page.keyboard.press("ArrowRight")
    expect(glimpses.nth(1)).to_be_focused()
    whole = page.locator(".net .whole.open")
    expect(whole).to_contain_text("in a sample of")
    assert whole.locator("img").evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 120
    frame, sheet = whole.locator("i").bounding_box(), whole.locator("img").bounding_box()
    assert frame is not None
    assert sheet is not None
    assert (frame["x"] - sheet["x"]) / sheet["width"] == pytest.approx(0.2, abs=0.02)
    assert frame["width"] / sheet["width"] == pytest.approx(0.1, abs=0.02)
    page.keyboard.press("Escape")
    expect(whole).to_have_count(0)


def test_the_boundary_moves_by_keys_and_is_what_is_trained(visit, project: Project) -> None:
    page: Page = visit(f"/model?project={project.id}")
    slider = page.get_by_role("slider", name="Frozen layer groups")
    slider.press("End")
    expect(slider).to_have_attribute("aria-valuenow", "7")
    slider.press("ArrowLeft")
    slider.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuenow", "5")
    assert "5 of 7 layer groups stay frozen" in (slider.get_attribute("aria-valuetext") or "")
    page.wait_for_timeout(2500)
    page.get_by_role("button", name="Start training").click()
    until(lambda: runs.runs_of(project.id), 30)
    assert runs.runs_of(project.id)[0].plan.frozen_stages == 5  # type: ignore[union-attr]


def test_on_a_narrow_page_the_picture_is_turned(visit, project: Project) -> None:
    page: Page = visit(f"/model?project={project.id}")
    slider = page.get_by_role("slider", name="Frozen layer groups")
    expect(slider).to_have_attribute("aria-orientation", "horizontal")
    page.set_viewport_size({"width": 700, "height": 900})
    expect(slider).to_have_attribute("aria-orientation", "vertical")
    slider.press("ArrowDown")
    expect(slider).to_have_attribute("aria-valuenow", "2")


def test_curves_grow_without_being_drawn_anew(visit, home: Home, project: Project) -> None:
    folder = made.run(home, made.plan(project, epochs=12))
    events = made.learning(10)
    made.tell(folder, events[:-6])
    with made.Held(folder):
        page: Page = visit(f"/train?project={project.id}&run={folder.id}")
        expect(page.locator(".curves .main-svg").first).to_be_visible()
        page.evaluate(WATCH)
        box = page.locator(".curves .plot").first.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 80, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + 260, box["y"] + 160, steps=6)
        page.mouse.up()
        expect(page.get_by_role("button", name="show all").first).to_be_visible()
        zoomed = page.evaluate(RANGE)
        assert zoomed != [500, 12500]
        second = page.locator(".curves .plot").nth(1).bounding_box()
        assert second is not None
        for step in range(8):
            page.mouse.move(second["x"] + 90 + 3 * step, second["y"] + 90)
        hovered = page.locator(".curves .plot").nth(1).locator(".hoverlayer .hovertext, .hoverlayer .legend")
        expect(hovered.first).to_be_attached()
        for number, event in enumerate(events[-6:], start=5):
            made.worker(home)
            folder.append(event)
            expect(page.get_by_text(f"Epoch {number} of 12").first).to_be_visible()
        assert page.evaluate(RANGE) == zoomed, "the zoom stays"
        expect(hovered.first).to_be_attached()
        assert page.evaluate("() => window.mounts") == 0
    made.end(folder, "done")
    expect(page.get_by_role("heading", name="It has learned")).to_be_visible()


def test_once_a_run_has_ended_nothing_asks_any_more(visit, home: Home, project: Project) -> None:
    folder = made.done(home, project)
    page: Page = visit(f"/train?project={project.id}&run={folder.id}")
    expect(page.get_by_role("heading", name="It has learned")).to_be_visible()
    expect(page.locator(".curves .main-svg").first).to_be_visible()
    page.wait_for_timeout(1500)
    page.evaluate(LISTEN)
    time.sleep(6)
    assert page.evaluate("() => window.sent") == 0


def test_a_cell_opens_its_samples_by_keys_alone(visit, home: Home, project: Project) -> None:
    folder = made.done(home, project)
    page: Page = visit(f"/evaluate?project={project.id}&run={folder.id}")
    first = page.locator('.matrix button[data-cell="0,0"]')
    first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("is “negative”, the model says “positive”"))).to_be_visible()
    expect(page.locator('.matrix button[data-cell="0,1"]')).to_have_attribute("aria-pressed", "true")


def test_the_exam_is_opened_by_an_explicit_act(visit, home: Home, project: Project) -> None:
    folder = made.done(home, project)
    page: Page = visit(f"/evaluate?project={project.id}&run={folder.id}")
    page.get_by_role("button", name="Open the sealed exam").click()
    page.get_by_role("button", name="Leave it sealed").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert not runs.runs_of(project.id, "exam")
    page.get_by_role("button", name="Open the sealed exam").click()
    page.get_by_role("button", name="Open it for this model").click()
    expect(page.get_by_text("The exam is being marked.")).to_be_visible()
    assert len(runs.runs_of(project.id, "exam")) == 1
