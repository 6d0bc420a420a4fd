"""PDF: what a reader of the pages sees, with the page it stands on."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest

from tests.data.documents.made import page, pdf
from tl_core.data.documents.document import Block, Document
from tl_core.data.documents.kinds import read
from tl_core.data.refused import Refused

LONG = "This is a line of a paragraph that goes on to the very end of the"


def read_pdf(tmp_path: Path, content: bytes) -> Document:
    path = tmp_path / "manual.pdf"
    path.write_bytes(content)
    return read(path, path.name)


def told(document: Document) -> list[tuple[str, str, int | None]]:
    return [(block.kind, block.text, block.page) for block in document.blocks]


def test_larger_letters_are_titles_and_lines_become_paragraphs(tmp_path: Path) -> None:
    content = pdf(
        [
            page([LONG, "line before."], ["Second one."], title="Descaling"),
            page(["\x95 first item", "goes on", "\x95 second item"], title="Cleaning"),
        ],
        title="The kettle",
    )
    assert told(read_pdf(tmp_path, content)) == [
        ("heading", "The kettle", None),
        ("heading", "Descaling", 1),
        ("paragraph", f"{LONG} line before.", 1),
        ("paragraph", "Second one.", 1),
        ("heading", "Cleaning", 2),
        ("item", "first item goes on", 2),
        ("item", "second item", 2),
    ]


def test_an_outline_says_the_titles(tmp_path: Path) -> None:
    content = pdf(
        [page(["1.2 Descaling"], ["Use vinegar."]), page(["Chapter 2 Safety"], ["Never open it hot."])],
        outline=[("Descaling", 0), ("Safety", 1)],
    )
    blocks = read_pdf(tmp_path, content).blocks
    assert blocks[0] == Block("heading", "1.2 Descaling", 1, page=1)
    assert [block.text for block in blocks if block.kind == "heading"] == ["1.2 Descaling", "Chapter 2 Safety"]


def test_running_headers_and_page_numbers_are_left_out(tmp_path: Path) -> None:
    pages = [
        page([f"{word} is a colour that nobody likes."], header=f"The kettle, chapter {number}", footer=f"- {number} -")
        for number, word in enumerate(("Red", "Blue", "Green", "Grey"), start=1)
    ]
    assert [text for _, text, _ in told(read_pdf(tmp_path, pdf(pages)))] == [
        f"{word} is a colour that nobody likes." for word in ("Red", "Blue", "Green", "Grey")
    ]


def test_a_title_with_a_number_is_no_running_header(tmp_path: Path) -> None:
    words = ("One", "Two", "Three", "Four")
    pages = [
        page([f"{word} is more than enough of it."], title=f"Chapter {number}", footer=str(number))
        for number, word in enumerate(words, start=1)
    ]
    found = told(read_pdf(tmp_path, pdf(pages)))
    assert [text for kind, text, _ in found if kind == "heading"] == [f"Chapter {number}" for number in range(1, 5)]


def test_a_paragraph_goes_on_over_the_page_and_a_parted_word_is_one(tmp_path: Path) -> None:
    content = pdf([page([LONG, f"{LONG} exam-"]), page(["ple and its end."])])
    [(kind, text, number)] = told(read_pdf(tmp_path, content))
    assert (kind, number) == ("paragraph", 1)
    assert text.endswith("end of the example and its end.")


def test_a_script_in_it_is_only_left_out(tmp_path: Path) -> None:
    script = "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> /AA << /O << /S /Launch /F (x.exe) >> >>"
    assert told(read_pdf(tmp_path, pdf([page(["Use vinegar."])], more=script))) == [("paragraph", "Use vinegar.", 1)]


def test_pages_without_text_are_said(tmp_path: Path) -> None:
    found = read_pdf(tmp_path, pdf([page(["Use vinegar once a month, please."]), []]))
    assert found.remarks == [{"reason": "refusals.document_blank", "values": {"count": 1, "pages": 2}}]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pdf([[], []]), "refusals.document_images"),
        (pdf([[]] * 3001), "refusals.document_pages"),
        (b"%PDF-1.4\nnothing at all", "refusals.document_damaged"),
        (pdf([page(["Use vinegar."])])[:200], "refusals.document_damaged"),
        (b"MZ no pdf", "refusals.document_damaged"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read_pdf(tmp_path, content)
    assert refused.value.reason == reason


def test_a_password_is_asked_for_in_words(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([page(["Use vinegar."])])))
    for password, opened in (("secret", False), ("", True)):
        writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
        with (tmp_path / "locked.pdf").open("wb") as file:
            writer.write(file)
        if opened:
            assert told(read(tmp_path / "locked.pdf", "locked.pdf")) == [("paragraph", "Use vinegar.", 1)]
        else:
            with pytest.raises(Refused) as refused:
                read(tmp_path / "locked.pdf", "locked.pdf")
            assert refused.value.reason == "refusals.document_locked"
