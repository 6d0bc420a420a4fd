"""What does the work of each kind of job: ``run(folder, plan, home)``, named so that nothing is imported unasked."""

from __future__ import annotations

from typing import Literal

Queue = Literal["training", "quick", "labelling"]
Spare = Literal["torch", "plain"]  # children kept ready: one with torch and its family loaded, one without

KINDS: dict[str, str] = {
    "train": "tl_core.runs.train:run",
    "ladder": "tl_core.runs.ladder:run",
    "learning_curve": "tl_core.runs.learning_curve:run",
    "intake": "tl_core.runs.intake:run",
    "exam": "tl_core.runs.exam:run",
    "mix": "tl_core.runs.mix:run",
    "predict": "tl_core.runs.predict:run",
    "fetch": "tl_core.runs.fetch:run",
    "calibrate": "tl_core.runs.calibrate:run",
    "excite": "tl_core.runs.excite:run",
    "check": "tl_core.runs.check:run",
    "fit": "tl_core.runs.fit:run",
    "crossval": "tl_core.runs.crossval:run",
    "forecast": "tl_core.runs.forecasting:run",
    "index": "tl_core.runs.index:run",
    "answer": "tl_core.runs.answer:run",
    "phrase": "tl_core.runs.phrase:run",
    "suggest": "tl_core.runs.suggest:run",
}
TRAINING = ("train", "ladder", "learning_curve", "crossval", "forecast", "answer", "phrase")
ASIDE = ("check",)  # begin by themselves, and let whoever asks a model go first
QUEUES: dict[Queue, int] = {"training": 1, "quick": 2, "labelling": 2}  # jobs at once
TAKEN = 75  # a child's exit status: another process holds the folder
SPARE_OF: dict[str, Spare] = {
    "train": "torch",
    "ladder": "torch",
    "learning_curve": "torch",
    "exam": "torch",
    "mix": "torch",
    "predict": "torch",
    "calibrate": "torch",
    "excite": "torch",
    "check": "torch",
    "fit": "torch",
    "crossval": "torch",
    "forecast": "torch",
    "index": "torch",
    "answer": "torch",
    "phrase": "torch",
    "suggest": "torch",
    "intake": "plain",
}
IMPORTS: dict[Spare, tuple[str, ...]] = {
    "torch": (
        "torch", "torchvision", "timm", "transformers.models.bert.modeling_bert", "tokenizers",
        "sklearn.linear_model", "sklearn.feature_extraction.text", "openvino",
    ),
    "plain": ("numpy", "PIL.Image"),
}  # fmt: skip
PREDICTOR = "tl_core.serving.server"  # keeps the model in use loaded; the worker runs it with the home as argument


def queue_of(kind: str) -> Queue:
    """What trains has the machine to itself; the rest is short and must not wait for it.

    What learns from labels stays as long as somebody labels, so that the short ones must not wait for it either.
    """
    if kind == "suggest":
        return "labelling"
    return "training" if kind in TRAINING else "quick"
