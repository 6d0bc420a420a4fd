"""Forecasting's pages: data, how far ahead, how it goes, every way side by side, what comes next."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages._ui.forecast import lines, sentences, wording
from tests.app import made, made_forecast
from tests.app.conftest import OPENER
from tl_core.domain.event import Notice
from tl_core.domain.forecast import Ahead, Forgotten, Frequency
from tl_core.domain.plan import ForecastPlan, PredictPlan
from tl_core.domain.project import Project
from tl_core.domain.report import Metric
from tl_core.store.forecasts import write_ahead
from tl_core.store.home import Home
from tl_core.use_cases import forecasts
from tl_core.use_cases import runs as jobs

SECOND = 1_000_000_000


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home, "packaged:fracast-0")
    made.worker(home)
    return made_forecast.project(home)


def _key(at: AppTest, kind: str, key: str):
    return next(one for one in at.get(kind) if (one.key or "").startswith(key))


class TestData:
    def test_what_came_is_said_and_drawn(self, project: Project, open_page: OPENER):
        at = open_page("data", project=project.id)
        said = made.words(at)
        assert "2 series with a value every month" in said
        assert "1 of 3 received was left out" in said
        assert "118 values from January 1990 to December 1999" in said
        assert "2 moments in between have no value (2\u00a0%)" in said
        assert len(at.get("plotly_chart")) == 1

    def test_another_series_can_be_picked(self, project: Project, open_page: OPENER):
        at = open_page("data", project=project.id)
        at.selectbox(key="series-shown").set_value("south").run()
        assert "120 values" in made.words(at)

    def test_what_was_left_out_has_its_reason(self, project: Project, open_page: OPENER):
        at = open_page("data", project=project.id, view="left-out")
        rows = at.dataframe[0].value
        assert set(rows["source"]) == {"north", "west"}
        assert any("3 known values" in reason for reason in rows["reason"])

    def test_what_is_known_beforehand_goes_on(self, home: Home, open_page: OPENER):
        told = made_forecast.project(home, known=12, gaps=0)
        at = open_page("data", project=told.id)
        assert "Known beforehand until December 2000: holidays." in made.words(at)

    def test_too_short_is_said_before_anybody_waits(self, home: Home, open_page: OPENER):
        short = made_forecast.project(home, length=17, gaps=0)
        assert "The shortest series has 17 moments; 18 are needed" in made.words(open_page("data", project=short.id))
        assert "The series has 17 known values; 18 are needed" in made.words(open_page("model", project=short.id))

    def test_nothing_yet_asks_for_a_table(self, home: Home, open_page: OPENER):
        from tl_core.store.projects import create_project

        at = open_page("data", project=create_project(home, "Empty", "forecasts").id)
        assert "a column of times" in made.words(at)


class TestModel:
    def test_the_horizon_tells_what_it_costs(self, project: Project, open_page: OPENER):
        at = open_page("model", project=project.id)
        assert at.title[0].value == "How far should it look ahead?"
        limits = forecasts.limits(project.id)
        far = limits.longest
        at.slider(key=f"horizon-{project.id}").set_value(far).run()
        said = made.words(at)
        assert f"{far} months ahead. That leaves 1 moment to choose by" in said
        assert "nobody can tell luck from skill" in said
        assert "A season of 12 months was found" in said

    def test_start_asks_for_what_was_chosen(self, project: Project, open_page: OPENER, monkeypatch: pytest.MonkeyPatch):
        asked: list[ForecastPlan] = []
        monkeypatch.setattr(jobs, "start", lambda plan: asked.append(plan) or "none")
        at = open_page("model", project=project.id)
        at.slider(key=f"horizon-{project.id}").set_value(9).run()
        at.radio(key=f"recipe-{project.id}").set_value("untuned").run()
        made.button(at, "start-training").click().run()
        assert (asked[0].horizon, asked[0].recipe, asked[0].frozen_stages) == (9, "untuned", None)

    def test_the_last_choices_are_where_the_next_begin(self, home: Home, project: Project, open_page: OPENER):
        made_forecast.done(home, project, horizon=4, steps=70)
        at = open_page("model", project=project.id)
        assert at.slider(key=f"horizon-{project.id}").value == 4
        assert at.number_input(key=f"steps-{project.id}").value == 70

    def test_a_starting_model_that_is_not_here_is_fetched_first(self, home: Home, open_page: OPENER):
        at = open_page("model", project=made_forecast.project(home).id)
        assert made.button(at, "start-training").disabled
        assert made.button(at, "fetch-packaged-fracast-0") is not None
        assert made.button(at, "fetch-first") is not None


class TestTrain:
    def test_the_first_look_stands_beside_what_must_be_beaten(self, home: Home, project: Project, open_page: OPENER):
        folder = made.run(home, made_forecast.plan(project))
        made.tell(folder, made_forecast.going(0))
        with made.Held(folder):
            at = open_page("train", project=project.id, run=folder.id)
        assert at.title[0].value == "Is it learning?"
        assert [metric.value for metric in at.metric] == ["1.60", "1.10", "–"]
        assert "Learning from your series" in made.words(at)
        assert made.button(at, "stop") is not None

    def test_looks_and_the_best_of_them(self, home: Home, project: Project, open_page: OPENER):
        folder = made.run(home, made_forecast.plan(project))
        made.tell(folder, made_forecast.going(5))
        with made.Held(folder):
            at = open_page("train", project=project.id, run=folder.id)
        said = made.words(at)
        assert [metric.value for metric in at.metric][2] == "0.80"
        assert "look 3 of 8 · 0.30 less than the starting model" in said
        assert "Look 3 is the best so far." in said

    def test_no_look_better_than_the_start_is_no_failure(self, home: Home, project: Project, open_page: OPENER):
        folder = made.run(home, made_forecast.plan(project))
        made.tell(folder, made_forecast.going(3, best=0))
        with made.Held(folder):
            at = open_page("train", project=project.id, run=folder.id)
        assert "No look is better than the starting model as it is." in made.words(at)

    def test_the_end_says_what_is_recommended(self, home: Home, project: Project, open_page: OPENER):
        made_forecast.done(home, project, "arima")
        at = open_page("train", project=project.id)
        assert "Recommended: ARIMA, with an error of 0.90 on validation." in made.words(at)
        made.button(at, "to-evaluate").click().run()
        assert at.title[0].value == "How good is it?"

    def test_nothing_has_learned_where_nothing_was_to(self, home: Home, project: Project, open_page: OPENER):
        made_forecast.done(home, project, "untuned", recipe="untuned")
        at = open_page("train", project=project.id)
        assert at.title[0].value == "It has been compared"
        assert len(at.metric) == 2

    @pytest.mark.parametrize("state", ["stopped", "failed"])
    def test_ended_early(self, home: Home, project: Project, open_page: OPENER, state: str):
        folder = made.run(home, made_forecast.plan(project))
        made.tell(folder, [*made_forecast.going(2), Notice(key="forecast.untuned_kept", well=True)])
        reason = {"fault": "input", "reason": "store.disk_full"} if state == "failed" else {}
        made.end(folder, state, model=True, **reason)
        at = open_page("train", project=project.id, run=folder.id)
        assert "kept" in made.words(at)
        assert made.button(at, "to-evaluate") is not None

    def test_nothing_yet_leads_to_the_model(self, project: Project, open_page: OPENER):
        at = open_page("train", project=project.id)
        made.button(at, "empty-state-go").click().run()
        assert at.title[0].value == "How far should it look ahead?"


class TestEvaluate:
    def test_the_recommendation_its_rivals_and_the_fans(self, home: Home, project: Project, open_page: OPENER):
        folder = made_forecast.done(home, project)
        at = open_page("evaluate", project=project.id, run=folder.id)
        said = made.words(at)
        assert "The fine-tuned model forecasts best here. It misses by 49\u00a0% less than" in said
        assert "closer at 5 of 5 moments" in said
        assert "Fine-tuning brought its error from 1.10 to 0.81, in 30 steps." in said
        assert "The bands are too narrow" in said
        assert "The sealed exam is unopened." in said
        assert len(at.get("plotly_chart")) == 3  # ways, fan, steps

    def test_what_the_starting_model_is_worth(self, home: Home, project: Project, open_page: OPENER):
        folder = made_forecast.done(home, project)
        assert "Start once “From scratch”" in made.words(open_page("evaluate", project=project.id, run=folder.id))
        made_forecast.done(home, project, "scratch", recipe="scratch")
        said = made.words(open_page("evaluate", project=project.id, run=folder.id))
        assert "From scratch, without what the starting model knew, the error is 1.20" in said

    def test_what_learning_cost(self, home: Home, project: Project, open_page: OPENER):
        folder = made_forecast.done(home, project)
        report = forecasts.report(folder.id, "validation")
        assert report is not None
        for low, high, said in ((1.6, 2.8, "a specialist"), (0.9, 1.2, "nothing was forgotten"), (0.6, 0.8, "lower")):
            ratio = Metric(value=(low + high) / 2, low=low, high=high)
            cost = Forgotten(horizon=6, untuned=1.0, learned=2.0, ratio=ratio, worse=0.9)
            assert said in sentences.forgotten(report.model_copy(update={"forgotten": cost}))
        assert sentences.forgotten(report) == ""

    def test_bands_made_wider_are_owned_up_to(self, home: Home, project: Project):
        report = forecasts.report(made_forecast.done(home, project).id, "validation")
        assert report is not None
        one = report.judgements[0]
        assert "times as wide" not in sentences.covered(one)
        assert "made 1.70 times as wide" in sentences.covered(one.model_copy(update={"widened": 1.7}))
        assert "made narrower" in sentences.covered(one.model_copy(update={"widened": 0.6}))

    def test_another_way_moment_and_series_can_be_looked_at(self, home: Home, project: Project, open_page: OPENER):
        folder = made_forecast.done(home, project)
        at = open_page("evaluate", project=project.id, run=folder.id, look="series")
        _key(at, "selectbox", "fan-way").set_value("arima").run()
        _key(at, "selectbox", "fan-series").set_value("south").run()
        _key(at, "select_slider", "fan-origin").set_value(0).run()
        said = made.words(at)
        assert not at.exception
        assert "Of: ARIMA." in said
        assert "Hardest: south, with an error of 1.00." in said

    def test_what_it_missed(self, home: Home, project: Project, open_page: OPENER):
        folder = made_forecast.done(home, project)
        at = open_page("evaluate", project=project.id, run=folder.id, look="residuals")
        assert "On the whole it forecasts too low, by 0.20 of the usual error." in made.words(at)

    def test_the_exam_is_opened_by_an_act_and_stands_beside(self, home: Home, project: Project, open_page: OPENER):
        folder = made_forecast.done(home, project)
        made_forecast.examined(home, project, folder)
        at = open_page("evaluate", project=project.id, run=folder.id)
        assert "Exam result: Fine-tuned model has an error of 0.81 (MASE) over 5 moments" in made.words(at)
        assert "Opened once in this project." in made.words(at)
        _key(at, "button_group", "subset-").set_value("test").run()
        assert "nothing was learned or chosen by them" in made.words(at)

    def test_an_older_run_is_shown_with_the_data_it_learned_from(self, home: Home, project: Project, open_page: OPENER):
        folder = made_forecast.done(home, project)
        made_forecast.bring(home, project, ("east",))
        at = open_page("evaluate", project=project.id, run=folder.id)
        assert not at.exception
        assert _key(at, "selectbox", "fan-series").options == ["north", "south"]

    def test_before_there_is_a_result_it_says_so(self, home: Home, project: Project, open_page: OPENER):
        folder = made.run(home, made_forecast.plan(project))
        made.tell(folder, made_forecast.going(1))
        with made.Held(folder):
            at = open_page("evaluate", project=project.id, run=folder.id)
        assert "The result is on its way" in made.words(at)


class TestUse:
    def test_what_comes_next(self, home: Home, project: Project, open_page: OPENER):
        folder = made_forecast.done(home, project)
        at = open_page("use", project=project.id, run=folder.id)
        said = made.words(at)
        assert "January 2000: 200.0, most likely between 181.0 and 219.0." in said
        assert "Said by: Fine-tuned model." in said
        assert len(at.get("plotly_chart")) == 1
        assert len(at.table[0].value) == 6

    def test_known_columns_that_end_are_asked_for(self, home: Home, open_page: OPENER):
        told = made_forecast.project(home, known=3)
        made.fetched(home, "packaged:fracast-0")
        folder = made_forecast.done(home, told)
        why = {"steps": 3, "horizon": 6}
        write_ahead(folder, Ahead(way="tuned", levels=[0.5], series=[], reason="forecast.known_ends", values=why))
        at = open_page("use", project=told.id, run=folder.id)
        assert "goes on for 3 steps after the last value, but 6 are to be forecast" in made.words(at)

    def test_newer_data_are_gone_on_from(self, home: Home, project: Project, open_page: OPENER):
        folder = made_forecast.done(home, project)
        job = made.run(home, PredictPlan(project=project.id, run=folder.id, paths=["newer.csv"]))
        write_ahead(job, made_forecast.ahead(home, project, 6))
        made.end(job, "done", model=False)
        failed = made.run(home, PredictPlan(project=project.id, run=folder.id, paths=["odd.csv"]))
        made.end(failed, "failed", model=False, fault="input", reason="forecast.not_its_pace")
        at = open_page("use", project=project.id, run=folder.id, way="newer")
        said = made.words(at)
        assert "January 2000: 200.0" in said
        assert "comes at another pace" in said

    def test_the_forecaster_can_be_taken_along(self, home: Home, project: Project, open_page: OPENER):
        folder = made_forecast.done(home, project)
        at = open_page("use", project=project.id, run=folder.id, way="along")
        assert "forecast the same for 2 series" in made.words(at)

    def test_nothing_to_use_yet(self, project: Project, open_page: OPENER):
        assert "Nothing to go on by yet" in made.words(open_page("use", project=project.id))


class TestWords:
    @pytest.mark.parametrize(
        ("unit", "number", "pace", "span"),
        [
            ("month", 1, "every month", "6 months"),
            ("month", 3, "every 3 months", "18 months"),
            ("month", 12, "every year", "6 years"),
            ("business_day", 1, "every working day", "6 working days"),
            ("nanosecond", 86_400 * SECOND, "every day", "6 days"),
            ("nanosecond", 7 * 86_400 * SECOND, "every week", "6 weeks"),
            ("nanosecond", 1_800 * SECOND, "every 30 minutes", "180 minutes"),
            ("nanosecond", SECOND // 100, "every 10 thousandths of a second", "60 thousandths of a second"),
        ],
    )
    def test_paces(self, unit: str, number: int, pace: str, span: str):
        frequency = Frequency.model_validate({"unit": unit, "count": number})
        assert wording.pace(frequency) == pace
        assert wording.span(6, frequency) == span

    def test_moments_are_no_finer_than_the_pace(self):
        hours = Frequency(unit="nanosecond", count=3_600 * SECOND)
        assert wording.moment("1960-03-01T00:00:00", made_forecast.MONTHS) == "March 1960"
        assert wording.moment("1960-03-02T14:05:00", hours) == "2 March 1960, 14:05"
        assert wording.moment("1960-01-01T00:00:00", Frequency(unit="month", count=12)) == "1960"

    @pytest.mark.parametrize(
        ("value", "said"),
        [(432.123, "432.1"), (0.034567, "0.03457"), (1234567.8, "1,234,568"), (-5.0, "−5"), (0.0, "0"), (None, "–")],
    )
    def test_amounts(self, value: float | None, said: str):
        assert wording.amount(value) == said

    @pytest.mark.parametrize(
        ("best", "begins"),
        [
            ("seasonal_naive", "Nothing tried here forecasts better than repeating the past."),
            ("arima", "ARIMA, a classic method, forecasts best here"),
            ("untuned", "The starting model as it is forecasts best here."),
        ],
    )
    def test_the_first_sentence_says_it_whoever_wins(self, home: Home, project: Project, best: str, begins: str):
        folder = made_forecast.done(home, project, best)  # type: ignore[arg-type]
        report = forecasts.report(folder.id, "validation")
        assert report is not None
        assert sentences.headline(report).startswith(begins)

    def test_long_lines_keep_their_peaks(self):
        values: list[float | None] = [0.0] * 50_000
        values[31_007] = 9.0
        times, kept = lines.thinned([str(k) for k in range(50_000)], values)
        assert len(kept) <= lines.MOST
        assert max(value or 0.0 for value in kept) == 9.0
        assert times == sorted(times, key=int)
