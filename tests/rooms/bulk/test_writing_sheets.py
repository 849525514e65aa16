"""Lists that go out, and refused rows that go back: what is written is what is read again."""

import csv as csv_reader
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.bulk.sheets import columns, headings, mending, reading, refusals, tables, workbook, writing
from linli.bulk.sheets.cells import Complaint
from linli.bulk.sheets.mending import Refused
from linli.bulk.sheets.values import NOT_A_PHONE, text

from . import books

RISKY = [
    "=1+1",
    "+86138",
    "-5",
    "@SUM(A1)",
    "'x",
    "''",
    "\tx",
    "=cmd|' /C calc'!A0",
    '="x"',
    "0012",
    "110105194912310021",
]
# What no cell can hold stays out: control signs, half of a pair; and what might be taken for separators.
SIGNS = st.characters(exclude_categories=("Cs", "Cc", "Cf", "Cn"), exclude_characters=";|，")


def read_back(path):
    return [cells for _number, cells in reading.opened(path).sheet().lines()]


@pytest.mark.parametrize("write", [writing.write_xlsx, writing.write_csv])
def test_what_a_program_would_run_or_round_is_read_back_as_it_was(tmp_path, write):
    path = tmp_path / "list.any"
    told = {"sheet": "名单"} if write is writing.write_xlsx else {}
    assert write(path, ["值", "邻", "邻"], [[each, "a", "b"] for each in RISKY], **told) == len(RISKY)
    assert [cells[0].rstrip("\t") for cells in read_back(path)[1:]] == RISKY


def test_no_cell_of_a_workbook_is_a_formula(tmp_path):
    writing.write_xlsx(tmp_path / "a.xlsx", ["值"], [[each] for each in RISKY], sheet="名单")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert b"<f" not in archive.read(books.SHEET)


def test_no_cell_of_a_text_begins_a_formula(tmp_path):
    writing.write_csv(tmp_path / "a.csv", ["值"], [[each] for each in RISKY])
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row[0] for row in csv_reader.reader(file) if row[0][0] in "=+-@\t\r"] == []


@given(st.lists(st.lists(st.text(SIGNS, max_size=12), min_size=1, max_size=4), min_size=1, max_size=5))
def test_any_text_comes_back(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("out")
    rows = [["首", "次", *row] for row in rows]
    writing.write_xlsx(folder / "a.xlsx", ["首"], rows, sheet="名单")
    writing.write_csv(folder / "a.csv", ["首"], rows)
    for path in (folder / "a.xlsx", folder / "a.csv"):
        back = [[text(cell) or "" for cell in cells] for cells in read_back(path)[1:]]
        assert [trimmed(cells) for cells in back] == [trimmed([text(cell) or "" for cell in row]) for row in rows]


def trimmed(cells):
    while cells and cells[-1] == "":
        cells = cells[:-1]
    return cells


def test_signs_of_a_programs_own_are_kept(tmp_path):
    said = "_x0041_ _xZZZZ_ 二\n行 <&> ' \" 😀"
    writing.write_xlsx(tmp_path / "a.xlsx", ["值"], [[said], ["a\x0bb\x00c\ud800"]], sheet="名单")
    assert read_back(tmp_path / "a.xlsx")[1:] == [[said], ["abc"]]


def test_figures_days_and_nothing_keep_their_kind(tmp_path):
    line = [3, 2.5, True, date(2024, 3, 5), None, 2**60, date(1850, 1, 1), float("nan")]
    writing.write_xlsx(tmp_path / "a.xlsx", list("abcdefgh"), [line], sheet="名单")
    assert read_back(tmp_path / "a.xlsx")[1] == [3.0, 2.5, True, date(2024, 3, 5), "", str(2**60), "1850-01-01", "nan"]


@pytest.mark.parametrize("encoding", list(writing.Text))
def test_a_text_is_in_the_encoding_asked_for(tmp_path, encoding):
    writing.write_csv(tmp_path / "a.csv", ["姓名"], [["张三𠮷"]], text=encoding)
    assert "张三𠮷" in (tmp_path / "a.csv").read_text(encoding.value)


def test_whose_copy_it_is_stands_above_and_is_no_heading(tmp_path):
    mark = "仅供 张三 2026-11-22 使用"
    writing.write_xlsx(tmp_path / "a.xlsx", books.NAMES, books.PEOPLE, sheet="名单", mark=mark)
    assert read_back(tmp_path / "a.xlsx")[0][0] == mark
    table = tables.table_of(reading.opened(tmp_path / "a.xlsx").sheet())
    assert [each.name for each in table.columns] == books.NAMES
    assert len(list(table.rows())) == 2


def test_names_of_sheets_are_made_fit(tmp_path):
    writing.write_xlsx(tmp_path / "a.xlsx", ["值"], [["1"]], sheet="[一/二]: 三*?" + "很" * 40)
    (name,) = reading.opened(tmp_path / "a.xlsx").names
    assert len(name) <= 31 and not set("[]:*?/\\") & set(name)


def test_a_workbook_that_breaks_off_leaves_the_old_one(tmp_path):
    path = tmp_path / "a.xlsx"
    writing.write_xlsx(path, ["值"], [["alt"]], sheet="名单")

    def lines():
        yield ["neu"]
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        writing.write_xlsx(path, ["值"], lines(), sheet="名单")
    assert read_back(path)[1] == ["alt"]
    assert [each.name for each in tmp_path.iterdir()] == ["a.xlsx"]


def test_more_rows_than_a_sheet_has_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    with pytest.raises(refusals.TooManyRows):
        writing.write_xlsx(tmp_path / "a.xlsx", ["值"], [[each] for each in range(3)], sheet="名单")
    assert list(tmp_path.iterdir()) == []


# -- the error workbook ----------------------------------------------------------------------------

ROWS = [["1", "张三", "男", "138"], ["2", "李四", "女", "#REF!"]]
HEADINGS = ["序号", "姓名", "性别", "手机"]
CHINESE = {"What to correct": "需要改正", "Row id": "行标识"}


def refused_book(path, folder):
    """A file read, its rows refused and written back."""
    table = tables.table_of(reading.opened(books.xlsx(folder / "in.xlsx", [["台账"], HEADINGS, *ROWS])).sheet())
    wrong = [
        Refused(row, [(3, Complaint(NOT_A_PHONE, {"what": row.at(3)}))], f"B7-{row.number}") for row in table.rows()
    ]
    mending.write_refused(path, table.columns, wrong, sheet="需要改正", mark="改正后直接导入", say=CHINESE.get)
    return table


def test_refused_rows_come_back_with_what_is_wrong_where(tmp_path):
    refused_book(tmp_path / "out.xlsx", tmp_path)
    back = tables.table_of(reading.opened(tmp_path / "out.xlsx").sheet())
    assert [each.name for each in back.columns] == [*HEADINGS, "需要改正", "行标识"]
    rows = list(back.rows())
    assert [row.cells[:4] for row in rows] == ROWS
    assert [row.number for row in rows] == [3, 4]
    assert rows[0].at(4) == "D3: “138” is not a telephone number"
    assert [row.at(mending.id_column(back.columns)) for row in rows] == ["B7-3", "B7-4"]


def test_a_mended_book_that_is_wrong_again_has_the_two_columns_once(tmp_path):
    refused_book(tmp_path / "out.xlsx", tmp_path)
    back = tables.table_of(reading.opened(tmp_path / "out.xlsx").sheet())
    again = [Refused(row, [(None, Complaint("still"))], str(row.at(5))) for row in back.rows()]
    assert mending.write_refused(tmp_path / "again.xlsx", back.columns, again, sheet="again") == 2
    third = tables.table_of(reading.opened(tmp_path / "again.xlsx").sheet())
    assert [each.name for each in third.columns] == [*HEADINGS, "What to correct", "Row id"]
    assert next(third.rows()).cells[4:] == ["still", "B7-3"]


def test_a_mended_book_matches_as_the_first_did(tmp_path):
    table = refused_book(tmp_path / "out.xlsx", tmp_path)
    wanted = [columns.Wanted("name", ("姓名",)), columns.Wanted("phone", ("手机",))]
    back = tables.table_of(reading.opened(tmp_path / "out.xlsx").sheet())
    assert columns.match(wanted, back.columns).columns() == columns.match(wanted, table.columns).columns()


def test_unnamed_columns_keep_their_place(tmp_path):
    told = [headings.Heading(0, "姓名"), headings.Heading(1, ""), headings.Heading(2, "手机")]
    row = tables.Row(5, ["张三", "x", "138"])
    mending.write_refused(tmp_path / "a.xlsx", told, [Refused(row, [(2, Complaint("wrong"))], "r")], sheet="s")
    assert read_back(tmp_path / "a.xlsx") == [
        ["姓名", "", "手机", "What to correct", "Row id"],
        ["张三", "x", "138", "C2: wrong", "r"],
    ]
