"""A small manual as a project's documents, in the words that the tiny starting model knows and in others."""

from __future__ import annotations

import hashlib

import numpy as np

from tl_core.domain.answer import Place, Question
from tl_core.domain.dataset import Dataset, Sample
from tl_core.store.datasets import save_dataset
from tl_core.store.home import Home
from tl_core.store.projects import create_project, set_dataset
from tl_core.store.questions import question_id

KNOWN = ["good", "bad", "camera", "battery", "broke", "works"]
PUMP = {
    "Start": "Press the green button for three seconds. The pump starts when the light turns blue.",
    "Cleaning": "Unplug the pump before cleaning. Rinse the filter with cold water once a week. Keep it dry.",
    "Errors": "E7 means that the filter is clogged. E9 means that the water is colder than 4 degrees.",
    "Camera": "The camera was not good. The battery works very bad.",
}
GUIDE = {
    "Winter": "Drain all water before the first frost. Store the pump in a dry place above 5 degrees.",
    "Battery": "The battery broke. The camera works.",
}


def passage(document: str, heading: str, text: str, number: int = 0, page: int | None = None) -> Sample:
    name = hashlib.sha256(f"{document} {heading} {text}".encode()).hexdigest()[:16]
    place = Place(heading=[document.partition(".")[0], heading], number=number, page=page)
    return Sample(id=name, source=document, text=text, place=place)


def passages() -> list[Sample]:
    pump = [passage("Pump.pdf", head, text, k, page=k + 1) for k, (head, text) in enumerate(PUMP.items())]
    return pump + [passage("guide.md", head, text, k) for k, (head, text) in enumerate(GUIDE.items())]


def dataset(samples: list[Sample] | None = None) -> Dataset:
    found = passages() if samples is None else samples
    return Dataset(
        id="", modality="text", task="answer", classes=[], samples=found, received=2, languages={"en": len(found)}
    )


def project(home: Home, samples: list[Sample] | None = None) -> tuple[str, Dataset]:
    """A project of its own, with these as the documents in use."""
    made = create_project(home, "Pump", "support")
    kept = save_dataset(home, made.id, dataset(samples))
    set_dataset(home, made.id, kept.id)
    return made.id, kept


def manual(count: int) -> list[Sample]:
    """``count`` passages with a code each, in words that the tiny encoder knows."""
    rng = np.random.default_rng(0)
    texts = [
        f"The {' '.join(rng.choice(KNOWN, 8))}. Code E{k} means part {k} broke and was not good." for k in range(count)
    ]
    return [passage(f"doc{k // 4}.md", f"The part {k}", text, k % 4) for k, text in enumerate(texts)]


def asked(samples: list[Sample], count: int) -> list[Question]:
    """A question about each of the first ``count``, and one that nothing answers."""
    texts = [f"What was broken when E{k} was there?" for k in range(count)]
    made = [
        Question(id=question_id(text), text=text, answer=f"part {k}", passages=[samples[k].id])
        for k, text in enumerate(texts)
    ]
    return [*made, Question(id=question_id("Who?"), text="Who paints the moon?", unanswerable=True)]
