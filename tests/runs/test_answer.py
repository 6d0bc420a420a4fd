"""The training of an assistant, whole, with a tiny encoder: what it keeps, and what it says when it cannot know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from tests.answering.manual import asked, manual, project
from tests.runs.tiny_project import starting_model
from tl_core import backbones
from tl_core.backbones.load import load
from tl_core.bundle.assistant import LoadedAssistant
from tl_core.bundle.assistant_folder import read_parity
from tl_core.domain.answer import Question, Reply
from tl_core.domain.event import Epoch, Event, Notice, Phase, Probed
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import AnswerPlan, ExamPlan, LearningCurvePlan
from tl_core.domain.split import SplitRule
from tl_core.runs import answer, answer_tuning, exam, learning_curve
from tl_core.runs.answer_material import gather, untuned
from tl_core.runs.answer_pairs import lessons
from tl_core.store import runs
from tl_core.store.answers import read_report
from tl_core.store.home import Home
from tl_core.store.questions import add_questions, read_questions
from tl_core.store.run_folder import RunFolder
from tl_core.training.recipes import resolve_answer
from tl_core.use_cases import learning_curves
from tl_core.words import say


@pytest.fixture(autouse=True)
def near(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The written files are asked here instead of in a fresh process, which one of these tests does."""
    if "fresh" not in request.node.name:

        def again(fresh: None, wanted: dict, read: object) -> list[Reply]:
            return list(map(LoadedAssistant(Path(wanted["folder"])).reply, wanted["questions"]))

        monkeypatch.setattr("tl_core.bundle.assistant_parity.start_fresh", lambda kind: None)
        monkeypatch.setattr("tl_core.bundle.assistant_parity.ask", again)


@pytest.fixture
def tiny(home: Home) -> str:
    return starting_model(home, "text").card.name


def begun(home: Home, tiny: str, questions: int, **known) -> tuple[RunFolder, AnswerPlan]:
    samples = manual(44)
    project_id, kept = project(home, samples)
    add_questions(home, project_id, asked(samples, questions))
    plan = AnswerPlan(project=project_id, dataset=kept.id, backbone=tiny, **{"epochs": 1, "batch_size": 8, **known})
    return runs.create_run(home, plan), plan


def events(folder: RunFolder, kind: type[Event]) -> list:
    return [event for event in folder.events() if isinstance(event, kind)]


@pytest.mark.parametrize(
    "known",
    [{}, {"lora_rank": 2}, {"recipe": "scratch"}, {"frozen_stages": 0}],
    ids=["fresh", "adapters", "scratch", "all"],
)
def test_a_whole_training(home: Home, tiny: str, known: dict) -> None:
    folder, plan = begun(home, tiny, 40, **known)
    assert answer.run(folder, plan, home)["state"] == "done"
    phases = [event.name for event in events(folder, Phase)]
    assert [name for name in phases if name != "compare"] == [
        "prepare", "index", "look", "train", "threshold", "evaluate", "bundle",
    ]  # fmt: skip
    assert "both/recall@5" in events(folder, Probed)[0].metrics
    assert set(events(folder, Epoch)[0].metrics) == {"train/loss", "validation/loss", "validation/recall@5"}
    report = read_report(folder, "validation")
    assert report is not None
    words = next(one for one in report.finders if one.name == "words")
    assert words.metrics["recall@1"].value > 0.9  # every code stands in one passage
    assert report.refusal is not None
    assert report.refusal.answered >= 0.8
    assert report.gain is not None
    assert {one.question for one in report.judged} <= {one.id for one in read_questions(folder.path)}
    parity = read_parity(folder.bundle)
    assert parity is not None
    assert parity.passed
    reply = LoadedAssistant(folder.bundle).reply("What was broken when E7 was there?")
    assert "E7" in reply.sources[0].text
    assert reply.threshold == report.refusal.threshold


def test_what_forgets_is_not_kept(home: Home, tiny: str, monkeypatch) -> None:
    folder, plan = begun(home, tiny, 40, learning_rate=0.05)
    monkeypatch.setattr("tl_core.runs.answer_tuning.FALL", -1.0)  # everything forgets too much
    answer.run(folder, plan, home)
    report = read_report(folder, "validation")
    assert report is not None
    assert report.tuned_epochs == 0
    assert report.recommended in ("words", "both")
    assert [event.key for event in events(folder, Notice)].count("finding.untuned_kept") == 1


def test_few_questions_give_no_figures_but_an_assistant(home: Home, tiny: str) -> None:
    folder, plan = begun(home, tiny, 12)
    answer.run(folder, plan, home)
    report = read_report(folder, "validation")
    assert report is not None
    assert report.few_questions
    assert not report.finders
    assert report.refusal is None
    notice = next(event for event in events(folder, Notice) if event.key == "finding.few_questions")
    assert notice.values == {"known": 12, "least": 20}
    reply = LoadedAssistant(folder.bundle).reply("What was broken when E3 was there?")
    assert reply.threshold is None
    assert "E3" in reply.sources[0].text
    opened = ExamPlan(project=plan.project, run=folder.id)
    with pytest.raises(InputFault) as caught:
        exam.run(runs.create_run(home, opened), opened, home)
    assert caught.value.key == "results.no_exam"


def test_the_exam_is_sealed_and_judged_once_opened(home: Home, tiny: str) -> None:
    folder, plan = begun(home, tiny, 40, recipe="untuned", split=SplitRule(validation=0.4, test=0.3))
    answer.run(folder, plan, home)
    split = folder.split()
    assert split is not None
    sealed = set(split.ids("test"))
    assert len(sealed) == 12
    validation = read_report(folder, "validation")
    assert validation is not None
    assert sealed.isdisjoint(one.question for one in validation.judged)
    assert not sealed & set(json.dumps([event.model_dump() for event in folder.events()]).split('"'))
    opened = ExamPlan(project=plan.project, run=folder.id)
    exam.run(runs.create_run(home, opened), opened, home)
    report = read_report(folder, "test")
    assert report is not None
    assert sealed <= {one.question for one in report.judged}
    assert report.questions == 12
    assert [one.name for one in report.finders] == ["words", "meaning", "both"]
    assert report.refusal is not None
    assert validation.refusal is not None
    assert report.refusal.threshold == validation.refusal.threshold


def test_questions_of_later_change_nothing(home: Home, tiny: str) -> None:
    folder, plan = begun(home, tiny, 30, recipe="untuned")
    answer.run(folder, plan, home)
    before = read_questions(folder.path)
    add_questions(home, plan.project, [Question(id="later", text="Later?", unanswerable=True)])
    answer.run(folder, plan, home)  # a child that goes on
    assert read_questions(folder.path) == before


def test_what_is_cached_is_what_would_be_computed(home: Home, tiny: str, monkeypatch) -> None:
    folder, plan = begun(home, tiny, 30)
    material = gather(folder, resolve_answer(plan, backbones.card(home, tiny)), home)
    given = lessons(material, untuned(material))
    backbone = load(home, tiny)
    cached = answer_tuning._states(material, backbone, 2, given)
    monkeypatch.setattr(answer_tuning, "LARGEST_CACHE", 0)
    online = answer_tuning._states(material, backbone, 2, given)
    assert type(cached) is not type(online)
    rows = list(range(len(given.texts)))
    for one in (rows[:9], rows[9:30]):
        here, there = (states.enter(states.read(one, 1)) for states in (cached, online))
        mask = here["mask"].bool()
        assert torch.equal(mask, there["mask"].bool())
        assert torch.allclose(here["hidden"][mask], there["hidden"][mask], atol=1e-5)


def test_nothing_is_learned_from_the_exam_or_from_validation(home: Home, tiny: str) -> None:
    folder, plan = begun(home, tiny, 40)
    material = gather(folder, resolve_answer(plan, backbones.card(home, tiny)), home)
    given = lessons(material, untuned(material))
    learned = {given.texts[number] for number in given.pairs.asked}
    held = {material.questions[row].text for row in material.rows("validation", "test")}
    assert held.isdisjoint(learned)
    assert {material.questions[row].text for row in material.rows("train")} <= learned
    assert given.right.any(axis=1).all()
    for row, also in enumerate(given.pairs.also):
        assert also.isdisjoint(given.pairs.wrong[row].tolist())


def test_what_more_questions_would_bring(home: Home, tiny: str) -> None:
    _training, plan = begun(home, tiny, 40)
    folder = runs.create_run(home, LearningCurvePlan(base=plan))
    assert learning_curve.run(folder, LearningCurvePlan(base=plan), home) == {"model": False}
    curve = learning_curves.found(folder.id)
    assert curve is not None
    assert [point.share for point in curve.points] == [0.1, 0.25, 0.5, 1.0]
    assert [point.draws for point in curve.points] == [5, 5, 5, 1]
    assert {point.classic.value for point in curve.points} == {curve.points[0].classic.value}
    assert learning_curves.words(curve)
    found = learning_curves.of_training(plan)
    assert found is not None
    assert found.id == folder.id
    assert learning_curves.of_training(plan.model_copy(update={"seed": 1})) is None


def test_a_curve_of_few_questions_is_none(home: Home, tiny: str) -> None:
    _, plan = begun(home, tiny, 12)
    with pytest.raises(InputFault) as caught:
        learning_curve.run(runs.create_run(home, LearningCurvePlan(base=plan)), LearningCurvePlan(base=plan), home)
    assert caught.value.key == "finding.too_few_for_curve"


def test_stopped_while_it_learns_it_is_an_assistant_all_the_same(home: Home, tiny: str) -> None:
    folder, plan = begun(home, tiny, 40, epochs=50)
    own = folder.append

    def append(event: Event) -> None:
        own(event)
        if isinstance(event, Epoch):
            folder.request_stop()

    folder.append = append  # type: ignore[method-assign]
    assert answer.run(folder, plan, home)["state"] == "stopped"
    report = read_report(folder, "validation")
    assert report is not None
    assert report.tuned_epochs == 0
    assert report.refusal is not None
    assert LoadedAssistant(folder.bundle).reply("What was broken when E7 was there?").answered


def test_questions_of_a_handful_of_threads_are_few(home: Home, tiny: str) -> None:
    samples = manual(44)
    project_id, kept = project(home, samples)
    threads = [one.model_copy(update={"group": f"thread {k % 5}"}) for k, one in enumerate(asked(samples, 40))]
    add_questions(home, project_id, threads)
    folder = runs.create_run(home, plan := AnswerPlan(project=project_id, dataset=kept.id, backbone=tiny))
    answer.run(folder, plan, home)
    report = read_report(folder, "validation")
    assert report is not None
    assert report.few_questions


def test_a_terminal_has_words_for_every_part(home: Home, tiny: str) -> None:
    folder, plan = begun(home, tiny, 30)
    answer.run(folder, plan, home)
    assert all(say(f"training.phase_{event.name}") for event in events(folder, Phase))
