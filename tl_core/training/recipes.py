"""What each recipe does where a person left a choice open. Torch-free: pages show these values before the start."""

from __future__ import annotations

from dataclasses import dataclass

from tl_core.domain.card import BackboneCard
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import AnswerPlan, ForecastPlan, ForecastRecipe, Recipe, TrainPlan

LORA_FASTER = 10  # learning rate of adapters beside that of whole weights (Schulman 2025, "LoRA Without Regret")


@dataclass(frozen=True)
class Defaults:
    """Sound values for a few hundred samples; measured, see benchmarks."""

    frozen_share: float  # of the stages, counted from the input
    epochs: int
    batch_size: int
    learning_rate: float


DEFAULTS: dict[tuple[str, Recipe], Defaults] = {
    ("image", "finetune"): Defaults(frozen_share=5 / 7, epochs=20, batch_size=32, learning_rate=5e-4),
    ("image", "scratch"): Defaults(frozen_share=0, epochs=40, batch_size=32, learning_rate=1e-3),
    ("text", "finetune"): Defaults(frozen_share=1 / 7, epochs=3, batch_size=16, learning_rate=2e-4),
    ("audio", "finetune"): Defaults(frozen_share=1 / 2, epochs=10, batch_size=16, learning_rate=5e-5),
    ("audio", "scratch"): Defaults(frozen_share=0, epochs=30, batch_size=16, learning_rate=5e-4),
    ("series", "finetune"): Defaults(frozen_share=1 / 2, epochs=20, batch_size=16, learning_rate=1e-3),
    ("series", "scratch"): Defaults(frozen_share=0, epochs=40, batch_size=16, learning_rate=2e-3),
    ("text", "scratch"): Defaults(frozen_share=0, epochs=15, batch_size=16, learning_rate=3e-4),
}
FINDING = Defaults(frozen_share=4 / 7, epochs=4, batch_size=32, learning_rate=2e-5)  # an encoder tuned to find


def default_boundary(card: BackboneCard, recipe: Recipe) -> int:
    """How many stages a recipe freezes when nobody chose."""
    if recipe == "probe":
        return len(card.stages)
    return round(DEFAULTS[card.modality, recipe].frozen_share * len(card.stages))


def rungs(base: TrainPlan, card: BackboneCard, *, scratch: bool) -> list[TrainPlan]:
    """Every rung of a ladder, resolved: the quick look, then group after group thawed, at last from scratch."""
    stages = len(card.stages)
    asked: list[tuple[Recipe, int]] = [("probe", stages), *(("finetune", n) for n in _thawed(card))]
    if scratch:
        asked.append(("scratch", 0))
    return [
        resolve(base.model_copy(update={"recipe": recipe, "frozen_stages": frozen}), card) for recipe, frozen in asked
    ]


def forecast_rungs(base: ForecastPlan, card: BackboneCard, *, scratch: bool) -> list[ForecastPlan]:
    """Every rung of a ladder: as it is, the forecast alone tuned, group after group thawed, at last from scratch."""
    stages = len(card.stages)
    asked: list[tuple[ForecastRecipe, int]] = [("untuned", stages), ("finetune", stages)]
    asked += [("finetune", n) for n in _thawed(card)]
    if scratch:
        asked.append(("scratch", 0))
    return [base.model_copy(update={"recipe": recipe, "frozen_stages": frozen}) for recipe, frozen in asked]


def resolve_answer(plan: AnswerPlan, card: BackboneCard) -> AnswerPlan:
    """The plan with every open choice filled in. A boundary that the encoder does not have is refused."""
    stages = len(card.stages)
    if plan.frozen_stages is not None and plan.frozen_stages > stages:
        raise InputFault("training.too_many_frozen", asked=plan.frozen_stages, stages=stages, name=card.title)
    scratch = plan.recipe == "scratch"
    usual = DEFAULTS["text", "scratch"] if scratch else FINDING
    frozen = round(usual.frozen_share * stages) if plan.frozen_stages is None or scratch else plan.frozen_stages
    rank = None if scratch else plan.lora_rank
    return plan.model_copy(
        update={
            "frozen_stages": frozen,
            "epochs": plan.epochs or usual.epochs,
            "batch_size": plan.batch_size or usual.batch_size,
            "learning_rate": plan.learning_rate or usual.learning_rate * (LORA_FASTER if rank else 1),
            "lora_rank": rank,
        }
    )


def _thawed(card: BackboneCard) -> list[int]:
    """Boundaries from the deepest on. A group without parameters makes no rung: the same would be trained."""
    return [n for n in reversed(range(len(card.stages))) if card.stages[n].parameters]


def resolve(plan: TrainPlan, card: BackboneCard) -> TrainPlan:
    """The plan with every open choice filled in. A boundary that the backbone does not have is refused."""
    stages = len(card.stages)
    if plan.frozen_stages is not None and plan.frozen_stages > stages:
        raise InputFault("training.too_many_frozen", asked=plan.frozen_stages, stages=stages, name=card.title)
    if plan.recipe == "probe":
        return plan.model_copy(
            update={"frozen_stages": stages, "epochs": None, "batch_size": plan.batch_size or 32, "lora_rank": None}
        )
    defaults = DEFAULTS[plan.modality, plan.recipe]
    rank = None if plan.recipe == "scratch" else plan.lora_rank  # random weights are no start for adapters
    boundary = plan.frozen_stages
    if boundary is None or plan.recipe == "scratch":
        boundary = default_boundary(card, plan.recipe)
    return plan.model_copy(
        update={
            "frozen_stages": boundary,
            "epochs": plan.epochs or defaults.epochs,
            "batch_size": plan.batch_size or defaults.batch_size,
            "learning_rate": plan.learning_rate or defaults.learning_rate * (LORA_FASTER if rank else 1),
            "lora_rank": rank,
        }
    )
