"""The card of a run's bundle, written anew in the language of whoever takes the bundle along."""

from __future__ import annotations

from tl_core.backbones import catalogue as backbones
from tl_core.bundle.assistant_card import assistant_card, writing_section
from tl_core.bundle.card import model_card
from tl_core.bundle.decision import read_decision
from tl_core.bundle.forecaster_card import forecaster_card
from tl_core.domain.answer import AssistantManifest
from tl_core.domain.bundle import BundleManifest
from tl_core.domain.fault import InputFault
from tl_core.domain.forecast import ForecasterManifest
from tl_core.domain.plan import PhrasePlan, TrainPlan
from tl_core.store.answers import read_report as read_answers
from tl_core.store.datasets import load_dataset
from tl_core.store.forecasts import read_report as read_forecast
from tl_core.store.phrases import read_phrased
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import results


def written_anew(folder: RunFolder, manifest: BundleManifest | ForecasterManifest | AssistantManifest) -> str | None:
    """None where something that it tells of is not there any more: the card stays what it is then."""
    try:
        if isinstance(manifest, BundleManifest):
            return _of_classes(folder, manifest)
        if isinstance(manifest, ForecasterManifest):
            report = read_forecast(folder, "validation")
            return forecaster_card(manifest, report) if report else None
        return _of_assistant(folder, manifest)
    except InputFault:
        return None


def _of_classes(folder: RunFolder, manifest: BundleManifest) -> str | None:
    plan, split = folder.plan(), folder.split()
    if not isinstance(plan, TrainPlan) or split is None:
        return None
    dataset = load_dataset(folder.home, plan.project, plan.dataset)
    reports = [results.report(folder.id, "validation"), results.report(folder.id, "test")]
    decision = read_decision(folder.bundle, manifest)
    return model_card(manifest, plan, dataset, split, [one for one in reports if one], decision)


def _of_assistant(folder: RunFolder, manifest: AssistantManifest) -> str | None:
    plan = folder.plan()
    judged = RunFolder.find(folder.home, plan.run) if isinstance(plan, PhrasePlan) else folder
    reports = [read_answers(judged, "validation"), read_answers(judged, "test")]
    if reports[0] is None:
        return None
    card = assistant_card(manifest, [one for one in reports if one])
    if not isinstance(plan, PhrasePlan):
        return card
    phrased = read_phrased(folder)
    return f"{card}\n{writing_section(backbones.card(folder.home, plan.generator), phrased)}" if phrased else None
