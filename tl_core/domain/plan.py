"""What a job is asked to do. One plan a job folder, written before the start and never changed."""

from __future__ import annotations

from typing import Annotated, Literal, Union

from pydantic import BeforeValidator, Field

from tl_core.domain.base import Noun
from tl_core.domain.excited import Box
from tl_core.domain.scan import ScanReading
from tl_core.domain.split import SplitRule

Recipe = Literal["probe", "finetune", "scratch"]
ForecastRecipe = Literal["untuned", "finetune", "scratch"]
RungRecipe = Recipe | ForecastRecipe
FollowRecipe = Annotated[
    Literal["probe", "finetune"] | None,
    BeforeValidator(lambda told: {True: "finetune", False: None}[told] if isinstance(told, bool) else told),
]  # what follows by itself; plans from before say yes or no
DeviceChoice = Literal["auto", "cpu", "cuda", "mps"]
Precision = Literal["f32", "bf16"]


class TrainPlan(Noun):
    """Train a model. Epochs, batch and rates left at None take the recipe's default for the modality."""

    kind: Literal["train"] = "train"
    project: str
    dataset: str
    modality: str
    task: str = "classify"
    backbone: str
    recipe: Recipe = "finetune"
    frozen_stages: int | None = Field(None, ge=0)  # None: the recipe's default; probe means all, scratch none
    split: SplitRule = SplitRule()
    epochs: int | None = Field(None, ge=1, le=1000)
    batch_size: int | None = Field(None, ge=1, le=4096)  # samples a step
    learning_rate: float | None = Field(None, gt=0, le=1)  # of the last trained stage; earlier ones learn slower
    rate_decay: float = Field(0.9, gt=0, le=1)  # rate of a stage / rate of the stage after it
    weight_decay: float = Field(0.01, ge=0, le=1)
    patience: int = Field(3, ge=1)  # epochs without a better validation loss before stopping
    class_weights: bool = True  # rare classes count as much as common ones
    augmentations: list[str] = []
    views: int = Field(3, ge=1, le=20)  # cached versions of each training sample when augmentations are on
    seed: int = Field(0, ge=0)
    device: DeviceChoice = "auto"
    precision: Precision = "f32"  # of the frozen pass over training samples, on a GPU of all learning; the rest is f32
    lora_rank: int | None = Field(None, ge=1, le=256)  # learn adapters of this rank instead of whole weights
    options: dict[str, int | float | str | bool] = {}  # the modality's own part, checked by Modality.options
    note: str = ""


class ForecastPlan(Noun):
    """Say what comes next in every series of a dataset, each way to do so beside the others."""

    kind: Literal["forecast"] = "forecast"
    project: str
    dataset: str
    backbone: str
    horizon: int = Field(ge=1, le=1000)  # steps to forecast
    recipe: ForecastRecipe = "finetune"
    frozen_stages: int | None = Field(None, ge=0)  # None: none are frozen; from scratch none can be
    steps: int | None = Field(None, ge=1, le=10_000)  # at most; None: the recipe's own
    learning_rate: float | None = Field(None, gt=0, le=1)
    seed: int = Field(0, ge=0)
    device: DeviceChoice = "auto"
    note: str = ""


class IndexPlan(Noun):
    """Have every passage of a dataset read by the starting model, so that questions find them by meaning."""

    kind: Literal["index"] = "index"
    project: str
    dataset: str
    backbone: str
    device: DeviceChoice = "auto"


class AnswerPlan(Noun):
    """Make the assistant: choose how passages are found, tune the encoder for it, choose when not to answer."""

    kind: Literal["answer"] = "answer"
    project: str
    dataset: str
    backbone: str
    recipe: ForecastRecipe = "finetune"
    frozen_stages: int | None = Field(None, ge=0)  # None: the recipe's default
    split: SplitRule = SplitRule(
        validation=0.4
    )  # of the questions: those to judge by are worth more than to learn from
    epochs: int | None = Field(None, ge=1, le=1000)
    batch_size: int | None = Field(None, ge=2, le=4096)  # questions a step; each other's passages are its negatives
    learning_rate: float | None = Field(None, gt=0, le=1)
    lora_rank: int | None = Field(None, ge=1, le=256)
    seed: int = Field(0, ge=0)
    device: DeviceChoice = "auto"
    precision: Precision = "f32"
    note: str = ""


class LearningCurvePlan(Noun):
    """Measure what labels are worth: quick look and classic method on parts of the samples to learn from."""

    kind: Literal["learning_curve"] = "learning_curve"
    base: Annotated[TrainPlan | AnswerPlan, Field(discriminator="kind")]  # its data, split, starting model, options

    @property
    def project(self) -> str:
        """Whose data these are."""
        return self.base.project


class PhrasePlan(Noun):
    """Teach a small language model to write answers in the team's words, and judge it against quoting."""

    kind: Literal["phrase"] = "phrase"
    project: str
    run: str  # the assistant that finds the passages
    generator: str
    frozen_stages: int | None = Field(None, ge=0)  # that get no adapters
    lora_rank: int = Field(8, ge=1, le=256)
    epochs: int | None = Field(None, ge=1, le=100)
    batch_size: int | None = Field(None, ge=1, le=256)
    learning_rate: float | None = Field(None, gt=0, le=1)
    seed: int = Field(0, ge=0)
    device: DeviceChoice = "auto"
    four_bit: bool = False  # frozen weights in four bits, where an NVIDIA GPU and bitsandbytes are
    note: str = ""


class LadderPlan(Noun):
    """Try every freeze boundary with the same data, seed and settings, and say which is deep enough."""

    kind: Literal["ladder"] = "ladder"
    base: Annotated[TrainPlan | ForecastPlan, Field(discriminator="kind")]  # each rung is this, but for how it learns
    scratch: bool = True  # the same network from random weights as the last rung

    @property
    def project(self) -> str:
        """Whose data these are."""
        return self.base.project


class Columns(Noun):
    """Where a table's parts are. Names as in its header; what is None is guessed."""

    text: str | None = None
    file: str | None = None  # where rows name the files of the upload, and hold no texts
    label: str | None = None
    group: str | None = None  # "": a person says there is none
    id: str | None = None  # of time series: which one a row belongs to, where one takes several rows
    time: str | None = None  # when a row was measured
    values: list[str] = []  # what was measured, a channel each; to forecast, a series each
    known: list[str] = []  # to forecast: what is known of the rows to come, too (holidays, prices)
    question: str | None = None  # of documents: a table of questions and answers, or of conversations
    answer: str | None = None
    document: str | None = None  # which documents answer, several parted by | or ;
    thread: str | None = None  # which conversation a message belongs to; the message itself is ``text``
    role: str | None = None  # who wrote it
    attributes: list[str] = []  # kept to compare groups of samples by; none is guessed
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header: bool | None = None  # does the first row name the columns?


class IntakePlan(Noun):
    """Bring an upload into a project as its next dataset version."""

    kind: Literal["intake"] = "intake"
    project: str
    modality: str
    paths: list[str]  # files or folders on this machine: in the home folder's inbox, or given on the command line
    test_paths: list[str] = []  # a test set of the person's own
    columns: Columns | None = None  # tables only; None: guess
    tables: dict[str, Columns] = {}  # documents only: the same for a table of this name
    merge_labels: dict[str, str] = {}  # "1" -> "negative" ...; a label mapped to "" is left out
    group_pattern: str | None = None  # regular expression over Sample.source; its first group, or whole match
    scan: ScanReading | None = None  # how scans become pictures; None: by what each file says
    review: bool = False  # where writing may be burned into scans, store nothing and let a person look
    masks: dict[str, list[Box] | None] = {}  # what they said, by ``Suspect.code``: black out; None: leave it out
    sample_set: str | None = None  # fetch this one of the catalogue; paths are ignored then
    remove_paths: bool = True  # the inbox copies, once read
    mask_personal: bool = False  # documents only: personal data of a known form are replaced before anything is stored
    replace: bool = False  # documents only: those that the upload does not bring go; else they stay
    then_train: FollowRecipe = None  # start such a training with defaults when the data are in (three clicks)
    inside: str | None = None  # a folder of the server: what links lead out of it is refused, and nothing is removed
    only: list[str] = []  # of its files those of these codes (data.names.code); empty: all
    add: bool = False  # the samples join the version in use, instead of taking its place
    unlabelled: bool = False  # a sample without a class stays, to be labelled in the app; so few classes do, too


class ExamPlan(Noun):
    """Open the sealed exam for one run's model."""

    kind: Literal["exam"] = "exam"
    project: str
    run: str


class CrossPlan(Noun):
    """Judge a training's recipe by cross-validation, where the sealed exam would be too small to tell."""

    kind: Literal["crossval"] = "crossval"
    project: str
    run: str


class MixPlan(Noun):
    """Make a mix of starting model and tuned model the model of a fine-tuning."""

    kind: Literal["mix"] = "mix"
    project: str
    run: str
    share: float = Field(ge=0, le=1)  # of the tuned weights


class PredictPlan(Noun):
    """Answer for many samples at once, into a CSV."""

    kind: Literal["predict"] = "predict"
    project: str
    run: str
    paths: list[str]
    columns: Columns | None = None
    remove_paths: bool = True


class FetchPlan(Noun):
    """Fetch a starting model because a person asked for it."""

    kind: Literal["fetch"] = "fetch"
    backbone: str
    project: str | None = None


class CalibratePlan(Noun):
    """Measure how fast a starting model is on a device with the project's samples."""

    kind: Literal["calibrate"] = "calibrate"
    project: str
    dataset: str
    modality: str
    backbone: str
    device: DeviceChoice = "auto"
    options: dict[str, int | float | str | bool] = {}


class ExcitePlan(Noun):
    """Look for what excites each layer group of a starting model most, among the samples to learn from."""

    kind: Literal["excite"] = "excite"
    project: str
    dataset: str
    modality: str
    backbone: str
    split: SplitRule = SplitRule()  # says who may be looked at: never the exam's samples
    device: DeviceChoice = "auto"
    options: dict[str, int | float | str | bool] = {}


class CheckPlan(Noun):
    """Examine a dataset version: copies, leaks, wrong labels, and what else makes a figure untrue."""

    kind: Literal["check"] = "check"
    project: str
    dataset: str
    modality: str
    backbone: str
    split: SplitRule = SplitRule()
    device: DeviceChoice = "auto"
    options: dict[str, int | float | str | bool] = {}


class FitPlan(Noun):
    """See how well each starting model that is here suits a project's samples, before any training."""

    kind: Literal["fit"] = "fit"
    project: str
    dataset: str
    modality: str
    backbones: list[str]
    split: SplitRule = SplitRule()
    device: DeviceChoice = "auto"
    options: dict[str, int | float | str | bool] = {}


class SuggestPlan(Noun):
    """Learn from the labels that people give right now, again and again while they do, and say what is likely."""

    kind: Literal["suggest"] = "suggest"
    project: str
    dataset: str
    modality: str
    backbone: str
    device: DeviceChoice = "auto"
    options: dict[str, int | float | str | bool] = {}


Plan = Annotated[
    Union[
        TrainPlan, LadderPlan, LearningCurvePlan, IntakePlan, ExamPlan, MixPlan, PredictPlan, FetchPlan, CalibratePlan,
        ExcitePlan, CheckPlan, FitPlan, CrossPlan, ForecastPlan, IndexPlan, AnswerPlan, PhrasePlan, SuggestPlan,
    ],
    Field(discriminator="kind"),
]  # fmt: skip
