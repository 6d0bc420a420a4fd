"""The data page: bringing data, watching them come in, looking at them, correcting and parting them."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.app import made
from tests.app.conftest import OPENER, alts
from tl_core.domain.dataset import Refusal
from tl_core.domain.event import Phase, Progress, Started
from tl_core.domain.plan import IntakePlan
from tl_core.domain.project import Project
from tl_core.store.datasets import load_dataset, save_dataset
from tl_core.store.home import Home
from tl_core.store.projects import set_dataset
from tl_core.use_cases import data, projects, runs, uploads
from tl_core.words import say

REVIEWS = "review;stars;author\n" + "".join(
    f"The device number {i} is {'good' if i % 5 > 2 else 'bad'} and I say so.;{i % 5 + 1};a{i % 7}\n" for i in range(60)
)


def said(app: AppTest) -> str:
    kinds = ("text", "caption", "warning", "error", "markdown", "info")
    return "\n".join(one.value for kind in kinds for one in app.main.get(kind)).replace("\\", "").replace("\u2060", "")


def put(inbox: uploads.Inbox, name: str, content: bytes = b"x") -> None:
    with uploads.Arrival(inbox.token, name) as file:
        file.write(content)


@pytest.fixture
def texts(home: Home) -> Project:
    return made.project(home)


@pytest.fixture
def pictures(home: Home) -> Project:
    return made.project(home, "photos", ("cracked", "sound"))


class TestBringing:
    def test_an_empty_project_asks_for_data(self, open_page: OPENER) -> None:
        app = open_page("data", project=projects.create("Scans", "scans").id)
        assert app.title[0].value == say("data_page.question")
        assert say("data_page.context_scans") in said(app)
        assert "read-files" not in {button.key for button in app.button}  # nothing to read yet

    def test_what_arrived_is_found_after_a_reload(self, open_page: OPENER) -> None:
        project = projects.create("Photos", "photos")
        inbox = uploads.open_inbox()
        for name in ("cats/1.jpg", "cats/2.jpg", "dogs/1.jpg", "loose.jpg", "more.zip"):
            put(inbox, name)
        app = open_page("data", project=project.id, inbox=inbox.name)
        shown = said(app)
        for key, values in (
            ("arrived_class", {"label": "cats", "count": 2}),
            ("arrived_class", {"label": "dogs", "count": 1}),
            ("arrived_loose", {"count": 1}),
            ("arrived_zip", {"name": "more.zip", "size": "1 bytes"}),
        ):
            assert say(f"data_page.{key}", **values) in shown

    def test_removing_what_arrived(self, open_page: OPENER) -> None:
        inbox = uploads.open_inbox()
        put(inbox, "cats/1.jpg")
        app = open_page("data", project=projects.create("Photos", "photos").id, inbox=inbox.name)
        app.button(key="discard").click().run()
        assert uploads.received(inbox.name) == []
        assert "read-files" not in {button.key for button in app.button}

    def test_reading_starts_with_the_inbox_and_the_groups(self, open_page: OPENER, home: Home) -> None:
        project = projects.create("Photos", "photos")
        inbox = uploads.open_inbox()
        for number in range(4):
            put(inbox, f"cats/p{number % 2}_{number}.jpg")
        app = open_page("data", project=project.id, inbox=inbox.name)
        app.selectbox(key="upload-pattern-by").select("underscore").run()
        assert say("data_page.groups_preview", count=2, samples=4) in said(app)
        app.button(key="read-files").click().run()
        plan = runs.running()[0].plan
        assert isinstance(plan, IntakePlan)
        assert plan.paths == [str(home.inbox / inbox.name)]
        assert plan.group_pattern
        assert app.title[0].value == say("data_page.reading_title")

    def test_a_pattern_that_does_not_work_is_said_at_once(self, open_page: OPENER) -> None:
        inbox = uploads.open_inbox()
        put(inbox, "cats/1.jpg")
        app = open_page("data", project=projects.create("Photos", "photos").id, inbox=inbox.name)
        app.selectbox(key="upload-pattern-by").select("own").run()
        app.text_input(key="upload-pattern").set_value("(").run()
        assert app.error

    def test_a_table_is_guessed_shown_and_changeable(self, open_page: OPENER) -> None:
        project = projects.create("Reviews", "reviews")
        inbox = uploads.open_inbox()
        put(inbox, "reviews.csv", REVIEWS.encode("cp1252"))
        app = open_page("data", project=project.id, inbox=inbox.name)
        assert not app.exception
        chosen = {box.key.split("-")[0]: box.value for box in app.selectbox if box.key and "-column-" in box.key}
        assert (chosen["text"], chosen["label"]) == ("review", "stars")
        assert app.radio(key="stars").value == "two"
        app.radio(key="stars").set_value("three").run()
        app.button(key="read-table").click().run()
        plan = runs.running()[0].plan
        assert isinstance(plan, IntakePlan)
        assert plan.columns is not None
        assert (plan.columns.text, plan.columns.label, plan.columns.delimiter) == ("review", "stars", ";")
        assert plan.merge_labels["3"] == say("data_page.stars_middling")

    def test_text_and_label_cannot_be_one_column(self, open_page: OPENER) -> None:
        inbox = uploads.open_inbox()
        put(inbox, "reviews.csv", REVIEWS.encode())
        app = open_page("data", project=projects.create("Reviews", "reviews").id, inbox=inbox.name)
        label = next(box for box in app.selectbox if box.key and box.key.startswith("label-column"))
        label.select("review").run()
        assert say("data_page.same_columns") in said(app)
        assert app.button(key="read-table").disabled

    def test_what_is_no_table_is_refused_in_words(self, open_page: OPENER) -> None:
        inbox = uploads.open_inbox()
        put(inbox, "reviews.xlsx", b"PK\x03\x04 no workbook")
        app = open_page("data", project=projects.create("Reviews", "reviews").id, inbox=inbox.name)
        assert not app.exception
        assert app.error
        assert app.button(key="read-table").disabled


class TestSeries:
    def test_columns_may_be_named_and_are_guessed_otherwise(self, open_page: OPENER) -> None:
        project = projects.create("Waves", "signals")
        inbox = uploads.open_inbox()
        put(inbox, "waves.csv", b"t0,t1,t2,t3,label\n1,2,3,4,a\n4,3,2,1,b\n")
        app = open_page("data", project=project.id, inbox=inbox.name)
        assert not app.exception
        app.text_input(key="series-label").set_value("label").run()
        app.text_input(key="series-values").set_value("t0, t1,").run()
        app.button(key="read-files").click().run()
        plan = runs.running()[0].plan
        assert isinstance(plan, IntakePlan)
        assert plan.modality == "series"
        assert plan.columns is not None
        assert (plan.columns.label, plan.columns.id, plan.columns.values) == ("label", None, ["t0", "t1"])

    def test_nothing_named_is_all_guessed(self, open_page: OPENER) -> None:
        inbox = uploads.open_inbox()
        put(inbox, "waves.csv", b"t0,t1,t2,t3,label\n1,2,3,4,a\n4,3,2,1,b\n")
        app = open_page("data", project=projects.create("Waves", "signals").id, inbox=inbox.name)
        app.button(key="read-files").click().run()
        plan = runs.running()[0].plan
        assert isinstance(plan, IntakePlan)
        assert plan.columns is None


class TestReading:
    @pytest.fixture
    def project(self, home: Home) -> Project:
        return projects.create("Photos", "photos")

    def intake(self, home: Home, project: Project, **changes: object) -> made.RunFolder:
        plan = IntakePlan.model_validate({"project": project.id, "modality": "image", "paths": []} | changes)
        return made.run(home, plan)

    def test_progress_and_a_way_to_stop(self, open_page: OPENER, home: Home, project: Project) -> None:
        made.worker(home)
        folder = self.intake(home, project)
        made.tell(folder, [Started(), Phase(name="read", total=2000), Progress(done=500, total=2000, rate=100.0)])
        with made.Held(folder):
            app = open_page("data", project=project.id)
            assert say("data_page.reading_left", left="15 s") in said(app)
            app.button(key="reading-stop").click().run()
            assert folder.stop_requested()

    def test_a_failure_says_why_and_asks_again(self, open_page: OPENER, home: Home, project: Project) -> None:
        made.end(self.intake(home, project), "failed", fault="input", reason="store.disk_full")
        app = open_page("data", project=project.id)
        assert say("store.disk_full") in said(app)
        assert app.title[0].value == say("data_page.question")

    def test_who_tried_a_sample_set_is_led_to_its_training(self, open_page: OPENER, home: Home, texts: Project) -> None:
        made.worker(home)
        folder = self.intake(home, texts, sample_set="reviews", then_train=True)
        made.end(folder, "done")
        app = open_page("data", project=texts.id, run=folder.id)
        assert say("data_page.reading_train") in said(app)  # the training is queued a moment later
        training = made.run(home, made.plan(texts))
        app = open_page("data", project=texts.id, run=folder.id)
        assert training.id in app.query_params["run"]
        assert app.title[0].value != say("data_page.question")


class TestLooking:
    def test_counts_and_the_way_on(self, open_page: OPENER, texts: Project) -> None:
        app = open_page("data", project=texts.id)
        assert not app.exception
        assert "60" in said(app)
        assert say("data_page.counts_even") in said(app)
        assert "negative: 30" in alts(app)[0]
        app.button(key="to-model").click().run()
        assert texts.id in app.query_params["project"]
        assert app.title[0].value != say("data_page.question")

    def test_uneven_classes_are_said(self, open_page: OPENER, home: Home) -> None:
        project = made.project(home)
        data.move_samples(project.id, [f"{n:016x}" for n in range(0, 40, 2)], "positive")
        shown = said(open_page("data", project=project.id))
        assert say("data_page.counts_uneven", most="positive", least="negative", times="5") in shown

    def test_the_gallery_gets_thumbnails_by_token(self, open_page: OPENER, pictures: Project) -> None:
        app = open_page("data", project=pictures.id)
        assert not app.exception
        assert app.get("bidi_component")

    def test_texts_are_paged_and_filtered(self, open_page: OPENER, home: Home) -> None:
        project = made.project(home, samples=150)
        app = open_page("data", project=project.id)
        assert len(app.dataframe[0].value) == 60
        app.button_group(key="samples-class").set_value("negative").run()
        assert set(app.dataframe[0].value["class"]) == {"negative"}

    def test_what_was_left_out_is_listed_with_its_reason(self, open_page: OPENER, home: Home, texts: Project) -> None:
        dataset = load_dataset(home, texts.id, str(texts.dataset))
        refusals = [
            Refusal(source="row 9", reason="refusals.empty_text"),
            Refusal(source="row 10", reason="refusals.empty_text"),
        ]
        changed = save_dataset(home, texts.id, dataset.model_copy(update={"refusals": refusals}))
        set_dataset(home, texts.id, changed.id)
        app = open_page("data", project=texts.id, view="left-out")
        table = app.dataframe[0].value
        assert list(table["source"]) == ["row 9", "row 10"]
        assert set(table["reason"]) == {say("refusals.empty_text")}

    def test_the_licence_of_sample_data_is_seen(self, open_page: OPENER, home: Home, texts: Project) -> None:
        dataset = load_dataset(home, texts.id, str(texts.dataset))
        changed = save_dataset(home, texts.id, dataset.model_copy(update={"licence": "CC BY-NC-SA 4.0"}))
        set_dataset(home, texts.id, changed.id)
        assert say("data_page.licence", licence="CC BY-NC-SA 4.0") in said(open_page("data", project=texts.id))

    def test_other_data_can_be_brought_and_not(self, open_page: OPENER, texts: Project) -> None:
        app = open_page("data", project=texts.id)
        app.button(key="replace").click().run()
        assert say("data_page.replace_text") in said(app)
        app.button(key="replace-back").click().run()
        assert say("data_page.counts_even") in said(app)


class TestCorrecting:
    def test_groups_by_names_of_photos(self, open_page: OPENER, pictures: Project) -> None:
        app = open_page("data", project=pictures.id, view="groups")
        assert say("data_page.groups_none") in said(app)
        app.selectbox(key="groups-pattern-by").select("own").run()
        app.text_input(key="groups-pattern").set_value(r"(\d)$").run()
        assert say("data_page.groups_preview", count=10, samples=60) in said(app)
        app.button(key="groups-apply").click().run()
        changed = data.dataset(pictures.id)
        assert changed is not None
        assert len({sample.group for sample in changed.samples}) == 10
        app.button(key="groups-remove").click().run()
        assert say("data_page.groups_none") in said(app)

    def test_scans_have_no_names_left(self, open_page: OPENER, home: Home) -> None:
        project = made.project(home, "scans")
        app = open_page("data", project=project.id, view="groups")
        assert say("data_page.groups_private") in said(app)
        assert not [box for box in app.selectbox if box.key == "groups-pattern-by"]

    def test_another_split_is_counted_then_kept(self, open_page: OPENER, texts: Project) -> None:
        app = open_page("data", project=texts.id, view="split")
        assert say("data_page.split_in_use") in said(app)
        app.selectbox(key="split-test").select(0.4).run()
        figures = [int(metric.value) for metric in app.metric]
        assert sum(figures) == 60
        assert figures[2] == 24
        app.button(key="split-save").click().run()
        assert data.split_rule(texts.id).test == 0.4
        assert say("data_page.split_in_use") in said(app)

    def test_too_few_is_said_on_the_page(self, open_page: OPENER, home: Home) -> None:
        project = made.project(home, samples=12)
        app = open_page("data", project=project.id)
        concerns = data.split(project.id).concerns
        assert concerns
        for concern in concerns:
            assert say(concern.key, **concern.values) in said(app)
