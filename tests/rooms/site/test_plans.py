"""How the database finds the first page of a sorted list, under each reach: from one index, never through the table.

Not a question of time: the plans themselves are read, on whichever database the tests run.
"""

import random
import re
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.access import acting
from linli.access.models import Account, Post, PostArea
from linli.access.reach import Reach
from linli.access.scoping import apart
from linli.journal.models import Entry
from linli.notices import queries as notices
from linli.notices.models import Notice
from linli.site.history import reading
from linli.web.lists import listed

ROWS, PEOPLE = 15_000, 2_000
COMMUNITIES = [f"500199{town:03d}{community:03d}" for town in range(1, 21) for community in range(1, 13)]
REACHES = {
    Reach.ALL: ["500199001"],
    Reach.CHOSEN: ["500199002", "500199003004", "500199003004001"],
    Reach.BELOW: ["500199001"],
    Reach.LEVEL: ["500199001002"],
    Reach.OWN: ["500199001"],
}


@pytest.fixture
def town(db, at):
    """Many people with posts, many entries, one reader with many notices."""
    chance = random.Random(1)
    Account.objects.bulk_create(Account(sign_in_name=f"p{n}", name=f"p{n}", opened_at=at) for n in range(PEOPLE))
    people = list(Account.objects.all())
    Post.objects.bulk_create(
        Post(account=who, role="grid-worker", area_code=chance.choice(COMMUNITIES), since=at.date()) for who in people
    )
    Entry.objects.bulk_create(
        (
            Entry(
                at=at - timedelta(seconds=ROWS - n),
                verb=chance.choice(["area.drawn", "post.given"]),
                thing=f"T-{n}",
                by=chance.choice(people).ref,
                area_code=chance.choice(COMMUNITIES),
            )
            for n in range(ROWS)
        ),
        batch_size=2000,
    )
    Notice.objects.bulk_create(
        Notice(account=chance.choice(people[:40]), entry=n, words="w", thing="T", group=f"g:{n}", at=at)
        for n in range(8000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return people[0]


@pytest.fixture
def reader(town, at):
    """Someone who reads the journal, as far as is asked."""

    def reads(reach):
        first, *further = REACHES[reach]
        post = town.posts.get()
        post.role, post.area_code, post.reach = "community-clerk", first, reach
        post.save()
        PostArea.objects.all().delete()
        PostArea.objects.bulk_create(PostArea(post=post, area_code=code) for code in further)
        return acting.actor_of({}, Account.objects.get(pk=town.pk), at=at)

    return reads


def plans(ask) -> list[tuple[str, str]]:
    """Every question to the large tables that something asks, with the plan of it."""
    with CaptureQueriesContext(connection) as asked:
        ask()
    large = [q["sql"] for q in asked if re.search(rf'FROM "(?:{LARGE})"', q["sql"])]
    told = []
    with connection.cursor() as cursor:
        for sql in large:
            cursor.execute(
                ("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + sql.replace("%", "%%")
            )
            told.append((sql, "\n".join(str(row[-1]) for row in cursor.fetchall())))
    assert told, "nothing was asked of a large table"
    return told


LARGE = "journal_entry|access_post|notices_notice"
# Through the table from end to end; or all that was found, sorted before the first page is shown.
SCANS = {
    "sqlite": rf"SCAN (?:{LARGE})(?! USING)|USE TEMP B-TREE FOR (?:ORDER BY|LAST)",
    "postgresql": rf"Seq Scan on (?:{LARGE})|(?<!Incremental )Sort  \([^)]*rows=\d{{4,}}",
}


# The few posts of one account are found by it, and may be sorted.
FEW = r"account_id ?= ?"


def scans(told) -> list[tuple[str, str]]:
    found = [(sql[:200], plan) for sql, plan in told if re.search(SCANS[connection.vendor], plan)]
    return [(sql, plan) for sql, plan in found if not ("access_post" in sql and re.search(FEW, plan))]


def walks(told) -> list[str]:
    """Questions that go along an index without a place to begin."""
    along = r"SCAN \w+ USING" if connection.vendor == "sqlite" else r"Index (?:Only )?Scan (?:Backward )?using \w+ on"
    return [sql for sql, plan in told if re.search(along, plan) and "Index Cond" not in plan]


def test_the_first_page_and_the_next_are_read_from_one_index_under_each_reach(reader, at):
    """The timeline, and the list of posts: one town for all, since filling it costs more than asking."""
    for reach in Reach:
        me = reader(reach)
        first = partial(listed, reading.seen(me), order=reading.ORDER, size=25, counted=0)
        told = plans(first) + plans(partial(first, cursor=first(size=2).next))
        # Everything has no place to begin but the end of time; whatever is narrower has.
        assert (scans(told), [] if reach is Reach.ALL else walks(told)) == ([], []), reach
        rows = Post.objects.select_related("account").filter(Q(until=None) | Q(until__gt=at.date()))
        posts = apart(rows, me, owner="account__ref")
        assert scans(plans(partial(listed, posts, order=["area_code", "id"], size=25, counted=0))) == [], reach


def test_the_inbox_its_count_and_whole_pages_scan_no_large_table(reader, town):
    me = reader(Reach.BELOW)
    told = plans(lambda: (listed(notices.inbox(me), order=["-id"]), notices.unread(me)))
    assert scans(told) == [] and walks(told) == []
    client = Client()
    client.force_login(town)
    for page in ("/journal/", "/inbox/", "/", "/roster/"):
        assert scans(plans(partial(client.get, page))) == [], page
