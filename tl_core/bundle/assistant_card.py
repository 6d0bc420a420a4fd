"""The card inside an assistant's folder: what it is for, what it holds, how well it finds and refuses, where it ends.

Markdown from the translation table. It names counts and figures, never a passage, a question or a document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tl_core.bundle.card import interval_text, plain, sections_text, starting_model, table_lines
from tl_core.domain.answer import AnswerReport, AssistantManifest, Phrased, RetrievalMetric
from tl_core.domain.card import BackboneCard
from tl_core.words import listed, number, say

COLUMNS: tuple[RetrievalMetric, ...] = ("recall@1", "recall@5", "mrr", "ndcg@10")


def assistant_card(manifest: AssistantManifest, reports: Sequence[AnswerReport] = ()) -> str:
    """The card's text. ``reports``: those of the parts judged so far, validation first."""
    known = [report for report in reports if not report.few_questions]
    sections = [
        (None, _head(manifest)),
        ("card_use", _use()),
        ("assistant_holds", _holds(manifest)),
        *([("card_model", starting_model(manifest.card, manifest.architecture))] if manifest.card else []),
        ("assistant_finding", _finding(manifest, reports)),
        ("card_figures", _figures(known)),
        ("assistant_refusing", _refusing(manifest, known)),
        ("card_limits", _limits(manifest)),
        ("card_again", _again()),
    ]
    return sections_text(sections)


def writing_section(model: BackboneCard, phrased: Phrased) -> str:
    """What is said more of an assistant that writes its answers: by which model, and how far that was examined."""
    figures = {
        name: interval_text(metric) for name, metric in (("quoted", phrased.quoted), ("written", phrased.written))
    }
    told = [
        say("phrase.card_model", title=plain(model.title), licence=plain(model.licence)),
        say("phrase.card_bias", text=plain(model.known_bias)),
        say("phrase.card_figures", count=phrased.questions, **figures),
        say("phrase.card_checked"),
    ]
    return f"## {say('phrase.card_title')}\n\n" + "".join(f"- {line}\n" for line in told)


def _head(manifest: AssistantManifest) -> Iterator[str]:
    yield "# " + say("bundle.assistant_title", passages=manifest.passages, documents=manifest.documents)
    yield ""
    yield say("bundle.assistant_note", version=manifest.thaw)


def _use() -> Iterator[str]:
    for name in ("use_documents", "use_quotes", "use_person"):
        yield "- " + say(f"bundle.assistant_{name}")


def _holds(manifest: AssistantManifest) -> Iterator[str]:
    yield say("bundle.assistant_holds_line", passages=manifest.passages, documents=manifest.documents)
    if manifest.licence:
        yield ""
        yield "- " + say("bundle.card_data_licence", licence=plain(manifest.licence))


def _finding(manifest: AssistantManifest, reports: Sequence[AnswerReport]) -> Iterator[str]:
    yield "- " + say("bundle.assistant_finder", name=say(f"answer_page.finder_{manifest.finder}"))
    if manifest.fusion and manifest.card:
        shares = {name: number(100 * getattr(manifest.fusion, name), ".0f") for name in ("words", "meaning")}
        yield "- " + say("bundle.assistant_fusion", **shares)
    tuned = next((report for report in reports if report.tuned_epochs), None)
    if tuned:
        yield "- " + say("bundle.card_epochs", count=tuned.tuned_epochs)
    if tuned and tuned.kept and tuned.original:
        before, after = interval_text(tuned.original), interval_text(tuned.kept)
        yield "- " + say("bundle.assistant_kept", before=before, after=after)


def _figures(reports: Sequence[AnswerReport]) -> Iterator[str]:
    if not reports:
        yield say("bundle.assistant_no_figures")
        return
    for report in reports:
        yield say(f"bundle.assistant_figures_{report.subset}", count=report.questions)
        yield ""
        rows = [
            [say(f"answer_page.finder_{one.name}"), *(interval_text(one.metrics.get(name)) for name in COLUMNS)]
            for one in report.finders
        ]
        yield from table_lines("bundle.assistant_figures_head", rows)
        yield ""
    yield say("bundle.card_figures_intervals")
    if not any(report.subset == "test" for report in reports):
        yield ""
        yield say("bundle.assistant_no_exam")


def _refusing(manifest: AssistantManifest, reports: Sequence[AnswerReport]) -> Iterator[str]:
    if manifest.chances is None:
        yield "- " + say("bundle.assistant_never_refuses")
        return
    yield "- " + say("bundle.assistant_refuses", threshold=number(manifest.chances.threshold, ".2f"))
    for report in reports:
        if report.answered and report.wrong:
            answered, wrong = interval_text(report.answered), interval_text(report.wrong)
            yield "- " + say(f"bundle.assistant_refused_{report.subset}", answered=answered, wrong=wrong)


def _limits(manifest: AssistantManifest) -> Iterator[str]:
    names = ["limit_documents", "limit_quote", "limit_wrong"]
    if manifest.card and manifest.card.languages:
        yield "- " + say("bundle.assistant_languages", languages=listed(map(plain, manifest.card.languages)))
    for name in names:
        yield "- " + say(f"bundle.assistant_{name}")


def _again() -> Iterator[str]:
    yield say("bundle.card_again_line")
    yield ""
    yield '    python -m tl_core ask --bundle FOLDER "QUESTION"'
