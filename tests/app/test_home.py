"""The home page: projects, running and ended jobs, ways to start."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.app import made
from tests.app.conftest import OPENER
from tl_core.domain.plan import IntakePlan
from tl_core.store.home import Home
from tl_core.use_cases import projects, runs
from tl_core.use_cases.data import sample_sets
from tl_core.words import say


def links(app: AppTest) -> list[str]:
    return [one.proto.label for one in app.main.get("page_link")]


def texts(app: AppTest) -> str:
    return "\n".join([one.value for kind in ("caption", "text", "markdown") for one in app.main.get(kind)])


def press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def test_an_empty_machine_offers_purposes_and_sample_sets(open_page: OPENER) -> None:
    app = open_page("home")
    assert not app.exception
    assert app.title[0].value == say("home.question_first")
    keys = {button.key for button in app.button}
    assert keys >= {"start-photos", "start-scans", "start-reviews", "start-texts"}
    for card in sample_sets():
        assert f"try-{card.name}" in keys
        assert card.licence.split()[0] in texts(app)  # the licence is seen before anything is fetched
        assert f"{card.download_bytes / 1e6:.0f}"[:2] in texts(app)


def test_a_purpose_asks_for_a_name(open_page: OPENER) -> None:
    app = press(open_page("home"), "start-scans")
    assert app.text_input[0].value == say("home.name_scans")
    assert [button.label for button in app.button][-1] == say("home.create")


def test_a_sample_set_starts_with_one_click(open_page: OPENER) -> None:
    app = press(open_page("home"), "try-reviews")
    created = projects.list_projects()[0]
    job = runs.running()[0]
    assert isinstance(job.plan, IntakePlan)
    assert (job.project, job.plan.sample_set, job.plan.then_train) == (created.id, "reviews", "finetune")
    assert app.title[0].value == say("data_page.reading_title")
    assert say("shell.worker_missing") in [one.value.replace("\\", "") for one in app.main.warning]


def test_what_a_sample_set_takes_counts_its_starting_model(open_page: OPENER, home: Home) -> None:
    before = made.words(open_page("home"))
    assert "2.4 MB to fetch, and 84 MB for the starting model" in before
    made.fetched(home)
    after = made.words(open_page("home"))
    assert "2.4 MB to fetch ·" in after
    assert "84 MB for the starting model" not in after


def test_projects_lead_on_to_where_work_stands(open_page: OPENER, home: Home) -> None:
    fresh = projects.create("Fresh", "texts")
    ready = made.project(home)
    app = open_page("home")
    shown = {link.proto.label: (link.proto.page, link.proto.query_string) for link in app.main.get("page_link")}
    assert shown["Fresh"] == ("data", f"project={fresh.id}")
    assert shown[ready.name] == ("model", f"project={ready.id}")
    assert "60" in texts(app)


def test_running_jobs_are_shown_with_a_way_to_them(open_page: OPENER, home: Home) -> None:
    project = made.project(home)
    made.worker(home)
    folder = made.run(home, made.plan(project))
    made.tell(folder, made.learning(4))
    with made.Held(folder):
        app = open_page("home")
        assert say("home.running_title") in [one.value for one in app.header]
        way = next(one.proto for one in app.main.get("page_link") if one.proto.page == "train")
        assert f"run={folder.id}" in way.query_string
        assert "left" in texts(app)
        assert any(f"{project.name} · Training" in one.value for one in app.sidebar.caption), "whose it is"


def test_the_way_to_an_exam_leads_to_the_run_that_took_it(open_page: OPENER, home: Home) -> None:
    project = made.project(home)
    older = made.done(home, project)
    made.examined(home, project, older)
    newest = made.done(home, project)
    app = open_page("home")
    ways = [one.proto.query_string for one in app.main.get("page_link") if one.proto.page == "evaluate"]
    [way] = ways
    assert f"run={older.id}" in way
    assert newest.id not in way


def test_what_ended_is_news_until_it_was_seen(open_page: OPENER, home: Home) -> None:
    project = made.project(home)
    made.done(home, project)
    failed = made.run(home, made.plan(project))
    made.end(failed, "failed", fault="input", reason="store.disk_full")
    app = open_page("home")
    assert say("home.ended_title") in [one.value for one in app.header]
    assert say("store.disk_full") in texts(app).replace("\\", "")
    press(app, "ended-seen")
    assert say("home.ended_title") not in [one.value for one in app.header]
    assert say("home.ended_title") not in [one.value for one in open_page("home").header]
