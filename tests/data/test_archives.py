"""Zips from strangers end in files or in sentences."""

import os
import stat
import struct
import zipfile

import pytest

from tests.data.conftest import zipped
from tl_core.data import archives
from tl_core.data.archives import Archive, is_archive
from tl_core.data.refused import Refused
from tl_core.domain.fault import InputFault
from tl_core.words import say


def reasons(archive):
    for _, refused in archive.refused:
        assert say(refused.reason, **refused.values)
    return {name: refused.reason for name, refused in archive.refused}


def test_members_in_order_without_what_systems_leave(tmp_path):
    members = {"b/1.txt": b"one", "__MACOSX/b/._1.txt": b"x", "a/.DS_Store": b"x", "a/2.txt": b"two", "a/": b""}
    archive = Archive(zipped(tmp_path / "z.zip", members))
    assert [member.name for member in archive.members] == ["b/1.txt", "a/2.txt"]
    archive.extract(archive.members[1], tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"two"
    assert archive.refused == []
    archive.close()


def test_names_that_point_outside_are_refused_and_written_nowhere(tmp_path):
    names = ["../evil.txt", "a/../../evil.txt", "/etc/evil.txt", "..\\evil.txt", "C:\\evil.txt", "C:/evil.txt"]
    archive = Archive(zipped(tmp_path / "z.zip", {**dict.fromkeys(names, b"x"), "fine/1.txt": b"x"}))
    assert [member.name for member in archive.members] == ["fine/1.txt"]
    assert set(reasons(archive).values()) == {"refusals.unsafe_name"}
    assert len(archive.refused) == len(names)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_links_nested_archives_and_second_files_of_a_name(tmp_path):
    path = tmp_path / "z.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("a/link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a/inner.zip", b"PK")
        archive.writestr("a/inner.tar.gz", b"x")
        archive.writestr("a/1.txt", b"first")
        archive.writestr("a/1.txt", b"second")
    opened = Archive(path)
    assert reasons(opened) == {
        "a/link.txt": "refusals.link",
        "a/inner.zip": "refusals.nested_archive",
        "a/inner.tar.gz": "refusals.nested_archive",
        "a/1.txt": "refusals.same_name",
    }
    opened.extract(opened.members[0], tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"first"


def encrypt(path, only=None):
    """Set the flag of a password on members, in both places where a zip keeps it."""
    content = bytearray(path.read_bytes())
    for mark, flags, length, name in ((b"PK\x03\x04", 6, 26, 30), (b"PK\x01\x02", 8, 28, 46)):
        at = content.find(mark)
        while at >= 0:
            size = struct.unpack_from("<H", content, at + length)[0]
            if only is None or content[at + name : at + name + size].decode() == only:
                content[at + flags] |= 1
            at = content.find(mark, at + 4)
    path.write_bytes(content)
    return path


def test_passwords(tmp_path):
    members = {"a/1.txt": b"x", "a/2.txt": b"y"}
    archive = Archive(encrypt(zipped(tmp_path / "some.zip", members), only="a/1.txt"))
    assert reasons(archive) == {"a/1.txt": "refusals.encrypted"}
    with pytest.raises(InputFault, match="password"):
        Archive(encrypt(zipped(tmp_path / "all.zip", members)))


def test_bombs(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "SMALL", 1_000_000)
    path = zipped(tmp_path / "bomb.zip", {"a/1.txt": bytes(3_000_000), "a/2.txt": os.urandom(30_000)})
    assert reasons(Archive(path)) == {"a/1.txt": "refusals.bomb"}
    many = zipped(tmp_path / "many.zip", {f"a/{n}.txt": bytes(900_000) for n in range(20)})
    with pytest.raises(InputFault) as fault:
        Archive(many)
    assert fault.value.key == "data.zip_bomb"


def test_caps(tmp_path, monkeypatch):
    path = zipped(tmp_path / "z.zip", {f"a/{n}.txt": os.urandom(1000) for n in range(20)})
    monkeypatch.setattr(archives, "LARGEST", 999)
    assert set(reasons(Archive(path)).values()) == {"refusals.too_big"}
    monkeypatch.undo()
    monkeypatch.setattr(archives, "TOTAL", 10_000)
    with pytest.raises(InputFault, match="GB"):
        Archive(path)
    monkeypatch.undo()
    monkeypatch.setattr(archives, "MEMBERS", 19)
    with pytest.raises(InputFault, match="19 files"):
        Archive(path)
    monkeypatch.undo()
    monkeypatch.setattr(archives, "DIRECTORY", 100)
    with pytest.raises(InputFault, match="files"):
        Archive(path)


def test_a_member_longer_than_it_claims_is_cut_off(tmp_path):
    path = zipped(tmp_path / "z.zip", {"a/1.txt": os.urandom(100_000)})
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    struct.pack_into("<L", content, at + 24, 500)  # unpacked size in the directory
    path.write_bytes(content)
    archive = Archive(path)
    with pytest.raises(Refused) as refused:
        archive.extract(archive.members[0], tmp_path / "out")
    assert refused.value.reason == "refusals.broken_in_zip"
    assert not (tmp_path / "out").exists()


def test_a_damaged_member_does_not_harm_the_others(tmp_path):
    path = zipped(tmp_path / "z.zip", {"a/1.txt": os.urandom(5000), "a/2.txt": b"fine"})
    content = bytearray(path.read_bytes())
    content[1000:1100] = bytes(100)
    path.write_bytes(content)
    archive = Archive(path)
    with pytest.raises(Refused):
        archive.extract(archive.members[0], tmp_path / "out")
    archive.extract(archive.members[1], tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"fine"


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06" + bytes(17), b"not a zip" * 1000, b"PK\x03\x04" * 99])
def test_what_is_no_zip(tmp_path, content):
    (tmp_path / "z.zip").write_bytes(content)
    with pytest.raises(InputFault, match="damaged"):
        Archive(tmp_path / "z.zip")


def test_a_directory_that_claims_to_be_huge_is_not_read(tmp_path):
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0, 0)
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 10**9, 10**9, 46 * 10**9, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    (tmp_path / "z.zip").write_bytes(record + locator + end)
    with pytest.raises(InputFault, match="files"):
        Archive(tmp_path / "z.zip")


def test_umlauts_from_a_mac(tmp_path):
    path = zipped(tmp_path / "z.zip", {"Äpfel/1.txt": b"x"})
    content = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        content[content.find(mark) + flags] &= ~0x08  # it does not say that names are UTF-8
    path.write_bytes(content)
    assert Archive(path).members[0].name == "Äpfel/1.txt"


def test_what_counts_as_an_archive(tmp_path):
    path = zipped(tmp_path / "plain", {"a": b"x"})
    assert is_archive(path)
    assert not is_archive(path.rename(tmp_path / "book.xlsx"))
    assert is_archive(path.with_name("photos.ZIP"))
