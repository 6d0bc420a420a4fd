"""From documents to an assistant that can be asked, on the command line, with the tiny starting model."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.answering.manual import GUIDE, PUMP
from tests.runs.tiny_project import starting_model
from tl_core.bundle.assistant_folder import read_manifest
from tl_core.cli import INPUT, main
from tl_core.store.home import Home

TRAIN = ["train", "--modality", "text", "--task", "answer", "--backbone", "folder:tiny_text", "--recipe", "probe"]


@pytest.fixture
def documents(home: Home, tmp_path: Path) -> Path:
    starting_model(home, "text")
    folder = tmp_path / "manuals"
    folder.mkdir()
    for name, sections in (("pump", PUMP), ("guide", GUIDE)):
        parts = [f"# {name.title()}", *(f"## {head}\n\n{text}" for head, text in sections.items())]
        (folder / f"{name}.md").write_text("\n\n".join(parts))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    return folder


def questions(path: Path, count: int) -> Path:
    """``count`` of them, each about one of the two documents."""
    asked = [("What does E7 mean on pump {}?", "pump.md"), ("How is pump {} stored in winter?", "guide.md")]
    with open(path, "w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["question", "document"])
        for number in range(count):
            text, document = asked[number % 2]
            writer.writerow([text.format(number), document])
    return path


def result(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict:
    assert main([*map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_from_documents_and_questions_to_an_answer(documents: Path, tmp_path: Path, capsys) -> None:
    out, asked = tmp_path / "out", questions(tmp_path / "asked.csv", 40)
    told = result(capsys, *TRAIN, "--documents", documents, "--questions", asked, "--exam", "--out", out)
    assert (told["status"], told["documents"], told["few_questions"]) == ("done", 2, False)
    assert told["questions"] == {"judged": 40, "least": 20}
    assert list(told["refused"]) == ["broken.pdf"]
    figures = {
        f"{part}/{name}" for part in ("validation", "test") for name in ("recall@1", "recall@5", "mrr", "ndcg@10")
    }
    assert set(told["metrics"]) == figures
    assert told["metrics"] == told["baselines"][told["recommended"]]
    assert {"words", "meaning", "both"} <= set(told["baselines"])
    assert 0 <= told["refusal"]["validation"]["threshold"] <= 1
    assert told["parity"]
    assert told["bundle"] == str(out.resolve())
    assert "Sealed exam" in (out / "card.md").read_text()
    judged = result(capsys, "evaluate", "--bundle", out, "--data", asked)
    assert judged["judged"] == 40
    assert {"test/recall@5", "test/mrr", "test/answered"} <= set(judged["metrics"])
    assert judged["metrics"]["test/recall@5"]["value"] == 1  # there are but two documents
    (tmp_path / "strange.csv").write_text("question,document\nWhat?,other.md\n")
    assert main(["evaluate", "--bundle", str(out), "--data", str(tmp_path / "strange.csv")]) == INPUT
    assert "names none of this assistant's documents" in capsys.readouterr().err
    answer = result(capsys, "ask", "--bundle", out, "What does E7 mean?")
    assert answer["sources"][0]["document"] in ("pump.md", "guide.md")


def test_without_questions_there_is_an_assistant_and_no_figure(documents: Path, tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    assert main([*TRAIN, "--data", str(documents), "--out", str(out), "--exam"]) == 0
    said = capsys.readouterr().out
    assert "There are 0 of the 20 questions" in said
    assert str(out) in said  # so a fresh process said the same
    assert read_manifest(out).chances is None


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--questions", "nowhere.csv"], "nowhere.csv"),
        (["--frozen-stages", "99"], "frozen"),
        (["--out", "."], "folder"),
        (["--modality", "image"], "Only documents"),
        (["--backbone", "packaged:all-MiniLM-L6-v2"], "not"),
    ],
)
def test_what_is_wrong_is_said_before_any_work(
    documents: Path, more: list[str], said: str, capsys, monkeypatch
) -> None:
    monkeypatch.chdir(documents)
    assert main([*TRAIN, "--documents", str(documents), *more]) == INPUT
    told = capsys.readouterr().err
    assert said in told
    assert len(told.splitlines()) == 1
