"""Two runs on what both were judged on: a sentence, a dot with its whisker, and the counts behind it."""

from __future__ import annotations

from typing import NamedTuple

from pages._ui import decision_sentences, dotted, shell, tabled
from pages._ui.words import joined, t
from tl_core.domain.comparison import Comparison
from tl_core.domain.report import Metric
from tl_core.use_cases.tables import Row


class Shown(NamedTuple):
    gain: Metric
    label: str  # of the gain
    said: str  # what it means
    shared: str  # on what both were judged, and what was left out
    heading: tuple[str, str]  # of the counts: what, and how many
    counts: dict[str, int]


def of_answers(found: Comparison) -> Shown:
    """Of answers to the same samples."""
    return _counted(found, "runs_page.shared", "runs_page.apart", t("compare.column_samples"))


def of_questions(found: Comparison) -> Shown:
    """Of passages found for the same questions."""
    return _counted(found, "runs_page.shared_questions", "runs_page.apart_questions", t("compare.column_questions"))


def _counted(found: Comparison, both: str, one: str, column: str) -> Shown:
    """``both``, ``one``: what says on how many both or only one were judged; ``column``: what is counted."""
    counts = {"both": found.both, "ours": found.only_first, "theirs": found.only_second, "neither": found.neither}
    shared = [t(both, count=sum(counts.values()))]
    if found.apart:
        shared.append(t(one, count=found.apart))
    if found.relabelled:
        shared.append(t("runs_page.relabelled_out", count=found.relabelled))
    return Shown(
        gain=found.gain,
        label=t("compare.gain"),
        said=decision_sentences.compared(found),
        shared=joined(shared),
        heading=(t("compare.column_right"), column),
        counts={t(f"compare.right_{name}"): number for name, number in counts.items()},
    )


def show(found: Shown, under: str, title: str, key: str) -> None:
    """All but the sentence. ``under``: said below the chart; ``title``: of the table."""
    alt = t("compare.alt", said=found.said)
    dotted.difference(found.label, found.gain, key=f"{key}-gain", alt=alt)
    shell.quiet(under)
    what, how_many = found.heading
    sure = found.gain.low is not None  # if not, the sentence says why
    gain = tabled.change(found.gain) if sure else tabled.rounded(found.gain.value)
    rows: list[Row] = [{what: found.label, how_many: gain}]
    rows += [{what: name, how_many: number} for name, number in found.counts.items()]
    tabled.on_demand(rows, title=title, key=key)
