"""From sounds to frames: those that the starting models learned from, without paying for silence."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from transformers import WhisperFeatureExtractor
from transformers.audio_utils import mel_filter_bank, spectrogram, window_function

from tests.backbones import tiny
from tl_core import modalities
from tl_core.domain.card import AudioInput, BackboneCard
from tl_core.domain.fault import InputFault
from tl_core.modalities.audio import augment_batch, gaps
from tl_core.modalities.audio.preprocess import frames, mel_filters

AUDIO = modalities.get("audio")
LOG = AudioInput(mels=80, window=400, hop=160, spectrum="log")
POWER = AudioInput(mels=40, window=400, hop=160, spectrum="power")
RATE = 16_000


def tone(seconds: float, level: float = 0.3) -> np.ndarray:
    """A rising tone in a little noise."""
    time = np.arange(int(seconds * RATE)) / RATE
    noise = np.random.default_rng(0).normal(size=len(time)) * 0.01
    return (level * (np.sin(2 * np.pi * (300 + 200 * time) * time) + noise)).astype(np.float32)


def card(spec: AudioInput) -> BackboneCard:
    return tiny.card("speaker encoder").model_copy(update={"input": spec})


@pytest.mark.parametrize("mels", [40, 80, 128])
def test_filters_are_those_of_other_libraries(mels: int) -> None:
    theirs = mel_filter_bank(201, mels, 0.0, 8000.0, RATE, norm="slaney", mel_scale="slaney")
    assert np.abs(mel_filters(mels, 400, RATE) - theirs.T).max() < 1e-8


@pytest.mark.parametrize("samples", [1, 399, 16_000, 16_001, 50_000, 479_900, 480_000, 500_000])
def test_logarithms_are_whispers_up_to_where_it_pads(samples: int) -> None:
    sound = tone(32)[:samples]
    theirs = WhisperFeatureExtractor()(sound, sampling_rate=RATE, return_tensors="pt").input_features[0].T
    found = frames(sound, LOG, 30)
    assert len(found) == min(3000, max(1, -(-samples // 160)))
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, theirs[: len(found)], rtol=0, atol=1e-5)


@pytest.mark.parametrize("samples", [1000, 16_000, 33_333])
def test_power_is_that_of_the_speaker_encoders_package(samples: int) -> None:
    sound = tone(3)[:samples]
    theirs = spectrogram(
        sound, window_function(400, "hann"), 400, 160, power=2.0, pad_mode="constant",
        mel_filters=mel_filter_bank(201, 40, 0.0, 8000.0, RATE, norm="slaney", mel_scale="slaney"),
    )  # fmt: skip
    torch.testing.assert_close(frames(sound, POWER, 30), torch.from_numpy(theirs.T).float(), rtol=1e-3, atol=1e-6)


def test_quiet_sounds_are_raised_as_that_package_does_and_loud_ones_left() -> None:
    loud, quiet = tone(1), tone(1, 0.001)
    raised = frames(quiet, POWER, 30)
    assert float((frames(quiet * 2, POWER, 30) - raised).abs().max()) < 1e-4 * float(raised.max())
    assert torch.allclose(frames(loud * 2, POWER, 30), 4 * frames(loud, POWER, 30), rtol=1e-3)


@pytest.mark.parametrize("spec", [LOG, POWER])
def test_silence_and_nothing_at_all_have_frames_too(spec: AudioInput) -> None:
    for sound in (np.zeros(RATE, dtype=np.float32), np.zeros(0, dtype=np.float32), AUDIO.blank()):
        found = frames(sound, spec, 30)
        assert len(found) >= 1
        assert found.isfinite().all()


def test_the_end_of_what_is_too_long_is_not_heard() -> None:
    prepare = AUDIO.make_preprocessor(card(LOG), {}, {"max_seconds": 2})
    assert len(prepare(tone(5))) == 200
    assert len(AUDIO.make_preprocessor(card(LOG), {}, {})(tone(31))) == 3000
    short = AUDIO.make_preprocessor(card(LOG.model_copy(update={"seconds": 0.5})), {}, {})
    assert len(short(tone(1))) == 50


def test_padding_is_masked() -> None:
    prepare = AUDIO.make_preprocessor(card(POWER), {}, {})
    items = [prepare(tone(0.5)), prepare(tone(0.2))]
    batch = AUDIO.collate(items)
    assert batch["frames"].shape == (2, 51, 40)
    assert batch["frames"].dtype == torch.float32
    assert batch["mask"].dtype == torch.int64
    assert batch["mask"].sum(1).tolist() == [AUDIO.length(item) for item in items] == [51, 21]
    assert torch.equal(batch["frames"][1, :21], items[1])
    assert not batch["frames"][1, 21:].any()


def test_a_model_for_other_samples_is_refused() -> None:
    for other in (tiny.card("transformers bert"), card(LOG.model_copy(update={"rate": 8000}))):
        with pytest.raises(InputFault) as told:
            AUDIO.make_preprocessor(other, {}, {})
        assert told.value.key == "backbones.wrong_modality"


class TestGaps:
    def batch(self) -> dict[str, torch.Tensor]:
        prepare = AUDIO.make_preprocessor(card(LOG), {}, {})
        return AUDIO.collate([prepare(tone(1.0)), prepare(tone(0.4)), prepare(tone(0.01))])

    def varied(self, seed: int) -> dict[str, torch.Tensor]:
        return augment_batch.gaps(self.batch(), [np.random.default_rng([seed, k]) for k in range(3)])

    def test_gaps_are_filled_with_the_mean_and_the_rest_stays(self) -> None:
        plain, found = self.batch(), self.varied(3)
        changed = plain["frames"] != found["frames"]
        assert 0 < changed[:2].float().mean() < 0.8
        for row in (0, 1):
            length = int(plain["mask"][row].sum())
            filled = found["frames"][row][changed[row]]
            torch.testing.assert_close(filled, plain["frames"][row, :length].mean().expand(len(filled)))
            assert not changed[row, length:].any()
        assert torch.equal(plain["mask"], found["mask"])

    def test_equal_generators_give_equal_gaps_however_a_batch_is_cut(self) -> None:
        found = self.varied(3)
        assert torch.equal(found["frames"], self.varied(3)["frames"])
        assert not torch.equal(found["frames"], self.varied(4)["frames"])
        alone = {name: tensor[1:2] for name, tensor in self.batch().items()}
        again = augment_batch.gaps(alone, [np.random.default_rng([3, 1])])
        torch.testing.assert_close(again["frames"][0], found["frames"][1])

    def test_the_sound_itself_has_them_too(self) -> None:
        plain = tone(1.0)
        found = gaps.gaps(plain, np.random.default_rng(0))
        assert found.dtype == np.float32
        assert found.shape == plain.shape
        assert 0.1 < np.abs(found - plain).max() <= 1
        assert np.array_equal(found, gaps.gaps(plain, np.random.default_rng(0)))
        for samples in (1, 50, 300):
            assert np.isfinite(gaps.gaps(plain[:samples], np.random.default_rng(1))).all()

    def test_what_needs_the_sound_itself_is_not_varied_here(self) -> None:
        assert AUDIO.batch_variation(card(LOG), ["gaps"]) is not None
        assert AUDIO.batch_variation(card(LOG), ["noise"]) is None
        assert AUDIO.batch_variation(card(LOG), ["noise", "gaps"]) is None
