import numpy as np
import pytest

from tests.evaluation.worlds import world
from tl_core.domain.decision import Recalibration
from tl_core.evaluation.folds import folds
from tl_core.evaluation.metrics import log_losses
from tl_core.evaluation.recalibration import choose, corrected, fit
from tl_core.evaluation.reliability import reliability

UNSEEN = 20_000


def ece(true, said) -> float:
    return reliability(true, said).ece.value


@pytest.mark.parametrize("shares", [(0.8, 0.2), (0.5, 0.5), (0.5, 0.3, 0.2)])
@pytest.mark.parametrize("samples", [150, 1500])
def test_it_lowers_the_error_on_data_it_has_not_seen(shares, samples):
    rng = np.random.default_rng(0)
    true, said, _ = world(rng, UNSEEN, shares)
    before, after, losses = ece(true, said), [], []
    for _ in range(12):
        found, _ = choose(*world(rng, samples, shares)[:2])
        mine = corrected(found, said)
        assert np.allclose(mine.sum(1), 1)
        after.append(ece(true, mine))
        losses.append(log_losses(true, mine).mean())
    assert np.mean(after) < 0.75 * before
    assert np.mean(losses) < log_losses(true, said).mean()
    if samples > 1000:
        assert max(after) < 0.5 * before


def test_honest_probabilities_are_left_about_as_they_are():
    rng = np.random.default_rng(1)
    true, said, _ = world(rng, UNSEEN, (0.5, 0.5), sharp=1.0)
    after = [ece(true, corrected(choose(*world(rng, 200, (0.5, 0.5), 1.0)[:2])[0], said)) for _ in range(12)]
    assert np.mean(after) < 0.03


def test_weights_of_training_are_undone_by_shifts_not_by_a_temperature():
    rng = np.random.default_rng(2)
    true, said, _ = world(rng, 800, (0.9, 0.1), sharp=1.0)
    found, _ = choose(true, said)
    assert found.kind == "shifted"
    assert found.temperature == pytest.approx(1.0, abs=0.2)
    assert found.shifts[0] - found.shifts[1] == pytest.approx(np.log(9), abs=0.6)


def test_a_temperature_changes_no_answer_and_undoes_what_made_it():
    rng = np.random.default_rng(3)
    true, said, _ = world(rng, 3000, (0.4, 0.3, 0.3), sharp=2.0)
    found = fit("temperature", true, said)
    assert found.temperature == pytest.approx(2.0, rel=0.1)
    assert (corrected(found, said).argmax(1) == said.argmax(1)).all()


def test_a_staircase_only_with_samples_enough():
    rng = np.random.default_rng(4)
    true = rng.integers(0, 2, 3000)
    odd = np.where(true, rng.beta(2, 2, 3000) ** 0.2, rng.beta(2, 2, 3000) ** 3)
    odd = 0.5 + 0.49 * np.sign(odd - 0.5) * np.abs(2 * odd - 1) ** 4  # no line mends this
    said = np.stack([1 - odd, odd], 1)
    assert choose(true, said)[0].kind == "isotonic"
    assert choose(true[:900], said[:900])[0].kind != "isotonic"
    steps = fit("isotonic", true, said).steps[0]
    assert steps.x == sorted(steps.x)
    assert steps.y == sorted(steps.y)
    assert 0 < steps.y[0] < steps.y[-1] < 1
    three = fit("isotonic", rng.integers(0, 3, 2000), rng.dirichlet([1, 1, 1], 2000))
    assert len(three.steps) == 3
    assert np.allclose(corrected(three, rng.dirichlet([1, 1, 1], 50)).sum(1), 1)


def test_what_is_judged_was_corrected_by_others():
    rng = np.random.default_rng(5)
    true, said, groups = world(rng, 300, (0.8, 0.2), group=3, alike=0.5)
    found, crossed = choose(true, said, groups, seed=1)
    assert found.kind != "none"
    assert np.abs(crossed - corrected(found, said)).max() > 1e-4
    part = folds(true, groups, seed=1)
    first = part == part[0]
    alone = corrected(fit(found.kind, true[~first], said[~first]), said[first])
    assert np.allclose(crossed[first], alone)


def test_few_samples_are_left_alone():
    rng = np.random.default_rng(6)
    true, said, _ = world(rng, 60)
    assert choose(true, said, np.arange(60) % 12)[0].kind == "none"
    assert choose(np.zeros(60, dtype=int), said)[0].kind == "none"
    assert corrected(Recalibration(), said) is said
