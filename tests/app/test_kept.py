"""What a model still knows: a sentence, a slider whose figures come with the page, and a mix that becomes the model."""

from __future__ import annotations

import pytest

from pages._ui import kept, mixer
from pages._ui.mixer.mixer import picture
from tests.app import made
from tests.app.conftest import OPENER, alts, unfold
from tl_core.domain.plan import MixPlan
from tl_core.domain.project import Project
from tl_core.store.atomic import write_json
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import results, runs


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    made.worker(home)
    return made.project(home)


@pytest.fixture
def tuned(home: Home, project: Project) -> RunFolder:
    folder = made.done(home, project)
    made.kept(folder)
    return folder


@pytest.fixture
def slid(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slider stands at the fourth mix, 60\u00a0% tuned."""
    monkeypatch.setattr(mixer, "draw", lambda *args, **options: 3)


def at_share(home: Home, folder: RunFolder, share: float) -> None:
    """The run's report as the job leaves it that made a mix the model."""
    report = results.report(folder.id, "validation")
    assert report is not None
    first = report.candidates[0].model_copy(update={"name": "mix", "share": share})
    rest = [one for one in report.candidates if one.name != "mix"]
    changed = report.model_copy(update={"chosen": "mix", "candidates": [first, *rest]})
    write_json(folder.evaluation / "validation.json", changed)


@pytest.mark.parametrize(
    ("ability", "said"),
    [
        ("agreement", "On general samples, the tuned model gives the starting model's answer 83 of 100 times."),
        ("neighbours", "For 83 of 100 general samples, the tuned model finds the same other one most alike"),
        ("retrieval", "goes on from them 42 of 100 times. The starting model: 50."),
    ],
)
def test_one_sentence_says_what_is_left(home: Home, project: Project, ability, said: str) -> None:
    mixes = made.kept(made.done(home, project), ability)
    assert said in kept.said(mixes, 5)
    assert "Your model is" not in kept.said(mixes, 5)
    assert kept.said(mixes, 0).endswith(
        f"Your model is the quick look now: {50 if ability == 'retrieval' else 100} of 100."
    )
    assert "Your model is a mix now" in kept.said(mixes, 2)


def test_the_page_shows_it_with_words_and_tables(
    home: Home, project: Project, tuned: RunFolder, open_page: OPENER
) -> None:
    at = open_page("evaluate", project=project.id, run=tuned.id, look="transfer")
    assert not at.exception
    said = made.words(at)
    assert "What it still knows" in [one.value for one in at.header]
    assert "83 of 100" in said
    assert "“Meaning” has changed most: 0.76." in said
    assert "This is your model now." in said
    assert made.button(at, "use-mix").disabled
    tables = [str(table.value) for table in unfold(at).table]
    assert any("80 % of the way" in plain.replace("\u00a0", " ").replace("\\", "") for plain in tables)
    assert any("learned" in table and "frozen" in table for table in tables)
    assert any("Meaning 0.76" in alt for alt in alts(at))


@pytest.mark.parametrize(
    ("recipe", "said"), [("probe", "The quick look changed nothing"), ("scratch", "began from nothing")]
)
def test_where_nothing_was_tuned_the_page_says_why(
    home: Home, project: Project, open_page: OPENER, recipe: str, said: str
) -> None:
    folder = made.done(home, project, recipe)
    at = open_page("evaluate", project=project.id, run=folder.id, look="transfer")
    assert said in made.words(at)
    assert made.button(at, "use-mix") is None


def test_a_run_from_before_says_that_it_was_not_measured(home: Home, project: Project, open_page: OPENER) -> None:
    folder = made.done(home, project)
    assert "This was not measured" in made.words(
        open_page("evaluate", project=project.id, run=folder.id, look="transfer")
    )


def test_use_this_mix_asks_for_it(
    home: Home, project: Project, tuned: RunFolder, open_page: OPENER, slid: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list = []
    monkeypatch.setattr(results, "use_mix", lambda run_id, share: asked.append((run_id, share)))
    at = open_page("evaluate", project=project.id, run=tuned.id, look="transfer")
    assert "becomes your model" in made.words(at)
    made.button(at, "use-mix").click()
    at.run()
    assert asked == [(tuned.id, 0.6)]


def test_an_exam_that_is_open_is_said_to_go(
    home: Home, project: Project, tuned: RunFolder, open_page: OPENER, slid: None
) -> None:
    made.examined(home, project, tuned)
    said = made.words(open_page("evaluate", project=project.id, run=tuned.id, look="transfer"))
    assert "The exam result is of the model before and goes; its opening stays counted." in said


def test_while_a_mix_is_made_nothing_else_can_be_asked(
    home: Home, project: Project, tuned: RunFolder, open_page: OPENER, slid: None
) -> None:
    job = made.run(home, MixPlan(project=project.id, run=tuned.id, share=0.6))
    at = open_page("evaluate", project=project.id, run=tuned.id, look="transfer")
    assert "The mix is being measured" in made.words(at)
    assert made.button(at, "use-mix").disabled
    assert runs.view(job.id)[2] == "queued"


def test_a_mix_that_failed_says_why(home: Home, project: Project, tuned: RunFolder, open_page: OPENER) -> None:
    job = made.run(home, MixPlan(project=project.id, run=tuned.id, share=0.6))
    made.end(job, "failed", fault="input", reason="results.other_start")
    said = made.words(open_page("evaluate", project=project.id, run=tuned.id, look="transfer"))
    assert "did not become your model: The starting model is not the one" in said


def test_a_mix_in_use_has_its_name_everywhere(
    home: Home, project: Project, tuned: RunFolder, open_page: OPENER
) -> None:
    at_share(home, tuned, 0.4)
    at = open_page("evaluate", project=project.id, run=tuned.id, look="transfer")
    assert not at.exception
    assert "Your model is a mix now: 97 of 100." in made.words(at)
    assert any(
        "Mix, 40 % tuned" in str(table.value).replace("\u00a0", " ").replace("\\", "") for table in unfold(at).table
    )


def test_the_slider_gets_all_figures_at_once(home: Home, project: Project, tuned: RunFolder) -> None:
    mixes = results.mixes(tuned.id)
    assert mixes is not None
    drawn = picture(mixes, 5, 5)
    assert [one["tick"] for one in drawn["mixes"]] == [
        "0\u00a0%",
        "20\u00a0%",
        "40\u00a0%",
        "60\u00a0%",
        "80\u00a0%",
        "100\u00a0%",
    ]
    assert drawn["mixes"][5]["figures"][1] == {
        "value": pytest.approx(0.83), "low": pytest.approx(0.77), "high": pytest.approx(0.878),
        "text": "0.83", "doubt": "0.77 to 0.88",
    }  # fmt: skip
    assert drawn["mixes"][3]["spoken"].startswith("60\u00a0% of the way to the tuned model. Your task 0.80 (")
    assert drawn["low"] == pytest.approx(0.6)
    assert all(one["figures"][k]["low"] >= drawn["low"] for one in drawn["mixes"] for k in (0, 1))


def test_too_few_groups_are_said_in_place_of_an_interval(home: Home, project: Project) -> None:
    mixes = made.kept(made.done(home, project), grouped=False)
    assert picture(mixes, 0, None)["mixes"][0]["figures"][0]["doubt"] == "too few groups: 5"
