"""The field catalogue (数据项): what a township keeps besides, added and retired without changing a table.

An item is typed, sorted by privacy and stands on a law; from then on it is a fact like any other. What it is never
changes: whoever needs something else retires it and adds another, so that every value means what it meant.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.privacy import Kind
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing
from linli.language import sounds

from . import book
from .book import Type
from .models import Item, Register

# What an item may be; numbers of documents, addresses and telephones have columns of their own.
TYPES = (Type.TEXT, Type.CODE, Type.YES_NO, Type.NUMBER, Type.MONEY, Type.DATE)
MOST_CHOICES, MOST_HEADINGS = 200, 20


class NoSuchItem(Refusal):
    """An item that cannot be kept as it was described."""

    code, status = "item.cannot-be", 422
    words = _("An item needs %(needed)s.")
    next_step = _("Give it and save again. Nothing was written.")


class NamedAlready(Refusal):
    """Another fact of the register goes by the name."""

    code, status = "item.named-already", 409
    words = _("“%(label)s” stands in the book of facts already (%(name)s).")
    next_step = _("Use that fact, or choose another name. Nothing was written.")


class Retired(Refusal):
    """An item that is kept no longer."""

    code, status = "item.retired", 409
    words = _("The item “%(label)s” was retired on %(on)s.")
    next_step = _("Add a new item if it is needed again. Nothing was written.")


@dataclass(frozen=True, kw_only=True)
class Described:
    """An item as it is asked for. `choices` are code, Chinese and English name of each."""

    register: Register
    label: str
    type: Type
    privacy: Kind
    basis: str
    label_english: str = ""
    headings: Sequence[str] = ()
    choices: Sequence[tuple[str, str, str]] = ()
    unit: str = ""
    fresh_days: int | None = None


@transaction.atomic
def add(asked: Described, *, area: str, by: Hand, at: datetime) -> Item:
    """The item is a fact of every record in the area from now on; of none is anything known of it.

    Refuses an item without a name or a law, one of a list without its choices, and a name that is taken.
    """
    by.must(Permission.CATALOGUE_KEEP, within=area)
    _must_be_whole(asked)
    for fact in book.declared(asked.register):
        if asked.label.strip() in (fact.label, *fact.headings):
            raise NamedAlready(label=asked.label, name=fact.name)
    made = Item.objects.create(
        register=asked.register,
        slug=_slug(asked),
        area_code=area,
        label=asked.label.strip(),
        label_english=asked.label_english.strip(),
        headings=list(dict.fromkeys([asked.label.strip(), *asked.headings]))[:MOST_HEADINGS],
        type=asked.type,
        choices=[list(choice) for choice in asked.choices] if asked.type is Type.CODE else [],
        unit=asked.unit.strip(),
        privacy=asked.privacy,
        basis=asked.basis.strip(),
        fresh_days=asked.fresh_days,
    )
    book.forget()
    name = f"{made.register}.{made.slug}"
    writing.write("item.added", thing=name, by=by, at=at, area=area, label=made.label, privacy=made.privacy)
    return made


@transaction.atomic
def retire(item: Item, *, by: Hand, at: datetime) -> Item:
    """The item is asked and shown no longer; what was known stays, and can be read in the history. Refuses one that
    was retired."""
    item = Item.objects.select_for_update().get(pk=item.pk)
    by.must(Permission.CATALOGUE_KEEP, within=item.area_code)
    if item.retired_on is not None:
        raise Retired(label=item.label, on=str(item.retired_on))
    item.retired_on = localdate(at)
    item.save(update_fields=["retired_on"])
    book.forget()
    name = f"{item.register}.{item.slug}"
    writing.write("item.retired", thing=name, by=by, at=at, area=item.area_code, label=item.label)
    return item


def _must_be_whole(asked: Described) -> None:
    if not asked.label.strip():
        raise NoSuchItem(needed=_("a name"))
    if not asked.basis.strip():
        raise NoSuchItem(needed=_("the law by which it may be kept"))
    if asked.type not in TYPES:
        raise NoSuchItem(needed=_("a kind of value that an item can have"))
    codes = [code for code, *_names in asked.choices]
    if asked.type is Type.CODE and (not codes or len(set(codes)) < len(codes) or len(codes) > MOST_CHOICES):
        raise NoSuchItem(needed=_("choices, each of them once"))


def _slug(asked: Described) -> str:
    """A short word for the item, after how its name sounds; a number behind it where that is taken."""
    plain = re.sub(r"[^a-z0-9]+", "_", (asked.label_english or sounds.pinyin(asked.label)).lower()).strip("_")
    word = f"x_{plain}"[:36]
    taken = set(Item.objects.filter(register=asked.register, slug__startswith=word).values_list("slug", flat=True))
    return next(each for each in (word, *(f"{word}_{n}" for n in range(2, 999))) if each not in taken)
