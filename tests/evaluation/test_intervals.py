import numpy as np
import pytest
from scipy.stats import binomtest

from tl_core.evaluation.intervals import clopper_pearson, draws, percentiles, units_of


@pytest.mark.parametrize(("right", "trials"), [(0, 12), (12, 12), (7, 12), (150, 151)])
def test_clopper_pearson_is_scipys(right, trials):
    interval = binomtest(right, trials).proportion_ci(method="exact")
    assert clopper_pearson(right, trials) == pytest.approx((interval.low, interval.high))


def test_samples_without_a_group_stand_alone():
    assert units_of(["a", None, "a", None, "b"], 5).tolist() == [0, 1, 0, 2, 3]
    assert units_of(None, 3).tolist() == [0, 1, 2]
    assert units_of(np.array([5, 5, 2]), 3).tolist() == [0, 0, 1]
    with pytest.raises(ValueError, match="2 groups"):
        units_of(["a", "b"], 3)


def test_each_resample_draws_as_many_units_as_there_are():
    chunks = list(draws(30, seed=1, resamples=500, width=50_000))
    assert len(chunks) > 1
    weights = np.concatenate(chunks)
    assert weights.shape == (500, 30)
    assert (weights.sum(1) == 30).all()
    assert weights.std() == pytest.approx(1, abs=0.05)


def test_few_units_widen_the_percentiles():
    values = np.random.default_rng(0).normal(size=20_000)
    few, many = percentiles(values, 10), percentiles(values, 1000)
    assert many == pytest.approx((-1.96, 1.96), abs=0.06)
    assert few[1] == pytest.approx(2.38, abs=0.1)
    assert percentiles(np.append(values, np.nan), 1000) == pytest.approx(many, abs=0.01)
