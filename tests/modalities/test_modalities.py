"""What every modality offers."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from tl_core import modalities
from tl_core.domain.fault import InputFault
from tl_core.words import say


@pytest.mark.parametrize("name", modalities.names())
def test_it_is_whole(name: str) -> None:
    modality = modalities.get(name)
    assert modality.name == name
    module, _, function = modality.reading.partition(":")
    assert callable(getattr(importlib.import_module(module), function))
    assert modality.options().model_dump().keys() == modality.options.model_fields.keys()
    for one in modality.augmentations():
        assert say(one.title)
        assert say(one.about)


def test_an_unknown_one_is_said() -> None:
    with pytest.raises(InputFault) as told:
        modalities.get("smell")
    assert told.value.key == "backbones.unknown_modality"


def test_importing_loads_no_torch() -> None:
    code = (
        "import sys; from tl_core import modalities; [modalities.get(n).augmentations() for n in modalities.names()];"
        "print([m for m in ('torch', 'tokenizers', 'transformers') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
