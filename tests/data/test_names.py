"""Strangers' names are shown, and that is all."""

from hypothesis import given
from hypothesis import strategies as st

from tl_core.data.names import LONGEST, cleaned, cleaned_path, ignored, pseudonym


@given(st.text(max_size=500))
def test_a_cleaned_name_is_one_printable_line(name):
    line = cleaned(name)
    assert len(line) <= LONGEST
    assert line == " ".join(line.split())
    assert all(c.isprintable() for c in line)
    line.encode("utf-8")


def test_paths_keep_their_folders_whatever_the_slashes():
    assert cleaned_path("a\\b/./c.jpg") == "a/b/c.jpg"
    assert cleaned_path("//a//b") == "a/b"


def test_surrogates_do_not_pass():
    assert cleaned("a\udcffb") == "a?b"


def test_what_systems_leave_behind_is_ignored():
    for name in ("__MACOSX/cats/._1.jpg", "cats/.DS_Store", "cats/Thumbs.db", ".git/config", "desktop.ini"):
        assert ignored(name)
    for name in ("cats/1.jpg", "../1.jpg", "cats/thumbs/1.jpg"):
        assert not ignored(name)


def test_pseudonyms_are_keyed_and_stable():
    one = pseudonym(b"key", "source", "Jane Doe")
    assert one == pseudonym(b"key", "source", "Jane Doe")
    assert len({one, pseudonym(b"other", "source", "Jane Doe"), pseudonym(b"key", "group", "Jane Doe")}) == 3
    assert "Jane" not in one
