"""A series that is asked about is answered for and drawn, so that a person sees what was read."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.runs import tiny_project
from tests.runs.tuned import uncertified
from tl_core.domain.fault import InputFault
from tl_core.jobs.perform import perform
from tl_core.runs import train
from tl_core.store.home import Home
from tl_core.store.runs import create_run
from tl_core.use_cases import predict


def test_it_is_answered_and_drawn(home: Home, server, monkeypatch: pytest.MonkeyPatch) -> None:
    uncertified(monkeypatch, train)
    folder = create_run(home, tiny_project.project(home, "series").model_copy(update={"recipe": "probe"}))
    assert perform(folder).state == "done"
    content = "\n".join(["pressure", *(f"{value:.3f}" for value in np.sin(np.arange(40)))]).encode()

    answer = predict.ask(folder.id, content)
    assert answer.label in ("bad", "good")
    assert Image.open(io.BytesIO(answer.picture)).size == (256, 256)
    assert predict.explain(folder.id, content).curves
    with pytest.raises(InputFault) as told:
        predict.ask(folder.id, b"nothing\nmeasured\n")
    assert told.value.key.startswith(("refusals.", "data."))
