"""What pages and core say by kind of sample or by purpose is there for every one of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tl_core import modalities
from tl_core.domain.project import MODALITY_OF
from tl_core.words import table

ROOT = Path(__file__).resolve().parents[2]
ASKED = re.compile(r"""f"([a-z_.]+)\{(?:\w+\.)*(purpose|modality)\}([a-z_]*)"(?!: )""")


def asked() -> set[tuple[str, str, str]]:
    """What comes before, by what it differs, what comes after."""
    files = [*ROOT.joinpath("pages").rglob("*.py"), *ROOT.joinpath("tl_core").rglob("*.py")]
    return {found.groups() for file in files for found in ASKED.finditer(file.read_text("utf-8"))}  # type: ignore[misc]


@pytest.mark.parametrize(("before", "by", "after"), sorted(asked()))
def test_nothing_is_left_unsaid(before: str, by: str, after: str) -> None:
    known = {"modality": modalities.names(), "purpose": list(MODALITY_OF)}
    missing = [f"{before}{name}{after}" for name in known[by] if f"{before}{name}{after}" not in table()]
    assert not missing
