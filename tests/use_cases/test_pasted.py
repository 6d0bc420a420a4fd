"""Pasted lines become a table that is read as any other."""

from __future__ import annotations

import pytest

from tl_core.domain.fault import InputFault
from tl_core.store.home import Home
from tl_core.use_cases import data, pasted, uploads


def view(text: str) -> data.TableView:
    inbox = uploads.open_inbox()
    pasted.paste(inbox.token, text)
    return data.inspect_table(uploads.inbox_path(inbox.name) / pasted.NAME)


def test_a_text_a_line(home: Home) -> None:
    found = view('It works, really.\n\n"Never" again; I think\r\n=1+1, he said\n')
    assert found.rows == [["It works, really."], ['"Never" again; I think'], ["=1+1, he said"]]
    assert (found.columns.text, found.columns.label) == ("text", None)


@pytest.mark.parametrize("header", ["", "review\tstars\n"])
def test_cells_of_a_spreadsheet(home: Home, header: str) -> None:
    found = view(header + 'It works, really.\tgood\n"Two lines\nof ""it"""\tbad\nAs ever, it is fine\tgood\n')
    assert found.rows[1] == ['Two lines\nof "it"', "bad"]
    assert found.labels == {"good": 2, "bad": 1}


def test_class_before_text_and_signs_that_look_like_quotes(home: Home) -> None:
    found = view('good\tIt works, really.\nbad\t"Never again\ngood\tAs ever it is "fine", they say\n')
    assert (found.columns.text, found.columns.label) == ("text", "label")
    assert found.rows[1] == ["bad", '"Never again']


@pytest.mark.parametrize("text", ["", " \n\t\n", "x" * (pasted.MOST + 1)])
def test_nothing_and_too_much(home: Home, text: str) -> None:
    with pytest.raises(InputFault) as fault:
        pasted.paste(uploads.open_inbox().token, text)
    assert str(fault.value)
