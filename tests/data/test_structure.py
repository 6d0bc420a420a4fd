"""What folders mean."""

import pytest

from tl_core.data.structure import Place, places


def labels(*sources):
    return [place.label for place in places(sources)]


@pytest.mark.parametrize("root", ["", "photos/", "download/photos/"])
def test_a_folder_per_class_below_any_number_of_roots(root):
    assert labels(f"{root}cats/1.jpg", f"{root}cats/2.jpg", f"{root}dogs/1.jpg") == ["cats", "cats", "dogs"]


def test_folders_below_a_class_folder_belong_to_it():
    assert labels("cats/p1/1.jpg", "cats/p2/1.jpg", "dogs/p3/1.jpg") == ["cats", "cats", "dogs"]


def test_one_class_folder_is_no_root():
    assert labels("cats/1.jpg", "cats/2.jpg") == ["cats", "cats"]
    assert labels("photos/cats/1.jpg", "photos/cats/2.jpg") == ["cats", "cats"]


@pytest.mark.parametrize("names", [("train", "val", "test"), ("Training", "dev", "TEST"), ("train", "valid", "test")])
@pytest.mark.parametrize("root", ["", "set/"])
def test_subsets_are_recognised_and_a_given_test_set_respected(root, names):
    sources = [f"{root}{name}/{label}/1.jpg" for name in names for label in ("cats", "dogs")]
    found = places(sources)
    assert [place.label for place in found] == ["cats", "dogs"] * 3
    assert [place.test for place in found] == [False] * 4 + [True] * 2


def test_train_and_validation_without_a_test_set_are_all_training():
    assert places(["train/a/1", "train/b/1", "val/a/1", "val/b/1"]) == [
        Place("a", False),
        Place("b", False),
        Place("a", False),
        Place("b", False),
    ]


def test_classes_may_be_called_train_and_test():
    found = places(["train/1.jpg", "train/2.jpg", "test/1.jpg"])
    assert found == [Place("train", False), Place("train", False), Place("test", False)]


def test_a_class_called_test_beside_others_is_a_class():
    assert labels("test/a/1", "good/a/1", "bad/a/1") == ["test", "good", "bad"]


def test_files_beside_the_class_folders_have_no_class():
    assert labels("readme.txt", "cats/1.jpg", "dogs/1.jpg") == [None, "cats", "dogs"]
    assert labels("set/readme.txt", "set/cats/1.jpg", "set/dogs/1.jpg") == [None, "cats", "dogs"]
    assert labels("1.jpg", "2.jpg") == [None, None]
    assert places([]) == []
