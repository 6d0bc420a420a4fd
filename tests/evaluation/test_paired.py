import numpy as np
import pytest

from tests.evaluation.answers import draw_whole
from tl_core.evaluation.metrics import balanced_accuracy
from tl_core.evaluation.paired import compare, log_loss_gain, paired_gain


def two_models(rng, samples=120, better=0.8):
    """Answers of two models to the same samples; the first has ``better`` more skill."""
    true, weak, groups = draw_whole(rng, samples, [0.6, 0.4], 1.0, 0.5)
    scores = np.log(weak)
    scores[np.arange(samples), true] += better
    strong = np.exp(scores)
    return true, strong / strong.sum(1, keepdims=True), weak, groups


def test_the_gain_is_the_difference_and_pairing_makes_it_narrow():
    true, a, b, groups = two_models(np.random.default_rng(0))
    gain = paired_gain(true, a, b, groups)
    assert gain.value == pytest.approx(balanced_accuracy(true, a) - balanced_accuracy(true, b))
    assert 0 < gain.low < gain.value < gain.high < gain.value + 0.15
    assert (gain.samples, gain.groups) == (120, 24)
    back = paired_gain(true, b, a, groups)
    assert (back.value, back.low, back.high) == pytest.approx((-gain.value, -gain.high, -gain.low), abs=0.01)


def test_equal_models_differ_by_nothing_but_not_for_certain():
    true, a, _, _ = two_models(np.random.default_rng(0))
    gain = paired_gain(true, a, a)
    assert gain.value == 0
    assert gain.low < 0 < gain.high
    assert gain.method == "exact"


def test_too_few_groups_give_no_interval():
    true, a, b, _ = two_models(np.random.default_rng(0))
    assert paired_gain(true, a, b, np.arange(120) % 5).low is None


def test_the_gains_interval_holds_the_truth():
    rng = np.random.default_rng(5)
    true, a, b, _ = two_models(rng, 50_000)
    truth = balanced_accuracy(true, a) - balanced_accuracy(true, b)
    held = 0
    for run in range(200):
        gain = paired_gain(*two_models(rng), seed=run)
        held += gain.low <= truth <= gain.high
    assert 0.9 <= held / 200 <= 0.995


def test_log_loss_error_matches_the_spread_over_repetitions():
    rng = np.random.default_rng(2)
    means, errors = zip(*(log_loss_gain(*two_models(rng)) for _ in range(300)), strict=True)
    assert np.mean(means) > 0.2  # the first model is better
    assert np.mean(errors) == pytest.approx(np.std(means), rel=0.15)


def test_log_loss_error_counts_groups_not_samples():
    true, a, b, _ = two_models(np.random.default_rng(0))
    copies = np.repeat(np.arange(120), 4)
    mean, error = log_loss_gain(true, a, b)
    copied = log_loss_gain(true[copies], a[copies], b[copies], copies)
    assert copied == pytest.approx((mean, error))
    weighted = log_loss_gain(true, a, b, weights=np.full(120, 7.0))
    assert weighted == pytest.approx((mean, error))
    assert log_loss_gain(true, a, b, np.zeros(120))[1] == float("inf")


def test_two_runs_are_compared_sample_by_sample():
    true, a, b, groups = two_models(np.random.default_rng(0))
    found = compare("one", "two", "validation", true, a, b, groups)
    assert (found.first, found.second, found.subset) == ("one", "two", "validation")
    assert found.both + found.only_first + found.only_second + found.neither == len(true)
    assert found.both + found.only_first == (a.argmax(1) == true).sum()
    assert found.proven
    assert not compare("one", "one", "validation", true, a, a, groups).proven
    assert not compare("one", "two", "validation", true, a, b, np.arange(120) % 5).proven
