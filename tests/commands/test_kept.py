"""``train --json`` says what a fine-tuned model has kept."""

from __future__ import annotations

from tests.app import made
from tl_core.commands.train import _kept
from tl_core.store.home import Home


def test_only_a_fine_tuned_model_has_something_to_keep(home: Home) -> None:
    folder = made.run(home, made.plan(made.project(home)))
    assert _kept(folder, "finetuned") is None  # a run that was stopped before
    mixes = made.kept(folder)
    assert _kept(folder, "finetuned") == {"value": mixes.tuned.value, "low": mixes.tuned.low, "high": mixes.tuned.high}
    assert _kept(folder, "probe") is None
