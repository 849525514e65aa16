"""A list as people take it away: its rows in a workbook or a CSV, masked unless someone says why they need more.

Rows are read and written one after another, so a million take no more memory than a thousand. Secret facts that lie
apart never leave in a list, and identity numbers leave masked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from linli.bulk.sheets.writing import Text, write_csv, write_xlsx
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.privacy import Kind
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import book, secrets, showing
from .book import Fact, Type
from .models import Register

XLSX, CSV, GB18030 = "xlsx", "csv", "gb18030"
AT_ONCE = 2000
MARK = _("Unmasked copy of %(who)s, %(on)s, for: %(reason)s")


class NoSuchForm(Refusal):
    """A list leaves as a workbook or as a CSV."""

    code, status = "export.no-such-form", 400
    words = _("A list leaves as XLSX or as CSV.")
    next_step = _("Choose one of them. Nothing was exported.")


@dataclass(frozen=True)
class Wish:
    """What is asked for: the form of the file, whether unmasked and why, and of which area."""

    form: str = XLSX
    plain: bool = False
    reason: str = ""
    area: str = ""


def facts_of(register: Register) -> list[Fact]:
    """The facts that leave in a list: those that are written down in the record itself."""
    return [fact for fact in book.declared(register) if not fact.derived and not fact.is_secret]


@transaction.atomic
def export(
    register: Register, rows: Any, path: Path, wish: Wish, *, names: Mapping[str, str], by: Hand, at: datetime
) -> int:
    """The file stands at that path, and an entry says who took how many rows, masked or why not; how many there are.

    Refuses who may not export; unmasked, who may not unmask or gives no reason. `names` are the names of areas.
    """
    by.must(Permission.REGISTER_EXPORT, within=wish.area)
    if wish.form not in (XLSX, CSV, GB18030):
        raise NoSuchForm()
    reason = wish.reason.strip()[:200]
    if wish.plain:
        by.must(Permission.REGISTER_UNMASK, within=wish.area)
        secrets.must_say_why(reason)
    facts = facts_of(register)
    home = register in (Register.PERSON, Register.HOUSEHOLD)
    headings = [gettext("Reference"), *(gettext(fact.label) for fact in facts)]
    headings += [*([gettext("Standard address")] if home else []), gettext("Area"), gettext("True on")]
    mark = gettext(MARK) % {"who": by.ref, "on": at.date(), "reason": reason} if wish.plain else ""
    lines = _lines(rows, facts, names, home=home, plain=wish.plain, as_of=at.date())
    if wish.form == XLSX:
        count = write_xlsx(path, headings, lines, sheet=str(register), mark=mark)
    else:
        text = Text.GB18030 if wish.form == GB18030 else Text.UTF8
        count = write_csv(path, headings, lines, text=text, mark=mark)
    kind = "personal" if wish.plain else "masked"
    verb = "list.exported-unmasked" if wish.plain else "list.exported"
    said = {"reason": reason} if wish.plain else {}
    writing.write(verb, thing=str(register), by=by, at=at, area=wish.area, rows=count, kind=kind, **said)
    return count


def _lines(
    rows: Any, facts: list[Fact], names: Mapping[str, str], *, home: bool, plain: bool, as_of: date
) -> Iterator[list[Any]]:
    for record in rows.iterator(AT_ONCE):
        line = [record.ref, *(_cell(fact, fact.of(record, as_of=as_of), plain=plain) for fact in facts)]
        if home:
            address = record.dwelling.address if record.dwelling_id else ""
            line.append(address if plain else showing.masked_address(address))
        yield [*line, names.get(record.area_code, record.area_code), record.true_on.isoformat()]


def _cell(fact: Fact, value: Any, *, plain: bool) -> Any:
    if value in ("", None):
        return ""
    if fact.privacy is Kind.OPEN or (plain and fact.privacy is not Kind.SECRET):
        return value if fact.type is Type.NUMBER else showing.words(fact, value)
    return showing.masked(fact, value)
