"""Why a bundle answered so: what is shown, whether covering it changes the answer, and whom it resembles."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
from PIL import Image

from tests.bundle.tiny import Made
from tl_core import modalities
from tl_core.bundle.explain import NEAREST, explain
from tl_core.bundle.load import load_bundle
from tl_core.store.learned import write_learned
from tl_core.store.run_folder import RunFolder


def raw_of(made: Made, number: int = 0):
    sample = made.dataset.samples[number]
    return modalities.get(made.plan.modality).load_raw(made.home, made.plan.project, sample)


def test_an_answer_is_explained_and_the_check_is_made(made: Made) -> None:
    made.write()
    predictor = load_bundle(made.folder)
    raw = raw_of(made)
    found = explain(predictor, raw)
    chances = predictor.answer([raw])[0]
    assert found.label == predictor.manifest.classes[chances.argmax()]
    assert abs(found.certain - chances.max()) < 1e-6
    assert 0 <= found.without <= 1
    assert 0 <= found.elsewhere <= 1
    assert found.unlearned is None or 0 <= found.unlearned <= 1
    assert predictor.answer([raw])[0].tolist() == chances.tolist(), "its weights are as they were"
    assert found == explain(predictor, raw), "the same sample, the same explanation"
    assert found.nearest == []
    if isinstance(raw, str):
        assert "".join(word.text for word in found.words) == raw
        assert max(abs(word.weight) for word in found.words) == 1.0
    else:
        assert Image.open(io.BytesIO(base64.b64decode(found.picture))).size == raw.size


def test_the_most_alike_samples_are_those_it_learned_from(made: Made, tmp_path: Path) -> None:
    made.write()
    predictor = load_bundle(made.folder)
    raws = [raw_of(made, number) for number in range(8)]
    ids = [sample.id for sample in made.dataset.samples[:8]]
    (tmp_path / "run").mkdir()
    folder = RunFolder(tmp_path / "run")
    write_learned(folder, ids, predictor.look(raws).features)
    found = explain(predictor, raws[3], folder.path)
    assert len(found.nearest) == NEAREST
    assert found.nearest[0].sample == ids[3]
    assert found.nearest[0].likeness > 0.99
    write_learned(folder, ids, np.zeros((8, 3)))  # of another model
    assert explain(predictor, raws[3], folder.path).nearest == []
