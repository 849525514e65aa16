"""How a fact is shown: in words, and masked unless whoever looks has said why they need more."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import get_language, gettext

from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.privacy import Kind, mask_name, mask_phone
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import book, secrets
from .book import Fact, Type
from .codesets import codeset
from .models import SecretValue
from .queries import register_of

HIDDEN = "●●●●"


@dataclass(frozen=True)
class Said:
    """One fact of a record as a page shows it. `value` is empty where nothing is known."""

    fact: Fact
    value: str
    masked: bool
    on: str = ""

    @property
    def known(self) -> bool:
        """Whether anything is known."""
        return bool(self.value)


def facts_of(record: Any, *, as_of: date, plain: bool = False, secret: bool = False, area: str = "") -> list[Said]:
    """Every fact of a record, masked; `plain` shows what is personal, `secret` what is secret as well. The extra items
    are those of its area, or of the one that is named."""
    kept = {each.fact: each.value for each in SecretValue.objects.filter(thing=record.ref)}
    said = []
    for fact in book.declared(register_of(record), area=area or record.area_code):
        if fact.is_secret:
            value = kept.get(fact.name, "")
            shown = words(fact, value) if secret else HIDDEN if value else ""
            said.append(Said(fact, shown, masked=bool(value) and not secret))
            continue
        value = fact.of(record, as_of=as_of)
        bare = fact.privacy is Kind.OPEN or (secret if fact.privacy is Kind.SECRET else plain)
        shown = "" if value is None else words(fact, value) if bare else masked(fact, value)
        on = record.sources.get(fact.short, {}).get("on", "")
        said.append(Said(fact, shown, masked=value is not None and not bare, on=on))
    return said


def cell(fact: Fact, record: Any, *, as_of: date) -> str:
    """What a list shows of a fact: of the record, or of the dwelling or household it belongs to; masked."""
    value = value_in(fact, record, as_of=as_of)
    if value is None:
        return ""
    return words(fact, value) if fact.privacy is Kind.OPEN else masked(fact, value)


def value_in(fact: Fact, record: Any, *, as_of: date) -> Any:
    """The value of a fact of the record, or of the dwelling or household it belongs to; None is unknown."""
    whose = record if fact.register is register_of(record) else getattr(record, str(fact.register))
    return None if whose is None else fact.of(whose, as_of=as_of)


def words(fact: Fact, value: Any) -> str:
    """A value in the reader's language."""
    if value in ("", None):
        return ""
    if fact.type is Type.CODE:
        return codeset(fact.codes).label(str(value), get_language() or "zh-hans")
    if fact.type is Type.YES_NO:
        return gettext(_("yes")) if value in (True, "yes") else gettext(_("no"))
    return f"{value} {gettext(fact.unit)}" if fact.unit else str(value)


def masked(fact: Fact, value: Any) -> str:
    """What may be seen of a personal value without a reason: a surname, a year, three and four digits, a compound."""
    text = str(value)
    if fact.privacy is Kind.SECRET:
        return f"{text[:3]}{'*' * 11}{text[-4:]}" if fact.type is Type.IDENTITY and len(text) == 18 else HIDDEN
    if fact.type is Type.PHONE:
        return mask_phone(text)
    if fact.type is Type.DATE:
        return f"{text[:4]}-**-**"
    if fact.name in NAMES:
        return mask_name(text)
    if fact.type is Type.PLACE:
        return masked_address(text)
    return words(fact, value) if fact.type in (Type.CODE, Type.YES_NO, Type.NUMBER) else f"{text[:1]}**"


NAMES = {"person.name", "person.former_name", "household.head", "business.head"}


def masked_address(address: str) -> str:
    """The address as far as its compound: digits and what follows the first of them are hidden.

    >>> masked_address("香樟街道枫林路香樟苑3栋2单元501"), masked_address("柳树村")
    ('香樟街道枫林路香樟苑***', '柳树村')
    """
    end = next((place for place, sign in enumerate(address) if sign.isdigit()), len(address))
    return address if end == len(address) else f"{address[:end]}***"


@transaction.atomic
def unmask(record: Any, *, secret: bool = False, reason: str, by: Hand, at: Any) -> None:
    """An entry says who saw the record unmasked and why. Refuses who may not, and a reason that says nothing."""
    needed = Permission.REGISTER_SECRET if secret else Permission.REGISTER_UNMASK
    by.must(needed, within=record.area_code)
    secrets.must_say_why(reason)
    kind = "secret" if secret else "personal"
    register = register_of(record)
    verb, area = f"{register}.unmasked", record.area_code
    writing.write(verb, thing=record.ref, by=by, at=at, area=area, kind=kind, reason=reason.strip()[:200])
