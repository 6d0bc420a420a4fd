"""Word documents, HTML, Markdown and plain text become the same blocks; which reader a file gets, and hostile ones."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.data.documents.made import page, pdf, with_part, word
from tl_core.data.documents.document import Document
from tl_core.data.documents.kinds import read
from tl_core.data.limited import run_each, run_one
from tl_core.data.refused import Refused

HTML = """<!doctype html><html><head><title>x</title><script>alert(1)</script></head><body>
<nav>Home | Products</nav><header>Our shop</header>
<form action="/"><div role="main">
<h1>Kettle<a class="headerlink" href="#k">¶</a></h1><p>It boils <b>water</b>.<br>Fast.</p>
<h2>Codes</h2><ul><li><p>first</p><p>more of it</p></li><li>second</li></ul>
<dl><dt>E5</dt><dd>too hot</dd></dl><pre>run(
  1)</pre>
<table><tr><th>Code</th><th>Meaning</th></tr><tr><td>E5</td><td>too hot</td></tr></table>
<style>p {}</style></div></form><footer>© somebody</footer></body></html>"""
MARKDOWN = """---
layout: page
---
# Kettle

It boils **water**.
Fast.

## Codes

- first

  more of it
- second

```
run(
  1)
```

| Code | Meaning |
|------|---------|
| E5   | too hot |
"""
PLAIN = """Kettle
======

It boils water.
Fast.

Codes
-----

* first
* second

    run(
      1)

1.2 Cleaning

SAFETY NOTES

Never open it hot.
"""


def document(tmp_path: Path, name: str, content: str | bytes) -> Document:
    path = tmp_path / "00000001"  # names are never used as paths
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path, name)


def told(found: Document) -> list[tuple[str, str]]:
    return [(one.kind, one.text or " / ".join(map(" | ".join, one.rows))) for one in found.blocks]


def test_html_is_its_own_content_alone(tmp_path: Path) -> None:
    found = document(tmp_path, "a.html", HTML)
    assert told(found) == [
        ("heading", "Kettle"), ("paragraph", "It boils water. Fast."), ("heading", "Codes"), ("item", "first"),
        ("paragraph", "more of it"), ("item", "second"), ("term", "E5"), ("paragraph", "too hot"),
        ("code", "run(\n  1)"), ("table", "Code | Meaning / E5 | too hot"),
    ]  # fmt: skip
    assert [block.level for block in found.blocks if block.kind == "heading"] == [1, 2]


def test_a_term_explained_at_length_is_a_title_until_its_explanation_ends(tmp_path: Path) -> None:
    long = "".join(f"<p>{number} {'much to say of it ' * 20}</p>" for number in range(5))
    content = f"<h1>Kettle</h1><dl><dt>boil(<i>water</i>)</dt><dd>{long}</dd><dt>E5</dt><dd>hot</dd></dl><p>After.</p>"
    (tmp_path / "a").write_text(content)
    answer = run_one("tl_core.data.documents.reading:read", {"path": str(tmp_path / "a"), "name": "a.html"})
    *within, last = [(one["place"]["heading"], one["text"]) for one in answer["passages"]]
    assert len(within) > 1
    assert {tuple(heading) for heading, _ in within} == {("Kettle", "boil(water)")}
    assert last == (["Kettle"], "E5\nhot\n\nAfter.")


def test_markdown(tmp_path: Path) -> None:
    assert told(document(tmp_path, "a.md", MARKDOWN)) == [
        ("heading", "Kettle"), ("paragraph", "It boils water. Fast."), ("heading", "Codes"), ("item", "first"),
        ("paragraph", "more of it"), ("item", "second"), ("code", "run(\n  1)"),
        ("table", "Code | Meaning / E5 | too hot"),
    ]  # fmt: skip


def test_plain_text_with_titles(tmp_path: Path) -> None:
    found = document(tmp_path, "a.txt", PLAIN)
    assert told(found) == [
        ("heading", "Kettle"), ("paragraph", "It boils water. Fast."), ("heading", "Codes"), ("item", "first"),
        ("item", "second"), ("code", "    run(\n      1)"), ("heading", "1.2 Cleaning"),
        ("heading", "SAFETY NOTES"), ("paragraph", "Never open it hot."),
    ]  # fmt: skip
    assert [block.level for block in found.blocks if block.kind == "heading"] == [1, 2, 2, 1]


REST = """.. _top:

======
Kettle
======

.. highlight:: none
.. a comment

It *boils* **water**, see :ref:`the codes <codes>`, :ref:`too_hot`, `a page
<http://x.example>`_ and ``kettle -n``::

  run(
    1)

.. note:: Hot.
   Very hot.

.. only:: html

   A drawn table.

.. image:: kettle.png

Codes
-----

- first
- second

E5
  too hot

  -n, --now        at once

+------+---------+
| Code | Meaning |
+------+---------+
| E5   | too hot |
+------+---------+
"""


def test_restructured_text(tmp_path: Path) -> None:
    assert told(document(tmp_path, "a.rst", REST)) == [
        ("heading", "Kettle"),
        ("paragraph", "It boils water, see the codes, too hot, a page and kettle -n:"),
        ("code", "    run(\n      1)"), ("paragraph", "Note: Hot. Very hot."), ("heading", "Codes"), ("item", "first"),
        ("item", "second"), ("paragraph", "E5: too hot"), ("item", "-n, --now: at once"),
        ("paragraph", "Code | Meaning"), ("paragraph", "E5 | too hot"),
    ]  # fmt: skip


def test_word(tmp_path: Path) -> None:
    content = word(
        ("Title", "Kettle"), ("Normal", "It boils water."), ("Heading 2", "Codes"), ("List Bullet", "first"),
        table=[("Code", "Meaning"), ("E5", "too hot")],
    )  # fmt: skip
    found = document(tmp_path, "a.docx", content)
    assert told(found) == [
        ("heading", "Kettle"), ("paragraph", "It boils water."), ("heading", "Codes"), ("item", "first"),
        ("table", "Code | Meaning / E5 | too hot"),
    ]  # fmt: skip
    assert [block.level for block in found.blocks if block.kind == "heading"] == [0, 2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "Die Maschine läuft über Nacht, und der Kessel wird größer. " * 3
    for name in ("a.txt", "a.md", "a.html"):
        content = f"<html><body><p>{text}</p></body></html>" if name == "a.html" else text
        [(_, read_)] = told(document(tmp_path, name, content.encode(encoding)))
        assert read_ == text.strip(), name


@pytest.mark.parametrize(
    "said", ["", '<meta charset="cp1251">', '<?xml version="1.0" encoding="windows-1251"?>', '<meta charset="utf-8">']
)
def test_a_page_says_its_encoding_or_it_is_guessed(tmp_path: Path, said: str) -> None:
    text = "Чайник кипятит воду за две минуты и сам выключается, если вода закипела."
    page_ = f"{said}<html><head><script>x.charset = 1</script></head><body><p>{text}</p></body></html>"
    assert told(document(tmp_path, "a.html", page_.encode("cp1251"))) == [("paragraph", text)]


def test_first_bytes_count_more_than_the_name(tmp_path: Path) -> None:
    assert told(document(tmp_path, "a.txt", pdf([page(["Use vinegar."])]))) == [("paragraph", "Use vinegar.")]
    assert told(document(tmp_path, "a", word(("Normal", "Use vinegar.")))) == [("paragraph", "Use vinegar.")]
    assert told(document(tmp_path, "manual.TXT", HTML))[0] == ("heading", "Kettle")


def bomb() -> bytes:
    return with_part(word(("Normal", "x")), "word/media/blank.bmp", b"\0" * 60_000_000)


def odd_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as odd:
        odd.writestr("something.txt", "x")
    return out.getvalue()


def entities() -> bytes:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "lol">{lines}]><w:document xmlns:w="http://'
    body += 'schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&l9;</w:t></w:r></w:p>'
    return with_part(word(("Normal", "x")), "word/document.xml", f"{body}</w:body></w:document>".encode())


HOSTILE: list[tuple[str, bytes, str]] = [  # what it is called, what is in it, why it does not come in
    ("a.docx", b"", "refusals.empty_file"),
    ("a.docx", b"PK\x03\x04 and no more", "refusals.document_damaged"),
    ("a.docx", b"\xd0\xcf\x11\xe0 locked", "refusals.document_old"),
    ("a.doc", b"\xd0\xcf\x11\xe0 old", "refusals.document_old"),
    ("a.png", b"\x89PNG\r\n\x1a\n", "refusals.not_a_document"),
    ("a.txt", bytes(range(256)) * 8, "refusals.not_a_text"),
    ("a.txt", b" \n \n", "refusals.empty_text"),
    ("a.html", b"<html><body><script>x</script></body></html>", "refusals.empty_text"),
    ("a.html", b"<div>" * 100_000 + b"deep", "refusals.empty_text"),
    ("a.md", b"> " * 20_000 + b"deep", "refusals.empty_text"),
    ("a.csv", b"a,b\n", "data.table_empty"),
    ("a.jsonl", b"[" * 100_000, "data.json_broken"),
    ("a.docx", bomb(), "refusals.bomb"),
    ("a.docx", entities(), "refusals.document_damaged"),
    ("a.docx", odd_zip(), "refusals.document_damaged"),
    ("a.xlsx", odd_zip(), "data.workbook_broken"),
    ("a.pdf", pdf([[]] * 10_000), "refusals.document_pages"),
]


def test_hostile_files_end_in_a_sentence(tmp_path: Path) -> None:
    items = []
    for number, (name, content, _) in enumerate(HOSTILE):
        (tmp_path / str(number)).write_bytes(content)
        items.append({"path": str(tmp_path / str(number)), "name": name})
    answers = run_each("tl_core.data.documents.reading:read", items, children=1)
    found = [answer.reason if isinstance(answer, Refused) else "came in" for answer in answers]
    assert found == [reason for _, _, reason in HOSTILE]


def test_a_long_line_is_cut_between_words(tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"word " * 200_000)
    told_ = run_one("tl_core.data.documents.reading:read", {"path": str(tmp_path / "long"), "name": "a.txt"})
    assert {passage["text"].replace("word", "").strip() for passage in told_["passages"]} == {""}
    assert max(len(passage["text"]) for passage in told_["passages"]) <= 1000
