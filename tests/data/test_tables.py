"""Tables as people really have them."""

import datetime
import json
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tl_core.data import tables, workbook
from tl_core.data.refused import Refused
from tl_core.domain.fault import InputFault
from tl_core.words import say


@pytest.fixture
def read(tmp_path):
    """Write a table, then ask for its rows as (row, text, label, group), or for what it looks like."""

    def convert(content, name="t.csv", inspect=False, **columns):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        item = {"path": str(path), "name": name, "columns": columns}
        if inspect:
            return tables.inspect(item)
        target = tmp_path / "rows.jsonl"
        tables.convert({**item, "labelled": True, "target": str(target)})
        lines = [json.loads(line) for line in target.read_text().splitlines()]
        return [
            (one["row"], one["refused"]) if "refused" in one else (one["row"], one["text"], one["label"])
            for one in lines
        ]

    return convert


PLAIN = [(2, "good", "pos"), (3, "bad", "neg")]


@pytest.mark.parametrize(
    "content",
    [
        "text,label\ngood,pos\nbad,neg\n",
        "text;label\ngood;pos\nbad;neg\n",
        "text\tlabel\ngood\tpos\nbad\tneg\n",
        "text|label\ngood|pos\nbad|neg\n",
        "text,label\rgood,pos\rbad,neg\r",
        "text,label\r\ngood,pos\r\nbad,neg",
        '"text","label"\n"good","pos"\n"bad","neg"\n',
        'text, label\n"good", "pos"\n"bad", "neg"\n',
        b"\xef\xbb\xbftext,label\ngood,pos\nbad,neg\n",
        "text,label\ngood,pos\nbad,neg\n".encode("utf-16"),
        "text,label\ngood,pos\nbad,neg\n".encode("utf-16-le"),
        "text,label\ngood,pos\nbad,neg\n\n\n,,\n",
    ],
)
def test_the_same_table_in_many_forms(read, content):
    assert read(content) == PLAIN


def test_a_spreadsheets_own_first_line(read):
    assert read("sep=;\ntext;label\ngood;pos\nbad;neg\n") == [(3, "good", "pos"), (4, "bad", "neg")]


def test_no_header(read):
    rows = read("it works very well and I like it,pos\nnot for me,neg\nnot at all,neg\nfine,pos\n")
    assert rows[0] == (1, "it works very well and I like it", "pos")
    assert len(rows) == 4


def test_quotes_lines_and_delimiters_inside_cells(read):
    assert read('text,label\n"one, ""two""\nthree",pos\nbad,neg\n') == [
        (2, 'one, "two"\nthree', "pos"),
        (3, "bad", "neg"),
    ]
    assert read('text,label\n"so \\"called\\", well",pos\n"b \\"c\\"",neg\n')[0] == (2, 'so "called", well', "pos")


def test_a_stray_quote_does_not_swallow_the_rest(read):
    content = 'id\ttext\tlabel\n1\t"hello\tpos\n2\tbye "bye\tneg\n' + "".join(f"{n}\tt{n}\tpos\n" for n in range(99))
    rows = read(content, "t.tsv")
    assert len(rows) == 101
    assert rows[0] == (2, '"hello', "pos")


def test_ragged_rows(read):
    assert read("text,label,x\ngood,pos,1\nwell, you know,pos,1\nonly\nbad,neg\n") == [
        (2, "good", "pos"),
        (3, "refusals.ragged"),
        (4, "only", None),
        (5, "bad", "neg"),
    ]


def test_a_huge_cell_refuses_its_row_alone(read):
    assert read(f"text,label\n{'x' * 2_000_000},pos\nbad,neg\n") == [(2, "refusals.cell_too_big"), (3, "bad", "neg")]


def test_zeros_and_foreign_letters(read):
    assert read("text,label\ngo\0od,pos\nbad,neg\n")[0][2] == "pos"
    assert read("text;label\nGerät für 5 €;gut\nnaja, übel;schlecht\n".encode("cp1252"))[1][1] == "naja, übel"


def test_what_is_chosen_is_used(read):
    content = "a,b,c\nfirst text here,x,one\nsecond text there,y,two\n"
    assert read(content, text="b", label="C") == [(2, "x", "one"), (3, "y", "two")]
    with pytest.raises(Refused) as refused:
        read(content, text="d")
    assert refused.value.values == {"column": "d", "known": "a, b, c"}
    with pytest.raises(Refused, match="unknown_encoding"):
        read(content, encoding="hex")
    assert read("text,label\nä,pos\nö,neg\n".encode("cp1252"), encoding="cp1252")[0][1] == "ä"


def test_naming_columns_means_no_group_unless_named(read):
    content = "patient,text,label\n" + "".join(f"p{n // 3},text {n} of many,{'ab'[n % 2]}\n" for n in range(30))
    assert read(content, inspect=True)["columns"]["group"] == "patient"
    assert read(content, inspect=True, text="text", label="label")["columns"]["group"] is None
    assert read(content, inspect=True, text="text", label="label", group="patient")["columns"]["group"] == "patient"


def test_a_header_can_be_denied(read):
    content = "text,label\ngood,label\nbad,other\nso so,other\n"
    assert read(content)[0] == (2, "good", "label")
    assert read(content, header=False)[0] == (1, "text", "label")


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        ("", "t.csv", "data.table_empty"),
        ("\n\n,,\n", "t.csv", "data.table_empty"),
        ("text,label\n", "t.csv", "data.table_empty"),
        ("just one line of words\n", "t.csv", "data.table_empty"),
        ("1\n2\n3\n", "t.csv", "data.no_text_column"),
        (random.Random(0).randbytes(5000), "t.csv", "data.not_a_text_table"),
        (b"no workbook", "t.xlsx", "data.workbook_broken"),
        ("{", "t.jsonl", "data.table_empty"),
        ("[1, 2", "t.json", "data.json_broken"),
    ],
)
def test_what_is_no_table(read, content, name, reason):
    with pytest.raises(Refused) as refused:
        read(content, name)
    assert refused.value.reason == reason
    assert say(reason, **refused.value.values)


def test_no_labels(read):
    with pytest.raises(Refused, match="no_label_column"):
        read("text\nsome words\nother words\n")


def test_records(read):
    lines = ['{"text": "good", "label": 1}', "", '{"label": 0, "text": "b\\u00e4d", "more": [1]}', "nonsense", "[1]"]
    expected = [(1, "good", "1"), (3, "bäd", "0"), (4, "refusals.not_a_record"), (5, "refusals.not_a_record")]
    assert read("\n".join(lines), "t.jsonl") == expected
    assert read("[" + lines[0] + "," + lines[2] + "]", "t.json") == [(1, "good", "1"), (2, "bäd", "0")]
    deep = '{"text": "x", "label": ' + "[" * 100_000 + "]" * 100_000 + "}"
    assert read("\n".join([deep, lines[0]]), "t.jsonl")[0] == (1, "refusals.not_a_record")


def workbook_of(path, rows, **more):
    book = openpyxl.Workbook()
    book.active.title = "reviews"
    for row in rows:
        book.active.append(row)
    for name, others in more.items():
        sheet = book.create_sheet(name)
        for row in others:
            sheet.append(row)
    book.save(path)


def test_workbook(read, tmp_path):
    day = datetime.datetime(2024, 5, 1)
    workbook_of(
        tmp_path / "t.xlsx",
        [["text", "label", "day"], ["good", 5.0, day], ["bad", 1, None], [None, None, None], ["so so", True, 3.25]],
        other=[["text", "label"], ["elsewhere", "x"], ["there", "y"]],
    )
    assert read(None, "t.xlsx") == [(2, "good", "5"), (3, "bad", "1"), (5, "so so", "TRUE")]
    assert read(None, "t.xlsx", sheet="other")[0] == (2, "elsewhere", "x")
    seen = read(None, "t.xlsx", inspect=True)
    assert seen["sheets"] == ["reviews", "other"]
    assert seen["rows"][0] == ["good", "5", "2024-05-01"]
    with pytest.raises(Refused, match="sheet_missing"):
        read(None, "t.xlsx", sheet="none")


def test_formulas_without_values_are_refused_and_never_run(read, tmp_path):
    workbook_of(tmp_path / "t.xlsx", [["text", "label"], ["=1+1", "x"], ["fine", "y"], ["=HYPERLINK(1)", "y"]])
    assert read(None, "t.xlsx") == [(2, "refusals.formula"), (3, "fine", "y"), (4, "refusals.formula")]


def test_hostile_workbooks(read, tmp_path, monkeypatch):
    path = tmp_path / "t.xlsx"
    workbook_of(path, [["text", "label"], ["good", "x"], ["bad", "y"]])
    monkeypatch.setattr(workbook, "UNPACKED", 1000)
    with pytest.raises(Refused, match="workbook_too_big"):
        read(None, "t.xlsx")
    monkeypatch.undo()
    laughs = (
        '<!DOCTYPE x [<!ENTITY a "ha">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in ("ab", "bc", "cd"))
        + "]>"
    )
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(bomb, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                content = laughs + content.replace("<v>0</v>", "<v>&d;</v>")
            target.writestr(name, content)
    with pytest.raises((Refused, InputFault), match="workbook_broken"):
        read(None, "bomb.xlsx")


def test_stars_are_offered_as_two_classes(read):
    content = "review,stars\n" + "".join(f"the review number {n},{n % 5 + 1}\n" for n in range(50))
    seen = read(content, inspect=True)
    assert seen["labels"] == dict.fromkeys("12345", 10)
    assert seen["merge_labels"] == {"1": "negative", "2": "negative", "3": "", "4": "positive", "5": "positive"}
    assert seen["languages"] == {"en": 50}
    assert (seen["counted"], seen["complete"], len(seen["rows"])) == (50, True, tables.SHOWN)


def test_characters_the_encoding_does_not_know_are_counted(read):
    seen = read(b"text,label\ng\xfct,pos\nbad,neg\n", inspect=True, encoding="utf-8")
    assert seen["undecodable"] == 1


def test_too_long(read, monkeypatch):
    monkeypatch.setattr(tables, "ROWS", 1)
    with pytest.raises(Refused, match="table_too_long"):
        read("text,label\ngood,pos\nbad,neg\n")


def test_names_of_tables():
    assert all(tables.is_table(Path("a") / f"t.{end}".upper()) for end in ("csv", "tsv", "xlsx", "jsonl"))
    assert not tables.is_table("t.txt")
