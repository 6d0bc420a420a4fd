"""The manual of a backup program (BorgBackup) and its FAQ: pages as they are, questions with what was answered.

Pages of the manual are put together from their parts, references read as the titles they lead to. The FAQ becomes a
table: question, answer, and the pages that the answer refers to.
"""

from __future__ import annotations

import csv
import posixpath
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

from tl_core.data.documents import plain
from tl_core.data.documents.passages import passages
from tl_core.data.documents.rest import plain_text

PAGES = (
    "README.rst",
    "docs/installation.rst",
    "docs/quickstart.rst",
    "docs/support.rst",
    "docs/internals/security.rst",
)
FOLDERS = ("docs/usage/", "docs/deployment/")
FAQ = "docs/faq.rst"
INCLUDE = re.compile(r"^\.\. include:: (\S+)\n((?: +:\w+:.*\n)*)", re.MULTILINE)
LABEL = re.compile(r"^\.\. _([\w -]+):\s*\n(?:\s*\n|\.\. .*\n)*([^\n]*)\n([=\-~#^]{3,})?", re.MULTILINE)
REFERENCE = re.compile(r":ref:`(?:[^`<]*<)?([\w-]+)>?`")
BARE = re.compile(r":ref:`([\w-]+)`")
SECTION = re.compile(r"^(?P<title>[^\n]{4,})\n-{4,}\n", re.MULTILINE)
PART = re.compile(r"^[^\n]+\n#{4,}\n", re.MULTILINE)
LABELS = re.compile(r"^\.\. _[\w-]+:\s*$", re.MULTILINE)


def unpack(package: Path, folder: Path) -> None:
    """``manual/usage/prune.rst`` ..., and ``faq.csv``."""
    with tarfile.open(package) as archive:
        texts = {
            name: found.read().decode("utf-8")
            for one in archive
            if one.isfile() and (name := one.name.partition("/")[2]).endswith((".rst", ".inc", ".txt"))
            if (found := archive.extractfile(one)) is not None
        }
    chosen = [name for name in texts if name in PAGES or (name.startswith(FOLDERS) and name.endswith(".rst"))]
    pages = {name.removeprefix("docs/"): _whole(name, texts) for name in sorted(chosen)}
    titles: dict[str, str] = {}
    homes: dict[str, str] = {}
    for name, text in [*pages.items(), ("", texts[FAQ])]:
        for label, title, underline in LABEL.findall(text):
            titles[label] = title.strip() if underline else label
            homes[label] = name
    for name, text in pages.items():
        target = folder / "manual" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_told(text, titles), encoding="utf-8")
    with (folder / "faq.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["question", "answer", "pages"])
        for question, answer in _answers(texts[FAQ]):
            cited = dict.fromkeys(homes[label] for label in REFERENCE.findall(answer) if homes.get(label))
            parts = passages(plain.blocks(plain_text(_told(answer, titles)), loose=False))
            table.writerow([_line(question, titles), "\n\n".join(part.text for part in parts), "|".join(cited)])


def _whole(name: str, texts: dict[str, str]) -> str:
    """A page with its parts in it."""

    def part(match: re.Match[str]) -> str:
        place = posixpath.normpath(posixpath.join(posixpath.dirname(name), match[1]))
        if place not in texts or place.endswith("global.rst.inc"):
            return ""
        if ":literal:" in match[2]:
            return "::\n\n" + "".join(f"    {line}\n" for line in texts[place].split("\n"))
        return _whole(place, texts) + "\n"

    return INCLUDE.sub(part, texts[name])


def _answers(text: str) -> Iterator[tuple[str, str]]:
    for chapter in PART.split(text)[1:]:
        pieces = SECTION.split(chapter)
        for question, answer in zip(pieces[1::2], pieces[2::2], strict=True):
            yield question.strip(), LABELS.sub("", answer)


def _told(text: str, titles: dict[str, str]) -> str:
    """References by their titles."""
    return BARE.sub(lambda match: f"“{titles[match[1]]}”" if match[1] in titles else match[0], text)


def _line(text: str, titles: dict[str, str]) -> str:
    return " ".join(plain_text(_told(text, titles)).split())
