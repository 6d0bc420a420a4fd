"""Documents made by hand: PDF from lines, Word documents with and without malice."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import docx

PdfLine = tuple[float, float, str]  # size in points, height above the lower edge, text


def pdf(
    pages: Sequence[Sequence[PdfLine]], outline: Sequence[tuple[str, int]] = (), more: str = "", title: str = ""
) -> bytes:
    """``outline``: title and page, from 0; ``more`` goes into the catalogue."""
    objects: list[str] = ["", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]
    kids = []
    for lines in pages:
        stream = "".join(f"BT /F1 {size} Tf 72 {height} Td ({_escaped(text)}) Tj ET\n" for size, height, text in lines)
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {len(objects)} 0 R >>"
        )
        kids.append(len(objects))
    if outline:
        root = len(objects) + 1
        items = range(root + 1, root + 1 + len(outline))
        objects.append(f"<< /Type /Outlines /First {items[0]} 0 R /Last {items[-1]} 0 R /Count {len(outline)} >>")
        for number, (name, page) in zip(items, outline, strict=True):
            following = f"/Next {number + 1} 0 R" if number < items[-1] else ""
            objects.append(
                f"<< /Title ({_escaped(name)}) /Parent {root} 0 R {following} /Dest [{kids[page]} 0 R /Fit] >>"
            )
        more += f" /Outlines {root} 0 R"
    objects[0] = f"<< /Type /Catalog /Pages 2 0 R {more} >>"
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] /Count {len(kids)} >>"
    info = ""
    if title:
        objects.append(f"<< /Title ({_escaped(title)}) >>")
        info = f"/Info {len(objects)} 0 R"
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{one}\nendobj\n".encode("latin-1"))
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.write("".join(f"{place:010d} 00000 n \n" for place in places).encode())
    out.write(f"trailer << /Size {len(objects) + 1} /Root 1 0 R {info} >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def page(*paragraphs: Sequence[str], header: str = "", footer: str = "", title: str = "") -> list[PdfLine]:
    """A page of a plain book: lines of 12 points, a gap between paragraphs."""
    lines: list[PdfLine] = [(9, 800, header)] if header else []
    height = 750.0
    if title:
        lines.append((18, height, title))
        height -= 30
    for paragraph in paragraphs:
        for line in paragraph:
            lines.append((11, height, line))
            height -= 14
        height -= 10
    return [*lines, (9, 40, footer)] if footer else lines


def word(*paragraphs: tuple[str, str], table: Sequence[Sequence[str]] = ()) -> bytes:
    """``paragraphs``: style and text."""
    document = docx.Document()
    for style, text in paragraphs:
        document.add_paragraph(text, style=style)
    if table:
        made = document.add_table(len(table), len(table[0]))
        for row, cells in zip(made.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_part(document: bytes, name: str, content: bytes) -> bytes:
    """The same zip of a Word document with one part replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info, old.read(info))
        new.writestr(name, content)
    return out.getvalue()


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
