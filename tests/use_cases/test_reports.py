"""The report about a run, for every task: what it says, in HTML and in PDF, and what it never says."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser

import pytest
from pypdf import PdfReader

from tests.app import made, made_answer, made_forecast
from tl_core.domain.dataset import Refusal
from tl_core.domain.decision import Far
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import LearningCurvePlan
from tl_core.domain.reporting import RunReport
from tl_core.domain.run import Status
from tl_core.reporting.html import write_html
from tl_core.reporting.pdf import write_pdf
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import about
from tl_core.use_cases.reports import crosswalk, make
from tl_core.words import say

HOSTILE = ("<script>alert(1)</script>", "x" * 80, "مرحبا", "cats 🐈 \u202egnp")
ADDRESS = "http://127.0.0.1:8501"


def classified(home: Home) -> RunFolder:
    project = made.project(home)
    folder = made.done(home, project)
    made.decided(folder, project)
    made.kept(folder)
    made.examined(home, project, folder)
    return folder


def forecast(home: Home) -> RunFolder:
    project = made_forecast.project(home, known=6)
    folder = made_forecast.done(home, project)
    made_forecast.examined(home, project, folder)
    return folder


def answered(home: Home) -> RunFolder:
    project = made_answer.project(home)
    made_answer.questions(home, project)
    return made_answer.done(home, project)


TASKS = {"classify": classified, "forecast": forecast, "answer": answered}


@pytest.fixture(autouse=True)
def fetched(home: Home) -> None:
    made.fetched(home, *made.BACKBONES.values(), "packaged:fracast-0")


class Outline(HTMLParser):
    """Tags with their attributes in order, texts, and the levels of headings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def levels(self) -> list[int]:
        return [int(tag[1]) for tag, _ in self.tags if re.fullmatch(r"h[1-6]", tag)]


def pages(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.parametrize("task", TASKS)
def test_a_report_of_every_task(home: Home, task: str) -> None:
    run = TASKS[task](home).id
    report = make.content(run, made=0)
    page = write_html(report, ADDRESS).decode()
    outline = Outline(page)
    assert outline.levels == [1] + [2] * len(report.sections)
    assert ("html", {"lang": "en"}) in outline.tags
    names = {tag for tag, _ in outline.tags}
    assert not names & {"script", "link", "iframe", "object", "form"}
    kept = [value for _, given in outline.tags for name, value in given.items() if name in ("src", "href", "srcset")]
    assert kept
    assert all(str(value).startswith(("#", f"{ADDRESS}/", "data:image/png")) for value in kept)
    assert "url(" not in page
    assert "@import" not in page
    assert not re.search(r"\son\w+=", page)
    charts = [given for tag, given in outline.tags if tag == "svg"]
    assert charts
    assert all(given["role"] == "img" and given["aria-labelledby"] for given in charts)
    assert [tag for tag, _ in outline.tags].count("table") >= len(charts)
    assert write_html(make.content(run, made=0), ADDRESS).decode() == page, "the same run is the same file"
    text = pages(pdf := write_pdf(report))
    assert write_pdf(report) == pdf
    for number, section in enumerate(report.sections, 1):
        assert f"{number}. {section.title}" in text
        assert section.title in page.replace("&#39;", "'")
    assert not re.search(r"\{\w+\}", text + texts(report)), "a place that nobody filled"


def texts(report: RunReport) -> str:
    return report.model_dump_json()


def test_what_was_measured_stands_in_it(home: Home) -> None:
    folder = classified(home)
    said = texts(make.content(folder.id))
    for line in (
        "on 60 samples of the sealed exam",
        "It was opened once in this project.",
        "External test: none.",
        "Difference to the classic method",
        "The data were not checked",
        "Apache-2.0",
        "Always the commonest class",
        "the tuned model gives the starting model's answer 83 of 100 times",
        "A fresh program loaded the bundle and gave the same for 40 samples.",
        folder.id,
    ):
        assert line in said, line


def test_before_and_after_correction_stand_beside_each_other(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = classified(home)
    decided = make.classify.deciding.decisions.decision(folder.id)
    assert decided is not None
    warm = decided.recalibration.model_copy(update={"kind": "temperature", "temperature": 1.4})
    changed = decided.model_copy(update={"recalibration": warm})
    monkeypatch.setattr(make.classify.deciding.decisions, "decision", lambda run: changed)
    said = texts(make.content(folder.id))
    assert "Percentages corrected by a temperature" in said
    assert "as it is told to you" in said
    assert "before correction" in said


def test_a_limit_that_promises_nothing_is_said_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = classified(home)
    decided = make.classify.deciding.decisions.decision(folder.id)
    assert decided is not None
    changed = decided.model_copy(update={"far": Far(rate=0.02, limit=1.0, proven=False)})
    monkeypatch.setattr(make.classify.deciding.decisions, "decision", lambda run: changed)
    said = texts(make.content(folder.id))
    assert json.dumps(say("bundle.card_far_unproven"))[1:-1] in said
    assert say("bundle.card_far", rate="2") not in said


def test_a_learning_curve_is_drawn_where_there_is_one(home: Home) -> None:
    folder = classified(home)
    assert "No learning curve was measured" in texts(make.content(folder.id))
    made.curve(made.run(home, LearningCurvePlan(base=folder.plan())))  # type: ignore[arg-type]
    said = texts(make.content(folder.id))
    assert "How many labels are enough" in said
    assert "No learning curve" not in said


def test_what_nobody_stated_is_said_and_leads_to_where_it_is_asked(home: Home) -> None:
    folder = classified(home)
    project = folder.plan().project
    page = make.write(folder.id, "html", address=ADDRESS).decode()
    assert f"{ADDRESS}/use?project={project}&amp;way=along" in page
    assert f"{ADDRESS}/data?project={project}" in page
    assert "127.0.0.1" not in make.write(folder.id, "html").decode()
    rows = {row[0]: row[-1] for row in crosswalk.table(about.about(str(project)), {"use": 2})[1].rows}  # type: ignore[union-attr]
    assert rows["Intended use"] == "not stated"
    about.state(str(project), "purpose", "Sort <b>mail</b>")
    rows = {row[0]: row[-1] for row in crosswalk.table(about.about(str(project)), {"use": 2})[1].rows}  # type: ignore[union-attr]
    assert rows["Intended use"] == "Section 2"
    page = make.write(folder.id, "html", address=ADDRESS).decode()
    assert "Sort &lt;b&gt;mail&lt;/b&gt;" in page
    assert "Sort <b>mail</b>" in pages(make.write(folder.id, "pdf"))


def test_every_item_of_the_guidelines_leads_to_a_section_that_exists(home: Home) -> None:
    known = {section.name for section in make.content(classified(home).id).sections}
    assert {item.section for item in crosswalk.ITEMS if item.section} - {"raters", "identifiers"} <= known


def test_only_items_that_the_guidelines_have_are_named() -> None:
    parts = {3: 3, 5: 2, 6: 3, 8: 3, 9: 3, 12: 7, 18: 6, 20: 3, 23: 2, 27: 3}
    tripod = {f"{number}{part}" for number in range(1, 28) for part in "abcdefg"[: parts.get(number, 0)] or ("",)}
    assert len(tripod) == 52
    named = [name for item in crosswalk.ITEMS for name in item.tripod.split(", ") if name]
    assert set(named) <= tripod
    assert {int(name) for item in crosswalk.ITEMS for name in item.claim.split(", ") if name} <= set(range(1, 45))


@pytest.mark.parametrize("kind", ["html", "pdf"])
def test_hostile_names_stay_names(home: Home, kind: make.Format) -> None:
    project = made.project(home, classes=HOSTILE)
    folder = made.done(home, project)
    made.decided(folder, project)
    written = make.write(folder.id, kind, samples=True)
    if kind == "html":
        outline = Outline(written.decode())
        assert "script" not in {tag for tag, _ in outline.tags}
        assert all(any(name in word for word in outline.words) for name in HOSTILE)
        return
    text = pages(written)
    assert "<script>alert(1)</script>" in text
    assert "x" * 20 in text
    assert "[U+0645 U+0631 U+062D U+0628 U+0627]" in text
    assert "Their codes stand in square brackets" in text or "Its code stands in square brackets" in text


def test_samples_only_where_a_person_wants_them_and_never_of_scans(home: Home) -> None:
    folder = classified(home)
    plain, asked = (texts(make.content(folder.id, samples=wish)) for wish in (False, True))
    wrong = make.classify.results.answers(folder.id, "test", right=False)[0].sample
    assert str(wrong.text) in asked
    assert str(wrong.text) not in plain
    assert wrong.source not in asked
    scans = made.project(home, "scans", classes=("healthy", "ill"))
    private = made.done(home, scans)
    said = make.content(private.id, samples=True)
    assert not any(block.kind == "samples" for section in said.sections for block in section.blocks)
    assert "not a medical device" in texts(said)
    rows = {row[0]: row[-1] for row in said.sections[-1].blocks[1].rows}  # type: ignore[union-attr]
    assert rows["How identifiers were removed"].startswith("Section")
    photos = made.done(home, made.project(home, "photos", classes=("crack", "fine")))
    shown = make.content(photos.id, samples=True)
    pictures = [
        one.picture for part in shown.sections for block in part.blocks if block.kind == "samples"
        for one in block.samples
    ]  # fmt: skip
    assert 0 < len(pictures) <= 6
    assert all(pictures)
    assert make.write(photos.id, "pdf", samples=True).startswith(b"%PDF")


def test_names_of_files_only_where_a_person_wants_them(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = answered(home)
    dataset = load_dataset(home, str(folder.plan().project), folder.plan().dataset)  # type: ignore[union-attr]
    lost = Refusal(source="row 7", reason="refusals.file_missing", values={"file": "letters/Anna Example.pdf"})
    monkeypatch.setattr(make, "load_dataset", lambda *given: dataset.model_copy(update={"refusals": [lost]}))
    plain, asked = (texts(make.content(folder.id, samples=wish)) for wish in (False, True))
    for name in (dataset.samples[0].source, "Anna Example"):
        assert name in asked
        assert name not in plain
    assert "Document 1" in plain


def test_nothing_judged_is_a_sentence(home: Home) -> None:
    project = made.project(home)
    folder = made.run(home, made.plan(project))
    assert not make.ready(folder.id)
    with pytest.raises(InputFault) as told:
        make.write(folder.id, "html")
    assert told.value.key == "report.nothing_judged"
    folder.write_status(Status(state="failed", ended=1.0))
    with pytest.raises(InputFault):
        make.write("20250101-000000-abcdef", "pdf")


def test_few_groups_give_no_interval(home: Home) -> None:
    folder = made.done(home, made.project(home), grouped=False)
    assert "no interval: 5 groups" in texts(make.content(folder.id)).replace("\u00a0", " ")


def test_few_questions_give_no_figures(home: Home) -> None:
    project = made_answer.project(home)
    made_answer.questions(home, project, count=4)
    report = make.content(made_answer.done(home, project, "words").id)
    assert "Nobody knows how well this assistant finds" in texts(report)
    assert not any(block.kind == "dots" for section in report.sections for block in section.blocks)
