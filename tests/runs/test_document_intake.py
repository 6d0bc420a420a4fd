"""Documents come in: passages in their places, what changed and nothing else, and why a file did not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tl_core.bundle.assistant import LoadedAssistant
from tl_core.domain.answer import Question
from tl_core.domain.dataset import Dataset
from tl_core.domain.plan import IntakePlan
from tl_core.domain.run import Status
from tl_core.jobs.perform import perform
from tl_core.store import runs
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.projects import create_project, read_project
from tl_core.store.questions import add_questions, read_questions
from tl_core.words import say

MANUAL = "# Kettle\n\nIt boils water.\n\n## Descaling\n\nUse vinegar once a month.\n\n## Safety\n\nNever open it hot.\n"
FAQ = "question,answer\nHow do I descale it?,Pour in vinegar and wait.\nIs it loud?,No louder than others.\n"


def brought(home: Home, project_id: str, paths: Sequence[Path], **more: object) -> Status:
    plan = IntakePlan(
        project=project_id, modality="text", paths=[str(path) for path in paths], remove_paths=False, **more
    )
    return perform(runs.create_run(home, plan))


def dataset_of(home: Home, project_id: str) -> Dataset:
    version = read_project(home, project_id).dataset
    assert version
    return load_dataset(home, project_id, version)


def written(folder: Path, **files: str | bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_passages_stand_in_their_documents(home: Home, tmp_path: Path) -> None:
    project = create_project(home, "Kettle", "support")
    status = brought(home, project.id, [written(tmp_path / "docs", manual__md=MANUAL, notes__txt="Cables are grey.")])
    assert status.state == "done"
    found = dataset_of(home, project.id)
    assert (found.task, found.modality, found.classes, found.received) == ("answer", "text", [], 2)
    told = [(s.source, s.place.heading, s.place.number, s.text) for s in found.samples if s.place]
    assert told == [
        ("manual.md", ["Kettle"], 0, "It boils water."),
        ("manual.md", ["Kettle", "Descaling"], 1, "Use vinegar once a month."),
        ("manual.md", ["Kettle", "Safety"], 2, "Never open it hot."),
        ("notes.txt", [], 0, "Cables are grey."),
    ]
    assert found.languages["en"] >= 2


def test_uploading_again_changes_only_what_changed(home: Home, tmp_path: Path) -> None:
    project = create_project(home, "Kettle", "support")
    folder = written(tmp_path / "docs", manual__md=MANUAL, notes__txt="Cables are grey.")
    brought(home, project.id, [folder])
    before = {sample.id: sample for sample in dataset_of(home, project.id).samples}
    changed = written(tmp_path / "new", manual__md=MANUAL.replace("once a month", "twice a month"))
    brought(home, project.id, [changed])
    after = {sample.id: sample for sample in dataset_of(home, project.id).samples}
    assert [before[one].text for one in before.keys() - after.keys()] == ["Use vinegar once a month."]
    assert [after[one].text for one in after.keys() - before.keys()] == ["Use vinegar twice a month."]
    brought(home, project.id, [changed], replace=True)
    assert {sample.source for sample in dataset_of(home, project.id).samples} == {"manual.md"}


def test_what_cannot_be_read_is_said_and_takes_nothing_away(home: Home, tmp_path: Path) -> None:
    project = create_project(home, "Kettle", "support")
    brought(home, project.id, [written(tmp_path / "docs", manual__md=MANUAL)])
    broken = written(tmp_path / "new", manual__md=b"\x89PNG\r\n\x1a\n\0\0", a__txt="New text.", b__png=b"\x89PNG\r\n")
    status = brought(home, project.id, [broken])
    assert status.state == "done"
    found = dataset_of(home, project.id)
    assert {sample.source for sample in found.samples} == {"manual.md", "a.txt"}
    refused = {one.source: say(one.reason, **one.values) for one in found.refusals}
    assert refused.keys() == {"manual.md", "b.png"}
    lone = brought(home, project.id, [written(tmp_path / "lone", c__png=b"\x89PNG\r\n")])
    assert lone.state == "failed"
    assert lone.reason == "data.nothing_usable"
    assert dataset_of(home, project.id) == found


def test_a_table_of_questions_brings_both(home: Home, tmp_path: Path) -> None:
    project = create_project(home, "Kettle", "support")
    brought(home, project.id, [written(tmp_path / "docs", manual__md=MANUAL, faq__csv=FAQ)])
    found = {sample.id: sample for sample in dataset_of(home, project.id).samples}
    first, second = read_questions(home.project(project.id))
    assert (first.text, first.answer, first.origin) == ("How do I descale it?", "Pour in vinegar and wait.", "table")
    [passage] = [found[one] for one in first.passages]
    assert passage.text == first.answer
    assert passage.place is not None
    assert passage.place.asked == first.text
    assert second.judged


def test_each_table_has_columns_of_its_own(home: Home, tmp_path: Path) -> None:
    project = create_project(home, "Kettle", "support")
    odd = "A1,B1\nHow do I clean it?,With water.\n"
    tables = {"odd.csv": {"question": "A1", "answer": "B1", "header": True}}
    brought(home, project.id, [written(tmp_path / "docs", odd__csv=odd, faq__csv=FAQ)], tables=tables)
    asked = {one.text: one.answer for one in read_questions(home.project(project.id))}
    assert asked["How do I clean it?"] == "With water."
    assert asked["How do I descale it?"] == "Pour in vinegar and wait."


def test_personal_data_are_flagged_or_masked(home: Home, tmp_path: Path) -> None:
    text = "Write to jane@mail.example.com for help.\n"
    for mask, kept in ((False, "jane@mail.example.com"), (True, "[mail]")):
        project = create_project(home, "Kettle", "support")
        brought(home, project.id, [written(tmp_path / "docs", a__txt=text)], mask_personal=mask)
        [sample] = dataset_of(home, project.id).samples
        assert kept in (sample.text or "")
        assert sample.traits.get("personal") == (None if mask else "mail")


def test_a_question_follows_its_passage_when_that_changes(home: Home, tmp_path: Path) -> None:
    project = create_project(home, "Kettle", "support")
    brought(home, project.id, [written(tmp_path / "docs", manual__md=MANUAL)])
    ids = {sample.text: sample.id for sample in dataset_of(home, project.id).samples}
    old, other = ids["Use vinegar once a month."], ids["Never open it hot."]
    add_questions(home, project.id, [Question(id="q", text="How to descale?", passages=[old, other])])
    changed = MANUAL.replace("once a month", "twice a month").replace("Never open it hot.", "Hold on.")
    brought(home, project.id, [written(tmp_path / "new", manual__md=changed)])
    ids = {sample.text: sample.id for sample in dataset_of(home, project.id).samples}
    [question] = read_questions(home.project(project.id))
    assert question.passages == [ids["Use vinegar twice a month."], other]


def test_documents_that_a_table_names_are_found(home: Home, tmp_path: Path) -> None:
    project = create_project(home, "Kettle", "support")
    table = "question,answer,pages\nHow do I descale it?,,manual.txt|nobody.md\n"
    brought(home, project.id, [written(tmp_path / "docs", Manual__md=MANUAL, faq__csv=table)])
    [question] = read_questions(home.project(project.id))
    assert (question.documents, question.passages, question.judged) == (["Manual.md"], [], True)
    alone = create_project(home, "Nothing", "support")
    status = brought(home, alone.id, [written(tmp_path / "alone", faq__csv=table)])
    assert (status.state, status.reason) == ("failed", "documents.only_questions")


def test_what_was_found_can_be_asked_at_once(home: Home, tmp_path: Path) -> None:
    project = create_project(home, "Kettle", "support")
    brought(home, project.id, [written(tmp_path / "docs", manual__md=MANUAL)])
    folder = home.dataset(project.id, dataset_of(home, project.id).id) / "assistant"
    [source, *_] = LoadedAssistant(folder).reply("vinegar").sources
    assert (source.document, source.heading) == ("manual.md", ["Kettle", "Descaling"])


def test_the_same_documents_are_the_same_version_in_whatever_order_they_come(home: Home, tmp_path: Path) -> None:
    together, apart = (create_project(home, "Kettle", "support") for _ in range(2))
    brought(home, together.id, [written(tmp_path / "docs", a__md=MANUAL, b__txt="Cables are grey.")])
    version = read_project(home, together.id).dataset
    brought(home, together.id, [tmp_path / "docs"])  # again, as after a kill
    assert read_project(home, together.id).dataset == version
    brought(home, apart.id, [written(tmp_path / "b", b__txt="Cables are grey.")])
    brought(home, apart.id, [written(tmp_path / "a", a__md=MANUAL)])
    assert read_project(home, apart.id).dataset == version


def test_a_wish_to_stop_is_heard_and_leaves_all_as_it_was(home: Home, tmp_path: Path) -> None:
    project = create_project(home, "Kettle", "support")
    folder = runs.create_run(
        home, IntakePlan(project=project.id, modality="text", paths=[str(written(tmp_path / "d", a__md=MANUAL))])
    )
    folder.request_stop()
    assert perform(folder).state == "stopped"
    assert read_project(home, project.id).dataset is None
