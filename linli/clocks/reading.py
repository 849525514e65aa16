"""A notice is read: from its own words as they were published, or from a sheet with a line for each day."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

from .shipped import Line, Told

HEADINGS = {
    "day": ("日期", "day", "date"),
    "kind": ("安排", "类型", "kind"),
    "name": ("名称", "节日", "name"),
}
NEEDED = ("day", "kind")
OFF, WORK = ("放假", "休", "休息", "off", "holiday"), ("上班", "班", "work", "make-up")
NUMBER = re.compile(r"[国\w]{1,8}〔\d{4}〕\d+号")
DAY = r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日"
SPAN = re.compile(rf"{DAY}至(?:(?:(\d{{4}})年)?(\d{{1,2}})月)?(\d{{1,2}})日")
ONE = re.compile(DAY)
ASIDE = re.compile(r"[（(][^）)]*[）)]")
BREAK = re.compile(r"(?:^|\s)[一二三四五六七八九十]+、\s*(?P<name>[^：:\n]{2,20})[：:](?P<body>[^\n]+)")


class SheetWrong(Refusal):
    """A line of a sheet of days that cannot be read."""

    code, status = "calendar.sheet-wrong", 422
    words = _("Line %(number)s of the sheet cannot be read: %(why)s.")
    next_step = _("Each line has a day (2027-01-01) and 放假 or 上班. Nothing was written.")


class NoSuchDay(Refusal):
    """A notice that names a day no calendar has."""

    code, status = "calendar.no-such-day", 422
    words = _("There is no such day: %(day)s.")
    next_step = _("Correct it as the notice has it, then look at it again. Nothing was written.")


def number_in(text: str) -> str:
    """The number under the title of a notice; nothing where there is none.

    >>> number_in("国务院办公厅关于2026年部分节假日安排的通知\\n国办发明电〔2025〕7号")
    '国办发明电〔2025〕7号'
    """
    found = NUMBER.search(text)
    return found[0] if found else ""


def lines_in(text: str, year: int) -> tuple[Line, ...]:
    """The days that the words of a notice name; each holiday stands in a paragraph of its own.

    >>> told = "一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。"
    >>> [(f"{line.day:%m-%d}", line.works) for line in lines_in(told, 2026)]
    [('01-01', False), ('01-02', False), ('01-03', False), ('01-04', True)]
    """
    found: dict[date, Line] = {}
    for each in BREAK.finditer(ASIDE.sub("", text)):
        for sentence in re.split(r"[。；;]", each["body"]):
            works = "上班" in sentence
            for day in _days(sentence, year):
                found[day] = Line(day, works, each["name"].strip())
    return tuple(found[day] for day in sorted(found))


def _days(sentence: str, year: int) -> Iterator[date]:
    for span in SPAN.finditer(sentence):
        first_year, month, day, last_year, last_month, last_day = span.groups()
        first = _day(first_year or year, month, day)
        last = _day(last_year or year if last_month else first.year, last_month or month, last_day)
        yield from (first + timedelta(days=n) for n in range((last - first).days + 1))
    for one in ONE.finditer(SPAN.sub("", sentence)):
        yield _day(one[1] or year, one[2], one[3])


def _day(year: int | str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError as wrong:
        raise NoSuchDay(day=f"{year}-{month}-{day}") from wrong


def told_by_sheet(lines: Iterable[tuple[int, Mapping[str, str]]]) -> tuple[Line, ...]:
    """The days of a sheet, by its numbered lines. Refuses the first that cannot be read.

    >>> told_by_sheet([(2, {"day": "2027/1/1", "kind": "放假", "name": "元旦"})])
    (Line(day=datetime.date(2027, 1, 1), works=False, name='元旦'),)
    """
    return tuple(_line(number, cells) for number, cells in lines)


def _line(number: int, cells: Mapping[str, str]) -> Line:
    kind = cells["kind"].strip().lower()
    if kind not in OFF + WORK:
        raise SheetWrong(number=number, why=cells["kind"] or "–")
    try:
        year, month, day = (int(part) for part in re.split(r"[-/.]", cells["day"].strip()))
        return Line(date(year, month, day), kind in WORK, cells.get("name", "").strip())
    except ValueError as wrong:
        raise SheetWrong(number=number, why=cells["day"] or "–") from wrong


def whole(text: str, *, number: str, year: int, issued: date) -> Told:
    """A notice by its words, under the number it bears or that was written beside."""
    return Told((number or number_in(text)).strip(), year, issued, lines_in(text, year))
