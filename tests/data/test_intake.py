"""From an upload to a dataset: every item a sample, or a refusal with its reason."""

import json
import tracemalloc
from pathlib import Path

import pytest

from tests.data.conftest import IMAGES, TEXTS, make_doors, picture, two_classes, zipped
from tl_core.data.intake import collect
from tl_core.domain.event import Phase, Progress
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.plan import Columns, IntakePlan
from tl_core.words import say


def plan_of(path, modality="image", **options):
    return IntakePlan(project="p", modality=modality, paths=[str(path)], **options)


def outcome(dataset):
    """source -> class, or the reason it was refused for."""
    for refusal in dataset.refusals:
        assert say(refusal.reason, **refusal.values)
    found = {sample.source: sample.label for sample in dataset.samples}
    return found | {r.source: r.reason.removeprefix("refusals.") for r in dataset.refusals if not r.kept}


def test_images(tmp_path, doors):
    files = {
        **two_classes(3),
        "cats/copy.png": two_classes()["cats/0.png"],
        "cats/both.png": picture(77),
        "dogs/both.png": picture(77),
        "dogs/broken.png": picture(5)[:60],
        "dogs/empty.png": b"",
        "dogs/readme.txt": b"about dogs",
        "loose.png": picture(9),
    }
    dataset = collect(plan_of(zipped(tmp_path / "z.zip", files)), IMAGES, doors)
    assert outcome(dataset) == {
        **{name: name.partition("/")[0] for name in two_classes(3)},
        "cats/copy.png": "duplicate",
        "cats/both.png": "conflict",
        "dogs/both.png": "conflict",
        "dogs/broken.png": "damaged",
        "dogs/empty.png": "empty_file",
        "dogs/readme.txt": "not_a_picture",
        "loose.png": "no_class_folder",
    }
    assert dataset.received == len(files)
    assert dataset.classes == ["cats", "dogs"]
    assert dataset.languages == {}
    stored = {path.name for path in doors.samples.iterdir()}
    assert stored == {sample.file for sample in dataset.samples}  # nothing of what was refused stays
    assert {path.stem for path in doors.thumbnails.iterdir()} == {sample.id for sample in dataset.samples}
    assert list(doors.work.iterdir()) == []


TABLE = """text,stars,customer
It works well and I like it,5,a
It does not work at all,1,b
It works well and I like it,4,c
so so,3,a
,5,a
The best I ever had,5,b
"""


def test_table(tmp_path, doors):
    (tmp_path / "t.csv").write_text(TABLE)
    merges = {"1": "negative", "3": "", "4": "positive", "5": "positive"}
    dataset = collect(plan_of(tmp_path / "t.csv", "text", merge_labels=merges), TEXTS, doors)
    assert outcome(dataset) == {
        "row 2": "positive",
        "row 3": "negative",
        "row 4": "duplicate",
        "row 5": "left_out",
        "row 6": "empty_text",
        "row 7": "positive",
    }
    assert [sample.group for sample in dataset.samples] == ["a", "b", "b"]
    assert "customer" in str(dataset.group_rule)
    assert dataset.languages == {"en": 3}
    assert dataset.samples[0].traits["characters"] == 27
    assert dataset.received == 6


def test_unmerged_stars_contradict(tmp_path, doors):
    (tmp_path / "t.csv").write_text(TABLE)
    dataset = collect(plan_of(tmp_path / "t.csv", "text", columns=Columns(text="text", label="stars")), TEXTS, doors)
    assert outcome(dataset)["row 2"] == outcome(dataset)["row 4"] == "conflict"
    assert dataset.group_rule is None


def test_group_pattern(tmp_path, doors):
    files = {f"{label}/p{n // 2}_{n}.png": picture(n + 10 * (label == "b")) for label in "ab" for n in range(4)}
    dataset = collect(plan_of(zipped(tmp_path / "z.zip", files), group_pattern=r"p(\d+)_"), IMAGES, doors)
    assert {sample.source: sample.group for sample in dataset.samples}["a/p1_3.png"] == "1"
    assert r"p(\d+)_" in str(dataset.group_rule)


def test_names_of_scans_do_not_get_in(tmp_path):
    files = {f"{label}/Doe_{n % 3}_{n}.png": picture(n + 50 * (label == "b")) for label in "ab" for n in range(6)}
    files |= {"a/Jane.png": b"broken", "a/Doe_copy.png": files["a/Doe_0_0.png"]}
    path = zipped(tmp_path / "z.zip", files)
    pattern = r"Doe_(\d)"
    one = collect(plan_of(path, group_pattern=pattern), IMAGES, make_doors(tmp_path / "1", secret=b"1"))
    again = collect(plan_of(path, group_pattern=pattern), IMAGES, make_doors(tmp_path / "2", secret=b"1"))
    other = collect(plan_of(path, group_pattern=pattern), IMAGES, make_doors(tmp_path / "3", secret=b"2"))
    assert one == again
    assert {sample.source for sample in one.samples}.isdisjoint(sample.source for sample in other.samples)
    assert len({sample.group for sample in one.samples}) == 3
    told = one.model_copy(update={"group_rule": None}).model_dump_json()
    assert "Doe" not in told
    assert "Jane" not in told
    assert len(one.refusals) == 2


def test_a_given_test_set_keeps_its_copy(tmp_path, doors):
    files = {**two_classes(3, "train/"), **two_classes(1, "test/")}  # the test set's two are among the others
    dataset = collect(plan_of(zipped(tmp_path / "z.zip", files)), IMAGES, doors)
    assert {sample.source for sample in dataset.samples if sample.given_test} == {"test/cats/0.png", "test/dogs/0.png"}
    assert outcome(dataset)["train/cats/0.png"] == "duplicate"


@pytest.mark.parametrize(
    ("files", "key"),
    [
        ({"cats/1.png": b"x", "dogs/1.png": b"y"}, "data.nothing_usable"),
        ({"1.png": picture(1)}, "data.nothing_usable"),
        ({"cats/1.png": picture(1), "cats/2.png": picture(2)}, "data.one_class"),
        ({f"class {n}/1.png": picture(n, size=(3, 3)) for n in range(201)}, "data.too_many_classes"),
    ],
)
def test_nothing_to_learn_from(tmp_path, doors, files, key):
    with pytest.raises(InputFault) as fault:
        collect(plan_of(zipped(tmp_path / "z.zip", files)), IMAGES, doors)
    assert fault.value.key == key
    assert str(fault.value)


def test_a_pattern_that_cannot_work_is_said_before_anything_is_read(tmp_path, doors):
    with pytest.raises(InputFault, match="regular expression"):
        collect(plan_of(tmp_path / "gone.zip", group_pattern="("), IMAGES, doors)


def test_progress_is_told(tmp_path):
    told = []
    doors = make_doors(tmp_path / "d", tell=told.append)
    collect(plan_of(zipped(tmp_path / "z.zip", two_classes(5))), IMAGES, doors)
    assert told[0] == Phase(name="read", total=10)
    assert isinstance(told[-1], Progress)
    assert (told[-1].done, told[-1].total) == (10, 10)


def test_stop(tmp_path):
    doors = make_doors(tmp_path / "d", stop=lambda: True)
    with pytest.raises(Stopped):
        collect(plan_of(zipped(tmp_path / "z.zip", two_classes(5))), IMAGES, doors)


def test_the_same_upload_is_the_same_dataset(tmp_path):
    path = zipped(tmp_path / "z.zip", two_classes(4))
    first, second = (collect(plan_of(path), IMAGES, make_doors(tmp_path / name)) for name in "ab")
    assert first == second


def test_memory_stays_flat(tmp_path, doors):
    big = {
        f"{label}/{n}.bmp": picture(n + 100 * k, (500, 400), "BMP") for k, label in enumerate("ab") for n in range(30)
    }
    path = zipped(tmp_path / "z.zip", big)
    tracemalloc.start()
    collect(plan_of(path), IMAGES, doors)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000 < sum(map(len, big.values())) / 5


def test_an_upload_of_hostile_zips_ends_in_sentences(tmp_path, doors):
    folder = tmp_path / "up"
    folder.mkdir()
    zipped(folder / "good.zip", {"a/1.png": picture(1), "b/2.png": picture(2)})
    zipped(folder / "slip.zip", {"../../evil.png": picture(3), "/abs.png": picture(4)})
    zipped(folder / "nested.zip", {"a/inner.zip": (folder / "good.zip").read_bytes()})
    (folder / "torn.zip").write_bytes((folder / "good.zip").read_bytes()[:-40])
    dataset = collect(plan_of(folder), IMAGES, doors)
    assert len(dataset.samples) == 2
    reasons = sorted(refusal.reason for refusal in dataset.refusals)
    assert reasons == ["data.zip_broken", "refusals.nested_archive", "refusals.unsafe_name", "refusals.unsafe_name"]
    assert not list(tmp_path.rglob("evil.png")) + list(Path("/").glob("abs.png"))


def test_what_is_stored_can_be_written_as_json(tmp_path, doors):
    (tmp_path / "t.csv").write_bytes(b"text,label\nodd \xed\xa0\x80 sign here,pos\nbad one,neg\n")
    dataset = collect(plan_of(tmp_path / "t.csv", "text"), TEXTS, doors)
    assert json.loads(dataset.model_dump_json())["samples"]


def test_columns_to_compare_by_are_kept_and_others_are_not(tmp_path, doors):
    (tmp_path / "t.csv").write_text(
        "text,label,age,site,mail\nall is well,a,60+,=NORTH(),x@y.z\nnothing works,b,,south,q@y.z\n"
    )
    columns = Columns(text="text", label="label", attributes=["age", "SITE"])
    dataset = collect(plan_of(tmp_path / "t.csv", "text", columns=columns), TEXTS, doors)
    assert [sample.attributes for sample in dataset.samples] == [{"age": "60+", "site": "=NORTH()"}, {"site": "south"}]
    for wrong, reason in ((["nope"], "column_missing"), (["age"] * 9, "too_many_attributes")):
        with pytest.raises(InputFault) as caught:
            collect(plan_of(tmp_path / "t.csv", "text", columns=Columns(attributes=wrong)), TEXTS, doors)
        assert caught.value.key == f"data.{reason}"
