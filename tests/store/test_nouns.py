"""Nouns in files: absent, damaged, changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from tl_core.domain.base import Noun
from tl_core.store.nouns import read_noun, remembered_noun


class Cup(Noun):
    size: int


def test_what_is_not_there_is_none_and_what_is_damaged_is_not(tmp_path: Path) -> None:
    file = tmp_path / "cup.json"
    assert read_noun(file, Cup) is remembered_noun(file, Cup) is None
    file.write_text('{"size": 3}')
    assert read_noun(file, Cup) == Cup(size=3)
    file.write_text('{"size": 3, "colour": "of a later version"}')
    assert read_noun(file, Cup, forgiving=True) is None
    for read in (read_noun, remembered_noun):
        with pytest.raises(ValidationError):
            read(file, Cup)


def test_one_in_memory_is_read_anew_when_its_file_changes(tmp_path: Path) -> None:
    file = tmp_path / "cup.json"
    file.write_text('{"size": 3}')
    first = remembered_noun(file, Cup)
    assert remembered_noun(file, Cup) is first
    file.write_text('{"size": 4}')
    os.utime(file, ns=(1, 1))
    assert remembered_noun(file, Cup) == Cup(size=4)
