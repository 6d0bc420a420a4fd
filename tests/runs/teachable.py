"""An assistant that finds by words, with questions that a small random language model can be taught to answer."""

from __future__ import annotations

from pathlib import Path

from tests.answering.manual import passage, project
from tests.backbones import folders
from tl_core.backbones.fetch import fetch
from tl_core.bundle.assistant import words_of, write_assistant
from tl_core.domain.answer import Question
from tl_core.domain.plan import AnswerPlan, PhrasePlan
from tl_core.domain.split import SplitRule
from tl_core.runs.answer_material import question_split
from tl_core.store import runs
from tl_core.store.home import Home
from tl_core.store.questions import question_id, write_questions
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import phrasing

TEMPLATE = "{% for m in messages %}w5 {{ m['content'] }} w6 {% endfor %}{% if add_generation_prompt %}w7{% endif %}"
COUNT = 24


def assistant(home: Home) -> RunFolder:
    """A finished training that finds by words."""
    texts = [f"Part E{k} breaks when the drum turns. Order number {k + 100} of the spare list." for k in range(COUNT)]
    samples = [passage(f"doc{k}.md", f"Part E{k}", text, 0) for k, text in enumerate(texts)]
    project_id, dataset = project(home, samples)
    folder = runs.create_run(home, AnswerPlan(project=project_id, dataset=dataset.id, backbone="packaged:none"))
    questions = [
        Question(
            id=question_id(f"When does E{k} break?"), text=f"When does E{k} break?",
            answer=f"E{k} breaks when the drum turns.", passages=[samples[k].id],
        )
        for k in range(COUNT)
    ]  # fmt: skip
    write_questions(folder.path, questions)
    folder.write_split(question_split(questions, SplitRule()))
    write_assistant(folder.bundle, dataset.samples, words_of(dataset), finder="words", run=folder.id)
    return folder


def generator(home: Home, folder: Path) -> str:
    """Name of a language model that is written to ``folder`` and fetched from there."""
    folders.write_writer(folder, TEMPLATE)
    return fetch(home, f"folder:{folder}").name


def plan(assistant: RunFolder, generator: str, **known: object) -> PhrasePlan:
    """What is usual, but for a small model; and what is ``known``."""
    asked = {"generator": generator, "epochs": 1, "frozen_stages": 3, "lora_rank": 2, **known}
    return phrasing.phrase_default(assistant.plan().project, assistant.id).model_copy(update=asked)
