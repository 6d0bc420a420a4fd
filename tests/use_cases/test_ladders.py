"""Ladders started, folded and put into words."""

from __future__ import annotations

import pytest

from tests.app import made, made_forecast
from tl_core.domain.depth import Depth
from tl_core.domain.event import Epoch, Phase, Rung
from tl_core.domain.fault import InputFault
from tl_core.domain.forecast import Competitor
from tl_core.domain.ladder import Advice, Ladder, Versus
from tl_core.domain.plan import LadderPlan
from tl_core.domain.project import Project
from tl_core.domain.report import Metric
from tl_core.domain.run import fold
from tl_core.store import rebuild
from tl_core.store.home import Home
from tl_core.store.projects import list_projects
from tl_core.store.run_folder import RunFolder
from tl_core.store.runs import ids_of
from tl_core.use_cases import ladders, runs


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    return made.project(home)


def test_a_ladder_belongs_to_its_project_and_trains_in_turn(home: Home, project: Project) -> None:
    from tl_core.jobs.kinds import queue_of

    job = ladders.start(made.plan(project))
    assert [one.id for one in ladders.of_project(project.id)] == [job]
    assert runs.plan(job).project == project.id
    assert queue_of("ladder") == "training"
    rebuild.rebuild(home)
    assert ids_of(home, project.id, "ladder") == [job]
    assert len(list_projects(home)) == 1


def test_only_boundaries_that_the_model_has_are_planned(home: Home, project: Project) -> None:
    plans = ladders.planned(LadderPlan(base=made.plan(project, frozen_stages=5)))
    assert [(p.recipe, p.frozen_stages) for p in plans] == [
        ("probe", 7), *(("finetune", n) for n in (6, 5, 4, 3, 2, 1, 0)), ("scratch", 0)
    ]  # fmt: skip
    assert {p.seed for p in plans} == {0}
    assert [p.recipe for p in ladders.planned(LadderPlan(base=made.plan(project), scratch=False))][-1] == "finetune"


def test_of_a_model_that_ended_early_only_what_is_left_makes_rungs(home: Home, project: Project) -> None:
    job = ladders.start(made.plan(project))
    RunFolder.find(home, job).write_depth(Depth(stages=2, losses=[]))
    plan = runs.plan(job)
    assert isinstance(plan, LadderPlan)
    assert [(p.recipe, p.frozen_stages) for p in ladders.planned(plan, job)] == [
        ("probe", 2), ("finetune", 1), ("finetune", 0), ("scratch", 0)
    ]  # fmt: skip


def test_a_group_without_parameters_makes_no_rung(home: Home, project: Project) -> None:
    from tl_core import backbones
    from tl_core.training.recipes import rungs

    card = backbones.card(home, made.BACKBONES["text"])
    stages = [s.model_copy(update={"parameters": 0}) if n == 3 else s for n, s in enumerate(card.stages)]
    plans = rungs(made.plan(project), card.model_copy(update={"stages": stages}), scratch=True)
    assert [p.frozen_stages for p in plans] == [7, 6, 5, 4, 2, 1, 0, 0]


def test_a_rung_told_again_replaces_the_first_telling_and_ends_its_epochs() -> None:
    events = [event.model_copy(update={"time": 1.0}) for event in made.climbed(3)]
    again = events[-1]
    assert isinstance(again, Rung)
    epoch = Epoch(number=1, of=2, metrics={}, best=True, seconds=2.0, rate=1.0, memory=1)
    seen = fold([*events, epoch, again.model_copy(update={"seconds": 77.0})])
    assert [rung.frozen_stages for rung in seen.rungs] == [7, 6, 5]
    assert seen.rungs[-1].seconds == 77.0
    assert seen.epochs == []
    assert fold(events).rungs[-1].seconds == 18.0


def test_the_time_left_is_that_of_all_rungs(home: Home, project: Project) -> None:
    folder = made.run(home, LadderPlan(base=made.plan(project)))
    made.tell(folder, [*made.climbed(0), Phase(name="features", total=100)])
    assert runs.runs_of(project.id)[0].seconds_left is None, "the first pass says nothing of what follows"
    assert fold([e.model_copy(update={"time": 1.0}) for e in made.climbed(9)]).seconds_left == 0
    seen = fold([e.model_copy(update={"time": 1.0}) for e in made.climbed(8)])
    assert seen.seconds_left == pytest.approx(9 * 14)


def test_only_a_ladder_is_one(home: Home, project: Project) -> None:
    with pytest.raises(InputFault):
        ladders.found(made.run(home, made.plan(project)).id)
    assert ladders.found(made.run(home, LadderPlan(base=made.plan(project))).id) is None


def said(**changes: object) -> str:
    told = [event for event in made.climbed(9) if isinstance(event, Rung)]
    values = {"frozen_stages": 5, "recipe": "finetune", "reason": "as_good", **changes}
    return " ".join(ladders.words(Ladder(rungs=told, advice=Advice.model_validate(values))))


def versus(low: float | None, value: float, high: float | None, faster: float, recipe: str = "finetune") -> Versus:
    gain = Metric(value=value, low=low, high=high)
    return Versus.model_validate({"frozen_stages": 0, "recipe": recipe, "gain": gain, "faster": faster})


def test_the_advice_reads_as_a_sentence() -> None:
    level = said(everything=versus(-0.05, -0.01, 0.03, 4.2))
    assert level.startswith("Freeze 5 of 7 layer groups. It is the cheapest that is not clearly worse")
    assert "Here it is as good as training everything (difference −0.05 to 0.03)" in level
    assert level.endswith(", and 4 times faster.")
    worse = said(everything=versus(-0.07, -0.04, -0.01, 1.1))
    assert worse.endswith("0.04 below that of training everything (−0.07 to −0.01).")
    unsure = said(everything=versus(None, 0.04, None, 1.0))
    assert unsure.endswith("0.04 above that of training everything, which may be chance.")
    worth = said(scratch=versus(0.1, 0.2, 0.3, 2.5, "scratch"))
    assert "worth 0.20 of average hit rate (0.10 to 0.30); starting from nothing takes 2.5 times as long." in worth


def test_the_ends_of_the_ladder_have_words_of_their_own() -> None:
    assert said(frozen_stages=7, recipe="probe", reason="best").startswith("Keep all 7 layer groups frozen")
    assert said(frozen_stages=0, reason="best").startswith(
        "Let everything thaw. Counting also how sure it is, it came out best"
    )
    assert said(frozen_stages=0, recipe="scratch", reason="best").startswith("Learn from scratch")
    assert "take this as a hint" in said(reason="too_few")
    assert ladders.words(Ladder(rungs=[], advice=None)) == []


class TestForecasts:
    """The same in errors: lower is better, and classic ways stand beside."""

    @staticmethod
    def said(beside: dict[Competitor, float] | None = None, **changes: object) -> str:
        told = [event for event in made_forecast.climbed(9) if isinstance(event, Rung)]
        values = {"frozen_stages": 5, "recipe": "finetune", "reason": "as_good", **changes}
        return " ".join(ladders.words(Ladder(rungs=told, advice=Advice.model_validate(values), beside=beside or {})))

    def test_the_advice_speaks_of_errors(self) -> None:
        said = self.said(
            {"seasonal_naive": 1.6, "theta": 0.95},
            everything=versus(None, 0.04, None, 1.1),
            scratch=versus(None, -0.2, None, 0.3, "scratch"),
        )
        assert said == (
            "Freeze 5 of 6 layer groups. It is the cheapest that is not clearly further off than the closest. "
            "Its error is 0.04 below that of training everything, which may be chance. Starting from nothing has an "
            "error 0.20 lower, which may be chance; starting from nothing is 3 times faster. The best quick "
            "classic method, Theta, has an error (MASE) of 0.95, this depth 0.90."
        )
        same = self.said(everything=versus(None, 0.0, None, 1.0), scratch=versus(0.1, 0.2, 0.3, 1.0, "scratch"))
        assert "is the same as that of training everything." in same
        assert "lowers the error by 0.20 (0.10 to 0.30)." in same

    def test_no_difference_is_none_where_decimals_have_a_comma_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("THAW_LANGUAGE", "de")
        assert "derselbe wie beim Training von allem" in self.said(everything=versus(None, 0.0, None, 1.0))

    def test_a_classic_that_is_closer_is_told(self) -> None:
        said = self.said({"seasonal_naive": 0.5, "theta": 0.95})
        assert "closer still, the value a season before: error (MASE) 0.50 against 0.90." in said

    def test_the_ends_have_words_of_their_own(self) -> None:
        as_it_is = self.said(recipe="untuned", frozen_stages=6, reason="best")
        assert as_it_is.startswith("Take the starting model as it is, without training. It is the closest")
        assert "nothing is cheaper" in as_it_is
        head = self.said(recipe="finetune", frozen_stages=6, reason="best")
        assert head.startswith("Keep all 6 layer groups frozen and tune only")
        assert "everything cheaper is clearly further off" in head
        assert self.said(frozen_stages=0).startswith("Let everything thaw.")
        assert self.said(recipe="scratch", frozen_stages=0).startswith("Learn from scratch")
        assert "too few moments" in self.said(reason="too_few")

    def test_every_depth_is_planned(self, home: Home) -> None:
        made.fetched(home, "packaged:fracast-0")
        base = made_forecast.plan(made_forecast.project(home))
        plans = ladders.planned(LadderPlan(base=base))
        stages = plans[0].frozen_stages
        assert stages
        assert [(p.recipe, p.frozen_stages) for p in plans] == [
            ("untuned", stages), *(("finetune", n) for n in reversed(range(stages + 1))), ("scratch", 0)
        ]  # fmt: skip
        assert ladders.planned(LadderPlan(base=base, scratch=False))[-1].recipe == "finetune"
        kept = LadderPlan.model_validate_json(LadderPlan(base=base).model_dump_json())
        assert kept.base == base
