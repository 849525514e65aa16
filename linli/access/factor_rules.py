"""Which posts must have a second factor: rules with a date, from the data file, then from whoever administers.

What the whole installation is asked stands in rules over everywhere; a rule over an area can only ask for more.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from linli.areas import codes
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from .appointing import known_role
from .models import FactorRule, Post

PUBLISHED = "published"  # the setting that says: as the data file has it
FILE = Path(__file__).parent / "data" / "second_factor.toml"


class AskedAbove(Refusal):
    """An area cannot let go what is asked above it."""

    code = "second-factor.asked-above"
    words = _("%(area)s cannot let a role go without: that is decided for the whole installation.")
    next_step = _("Ask whoever administers the whole installation.")


@dataclass(frozen=True)
class Rule:
    """Whether a role is asked, over which area, since when, with how many days of grace, and who says so."""

    role: str
    asked: bool
    since: date
    grace_days: int
    area_code: str = ""
    source: str = ""


@cache
def published() -> dict[str, Rule]:
    """What the data file asks, by role.

    >>> published()["administrator"].asked
    True
    """
    return {row["role"]: Rule(**row) for row in tomllib.loads(FILE.read_text("utf-8"))["rules"]}


def first_asked() -> dict[str, Rule]:
    """What is asked where no administrator said anything: by the environment, else by the data file."""
    if settings.SECOND_FACTOR_ROLES == [PUBLISHED]:
        return published()
    days, since = settings.SECOND_FACTOR_GRACE_DAYS, date.min
    told = "LINLI_SECOND_FACTOR_ROLES"
    return {
        role: Rule(role, asked=True, since=since, grace_days=days, source=told) for role in settings.SECOND_FACTOR_ROLES
    }


def in_force(today: date) -> list[Rule]:
    """Every rule of a day: for each role and area what was said last."""
    rows = FactorRule.objects.filter(Q(until=None) | Q(until__gt=today), since__lte=today).order_by("since", "id")
    said = {(row.role, ""): row for row in first_asked().values()} | {
        (row.role, row.area_code): _rule(row) for row in rows
    }
    return list(said.values())


def _rule(row: FactorRule) -> Rule:
    return Rule(row.role, row.asked, row.since, row.grace_days, row.area_code, row.source)


def seen_from(area: str, *, today: date) -> list[Rule]:
    """What an administrator of an area should see: what is asked of everyone, above them and below, and what comes."""
    rows = FactorRule.objects.filter(Q(until=None) | Q(until__gt=today), since__gt=today).order_by("since", "id")
    known = [*in_force(today), *(_rule(row) for row in rows)]
    near = [each for each in known if codes.contains(each.area_code, area) or codes.contains(area, each.area_code)]
    return sorted(near, key=lambda each: (each.area_code, each.role, each.since))


def asking(posts: Iterable[Post], *, today: date) -> list[tuple[Post, Rule]]:
    """Which of the posts are asked for a second factor, and by which rule."""
    rules = [rule for rule in in_force(today) if rule.asked]
    if not rules:
        return []
    return [
        (post, rule)
        for post in posts
        for rule in rules
        if post.role == rule.role and any(codes.contains(rule.area_code, code) for code in post.codes)
    ]


@transaction.atomic
def ask(rule: Rule, *, by: Hand, at: datetime) -> FactorRule:
    """From its day on the rule holds, in the place of what was said before for the role and the area."""
    by.must(Permission.ACCOUNT_MANAGE, within=rule.area_code)
    known_role(rule.role)
    if rule.area_code and not rule.asked and not FactorRule.objects.filter(role=rule.role, area_code=rule.area_code):
        raise AskedAbove(area=rule.area_code)
    FactorRule.objects.filter(role=rule.role, area_code=rule.area_code, since__gte=rule.since).delete()
    made = FactorRule.objects.create(
        role=rule.role,
        area_code=rule.area_code,
        asked=rule.asked,
        grace_days=rule.grace_days,
        source=rule.source,
        since=rule.since,
    )
    verb = "second-factor.asked" if rule.asked else "second-factor.asked-no-longer"
    since, days = str(rule.since), rule.grace_days
    writing.write(verb, thing=rule.role, by=by, at=at, area=rule.area_code, role=rule.role, since=since, days=days)
    return made
