"""What the registers put into the book of facts. Fields after GB/T 31000, without its sensitive-group tables."""

import tomllib
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q

from linli.ground.privacy import Kind
from linli.ground.words import gettext_noop as _

from .book import Fact, Type, declare
from .models import Person, Register

OPEN, PERSONAL, SECRET = Kind.OPEN, Kind.PERSONAL, Kind.SECRET


class Word(NamedTuple):
    """By which law a fact may be kept, and whose word counts (一数一源)."""

    basis: str
    source: str


BY_POLICE = Word("户口登记条例", _("household registration (police)"))
BY_COMMUNITY = Word("个人信息保护法 第十三条第三项、第三十四条", _("community"))
BY_CIVIL_AFFAIRS = Word("个人信息保护法 第十三条第三项、第三十四条", _("civil affairs"))
BY_ASSISTANCE = Word("社会救助暂行办法", _("civil affairs"))
BY_FEDERATION = Word("残疾人保障法", _("disabled persons' federation"))
BY_MARKET = Word("市场主体登记管理条例", _("market regulation"))
OF_HOUSES = Word("GB/T 31000 实有房屋", _("community"))
OF_FIRMS = Word("市场主体登记管理条例", _("community"))
HEADINGS: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("data").joinpath("headings.toml").read_text("utf-8")
)


def years_between(born: date, day: date) -> int:
    """Full years of age on a day; who is born on 29 February turns a year older on 1 March.

    >>> years_between(date(1960, 11, 22), date(2026, 11, 22)), years_between(date(1960, 11, 23), date(2026, 11, 22))
    (66, 65)
    """
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def years_before(day: date, years: int) -> date:
    """The last birthday that makes someone so many years old on a day.

    >>> years_before(date(2026, 11, 22), 60), years_before(date(2025, 2, 28), 1)
    (datetime.date(1966, 11, 22), datetime.date(2024, 2, 28))
    >>> years_before(date(2024, 2, 29), 1)
    datetime.date(2023, 2, 28)
    """
    year = day.year - years
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _age(person: Any, as_of: date) -> int | None:
    return None if person.born_on is None else years_between(person.born_on, as_of)


def _age_where(op: str, years: Any, as_of: date) -> Q:
    """Ages as a range of birthdays, so that the index on the birthday answers."""
    known = Q(born_on__isnull=False)
    if op == "unknown":
        return ~known
    if op == "gte":
        return known & Q(born_on__lte=years_before(as_of, years))
    if op == "lt":
        return known & Q(born_on__gt=years_before(as_of, years))
    assert op == "eq", op
    return known & Q(born_on__lte=years_before(as_of, years), born_on__gt=years_before(as_of, years + 1))


def _living_with(person: Any) -> int | None:
    """How many live in the dwelling where this person lives now, themselves among them."""
    if person.dwelling_id is None:
        return None
    return Person.objects.standing().filter(dwelling_id=person.dwelling_id).count()


def _lives_alone(person: Any, _as_of: date) -> bool | None:
    number = _living_with(person)
    return None if number is None else number == 1


def _live_alone(people: Sequence[Any], _as_of: date) -> list[bool | None]:
    """The same of many, in one question."""
    homes = {person.dwelling_id for person in people if person.dwelling_id}
    living = Person.objects.standing().filter(dwelling_id__in=homes).order_by().values_list("dwelling_id")
    numbers = dict(living.annotate(number=Count("pk")))
    return [numbers.get(each.dwelling_id, 0) == 1 if each.dwelling_id else None for each in people]


def _lives_alone_where(op: str, alone: Any, _as_of: date) -> Q:
    """Alone in the dwelling, not alone in a registered household: a number of one (户号) proves nothing."""
    if op == "unknown":
        return Q(dwelling__isnull=True)
    assert op == "eq", op
    others = Person.objects.standing().filter(dwelling=OuterRef("dwelling")).exclude(pk=OuterRef("pk"))
    together = Q(Exists(others))
    return Q(dwelling__isnull=False) & (~together if alone else together)


def _days_since(record: Any, as_of: date) -> int:
    """How long ago what the record says was true."""
    return int((as_of - record.true_on).days)


def _days_since_where(op: str, days: Any, as_of: date) -> Q:
    """Days as a range of the day it was true, so that the index on it answers."""
    if op == "unknown":
        return Q(pk__in=())
    day = as_of - timedelta(days=int(days))
    return {"gte": Q(true_on__lte=day), "lt": Q(true_on__gt=day), "eq": Q(true_on=day)}[op]


def _freshness(register: Register) -> Fact:
    """How fresh a record is, as a number."""
    return Fact(
        name=f"{register}.days_since_true",
        type=Type.NUMBER,
        unit=_("days"),
        label=_("Days since found true"),
        privacy=OPEN,
        read=_days_since,
        where=_days_since_where,
        how=_("the days from when the record was last found to be true to the day asked about"),
    )


def _kept(name: str, type_: Type, label: str, privacy: Kind, word: Word, **more: Any) -> Fact:
    """A fact that is written down: secret ones sealed apart, others in the column of the same name."""
    return Fact(
        name=name,
        type=type_,
        label=label,
        privacy=privacy,
        basis=word.basis,
        source=word.source,
        headings=tuple(HEADINGS[name]),
        column="" if privacy is SECRET and type_ is not Type.IDENTITY else name.partition(".")[2],
        **more,
    )


declare(
    _kept("person.name", Type.TEXT, _("Name"), PERSONAL, BY_POLICE),
    _kept("person.former_name", Type.TEXT, _("Former name"), PERSONAL, BY_POLICE),
    _kept("person.sex", Type.CODE, _("Sex"), OPEN, BY_POLICE, codes="sex"),
    _kept("person.born_on", Type.DATE, _("Date of birth"), PERSONAL, BY_POLICE),
    _kept("person.identity_kind", Type.CODE, _("Kind of identity document"), PERSONAL, BY_POLICE, codes="document"),
    _kept("person.identity_number", Type.IDENTITY, _("Identity number"), SECRET, BY_POLICE),
    _kept("person.phone", Type.PHONE, _("Telephone"), PERSONAL, BY_COMMUNITY, fresh_days=365),
    _kept("person.nation", Type.CODE, _("Nationality (民族)"), PERSONAL, BY_POLICE, codes="nation"),
    _kept(
        "person.marital", Type.CODE, _("Marital status"), PERSONAL, BY_CIVIL_AFFAIRS, codes="marital", fresh_days=730
    ),
    _kept(
        "person.politics",
        Type.CODE,
        _("Political affiliation"),
        PERSONAL,
        BY_COMMUNITY,
        codes="politics",
        fresh_days=730,
    ),
    _kept("person.education", Type.CODE, _("Education"), PERSONAL, BY_COMMUNITY, codes="education", fresh_days=1825),
    _kept("person.work", Type.CODE, _("Employment"), PERSONAL, BY_COMMUNITY, codes="work", fresh_days=180),
    _kept("person.occupation", Type.TEXT, _("Occupation"), PERSONAL, BY_COMMUNITY, fresh_days=365),
    _kept("person.workplace", Type.TEXT, _("Place of work"), PERSONAL, BY_COMMUNITY, fresh_days=365),
    _kept("person.native_place", Type.TEXT, _("Native place"), PERSONAL, BY_POLICE),
    _kept("person.relation", Type.CODE, _("Relation to the head of the household"), OPEN, BY_POLICE, codes="relation"),
    _kept("person.lives_since", Type.DATE, _("Lives here since"), OPEN, BY_COMMUNITY),
    Fact(
        name="person.age",
        type=Type.NUMBER,
        unit=_("years"),
        label=_("Age"),
        privacy=OPEN,
        read=_age,
        where=_age_where,
        how=_("full years from the date of birth to the day asked about"),
    ),
    Fact(
        name="person.lives_alone",
        type=Type.YES_NO,
        label=_("Lives alone"),
        privacy=PERSONAL,
        read=_lives_alone,
        many=_live_alone,
        where=_lives_alone_where,
        how=_("nobody else lives in the dwelling where they live now; unknown without a dwelling"),
    ),
    _kept(
        "person.disability_kind",
        Type.CODE,
        _("Kind of disability"),
        SECRET,
        BY_FEDERATION,
        codes="disability_kind",
        fresh_days=1095,
    ),
    _kept(
        "person.disability_level",
        Type.CODE,
        _("Level of disability"),
        SECRET,
        BY_FEDERATION,
        codes="disability_level",
        fresh_days=1095,
    ),
    _kept(
        "person.low_income", Type.CODE, _("Low-income kind"), SECRET, BY_ASSISTANCE, codes="low_income", fresh_days=180
    ),
    _kept("person.income", Type.MONEY, _("Income"), SECRET, BY_ASSISTANCE, unit=_("yuan a month"), fresh_days=365),
    _kept("household.number", Type.TEXT, _("Household number"), PERSONAL, BY_POLICE),
    _kept("household.kind", Type.CODE, _("Kind of household"), OPEN, BY_POLICE, codes="household_kind"),
    _kept("household.head", Type.TEXT, _("Head of the household"), PERSONAL, BY_POLICE),
    _kept("dwelling.address", Type.PLACE, _("Standard address"), PERSONAL, OF_HOUSES, fresh_days=1095),
    _kept("dwelling.compound", Type.TEXT, _("Compound"), OPEN, OF_HOUSES),
    _kept("dwelling.building", Type.TEXT, _("Building"), OPEN, OF_HOUSES),
    _kept("dwelling.unit", Type.TEXT, _("Unit"), PERSONAL, OF_HOUSES),
    _kept("dwelling.room", Type.TEXT, _("Room"), PERSONAL, OF_HOUSES),
    _kept("dwelling.use", Type.CODE, _("Use"), OPEN, OF_HOUSES, codes="dwelling_use", fresh_days=1095),
    _kept("dwelling.tenure", Type.CODE, _("Lived in, let or empty"), OPEN, OF_HOUSES, codes="tenure", fresh_days=365),
    _kept("dwelling.square_metres", Type.NUMBER, _("Floor area"), OPEN, OF_HOUSES, unit="m²"),
    _kept("business.name", Type.TEXT, _("Name of the business"), OPEN, BY_MARKET),
    _kept("business.credit_code", Type.TEXT, _("Unified social credit code"), OPEN, BY_MARKET),
    _kept("business.kind", Type.CODE, _("Kind of business"), OPEN, BY_MARKET, codes="business_kind"),
    _kept("business.trade", Type.TEXT, _("Trade"), OPEN, BY_MARKET, fresh_days=1095),
    _kept("business.address", Type.PLACE, _("Address of the business"), OPEN, BY_MARKET, fresh_days=1095),
    _kept("business.head", Type.TEXT, _("Legal representative"), PERSONAL, BY_MARKET),
    _kept("business.phone", Type.PHONE, _("Telephone of the business"), PERSONAL, OF_FIRMS, fresh_days=365),
    _kept("business.staff", Type.NUMBER, _("Staff"), OPEN, OF_FIRMS, unit=_("people"), fresh_days=365),
    _kept("business.opened_on", Type.DATE, _("Opened on"), OPEN, BY_MARKET),
)
declare(*map(_freshness, Register))
