"""Tags (标签): groups that a readable rule finds among the facts; never typed by hand, so never out of date.

A tag is conditions that all hold. Each condition answers yes, no or unknown, in Python for one record and in SQL
for a million; a record is tagged when all say yes. A condition on a secret fact asks for a permission.
"""

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language, gettext

from linli.ground.words import gettext_noop as _

from . import book
from .book import Fact, Type
from .codesets import codeset
from .models import Register
from .sealed import blinds

OPS: dict[str, Callable[[Any, Any], Any]] = {
    "gte": operator.ge,
    "lt": operator.lt,
    "eq": operator.eq,
    "begins": lambda found, begins: str(found).startswith(begins),
}
SIGNS = {"gte": "≥", "lt": "<", "eq": "="}
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Condition:
    """One fact compared with a value: at least, less than, equal, beginning so; or that it is unknown."""

    fact: str
    op: str
    value: Any

    def holds(self, record: Any, *, as_of: date) -> bool | None:
        """Whether it holds for a record; None where the fact is unknown."""
        found = book.fact(self.fact).of(record, as_of=as_of)
        if self.op == UNKNOWN:
            return found is None
        if found is None:
            return None
        return bool(OPS[self.op](found, self.value))

    def in_words(self) -> str:
        """The condition as one reads it, in the reader's language."""
        fact = book.fact(self.fact)
        name = gettext(fact.label)
        if self.op == UNKNOWN:
            return gettext(_("%(fact)s unknown")) % {"fact": name}
        if self.op == "begins":
            return gettext(_("%(fact)s begins with %(value)s")) % {"fact": name, "value": self.value}
        if fact.type is Type.YES_NO:
            return name if self.value else gettext(_("not: %(fact)s")) % {"fact": name}
        value = codeset(fact.codes).label(str(self.value), get_language() or "zh-hans") if fact.codes else self.value
        return f"{name} {SIGNS[self.op]} {value}"

    def where(self, *, as_of: date) -> Q:
        """The rows for which it holds."""
        fact = book.fact(self.fact)
        if fact.where:
            return fact.where(self.op, self.value, as_of)
        if self.op == UNKNOWN:
            return _unknown(fact)
        if index := FOUND_BY.get(fact.column) if self.op == "eq" else None:
            return Q(**{f"{index}__in": blinds(str(self.value), column=f"registers.{fact.name}")})
        column = f"extras__{fact.extra}" if fact.extra else fact.column
        lookup = {"eq": column, "begins": f"{column}__startswith"}.get(self.op, f"{column}__{self.op}")
        return Q(**{lookup: self.value})


FOUND_BY = {"identity_number": "identity_index", "phone": "phone_index"}
NULL_WHERE_UNKNOWN = (Type.DATE, Type.NUMBER, Type.MONEY)


def _unknown(fact: Fact) -> Q:
    """The rows that say nothing of a fact."""
    if fact.extra:
        return ~Q(extras__has_key=fact.extra) | Q(**{f"extras__{fact.extra}": ""})
    if index := FOUND_BY.get(fact.column):
        return Q(**{index: b""})
    return Q(**{fact.column: None}) if fact.type in NULL_WHERE_UNKNOWN else Q(**{fact.column: ""})


@dataclass(frozen=True)
class Tag:
    """A group by its rule: what it is called, whom it finds, and where the rule comes from."""

    slug: str
    name: str
    chinese: str
    register: Register
    conditions: tuple[Condition, ...]
    source: str

    def holds(self, record: Any, *, as_of: date) -> bool | None:
        """Whether the rule finds a record: no as soon as one condition says no, else unknown while one is."""
        answers = [condition.holds(record, as_of=as_of) for condition in self.conditions]
        if False in answers:
            return False
        return None if None in answers else True

    def where(self, *, as_of: date) -> Q:
        """The rows that the rule finds."""
        found = Q()
        for condition in self.conditions:
            found &= condition.where(as_of=as_of)
        return found

    @property
    def rule(self) -> list[str]:
        """The rule in words, a condition each."""
        return [condition.in_words() for condition in self.conditions]

    @property
    def how(self) -> list[tuple[str, str]]:
        """How the facts of its rule are worked out, where they are: what each is called, and how."""
        return [(fact.label, fact.how) for fact in self.facts if fact.how]

    @property
    def facts(self) -> list[Fact]:
        """The facts its rule asks for."""
        return [book.fact(condition.fact) for condition in self.conditions]


def _tag(slug: str, name: str, chinese: str, *conditions: tuple[str, str, Any], source: str) -> Tag:
    made = tuple(Condition(*condition) for condition in conditions)
    return Tag(slug, name, chinese, Register(made[0].fact.partition(".")[0]), made, source)


DECLARED = (
    _tag("older", _("60 and older"), "老年人", ("person.age", "gte", 60), source="老年人权益保障法 第二条"),
    _tag("very-old", _("80 and older"), "高龄老人", ("person.age", "gte", 80), source="高龄津贴起始年龄（渝民发）"),
    _tag(
        "lives-alone-older",
        _("older and living alone"),
        "独居老人",
        ("person.age", "gte", 60),
        ("person.lives_alone", "eq", True),
        source="民政部等十部门 2022-10 探访关爱",
    ),
    _tag("child", _("under 14"), "十四岁以下儿童", ("person.age", "lt", 14), source="个人信息保护法 第二十八条"),
    _tag("working-away", _("working away"), "外出务工", ("person.work", "eq", "3"), source="本册：就业状况"),
    _tag("platform-worker", _("platform worker"), "新就业群体", ("person.work", "eq", "4"), source="本册：就业状况"),
    _tag("unemployed", _("unemployed"), "失业人员", ("person.work", "eq", "5"), source="本册：就业状况"),
)

TAGS = {tag.slug: tag for tag in DECLARED}


def tags_of(record: Any, register: Register, *, as_of: date) -> list[Tag]:
    """The tags that find a record."""
    return [tag for tag in _of(register) if tag.holds(record, as_of=as_of)]


def _of(register: Register) -> Iterable[Tag]:
    return (tag for tag in DECLARED if tag.register is register)
