"""The doctor on passages: copies over documents, documents without text, personal data and languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runs.test_document_intake import brought, dataset_of, written
from tl_core import backbones
from tl_core.checks.passages import CHECKS
from tl_core.checks.passages.examined import Passages
from tl_core.domain.answer import Place
from tl_core.domain.dataset import Sample
from tl_core.domain.fault import InputFault
from tl_core.domain.finding import Finding, Findings
from tl_core.domain.text import said
from tl_core.jobs.perform import perform
from tl_core.store.home import Home
from tl_core.store.projects import create_project
from tl_core.store.runs import create_run
from tl_core.use_cases import checks, runs
from tl_core.words import say

LONG = "Switch it off at the back before you open the housing, and wait until the light has gone out. "


def passage(name: str, source: str, text: str, **more: object) -> Sample:
    return Sample(id=name, source=source, text=text, place=Place(), **more)  # type: ignore[arg-type]


def found(home: Home, *samples: Sample) -> list[Finding]:
    card = backbones.card(home, backbones.default("text"))
    findings, omitted = CHECKS.examine(Passages(samples, card), lambda name: None)
    assert not omitted
    for one in findings:
        assert all(say(f"findings.{one.code}_{part}", **one.values) for part in ("title", "why", "do"))
    return findings


def test_copies_over_documents(home: Home) -> None:
    own = passage("a", "a.md", LONG * 3)
    same = [passage("b", "b.md", LONG * 3), passage("c", "c.md", f" {LONG.upper() * 3}")]
    [finding] = found(home, own, *same, passage("d", "a.md", f"{LONG * 3} And more."))
    assert (finding.code, finding.samples, finding.clusters) == ("passage_copies", ["b", "c"], [["a", "b", "c"]])
    assert (finding.level, finding.values) == ("warning", {"count": 2, "documents": 3})
    many = [passage(f"m{number}", "a.md", f"{number} {LONG * 3}") for number in range(30)]
    assert [one.level for one in found(home, own, *same, *many)] == ["note"]
    assert found(home, own, passage("e", "a.md", LONG * 3)) == []  # in one document only


def test_documents_without_text(home: Home) -> None:
    answer = Sample(id="q", source="faq.csv", text="No.", place=Place(asked="Is it red?"))
    [finding] = found(home, passage("a", "cover.pdf", "Annual report"), passage("b", "b.md", LONG * 3), answer)
    assert (finding.code, finding.samples, said(finding.values)["names"]) == ("passage_thin", ["a"], "cover.pdf")


def test_personal_data_and_languages_as_they_were_told_on_entry(home: Home) -> None:
    german = [passage(f"d{number}", "a.md", LONG * 3 + str(number), traits={"language": "de"}) for number in range(5)]
    one = passage("p", "a.md", LONG, traits={"language": "en", "personal": "mail phone"})
    codes = {finding.code: finding for finding in found(home, *german, one)}
    assert codes["personal_found"].samples == ["p"]
    assert "mail addresses (1), phone numbers (1)" in str(codes["personal_found"].values["kinds"])
    assert "languages_unseen" in codes  # the usual starting model knows English


def examined(home: Home, project_id: str) -> Findings:
    assert checks.needed(project_id) is None
    folder = create_run(home, checks.wanted(project_id))
    assert perform(folder).state == "done", folder.log_path.read_text()
    kept = checks.findings(project_id)
    assert kept is not None
    return kept


def test_the_doctor_looks_and_copies_go_with_a_click(home: Home, tmp_path: Path) -> None:
    project = create_project(home, "Kettle", "support")
    brought(home, project.id, [written(tmp_path / "docs", a__md=LONG * 3, b__md=LONG * 3)])
    [finding] = examined(home, project.id).findings
    checks.remedy(project.id, finding.key, 0)
    assert [one.source for one in dataset_of(home, project.id).samples] == ["a.md"]
    index = home.dataset(project.id, dataset_of(home, project.id).id) / "assistant"
    assert index.is_dir()


def test_one_document_must_be_left(home: Home, tmp_path: Path) -> None:
    project = create_project(home, "Kettle", "support")
    brought(home, project.id, [written(tmp_path / "docs", a__md=f"{LONG} {LONG} Or write to jane@mail.example.com.")])
    [finding] = examined(home, project.id).findings
    with pytest.raises(InputFault, match="no document at all"):
        checks.remedy(project.id, finding.key, 0)


def test_the_doctor_looks_by_itself_after_documents(home: Home, tmp_path: Path) -> None:
    project = create_project(home, "Kettle", "support")
    brought(home, project.id, [written(tmp_path / "docs", a__md=LONG * 3)])
    [intake] = runs.runs_of(project.id, "intake")
    follows = runs._next(intake.plan)
    assert follows is not None
    assert follows.kind == "check"  # no starting model is here to read them
