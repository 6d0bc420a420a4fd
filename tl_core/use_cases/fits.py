"""Does the pre-training fit? Starting models compared on a person's samples, and doubts about them in plain words."""

from __future__ import annotations

import re

from tl_core import backbones
from tl_core.domain.card import BackboneCard
from tl_core.domain.dataset import Dataset
from tl_core.domain.fit import Fit, Fits
from tl_core.domain.plan import FitPlan, TrainPlan
from tl_core.domain.project import Project
from tl_core.domain.split import Concern
from tl_core.store.fits import read_fits
from tl_core.store.home import Home
from tl_core.use_cases import data, runs
from tl_core.words import listed, tenths

FOREIGN = 0.1  # share of samples in languages the model never learned from which it is said
STRANGE = 2.0  # times as strange as general samples
NAMED = 5  # words or names given as evidence
ABOUT = {  # what class names tell of what the samples are about; English words, whole
    "minors": "baby babies child children infant kid kids minor minors pupil pupils teen teenager toddler boy girl",
    "people": "face faces person people man woman male female men women skin gender ethnicity emotion smile human",
    "medicine": "tumor tumour cancer carcinoma melanoma malignant benign lesion pneumonia fracture fractured diseased "
    "healthy patient xray mri ct scan nodule covid tuberculosis stenosis edema effusion retinopathy diagnosis",
}


def fits(plan: TrainPlan) -> Fits | None:
    """What is known for the plan's samples; None before anybody compared. Only of models whose weights are the same."""
    home = Home.default()
    found = read_fits(home, wanted(plan))
    if found is None:
        return None
    here = {card.name: card.sha256 for card in backbones.cards(plan.modality, home)}
    kept = [fit for fit in found.fits if here.get(fit.backbone) == fit.sha256]
    return found.model_copy(update={"fits": kept}) if kept else None


def start(plan: TrainPlan) -> str:
    """Compare all starting models that are here, or join the job that does; its id. Raises InputFault."""
    asked = wanted(plan)
    for job in runs.running():
        if job.plan == asked:
            return job.id
    return runs.start(asked)


def newest(plan: TrainPlan) -> runs.RunSummary | None:
    """The last comparison asked for of just these samples and models, whatever became of it."""
    asked = wanted(plan)
    return next((job for job in runs.runs_of(plan.project, "fit") if job.plan == asked), None)


def wanted(plan: TrainPlan) -> FitPlan:
    """What is compared before ``plan``."""
    here = [card.name for card in backbones.cards(plan.modality, Home.default()) if card.sha256]
    return FitPlan(
        project=plan.project, dataset=plan.dataset, modality=plan.modality, backbones=here, split=plan.split,
        device=plan.device, options=plan.options,
    )  # fmt: skip


def doubts(project: Project, dataset: Dataset, card: BackboneCard, fit: Fit | None) -> list[Concern]:
    """Why this starting model may be a poor or a doubtful choice for these data, each with its evidence."""
    found = []
    if foreign := _foreign(dataset, card):
        share = round(100 * sum(foreign.values()) / len(dataset.samples))
        names = listed(data.language_name(code) for code in list(foreign)[:NAMED])
        found.append(Concern(key="fit.doubt_language", values={"share": share, "names": names}))
    if not card.learned_from:
        found.append(Concern(key="fit.doubt_unknown"))
    about = _about(dataset.classes)
    if project.private or "medicine" in about:
        found.append(Concern(key="fit.doubt_medicine", values={"evidence": about.get("medicine", project.purpose)}))
    for name in ("people", "minors"):
        if name in about:
            found.append(Concern(key=f"fit.doubt_{name}", values={"evidence": about[name]}))
    return found + (_measured(dataset, fit) if fit else [])


def _measured(dataset: Dataset, fit: Fit) -> list[Concern]:
    found = []
    chance = 1 / len(dataset.classes)
    if (fit.probe.low if fit.probe.low is not None else fit.probe.value) <= chance:
        found.append(Concern(key="fit.doubt_chance"))
    strange = fit.strangeness
    if strange is not None and strange.value > STRANGE * strange.usual:
        words = listed(strange.examples[:NAMED])
        key = "fit.doubt_words" if words else "fit.doubt_far"
        times = tenths(strange.value / max(strange.usual, 1e-6))
        found.append(Concern(key=key, values={"share": round(100 * strange.value), "times": times, "words": words}))
    return found


def _foreign(dataset: Dataset, card: BackboneCard) -> dict[str, int]:
    """Languages of the samples that the model has not learned, the most frequent first; empty below ``FOREIGN``."""
    if not card.languages:
        return {}
    found = {code: n for code, n in dataset.languages.items() if code not in card.languages and code != "und"}
    return found if sum(found.values()) >= FOREIGN * len(dataset.samples) else {}


def _about(classes: list[str]) -> dict[str, str]:
    """Topic -> the class names that tell it."""
    found = {}
    for topic, words in ABOUT.items():
        known = set(words.split())
        told = [name for name in classes if known & set(re.findall(r"[a-z]+", name.lower()))]
        if told:
            found[topic] = listed(told[:NAMED])
    return found
