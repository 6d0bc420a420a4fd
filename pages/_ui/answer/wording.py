"""Places, ways to find and counts of an assistant, in words."""

from __future__ import annotations

from pathlib import PurePosixPath

from pages._ui.words import count, listed, t
from tl_core.domain.answer import FinderName, Place, Question, Source
from tl_core.domain.dataset import Sample


def heading(document: str, titles: list[str], page: int | None, asked: str | None = None) -> str:
    """ "Backups › Retention, page 12": where in its document, or the question it answers there; else the document."""
    said = " › ".join(title for title in titles if title)
    if not said and asked:
        said = t("answer_page.asked", question=asked)
    if page is not None:
        numbered = t("answer_page.page", page=page)
        said = listed(filter(None, (said, numbered)))
    return said or PurePosixPath(document).name


def of_source(source: Source, asked: str | None = None) -> str:
    """Document and place: "manual.pdf › Backups › Retention, page 12"."""
    return place(source.document, source.heading, source.page, asked)


def of_sample(sample: Sample) -> str:
    at = sample.place or Place()
    return place(sample.source, at.heading, at.page, at.asked)


def place(document: str, titles: list[str], page: int | None, asked: str | None = None) -> str:
    known = titles or page is not None or asked
    return f"{document} › {heading(document, titles, page, asked)}" if known else document


def finder(name: FinderName) -> str:
    return t(f"answer_page.finder_{name}")


def answered_by(question: Question, by_id: dict[str, Sample]) -> str:
    """What answers it, as far as anybody said."""
    if question.unanswerable:
        return t("answer_page.answered_nothing")
    named = [_beside(by_id[one], question) for one in question.passages if one in by_id] or question.documents
    if not named:
        return t("answer_page.answered_gone" if question.passages else "answer_page.answered_open")
    more = len(named) - 1
    return t("answer_page.answered_more", name=named[0], count=more) if more else named[0]


def _beside(sample: Sample, question: Question) -> str:
    """Its place; of what was written to answer this very question the document alone."""
    return sample.source if sample.place and sample.place.asked == question.text else of_sample(sample)


def passages(number: int) -> str:
    return t("answer_page.passages", count=number, number=count(number))


def documents(number: int) -> str:
    return t("answer_page.documents", count=number, number=count(number))
