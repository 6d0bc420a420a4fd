"""A support assistant as pages see it: its index, its trainings, its answers. Nothing here loads a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from tl_core import backbones
from tl_core.answering.passages import headed
from tl_core.bundle.assistant_folder import OWN, is_assistant, read_manifest, read_parity
from tl_core.domain.answer import AnswerParity, AnswerReport, AssistantManifest, Question, Reply
from tl_core.domain.base import Noun
from tl_core.domain.dataset import Dataset
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import AnswerPlan, IndexPlan
from tl_core.domain.report import Metric
from tl_core.domain.run import ENDED, State
from tl_core.serving import client, place
from tl_core.store.answers import Judged, read_report
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.nouns import remembered_part
from tl_core.store.projects import read_project
from tl_core.store.questions import read_questions
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import results
from tl_core.use_cases import runs as jobs
from tl_core.words import listed, say


class IndexState(Noun):
    """How far the documents in use can be asked."""

    passages: int  # that are found by their words
    ready: bool  # by what they mean, too
    job: str | None  # that reads them, at work now
    backbone: str  # the starting model that would read them
    fetched: bool  # whether that is here


class AssistantRun(Noun):
    """The training of an assistant in a list."""

    id: str
    plan: AnswerPlan
    title: str  # of its starting model
    state: State
    created: float
    started: float | None
    model: bool  # there is something to ask
    score: float | None = None  # share of questions with a right source among the first five, on validation
    words: float | None = None  # of finding by words alone, there
    reason: str | None  # one sentence, when it failed


def index_state(project_id: str) -> IndexState:
    """Of the documents in use. Raises InputFault: no such project."""
    home, project = Home.default(), read_project(Home.default(), project_id)
    backbone = backbones.at_hand(home, project.modality)
    told = manifest(project_id)
    return IndexState(
        passages=told.passages if told else 0,
        ready=told is not None and told.card is not None,
        job=_indexing(project_id, project.dataset),
        backbone=backbone,
        fetched=backbones.is_fetched(home, backbone),
    )


def ensure_index(project_id: str) -> str | None:
    """Have the documents in use read by the starting model; the job's id, also of one at work.

    None where they are read already, where there are none, and where the starting model is not here.
    """
    now = index_state(project_id)
    if now.job or now.ready or not now.fetched:
        return now.job
    plan = index_plan(project_id)
    return jobs.start(plan) if plan else None


def index_plan(project_id: str) -> IndexPlan | None:
    """What ``ensure_index`` would start; None: nothing is to be done, or can be."""
    home, project = Home.default(), read_project(Home.default(), project_id)
    backbone = backbones.at_hand(home, project.modality)
    told = manifest(project_id)
    if project.dataset is None or (told and told.card) or not backbones.is_fetched(home, backbone):
        return None
    return IndexPlan(project=project_id, dataset=project.dataset, backbone=backbone)


def manifest(project_id: str, run_id: str | None = None) -> AssistantManifest | None:
    """What is asked: a training's bundle, or (None) the index of the documents in use. None while there is none."""
    with suppress(InputFault):
        return read_manifest(_folder(project_id, run_id))
    return None


def languages(project_id: str, run_id: str | None = None) -> list[str]:
    """ISO 639-1 codes that the encoder in use has learned; empty for words alone, and where nobody knows."""
    told = manifest(project_id, run_id)
    return list(told.card.languages) if told and told.card else []


def ask(project_id: str, question: str, run_id: str | None = None) -> Reply:
    """The whole reply to one question. Raises InputFault: nothing asked, nothing to ask, nobody there to answer."""
    *_, last = ask_streaming(project_id, question, run_id)
    return last


def ask_streaming(project_id: str, question: str, run_id: str | None = None) -> Iterator[Reply]:
    """The reply as it grows, each longer than the one before; the last is ``done``. Raises InputFault as ``ask``."""
    if not question.strip():
        raise InputFault("answering.nothing_asked")
    folder, home = _folder(project_id, run_id), Home.default()
    if place.read(home) is None and not jobs.worker_alive():  # else it is on its way, up or back
        raise InputFault("predict.no_predictor")
    return client.answer(home, folder, question)


def warm(project_id: str, run_id: str | None = None) -> None:
    """Have it loaded before the first question, as the page opens. Quiet when nobody is there to do it."""
    with suppress(InputFault):
        client.warm(Home.default(), _folder(project_id, run_id))


def default_plan(project_id: str) -> AnswerPlan:
    """What is sound when nobody chose anything. Raises InputFault without documents."""
    project = read_project(Home.default(), project_id)
    if project.dataset is None:
        raise InputFault("plans.no_data")
    backbone = backbones.at_hand(Home.default(), project.modality)
    return AnswerPlan(project=project.id, dataset=project.dataset, backbone=backbone)


def start(plan: AnswerPlan) -> str:
    """Start the training of an assistant; returns the job's id. Raises InputFault."""
    return jobs.start(plan)


def runs(project_id: str) -> list[AssistantRun]:
    """A project's trainings of assistants, newest first."""
    home, found = Home.default(), []
    for job in jobs.runs_of(project_id, "answer"):
        if not isinstance(job.plan, AnswerPlan):
            continue
        told = read_report(RunFolder.find(home, job.id), "validation")
        same = job.model_dump(include={"id", "state", "created", "started", "model", "reason"})
        title = backbones.title(home, job.plan.backbone)
        found.append(AssistantRun(plan=job.plan, title=title, **same, **_scores(told)))
    return found


def report(run_id: str, subset: Judged) -> AnswerReport | None:
    """Every way to find judged on one part; None while it is not (the exam sealed, say). Raises InputFault."""
    return read_report(RunFolder.find(Home.default(), run_id), subset)


def found_of(run_id: str, subset: Judged) -> Metric | None:
    """Share of questions with a right source among the first five, by the way in use; None where nobody can say."""
    return remembered_part(f"{Home.default().path}/runs/{run_id}/evaluation/{subset}.json", _found)


def _found(report: dict) -> Metric | None:
    told = AnswerReport.model_validate(report)
    return next((one.metrics.get("recall@5") for one in told.finders if one.name == told.recommended), None)


def questions_of(run_id: str) -> list[Question]:
    """That a training learned from and was judged by. Raises InputFault: no such job."""
    return read_questions(RunFolder.find(Home.default(), run_id).path)


def data_of(run_id: str) -> Dataset:
    """The passages that a training chose among, which may not be those in use. Raises InputFault: no such job."""
    folder = RunFolder.find(Home.default(), run_id)
    plan = folder.plan()
    if not isinstance(plan, AnswerPlan):
        raise InputFault("results.not_a_training")
    return load_dataset(folder.home, plan.project, plan.dataset)


def open_exam(run_id: str) -> str:
    """Open the sealed exam for a training; returns the job's id. Raises InputFault."""
    return results.open_exam(run_id)


def parity(run_id: str) -> AnswerParity | None:
    """The certificate of what is taken along; None before there is one. Raises InputFault: no such job."""
    return read_parity(RunFolder.find(Home.default(), run_id).bundle)


def conversation_markdown(replies: Sequence[Reply]) -> bytes:
    """Questions and answers in their order, with sources, for people: Markdown in which nobody's words are marks."""
    lines = [f"# {say('answering.conversation')}", ""]
    for reply in replies:
        lines += [f"## {_plain(reply.question)}", "", *_said(reply), ""]
    return ("\n".join(lines).rstrip() + "\n").encode("utf-8")


def _said(reply: Reply) -> Iterator[str]:
    yield from _block(reply.answer if reply.answered else say("answering.unknown"))
    if reply.sources:
        yield ""
        yield say("answering.sources" if reply.answered else "answering.nearest")
        yield ""
    for source in reply.sources:
        at = [source.document, headed(source.heading), say("answering.page", page=source.page) if source.page else ""]
        yield f"- {_plain(listed(filter(None, at)))}"


def _block(text: str) -> list[str]:
    return [f"    {line}" for line in text.splitlines()] or [""]


def _plain(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>|#" else sign for sign in " ".join(text.split()))


def _folder(project_id: str, run_id: str | None) -> Path:
    """What is asked. Raises InputFault where there is nothing to ask yet."""
    home, project = Home.default(), read_project(Home.default(), project_id)
    if run_id is not None:
        folder = RunFolder.find(home, run_id).bundle
    elif project.dataset is not None:
        folder = home.dataset(project_id, project.dataset) / OWN
    else:
        raise InputFault("answering.no_documents")
    if not is_assistant(folder):
        raise InputFault("answering.no_index")
    return folder


def _indexing(project_id: str, dataset: str | None) -> str | None:
    for job in jobs.runs_of(project_id, "index"):
        if isinstance(job.plan, IndexPlan) and job.plan.dataset == dataset and job.state not in ENDED:
            return job.id
    return None


def _scores(told: AnswerReport | None) -> dict[str, float]:
    if told is None:
        return {}
    by_name = {finder.name: finder.metrics["recall@5"].value for finder in told.finders if "recall@5" in finder.metrics}
    found = {"score": by_name.get(told.recommended), "words": by_name.get("words")}
    return {name: value for name, value in found.items() if value is not None}
