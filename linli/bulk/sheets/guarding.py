"""What a file is, told from its first bytes, and whether it is safe to read: before anything is unpacked in memory."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from . import opendocument
from .refusals import CarriesMacros, Damaged, Encrypted, FileTooLarge, NotASpreadsheet, NothingInIt, UnpacksTooLarge
from .scanning import Limits, Scan, scan

CHUNK = 1 << 20
MOST_PARTS = 5_000
SMALL = 64 << 20  # below it, a part may be as repetitive as it likes
REPETITIVE = 400  # a full sheet of empty, formatted rows is some 60 times smaller packed; a bomb 1,000 times

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = "EncryptedPackage".encode("utf-16-le")
# The first record of an old workbook, and behind it the one that says how it was locked.
FILEPASS = re.compile(rb"\x09\x08\x10\x00\x00[\x05\x06]\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.S)
OTHERS = [
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG", "PNG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"SQLite format 3", "SQLite"),
    (b"PAR1", "Parquet"),
    (b"MZ\x90", "EXE"),
    (b"\x09\x08\x10\x00", "Excel 5"),
    (b"\x09\x08\x08\x00", "Excel 5"),
    (b"\x09\x04\x06\x00", "Excel 4"),
    (b"\x09\x02\x06\x00", "Excel 3"),
    (b"\x7fELF", "ELF"),
]
MARKUP = re.compile(rb"^\s*<(!doctype html|html|table|head|meta|style|script|div|\?xml)", re.I)
WORKSHEET = re.compile(rb"<(\w+:)?worksheet\b")
ZIPPED = [("word/document.xml", "Word"), ("ppt/presentation.xml", "PowerPoint"), ("xl/workbook.bin", "XLSB")]


class Kind(Enum):
    """What a file is, whatever it is called."""

    XLSX = "XLSX"
    XLS = "XLS"
    ODS = "ODS"
    TEXT = "CSV"


@dataclass
class Guarded:
    """A file that may be read, and what was seen in its sheets: by part for XLSX, by name for ODS."""

    kind: Kind
    scans: dict[str, Scan] = field(default_factory=dict)


def guard(path: Path, limits: Limits) -> Guarded:
    """What the file is. Refuses what is no spreadsheet, locked, damaged, with programs in it, or beyond the limits."""
    size = path.stat().st_size
    if size > limits.file_mb << 20:
        raise FileTooLarge(size=size >> 20, limit=limits.file_mb)
    with path.open("rb") as file:
        head = file.read(4096)
        if not head.strip():
            raise NothingInIt
        if head.startswith(b"PK"):
            return _zipped(file, limits)
        if head.startswith(OLE):
            return _ole(file, head)
    if other := _other(head.removeprefix(b"\xef\xbb\xbf")):
        raise NotASpreadsheet(found=other)
    return Guarded(Kind.TEXT)


def _other(head: bytes) -> str:
    """What else the file is, if it is not text.

    >>> _other(b"%PDF-1.7"), _other(b"<html>"), _other(b"name,age")
    ('PDF', 'HTML', '')
    """
    if MARKUP.match(head):
        return "XML" if head.lstrip()[:5] == b"<?xml" else "HTML"
    return next((name for beginning, name in OTHERS if head.startswith(beginning)), "")


def _ole(file: BinaryIO, head: bytes) -> Guarded:
    """An old workbook, or a new one in an envelope that a password opens."""
    content = head + file.read()
    if LOCKED in content or FILEPASS.search(content):
        raise Encrypted
    if "WordDocument".encode("utf-16-le") in content or "PowerPoint Document".encode("utf-16-le") in content:
        raise NotASpreadsheet(found="Word")
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise CarriesMacros
    if "Workbook".encode("utf-16-le") not in content and "Book".encode("utf-16-le") not in content:
        raise Damaged(why="OLE")
    return Guarded(Kind.XLS)


def _zipped(file: BinaryIO, limits: Limits) -> Guarded:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = {entry.filename: entry for entry in archive.infolist()}
            if len(entries) != len(archive.infolist()) or len(entries) > MOST_PARTS:
                raise Damaged(why="ZIP")
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as error:
        raise Damaged(why="ZIP") from error
    kind = _kind(entries)
    if any(entry.flag_bits & 1 for entry in entries.values()):
        raise Encrypted
    return _parts(file, entries, kind, limits)


def _kind(entries: dict[str, zipfile.ZipInfo]) -> Kind:
    for part, found in ZIPPED:
        if part in entries:
            raise NotASpreadsheet(found=found)
    if any(name.lower().endswith("vbaproject.bin") for name in entries):
        raise CarriesMacros
    if "content.xml" in entries:
        return Kind.ODS
    if not any(name.lower().startswith(("xl/", "/xl/", "xl\\")) for name in entries):
        raise NotASpreadsheet(found="ZIP")
    return Kind.XLSX


def _parts(file: BinaryIO, entries: dict[str, zipfile.ZipInfo], kind: Kind, limits: Limits) -> Guarded:
    """Every part with XML in it is unpacked once, in passing; what comes of it is counted, not believed."""
    guarded = Guarded(kind)
    left = limits.unpacked_mb << 20
    for name, entry in entries.items():
        if not name.lower().endswith((".xml", ".rels")):
            continue
        flow = _Flow(file, entry, left)
        chunks = iter(flow)
        first = next(chunks, b"")
        whole = _again(first, chunks)
        if kind is Kind.ODS and name == "content.xml":
            guarded.scans = opendocument.scan(whole, limits)
        elif WORKSHEET.search(first[:4096]):
            guarded.scans[name.replace("\\", "/").lstrip("/")] = scan(whole, limits)
        else:
            _small_enough(whole, min(left, limits.part_mb << 20), limits)
        left -= flow.unpacked
    return guarded


def _again(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _small_enough(chunks: Iterator[bytes], most: int, limits: Limits) -> None:
    size = 0
    for number, chunk in enumerate(chunks):
        size += len(chunk)
        if number == 0 and (b"<!DOCTYPE" in chunk[:4096] or b"\0" in chunk[:4096]):
            raise Damaged(why="XML")
        if size > most:
            raise UnpacksTooLarge(limit=min(limits.unpacked_mb, limits.part_mb))


class _Flow:
    """The bytes of one part as they unpack, whatever size the archive claims."""

    def __init__(self, file: BinaryIO, entry: zipfile.ZipInfo, most: int) -> None:
        self.file, self.entry, self.most, self.unpacked = file, entry, most, 0

    def __iter__(self) -> Iterator[bytes]:
        place, left = self._begin(), self.entry.compress_size
        unpack = zlib.decompressobj(-15) if self.entry.compress_type == zipfile.ZIP_DEFLATED else None
        waiting = b""
        while left or waiting:
            if not waiting:
                self.file.seek(place)
                waiting = self.file.read(min(left, CHUNK))
                place, left = place + len(waiting), left - len(waiting)
                if not waiting:
                    raise Damaged(why=self.entry.filename)
            chunk, waiting = self._next(unpack, waiting)
            self._count(chunk)
            yield chunk
            if unpack and unpack.eof:
                return
        if unpack and not unpack.eof:
            raise Damaged(why=self.entry.filename)

    def _begin(self) -> int:
        """Where the packed bytes begin, from the part's own header."""
        self.file.seek(self.entry.header_offset)
        header = self.file.read(30)
        if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
            raise Damaged(why=self.entry.filename)
        name, extra = struct.unpack("<HH", header[26:30])
        if self.entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Damaged(why=self.entry.filename)
        return self.entry.header_offset + 30 + int(name) + int(extra)

    def _next(self, unpack: "zlib._Decompress | None", waiting: bytes) -> tuple[bytes, bytes]:
        if unpack is None:
            return waiting, b""
        try:
            chunk = unpack.decompress(waiting, CHUNK)
        except zlib.error as error:
            raise Damaged(why=self.entry.filename) from error
        return chunk, unpack.unconsumed_tail

    def _count(self, chunk: bytes) -> None:
        self.unpacked += len(chunk)
        packed = max(self.entry.compress_size, 1)
        if self.unpacked > self.most or (self.unpacked > SMALL and self.unpacked > packed * REPETITIVE):
            raise UnpacksTooLarge(limit=self.most >> 20 if self.unpacked > self.most else SMALL >> 20)
