"""What pages say of time series, by what samples and explanations are; no page asks which modality it is."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages._ui.samples_view import _curves
from tl_core.domain.dataset import ClassTarget, Dataset, Sample
from tl_core.domain.explanation import Explanation


def measured(number: int, moments: int, channels: str) -> Sample:
    return Sample(
        id=f"{number:016x}", source=f"row {number}", file=f"{number:016x}.npz", target=ClassTarget(label="even"),
        traits={"moments": moments, "series_channels": channels.count(",") + 1, "channel_names": channels},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("lengths", "channels", "said"),
    [
        ((40, 40), "value", "Each series is one curve of 40 moments."),
        ((40, 1200), "value", "Each series is one curve of 40 to 1,200 moments."),
        ((40, 40), "left, right", "Each series has 40 moments. Its curves from top to bottom: left, right."),
    ],
)
def test_what_the_drawings_show_is_said(lengths: tuple[int, ...], channels: str, said: str) -> None:
    samples = [measured(number, length, channels) for number, length in enumerate(lengths)]
    assert _curves(Dataset(id="d", modality="series", classes=["even"], samples=samples, received=2)) == said


def test_of_pictures_nothing_is_said() -> None:
    picture = Sample(id="0" * 16, source="a.png", file="0.png", target=ClassTarget(label="even"))
    assert _curves(Dataset(id="d", modality="image", classes=["even"], samples=[picture], received=1)) == ""


def why(found: str) -> None:
    from pages._ui import why as page
    from tl_core.domain.explanation import Explanation

    page.draw(Explanation.model_validate_json(found), key="one")


def test_what_counted_of_a_series_are_stretches_of_its_curves() -> None:
    found = Explanation(
        label="gun", picture="aGk=", curves=True, certain=0.9, without=0.3, elsewhere=0.8, covered=0.15, unlearned=0.1
    )
    app = AppTest.from_function(why, kwargs={"found": found.model_dump_json()}).run()
    assert not app.exception
    said = " ".join(text.value for text in app.text)
    assert "stretches" in said
    assert "straight lines" in said
    assert "blurred" not in said
