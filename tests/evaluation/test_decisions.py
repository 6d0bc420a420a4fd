import numpy as np
import pytest

from tests.evaluation.worlds import world
from tl_core.domain.decision import BalanceRule, CostRule, MissRule, UsualRule, Wishes
from tl_core.evaluation.decisions import Held, by_cost, class_to_find, decide, missing
from tl_core.evaluation.verdicts import judge

CLASSES = ["fine", "ill"]


def studies(rule, count=120, samples=250, seed=0, prevalence=None, **how):
    """Decisions of many studies, each with what it would say of a large unseen set."""
    rng = np.random.default_rng(seed)
    true, said, _ = world(rng, 8000, (0.7, 0.3))
    for _ in range(count):
        labels, probabilities, groups = world(rng, samples, (0.7, 0.3), **how)
        wishes = Wishes(rule=rule, prevalence=prevalence)
        decision = decide(wishes, CLASSES, Held(labels, probabilities, groups))
        yield decision, true, judge(decision, CLASSES, said)


@pytest.mark.parametrize("how", [{}, {"group": 5, "alike": 0.5}])
def test_what_is_promised_of_misses_holds(how):
    rule, broken, kept = MissRule(most=0.1), 0, 0
    for decision, true, verdicts in studies(rule, **how):
        missed = (verdicts.labels[true == 1] != 1).mean()
        assert decision.cut.bound is not None
        broken += missed > decision.cut.bound
        kept += missed <= rule.most
        assert decision.cut.proven == (decision.cut.bound <= rule.most)
    assert broken / 120 <= 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / 120)
    assert kept / 120 >= 0.9


def test_too_few_of_a_class_find_all_and_say_what_that_proves():
    rng = np.random.default_rng(1)
    is_class = np.arange(90) % 3 == 0
    said = np.where(is_class, rng.uniform(0.3, 1, 90), rng.uniform(0, 0.6, 90))
    threshold, bound = missing(0.05, is_class, said)
    assert (said[is_class] >= threshold).all()
    assert bound == pytest.approx(1 - 0.05 ** (1 / 30))
    assert bound > 0.05
    groups = np.arange(90) // 15
    assert missing(0.05, is_class, said, groups)[1] is None
    assert missing(0.2, is_class, said, groups)[0] == threshold


def test_a_looser_limit_gives_a_higher_threshold():
    rng = np.random.default_rng(2)
    true, said, _ = world(rng, 600, (0.7, 0.3))
    thresholds = [missing(most, true == 1, said[:, 1])[0] for most in (0.02, 0.05, 0.1, 0.3)]
    assert thresholds == sorted(thresholds)
    assert thresholds[0] < thresholds[-1]


def test_costs_set_the_line_where_they_weigh_the_same():
    assert by_cost(CostRule(missed=1, alarm=1), 0.3, 0.3) == pytest.approx(0.5)
    assert by_cost(CostRule(missed=9, alarm=1), 0.3, 0.3) == pytest.approx(0.1)
    assert by_cost(CostRule(missed=9, alarm=1), 0.5, 0.1) == pytest.approx(0.5)  # rarer where it is used


def test_the_line_by_costs_is_near_the_cheapest_there_is():
    rule, prevalence = CostRule(missed=10, alarm=1), 0.3

    def cost(true, called):
        missed, alarms = (~called[true == 1]).mean(), called[true == 0].mean()
        return prevalence * rule.missed * missed + (1 - prevalence) * rule.alarm * alarms

    chosen, usual, best = [], [], np.inf
    rng = np.random.default_rng(3)
    true, said, _ = world(rng, 40_000, (0.7, 0.3))
    for threshold in np.quantile(said[:, 1], np.linspace(0, 1, 200)):
        best = min(best, cost(true, said[:, 1] >= threshold))
    for _, seen, verdicts in studies(rule, 40, prevalence=prevalence):
        chosen.append(cost(seen, verdicts.labels == 1))
        usual.append(cost(true, said.argmax(1) == 1))
    assert np.mean(chosen) < 1.1 * best
    assert np.mean(chosen) < 0.8 * np.mean(usual)


def test_the_best_balance_has_the_best_f1_there_is():
    rng = np.random.default_rng(4)
    true, said, _ = world(rng, 200, (0.8, 0.2))

    def f1(called):
        return 2 * (called & (true == 1)).sum() / (called.sum() + (true == 1).sum())

    decision = decide(Wishes(rule=BalanceRule()), CLASSES, Held(true, said))
    best = max(f1(said[:, 1] >= t) for t in np.unique(said[:, 1]))
    assert f1(judge(decision, CLASSES, said).labels == 1) == pytest.approx(best)


def test_the_usual_rule_is_the_networks_own_answer():
    rng = np.random.default_rng(5)
    true, said, _ = world(rng, 300)
    decision = decide(Wishes(), CLASSES, Held(true, said))
    assert decision.cut.threshold is None
    assert (judge(decision, CLASSES, said).labels == said.argmax(1)).all()
    assert isinstance(decision.wishes.rule, UsualRule)
    assert decision.cut.prevalence == pytest.approx((true == 1).mean())


def test_the_class_to_find_is_the_one_asked_for_or_the_rarest():
    true = np.array([0, 0, 0, 1, 1, 2, 2, 2])
    assert class_to_find(Wishes(), ["a", "b", "c"], true) == 1
    assert class_to_find(Wishes(positive="a"), ["a", "b", "c"], true) == 0
    assert class_to_find(Wishes(positive="gone"), ["a", "b", "c"], true) == 1
    assert class_to_find(Wishes(), ["a", "b"], np.array([0, 1])) == 1


def test_of_several_classes_one_is_called_from_its_line_on():
    rng = np.random.default_rng(6)
    true, said, _ = world(rng, 900, (0.5, 0.3, 0.2))
    wishes = Wishes(rule=MissRule(most=0.1), positive="c")
    decision = decide(wishes, ["a", "b", "c"], Held(true, said))
    verdicts = judge(decision, ["a", "b", "c"], said)
    assert (verdicts.labels[true == 2] == 2).mean() >= 0.9
    others = verdicts.labels != 2
    assert (verdicts.labels[others] == said[others][:, :2].argmax(1)).all()
    called = verdicts.probabilities[:, 2] >= decision.cut.threshold
    assert (called == ~others).all()


def test_same_samples_and_wishes_same_decision():
    rng = np.random.default_rng(7)
    true, said, groups = world(rng, 200, group=2)
    wishes = Wishes(rule=MissRule(most=0.1), error=0.2)
    first = decide(wishes, CLASSES, Held(true, said, groups, np.arange(200.0)), seed=3)
    named = [f"p{number}" for number in groups]
    assert decide(wishes, CLASSES, Held(true, said, named, np.arange(200.0)), seed=3) == first
    assert first.sets.error == 0.2
    assert first.far.limit > 190
