"""What an upload holds, before anything is read."""

import os

import pytest

from tests.data.conftest import picture, two_classes, zipped
from tl_core.data.incoming import Incoming
from tl_core.domain.fault import InputFault


@pytest.fixture
def items(tmp_path):
    """Everything that ``Incoming`` finds: source -> item."""
    work = tmp_path / "work"
    work.mkdir()

    def find(*paths, test_paths=(), tables=False, **options):
        with Incoming(paths, test_paths, work=work, accepts_tables=tables, **options) as upload:
            found = list(upload.items())
            assert len([item for item in found if not item.kept]) == upload.total
        return {item.source: item for item in found}

    return find


def fill(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def test_a_zip_is_unpacked_to_numbers_one_at_a_time(items, tmp_path):
    found = items(zipped(tmp_path / "z.zip", two_classes(2, above="photos/")))
    assert {source: item.label for source, item in found.items()} == {
        "photos/cats/0.png": "cats",
        "photos/cats/1.png": "cats",
        "photos/dogs/0.png": "dogs",
        "photos/dogs/1.png": "dogs",
    }
    assert all(item.passing.name.isdigit() for item in found.values())
    assert found["photos/dogs/1.png"].passing.read_bytes() == two_classes(2)["dogs/1.png"]


def test_a_folder_is_read_where_it_lies(items, tmp_path):
    folder = fill(tmp_path / "up", {**two_classes(1), ".hidden/x.png": b"x", "cats/.DS_Store": b"x"})
    found = items(folder)
    assert set(found) == {"cats/0.png", "dogs/0.png"}
    assert all(item.passing is None for item in found.values())


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_and_pipes_are_refused(items, tmp_path):
    folder = fill(tmp_path / "up", two_classes(1))
    (folder / "birds").symlink_to(folder / "cats")
    (folder / "cats" / "gone.png").symlink_to(tmp_path / "nowhere")
    os.mkfifo(folder / "dogs" / "pipe.png")
    found = items(folder)
    assert {source for source, item in found.items() if item.refused} == {"birds", "cats/gone.png", "dogs/pipe.png"}


def test_several_zips_stand_for_folders(items, tmp_path):
    cats = zipped(tmp_path / "cats.zip", {"1.png": picture(1), "in/2.png": picture(2)})
    dogs = zipped(tmp_path / "dogs.zip", {"1.png": picture(3)})
    assert {source: item.label for source, item in items(cats, dogs).items()} == {
        "cats/1.png": "cats",
        "cats/in/2.png": "cats",
        "dogs/1.png": "dogs",
    }


def test_one_bad_zip_beside_a_good_one_is_refused_alone(items, tmp_path):
    (tmp_path / "bad.zip").write_bytes(b"no zip")
    found = items(tmp_path / "bad.zip", zipped(tmp_path / "good.zip", two_classes(1)))
    assert found["bad.zip"].refused.reason == "data.zip_broken"
    assert len(found) == 3
    with pytest.raises(InputFault, match="damaged"):
        items(tmp_path / "bad.zip")


def test_loose_files_have_their_folders_class(items, tmp_path):
    folder = fill(tmp_path, two_classes(1))
    found = items(folder / "cats" / "0.png", folder / "dogs" / "0.png")
    assert {source: item.label for source, item in found.items()} == {"cats/0.png": "cats", "dogs/0.png": "dogs"}


def test_files_without_a_class_are_refused_unless_none_is_asked(items, tmp_path):
    folder = fill(tmp_path / "up", {"1.png": picture(1), "2.png": picture(2)})
    assert {item.refused.reason for item in items(folder).values()} == {"refusals.no_class_folder"}
    assert {item.refused for item in items(folder, labelled=False).values()} == {None}


def test_a_test_set_of_ones_own(items, tmp_path):
    train = zipped(tmp_path / "a.zip", two_classes(1))
    test = fill(tmp_path / "test", two_classes(2))
    found = items(train, test_paths=[test])
    assert {source for source, item in found.items() if item.test} >= {"cats/1.png", "dogs/1.png"}
    inside = zipped(tmp_path / "b.zip", {**two_classes(1, "set/train/"), **two_classes(1, "set/test/")})
    found = items(inside)
    assert {source: (item.label, item.test) for source, item in found.items()} == {
        "set/train/cats/0.png": ("cats", False),
        "set/train/dogs/0.png": ("dogs", False),
        "set/test/cats/0.png": ("cats", True),
        "set/test/dogs/0.png": ("dogs", True),
    }


TABLE = b"text,label\ngood,pos\nbad,neg\n"


def test_tables_become_rows(items, tmp_path):
    found = items(fill(tmp_path / "up", {"t.csv": TABLE}), tables=True)
    assert [(source, item.label, item.payload) for source, item in found.items()] == [
        ("row 2", "pos", {"text": "good"}),
        ("row 3", "neg", {"text": "bad"}),
    ]


def test_several_tables_in_a_zip_of_which_one_is_the_test_set(items, tmp_path):
    found = items(zipped(tmp_path / "z.zip", {"x/train.csv": TABLE, "x/test.csv": TABLE}), tables=True)
    assert {source: item.test for source, item in found.items()} == {
        "train.csv, row 2": False,
        "train.csv, row 3": False,
        "test.csv, row 2": True,
        "test.csv, row 3": True,
    }


def test_texts_in_class_folders_and_a_lone_text_that_is_a_table(items, tmp_path):
    found = items(zipped(tmp_path / "z.zip", {"pos/1.txt": b"good", "neg/1.txt": b"bad"}), tables=True)
    assert {source: item.label for source, item in found.items()} == {"pos/1.txt": "pos", "neg/1.txt": "neg"}
    (tmp_path / "lone.txt").write_bytes(TABLE.replace(b",", b"\t"))
    assert set(items(tmp_path / "lone.txt", tables=True)) == {"row 2", "row 3"}


def test_rows_without_a_label(items, tmp_path):
    (tmp_path / "t.csv").write_bytes(TABLE + b"so so,\n")
    assert items(tmp_path / "t.csv", tables=True)["row 4"].refused.reason == "refusals.no_label"
    unlabelled = items(tmp_path / "t.csv", tables=True, labelled=False)
    assert unlabelled["row 4"].payload == {"text": "so so"}


def test_what_was_wrongly_decoded_is_remarked_on(items, tmp_path):
    from tl_core.domain.plan import Columns

    (tmp_path / "t.csv").write_bytes(b"text,label\ng\xfct,pos\nbad,neg\n")
    found = items(tmp_path / "t.csv", tables=True, columns=Columns(encoding="utf-8"))
    assert found["t.csv"].kept
    assert found["t.csv"].refused.values == {"count": 1, "encoding": "utf-8"}


def test_nothing(items, tmp_path):
    (tmp_path / "empty").mkdir()
    for path, key in ((tmp_path / "empty", "data.nothing_there"), (tmp_path / "gone", "data.path_missing")):
        with pytest.raises(InputFault) as fault:
            items(path)
        assert fault.value.key == key
