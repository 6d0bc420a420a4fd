from pathlib import Path

import pytest

from tests.bundle.trained import Trained, trained
from tl_core.domain.fault import InputFault
from tl_core.serving.models import Models


def test_a_model_is_loaded_once_and_again_when_written_anew(text: Trained):
    models = Models()
    first = models.get(text.folder.bundle)
    assert models.get(text.folder.bundle) is first
    text.made.write(run=text.id)
    second = models.get(text.folder.bundle)
    assert second is not first
    assert models.held == [text.folder.bundle]


def test_the_ones_used_last_stay_within_the_cap(home):
    made = [trained(home, "text").folder.bundle for _ in range(3)]
    size = Models().get(made[0]).bytes
    models = Models(largest=int(2.5 * size))
    for bundle in (made[0], made[1], made[0], made[2]):
        models.get(bundle)
    assert models.held == [made[0], made[2]]
    tight = Models(largest=1)
    for bundle in made:
        tight.get(bundle)
        assert tight.held == [bundle]  # one alone may be larger


def test_when_nobody_asks_all_are_let_go(text: Trained):
    models = Models()
    assert not models.let_go_when_idle(0.0)
    models.get(text.folder.bundle)
    assert not models.let_go_when_idle(60.0)
    assert models.let_go_when_idle(0.0)
    assert models.held == []
    models.get(text.folder.bundle)


def test_a_folder_without_a_bundle(tmp_path: Path):
    with pytest.raises(InputFault):
        Models().get(tmp_path)
