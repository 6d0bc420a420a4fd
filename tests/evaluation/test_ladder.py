"""Which depth is enough: level rungs, a clearly better one, too little to tell, and what is set beside it."""

from __future__ import annotations

import numpy as np
import pytest

from tl_core.domain.event import Rung
from tl_core.domain.plan import Recipe
from tl_core.evaluation.ladder import recommend, recommend_forecast

RUNGS: list[tuple[Recipe, int]] = [("probe", 3), ("finetune", 2), ("finetune", 1), ("finetune", 0), ("scratch", 0)]


def rungs(count: int = 5) -> list[Rung]:
    """Each takes ten seconds more than the one before; the pass through the frozen groups took five."""
    return [
        Rung(
            frozen_stages=frozen, recipe=recipe, of=5, seconds=10.0 * place, prepare_seconds=5.0 if not place else 0.1,
            memory=1, trained_parameters=1,
        )
        for place, (recipe, frozen) in enumerate(RUNGS[:count])
    ]  # fmt: skip


def answers(skills: list[float], samples: int = 400, spread: float = 1.0) -> tuple[np.ndarray, list[np.ndarray]]:
    """Two classes; models that know the truth so well, with errors of their own beside those that all share."""
    rng = np.random.default_rng(4)
    true = np.arange(samples) % 2
    shared = rng.normal(size=samples)
    found = []
    for skill in skills:
        lean = skill * (2 * true - 1) + shared + spread * rng.normal(size=samples)
        first = 1 / (1 + np.exp(-lean))
        found.append(np.stack([1 - first, first], 1))
    return true, found


def test_of_equal_rungs_the_most_frozen_is_enough() -> None:
    true, [probabilities] = answers([1.0])
    advice = recommend(rungs(), true, [probabilities] * 5)
    assert (advice.recipe, advice.frozen_stages, advice.reason) == ("probe", 3, "best")
    assert advice.best is None
    assert advice.everything is not None
    assert advice.everything.gain.value == 0


def test_differences_within_one_standard_error_do_not_count() -> None:
    true, given = answers([1.5, 1.5, 1.5, 1.5, 1.5])
    losses = [-np.log(p[np.arange(len(true)), true]).mean() for p in given]
    advice = recommend(rungs(), true, given)
    best = int(np.argmin(losses))
    assert best > 0, "chance alone made another one the lowest"
    assert advice.reason == "as_good"
    assert advice.frozen_stages >= RUNGS[best][1]
    assert advice.best is not None
    assert (advice.best.recipe, advice.best.frozen_stages) == RUNGS[best]


def test_a_clearly_better_deep_rung_is_worth_its_time() -> None:
    true, given = answers([0.3, 0.4, 2.5, 2.5, 0.1], spread=0.2)
    advice = recommend(rungs(), true, given)
    assert (advice.recipe, advice.frozen_stages) == ("finetune", 1)
    assert advice.scratch is not None
    assert advice.scratch.gain.low is not None
    assert advice.scratch.gain.low > 0.1
    assert advice.everything is not None
    assert advice.everything.gain.low is not None
    assert advice.everything.gain.low <= 0 <= (advice.everything.gain.high or 0)


def test_the_pass_through_the_frozen_groups_counts_for_all_that_need_it() -> None:
    true, given = answers([0.3, 0.4, 2.5, 2.5, 0.1], spread=0.2)
    advice = recommend(rungs(), true, given)
    assert advice.everything is not None
    assert advice.everything.faster == pytest.approx((30 + 5) / (20 + 5))
    assert advice.scratch is not None
    assert advice.scratch.faster == pytest.approx(40 / (20 + 5))


def test_scratch_is_named_only_where_it_is_clearly_best() -> None:
    true, given = answers([0.3, 0.3, 0.3, 0.3, 3.0], spread=0.2)
    advice = recommend(rungs(), true, given)
    assert (advice.recipe, advice.reason, advice.scratch) == ("scratch", "best", None)


def test_few_groups_are_said_and_one_alone_leaves_the_cheapest() -> None:
    true, given = answers([0.3, 0.4, 2.5, 2.5, 0.1], spread=0.2)
    few = recommend(rungs(), true, given, np.arange(400) // 80)
    assert few.reason == "too_few"
    assert few.frozen_stages == 1
    assert few.everything is not None
    assert few.everything.gain.low is None
    alone = recommend(rungs(), true, given, np.zeros(400))
    assert (alone.recipe, alone.reason) == ("probe", "too_few")


def test_a_ladder_broken_off_compares_what_there_is() -> None:
    true, given = answers([0.3, 2.5], spread=0.2)
    advice = recommend(rungs(2), true, given)
    assert (advice.frozen_stages, advice.everything, advice.scratch) == (2, None, None)


def test_class_weights_decide_which_loss_counts() -> None:
    """One rung is right on the rare class, the other on the common one."""
    true = np.array([0] * 380 + [1] * 20)
    common = np.where(true[:, None] == 0, [0.95, 0.05], [0.8, 0.2])
    rare = np.where(true[:, None] == 0, [0.75, 0.25], [0.05, 0.95])
    jitter = np.random.default_rng(0).uniform(-0.01, 0.01, 400)[:, None] * [1, -1]
    given = [common + jitter, rare - jitter]
    weights = np.where(true == 0, 400 / 760, 400 / 40)
    assert recommend(rungs(2), true, given).recipe == "probe"
    assert recommend(rungs(2), true, given, weights=weights).recipe == "finetune"


class TestForecasts:
    """Errors at origins, lower is better; rungs as above, but the first is the starting model as it is."""

    @staticmethod
    def advise(errors: list[list[float]]):
        told = [rung.model_copy(update={"prepare_seconds": 0.0, "seconds": rung.seconds + 1}) for rung in rungs()]
        told[0] = told[0].model_copy(update={"recipe": "untuned"})
        return recommend_forecast(told[: len(errors)], [np.array(one) for one in errors])

    def test_the_cheapest_within_one_standard_error_of_the_closest(self) -> None:
        closest = [0.7, 0.8, 0.9, 1.0, 1.1]
        clearly = [one + 0.2 for one in closest]
        hardly = [one + step for one, step in zip(closest, (0.1, -0.08, 0.09, -0.05, 0.02), strict=True)]
        advice = self.advise([clearly, hardly, closest, closest, clearly])
        assert (advice.recipe, advice.frozen_stages, advice.reason) == ("finetune", 2, "as_good")
        assert advice.best is not None
        assert advice.best.frozen_stages == 1
        assert advice.everything is not None
        assert advice.everything.gain.value == pytest.approx(-0.016)
        assert advice.everything.gain.low is None, "five origins: no honest interval"
        assert advice.everything.faster == pytest.approx(31 / 11)
        assert advice.scratch is not None
        assert advice.scratch.gain.value == pytest.approx(0.184)

    def test_of_equals_the_cheapest(self) -> None:
        advice = self.advise([[1.0, 1.2, 0.8, 1.0, 1.0]] * 5)
        assert (advice.recipe, advice.reason, advice.best) == ("untuned", "best", None)

    def test_one_origin_cannot_tell(self) -> None:
        advice = self.advise([[1.0, np.nan], [0.2, np.nan]])
        assert (advice.recipe, advice.reason) == ("untuned", "too_few")
        with pytest.raises(ValueError, match="origin"):
            self.advise([[np.nan], [np.nan]])

    def test_origins_enough_for_an_interval_have_one(self) -> None:
        random = np.random.default_rng(0)
        worse = random.normal(1.0, 0.1, 40)
        advice = self.advise([worse.tolist(), (worse - random.normal(0.3, 0.1, 40)).tolist()])
        assert advice.recipe == "finetune"
        gain = recommend_forecast(rungs(4), [worse, worse, worse - 0.3, worse - random.normal(0, 0.1, 40)]).everything
        assert gain is not None
        assert gain.gain.low is not None
        assert gain.gain.low > 0.2
