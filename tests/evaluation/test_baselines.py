import time

import numpy as np
import pytest
from PIL import Image

from tests.modalities.made_sounds import tone
from tl_core.evaluation.baselines import classic, describe_image, looked_at, majority
from tl_core.evaluation.metrics import balanced_accuracy
from tl_core.evaluation.sound_features import describe_sound

GOOD = ["lovely", "great", "works", "happy", "sturdy"]
BAD = ["broken", "awful", "refund", "noisy", "cheap"]
PLAIN = ["the", "camera", "battery", "screen", "is", "was", "it", "very"]


def reviews(rng, n):
    y = rng.integers(0, 2, n)
    words = [[*rng.choice(PLAIN, 6), rng.choice([BAD, GOOD][k]) if rng.random() < 0.8 else "so"] for k in y]
    return [" ".join(rng.permutation(w)) for w in words], y


def pictures(rng, n, size=96):
    """Stripes that lie or stand, in any colour."""
    y = rng.integers(0, 2, n)
    images = []
    for k in y:
        wave = np.sin(np.arange(size) / rng.uniform(2, 5) + rng.uniform(0, 6))
        field = np.tile(wave, (size, 1)) if k else np.tile(wave[:, None], (1, size))
        colour = rng.uniform(40, 110, 3)
        noise = rng.normal(0, 8, (size, size, 3))
        images.append(Image.fromarray((120 + field[..., None] * colour + noise).clip(0, 255).astype(np.uint8)))
    return images, y


def sounds(rng, n):
    """Tones that die away or swell, of any pitch and length."""
    y = rng.integers(0, 2, n)
    made = [tone(rng.uniform(0.5, 2.0), rng.uniform(200, 800), level=rng.uniform(0.1, 0.5)) for _ in y]
    return [sound[::-1] if k else sound for k, sound in zip(y, made, strict=True)], y


def test_majority_says_the_shares_of_training():
    answers = majority(np.array([0, 0, 0, 2]), 5, 3)
    assert answers.shape == (5, 3)
    assert answers[4].tolist() == [0.75, 0, 0.25]


@pytest.mark.parametrize(
    ("modality", "make", "least"), [("text", reviews, 0.82), ("image", pictures, 0.95), ("audio", sounds, 0.95)]
)
def test_the_classic_baseline_learns(modality, make, least):
    rng = np.random.default_rng(0)
    raws, y = make(rng, 160)
    new, y_new = make(rng, 100)
    groups = [f"g{i // 4}" for i in range(160)]
    answers = classic(modality).fit(raws, y, groups).predict(new)
    assert answers.shape == (100, 2)
    assert np.allclose(answers.sum(1), 1)
    assert balanced_accuracy(y_new, answers) > least
    again = classic(modality).fit(raws, y, groups).predict(new)
    assert np.array_equal(answers, again)


@pytest.mark.parametrize(("modality", "make"), [("text", reviews), ("image", pictures), ("audio", sounds)])
def test_samples_looked_at_once_give_the_same_answers(modality, make):
    raws, y = make(np.random.default_rng(1), 40)
    seen = looked_at(modality, raws)
    assert np.array_equal(
        classic(modality).fit(seen, y).predict(seen[:5]), classic(modality).fit(raws, y).predict(raws[:5])
    )


def test_classes_missing_from_training_get_nothing():
    raws, y = reviews(np.random.default_rng(0), 30)
    answers = classic("text").fit(raws, y * 2, classes=4).predict(raws[:3])
    assert answers.shape == (3, 4)
    assert (answers[:, [1, 3]] == 0).all()


@pytest.mark.parametrize("raws", [["!!!", "???", "!?", "..."], ["", "", "", ""], ["一", "二", "三", "四"]])
def test_texts_without_words_do_not_stop_it(raws):
    assert classic("text").fit(raws, np.array([0, 1, 0, 1])).predict(["!", ""]).shape == (2, 2)


def test_one_class_or_one_sample_a_class_still_answers():
    assert classic("text").fit(["a b", "c d"], np.array([0, 0]), classes=2).predict(["a"]).tolist() == [[1.0, 0.0]]
    assert classic("text").fit(["good", "bad"], np.array([0, 1])).predict(["good"])[0, 0] > 0.5


def test_each_class_in_one_group_only():
    raws, y = reviews(np.random.default_rng(0), 40)
    assert classic("text").fit(raws, y, y).predict(raws).shape == (40, 2)


def test_odd_images_are_described_alike():
    for image in (Image.new("RGB", (1, 1)), Image.new("L", (700, 3), 255), Image.new("RGBA", (40, 40))):
        described = describe_image(image)
        assert described.shape == (64 + 7 * 7 * 36,)
        assert np.isfinite(described).all()


def test_images_are_described_quickly():
    image = Image.fromarray(np.random.default_rng(0).integers(0, 255, (300, 300, 3), dtype=np.uint8))
    began = time.perf_counter()
    for _ in range(50):
        describe_image(image)
    assert time.perf_counter() - began < 1.0  # 500 images within some seconds even on a busy machine


@pytest.mark.parametrize("values", [np.zeros(16_000), np.ones(1), tone(0.03), tone(30.0)])
def test_odd_sounds_are_described_alike(values):
    described = describe_sound(values.astype(np.float32))
    assert described.shape == (300,)
    assert np.isfinite(described).all()
