"""A job: teach a language model to write answers in the team's words. prepare -> train -> judge -> bundle.

What was learned is offered only where, on questions kept back, written answers hold as often as quoted ones.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import torch

from tl_core import modalities
from tl_core.answering.writer import Writer, save_adapter
from tl_core.backbones import four_bit
from tl_core.backbones.writing import LanguageModel, load_writer
from tl_core.bundle.assistant import LoadedAssistant, with_writer
from tl_core.bundle.assistant_folder import PASSAGES, is_assistant, read_passages
from tl_core.domain.answer import Phrased, PhraseSample, Question
from tl_core.domain.event import Epoch, Notice, Phase, Progress, Resumed
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.plan import PhrasePlan, Precision
from tl_core.domain.split import Subset
from tl_core.freezing.precision import computes, shortest
from tl_core.processes import give_back_memory
from tl_core.runs.environment import write_environment
from tl_core.runs.phrase_judging import judged, phrased_of
from tl_core.runs.phrase_pairs import Case, cases_of, pair_of
from tl_core.store.home import Home
from tl_core.store.phrases import write_phrased, write_samples
from tl_core.store.questions import read_questions
from tl_core.store.run_folder import RunFolder
from tl_core.training.causal import Judged, Pairs, Teacher, Teaching, perplexity, teach
from tl_core.training.checkpoints import Checkpoints
from tl_core.training.devices import choose_device, memory_used

LEAST, LEAST_HELD = 20, 4  # questions with an answer, and of them kept back
MOST_HELD = 40  # that are judged
SHOWN = 3  # held-out questions answered after every round
GENERAL = 40  # texts by which is seen what is forgotten
STRENGTHS = (1.0, 0.6, 0.3)


@dataclass(frozen=True)
class Job:
    """What is learned from and judged by."""

    folder: RunFolder
    plan: PhrasePlan
    home: Home
    source: RunFolder  # the assistant's training
    model: LanguageModel
    learn: list[Case]
    held: list[Case]


def run(folder: RunFolder, plan: PhrasePlan, home: Home) -> dict[str, object]:
    """Do what ``plan`` says, resuming whatever an earlier child left; returns what the status should add.

    Raises InputFault (no assistant, too few answers, the language model is not here), Stopped (nothing was learned).
    """
    job = prepare(folder, plan, home)
    teaching = _teaching(plan, job.model.device)
    frozen = _frozen(plan, job.model)
    learn, held = _pairs(job, frozen, teaching.precision)
    texts = general_texts()
    before = perplexity(job.model, texts)
    teacher = Teacher(job.model, frozen, teaching)
    folder.append(Phase(name="train"))
    telling, checkpoints = _Telling(job, teacher), Checkpoints(folder.checkpoints)
    if found := checkpoints.kept():
        folder.append(Resumed(epoch=len(found[0]["judged"]) - 1))
    looks = teach(teacher, learn, held, telling.epoch, folder.stop_requested, telling.step, checkpoints)
    stopped = folder.stop_requested()
    if stopped and len(looks) < 2:
        raise Stopped
    if looks[0].loss <= min(one.loss for one in looks):
        folder.append(Notice(key="phrase.finding.start_kept", well=True))
    strength = _strength(teacher, held)
    phrased = _judge(job, teacher, strength, {"before": before, "after": perplexity(job.model, texts)})
    save_adapter(folder.path / "adapter", teacher.adapters, job.model, frozen, teaching.rank)
    if phrased.offered:
        folder.append(Phase(name="bundle"))
        with_writer(job.source.bundle, folder.bundle, folder.path / "adapter", job.model.backbone.card, phrased)
    checkpoints.clear()
    return {"model": phrased.offered, "state": "stopped" if stopped else "done"}


def prepare(folder: RunFolder, plan: PhrasePlan, home: Home) -> Job:
    """The assistant, the team's answers and the language model. Raises InputFault."""
    folder.append(Phase(name="prepare"))
    source = RunFolder.find(home, plan.run)
    if not is_assistant(source.bundle):
        raise InputFault("phrase.no_assistant")
    questions, split = [one for one in read_questions(source.path) if one.answer.strip()], source.split()
    if len(questions) < LEAST or split is None:
        raise InputFault("phrase.too_few", known=len(questions), least=LEAST)
    device = choose_device(plan.device)
    model = _writer_on(device, plan, home)
    write_environment(folder, plan, device)
    assistant = LoadedAssistant(source.bundle, home)
    passages = {sample.id: sample for sample in read_passages(source.bundle / PASSAGES)}

    def part(subset: Subset, most: int | None = None) -> list[Question]:
        return [one for one in questions if split.subset.get(one.id, "train") == subset][:most]

    learn = cases_of(part("train"), assistant, passages, learn=True, stop=folder.stop_requested)
    held = cases_of(part("validation", MOST_HELD), assistant, passages, learn=False, stop=folder.stop_requested)
    if len(held) < LEAST_HELD or not learn:
        raise InputFault("phrase.too_few_held")
    return Job(folder, plan, home, source, model, learn, held)


def _writer_on(device: torch.device, plan: PhrasePlan, home: Home) -> LanguageModel:
    """With weights as short as the device computes with, or as asked. Raises InputFault."""
    if plan.four_bit:
        if not four_bit.possible(device):
            raise InputFault("phrase.no_four_bit")
        return load_writer(home, plan.generator, seed=plan.seed, four_bit=device)
    model = load_writer(home, plan.generator, seed=plan.seed)
    model.to(device, shortest(device))
    give_back_memory()
    return model


def general_texts() -> list[str]:
    """Evenly chosen from those by which every text model's forgetting is seen."""
    raws = [raw for raw in modalities.get("text").reference().raws if isinstance(raw, str)]
    passages = raws[len(raws) // 2 :]
    return passages[:: max(1, len(passages) // GENERAL)]


def _pairs(job: Job, frozen: int, precision: Precision) -> tuple[Pairs, Pairs]:
    """Of both parts, at the boundary."""
    total = len(job.learn) + len(job.held)
    job.folder.append(Phase(name="features", total=total))
    found, done = [], 0
    for name, cases in (("learn", job.learn), ("held", job.held)):
        pairs = [pair_of(job.model, one) for one in cases]
        at = done

        def tell(count: int, at: int = at) -> None:
            job.folder.append(Progress(done=at + count, total=total))

        kept = job.folder.checkpoints / f"pairs-{name}"
        found.append(Pairs(job.model, pairs, frozen, kept, precision, tell, job.folder.stop_requested))
        done += len(cases)
    return found[0], found[1]


def _judge(job: Job, teacher: Teacher, strength: float, forgotten: dict) -> Phrased:
    """Both ways on what was kept back; the figures go to the run's folder."""
    job.folder.append(Phase(name="judge", total=len(job.held)))
    teacher.adapters.strengthen(strength)
    samples: list[PhraseSample] = []
    for case in job.held:
        samples.append(judged(case, Writer(job.model)))
        job.folder.append(Progress(done=len(samples), total=len(job.held)))
    write_samples(job.folder, samples)
    found = phrased_of(job.held, samples, strength, forgotten)
    write_phrased(job.folder, found)
    counts = {
        name: round(metric.value * found.questions)
        for name, metric in (("quoted", found.quoted), ("written", found.written))
    }
    key = "phrase.finding.offered" if found.offered else "phrase.finding.not_offered"
    job.folder.append(Notice(key=key, values={"questions": found.questions, **counts}, well=True))
    return found


def _strength(teacher: Teacher, held: Pairs) -> float:
    """How much of what was learned makes the answers kept back likeliest; of equals the most."""
    losses = {}
    for strength in STRENGTHS:
        teacher.adapters.strengthen(strength)
        losses[strength] = teacher.mean_loss(held)
    return min(STRENGTHS, key=lambda one: losses[one])


def _teaching(plan: PhrasePlan, device: torch.device) -> Teaching:
    usual = Teaching()
    precision: Precision = "bf16" if computes(device, "bf16") else "f32"
    return Teaching(
        epochs=plan.epochs or usual.epochs, batch_size=plan.batch_size or usual.batch_size,
        learning_rate=plan.learning_rate or usual.learning_rate, rank=plan.lora_rank, seed=plan.seed,
        precision=precision,
    )  # fmt: skip


def _frozen(plan: PhrasePlan, model: LanguageModel) -> int:
    stages = len(model.backbone.stages)
    frozen = stages // 2 if plan.frozen_stages is None else plan.frozen_stages
    if frozen >= stages:
        raise InputFault("training.bad_frozen", asked=frozen, stages=stages)
    return frozen


class _Telling:
    """What a teaching tells: rounds as epochs, examples of what would be answered now."""

    def __init__(self, job: Job, teacher: Teacher) -> None:
        self._job, self._teacher = job, teacher
        self._began = time.monotonic()

    def step(self, done: int, total: int) -> None:
        self._job.folder.append(Progress(done=done, total=total, memory=memory_used(self._job.model.device)))

    def epoch(self, look: Judged, best: bool) -> None:
        """The start is no epoch; its examples are."""
        seconds, self._began = time.monotonic() - self._began, time.monotonic()
        if look.epoch:
            self._job.folder.append(
                Epoch(
                    number=look.epoch, of=self._teacher.teaching.epochs,
                    metrics={"train/loss": look.train, "validation/loss": look.loss}, best=best, seconds=seconds,
                    rate=len(self._job.learn) / max(seconds, 1e-6), memory=memory_used(self._job.model.device),
                )
            )  # fmt: skip
        shown = [judged(case, Writer(self._job.model), epoch=look.epoch) for case in self._job.held[:SHOWN]]
        write_samples(self._job.folder, shown)
        self._began = time.monotonic()
