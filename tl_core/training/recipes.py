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
    _check_boundary(plan, card)
    usual = DEFAULTS["text", "scratch"] if plan.recipe == "scratch" else FINDING
    return plan.model_copy(update=_filled(plan, card, usual))


def _thawed(card: BackboneCard) -> list[int]:
    """Boundaries from the deepest on. A group without parameters makes no rung: the same would be trained."""
    return [n for n in reversed(range(len(card.stages))) if card.stages[n].parameters]


def resolve(plan: TrainPlan, card: BackboneCard) -> TrainPlan:
    """The plan with every open choice filled in. A boundary that the backbone does not have is refused."""
    _check_boundary(plan, card)
    if plan.recipe == "probe":
        whole = {"frozen_stages": len(card.stages), "epochs": None, "lora_rank": None}
        return plan.model_copy(update={**whole, "batch_size": plan.batch_size or 32})
    return plan.model_copy(update=_filled(plan, card, DEFAULTS[plan.modality, plan.recipe]))


def _check_boundary(plan: TrainPlan | AnswerPlan, card: BackboneCard) -> None:
    asked, stages = plan.frozen_stages, len(card.stages)
    if asked is not None and asked > stages:
        raise InputFault("training.too_many_frozen", asked=asked, stages=stages, name=card.title)


def _filled(plan: TrainPlan | AnswerPlan, card: BackboneCard, usual: Defaults) -> dict[str, float | int | None]:
    """Every choice of ``plan``, the open ones as usual."""
    scratch = plan.recipe == "scratch"
    rank = None if scratch else plan.lora_rank  # random weights are no start for adapters
    frozen = None if scratch else plan.frozen_stages
    return {
        "frozen_stages": round(usual.frozen_share * len(card.stages)) if frozen is None else frozen,
        "epochs": plan.epochs or usual.epochs,
        "batch_size": plan.batch_size or usual.batch_size,
        "learning_rate": plan.learning_rate or usual.learning_rate * (LORA_FASTER if rank else 1),
        "lora_rank": rank,
    }
