"""A list as people take it away: its rows in a workbook or a CSV, masked unless someone says why they need more.

Rows are read some at a time and written one after another, so a million take no more memory than a thousand, and no
lock is held meanwhile. Secret facts that lie apart never leave in a list; identity numbers leave masked, or whole by
whoever may use what is secret.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext

from linli.access.actors import Actor
from linli.bulk.sheets.writing import Text, write_csv, write_xlsx
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.privacy import Kind
from linli.ground.progress import Tell, silent
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing
from linli.web.lists import portions

from . import book, listing, secrets, showing
from .book import Fact, Type
from .listing import Asked
from .models import Register
from .tags import TAGS, Tag

XLSX, CSV, GB18030 = "xlsx", "csv", "gb18030"
FORMS = (XLSX, CSV, GB18030)
AT_ONCE = 2000
MARK = _("Unmasked copy of %(who)s, %(on)s, for: %(reason)s")


class Numbers(StrEnum):
    """How identity numbers stand in the file."""

    MASKED = "masked"
    TAIL = "tail"
    WHOLE = "whole"
    GROUPED = "grouped"

    @property
    def label(self) -> str:
        """What it means, as an English msgid."""
        return NUMBERED[self]


NUMBERED: dict[str, str] = {
    Numbers.MASKED: _("masked"),
    Numbers.TAIL: _("the last four signs alone"),
    Numbers.WHOLE: _("whole, as text"),
    Numbers.GROUPED: _("whole, as text in groups of 6, 8 and 4"),
}
DAYS = {"iso": "%Y-%m-%d", "dots": "%Y.%m.%d", "bare": "%Y%m%d", "chinese": "%Y年%m月%d日"}


NAMED_BY = {
    Register.PERSON: "person.name",
    Register.HOUSEHOLD: "household.head",
    Register.DWELLING: "dwelling.address",
    Register.BUSINESS: "business.name",
}


class NoSuchForm(Refusal):
    """A list leaves as a workbook or as a CSV, in shapes that are offered."""

    code, status = "export.no-such-form", 400
    words = _("A list leaves as XLSX or as CSV.")
    next_step = _("Choose one of them. Nothing was exported.")


@dataclass(frozen=True)
class Wish:
    """What is asked for: the form of the file, whether unmasked and why, and how numbers, days and tags stand in it."""

    form: str = XLSX
    plain: bool = False
    reason: str = ""
    numbers: str = Numbers.MASKED
    days: str = "iso"
    tags: bool = False

    @property
    def whole_numbers(self) -> bool:
        """Whether identity numbers stand in it whole."""
        return self.numbers in (Numbers.WHOLE, Numbers.GROUPED)

    @property
    def ending(self) -> str:
        """The last part of the file's name."""
        return XLSX if self.form == XLSX else CSV


@dataclass(frozen=True)
class _Sheet:
    """What the lines of one file are made of."""

    wish: Wish
    facts: list[Fact]
    tags: list[Tag] = field(default_factory=list)
    names: Mapping[str, str] = field(default_factory=dict)
    as_of: date = date.min


def facts_of(asked: Asked, *, area: str) -> list[Fact]:
    """What leaves: the columns that were chosen, after what the record is called by; where none were, all there is,
    with the extra items of the area."""
    named = book.fact(NAMED_BY[asked.register])
    if asked.columns:
        chosen = asked.facts
        return chosen if named in chosen else [named, *chosen]
    home = [book.fact("dwelling.address")] if asked.register in (Register.PERSON, Register.HOUSEHOLD) else []
    return [
        fact
        for fact in listing.facts_for(asked.register, area=area)
        if fact.register is asked.register and not fact.many
    ] + home


def must_be_allowed(asked: Asked, wish: Wish, *, by: Hand, area: str) -> None:
    """Refuses who may not export; unmasked, who may not unmask or gives no reason; whole numbers, who may not use what
    is secret; and shapes that are not offered."""
    by.must(Permission.REGISTER_EXPORT, within=area)
    if wish.form not in FORMS or wish.numbers not in NUMBERED or wish.days not in DAYS:
        raise NoSuchForm()
    if wish.plain:
        by.must(Permission.REGISTER_UNMASK, within=area)
    if wish.whole_numbers:
        by.must(Permission.REGISTER_SECRET, within=area)
    if wish.plain or wish.whole_numbers or asked.needs_reason:
        secrets.must_say_why(wish.reason)


def export(
    asked: Asked, path: Path, wish: Wish, *, names: Mapping[str, str], by: Actor, at: datetime, tell: Tell = silent
) -> int:
    """The file stands at that path, and an entry says who took how many rows, masked or why not; how many there are.

    Refuses what `must_be_allowed` does; a file without its entry is gone again. `names` are the names of areas.
    """
    area = asked.area or by.area_code
    must_be_allowed(asked, wish, by=by, area=area)
    sheet = _Sheet(wish, facts_of(asked, area=area), _tags(asked.register) if wish.tags else [], names, localdate(at))
    lines = _lines(asked, sheet, viewer=by, tell=tell)
    bare = wish.plain or wish.whole_numbers
    said = {"who": by.ref, "on": localdate(at).isoformat(), "reason": wish.reason.strip()[:200]}
    mark = gettext(MARK) % said if bare else ""
    if wish.form == XLSX:
        count = write_xlsx(path, _headings(sheet), lines, sheet=str(asked.register), mark=mark)
    else:
        text = Text.GB18030 if wish.form == GB18030 else Text.UTF8
        count = write_csv(path, _headings(sheet), lines, text=text, mark=mark)
    try:
        _note(asked, wish, count, by=by, at=at, area=area)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return count


@transaction.atomic
def _note(asked: Asked, wish: Wish, count: int, *, by: Hand, at: datetime, area: str) -> None:
    bare = wish.plain or wish.whole_numbers
    kind = "secret" if wish.whole_numbers or asked.secrets else "personal" if wish.plain or asked.beyond else "masked"
    said = {"reason": wish.reason.strip()[:200]} if wish.reason.strip() else {}
    if asked.needs_reason:
        said["where"] = " ".join(sorted({each.fact for each in [*asked.secrets, *asked.beyond]}))
    verb = "list.exported-unmasked" if bare else "list.exported"
    facts = " ".join(fact.name for fact in facts_of(asked, area=area))
    writing.write(
        verb, thing=str(asked.register), by=by, at=at, area=area, rows=count, kind=kind, columns=facts, **said
    )


def _tags(register: Register) -> list[Tag]:
    return [tag for tag in TAGS.values() if tag.register is register]


def _headings(sheet: _Sheet) -> list[str]:
    told = [gettext(fact.label) for fact in sheet.facts]
    tags = [gettext("Tags")] if sheet.wish.tags else []
    return [gettext("Reference"), *told, *tags, gettext("Area"), gettext("True on")]


def _lines(asked: Asked, sheet: _Sheet, *, viewer: Actor, tell: Tell) -> Iterator[list[Any]]:
    """One line a record, some records read at a time."""
    rows = listing.rows(asked, viewer=viewer, as_of=sheet.as_of)
    facts = {fact.name: fact for fact in [*sheet.facts, *(fact for tag in sheet.tags for fact in tag.facts)]}
    done = 0
    for some in portions(rows, order=asked.order, size=AT_ONCE):
        book.foresee(facts.values(), some, as_of=sheet.as_of)
        for record in some:
            yield _line(record, sheet)
        done += len(some)
        tell("exported", done, 0)


def _line(record: Any, sheet: _Sheet) -> list[Any]:
    as_of, wish = sheet.as_of, sheet.wish
    cells = [_cell(fact, showing.value_in(fact, record, as_of=as_of), wish) for fact in sheet.facts]
    if wish.tags:
        held = [gettext(tag.name) for tag in sheet.tags if tag.holds(record, as_of=as_of)]
        cells.append("、".join(held))
    return [record.ref, *cells, sheet.names.get(record.area_code, record.area_code), _day(record.true_on, wish)]


def _cell(fact: Fact, value: Any, wish: Wish) -> Any:
    """A value as it leaves: whole where it is open or unmasked, else masked; days and numbers as asked for."""
    if value in ("", None):
        return ""
    if fact.type is Type.IDENTITY:
        return _number(fact, str(value), wish)
    if fact.privacy is Kind.OPEN or (wish.plain and fact.privacy is not Kind.SECRET):
        if fact.type is Type.DATE:
            return _day(value, wish)
        return value if fact.type is Type.NUMBER else showing.words(fact, value)
    return showing.masked(fact, value)


def _number(fact: Fact, text: str, wish: Wish) -> str:
    """An identity number as it leaves; always text, so that no program rounds it."""
    if wish.numbers == Numbers.TAIL:
        return text[-4:]
    if wish.numbers == Numbers.GROUPED:
        return f"{text[:6]} {text[6:14]} {text[14:]}".strip() if len(text) == 18 else text
    return text if wish.numbers == Numbers.WHOLE else showing.masked(fact, text)


def _day(day: Any, wish: Wish) -> str:
    """A day as text, as it was asked for: where a program shows it, it stays as it is."""
    if isinstance(day, str):
        day = date.fromisoformat(day)
    return str(day.strftime(DAYS[wish.days]))
