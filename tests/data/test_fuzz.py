"""Whatever the bytes: an answer or a refusal with a sentence, never another error."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.conftest import picture, zipped
from tests.data.documents.made import page, pdf, word
from tl_core.data import tables
from tl_core.data.archives import Archive
from tl_core.data.documents import reading as documents
from tl_core.data.encodings import guess, looks_binary
from tl_core.data.languages import language_of
from tl_core.data.limited_child import answer
from tl_core.data.names import cleaned_path, ignored
from tl_core.data.refused import Refused
from tl_core.data.structure import places
from tl_core.domain.fault import InputFault
from tl_core.modalities.image import reading as image
from tl_core.modalities.text import reading as text
from tl_core.words import say

pieces = st.sampled_from(
    ['"', ",", ";", "\t", "\n", "\r", "a", "text", "label", "1", "é", "\\", "{", "}", "[", ":", "\0"]
)
table_bytes = st.one_of(
    st.binary(max_size=300),
    st.lists(pieces, max_size=80).map(lambda parts: "".join(parts).encode()),
    st.text().map(str.encode),
)
some = settings(max_examples=80, deadline=None)


@some
@given(content=table_bytes, name=st.sampled_from(["t.csv", "t.tsv", "t.jsonl", "t.json", "t.xlsx", "t"]))
def test_tables(content: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t")
        path.write_bytes(content)
        item = {"path": str(path), "name": name, "labelled": True, "target": f"{folder}/rows"}
        for function in (tables.inspect, tables.convert):
            try:
                function(item)
            except Refused as refused:
                say(refused.reason, **refused.values)


@some
@given(content=st.binary(max_size=400))
def test_encodings(content: bytes) -> None:
    encoding = guess(content)
    content.decode(encoding, "replace")
    looks_binary(content, encoding)


@some
@given(words=st.text(max_size=200))
def test_texts(words: str) -> None:
    assert language_of(words)
    try:
        told = text.read({"text": words})
    except Refused as refused:
        say(refused.reason)
    else:
        told["text"].encode()


@some
@given(names=st.lists(st.text(alphabet="ab/\\.:\0 train", max_size=20), max_size=8))
def test_names(names: list[str]) -> None:
    sources = [cleaned_path(name) for name in names if not ignored(name)]
    assert len(places(sources)) == len(sources)


SMALL_ZIP = {"a/1.txt": b"x" * 50, "b/2.txt": b"some more text"}


@some
@given(changes=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=6))
def test_bent_zips(changes: list[tuple[int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = zipped(Path(folder, "z.zip"), SMALL_ZIP)
        content = bytearray(path.read_bytes())
        for at, value in changes:
            content[at % len(content)] = value
        path.write_bytes(content)
        try:
            archive = Archive(path)
        except InputFault as fault:
            str(fault)
            return
        for member in archive.members:
            try:
                archive.extract(member, Path(folder, "out"))
            except Refused as refused:
                say(refused.reason)
        archive.close()


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
@settings(max_examples=25, deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=4))
def test_bent_pictures(kind: str, changes: list[tuple[int, int]]) -> None:
    content = bytearray(picture(size=(20, 15), kind=kind))
    for at, value in changes:
        content[at % len(content)] = value
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "p").write_bytes(content)
        try:
            image.read({"path": f"{folder}/p", "samples": folder, "thumbnails": None})
        except Refused as refused:
            say(refused.reason, **refused.values)


DOCUMENTS = {
    "a.pdf": pdf([page(["Use vinegar."], title="Care")], outline=[("Care", 0)], title="Kettle"),
    "a.docx": word(("Heading 1", "Care"), ("Normal", "Use vinegar."), table=[("a", "b"), ("c", "d")]),
    "a.html": b"<html><body><h1>Care</h1><table><tr><td>a<td>b</table><ul><li>c</ul><pre>d</pre></body></html>",
    "a.md": b"# Care\n\n- a\n- b\n\n| a | b |\n|---|---|\n| c | d |\n\n```\ncode\n```\n",
    "a.rst": b"Care\n====\n\n.. note:: a\n\nb::\n\n  c\n\n+---+\n| d |\n+---+\n",
    "a.jsonl": b'{"messages": [{"role": "user", "content": "How?"}, {"role": "agent", "content": "So."}]}\n',
}


@some
@given(
    name=st.sampled_from(sorted(DOCUMENTS)), start=st.floats(0, 1), cut=st.integers(0, 60), put=st.binary(max_size=60)
)
def test_documents(name: str, start: float, cut: int, put: bytes) -> None:
    """As a limited child answers, but for crashes, which it outlives."""
    content = DOCUMENTS[name]
    at = int(start * len(content))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file")
        path.write_bytes(content[:at] + put + content[at + cut :])
        told = answer(documents.read, {"path": str(path), "name": name})
    if "refused" in told:
        assert say(told["refused"], **told["values"])
    else:
        assert all(passage["text"] for passage in told["value"]["passages"])
