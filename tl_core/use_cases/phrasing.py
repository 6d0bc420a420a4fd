"""Answers written by a language model, as pages see it: which model, how it learns, whether it is good enough."""

from __future__ import annotations

from importlib.util import find_spec
from shutil import which

from tl_core import backbones
from tl_core.backbones import catalogue
from tl_core.bundle.assistant_folder import MANIFEST, is_assistant, read_manifest
from tl_core.domain.answer import Phrased, PhraseSample
from tl_core.domain.card import BackboneCard
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import AnswerPlan, PhrasePlan
from tl_core.store.atomic import write_json
from tl_core.store.home import Home
from tl_core.store.phrases import read_phrased, read_samples
from tl_core.store.questions import read_questions
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import runs as jobs
from tl_core.use_cases.runs import RunSummary

LEAST = 20  # questions with an answer in the team's words, to learn from and to judge by
FROZEN = 3  # layer groups without adapters, of the usual seven: the first ones tell how words are written


def generators() -> list[BackboneCard]:
    """Language models to choose from, the usual one first. Those not fetched yet have no ``sha256``."""
    return backbones.cards("text", Home.default(), writes=True)


def answered(run_id: str) -> int:
    """How many of an assistant's questions have an answer in the team's words; ``LEAST`` are needed."""
    return sum(bool(one.answer.strip()) for one in read_questions(_assistant(run_id)[0].path))


def phrase_default(project_id: str, run_id: str) -> PhrasePlan:
    """What is sound when nobody chose anything. Raises InputFault: no finished assistant, too few answers."""
    folder, _ = _assistant(run_id)
    if not is_assistant(folder.bundle):
        raise InputFault("phrase.no_assistant")
    found = answered(run_id)
    if found < LEAST:
        raise InputFault("phrase.too_few", known=found, least=LEAST)
    return PhrasePlan(project=project_id, run=run_id, generator=catalogue.WRITER, frozen_stages=FROZEN)


def four_bit() -> bool:
    """Whether a language model can learn with weights of four bits here: the library is there, and an NVIDIA driver."""
    return find_spec("bitsandbytes") is not None and which("nvidia-smi") is not None


def runs(project_id: str, run_id: str) -> list[RunSummary]:
    """Teachings of one assistant, newest first."""
    found = jobs.runs_of(project_id, "phrase")
    return [one for one in found if isinstance(one.plan, PhrasePlan) and one.plan.run == run_id]


def phrased(job_id: str) -> Phrased | None:
    """How its written answers compare with quoted ones; None before. Raises InputFault: no such job."""
    return read_phrased(_taught(job_id))


def samples(job_id: str) -> list[PhraseSample]:
    """Held-out questions answered both ways; a few while it learns, all once judged. Raises InputFault: no such job."""
    return read_samples(_taught(job_id))


def set_strength(job_id: str, strength: float) -> None:
    """How much of what was learned is used from now on, 0 to 1. Raises InputFault: no such job, nothing is offered."""
    folder = _taught(job_id)
    if not is_assistant(folder.bundle):
        raise InputFault("phrase.not_offered")
    if not 0 <= strength <= 1:
        raise InputFault("phrase.bad_strength")
    manifest = read_manifest(folder.bundle)
    write_json(folder.bundle / MANIFEST, manifest.model_copy(update={"strength": float(strength)}))


def _assistant(run_id: str) -> tuple[RunFolder, AnswerPlan]:
    folder = RunFolder.find(Home.default(), run_id)
    plan = folder.plan()
    if not isinstance(plan, AnswerPlan):
        raise InputFault("phrase.no_assistant")
    return folder, plan


def _taught(job_id: str) -> RunFolder:
    folder = RunFolder.find(Home.default(), job_id)
    if not isinstance(folder.plan(), PhrasePlan):
        raise InputFault("results.not_a_training")
    return folder
