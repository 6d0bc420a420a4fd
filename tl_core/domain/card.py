"""What people should know of a starting model before they choose it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Union

from pydantic import Field

from tl_core.domain.base import Noun
from tl_core.domain.text import Text

Source = Literal["packaged", "torchvision", "timm", "hub", "folder"]


class StageCard(Noun):
    """A layer group, as the freeze slider names it."""

    name: str  # the field's: "blocks.3"
    title: str | Text  # people's: "Shape"
    about: str | Text  # "corners, curves"
    parameters: int
    adapter_width: int = 0  # numbers that adapters of rank 1 on its linear layers have; 0: there are none to adapt


class ImageInput(Noun):
    """How pixels must reach the model (after timm's PretrainedCfg)."""

    kind: Literal["image"] = "image"
    size: int  # pixels, square
    resize: int  # shorter side before the centre crop of ``size``
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    interpolation: Literal["bilinear", "bicubic"] = "bicubic"


class TextInput(Noun):
    """How text must reach the model."""

    kind: Literal["text"] = "text"
    tokens: int  # longest input the model was made for
    prefix: str = ""  # e5 wants "query: " before each text
    pooling: Literal["mean", "cls"] = "mean"


class AudioInput(Noun):
    """How sounds must reach the model: as a spectrogram, frame by frame (after transformers' feature extractors)."""

    kind: Literal["audio"] = "audio"
    rate: int = 16000  # samples a second
    mels: int  # bands of each frame, on the mel scale
    window: int  # samples that a frame looks at
    hop: int  # samples from one frame to the next
    seconds: float = 30.0  # longest input; the end of what is longer is not heard
    spectrum: Literal["log", "power"]  # logarithms, 8 powers of ten at most below the loudest (Whisper); plain power


class SeriesInput(Noun):
    """How series must reach the model, and what it forecasts by itself."""

    kind: Literal["series"] = "series"
    context: int  # steps; of longer series the last ones
    scaling: Literal["range"] = "range"  # each channel of each series to 0 .. 1, by its least and greatest value
    least: int = 8  # steps with a value that a channel must have
    horizon: int  # steps that it forecasts at once
    quantiles: tuple[float, ...]  # that it answers with, rising
    head: int = 0  # numbers that its forecast is made by, beside those of its stages


Input = Annotated[Union[ImageInput, TextInput, AudioInput, SeriesInput], Field(discriminator="kind")]


class BackboneCard(Noun):
    name: str  # "packaged:tf_efficientnet_lite0"; "<source>:<name>" everywhere
    source: Source
    title: str | Text
    modality: str
    input: Input
    features: int  # width of the pooled feature vector
    parameters: int
    download_bytes: int
    licence: str | Text
    learned_from: str | Text
    never_seen: str | Text
    good_for: str | Text
    known_bias: str | Text
    languages: list[str] = []
    sha256: str  # of the weights; part of every cache key. Empty while not fetched
    stages: list[StageCard]  # ordered from the input
    writes: bool = False  # does it continue texts? Those phrase answers, and are not offered to read samples with
    any_depth: bool = False  # may it end after any of its stages? Early ones of sounds and series often tell more

    @property
    def forecasts(self) -> bool:
        """Whether it says what comes next by itself, before anything is learned."""
        return isinstance(self.input, SeriesInput) and self.input.horizon > 0


def learned(thawed: Sequence[StageCard], rank: int | None = None) -> int:
    """How many numbers learn in ``thawed`` stages: their weights, or adapters of ``rank`` beside them."""
    return sum(rank * stage.adapter_width if rank else stage.parameters for stage in thawed)
