"""A file is read whole before anything is written, whatever it is called. What cannot be read is refused with what is
wrong and what to do next. Of what can, each row is told what becomes of it; the good ones are written once someone says
so, and the refused ones come back as a workbook with what is wrong beside them.
"""

# ruff: noqa: E501 - tables, with a file a line

import re

import pytest
from django.utils import translation

from linli.ground.refusals import Refusal
from linli.registers.importing import staging
from linli.registers.models import Batch
from tests.rooms.registers import odd
from tests.rooms.registers.imports import checked
from tests.spec.tables import rows

pytestmark = pytest.mark.django_db
title = "Odd workbooks"
REF = re.compile(r"[PHWEQ]-[0-9A-Z]{5}-[0-9A-Z]{2}")


def told(name, folder):
    """What becomes of the file of this name, and what is said."""
    folder.mkdir()
    batch = checked(odd.made(name, folder))
    words = [
        words % facts
        for row in batch.rows.order_by("number")
        for part in staging.complaints_of(row)
        for _column, words, facts in part
    ]
    counts = " ".join(f"{count} {verdict}" for verdict, count in sorted(batch.counts.items()))
    return counts, REF.sub("P-…", "; ".join(dict.fromkeys(words)))


def shown(table, folder, *, quietly=False):
    """Each row is a file: what becomes of its rows, and what is said of them."""
    with translation.override("en"):
        for at, line in enumerate(rows(table)):
            becomes, said = told(line["file"], folder / str(at))
            assert (becomes, quietly or said) == (line["rows"], quietly or line["said"]), line
            Batch.objects.all().delete()


def test_what_is_not_read_at_all(tmp_path):
    """Nothing is written, and no batch stands."""
    with translation.override("en"):
        for line in rows("""
        file                                | said
        no column of names                  | No column was found for: Name. Name the column in the file, or say which it is. Nothing was written.
        300 columns                         | There is something in column KN; a table has at most 256 columns here. Delete the columns that are not needed and send the file again. Nothing was written.
        a zip bomb                          | The file unpacks to over 64 MB, far more than a table needs. Copy the cells that are needed into a new workbook and send that. Nothing was written.
        two cells at the ends of the sheet  | There is something in column XFD; a table has at most 256 columns here. Delete the columns that are not needed and send the file again. Nothing was written.
        cut off at a half                   | This file is damaged, or was cut off on its way (ZIP). Open it, save it anew and send it again. Nothing was written.
        a PDF                               | This file is not a spreadsheet that can be read; it looks like PDF. Open it, save it as XLSX or CSV and send it again. Nothing was written.
        no headings at all                  | No heading row was found in the first 2 rows of the sheet 表1. Put a row that names every column above the rows and send the file again. Nothing was written.
        headings and nothing else           | There are headings in row 1 of the sheet 表1 and no rows under them. Check that the right file and sheet were chosen.
        nothing anywhere                    | There is nothing in this file: every cell is empty. Check that the right file was chosen, and that it was saved.
        no bytes                            | There is nothing in this file: every cell is empty. Check that the right file was chosen, and that it was saved.
        300 columns of text                 | There is something in column KN; a table has at most 256 columns here. Delete the columns that are not needed and send the file again. Nothing was written.
        a cell in the last row              | The table is 1,048,576 rows by 256 columns, more than can be taken at once. Delete what is not needed or cut the file into several. Nothing was written.
        a row beyond the last               | The sheet goes on to row 99,999,999; at most 1,048,576 rows can be taken at once. Cut it into several files, for instance one for each community.
        repeated in an open document        | The table is 1,000,000 rows by 200 columns, more than can be taken at once. Delete what is not needed or cut the file into several. Nothing was written.
        a zip bomb that lies about its size | This file is damaged, or was cut off on its way (I/O error: File is larger than its declared uncompressed size). Open it, save it anew and send it again. Nothing was written.
        a picture                           | This file is not a spreadsheet that can be read; it looks like JPEG. Open it, save it as XLSX or CSV and send it again. Nothing was written.
        a web page called xls               | This file is not a spreadsheet that can be read; it looks like HTML. Open it, save it as XLSX or CSV and send it again. Nothing was written.
        XML called xls                      | This file is not a spreadsheet that can be read; it looks like XML. Open it, save it as XLSX or CSV and send it again. Nothing was written.
        a Word document                     | This file is not a spreadsheet that can be read; it looks like Word. Open it, save it as XLSX or CSV and send it again. Nothing was written.
        any other archive                   | This file is not a spreadsheet that can be read; it looks like ZIP. Open it, save it as XLSX or CSV and send it again. Nothing was written.
        a binary workbook                   | This file is not a spreadsheet that can be read; it looks like XLSB. Open it, save it as XLSX or CSV and send it again. Nothing was written.
        an old Word document                | This file is not a spreadsheet that can be read; it looks like Word. Open it, save it as XLSX or CSV and send it again. Nothing was written.
        bytes of no kind                    | This file is neither a workbook nor a table of text: it is damaged, or was made by another program. Open it, save it as XLSX or CSV and send it again. Nothing was written.
        locked                              | This workbook is locked with a password, so it cannot be read. Open it, take the password off, save it and send it again. Nothing was written.
        locked in the archive               | This workbook is locked with a password, so it cannot be read. Open it, take the password off, save it and send it again. Nothing was written.
        an old workbook, locked             | This workbook is locked with a password, so it cannot be read. Open it, take the password off, save it and send it again. Nothing was written.
        with macros                         | This workbook carries macros, which are programs; such files are not taken. Save it as XLSX, which drops them, and send it again. Nothing was written.
        an old workbook with macros         | This workbook carries macros, which are programs; such files are not taken. Save it as XLSX, which drops them, and send it again. Nothing was written.
        cut off at nine tenths              | This file is damaged, or was cut off on its way (ZIP). Open it, save it anew and send it again. Nothing was written.
        an old workbook cut off             | This file is damaged, or was cut off on its way (OLE). Open it, save it anew and send it again. Nothing was written.
        broken XML                          | This file is damaged, or was cut off on its way (syntax error: tag not closed: `>` not found before end of input). Open it, save it anew and send it again. Nothing was written.
        a sheet in UTF-16                   | This file is damaged, or was cut off on its way (XML). Open it, save it anew and send it again. Nothing was written.
        a part given twice                  | This file is damaged, or was cut off on its way (ZIP). Open it, save it anew and send it again. Nothing was written.
        one entity                          | This file is damaged, or was cut off on its way (DOCTYPE). Open it, save it anew and send it again. Nothing was written.
        entities in entities                | This file is damaged, or was cut off on its way (DOCTYPE). Open it, save it anew and send it again. Nothing was written.
        entities in a workbook              | This file is damaged, or was cut off on its way (XML). Open it, save it anew and send it again. Nothing was written.
        text that changes its encoding      | Line 4 of this text file is neither UTF-8, GB 18030 nor UTF-16. Save it as CSV UTF-8 and send it again. Nothing was written.
        text cut within a sign              | This file is damaged, or was cut off on its way (UTF-8). Open it, save it anew and send it again. Nothing was written.
        a quotation mark left open          | A quotation mark opened in row 2 is not closed where it should be. Correct that row and send the file again. Nothing was written.
        one left open near the end          | A quotation mark opened in row 4 is not closed where it should be. Correct that row and send the file again. Nothing was written.
        """):
            folder = tmp_path / line["file"].replace(" ", "-")
            folder.mkdir()
            path = odd.made(line["file"], folder)
            with pytest.raises(Refusal) as refused:
                checked(path)
            assert str(refused.value) == line["said"], line
            assert not Batch.objects.exists()


def test_what_is_read_in_spite_of_all(tmp_path):
    """Titles, storeys of headings, formats without end, old forms of files: what people send every day."""
    shown(
        """
        file                          | rows
        formulas nobody worked out    | 2 new
        two heading rows              | 1 new
        a million formatted rows      | 2 new
        old workbook                  | 2 new
        old workbook called xlsx      | 2 new
        open document                 | 2 new
        new workbook called xls       | 2 new
        text called xls               | 2 new
        prefixed names                | 2 new
        cells that do not say where   | 2 new
        utf-8                         | 2 new
        utf-8 with a mark             | 2 new
        gb 18030                      | 2 new
        utf-16                        | 2 new
        utf-16 without a mark         | 2 new
        tabs                          | 2 new
        semicolons                    | 2 new
        full-width commas             | 2 new
        bars                          | 2 new
        old line ends                 | 2 new
        its separator named           | 2 new
        digits made text              | 2 new
        digits with a tab             | 2 new
        a cell of two lines           | 2 new
        rows of uneven length         | 3 new
        commas without end            | 2 new
        titles above                  | 2 new
        a title merged across         | 2 new
        ten lines above               | 2 new
        two storeys, merged           | 2 new
        two storeys in text           | 2 new
        a title over two storeys      | 2 new
        names for programs below      | 2 new
        spaces in headings            | 2 new
        in English                    | 2 new
        a column without a heading    | 2 new
        beginning at C4               | 2 new
        units below                   | 1 new
        an example below              | 2 new
        one column                    | 2 new
        totals and notes below        | 2 new
        subtotals between             | 2 new
        blank lines between           | 2 new
        headings on every page        | 2 new 1 refused
        numbered empty lines          | 1 new
        a person called 合             | 1 new
        households merged             | 4 new
        figures kept as text          | 2 new
        an ID number kept as a figure | 1 refused
        an ID number rounded in text  | 1 refused
        days                          | 1 new
        formulas with values          | 2 new
        formulas without values       | 2 new
        an error left                 | 1 new 1 refused
        signs nobody sees             | 1 new
        an empty sheet first          | 2 new
        a hidden sheet                | 2 new
        a chart among the sheets      | 2 new
        formats to the right          | 2 new
        """,
        tmp_path,
        quietly=True,
    )


def test_what_is_said_of_rows(tmp_path):
    """A row that cannot be right is refused alone; what is doubtful is said and blocks nothing."""
    shown(
        """
        file                                     | rows              | said
        rows without fault                       | 10 new            |
        half of the rows bad                     | 10 new 10 refused | “火星族” is not on the list “GB/T 3304-1991”
        a row shifted by one column              | 10 new 1 refused  | “福源庭院3栋1单元101” is not on the list “GB/T 3304-1991”; “13800000001” is not on the list “GB/T 4761-2008”; “汉族” is not on the list “GB/T 26341-2010”; the cells from C12 on seem to stand one column too far to the right; an ID number has 18 signs, formerly 15; “11010519491231002X” is not a telephone number
        no name in a row                         | 1 new 1 refused   | Name is needed and nothing stands there
        the same row twice                       | 1 new 1 refused   | the same stands in row 2 already
        the same row twice, without numbers      | 1 new 1 refused   | the same stands in row 2 already
        two of one name                          | 2 new             |
        one number, two people                   | 1 new 1 refused   | row 2 has the same ID number and another name: see whose it is
        a relation that is none                  | 1 refused         | “亲家公” is not on the list “GB/T 4761-2008”
        a number whose last sign does not add up | 1 new             | the last sign of the ID number does not fit the others
        a number of fifteen digits               | 1 new             |
        a number cut short                       | 1 new             | an ID number has 18 signs, formerly 15
        a number with a birthday to come         | 1 new             | the birth date in the ID number lies in the future; the last sign of the ID number does not fit the others
        a telephone that is none                 | 1 new             | “1380000” is not a telephone number
        two telephones in a cell                 | 1 new             |
        born tomorrow                            | 1 refused         | “2026-11-23” has not come yet; today is 2026-11-22
        born in a month                          | 1 refused         | “1956-08” names no day; write it as 2024-03-05
        a day of two readings                    | 1 refused         | “3/5/2024” may be 2024-05-03 or 2024-03-05; write it as 2024-03-05
        the thirtieth of February                | 1 refused         | “2024-02-30” is no day of the calendar
        born in 1049                             | 1 refused         | “1049-03-05” lies outside the years 1850 to 2100
        a name as long as a book                 | 1 refused         | the text has 200 signs, at most 120 are kept
        an error of a formula                    | 1 new 1 refused   | an error stands there instead of a value (#DIV/0!)
        """,
        tmp_path,
    )


@pytest.mark.parametrize("line", rows("""
        file                                      | rows        | said
        someone who died                          | 1 ended     | by the register this person (P-…) died on 2026-11-01; nothing of this row is written: see which is right
        someone who moved away                    | 1 ended     | the record of this person (P-…) ended on 2026-11-01; nothing of this row is written: with an address in it, a dispute asks whether they are back
        someone of another grid of the area       | 1 same      |
        someone who lives elsewhere               | 1 elsewhere | known elsewhere; what is known there is not changed
        another telephone of someone known        | 1 changed   |
        another address of someone known          | 1 changed   | the register has another address for P-…; once written, a dispute asks whether they moved
        another household of someone known        | 1 changed   | the register has another household number for P-…; once written, a dispute asks which is right
        the same file once more                   | 2 same      |
        someone known by name and telephone alone | 1 same      |
"""), ids=lambda line: line["file"])  # fmt: skip
def test_what_is_said_of_people_who_are_known(line, tmp_path):
    """What the register knows is told apart from what is new; nothing of the dead, and nothing known elsewhere, changes."""
    with translation.override("en"):
        assert told(line["file"], tmp_path / "one") == (line["rows"], line["said"])
