import numpy as np
import pytest

from tl_core.evaluation.distance import MOST, Distance, far_at, far_between, fit_distance, sampled


def features(rng, count, width=64, classes=3, shift=0.0):
    """Classes in a space where few directions carry most of what varies, as features of networks do."""
    frame = np.random.default_rng(99)
    middles = 2 * frame.normal(size=(classes, width))
    scale = 1.0 / (1 + np.arange(width)) ** 0.7
    rotation = np.linalg.qr(frame.normal(size=(width, width)))[0]
    labels = np.arange(count) % classes
    return middles[labels] + (rng.normal(size=(count, width)) * scale + shift) @ rotation, labels


def test_it_is_mahalanobis_where_every_direction_is_kept():
    rng = np.random.default_rng(0)
    found, labels = features(rng, 20_00, width=12)
    distance = fit_distance(found, labels)
    middles = np.stack([found[labels == k].mean(0) for k in range(3)])
    centred = found - middles[labels]
    precision = np.linalg.inv(centred.T @ centred / (2000 - 3))
    fresh, _ = features(rng, 50, width=12)
    squared = [min(float((x - m) @ precision @ (x - m)) for m in middles) for x in fresh]
    assert distance.of(fresh) == pytest.approx(np.sqrt(np.array(squared) / 12), rel=0.1)


@pytest.mark.parametrize("count", [60, 300])
def test_an_unrelated_set_is_turned_away_and_its_own_is_not(count):
    """Also with fewer training samples than features."""
    rng = np.random.default_rng(1)
    learned, labels = features(rng, count)
    distance = fit_distance(learned, labels)
    held, own = features(rng, 120)[0], features(rng, 4000)[0]
    far = far_at(0.02, distance.of(held))
    assert far is not None
    assert far.rate == 0.02
    assert 0.002 < (distance.of(own) > far.limit).mean() < 0.06
    elsewhere = rng.normal(size=(500, 64)) * 2
    shifted = features(rng, 500, shift=0.5)[0]
    assert (distance.of(elsewhere) > far.limit).mean() > 0.99
    assert (distance.of(shifted) > far.limit).mean() > 0.9


def test_turning_and_moving_the_space_changes_nothing():
    rng = np.random.default_rng(2)
    found, labels = features(rng, 200)
    fresh = features(rng, 20)[0]
    rotation = np.linalg.qr(rng.normal(size=(64, 64)))[0]
    moved = fit_distance(found @ rotation + 3, labels).of(fresh @ rotation + 3)
    assert moved == pytest.approx(fit_distance(found, labels).of(fresh), rel=1e-5)


def test_kept_as_short_numbers_it_says_the_same():
    rng = np.random.default_rng(3)
    found, labels = features(rng, 150)
    distance = fit_distance(found, labels)
    again = Distance(**distance.tensors())
    fresh = features(rng, 40)[0].astype(np.float32)
    assert again.of(fresh) == pytest.approx(distance.of(fresh), rel=1e-3)
    assert all(one.dtype == np.float32 for one in distance.tensors().values())


def test_odd_training_sets_give_a_distance_too():
    one = fit_distance(np.ones((5, 8)), np.zeros(5, dtype=int))
    assert one.of(np.ones((2, 8))) == pytest.approx([0, 0])
    assert np.isfinite(one.of(np.zeros((2, 8)))).all()
    single = fit_distance(np.eye(3, 8), np.arange(3))
    assert np.isfinite(single.of(np.eye(8))).all()


def test_few_held_out_samples_turn_away_more_or_nothing_at_all():
    values = np.arange(60.0)
    assert far_at(0.02, values).rate == 0.02
    assert far_at(0.02, values[:30]).rate == 0.05
    assert far_at(0.02, values, np.arange(60) // 6).rate == 0.1
    assert far_at(0.02, values[:8]) is None
    assert far_at(0.02, values[:30]).limit == pytest.approx(29.0, rel=2e-3)


def test_of_many_samples_some_are_looked_at():
    assert sampled(5).tolist() == [0, 1, 2, 3, 4]
    many = sampled(MOST + 500, seed=1)
    assert len(set(many.tolist())) == MOST
    assert many.tolist() == sorted(many.tolist()) == sampled(MOST + 500, seed=1).tolist()


def test_with_few_groups_the_line_lies_between_its_own_class_and_the_others():
    """As frames of one recording a class: all alike, and another recording of the class lies a little apart."""
    rng = np.random.default_rng(7)
    found, labels = features(rng, 60, shift=0.0)
    distance = fit_distance(found, labels, most=0)
    assert distance.directions.shape == (0, 64)
    own, others = distance.of(found), distance.of_others(found, labels)
    assert (own < others).all()
    far = far_between(own, others)
    assert far is not None
    assert not far.proven
    assert np.quantile(own, 0.95) < far.limit < np.quantile(others, 0.05)
    again = features(rng, 60, shift=0.1)[0]
    assert (distance.of(again) > far.limit).mean() < 0.1
    assert (distance.of(rng.normal(size=(60, 64)) * 3) > far.limit).mean() > 0.9


def test_no_line_lies_between_classes_that_cannot_be_told_apart():
    rng = np.random.default_rng(8)
    found = rng.normal(size=(40, 8))
    distance = fit_distance(found, np.arange(40) % 2, most=0)
    assert far_between(distance.of(found), distance.of_others(found, np.arange(40) % 2)) is None
    alone = fit_distance(found, np.zeros(40, dtype=int), most=0)
    assert far_between(alone.of(found), alone.of_others(found, np.zeros(40, dtype=int))) is None
