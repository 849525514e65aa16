"""Workbooks as they come: odd ones read as they were meant, hostile ones refused with words."""

# ruff: noqa: E501 - a table, with a file a line

import struct
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from linli.bulk.sheets import reading, refusals, tables
from linli.bulk.sheets.cells import Complaint
from linli.bulk.sheets.headings import plain
from linli.bulk.sheets.scanning import Limits
from linli.bulk.sheets.tables import Kind
from linli.bulk.sheets.values import text

from . import books

KNOWN = {
    plain(name)
    for name in (
        "姓名",
        "性别",
        "公民身份号码",
        "手机",
        "联系电话",
        "户号",
        "与户主关系",
        "住址",
        "出生日期",
        "name",
        "phone",
    )
}
SMALL = Limits(file_mb=1, unpacked_mb=40, part_mb=2, rows=5000, columns=60, cells=60_000)
GIVEN = ["张三|男|11010519491231002X|13800000001", "李四|女|110105194912310021|13800000002"]
HEADS = "|".join(books.NAMES)


@dataclass
class Case:
    """A file, and what becomes of it: a refusal, or headings and rows, what was passed over, what was noted."""

    name: str
    make: Callable[[Any], Any]
    refused: type | None = None
    headings: str = HEADS
    rows: list[str] = field(default_factory=lambda: GIVEN)
    passed: dict[Kind, int] = field(default_factory=dict)
    notes: int = 0
    suffix: str = ".xlsx"
    sheet: str = ""
    limits: Limits = field(default_factory=Limits)


def bytes_of(content: bytes) -> Callable[[Any], Any]:
    return lambda path: path.write_bytes(content) and path


def cut(share):
    def made(path):
        books.xlsx(path, books.USUAL)
        content = path.read_bytes()
        return bytes_of(content[: int(len(content) * share)])(path)

    return made


def flagged(path):
    """The general purpose bit of encryption, in every header of the archive."""
    content = bytearray(books.xlsx(path).read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 4)
    return bytes_of(bytes(content))(path)


def lying(path):
    """A part that unpacks to far more than the archive says."""
    bomb(45)(path)
    content = bytearray(path.read_bytes())
    at = content.rfind(b"PK\x01\x02")
    while at >= 0:
        name = content[at + 46 : at + 46 + struct.unpack("<H", content[at + 28 : at + 30])[0]]
        if name == books.SHEET.encode():
            content[at + 24 : at + 28] = struct.pack("<I", 1000)
        at = content.rfind(b"PK\x01\x02", 0, at)
    return bytes_of(bytes(content))(path)


def bomb(mb):
    spaces = b" " * (mb << 20)
    return lambda path: books.patched(
        books.xlsx(path), books.SHEET, lambda old: old.replace(b"<sheetData>", b"<sheetData>" + spaces)
    )


def formatted(rows):
    """Rows upon rows of empty cells with a colour, as a format pulled down leaves them."""

    def made(path):
        empty = "".join(f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in range(4, rows)).encode()
        return books.patched(
            books.xlsx(path), books.SHEET, lambda old: old.replace(b"</sheetData>", empty + b"</sheetData>")
        )

    return made


def far(cells):
    """The usual sheet, and single cells far away."""
    inner = "".join(books.inline(place, "远") for place in cells)
    return lambda path: books.patched(
        books.xlsx(path),
        books.SHEET,
        lambda old: old.replace(b"</sheetData>", f'<row r="9">{inner}</row></sheetData>'.encode()),
    )


def twice(path):
    """Two parts of one name: two programs would read two different files."""
    books.xlsx(path)
    with warnings.catch_warnings(), zipfile.ZipFile(path, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(books.SHEET, books.sheet_of(""))
    return path


def nested(path):
    """Entities within entities."""
    entities = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(9)
    )
    return books.ods(path, books.ods_rows([["&j;"]]), extra=entities + "]>")


def with_quotes(path):
    rows = [books.NAMES, ["张三", '"男', "1", "2"], *[["李四", "女", "3", "4"]] * 400]
    return books.csv(path, rows)


def shared(path):
    """Strings kept apart from their cells, as Excel keeps them."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for row, cells in enumerate(books.USUAL):
        sheet.write_row(row, 0, cells)
    book.close()
    return path


def merged_households(path):
    rows = [
        ["户号", "姓名", "与户主关系"],
        ["1", "张三", "户主"],
        ["", "王五", "配偶"],
        ["2", "李四", "户主"],
        ["", "赵六", "子"],
    ]
    return books.xlsx(path, rows, merges=["A2:A3", "A4:A5"])


HOUSEHOLDS = ["1|张三|户主", "1|王五|配偶", "2|李四|户主", "2|赵六|子"]
TITLED = [["香樟街道人口台账"], ["填报单位：清河社区", "", "", "2026年11月"], *books.USUAL]
TWO = [
    ["姓名", "性别", "公民身份号码", "联系方式", ""],
    ["", "", "", "手机", "座机"],
    *[[*row, "02312345678"] for row in books.PEOPLE],
]
TWO_HEADS = "姓名|性别|公民身份号码|联系方式/手机|联系方式/座机"
TWO_ROWS = [f"{row}|02312345678" for row in GIVEN]
ENGLISH = [["Name", "Sex", "ID number", "Phone"], *books.PEOPLE]
LONG_ID = [["姓名", "公民身份号码"], ["张三", 110105194912310021.0]]
GB = "姓名,性别,公民身份号码,手机\r\n张三,男,11010519491231002X,13800000001\r\n李四,女,110105194912310021,13800000002\r\n"

BOOKS = [
    # -- as they should be ----------------------------------------------------------------------------------------
    Case("plain", lambda path: books.xlsx(path)),
    Case("shared strings", shared),
    Case("old workbook", lambda path: books.xls(path, books.USUAL), suffix=".xls"),
    Case("old workbook called xlsx", lambda path: books.xls(path, books.USUAL)),
    Case("open document", lambda path: books.ods(path, books.ods_rows(books.USUAL)), suffix=".ods"),
    Case("new workbook called xls", lambda path: books.xlsx(path), suffix=".xls"),
    Case("text called xls", lambda path: books.csv(path, books.USUAL, separator="\t"), suffix=".xls"),
    Case("prefixed names", lambda path: books.raw(path, "".join(
        f'<x:row r="{row}">' + "".join(books.inline(f"{'ABCD'[column]}{row}", cell, "x:") for column, cell in enumerate(cells)) + "</x:row>"
        for row, cells in enumerate(books.USUAL, 1)), "x")),
    Case("cells that do not say where", lambda path: books.raw(path, "".join(
        "<row>" + "".join(books.inline("", cell) for cell in cells) + "</row>" for cells in books.USUAL))),
    # -- text -----------------------------------------------------------------------------------------------------
    Case("utf-8", lambda path: books.csv(path, books.USUAL), suffix=".csv"),
    Case("utf-8 with a mark", lambda path: books.csv(path, books.USUAL, encoding="utf-8-sig"), suffix=".csv"),
    Case("gb 18030", lambda path: books.csv(path, books.USUAL, encoding="gb18030"), suffix=".csv"),
    Case("utf-16", lambda path: books.csv(path, books.USUAL, encoding="utf-16"), suffix=".csv"),
    Case("utf-16 without a mark", lambda path: books.csv(path, books.USUAL, encoding="utf-16-le"), suffix=".csv"),
    Case("tabs", lambda path: books.csv(path, books.USUAL, separator="\t"), suffix=".tsv"),
    Case("semicolons", lambda path: books.csv(path, books.USUAL, separator=";"), suffix=".csv"),
    Case("full-width commas", lambda path: books.csv(path, books.USUAL, separator="，"), suffix=".csv"),
    Case("bars", lambda path: books.csv(path, books.USUAL, separator="|"), suffix=".txt"),
    Case("old line ends", lambda path: books.csv(path, books.USUAL, ending="\r"), suffix=".csv"),
    Case("its separator named", bytes_of(("sep=;\n" + GB.replace(",", ";")).encode()), suffix=".csv"),
    Case("digits made text", bytes_of(GB.replace("110105194912310021", '="110105194912310021"').encode()), suffix=".csv"),
    Case("digits with a tab", bytes_of(GB.replace("110105194912310021", "110105194912310021\t").encode()), suffix=".csv"),
    Case("a cell of two lines", bytes_of(GB.replace("李四", '"李\n四"').encode()), suffix=".csv", rows=[GIVEN[0], GIVEN[1].replace("李四", "李 四")]),
    Case("rows of uneven length", bytes_of((GB + "王五\r\n").encode()), suffix=".csv", rows=[*GIVEN, "王五|||"]),
    Case("commas without end", bytes_of((GB.replace("\r\n", "," * 500 + "\r\n")).encode()), suffix=".csv"),
    # -- headings -------------------------------------------------------------------------------------------------
    Case("titles above", lambda path: books.xlsx(path, TITLED)),
    Case("a title merged across", lambda path: books.xlsx(path, TITLED, merges=["A1:D1"])),
    Case("ten lines above", lambda path: books.xlsx(path, [*([["说明"]] * 10), *books.USUAL])),
    Case("two storeys, merged", lambda path: books.xlsx(path, TWO, merges=["A1:A2", "B1:B2", "C1:C2", "D1:E1"]), headings=TWO_HEADS, rows=TWO_ROWS),
    Case("two storeys in text", lambda path: books.csv(path, TWO), suffix=".csv", headings=TWO_HEADS, rows=TWO_ROWS),
    Case("a title over two storeys", lambda path: books.xlsx(path, [["台账"], *TWO], merges=["A1:E1", "A2:A3", "B2:B3", "C2:C3", "D2:E2"]), headings=TWO_HEADS, rows=TWO_ROWS),
    Case("names for programs below", lambda path: books.xlsx(path, [books.NAMES, ["xm", "xb", "sfzh", "sjh"], *books.PEOPLE]), headings="姓名/xm|性别/xb|公民身份号码/sfzh|手机/sjh"),
    Case("spaces in headings", lambda path: books.xlsx(path, [["姓 名", " 性别 ", "公民\n身份号码*", "手机："], *books.PEOPLE]), headings="姓 名|性别|公民 身份号码*|手机："),
    Case("in English", lambda path: books.xlsx(path, ENGLISH), headings="Name|Sex|ID number|Phone"),
    Case("a column without a heading", lambda path: books.xlsx(path, [["姓名", "", "公民身份号码", "手机"], *books.PEOPLE]), headings="姓名||公民身份号码|手机"),
    Case("beginning at C4", lambda path: books.xlsx(path, [[], [], [], *[["", "", *row] for row in books.USUAL]]), headings=f"||{HEADS}", rows=[f"||{row}" for row in GIVEN]),
    Case("units below", lambda path: books.xlsx(path, [["姓名", "面积"], ["", "（平方米）"], ["张三", 38.5]]), headings="姓名|面积", rows=["张三|38.5"]),
    Case("an example below", lambda path: books.xlsx(path, [books.NAMES, ["示例：王小明", "男", "", ""], *books.PEOPLE])),
    Case("no headings at all", lambda path: books.xlsx(path, books.PEOPLE), refused=refusals.NoHeadings),
    Case("one column", lambda path: books.csv(path, [["姓名"], ["张三"], ["李四"]]), suffix=".csv", headings="姓名", rows=["张三", "李四"]),
    # -- what is no row -------------------------------------------------------------------------------------------
    Case("totals and notes below", lambda path: books.xlsx(path, [*books.USUAL, ["合计", "2人"], [], ["注：以上数据截至2026年11月"], ["填表人：王五", "", "审核人：赵六"]]), passed={Kind.TOTAL: 1, Kind.BLANK: 1, Kind.NOTE: 2}),
    Case("subtotals between", lambda path: books.xlsx(path, [books.NAMES, books.PEOPLE[0], ["小 计", "1"], books.PEOPLE[1]]), passed={Kind.TOTAL: 1}),
    Case("blank lines between", lambda path: books.xlsx(path, [books.NAMES, [], books.PEOPLE[0], [" ", "\u3000"], books.PEOPLE[1], []]), passed={Kind.BLANK: 2}),
    Case("headings on every page", lambda path: books.xlsx(path, [*books.USUAL, books.NAMES, books.PEOPLE[0]]), rows=[*GIVEN, GIVEN[0]], passed={Kind.AGAIN: 1}),
    Case("numbered empty lines", lambda path: books.xlsx(path, [["序号", "姓名", "手机"], [1, "张三", "13800000001"], [2], [3]]), headings="序号|姓名|手机", rows=["1|张三|13800000001"], passed={Kind.BLANK: 2}),
    Case("a person called 合", lambda path: books.xlsx(path, [["姓名", "手机"], ["合计明", "1"]]), headings="姓名|手机", rows=["合计明|1"], passed={}),
    Case("households merged", merged_households, headings="户号|姓名|与户主关系", rows=HOUSEHOLDS),
    Case("headings and nothing else", lambda path: books.xlsx(path, [books.NAMES]), refused=refusals.NothingBelowHeadings),
    # -- cells ----------------------------------------------------------------------------------------------------
    Case("figures kept as text", lambda path: books.xlsx(path, [["姓名", "户号"], ["张三", "0012"], ["李四", 12]]), headings="姓名|户号", rows=["张三|0012", "李四|12"]),
    Case("an ID number kept as a figure", lambda path: books.xlsx(path, LONG_ID), headings="姓名|公民身份号码", rows=["张三|!lost"]),
    Case("an ID number rounded in text", bytes_of("姓名,公民身份号码\n张三,1.10105E+17\n".encode()), suffix=".csv", headings="姓名|公民身份号码", rows=["张三|!lost"]),
    Case("days", lambda path: books.xlsx(path, [["姓名", "出生日期"], ["张三", date(1949, 12, 31)]]), headings="姓名|出生日期", rows=["张三|1949-12-31"]),
    Case("formulas with values", lambda path: books.xlsx(path, books.USUAL, formulas=[("A3", '="李"&"四"', "李四")])),
    Case("formulas without values", lambda path: books.patched(books.xlsx(path, books.USUAL, formulas=[("D3", "=D2+1", "777")]), books.SHEET, lambda old: old.replace(b"<v>777</v>", b"")), rows=[GIVEN[0], "李四|女|110105194912310021|"], notes=1),
    Case("an error left", lambda path: books.xlsx(path, books.USUAL, formulas=[("D3", "=1/0", "#DIV/0!")]), rows=[GIVEN[0], "李四|女|110105194912310021|!error"], notes=1),
    Case("signs nobody sees", lambda path: books.xlsx(path, [["姓名", "手机"], ["张\u200b三\ufeff", " 13800000001\u00a0"]]), headings="姓名|手机", rows=["张三|13800000001"]),
    # -- sheets ---------------------------------------------------------------------------------------------------
    Case("an empty sheet first", lambda path: books.xlsx(path, ("封面", []), ("人口", books.USUAL))),
    Case("the sheet asked for", lambda path: books.xlsx(path, ("说明", [["别的"]]), ("人口", books.USUAL)), sheet="人口"),
    Case("a sheet that is not there", lambda path: books.xlsx(path), sheet="户籍", refused=refusals.NoSuchSheet),
    Case("a hidden sheet", lambda path: books.xlsx(path, ("人口", books.USUAL), ("代码", [["x"]]), hidden=["代码"]), notes=1),
    Case("a chart among the sheets", lambda path: books.xlsx(path, chart=True)),
    Case("nothing anywhere", lambda path: books.xlsx(path, [], []), refused=refusals.NothingInIt),
    Case("no bytes", bytes_of(b"\n"), refused=refusals.NothingInIt, suffix=".csv"),
    # -- too much -------------------------------------------------------------------------------------------------
    Case("a million formatted rows", formatted(1_048_577)),
    Case("formats to the right", lambda path: books.xlsx(path, formats=["XFD1", "AAA2"])),
    Case("300 columns", lambda path: books.xlsx(path, [[f"列{at}" for at in range(300)], ["1"] * 300]), refused=refusals.TooManyColumns),
    Case("300 columns of text", lambda path: books.csv(path, [[f"列{at}" for at in range(300)], ["1"] * 300]), refused=refusals.TooManyColumns, suffix=".csv"),
    Case("two cells at the ends of the sheet", far(["A1", "XFD1048576"]), refused=refusals.TooManyColumns),
    Case("a cell in the last row", far(["IV1048576"]), refused=refusals.TooManyCells),
    Case("a row beyond the last", far(["A99999999"]), refused=refusals.TooManyRows),
    Case("too many rows", lambda path: books.csv(path, [["姓名"], *[["张三"]] * 6000]), refused=refusals.TooManyRows, suffix=".csv", limits=SMALL),
    Case("repeated in an open document", lambda path: books.ods(path, '<table:table-row table:number-rows-repeated="1000000">' + ("<table:table-cell office:value-type='string' table:number-columns-repeated='200'><text:p>x</text:p></table:table-cell>") + "</table:table-row>"), refused=refusals.TooManyCells, suffix=".ods"),
    Case("a file too large", bytes_of(b"a,b\n" * 400_000), refused=refusals.FileTooLarge, suffix=".csv", limits=SMALL),
    Case("a zip bomb", bomb(45), refused=refusals.UnpacksTooLarge, limits=SMALL),
    Case("a zip bomb that lies about its size", lying, refused=refusals.UnpacksTooLarge, limits=SMALL),
    Case("strings that swell", lambda path: books.patched(shared(path), "xl/sharedStrings.xml", lambda old: old + b" " * (3 << 20)), refused=refusals.UnpacksTooLarge, limits=SMALL),
    # -- not what it seems ----------------------------------------------------------------------------------------
    Case("a PDF", bytes_of(b"%PDF-1.7\n"), refused=refusals.NotASpreadsheet),
    Case("a picture", bytes_of(b"\xff\xd8\xff\xe0" + bytes(99)), refused=refusals.NotASpreadsheet),
    Case("a web page called xls", bytes_of(b"<html><table><tr><td>1</td></tr></table></html>"), refused=refusals.NotASpreadsheet, suffix=".xls"),
    Case("XML called xls", bytes_of(b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>'), refused=refusals.NotASpreadsheet, suffix=".xls"),
    Case("a Word document", bytes_of(books.zipped({"word/document.xml": "<w/>"})), refused=refusals.NotASpreadsheet),
    Case("any other archive", bytes_of(books.zipped({"a.txt": "x"})), refused=refusals.NotASpreadsheet),
    Case("a binary workbook", bytes_of(books.zipped({"xl/workbook.bin": "x"})), refused=refusals.NotASpreadsheet),
    Case("an old Word document", lambda path: books.envelope(path, {"WordDocument": b"x"}), refused=refusals.NotASpreadsheet),
    Case("bytes of no kind", bytes_of(bytes(range(256)) * 40), refused=refusals.OfNoKind, suffix=".csv"),
    Case("locked", lambda path: books.envelope(path, {"EncryptionInfo": b"x", "EncryptedPackage": b"x"}), refused=refusals.Encrypted),
    Case("locked in the archive", flagged, refused=refusals.Encrypted),
    Case("an old workbook, locked", lambda path: books.xls(path, books.USUAL, extra=books.record(0x2F, bytes(54))), refused=refusals.Encrypted, suffix=".xls"),
    Case("with macros", lambda path: books.patched(books.xlsx(path), "xl/vbaProject.bin", lambda _old: b"x"), refused=refusals.CarriesMacros, suffix=".xlsm"),
    Case("an old workbook with macros", lambda path: books.envelope(path, {"Workbook": b"x", "_VBA_PROJECT": b"x"}), refused=refusals.CarriesMacros, suffix=".xls"),
    Case("cut off at nine tenths", cut(0.9), refused=refusals.Damaged),
    Case("cut off at a half", cut(0.5), refused=refusals.Damaged),
    Case("an old workbook cut off", lambda path: bytes_of(books.xls(path, books.USUAL).read_bytes()[:3000])(path), refused=refusals.Damaged, suffix=".xls"),
    Case("broken XML", lambda path: books.patched(books.xlsx(path), books.SHEET, lambda old: old[:-40]), refused=refusals.Damaged),
    Case("a sheet in UTF-16", lambda path: books.patched(books.xlsx(path), books.SHEET, lambda old: old.decode().replace("UTF-8", "UTF-16").encode("utf-16")), refused=refusals.Damaged),
    Case("a part given twice", twice, refused=refusals.Damaged),
    Case("one entity", lambda path: books.ods(path, books.ods_rows(books.USUAL), extra='<!DOCTYPE x [<!ENTITY a "b">]>'), refused=refusals.Damaged, suffix=".ods"),
    Case("entities in entities", nested, refused=refusals.Damaged, suffix=".ods"),
    Case("entities in a workbook", lambda path: books.patched(books.xlsx(path), "xl/workbook.xml", lambda old: old.replace(b"<workbook", b'<!DOCTYPE x [<!ENTITY a "a">]><workbook')), refused=refusals.Damaged),
    Case("text that changes its encoding", bytes_of("姓名,手机\n张三,1\n".encode("gb18030") + "李四,\xe9\n".encode() + b"\xff\xff\xff\n" * 3), refused=refusals.NotText, suffix=".csv"),
    Case("text cut within a sign", bytes_of("姓名,手机\n张三,一".encode()[:-1]), refused=refusals.Damaged, suffix=".csv"),
    Case("a quotation mark left open", with_quotes, refused=refusals.QuoteLeftOpen, suffix=".csv"),
    Case("one left open near the end", bytes_of((GB + '王五,"男,1,2\r\n赵六,女,3,4\r\n').encode()), refused=refusals.QuoteLeftOpen, suffix=".csv"),
]  # fmt: skip


def shown(cell):
    """A cell as the table above writes it: complaints by their kind."""
    found = text(cell)
    if isinstance(found, Complaint):
        return "!lost" if "digits" in found.words else "!error"
    return found or ""


def read(case, folder):
    path = case.make(folder / f"book{case.suffix}")
    sheet = reading.opened(path, limits=case.limits).sheet(case.sheet)
    table = tables.table_of(sheet, lambda name: plain(name) in KNOWN)
    table.sample(1)
    rows = ["|".join(shown(row.at(column)) for column in range(len(table.columns))) for row in table.rows()]
    return table, rows


def test_there_are_enough_of_them():
    assert len(BOOKS) >= 95 and len({case.name for case in BOOKS}) == len(BOOKS)


@pytest.mark.parametrize("case", [case for case in BOOKS if not case.refused], ids=lambda case: case.name)
def test_odd_books_are_read_as_they_were_meant(case, tmp_path):
    table, rows = read(case, tmp_path)
    assert "|".join(heading.name for heading in table.columns) == case.headings
    assert rows == case.rows
    assert (
        dict(table.counts) | {Kind.BLANK: 0} == case.passed | {Kind.BLANK: 0}
        if Kind.BLANK not in case.passed
        else case.passed
    )
    assert len(table.sheet.notes) == case.notes


@pytest.mark.parametrize("case", [case for case in BOOKS if case.refused], ids=lambda case: case.name)
def test_hostile_books_are_refused_with_words(case, tmp_path):
    with pytest.raises(case.refused) as refused:
        read(case, tmp_path)
    assert type(refused.value) is case.refused
    assert refused.value.next_step and "%(" not in str(refused.value)
