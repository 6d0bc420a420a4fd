"""What is kept is kept without its language: written under one, read under another."""

from __future__ import annotations

import ast
import zipfile
from collections.abc import Callable
from contextvars import copy_context
from pathlib import Path

import pytest

from tests.app import made, made_answer
from tests.checks.looked_at import NOTHING, looked_at
from tl_core import words
from tl_core.backbones import catalogue
from tl_core.backbones.facts import draft
from tl_core.checks.languages import find_languages
from tl_core.checks.personal import find_personal_data
from tl_core.data.joining import one_rule
from tl_core.domain.card import BackboneCard, TextInput
from tl_core.domain.dataset import Dataset, Refusal, Sample
from tl_core.domain.finding import Finding
from tl_core.domain.run import Status
from tl_core.domain.text import Text, Texts, row_name
from tl_core.jobs import perform as performing
from tl_core.store.home import Home
from tl_core.use_cases import predict

CORE = Path(__file__).resolve().parents[2] / "tl_core"
KEEPERS = ("backbones", "checks", "data", "evaluation", "jobs", "modalities", "runs", "store", "tasks", "training")
SAYING = {"say", "listed", "joined", "together", "in_rows", "pair"}
TAKEN_ALONG = {"data/items.py", "runs/answers_file.py"}  # names and reasons in a file for whoever asked for it
SPOKEN = {"jobs/worker.py"}  # to whoever started it


def under(code: str, do: Callable[[], object]) -> str:
    """What ``do`` gives where ``code`` is spoken, as a person reads it."""

    def there() -> str:
        words.speak(code)
        return str(do())

    return copy_context().run(there)


def test_nobody_who_keeps_things_says_anything() -> None:
    saying = set()
    for file in (file for part in KEEPERS for file in (CORE / part).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            named = {one.name for one in node.names} if isinstance(node, ast.ImportFrom) else set()
            if named & SAYING and node.module == "tl_core.words":
                saying.add(file.relative_to(CORE).as_posix())
    assert saying == TAKEN_ALONG | SPOKEN


def test_how_groups_were_made() -> None:
    by_file = Text(key="data.grouped_by_file")
    rule = one_rule([Text(key="data.grouped_by_column", values={"column": "who"}), None, by_file, by_file])
    assert isinstance(rule, Texts)
    assert len(rule.texts) == 2
    kept = Dataset(id="", modality="text", classes=[], samples=[], received=0, group_rule=rule).model_dump_json()
    read = Dataset.model_validate_json(kept)
    assert under("en", lambda: read.group_rule) == (
        "Rows with the same “who” stay together. Pictures of one file stay together."
    )
    assert under("ja", lambda: read.group_rule).endswith("。")
    assert "。 " not in under("ja", lambda: read.group_rule)
    before = read.model_copy(update={"group_rule": "Zeilen mit gleichem Wort bleiben zusammen."})
    assert under("en", lambda: Dataset.model_validate_json(before.model_dump_json()).group_rule) == before.group_rule


def test_rows_of_tables() -> None:
    sample = Sample(id="a", source=row_name(3, "t.csv"))
    copy = Refusal(source=row_name(1200), reason="refusals.duplicate", values={"first": sample.source})
    assert (under("en", lambda: sample.name), under("de", lambda: sample.name)) == ("t.csv, row 3", "t.csv, Zeile 3")
    assert under("zh", lambda: copy.name) == "第 1200 行"
    assert "t.csv, Zeile 3" in under("de", lambda: copy.why)
    assert under("de", lambda: Sample(id="b", source="cats/row 3.png").name) == "cats/row 3.png"


@pytest.mark.parametrize(("code", "languages", "kinds"), [
    ("en", "German (30), English (20)", "mail addresses (1), phone numbers (1)"),
    ("zh", "德语（30）、英语（20）", None),
])  # fmt: skip
def test_parts_of_a_finding(code: str, languages: str, kinds: str | None) -> None:
    looks = [NOTHING._replace(kinds={"language": one}) for one, count in (("de", 30), ("en", 20)) for _ in range(count)]
    mixed = {one.code: one for one in find_languages(looked_at(looks, languages=["de", "en"]))}["languages_mixed"]
    (personal,) = find_personal_data(looked_at([NOTHING._replace(personal=["mail", "phone"])]))
    read = [Finding.model_validate_json(under("de", one.model_dump_json)) for one in (mixed, personal)]
    assert under(code, lambda: read[0].values["languages"]) == languages
    assert kinds is None or under(code, lambda: read[1].values["kinds"]) == kinds


def test_the_card_of_a_starting_model() -> None:
    spec = TextInput(tokens=64)
    kept = [under("fr", lambda: draft("hub:x", "hub", spec, size=1).model_dump_json())]
    kept.append(under("fr", lambda: catalogue.catalogue_card("packaged:all-MiniLM-L6-v2").model_dump_json()))
    for card in map(BackboneCard.model_validate_json, kept):
        assert under("en", lambda: card.known_bias) in words.table("en").values()  # noqa: B023
        assert under("pt", lambda: card.known_bias) in words.table("pt").values()  # noqa: B023
    assert under("de", lambda: card.stages[0].title) in words.table("de").values()


def test_why_a_job_failed(home: Home) -> None:
    status = Status(
        state="failed", ended=0, fault="input", reason="data.nothing_usable",
        values={"count": 3, "reason": Text(key="refusals.no_label")},
    )  # fmt: skip
    read = Status.model_validate_json(under("es", status.model_dump_json))
    assert read.reason is not None
    assert words.table("de")["refusals.no_label"] in under("de", lambda: words.say(str(read.reason), **read.values))


def test_a_job_writes_for_whoever_asked(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    of = made.project(home, "reviews")
    heard: list[str] = []
    monkeypatch.setattr(performing, "_function", lambda plan: lambda *given: heard.append(words.language()))
    monkeypatch.setattr(performing, "_device", lambda plan: "CPU")
    folder = []
    under("pt", lambda: folder.append(made.run(home, made.plan(of), queued=False)))
    under("en", lambda: performing.perform(folder[0]))
    assert heard == ["pt"]
    assert words.language() == "en"


def test_a_bundle_is_described_to_whoever_takes_it(home: Home) -> None:
    made.fetched(home)
    of = made_answer.project(home)
    made_answer.questions(home, of)
    run = under("ja", lambda: made_answer.done(home, of).id)

    def card() -> str:
        with zipfile.ZipFile(predict.bundle_zip(run)) as archive:
            return archive.read(f"thaw-{run}/card.md").decode()

    for code in ("de", "en"):
        assert f"## {words.table(code)['bundle.card_limits']}" in under(code, card)
