"""The train page: every state in plain words, the curves' data, and a timer only while something moves."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import streamlit as st

from pages._ui import live_curves, sentences
from pages._ui.live_curves.live_curves import POINTS, picture
from tests.app import made
from tests.app.conftest import OPENER
from tl_core.domain.event import Chosen, Epoch, Notice, Started
from tl_core.domain.project import Project
from tl_core.domain.run import RunView, fold
from tl_core.store.atomic import write_json
from tl_core.store.home import Home
from tl_core.use_cases import results


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    made.worker(home)
    return made.project(home)


@pytest.fixture
def timers(monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """The ``run_every`` of each fragment that the page starts."""
    found: list[float | None] = []
    real: Callable = st.fragment

    def noted(func: Callable | None = None, **options: object) -> Callable:
        if func is not None and func.__module__ == "pages._ui.watching":
            found.append(options.get("run_every"))  # type: ignore[arg-type]
        return real(func, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(st, "fragment", noted)
    return found


def test_a_run_at_work_shows_the_quick_look_the_best_and_what_is_left(home: Home, project: Project, open_page: OPENER):
    folder = made.run(home, made.plan(project))
    made.tell(folder, made.learning(7))
    with made.Held(folder):
        at = open_page("train", project=project.id, run=folder.id)
    assert at.title[0].value == "Is it learning?"
    shown = {metric.label: metric.value for metric in at.metric}
    assert shown["Quick look"] == "0.72"
    assert shown["Best so far"] == "0.75"
    said = made.words(at)
    assert "0.67 to 0.76" in said
    assert "epoch 6 of 12 · 0.03 above the quick look" in said
    assert "Epoch 6 is the best. The one since brought nothing" in said


def test_the_line_above_the_bar_tells_all_of_it(home: Home):
    from pages._ui.watching import bar_line

    view = fold([event.model_copy(update={"time": 1.0}) for event in made.learning(7)])
    assert bar_line(view) == "Epoch 7 of 12 · 29 s left · 62 samples a second · CPU, 2 cores · 1.1 GB of memory"


def test_stop_writes_the_request_and_says_that_it_is_stopping(home: Home, project: Project, open_page: OPENER):
    folder = made.run(home, made.plan(project))
    made.tell(folder, made.learning(3))
    with made.Held(folder):
        at = open_page("train", project=project.id, run=folder.id)
        made.button(at, "stop").click().run()
        assert folder.stop_requested()
        at.run()
        assert "Stopping after this step" in made.words(at)
        assert made.button(at, "stop").disabled


def test_a_queue_names_what_is_ahead(home: Home, project: Project, open_page: OPENER):
    first, second = made.run(home, made.plan(project)), made.run(home, made.plan(project, seed=1))
    made.tell(first, made.learning(3))
    with made.Held(first):
        at = open_page("train", project=project.id, run=second.id)
    said = made.words(at)
    assert at.title[0].value == "Waiting its turn"
    assert "1 job is ahead of it." in said
    assert "Training in “Made of reviews”, 52 s left" in said


def test_a_run_taken_out_of_the_queue_has_ended(home: Home, project: Project, open_page: OPENER):
    folder = made.run(home, made.plan(project))
    at = open_page("train", project=project.id, run=folder.id)
    made.button(at, "stop").click().run()
    status = folder.status()
    assert status is not None
    assert status.state == "stopped"
    at.run()
    assert "stopped before there was a model" in made.words(at)
    assert made.button(at, "to-evaluate") is None


def test_without_a_worker_it_says_so(home: Home, project: Project, open_page: OPENER):
    made.worker(home, alive=False)
    folder = made.run(home, made.plan(project))
    at = open_page("train", project=project.id, run=folder.id)
    assert "Start Thaw again; nothing is lost." in made.words(at)


def test_a_run_cut_off_is_picking_up(home: Home, project: Project, open_page: OPENER):
    folder = made.run(home, made.plan(project))
    made.tell(folder, [*made.learning(3), Started(attempt=2)])
    with made.Held(folder):
        at = open_page("train", project=project.id, run=folder.id)
    assert "picking up from where it last saved" in made.words(at)


def test_a_failure_says_why_and_what_was_kept(home: Home, project: Project, open_page: OPENER):
    folder = made.run(home, made.plan(project))
    made.tell(folder, made.learning(2))
    made.end(folder, "failed", fault="input", reason="jobs.out_of_memory", model=True)
    at = open_page("train", project=project.id, run=folder.id)
    said = made.words(at)
    assert at.title[0].value == "This did not work out"
    assert "The memory of this machine is not enough." in said
    assert "The best model before that is kept." in said
    assert made.button(at, "to-evaluate") is not None


def test_the_end_says_which_model_was_kept_and_leads_on(home: Home, project: Project, open_page: OPENER):
    folder = made.done(home, project)
    at = open_page("train", project=project.id, run=folder.id)
    said = made.words(at)
    assert "Done in 1 min." in said
    assert "Fine-tuning is clearly better than the quick look" in said
    assert "Memory ran out, so 16 samples" in said
    assert {"Quick look", "Best epoch", "Kept as the model"} == {metric.label for metric in at.metric}
    made.button(at, "to-evaluate").click().run()
    assert at.title[0].value == "How good is it?"
    assert made.address(at, "run") == folder.id


def test_a_method_that_does_better_without_transfer_is_named(home: Home, project: Project, open_page: OPENER):
    folder = made.done(home, project)
    report = results.report(folder.id, "validation")
    assert report is not None
    assert "Classic method does clearly better" not in made.words(open_page("train", project=project.id, run=folder.id))
    write_json(folder.evaluation / "validation.json", report.model_copy(update={"recommended": "classic"}))
    assert "Classic method does clearly better" in made.words(open_page("train", project=project.id, run=folder.id))


def test_where_the_quick_look_won_it_is_said_once(home: Home, project: Project, open_page: OPENER):
    folder = made.run(home, made.plan(project))
    events = [*made.learning(4), Notice(key="training.probe_kept"), Chosen(candidate="probe", gain=0.0, error=0.1)]
    made.tell(folder, events)
    made.end(folder, "done")
    said = made.words(open_page("train", project=project.id, run=folder.id))
    assert said.count("the quick look stays the model") == 1
    assert "its model is the one that was kept" not in said


@pytest.mark.parametrize(("state", "every"), [("running", 2.0), ("done", None), ("stopped", None), ("failed", None)])
def test_only_what_moves_is_looked_at_again(
    home: Home, project: Project, open_page: OPENER, timers: list[float | None], state: str, every: float | None
):
    folder = made.run(home, made.plan(project))
    made.tell(folder, made.learning(3))
    if state != "running":
        made.end(folder, state, reason="jobs.ours" if state == "failed" else None)
        open_page("train", project=project.id, run=folder.id)
    else:
        with made.Held(folder):
            open_page("train", project=project.id, run=folder.id)
    assert timers[-1] == every


def test_the_newest_run_is_shown_and_kept_in_the_address(home: Home, project: Project, open_page: OPENER):
    made.done(home, project)
    newest = made.done(home, project, "scratch")
    at = open_page("train", project=project.id)
    assert made.address(at, "run") == newest.id
    assert "From scratch" in made.words(at)


def test_a_run_of_another_project_is_not_shown(home: Home, project: Project, open_page: OPENER):
    elsewhere = made.done(home, made.project(home, "texts"))
    ours = made.done(home, project)
    at = open_page("train", project=project.id, run=elsewhere.id)
    assert made.address(at, "run") == ours.id
    assert "is not here any more" in made.words(at)
    assert "is not here any more" not in made.words(open_page("train", project=project.id, run=ours.id))


def test_an_empty_project_leads_to_the_model(home: Home, project: Project, open_page: OPENER):
    at = open_page("train", project=project.id)
    assert "No training yet" in made.words(at)
    made.button(at, "empty-state-go").click().run()
    assert at.title[0].value == "How much should thaw?"


# --- what the curves are given ----------------------------------------------------------------------------------------


def _picture(view: RunView, epochs: int) -> dict:
    return picture(view, live_curves.of_classes(view), epochs)


def test_curves_hold_both_measures_the_best_epoch_and_the_quick_look():
    drawn = _picture(fold(made.learning(9)), 12)
    loss, hits = drawn["panels"]
    assert loss["x"] == hits["x"] == list(range(1, 10))
    assert loss["best"] == [6, loss["validation"][5]]
    assert loss["level"] is None
    assert hits["level"] == 0.72
    assert drawn["last"] == 12
    assert "epoch 6" in loss["alt"]


def test_what_no_browser_can_read_becomes_a_gap():
    broken = made.learning(2)
    assert isinstance(broken[-1], Epoch)
    broken[-1] = broken[-1].model_copy(update={"metrics": {**broken[-1].metrics, "train/loss": math.nan}})
    assert _picture(fold(broken), 12)["panels"][0]["train"][1] is None


def test_long_curves_are_thinned_and_keep_their_end():
    drawn = _picture(fold(made.learning(2600, of=2600, best=2600)), 2600)
    assert len(drawn["panels"][0]["x"]) == POINTS
    assert drawn["panels"][0]["x"][-1] == 2600


def test_the_drawing_library_is_where_its_address_says():
    from pages._ui.live_curves import library

    assert library.file().stat().st_size > 1_000_000
    assert library.route().path == library.address()
    assert live_curves.draw.__module__ == "pages._ui.live_curves.live_curves"


def test_how_a_training_goes_in_words():
    assert sentences.progress(fold(made.learning(0)), 3) == ""
    assert sentences.progress(fold(made.learning(5)), 3) == "Still getting better: epoch 5 is the best so far."
    assert "The 2 since brought nothing" in sentences.progress(fold(made.learning(8)), 3)
