import subprocess
import sys

import numpy as np
import pytest
import torch

from tests.bundle.tiny import PROJECT, Made, make
from tl_core.bundle.folder import read_parity
from tl_core.bundle.load import load_bundle
from tl_core.bundle.parity import certify, compare, start_fresh


@pytest.mark.parametrize(("modality", "library"), [("image", None), ("text", "transformers")])
def test_a_fresh_process_confirms_the_bundle(home, modality, library):
    made = make(home, modality)
    fresh = start_fresh(library) if library else None  # started ahead, or when asked
    made.write()
    parity = certify(made.folder, home, PROJECT, made.held_out, made.measured(made.held_out), fresh)
    assert parity.passed
    assert parity.samples == 8
    assert read_parity(made.folder) == parity
    if fresh:
        assert fresh.poll() is not None


@pytest.mark.parametrize(
    "code", ["raise SystemExit(1)", "print('no JSON')", "print('{}')", """print('{"probabilities": [[1.0]]}')"""]
)
def test_a_process_that_fails_leaves_a_certificate_that_does_not_pass(text: Made, code, capfd):
    text.write()
    fresh = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    parity = certify(text.folder, text.home, PROJECT, text.held_out, np.full((8, 2), 0.5), fresh)
    assert not parity.passed
    assert read_parity(text.folder) == parity


def test_other_weights_do_not_pass(text: Made):
    measured = text.measured(text.held_out)
    with torch.no_grad():
        text.head.bias.add_(torch.tensor([0.0, 1.0]))
    parity = compare(measured, load_bundle(text.write()).answer(text.raws(text.held_out)))
    assert not parity.passed
    assert 1e-4 < parity.largest_difference < 0.3


def test_labels_and_probabilities_both_count():
    measured = np.array([[0.6, 0.4], [0.2, 0.8]])
    assert compare(measured, measured + np.array([5e-5, -5e-5])).passed
    assert not compare(measured, measured + np.array([2e-4, -2e-4])).passed
    close = np.array([[0.50001, 0.49999]])
    assert not compare(close, close[:, ::-1]).passed
    assert not compare(measured, measured[:1]).passed
    assert not compare(measured, np.full((2, 2), np.nan)).passed
