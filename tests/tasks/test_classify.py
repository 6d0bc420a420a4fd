"""The exact probe: it is the optimum, it does not peek, it stands odd data."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from tl_core.tasks import classify


def blobs(count: int = 120, features: int = 20, classes: int = 3, seed: int = 0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(classes, size=count)
    centres = rng.normal(size=(classes, features))
    return centres[labels] * 0.7 + rng.normal(size=(count, features)), labels


@pytest.mark.parametrize("classes", [2, 3])
def test_probe_is_the_optimum_of_standardised_logistic_regression(classes: int) -> None:
    features, labels = blobs(classes=classes)
    probe = classify.solve_probe(features, labels, classes, np.arange(len(labels)), balanced=False)
    standard = (features - features.mean(0)) / features.std(0)
    reference = LogisticRegression(C=probe.inverse_regularisation, max_iter=5000, tol=1e-8).fit(standard, labels)
    ours = classify.probabilities(torch.from_numpy(features @ probe.weight.T + probe.bias))
    np.testing.assert_allclose(ours, reference.predict_proba(standard), atol=2e-3)


def test_more_features_than_samples_are_solved_in_the_span_of_the_samples() -> None:
    features, labels = blobs(count=40, features=300, classes=2)
    probe = classify.solve_probe(features, labels, 2, np.arange(40))
    assert probe.weight.shape == (2, 300)
    assert (np.argmax(features @ probe.weight.T + probe.bias, axis=1) == labels).mean() > 0.9


def test_head_answers_as_the_probe() -> None:
    features, labels = blobs()
    probe = classify.solve_probe(features, labels, 3, np.arange(len(labels)))
    said = probe.head()(torch.tensor(features, dtype=torch.float32)).detach().numpy()
    np.testing.assert_allclose(said, features @ probe.weight.T + probe.bias, atol=1e-4)


def test_groups_never_part_so_a_feature_that_names_the_group_is_not_trusted() -> None:
    """Labels are noise by group and features name the group: random folds would love them, grouped ones do not."""
    rng = np.random.default_rng(1)
    groups = np.repeat(np.arange(30), 6)
    labels = rng.integers(2, size=30)[groups]
    features = np.eye(30)[groups] * 3 + rng.normal(size=(180, 30)) * 0.1
    grouped = classify.solve_probe(features, labels, 2, groups)
    single = classify.solve_probe(features, labels, 2, np.arange(180))
    assert grouped.inverse_regularisation < single.inverse_regularisation


def test_classes_absent_from_the_training_samples_are_never_said() -> None:
    features, labels = blobs(classes=2)
    probe = classify.solve_probe(features, labels * 2, 4, np.arange(len(labels)))
    said = np.argmax(features @ probe.weight.T + probe.bias, axis=1)
    assert set(said) <= {0, 2}


def test_constant_features_and_one_sample_a_class_do_not_break_it() -> None:
    features = np.zeros((4, 5))
    features[:, 0] = [0, 0, 1, 1]
    probe = classify.solve_probe(features[[0, 2]], np.array([0, 1]), 2, np.arange(2))
    assert np.isfinite(probe.weight).all()


def test_class_weights_make_rare_classes_count_as_much() -> None:
    labels = np.array([0] * 9 + [1])
    weights = classify.class_weights(labels, 3, balanced=True)
    assert weights[labels][:9].sum() == pytest.approx(weights[labels][9:].sum())
    assert classify.class_weights(labels, 3, balanced=False).tolist() == [1, 1, 1]


def test_temperature_cures_overconfidence_and_changes_no_answer() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(2, size=400)
    honest = np.stack([-(labels * 2 - 1.0), labels * 2 - 1.0], axis=1) * 0.5 + rng.normal(size=(400, 2))
    found = classify.temperature(torch.from_numpy(honest * 5), labels, np.ones(2))
    reference = classify.temperature(torch.from_numpy(honest), labels, np.ones(2))
    assert found == pytest.approx(5 * reference, rel=0.01)


def test_the_depth_that_tells_most_has_the_lowest_loss() -> None:
    features, labels = blobs()
    noise = np.random.default_rng(1).normal(size=features.shape)
    stages = [features + 3 * noise, features, features + noise, noise]
    losses = classify.depth_losses(stages, labels, np.arange(len(labels)))
    assert int(np.argmin(losses)) == 1
    assert losses[1] < losses[2] < losses[0] < losses[3]
    assert losses[3] < 1.5 * np.log(3)  # a sample's, as of a guess
    assert classify.depth_losses(stages, labels, np.arange(len(labels))) == losses


def test_a_stage_that_only_knows_the_groups_again_does_not_win() -> None:
    """Groups never part: what tells a group is no help with others."""
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(20), 6)
    labels = groups % 2
    of_groups = rng.normal(size=(20, 30))[groups] + 0.01 * rng.normal(size=(120, 30))
    of_classes = labels[:, None] + 1.5 * rng.normal(size=(120, 30))
    losses = classify.depth_losses([of_groups, of_classes], labels, groups)
    assert losses[1] < losses[0]


def test_depths_are_not_compared_where_a_class_has_one_group() -> None:
    features, labels = blobs(classes=2)
    groups = np.where(labels == 0, -1, np.arange(len(labels)))
    assert classify.depth_losses([features, features], labels, groups) == []
