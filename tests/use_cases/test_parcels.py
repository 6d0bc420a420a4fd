"""Many files in one request: each is there when it is whole, whatever becomes of the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pages._ui import doors
from pages._ui.upload import UPLOAD
from tl_core.data.content_mark import WHOLE, mark_of
from tl_core.domain.fault import InputFault
from tl_core.store.home import Home
from tl_core.use_cases import uploads
from tl_core.use_cases.parcels import Parcel

FILES = {"cats/1.jpg": b"abc", "dogs/empty.jpg": b"", "a:b.jpg": b"odd", "a_b.jpg": b"even", "ka\u0308se.jpg": b"nfd"}


def packed(files: dict[str, bytes]) -> bytes:
    heads = {name: json.dumps({"name": name, "bytes": len(content)}).encode() for name, content in files.items()}
    return b"".join(heads[name] + b"\n" + content for name, content in files.items())


@pytest.fixture
def inbox(home: Home) -> uploads.Inbox:
    return uploads.open_inbox()


@pytest.mark.parametrize("cut", [1, 7, 10_000])
def test_blocks_are_cut_anywhere(inbox: uploads.Inbox, cut: int) -> None:
    whole = packed(FILES)
    with Parcel(inbox.token) as parcel:
        for at in range(0, len(whole), cut):
            parcel.write(whole[at : at + cut])
    assert (parcel.arrived, parcel.refused) == (5, [])
    assert sum(one.bytes for one in uploads.received(inbox.name)) == 13
    assert len(uploads.received(inbox.name)) == 5


def test_a_parcel_that_is_torn_off_leaves_what_was_whole(inbox: uploads.Inbox, home: Home) -> None:
    with Parcel(inbox.token) as parcel:
        parcel.write(packed({"1.jpg": b"one", "2.jpg": b"two"})[:-1])
    assert [one.path for one in uploads.received(inbox.name)] == ["1.jpg"]
    assert not list(home.inbox.rglob("*.part"))


def test_a_name_that_is_none_refuses_its_file_alone(inbox: uploads.Inbox) -> None:
    with Parcel(inbox.token) as parcel:
        parcel.write(packed({"..": b"one", "2.jpg": b"two"}))
    assert (parcel.arrived, parcel.refused) == (1, [".."])


def test_empty_files_and_names_that_are_none_come_to_an_end(inbox: uploads.Inbox, monkeypatch) -> None:
    monkeypatch.setattr(uploads, "LOOSE_FILES", 1)
    for name in ("{}.jpg", "../"):
        heads = [json.dumps({"name": name.format(number), "bytes": 0}).encode() + b"\n" for number in range(2000)]
        with pytest.raises(InputFault), Parcel(inbox.token) as parcel:
            parcel.write(b"".join(heads))
    assert len(uploads.received(inbox.name)) < 20


@pytest.mark.parametrize(
    "content",
    [
        b"no head\n",
        b'{"name": "x"}\n',
        b'{"name": "x", "bytes": -1}\n',
        b'{"name": "x", "bytes": Infinity}\n',
        b"x" * 9000,
    ],
)
def test_what_is_no_parcel_is_refused(inbox: uploads.Inbox, content: bytes) -> None:
    with pytest.raises(InputFault), Parcel(inbox.token) as parcel:
        parcel.write(content)
    assert uploads.received(inbox.name) == []


def test_what_arrived_whole_is_not_missing(inbox: uploads.Inbox) -> None:
    with Parcel(inbox.token) as parcel:
        parcel.write(packed(FILES))
    others = [("dogs/2.jpg", 7, None), ("cats/1.jpg", 4, None), ("", 1, None)]
    wanted = [*((name, len(content), None) for name, content in FILES.items()), *others]
    assert uploads.missing(inbox.token, wanted) == [5, 6, 7]
    assert uploads.expected(inbox.name) == 6
    assert ".expected.json" not in {one.path for one in uploads.received(inbox.name)}


@pytest.mark.parametrize("size", [0, 3, WHOLE, WHOLE + 1, 5 * WHOLE])
def test_another_file_of_the_same_name_and_size_is_not_here(inbox: uploads.Inbox, tmp_path: Path, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    with Parcel(inbox.token) as parcel:
        parcel.write(packed({"a.jpg": content}))
    (tmp_path / "same.jpg").write_bytes(content)
    same = mark_of(tmp_path / "same.jpg")
    assert uploads.missing(inbox.token, [("a.jpg", size, same)]) == []
    for place in {0, size - 1} if size else set():
        (tmp_path / "other.jpg").write_bytes(content[:place] + b"?" + content[place + 1 :])
        assert uploads.missing(inbox.token, [("a.jpg", size, mark_of(tmp_path / "other.jpg"))]) == [0]
    assert uploads.missing(inbox.token, [("gone.jpg", size, same)]) == [0]


def test_hostile_names_stay_below_and_apart(inbox: uploads.Inbox, home: Home) -> None:
    names = [
        "../../out.png", "/etc/passwd", "C:\\Windows\\x.png", "con", "aux.png", "a\x00b.png", "a\nb.png",
        "\u202egnp.exe", "<img src=x onerror=1>.png", "a" * 400 + ".png", "a" * 399 + "b.png", "x/" * 11 + "y.png",
        ".hidden", "~", "%2e%2e/x", "\ud800.png", "name.part", ".expected.json", "cats./x.png", " cats/x.png",
        "cats/x.png",
    ]  # fmt: skip
    with Parcel(inbox.token) as parcel:
        parcel.write(packed({name: str(number).encode() for number, name in enumerate(names)}))
    assert parcel.arrived == len(names)
    lying = [path for path in home.inbox.rglob("*") if path.is_file()]
    assert all((home.inbox / inbox.name) in path.resolve().parents for path in lying)
    assert sorted(int(path.read_text()) for path in lying) == list(range(len(names)))
    assert len(uploads.received(inbox.name)) == len(names)
    assert not (home.path.parent / "out.png").exists()


def test_through_the_doors(inbox: uploads.Inbox) -> None:
    with TestClient(Starlette(routes=doors.routes())) as client:
        address = f"{UPLOAD}/{inbox.token}"
        wanted = [["cats/1.jpg", 3, None], ["new.jpg", 2, None]]
        assert client.post(address, content=packed(FILES)).json() == {"arrived": 5, "refused": []}
        assert client.post(f"{address}/missing", json=wanted).json() == {"missing": [1]}
        for path in ("", "/missing"):
            refused = client.post(f"{UPLOAD}/forged{path}", content=b"[]")
            assert (refused.status_code, refused.json()["sentence"][-1]) == (400, ".")
        assert client.post(address, content=b"odd\n").status_code == 400
        for odd in (b"odd", b"[1]", b'[["x", Infinity, null]]', b'[["x", 1, "y"]]', b"[" * 100_000):
            assert client.post(f"{address}/missing", content=odd).status_code == 400
