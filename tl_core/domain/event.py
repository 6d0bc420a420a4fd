"""What a job tells while it works. A closed set: one JSON line each in events.jsonl, the source of every curve.

Events hold neither samples nor names. Metric names are ``subset/name``.
"""

from __future__ import annotations

from typing import Annotated, Literal, Union

from pydantic import Field

from tl_core.domain.base import Noun
from tl_core.domain.forecast import Competitor
from tl_core.domain.plan import RungRecipe
from tl_core.domain.report import Energy, Metric
from tl_core.domain.text import Text, Value


class _Event(Noun):
    time: float = 0.0  # seconds since 1970, set when written


class Started(_Event):
    """A child took the job up: first, or again after it was killed."""

    kind: Literal["started"] = "started"
    attempt: int = 1
    device: str | Text = "cpu"  # for people: "CPU, 2 cores", "NVIDIA H200"


class Phase(_Event):
    """A part of the work began: prepare, features, probe, train, mixes, evaluate, bundle; read, store; fetch; ...

    Of a forecasting: prepare, compare, train, evaluate, again, mixes (what was forgotten), bundle. Of an assistant:
    prepare, index, look, train, compare, threshold, evaluate, bundle.
    """

    kind: Literal["phase"] = "phase"
    name: str
    total: int | None = None  # items, when known


class Progress(_Event):
    kind: Literal["progress"] = "progress"
    done: int
    total: int | None = None
    rate: float | None = None  # items a second
    memory: int | None = None  # bytes held by the child (on a GPU: by the GPU)


class Probed(_Event):
    """The quick look is ready."""

    kind: Literal["probed"] = "probed"
    metrics: dict[str, Metric]
    seconds: float  # from the job's start


class Epoch(_Event):
    """A round over all samples; of a forecasting, the steps from one look at validation to the next.

    Metrics: train/loss, validation/loss, train/balanced_accuracy, validation/balanced_accuracy; of a forecasting
    train/loss and validation/mase; of an encoder tuned to find train/loss, validation/loss and validation/recall@5.
    """

    kind: Literal["epoch"] = "epoch"
    number: int  # from 1
    of: int
    metrics: dict[str, float]
    best: bool  # lowest validation loss so far; of a forecasting the lowest validation/mase, the start included
    seconds: float  # this epoch
    rate: float  # samples a second; of a forecasting windows a second
    memory: int  # bytes


class Resumed(_Event):
    """Work goes on from a checkpoint: epochs after this number are not valid any more."""

    kind: Literal["resumed"] = "resumed"
    epoch: int  # last finished one


class Notice(_Event):
    """Something a person should know: batch halved, a compiler missing, the probe kept ..."""

    kind: Literal["notice"] = "notice"
    key: str
    values: dict[str, Value] = {}
    well: bool = False  # nothing went wrong: it explains what was done


class Chosen(_Event):
    """Which candidate became the model, by the rule of one standard error."""

    kind: Literal["chosen"] = "chosen"
    candidate: Literal["probe", "finetuned", "scratch"]
    gain: float  # mean fall of validation log-loss from the probe to the trained one, per sample
    error: float | None  # standard error of that paired difference; None where one group alone cannot tell


class Recommended(_Event):
    """Which way to forecast validation prefers."""

    kind: Literal["recommended"] = "recommended"
    way: Competitor
    mase: float  # on validation
    naive: float  # of the value a season before, there


class Rung(_Event):
    """One freeze boundary of a ladder was tried to its end."""

    kind: Literal["rung"] = "rung"
    frozen_stages: int  # all of them: the quick look; of a forecasting untuned, or with the forecast alone tuned
    recipe: RungRecipe
    of: int  # rungs of the whole ladder
    metrics: dict[str, Metric] = {}  # validation/balanced_accuracy, validation/log_loss ...; none: it became unstable
    # of a forecasting validation/mase, validation/weighted_quantile_loss, their units the origins
    seconds: float  # to train it, activations at hand; of a forecasting with its looks at validation
    prepare_seconds: float = 0.0  # before that; what several rungs share is counted at the first that needed it
    memory: int  # bytes at most
    trained_parameters: int
    epochs: int | None = None  # of a forecasting, looks at validation
    kept: Metric | None = None  # ability of the starting model that is left; None for the quick look and from scratch
    # of a forecasting its error on general series before, over that after
    original: Metric | None = None  # the starting model's own
    energy: Energy | None = None  # of all that was done for this rung; None: it was not counted


class Spent(_Event):
    """What a part of a training took, everything before it included: files read, samples encoded, views computed."""

    kind: Literal["spent"] = "spent"
    part: Literal["look", "training"]  # the quick look; what is trained from there, or from scratch
    seconds: float
    energy: Energy | None  # None: a child was killed on the way, and took its count with it


class Result(_Event):
    """What a job other than a training produced: dataset version, samples read, rows answered ..."""

    kind: Literal["result"] = "result"
    values: dict[str, str | int | float]


Event = Annotated[
    Union[Started, Phase, Progress, Probed, Epoch, Resumed, Notice, Chosen, Recommended, Rung, Spent, Result],
    Field(discriminator="kind"),
]
