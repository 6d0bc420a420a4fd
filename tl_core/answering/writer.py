"""Answers that a language model writes from the passages found, and what becomes of those that cannot be trusted.

Whatever a document tells the model to do, no sentence reaches a person unless the passages, without such orders, speak
of the same: one that does not ends the writing, and the passages are quoted instead.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from tl_core.answering.generate import generate
from tl_core.answering.instructions import plain_headings, without_instructions
from tl_core.answering.passages import headed
from tl_core.answering.prompt import ASKED, CLOSE, OPEN, prompt
from tl_core.answering.support import Evidence
from tl_core.answering.wording import content
from tl_core.backbones.writing import LanguageModel
from tl_core.data.sentences import sentences
from tl_core.domain.answer import Doubt, Reply, Source
from tl_core.domain.fault import InputFault
from tl_core.freezing.adapters import Adapters
from tl_core.store.atomic import room_expected, write_json

WEIGHTS, ABOUT = "adapter.safetensors", "adapter.json"
AT_HAND = 0.25  # of a written answer's content words that must come from the question or what is quoted


class Writes(Protocol):
    def write(self, question: str, sources: Sequence[Source]) -> Iterator[str]:
        """The answer so far, each longer than the one before."""


class Writer:
    """A language model, with the adapters of a folder that ``save_adapter`` wrote, at a strength of 0 to 1.

    Raises ``InputFault`` for adapters that are damaged or another model's.
    """

    def __init__(self, model: LanguageModel, adapter: Path | None = None, strength: float = 1.0) -> None:
        self.model = model
        if adapter is not None:
            load_adapter(model, adapter).strengthen(strength)

    def write(self, question: str, sources: Sequence[Source]) -> Iterator[str]:
        for text in generate(self.model, prompt(self.model, question, sources)):
            answer, again, _ = text.partition(f"\n{ASKED}")  # small models repeat the marks, and ask themselves
            yield answer.replace(OPEN, "").replace(CLOSE, "").strip()
            if again:
                return


def evidence(sources: Sequence[Source]) -> Evidence:
    """What may support an answer: headings and texts, without orders to an assistant."""
    return Evidence(
        [f"{headed(plain_headings(one.heading))}\n{without_instructions(one.text)}".strip() for one in sources]
    )


def written(reply: Reply, writer: Writes) -> Iterator[Reply]:
    """A quoted ``reply`` in a language model's words: sentence by sentence as they are written and checked.

    The last is ``done``: with its doubts marked, or the quoted reply itself where the model said what nothing supports.
    One that does not know stays as it is.
    """
    if not reply.answered:
        yield reply
        return
    began = time.perf_counter()
    support, shown, text = evidence(reply.sources), 0, ""
    for text in writer.write(reply.question, reply.sources):
        whole = _whole(text)
        if len(whole) <= shown:
            continue
        if not trusted(reply, whole, support.doubts(whole)):
            break
        shown = len(whole)
        spent = reply.seconds + time.perf_counter() - began
        yield reply.model_copy(update={"answer": whole, "way": "written", "done": False, "seconds": spent})
    doubts = support.doubts(text)
    seconds = reply.seconds + time.perf_counter() - began
    if not trusted(reply, text, doubts):
        yield reply.model_copy(update={"seconds": seconds})
        return
    yield reply.model_copy(update={"answer": text, "way": "written", "doubts": doubts, "seconds": seconds})


def trusted(reply: Reply, text: str, doubts: Sequence[Doubt]) -> bool:
    """Whether a written answer may be shown, if with marks: no sentence of it comes from nowhere or leads elsewhere."""
    own = content(text)
    asked = content(reply.question)
    for one in reply.sources:
        asked |= content(" ".join(one.text[span.start : span.end] for span in one.quote))
    return bool(own) and not any(one.kind == "sentence" for one in doubts) and len(own & asked) >= AT_HAND * len(own)


def save_adapter(folder: Path, adapters: Adapters, model: LanguageModel, frozen: int, rank: int) -> None:
    """Weights and what they belong to. Raises ``InputFault`` ``store.disk_full``."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    with room_expected():
        save_file(adapters.tensors(), folder / WEIGHTS)
    card = model.backbone.card
    write_json(folder / ABOUT, {"generator": card.name, "sha256": card.sha256, "frozen": frozen, "rank": rank})


def load_adapter(model: LanguageModel, folder: Path) -> Adapters:
    """Put the adapters of ``folder`` on ``model``. Raises ``InputFault`` for damaged ones and for another model's."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        told = json.loads((folder / ABOUT).read_text("utf-8"))
        frozen, rank, sha256 = int(told["frozen"]), int(told["rank"]), str(told["sha256"])
        if not 0 <= frozen < len(model.backbone.stages) or not 1 <= rank <= 256:
            raise ValueError("no such adapters")
        tensors = load_file(folder / WEIGHTS)
        if sha256 != model.backbone.card.sha256:
            raise InputFault("phrase.another_model", name=model.backbone.card.name)
        adapters = Adapters(model.backbone, frozen, rank, seed=0)
        adapters.put(tensors)
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise InputFault("bundle.damaged", name=WEIGHTS) from error
    return adapters


def _whole(text: str) -> str:
    """``text`` up to the end of its last finished sentence."""
    spans = sentences(text)
    ended = text[: spans[-1].end].endswith((".", "!", "?", "。")) and len(spans[-1:]) == 1 if spans else False
    last = spans[-1].end if ended else spans[-2].end if len(spans) > 1 else 0
    return text[:last]
