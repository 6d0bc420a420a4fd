"""Uploads: what a client says is never trusted, what arrives is whole, and what is abandoned goes."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path, PurePosixPath

import pytest

from tl_core.domain.fault import InputFault
from tl_core.store.home import Home
from tl_core.use_cases import uploads


@pytest.fixture
def inbox(home: Home) -> uploads.Inbox:
    return uploads.open_inbox()


def put(token: str, name: str, content: bytes = b"x") -> None:
    with uploads.Arrival(token, name) as file:
        file.write(content)


def test_what_arrives_lies_in_the_inbox_under_its_class(inbox: uploads.Inbox, home: Home) -> None:
    put(inbox.token, "photos/cats/1.jpg", b"abc")
    assert (home.inbox / inbox.name / "photos" / "cats" / "1.jpg").read_bytes() == b"abc"
    assert uploads.received(inbox.name) == [uploads.Received(path="photos/cats/1.jpg", bytes=3)]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/root/x.jpg", "root/x.jpg"),
        ("C:\\Users\\me\\x.jpg", "C_/Users/me/x.jpg"),
        ("a//./b/x.jpg", "a/b/x.jpg"),
        ("dogs/con.txt", "dogs/_con.txt"),
        ("dogs /x.jpg ", "dogs/x.jpg"),
        ("ka\u0308se/b\x00ad.jpg", "k\u00e4se/b_ad.jpg"),
        ("...", None),
        ("", None),
        ("a/" * 40 + "x", None),
    ],
)
def test_names_stay_below_the_inbox(given: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(InputFault):
            uploads.safe_name(given)
    else:
        assert PurePosixPath(uploads.safe_name(given)) == PurePosixPath(kept)


def test_a_long_name_is_cut_and_keeps_its_ending() -> None:
    name = uploads.safe_name("ä" * 300 + ".jpeg").name
    assert len(name.encode()) <= 120
    assert name.endswith(".jpeg")


def test_two_names_made_equal_both_stay(inbox: uploads.Inbox) -> None:
    put(inbox.token, "a_b.jpg", b"1")
    put(inbox.token, "a:b.jpg", b"2")
    assert sorted(one.bytes for one in uploads.received(inbox.name)) == [1, 1]


def test_a_broken_arrival_leaves_nothing(inbox: uploads.Inbox, home: Home) -> None:
    with suppress(ConnectionError), uploads.Arrival(inbox.token, "x.jpg") as file:
        file.write(b"half")
        raise ConnectionError
    assert [path for path in (home.inbox / inbox.name).rglob("*") if path.is_file()] == []


def test_too_large_is_refused_in_words(inbox: uploads.Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST_FILE", 10)
    with pytest.raises(InputFault) as fault:
        put(inbox.token, "x.zip", b"x" * 11)
    assert str(fault.value)
    assert uploads.received(inbox.name) == []


def test_an_inbox_grows_only_so_far(inbox: uploads.Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST_INBOX", 15)
    put(inbox.token, "1.zip", b"x" * 10)
    with pytest.raises(InputFault):
        put(inbox.token, "2.zip", b"x" * 10)


@pytest.mark.parametrize("token", ["", "forged", "eyJ.x.y"])
def test_a_forged_token_opens_nothing(home: Home, token: str) -> None:
    with pytest.raises(InputFault):
        put(token, "x.jpg")
    with pytest.raises(InputFault):
        uploads.thumbnail(token, "0123456789abcdef")


def test_a_token_is_for_one_thing_and_for_a_while(inbox: uploads.Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputFault):
        uploads.thumbnail(inbox.token, "0123456789abcdef")  # an upload's token shows no pictures
    then = time.time() + uploads.HOURS * 3600 + 5
    monkeypatch.setattr(time, "time", lambda: then)
    with pytest.raises(InputFault):
        put(inbox.token, "x.jpg")


def test_thumbnails_only_of_the_tokens_project(home: Home) -> None:
    (home.thumbnails("mine") / "0123456789abcdef.webp").write_bytes(b"picture")
    token = uploads.picture_token("mine")
    assert uploads.thumbnail(token, "0123456789abcdef") == home.thumbnails("mine") / "0123456789abcdef.webp"
    assert uploads.thumbnail(uploads.picture_token("other"), "0123456789abcdef") is None
    with pytest.raises(InputFault):
        uploads.thumbnail(token, "../../secret")


def test_abandoned_uploads_go_and_fresh_ones_stay(inbox: uploads.Inbox, home: Home) -> None:
    put(inbox.token, "x.jpg")
    fresh = uploads.open_inbox()
    put(fresh.token, "y.jpg")
    old = time.time() - uploads.ABANDONED - 60
    os.utime(home.inbox / inbox.name, (old, old))
    uploads.open_inbox()
    assert {path.name for path in home.inbox.iterdir()} == {fresh.name}


def test_discarding_forgets_the_files(inbox: uploads.Inbox) -> None:
    put(inbox.token, "x.jpg")
    uploads.discard(inbox.name)
    assert uploads.received(inbox.name) == []
    assert isinstance(uploads.inbox_path(inbox.name), Path)
