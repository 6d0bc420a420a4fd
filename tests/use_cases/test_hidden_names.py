"""What a report keeps for itself: names of samples, files, folders and groups, and paths, whoever's they are."""

from __future__ import annotations

import pytest

from tl_core.domain.dataset import ClassTarget, Dataset, Refusal, Sample
from tl_core.use_cases.reports.hidden import GONE, Hidden

DATA = Dataset(
    id="", modality="image", classes=["healthy", "ill"], received=3,
    samples=[
        Sample(id="a", source="ill/Anna Example/scan 7.png", group="Station Nord", target=ClassTarget(label="ill")),
        Sample(id="b", source="healthy/1.png", group="A", target=ClassTarget(label="healthy")),
    ],
    refusals=[Refusal(source="letters\\Bert.txt", reason="refusals.empty")],
)  # fmt: skip


GONE_VALUES = (
    "ill/Anna Example/scan 7.png", "scan 7.png", "scan 7", "Anna Example", "of Anna Example, and others", "Bert", "A",
    "Station Nord", "“Bert”", "/media/carla/x", "C:\\Users\\carla", "~/scans", "../secret/list", "Dora Example.dcm",
    "the folder a/carla/b", "dora.nii.gz", "\\\\server\\share", "opened Carla.JPG twice",
)  # fmt: skip
TOLD_VALUES = (
    "ill", "healthy", "age band", "and/or", "12 km/h", "01/02/2024", "0.84", "e.g. two", "version 1.2.3", "A or B",
    "EfficientNet-Lite0", "90 %", 7, 0.5, "English, German", "N/A",
)  # fmt: skip


@pytest.mark.parametrize("value", GONE_VALUES)
def test_names_and_paths_go(value: str) -> None:
    assert Hidden.of(DATA).value("name", value) == GONE


@pytest.mark.parametrize("value", TOLD_VALUES)
def test_other_values_are_told(value: str | int | float) -> None:
    assert Hidden.of(DATA).value("name", value) == value


def test_files_that_never_came_in_have_no_name_either() -> None:
    assert Hidden.of(DATA).value("file", "Carla") == GONE
