"""The fields of plans for people: what each is called, and its values in words. The one place that names them all."""

from __future__ import annotations

from pages._ui import trainings
from pages._ui.words import count, listed, number, share, t
from tl_core.domain.difference import Difference, Value
from tl_core.domain.project import Project, Task
from tl_core.use_cases import models

_NAMES = {  # field -> key of its name
    "backbone": "runs_page.field_backbone",
    "recipe": "model_page.recipe",
    "frozen_stages": "model_page.slider",
    "split.validation": "runs_page.field_validation",
    "split.test": "runs_page.field_test",
    "split.seed": "runs_page.field_split_seed",
    "epochs": "model_page.epochs",
    "batch_size": "model_page.batch_size",
    "learning_rate": "model_page.learning_rate",
    "rate_decay": "model_page.rate_decay",
    "weight_decay": "model_page.weight_decay",
    "patience": "model_page.patience",
    "class_weights": "model_page.class_weights",
    "augmentations": "runs_page.field_augmentations",
    "views": "model_page.views",
    "seed": "model_page.seed",
    "device": "model_page.device",
    "precision": "model_page.precision",
    "lora_rank": "model_page.lora_rank",
    "horizon": "runs_page.field_horizon",
    "steps": "forecast_page.steps",
}
_OF_EPOCHS = ("epochs", "learning_rate")  # a quick look has none
_NONE = {"lora_rank": "model_page.lora_rank_none"}
_SHARES = ("split.validation", "split.test")
_CHOICES = ("device", "precision")
_WORDS: dict[Task, str] = {"classify": "model_page", "forecast": "forecast_page", "answer": "answer_page"}
_MACHINE = {
    "thaw": "runs_page.machine_thaw",
    "python": "runs_page.machine_python",
    "system": "runs_page.machine_system",
    "device": "runs_page.machine_device",
    "threads": "runs_page.machine_threads",
}


def name(field: str, project: Project) -> str:
    """What a field is called. ``options.*`` are the modality's own, and it says itself what they are."""
    if field.startswith("options."):
        wanted = field.partition(".")[2]
        return next((one.title for one in models.options(project.modality) if one.name == wanted), wanted)
    return t(_NAMES[field])


def value(field: str, found: Value, project: Project) -> str:
    """A value in words; what was left open is as usual."""
    if found is None:
        return "–" if field in _OF_EPOCHS else t(_NONE.get(field, "model_page.usual_none"))
    if isinstance(found, bool):
        return t("runs_page.yes" if found else "runs_page.no")
    if field in _SHARES:
        return share(float(found))
    if field == "backbone":
        return trainings.model_title(str(found))
    if field == "recipe":
        return t(f"{_WORDS[project.task]}.recipe_{found}")
    if field in _CHOICES:
        return t(f"model_page.{field}_{found}")
    if field == "augmentations":
        return listed(t(f"augmentations.{one}") for one in str(found).split(", ")) if found else t("runs_page.none")
    if field.startswith("options."):
        wanted = field.partition(".")[2]
        choices = next((one.choices for one in models.options(project.modality) if one.name == wanted), {})
        return choices.get(str(found), _plain(found))
    return _plain(found)


def machine(one: Difference) -> str:
    """What of a machine differs: versions of libraries have their own names."""
    return t(_MACHINE[one.name]) if one.name in _MACHINE else one.name.rpartition(".")[2]


def _plain(found: Value) -> str:
    if isinstance(found, float):
        return number(found, "g")
    return count(found) if isinstance(found, int) else str(found)
