"""How the database finds a page of a register under each scope: of many along the index of their order, never all of
them sorted, never through the table. Not a question of time: the plans themselves are read."""

import random
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.access.actors import Actor
from linli.access.reach import Reach
from linli.ground.permissions import Permission
from linli.registers import listing, queries, searching
from linli.registers.finding import lay
from linli.registers.listing import FRESH, NEWEST, Asked
from linli.registers.models import Business, Dwelling, Household, Person, Register
from linli.registers.tags import Condition
from linli.web.lists import listed

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
PEOPLE, REST, COUNTED = 3_000, 800, 100
GRIDS = [f"500199{town:03d}{community:03d}001" for town in range(1, 6) for community in range(1, 9)]
SCOPES = {"grid": GRIDS[0], "community": GRIDS[0][:12], "township": GRIDS[0][:9], "district": GRIDS[0][:6], "all": ""}
WIDE = ("township", "district", "all")
TABLES = r"registers_(?:person|household|dwelling|business)"
if connection.vendor == "sqlite":
    SORTS, SCANS = r"USE TEMP B-TREE FOR (?:ORDER BY|LAST)", rf"SCAN {TABLES}(?! USING)"
else:
    SORTS, SCANS = r"(?<!Incremental )Sort  ", rf"Seq Scan on {TABLES}"
OLD = (Condition("person.age", "gte", 60),)


def viewer(code):
    permissions = frozenset({Permission.REGISTER_READ})
    return Actor("A", "周", "S", "clerk", code, permissions, reach=Reach.BELOW if code else Reach.ALL)


@pytest.fixture
def town(db):
    """Many people, and some of all else, all over five townships."""
    chance = random.Random(1)

    def common(n):
        return {
            "ref": f"R{n}",
            "area_code": GRIDS[n % len(GRIDS)],
            "true_on": TODAY - timedelta(days=chance.randrange(300)),
        }

    def sounds():
        return "".join(chance.choice("abcdefghij") for _ in range(8))

    Person.objects.bulk_create(
        Person(name="王大", sounds=sounds(), born_on=date(1935 + n % 80, 1, 1), **common(n)) for n in range(PEOPLE)
    )
    Household.objects.bulk_create(Household(number=f"{chance.random():.12f}", **common(n)) for n in range(REST))
    Dwelling.objects.bulk_create(Dwelling(address_key=f"{chance.random():.12f}", **common(n)) for n in range(REST))
    Business.objects.bulk_create(Business(name="店", sounds=sounds(), **common(n)) for n in range(REST))
    lay(Register.PERSON, list(Person.objects.order_by("pk")[:40]), fresh=True)


def plans(ask):
    """Every question to the registers that something asks, with its plan."""
    with CaptureQueriesContext(connection) as told:
        ask()
    found = []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # it weighs what is in the tables, which is little, so leave it no choice
            for way in ("seqscan", "sort", "bitmapscan"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        for sql in (each["sql"] for each in told if re.search(rf'FROM "{TABLES}"', each["sql"])):
            words = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
            cursor.execute(words + sql.replace("%", "%%"))
            found.append((sql, "\n".join(str(row[-1]) for row in cursor.fetchall())))
    assert found, "nothing was asked of the registers"
    return found


def told_of(plans, pattern):
    return [(sql[-300:], plan) for sql, plan in plans if re.search(pattern, plan)]


def shown(asked, who, **more):
    ways = {"rows": listing.rows, "if_many": listing.in_order}
    return listed(
        **{name: way(asked, viewer=who, as_of=TODAY) for name, way in ways.items()},
        order=asked.order,
        counted=COUNTED,
        mark="ref",
        **more,
    )


def pages(asked, who):
    """The plans of the first page, the second, and the way back."""
    page = shown(asked, who)
    second = shown(asked, who, cursor=page.next)
    asks = [lambda: shown(asked, who), lambda: shown(asked, who, cursor=page.next)]
    return [each for ask in (*asks, lambda: shown(asked, who, cursor=second.previous)) for each in plans(ask)]


def test_the_plans_of_lists_and_of_the_search(town):
    for scope in WIDE:
        _wide(scope)
    for scope, code in SCOPES.items():
        if scope not in WIDE:
            for by in ("", FRESH, NEWEST):
                assert told_of(pages(Asked(Register.PERSON, by=by), viewer(code)), SCANS) == []
        _searched(viewer(code))


def _wide(scope):
    """Lists of many are read along the index of their order."""
    who = viewer(SCOPES[scope])
    for wish in [*(Asked(Register.PERSON, by=by) for by in ("", FRESH, NEWEST)), Asked(Register.PERSON, where=OLD)]:
        found = pages(wish, who)
        # A count of everybody, which stops, may be taken from wherever the table begins.
        pages_alone = [each for each in found if scope != "all" or "COUNT" not in each[0]]
        assert (told_of(found, SORTS), told_of(pages_alone, SCANS)) == ([], []), wish
    for register in set(Register) - {Register.PERSON}:
        for by in ("", FRESH):
            found = pages(Asked(register, by=by), who)
            if scope != "township" or not by:  # those of a township are few enough to be sorted by date
                assert told_of(found, SORTS) == [], (register, by)
            pages_alone = [each for each in found if scope != "all" or "COUNT" not in each[0]]
            assert told_of(pages_alone, SCANS) == [], (register, by)


def _searched(who):
    """A search goes through no table."""
    for typed in ("王大", "wang", "13800001234", "11010519491231002X", Person.objects.first().ref):
        with CaptureQueriesContext(connection) as told:
            searching.search(typed, viewer=who)
        if any(re.search(rf'FROM "{TABLES}"', each["sql"]) for each in told):
            found = plans(lambda typed=typed: searching.search(typed, viewer=who))
            assert told_of(found, SCANS) == [], typed


def test_both_forms_of_a_list_find_the_same_and_only_what_one_may_see(town):
    for code in SCOPES.values():
        _both(viewer(code))
    _nothing()
    _few()


def _both(who):
    wishes = [Asked(Register.PERSON, by=by, area=area) for by in ("", FRESH) for area in ("", SCOPES["community"])]
    for wish in [*wishes, Asked(Register.PERSON, where=OLD), Asked(Register.DWELLING, by=NEWEST)]:
        one, other = (
            way(wish, viewer=who, as_of=TODAY).order_by(*wish.order).values_list("pk", flat=True)
            for way in (listing.rows, listing.in_order)
        )
        assert list(one) == list(other), wish


def _nothing():
    """Outside the scope, and without the permission, there is nothing."""
    out = Actor("A", "外", "S", "clerk", "500198", frozenset({Permission.REGISTER_READ}))
    nobody = Actor("A", "无", "S", "clerk", "500199", frozenset())
    for who, area in ((out, ""), (out, GRIDS[0][:9]), (nobody, "")):
        assert not listing.in_order(Asked(Register.PERSON, area=area, by=FRESH), viewer=who, as_of=TODAY).exists()


def _few():
    """A list of few asks the form of the areas only; one of many, the other, but for its count."""
    few = plans(lambda: shown(Asked(Register.PERSON, by=FRESH), viewer(SCOPES["grid"])))
    many = plans(lambda: shown(Asked(Register.PERSON, by=FRESH), viewer(SCOPES["district"])))
    assert [("||" in sql or "CONCAT" in sql.upper()) for sql, _plan in few] == [False, False]
    assert [("||" in sql or "CONCAT" in sql.upper()) for sql, _plan in many] == [False, True]


@pytest.mark.parametrize(
    ("places", "area", "town"),
    [
        (("500199001",), "", "500199001"),
        (("500199001001", "500199001002001"), "", "500199001"),
        (("500199001", "500199002"), "", ""),
        (("500199",), "", ""),
        (("500199",), "500199003004", "500199003"),
    ],
)
def test_the_one_township_of_a_scope(places, area, town):
    who = Actor("A", "周", "S", "clerk", places[0], frozenset(), Reach.CHOSEN, places)
    assert queries.township_of(who, area) == town
