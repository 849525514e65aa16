"""A list of a register as someone asks for it: which facts it shows, which records, in which order.

Everything is asked by the names of facts. What holds nothing of anybody may stand in a link; what names someone, or
asks for a secret, is kept on the server (`asking`), and a secret is used for a reason that is journalled.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from linli.access.actors import Actor
from linli.access.scoping import scope
from linli.areas import codes
from linli.ground.permissions import Permission
from linli.ground.privacy import Kind
from linli.ground.refusals import NotFound, Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import book, narrowing, secrets, shapes, values
from .book import Fact, Type
from .models import Register
from .models.records import Surname
from .queries import WITH, records, records_in_order, township_of
from .tags import TAGS, UNKNOWN, Condition

MOST_CONDITIONS = 12
MOST_COLUMNS = 40
FRESH, NEWEST = "fresh", "newest"
# Nothing is sorted by more than its mask shows: of two neighbours one would tell what the other is called.
ORDERS: dict[str, tuple[str, ...]] = {
    FRESH: ("true_on", "id"),
    NEWEST: ("-true_on", "-id"),
    Register.PERSON: ("area_code", "surname", "id"),
    Register.HOUSEHOLD: ("area_code", "id"),
    Register.DWELLING: ("area_code", "compound", "building", "id"),
    Register.BUSINESS: ("sounds", "id"),
}
ORDERED = {
    Register.PERSON: _("area and surname"),
    Register.HOUSEHOLD: _("area"),
    Register.DWELLING: _("area, compound and building"),
    Register.BUSINESS: _("name"),
}
SHOWN_FIRST = {
    Register.PERSON: ("person.sex", "person.age", "dwelling.address"),
    Register.HOUSEHOLD: ("household.kind", "dwelling.address"),
    Register.DWELLING: ("dwelling.use", "dwelling.tenure"),
    Register.BUSINESS: ("business.kind", "business.trade", "business.address"),
}
SIGNS: dict[Type, tuple[str, ...]] = {
    Type.CODE: ("eq", UNKNOWN),
    Type.YES_NO: ("eq", UNKNOWN),
    Type.NUMBER: ("gte", "lt", "eq", UNKNOWN),
    Type.DATE: ("gte", "lt", UNKNOWN),
    Type.TEXT: ("eq", "begins", UNKNOWN),
    Type.PLACE: ("eq", "begins", UNKNOWN),
    Type.PHONE: ("eq", UNKNOWN),
    Type.IDENTITY: ("eq", UNKNOWN),
    Type.MONEY: (),
}
SIGNED = {
    "eq": _("is"),
    "gte": _("is at least"),
    "lt": _("is less than"),
    "begins": _("begins with"),
    UNKNOWN: _("is unknown"),
}


class CannotNarrow(Refusal):
    """A condition that no list can be narrowed by."""

    code, status = "list.cannot-narrow", 400
    words = _("A list cannot be narrowed by “%(what)s”.")
    next_step = _("Choose a fact from the list, and a sign that goes with it.")


class BeyondTheMask(Refusal):
    """A condition that asks for more than the mask shows, of someone who may not see more."""

    code, status = "list.beyond-the-mask", 403
    words = _("Without seeing what is masked, a list is narrowed by “%(what)s” only as far as the mask shows it.")
    next_step = _(
        "Ask for a name by its first sign, for a birthday by 1 January of a year, for an address as far as its first"
        " number; or look for the one person with the search."
    )


class NotInAnAddress(Refusal):
    """Something that is someone's own stood in an address."""

    code, status = "list.not-in-an-address", 400
    words = _("Names, addresses, telephone and identity numbers, and secrets, do not stand in links.")
    next_step = _("Open the list and narrow it there; what you ask for is then kept here for an hour.")


@dataclass(frozen=True)
class Asked:
    """How a list is asked for. `reason` is why secrets are used, where they are."""

    register: Register
    columns: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    tag: str = ""
    area: str = ""
    by: str = ""
    ended: bool = False
    reason: str = ""

    @property
    def facts(self) -> list[Fact]:
        """What it shows: the facts that were chosen, else the usual ones."""
        return [book.fact(name) for name in self.columns or SHOWN_FIRST[self.register]]

    @property
    def order(self) -> tuple[str, ...]:
        """What it is sorted by."""
        return ORDERS[self.by or self.register]

    @property
    def secrets(self) -> list[Condition]:
        """The conditions that ask for a secret."""
        return [each for each in self.where if book.fact(each.fact).is_secret]

    @property
    def beyond(self) -> list[Condition]:
        """The conditions that ask for more than the mask of what is personal shows."""
        return [each for each in self.where if narrowing.is_beyond_the_mask(each)]

    @property
    def needs_reason(self) -> bool:
        """Whether it is asked for what is not shown without a reason."""
        return bool(self.secrets or self.beyond)

    @property
    def may_be_linked(self) -> bool:
        """Whether it may stand in a link."""
        return all(map(may_be_linked, self.where))

    @property
    def rule(self) -> list[str]:
        """What narrows it, in words; the secrets among it too."""
        return [condition.in_words() for condition in self.where]

    def said(self) -> dict[str, list[str]]:
        """The same as it stands in a link, or is kept."""
        told: dict[str, Sequence[str]] = {
            "column": self.columns,
            "where": [written(each) for each in self.where],
            **{name: [getattr(self, name)] if getattr(self, name) else [] for name in ("tag", "area", "by", "reason")},
            "ended": ["1"] if self.ended else [],
        }
        return {name: list(some) for name, some in told.items() if some}


def may_be_linked(condition: Condition) -> bool:
    """Whether a condition holds nothing of anybody: codes, figures, yes and no, and what is open; never a secret.

    >>> may_be_linked(Condition("person.age", "gte", 60)), may_be_linked(Condition("person.name", "begins", "王"))
    (True, False)
    >>> may_be_linked(Condition("person.low_income", "eq", "1")), may_be_linked(Condition("person.name", "unknown", ""))
    (False, True)
    """
    fact = book.fact(condition.fact)
    if fact.is_secret:
        return False
    if condition.op == UNKNOWN or fact.type in (Type.CODE, Type.YES_NO):
        return True
    return fact.privacy is Kind.OPEN and fact.type in (Type.NUMBER, Type.DATE)


def facts_for(register: Register, *, area: str = "") -> list[Fact]:
    """The facts a list may show: those of its records, and of the dwelling and household of each; no secret ones.
    Extra items those of an area, where one is named."""
    some = [fact for each in (register, *WITH.get(register, ())) for fact in book.declared(each, area=area)]
    return [fact for fact in some if not fact.is_secret and not (fact.derived and fact.register is not register)]


def conditions_for(register: Register, *, viewer: Actor) -> list[Fact]:
    """The facts a list may be narrowed by; coded secrets for whoever may use them, amounts for nobody."""
    secret = Permission.REGISTER_SECRET in viewer.permissions
    return [
        fact
        for fact in book.declared(register, area=viewer.area_code)
        if signs(fact) and (secret or not fact.is_secret)
    ]


def signs(fact: Fact) -> tuple[str, ...]:
    """What a fact may be compared by. Of a secret one only what it is, never that nothing is known."""
    if fact.is_secret:
        return ("eq",) if fact.type is Type.CODE else ()
    if fact.derived and fact.type is not Type.NUMBER:
        return tuple(sign for sign in SIGNS[fact.type] if sign != "begins")
    return SIGNS[fact.type]


def signs_for(fact: Fact, *, viewer: Actor) -> tuple[str, ...]:
    """The same as far as it is any use to a viewer: not what always goes beyond a mask they may not look behind."""
    if not narrowing.can_go_beyond(fact) or narrowing.needed(fact) in viewer.permissions:
        return signs(fact)
    return tuple(sign for sign in signs(fact) if sign != "eq")


def written(condition: Condition) -> str:
    """A condition as it is kept: its fact, its sign, its value.

    >>> written(Condition("person.age", "gte", 60)), written(Condition("person.phone", "unknown", ""))
    ('person.age:gte:60', 'person.phone:unknown:')
    """
    value = "" if condition.op == UNKNOWN else values.written(book.fact(condition.fact), condition.value)
    return f"{condition.fact}:{condition.op}:{value}"


def condition(register: Register, text: str) -> Condition:
    """The condition that was written so; refuses what no list of this register can be narrowed by."""
    name, _sign, rest = text.partition(":")
    op, _sign, said = rest.partition(":")
    fact = book.fact(name)
    if fact.register is not register or op not in signs(fact):
        raise CannotNarrow(what=text[:80])
    return Condition(name, op, "" if op == UNKNOWN else _value(fact, said))


def _value(fact: Fact, said: str) -> Any:
    """What was kept as text; refuses what the fact cannot say."""
    try:
        value = values.read(fact, said)
    except ValueError as wrong:
        raise CannotNarrow(what=fact.label) from wrong
    if value is None or (fact.type is Type.NUMBER and abs(value) > 1e9):
        raise CannotNarrow(what=fact.label)
    return value


def typed(register: Register, name: str, op: str, text: str, *, today: date) -> Condition:
    """The condition that was filled in by hand; refuses what the fact cannot be."""
    fact = book.fact(name)
    if fact.register is not register or op not in signs(fact):
        raise CannotNarrow(what=name[:80])
    if op == UNKNOWN:
        return Condition(name, op, "")
    begins = op == "begins" and fact.type in (Type.TEXT, Type.PLACE)
    value = text.strip()[:60] if begins else shapes.must_be(fact, text, today=today)
    if value in ("", None):
        raise CannotNarrow(what=fact.label)
    return Condition(name, op, value)


def read(register: Register, said: Mapping[str, Sequence[str]]) -> Asked:
    """How the list is asked for; refuses tags of other registers, facts it does not show, orders there are none of."""
    tag, area, by = (next(iter(said.get(name, ())), "") for name in ("tag", "area", "by"))
    if tag and (tag not in TAGS or TAGS[tag].register is not register):
        raise NotFound(what=tag[:40])
    if by not in ("", FRESH, NEWEST):
        raise CannotNarrow(what=by[:40])
    return Asked(
        register,
        columns=columns(register, said.get("column", ())),
        where=tuple(condition(register, text) for text in list(said.get("where", ()))[:MOST_CONDITIONS]),
        tag=tag,
        area=codes.read(area) if area else "",
        by=by,
        ended=bool(said.get("ended")),
        reason=next(iter(said.get("reason", ())), "").strip()[:200],
    )


def linked(register: Register, said: Mapping[str, Sequence[str]]) -> Asked:
    """How a link asks for the list; refuses what holds anything of anybody."""
    asked = replace(read(register, said), reason="")
    if not asked.may_be_linked:
        raise NotInAnAddress()
    return asked


def columns(register: Register, names: Iterable[str]) -> tuple[str, ...]:
    """These columns, each once and in this order; refuses a fact that the list does not show."""
    some = tuple(dict.fromkeys(names))[:MOST_COLUMNS]
    known = {fact.name for fact in facts_for(register)} if some else set()
    for name in some:
        if name not in known:
            raise book.NoSuchFact(name=name[:80])
    return some


def rows(asked: Asked, *, viewer: Actor, as_of: date) -> QuerySet[Any]:
    """The records that were asked for, within the viewer's scope. Refuses secrets, and what goes beyond the mask, to
    whoever may not use them, and without a reason."""
    found = records(asked.register, viewer=viewer).filter(**codes.inside(asked.area))
    return _narrowed(found, asked, viewer, as_of)


def in_order(asked: Asked, *, viewer: Actor, as_of: date) -> QuerySet[Any]:
    """The same records, for a list that is read along the index of its order. Where few fit, `rows` finds them sooner;
    so it does where a township is asked for what was confirmed when, unless an index stands for that, and by names
    and addresses: who begins with 王 stands all together at the end."""
    by_date = asked.by in (FRESH, NEWEST)
    by_words = any(book.fact(each.fact).type in (Type.TEXT, Type.PLACE) for each in asked.where)
    far_off = by_date and asked.register is not Register.PERSON and bool(township_of(viewer, asked.area))
    if by_words or far_off:
        return rows(asked, viewer=viewer, as_of=as_of)
    if asked.order[0] == "area_code":  # the index of the order is that of the area too
        found = records(asked.register, viewer=viewer).filter(**codes.inside(asked.area)).filter(area_code__gte="")
        return _narrowed(found, asked, viewer, as_of)
    found = records_in_order(asked.register, viewer=viewer, area=asked.area, above=by_date)
    # True of every row: a place to begin in the index, so that no index of another condition is taken for better.
    found = found.filter(**{f"{asked.order[0].lstrip('-')}__gte": date.min if by_date else ""})
    return _narrowed(found, asked, viewer, as_of)


def _narrowed(found: QuerySet[Any], asked: Asked, viewer: Actor, as_of: date) -> QuerySet[Any]:
    found = found.select_related(*WITH.get(asked.register, ()))
    if asked.tag:
        found = found.filter(TAGS[asked.tag].where(as_of=as_of))
    if asked.register is Register.PERSON:
        found = found.alias(surname=Surname("name", "sounds"))
    _must_be_used_for_a_reason(asked, viewer)
    for each in asked.where:
        found = found.filter(_where(each, asked, viewer, as_of))
    return found if asked.ended else found.filter(ended_on=None)


def _must_be_used_for_a_reason(asked: Asked, viewer: Actor) -> None:
    """The one place where lists, counts, files and notices alike are refused what they may not be narrowed by."""
    within = asked.area or viewer.area_code
    if asked.secrets:
        viewer.must_see(Permission.REGISTER_SECRET, within=within)
    for each in asked.beyond:
        fact = book.fact(each.fact)
        if narrowing.needed(fact) not in viewer.permissions:
            raise BeyondTheMask(what=gettext(fact.label))
        viewer.must_see(narrowing.needed(fact), within=within)
    if asked.needs_reason:
        secrets.must_say_why(asked.reason)


def _where(condition: Condition, asked: Asked, viewer: Actor, as_of: date) -> Q:
    fact = book.fact(condition.fact)
    if not fact.is_secret:
        return condition.where(as_of=as_of)
    within = scope(viewer) or Q()
    return secrets.known_as(fact, condition.value, within=within & Q(**codes.inside(asked.area)))


@transaction.atomic
def use_hidden(asked: Asked, *, by: Actor, at: datetime) -> None:
    """An entry says who looks for people by which secrets, or by more than masks show, and why; none where it is
    neither. Refuses who may not, and a reason that says nothing."""
    _must_be_used_for_a_reason(asked, by)
    area, thing = asked.area or by.area_code, str(asked.register)
    for needed in {narrowing.needed(book.fact(each.fact)) for each in [*asked.secrets, *asked.beyond]}:
        by.must(needed, within=area)
    for verb, some in (("secret.looked-for", asked.secrets), ("list.looked-closer", asked.beyond)):
        if some:
            named = " ".join(sorted({each.fact for each in some}))
            writing.write(verb, thing=thing, by=by, at=at, area=area, fact=named, reason=asked.reason)
