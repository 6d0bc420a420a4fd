"""What the data page asks for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.data.conftest import picture, two_classes, zipped
from tl_core.cli import main
from tl_core.domain.dataset import Dataset
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Columns, IntakePlan
from tl_core.domain.project import Project, Purpose
from tl_core.domain.split import SplitRule
from tl_core.jobs.perform import perform
from tl_core.store import runs as index
from tl_core.store.home import Home
from tl_core.store.projects import create_project, list_projects, read_project
from tl_core.use_cases import data, runs

SETS = [
    "solar", "planes", "reviews", "tweets", "drums", "motions", "gunpoint", "power", "arrowhead", "airline", "daylight",
    "economy", "backups",
]  # fmt: skip
TABLE = "text,label,user\n" + "".join(f"I think {n} of it,{'ab'[n % 2]},u{n // 4}\n" for n in range(40))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv"
    path.write_text(TABLE)
    return path


def filled(home: Home, path: Path, purpose: Purpose = "photos", **options: object) -> Project:
    """A project with data in it."""
    project = create_project(home, "filled", purpose)
    plan = IntakePlan(project=project.id, modality=project.modality, paths=[str(path)], **options)
    assert perform(index.create_run(home, plan)).state == "done"
    return project


@pytest.fixture
def pets(home: Home, tmp_path: Path) -> Project:
    files = {
        f"{label}/p{n // 2}_{n}.png": picture(n + 50 * (label == "dogs"))
        for label in ("cats", "dogs")
        for n in range(6)
    }
    return filled(home, zipped(tmp_path / "z.zip", files))


def test_a_table_is_looked_at(home: Home, table: Path) -> None:
    view = data.inspect_table(table)
    assert view.columns == Columns(
        text="text", label="label", group="user", encoding="utf-8", delimiter=",", sheet=None, header=True
    )
    assert view.labels == {"a": 20, "b": 20}
    assert view.header == ["text", "label", "user"]
    assert view.rows[0] == ["I think 0 of it", "a", "u0"]
    assert view.languages == {"en": 40}
    assert data.language_name("en") == "English"
    changed = data.inspect_table(table, Columns(text="text", label="user"))
    assert len(changed.labels) == 10
    assert changed.columns.group is None


def test_a_table_in_a_zip_or_an_inbox(home: Home, tmp_path: Path) -> None:
    path = zipped(tmp_path / "z.zip", {"in/t.csv": TABLE.encode()})
    assert data.inspect_table(path).name == "t.csv"
    assert data.inspect_table(str(path)).labels == {"a": 20, "b": 20}


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 100, b"PK\x03\x04 no workbook"])
def test_what_is_no_table_is_said(home: Home, tmp_path: Path, content: bytes) -> None:
    for name in ("t.csv", "t.xlsx", "t.jsonl"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputFault) as fault:
            data.inspect_table(tmp_path / name)
        assert str(fault.value).endswith(".")
    with pytest.raises(InputFault) as fault:
        data.inspect_table(zipped(tmp_path / "z.zip", {"a.png": b"x"}))
    assert fault.value.key == "data.no_table"


def test_intake_is_queued_with_what_was_chosen(home: Home, table: Path) -> None:
    project = create_project(home, "texts", "texts")
    run = data.start_intake(project.id, [table], columns=Columns(text="text"), merge_labels={"a": "x"})
    plan = runs.plan(run)
    assert isinstance(plan, IntakePlan)
    assert plan.paths == [str(table)]
    assert (plan.modality, plan.merge_labels, plan.group_pattern) == ("text", {"a": "x"}, None)
    with pytest.raises(InputFault, match="regular expression"):
        data.start_intake(project.id, [table], group_pattern="(")


def test_sample_sets(home: Home) -> None:
    cards = data.sample_sets()
    assert [card.name for card in cards] == SETS
    project = create_project(home, cards[0].title, cards[0].purpose, cards[0].name)
    plan = runs.plan(data.start_sample_intake(project.id, cards[0].name))
    assert isinstance(plan, IntakePlan)
    assert (plan.sample_set, plan.then_train, plan.modality) == ("solar", "finetune", "image")
    with pytest.raises(InputFault):
        data.start_sample_intake(project.id, "nothing")


def test_no_data_yet(home: Home) -> None:
    project = create_project(home, "empty", "photos")
    assert data.dataset(project.id) is None
    with pytest.raises(InputFault) as fault:
        data.split(project.id)
    assert fault.value.key == "data.no_data"


def current(project: Project) -> Dataset:
    found = data.dataset(project.id)
    assert found is not None
    return found


def test_pictures_and_previews(home: Home, pets: Project) -> None:
    sample = current(pets).samples[0]
    thumbnail = data.thumbnail_path(pets.id, sample)
    assert thumbnail is not None
    assert thumbnail.is_file()
    view = data.preview(pets.id, sample)
    assert (view.kind, view.thumbnail, view.facts) == ("image", str(thumbnail), {"width": 40, "height": 30})


def test_long_texts_are_shown_in_part(home: Home, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(f"text,label\n{'many words ' * 100},a\nfew,b\n")
    project = filled(home, tmp_path / "t.csv", "texts")
    long, short = (data.preview(project.id, sample) for sample in current(project).samples)
    assert len(long.text) < 410
    assert long.text.endswith("words …")
    assert short.text == "few"
    assert data.thumbnail_path(project.id, current(project).samples[0]) is None


def test_samples_move_to_another_class(home: Home, pets: Project) -> None:
    before = current(pets)
    chosen = [sample.id for sample in before.samples if sample.label == "cats"][:2]
    data.move_samples(pets.id, chosen, " dogs ")
    after = current(pets)
    assert after.id != before.id
    assert after.counts() == {"cats": 4, "dogs": 8}
    data.move_samples(pets.id, chosen, "birds")
    assert current(pets).counts() == {"birds": 2, "cats": 4, "dogs": 6}
    data.move_samples(pets.id, chosen, "cats")
    assert current(pets).id == before.id  # equal data, equal id


def test_moves_that_cannot_be(home: Home, pets: Project) -> None:
    everyone = [sample.id for sample in current(pets).samples]
    for ids, label, key in (
        (everyone, "cats", "data.last_of_two"),
        (["0" * 16], "cats", "data.no_such_sample"),
        (everyone[:1], "  ", "data.label_missing"),
    ):
        with pytest.raises(InputFault) as fault:
            data.move_samples(pets.id, ids, label)
        assert fault.value.key == key


def test_groups_by_pattern(home: Home, pets: Project) -> None:
    seen = data.group_preview(r"p(\d+)", project_id=pets.id)
    assert seen.groups == {"0": 4, "1": 4, "2": 4}
    assert seen.unmatched == 0
    assert data.group_preview(r"cats/p(\d+)", project_id=pets.id).unmatched == 6
    grouped = data.set_groups(pets.id, r"p(\d+)")
    assert {sample.group for sample in grouped.samples} == {"0", "1", "2"}
    assert data.split(pets.id).grouped
    assert data.set_groups(pets.id, None).group_rule is None
    assert not data.split(pets.id).grouped


def test_groups_of_an_upload_are_previewed_before_it_is_read(home: Home) -> None:
    (home.inbox / "0123").mkdir()
    zipped(home.inbox / "0123" / "z.zip", two_classes(3))
    assert data.group_preview(r"(\d)\.png", paths=["0123"]).groups == {"0": 2, "1": 2, "2": 2}
    with pytest.raises(InputFault):
        data.group_preview("x", paths=["../projects"])


def test_names_of_scans_are_gone(home: Home, tmp_path: Path) -> None:
    scans = filled(home, zipped(tmp_path / "z.zip", two_classes(3)), "scans")
    for ask in (data.group_preview, lambda pattern, project_id: data.set_groups(project_id, pattern)):
        with pytest.raises(InputFault) as fault:
            ask("x", project_id=scans.id)
        assert fault.value.key == "data.groups_private"


def test_the_split_rule_is_kept(home: Home, pets: Project) -> None:
    assert data.split_rule(pets.id) == SplitRule()
    rule = SplitRule(validation=0.3, test=0.1, seed=4)
    data.save_split(pets.id, rule)
    assert data.split_rule(pets.id) == rule
    assert data.split(pets.id).rule == rule
    assert data.split(pets.id, SplitRule(seed=9)).rule.seed == 9
    for bad in (SplitRule(validation=0.6, test=0.4), SplitRule(validation=-0.1)):
        with pytest.raises(InputFault):
            data.save_split(pets.id, bad)
    assert read_project(home, pets.id).dataset == current(pets).id


def test_check_keeps_nothing(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = zipped(tmp_path / "z.zip", {**two_classes(3), "dogs/bad.png": b"x"})
    assert main(["check", "--modality", "image", "--data", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["classes"] == {"cats": 3, "dogs": 3}
    assert (told["received"], told["samples"]) == (7, 6)
    assert [refusal["source"] for refusal in told["refusals"]] == ["dogs/bad.png"]
    assert any(concern["name"] == "data.concern_few_samples" for concern in told["concerns"])
    assert any(concern["name"] == "check_page.not_examined" for concern in told["concerns"]), "no starting model here"
    assert told["findings"] == []
    assert list_projects(home) == []
    assert sum(told["counts"].values()) == 6
    assert list(home.cache.iterdir()) == []
    assert main(["check", "--modality", "image", "--data", str(path)]) == 0
    assert "6 samples in 2 classes, 1 left out of 7." in capsys.readouterr().out
    assert main(["check", "--modality", "text", "--data", str(tmp_path / "gone.csv")]) == 2


def test_samples_are_listed(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["samples", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [card["name"] for card in told["samples"]] == SETS
    assert main(["samples"]) == 0
    assert "Solar cells, 91 MB" in capsys.readouterr().out
    assert main(["samples", "--fetch", "nothing"]) == 2


@pytest.mark.weights
def test_a_sample_set_is_fetched(stocked: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["samples", "--fetch", "reviews", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (Path(told["path"]) / "reviews.csv").is_file()
    assert told["columns"] == {"text": "text", "label": "label", "group": "review"}
    assert told["merge_labels"] == {"neutral": ""}
