"""In a browser: every page by axe's rules and at 200 %, a table beside each chart, the way past the sidebar, a language
that is kept."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.app import made, made_answer, made_forecast
from tests.e2e import shots
from tests.e2e.studio import Studio
from tests.modalities.made_sounds import tone
from tl_core.data.sounds.flac import flac
from tl_core.data.sounds.picture import picture
from tl_core.domain.dataset import ClassTarget, Dataset, Sample
from tl_core.domain.plan import LadderPlan
from tl_core.store.datasets import save_dataset
from tl_core.store.home import Home
from tl_core.store.projects import create_project, set_dataset
from tl_core.use_cases import labelling
from tl_core.words import table

pytestmark = pytest.mark.browser
LOOKS = 5
OF_A_PROJECT = ("data", "label", "check", "model", "ladder", "train", "runs", "evaluate", "use")
OF_OTHERS = {  # where their pages are of their own
    "forecasts": ("data", "check", "model", "ladder", "train", "runs", "evaluate", "use"),
    "support": ("data", "check", "model", "train", "runs", "evaluate", "use"),
    "sounds": ("data", "label"),
}


def faults(page: Page) -> list[str]:
    """What axe finds serious or critical and keeps finding: what just fades in has not its colours yet."""
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_have_count(1)
    page.wait_for_load_state("networkidle")  # what draws words and charts is fetched when the first of them comes
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    expect(page.locator(".stPrintGraphic[class*=st-key-]:not([data-drawn])")).to_have_count(0)  # all in turn
    for _ in range(LOOKS):
        found = _faults(page)
        if not found:
            return []
        page.wait_for_timeout(1000)
    return found


def _faults(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def untold(page: Page) -> list[str]:
    """Charts that no table follows before the next of them; those of one element share theirs."""
    return page.evaluate("""() => {
        const drawn = ".js-plotly-plot, [data-testid=stBidiComponentIsolated]";
        const found = drawn + ", [class*=st-key-table-], [data-testid=stTable]";
        const dotted = (one) => Boolean(one?.shadowRoot?.querySelector(".dotted"));
        const chart = (one) => one?.classList.contains("js-plotly-plot") || dotted(one);
        const table = (one) => one.matches("[class*=st-key-table-], [data-testid=stTable]");
        const parts = [...document.querySelectorAll(found)].filter((one) => chart(one) || table(one));
        const element = (one) => one?.closest("[data-testid=stElementContainer]");
        const last = (place) => place + 1 === parts.length ||
            (chart(parts[place + 1]) && element(parts[place + 1]) !== element(parts[place]));
        const alone = parts.filter((one, place) => chart(one) && last(place));
        return alone.map((one) => one.closest("[class*=st-key-]")?.className ?? "");
    }""")


def cut_off(page: Page) -> list[str]:
    """What a page of 1280 pixels hides at 200 %, unless it is scrolled sideways."""
    page.set_viewport_size({"width": 640, "height": 450})
    page.wait_for_timeout(200)
    over = page.get_by_test_id("stMain").evaluate("main => main.scrollWidth - main.clientWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    return [f"{over} pixels too wide"] if over > 0 else []


def photos(home: Home) -> str:
    """The address of a finished project of pictures, all that can be asked of it done."""
    project = made.project(home, "photos", ("cracked", "fine"))
    run = made.done(home, project)
    made.kept(run)
    made.decided(run, project)
    climbed = made.run(home, LadderPlan(base=made.plan(project, frozen_stages=None)))
    made.tell(climbed, made.climbed(9))
    made.advised(climbed)
    made.end(climbed, "done")
    return f"?project={project.id}&run={run.id}"


def forecasts(home: Home) -> str:
    project = made_forecast.project(home)
    run = made_forecast.done(home, project)
    made_forecast.examined(home, project, run)
    made_forecast.advised(made_forecast.ladder(home, project))
    return f"?project={project.id}&run={run.id}"


def support(home: Home) -> str:
    project = made_answer.project(home)
    made_answer.questions(home, project)
    run = made_answer.done(home, project)
    made_answer.examined(home, project, run)
    return f"?project={project.id}&run={run.id}"


def sounds(home: Home) -> str:
    """With two of each class, that somebody labels a second time."""
    project = create_project(home, "Knocks", "sounds")
    samples = []
    for number in range(4):
        name, values = f"{number:016x}", tone(pitch=220.0 * (number + 1))
        (home.samples(project.id) / f"{name}.flac").write_bytes(flac(values))
        (home.thumbnails(project.id) / f"{name}.webp").write_bytes(picture(values))
        target = ClassTarget(label="low" if number < 2 else "high")
        traits = {"seconds": 1.0, "rate": 16_000, "channels": 1, "format": "WAV", "level": -20.0}
        samples.append(Sample(id=name, source=f"{number}.wav", file=f"{name}.flac", target=target, traits=traits))
    dataset = Dataset(id="", modality="audio", classes=["high", "low"], samples=samples, received=4)
    set_dataset(home, project.id, save_dataset(home, project.id, dataset).id)
    person = labelling.introduce(project.id, "Ana")
    return f"?project={project.id}&by={person}&view=second"


def test_pages_can_be_used_by_everybody(home: Home, studio: Studio, visit) -> None:
    made.fetched(home)
    address = photos(home)
    others = {"forecasts": forecasts(home), "support": support(home), "sounds": sounds(home)}
    page = visit("/")
    wrong = {}
    places = ["", "glossary", *(name + asked for kind, asked in others.items() for name in OF_OTHERS[kind])]
    for place in (*places, *(name + address for name in OF_A_PROJECT)):
        page.goto(f"{studio.address}/{place}")
        expect(page.locator("h1")).to_be_visible()
        wrong[place] = [*faults(page), *untold(page), *cut_off(page)]
        kind = next((f"{name}-" for name, asked in others.items() if place.endswith(asked)), "")
        shots.shoot(page, f"access-{kind}{place.partition('?')[0] or 'home'}")
    page.emulate_media(color_scheme="dark")
    wrong["dark"] = faults(page)
    assert not {place: found for place, found in wrong.items() if found}

    page.reload()
    menu = page.locator(".st-key-language-menu")
    menu.locator("input").click()
    page.get_by_role("option", name="Deutsch").click()
    for at_once in (True, False):
        if not at_once:
            page.reload()
        expect(page.locator("h1")).to_have_text(str(table("de")["use_page.question"]))
        expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_text(str(table("de")["shell.skip"]))).to_be_attached()
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text(str(table("de")["shell.skip"]))
    page.keyboard.press("Enter")
    expect(page.locator("[data-testid=stMain]")).to_be_focused()
