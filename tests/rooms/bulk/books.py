"""Makes the workbooks of the tests: usual ones by a library, odd ones by hand."""

import io
import struct
import zipfile
from datetime import date

import xlsxwriter

NAMES = ["姓名", "性别", "公民身份号码", "手机"]
PEOPLE = [
    ["张三", "男", "11010519491231002X", "13800000001"],
    ["李四", "女", "110105194912310021", "13800000002"],
]
USUAL = [NAMES, *PEOPLE]


def xlsx(path, *sheets, merges=(), formulas=(), hidden=(), formats=(), chart=False):
    """A workbook: each sheet is a list of rows, or a pair of name and rows. Merges and formulas are of the first."""
    book = xlsxwriter.Workbook(path)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    named = [told if isinstance(told, tuple) else (f"表{at}", told) for at, told in enumerate(sheets or [USUAL], 1)]
    laid = [filled(book.add_worksheet(name), rows, day) for name, rows in named]
    for span in merges:
        row, column = int(span.split(":")[0][1:]) - 1, ord(span[0]) - 65
        laid[0].merge_range(span, None)
        write(laid[0], row, column, named[0][1][row][column], day)
    for place, formula, value in formulas:
        laid[0].write_formula(place, formula, None, value)
    for place in formats:
        laid[0].write_blank(place, None, day)
    for sheet in laid:
        if sheet.get_name() in hidden:
            sheet.hide()
    if chart:
        book.add_chartsheet("图")
    book.close()
    return path


def filled(sheet, rows, day):
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            write(sheet, row, column, cell, day)
    return sheet


def write(sheet, row, column, cell, day):
    if isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day)
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell) if cell else None
    elif cell is not None:
        sheet.write(row, column, cell)


def patched(path, part, change):
    """The same archive with one part changed (bytes to bytes), or added."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet_of(inner, prefix=""):
    """The XML of a sheet around these rows."""
    p = f"{prefix}:" if prefix else ""
    named = f'xmlns{":" + prefix if prefix else ""}="{MAIN}"'
    return f"{HEAD}<{p}worksheet {named}><{p}sheetData>{inner}</{p}sheetData></{p}worksheet>".encode()


def raw(path, inner, prefix=""):
    """A workbook whose only sheet holds exactly this XML."""
    return patched(xlsx(path), SHEET, lambda _old: sheet_of(inner, prefix))


def inline(place, said, p=""):
    """One cell of text."""
    where = f' r="{place}"' if place else ""
    return f'<{p}c{where} t="inlineStr"><{p}is><{p}t>{said}</{p}t></{p}is></{p}c>'


def ods(path, table, *, extra=""):
    """An ODS of one table, whose rows are given as XML."""
    spaces = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'{HEAD}{extra}<office:document-content xmlns:office="{spaces}:office:1.0" xmlns:table="{spaces}:table:1.0" '
        f'xmlns:text="{spaces}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="表1">{table}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", f"{HEAD}<manifest/>")
    return path


def ods_rows(rows):
    return "".join(f"<table:table-row>{''.join(map(ods_cell, cells))}</table:table-row>" for cells in rows)


def ods_cell(said):
    return f'<table:table-cell office:value-type="string"><text:p>{said}</text:p></table:table-cell>'


def csv(path, rows, *, encoding="utf-8", separator=",", ending="\r\n"):
    path.write_bytes(ending.join(separator.join(cells) for cells in rows).encode(encoding))
    return path


def envelope(path, streams):
    """An OLE file (compound binary) with these streams, each at least 4,096 bytes long."""
    sector, parts, sectors = 512, [], 0
    starts = []
    for content in streams.values():
        content = content.ljust(4096, b"\0")
        content += b"\0" * (-len(content) % sector)
        starts.append((sectors, len(content)))
        parts.append(content)
        sectors += len(content) // sector
    entries = [entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    for at, (name, (start, size)) in enumerate(zip(streams, starts, strict=True), 1):
        after = at + 1 if at < len(streams) else 0xFFFFFFFF
        entries.append(entry(name, 2, start, size, right=after))
    entries += [entry("", 0, 0, 0)] * (-len(entries) % 4)
    directory = b"".join(entries)
    chains = []
    for start, size in starts:
        count = size // sector
        chains += [*range(start + 1, start + count), 0xFFFFFFFE]
    first_directory = sectors
    chains += [*range(first_directory + 1, first_directory + len(directory) // sector), 0xFFFFFFFE]
    fat_at = len(chains)
    chains.append(0xFFFFFFFD)
    assert len(chains) <= 128
    fat = struct.pack("<128I", *chains, *[0xFFFFFFFF] * (128 - len(chains)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, first_directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", fat_at, *[0xFFFFFFFF] * 108)
    path.write_bytes(header + b"".join(parts) + directory + fat)
    return path


def entry(name, kind, start, size, *, child=0xFFFFFFFF, right=0xFFFFFFFF):
    said = name.encode("utf-16-le") + b"\0\0" if name else b""
    told = said.ljust(64, b"\0") + struct.pack("<HBB", len(said), kind, 1)
    told += struct.pack("<III", 0xFFFFFFFF, right, child) + bytes(36)
    return told + struct.pack("<IQ", start, size)


def xls(path, rows, *, name="Workbook", extra=b""):
    """An old workbook (BIFF8) of one sheet of text and figures."""
    cells = b""
    for row, told in enumerate(rows):
        for column, cell in enumerate(told):
            if isinstance(cell, str):
                said = cell.encode("utf-16-le")
                cells += record(0x0204, struct.pack("<HHHHB", row, column, 0, len(cell), 1) + said)
            else:
                cells += record(0x0203, struct.pack("<HHHd", row, column, 0, cell))
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 6))
    said = "表1".encode("utf-16-le")
    sheet_name = struct.pack("<BB", 2, 1) + said
    size = (
        len(begin)
        + len(extra)
        + len(record(0x0085, struct.pack("<IBB", 0, 0, 0) + sheet_name))
        + len(record(0x0A, b""))
    )
    book = begin + extra + record(0x0085, struct.pack("<IBB", size, 0, 0) + sheet_name) + record(0x0A, b"")
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 6)) + cells + record(0x0A, b"")
    return envelope(path, {name: book + sheet})


def record(kind, content):
    return struct.pack("<HH", kind, len(content)) + content


def zipped(parts):
    """An archive of these parts, as bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()
