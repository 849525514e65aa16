"""Every question to a table with rows that people see is answered as plain Python would answer it, row by row.

The towns are random: posts of every reach, over one area or several, past, in force and to come; people with several
posts, on leave, standing in, gone; and divisions that were redrawn since. `narrowing.RULES` says of every model of the
house how it is narrowed, or why it need not be; a model that is not in it fails here.
"""

import inspect
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist

from linli.access import acting, queries
from linli.access.actors import NOBODY, Actor
from linli.access.models import Account, Invitation, Leave, Post, PostArea, Watch
from linli.access.queries import Narrowing
from linli.access.reach import Reach
from linli.access.scoping import apart, seen_by
from linli.areas import changes, keeping, redrawing
from linli.areas.models import Area
from linli.cases import queries as cases
from linli.ground.refusals import NotFound
from linli.journal import delivering
from linli.journal.models import Entry
from linli.notices import queries as notices
from linli.notices.models import Notice
from linli.registers import placing, searching
from linli.registers import queries as registers_queries
from linli.site.history import reading
from tests.properties import cases_by_chance, posts_by_chance, registers_by_chance
from tests.properties.narrowing import INSIDE, OPEN, OURS, OWN, SCOPED, end_of, rule_of
from tests.properties.posts_by_chance import AREAS


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_model_says_how_it_is_narrowed(model):
    kind, path = rule_of(model)
    assert kind in (SCOPED, OWN, OPEN, INSIDE)
    if kind in (SCOPED, OWN):
        try:
            end = end_of(model, path)
        except FieldDoesNotExist:
            pytest.fail(f"{model._meta.label} is said to be narrowed by {path}, which it has not")
        assert end.related_model is Account if kind == OWN else end.get_internal_type() == "CharField"


# -- a random town ------------------------------------------------------------------------------------


@dataclass
class Town:
    """What the questions are asked of."""

    today: date
    at: Any


@pytest.fixture(params=range(3))
def town(request, db, at, program) -> Town:
    """People and posts by chance, then a few weeks of their life, then a redrawing."""
    chance = random.Random(request.param)
    Area.objects.bulk_create(keeping.made(code, f"area {code}") for code in AREAS)
    people = [Account.objects.create(sign_in_name=f"p{n}", name=f"p{n}", opened_at=at) for n in range(9)]
    for _ in range(26):
        posts_by_chance.appoint(chance, people, program, at)
    posts_by_chance.live(chance, people, program, at)
    registers_by_chance.lay(chance, AREAS, program, at)
    cases_by_chance.lay(chance, AREAS, people, at)
    people[-1].is_active = False
    people[-1].save()
    moved = [changes.Move("500199001001", "500198001007"), changes.Merge(("500199001", "500199009"), "500199001")]
    redrawing.redraw(moved, effective_on=at.date(), by=program, at=at)
    delivering.deliver(at=at, limit=5000)
    return Town(at.date(), at)


# -- the slow, obvious twin ---------------------------------------------------------------------------


def lies(post: Post | None, code: str, *, own: bool = False) -> bool:
    """Whether a row at a code lies in the reach of a post, read from the rows of the post alone."""
    if post is None:
        return False
    further = [row.area_code for row in post.further.all()]
    match post.reach:
        case "all":
            return True
        case "level":
            return code == post.area_code
        case "own":
            return own and code.startswith(post.area_code)
        case "below":
            return code.startswith(post.area_code)
    return any(code.startswith(place) for place in [post.area_code, *further])


def in_force(post: Post, today: date) -> bool:
    return post.account_id is not None and post.since <= today and (post.until is None or today < post.until)


def found(ask: Callable[[Any], Any], among: list[Any]) -> set[int]:
    """Which of some rows a question by reference finds."""
    seen = set()
    for row in among:
        try:
            seen.add(ask(row).pk)
        except NotFound:
            continue
    return seen


def pks(rows: Any) -> set[int]:
    return {row.pk for row in rows}


Plain = Callable[[Post | None, Account | None], set[int]]
Asked = Callable[[Actor, Town], set[int]]


def plainly(model: Any, code: Callable[[Any], str], own: Callable[[Any, Account], bool] = lambda *_: False) -> Plain:
    """Every row of a table, one by one."""
    rows = list(model.objects.all())
    codes = {row.pk: code(row) for row in rows}
    return lambda post, me: {row.pk for row in rows if lies(post, codes[row.pk], own=me is not None and own(row, me))}


def everyone_with_a_post(post: Post | None, me: Account | None) -> set[int]:
    return {row.account_id for row in Post.objects.all() if row.account_id and lies(post, row.area_code)}


def colleagues(post: Post | None, me: Account | None, today: date) -> set[int]:
    held = [row for row in Post.objects.select_related("account") if in_force(row, today) and row.account.is_active]
    return {row.account_id for row in held if lies(post, row.area_code)}


def mine_or(some: Plain, model: Any, owner: Callable[[Any], int | None]) -> Plain:
    """What another question answers, and what is one's own."""
    return lambda post, me: some(post, me) | {row.pk for row in model.objects.all() if me and owner(row) == me.pk}


UNUSUAL = ("permission.refused", "second-factor.reset")
by_me = lambda row, me: row.by == me.ref  # noqa: E731 - a word for the table below
QUESTIONS: dict[str, tuple[Asked, Callable[[Town], Plain]]] = {
    "the timeline": (
        lambda me, town: set().union(*(pks(part) for part in reading.seen(me))),
        lambda town: plainly(Entry, lambda row: row.area_code, by_me),
    ),
    "what is unusual": (
        lambda me, town: pks(queries.unusual(me, since=town.at - timedelta(days=1))),
        lambda town: (
            lambda post, me: {
                row.pk
                for row in Entry.objects.all()
                if row.verb in UNUSUAL and lies(post, row.area_code, own=me is not None and row.by == me.ref)
            }
        ),
    ),
    "posts, past ones too": (
        lambda me, town: pks(queries.posts(me, Narrowing(also_past=True), today=town.today)),
        lambda town: plainly(Post, lambda row: row.area_code),
    ),
    "posts in parts, by their holder": (
        lambda me, town: set().union(*(pks(part) for part in apart(Post.objects.all(), me, owner="account__ref"))),
        lambda town: plainly(Post, lambda row: row.area_code, lambda row, me: row.account_id == me.pk),
    ),
    "a post by its reference": (
        lambda me, town: found(lambda row: queries.post(row.ref, me), list(Post.objects.all())),
        lambda town: plainly(Post, lambda row: row.area_code),
    ),
    "invitations": (
        lambda me, town: pks(seen_by(Invitation.objects.all(), me, field="post__area_code")),
        lambda town: plainly(Invitation, lambda row: row.post.area_code),
    ),
    "a leave by its number": (
        lambda me, town: found(lambda row: queries.leave(row.pk, me), list(Leave.objects.all())),
        lambda town: mine_or(plainly(Leave, lambda row: row.post.area_code), Leave, lambda row: row.post.account_id),
    ),
    "leaves of everyone": (
        lambda me, town: set().union(*(pks(queries.leaves_of(who, me)) for who in Account.objects.all())),
        lambda town: mine_or(plainly(Leave, lambda row: row.post.area_code), Leave, lambda row: row.post.account_id),
    ),
    "watches": (
        lambda me, town: pks(queries.watches(me, since=town.at, until=town.at + timedelta(days=1))),
        lambda town: plainly(Watch, lambda row: row.area_code),
    ),
    "a watch by its number": (
        lambda me, town: found(lambda row: queries.watch(row.pk, me), list(Watch.objects.all())),
        lambda town: plainly(Watch, lambda row: row.area_code),
    ),
    "a person by their reference": (
        lambda me, town: found(lambda row: queries.person(row.ref, me), list(Account.objects.all())),
        lambda town: mine_or(everyone_with_a_post, Account, lambda row: row.pk),
    ),
    "colleagues": (
        lambda me, town: pks(queries.colleagues(me, today=town.today)),
        lambda town: lambda post, me: colleagues(post, me, town.today),
    ),
    "the inbox": (
        lambda me, town: pks(notices.inbox(me)),
        lambda town: lambda post, me: {row.pk for row in Notice.objects.all() if me and row.account_id == me.pk},
    ),
}


def tables() -> dict[str, tuple[Asked, Callable[[Town], Plain]]]:
    """Every table that is narrowed by an area, as it is, by the path its rule says."""
    scoped = {model: path for model in OURS for kind, path in [rule_of(model)] if kind == SCOPED}
    return {f"all of {model._meta.label}": table(model, path) for model, path in scoped.items() if filled(model)}


def filled(model: Any) -> bool:
    """Whether the random town has rows of it: of every table of the rooms it is laid in, and what has none is said."""
    return bool(model._meta.app_label in LAID_IN and model._meta.label not in NOT_LAID)


LAID_IN = {"access", "cases", "journal", "registers"}
NOT_LAID = {
    "access.Account": "not by its area: `a person by their reference` above",
    "access.Bureau": "spec tests of teams and bureaus",
    "access.FactorRule": "tests/rooms/access/test_factor_rules.py",
    "access.TeamPlace": "spec tests of teams and bureaus",
    "access.TeamShape": "spec tests of teams and bureaus",
    "access.TeamUse": "spec tests of teams and bureaus",
}


def table(model: Any, path: str) -> tuple[Asked, Callable[[Town], Plain]]:
    def plain(town: Town) -> Plain:
        rows = {row.pk: ends(row, path.split("__")) for row in model.objects.all()}
        return lambda post, me: {pk for pk, found in rows.items() if any(lies(post, code) for code in found)}

    return lambda me, town: pks(seen_by(model.objects.all(), me, field=path)), plain


def ends(row: Any, path: list[str]) -> list[str]:
    """The codes at the end of a path, however many rows stand there."""
    found = getattr(row, path[0])
    if len(path) == 1:
        return [found]
    rows = found.all() if hasattr(found, "all") else [found]
    return [code for each in rows for code in ends(each, path[1:])]


# Questions that take whoever asks, and are asked above by another name, or of other rooms' tables, or shown elsewhere.
ASKED_AS = {
    "access.queries.posts": "posts, past ones too",
    "access.queries.post": "a post by its reference",
    "access.queries.person": "a person by their reference",
    "access.queries.leaves_of": "leaves of everyone",
    "access.queries.leave": "a leave by its number",
    "access.queries.colleagues": "colleagues",
    "access.queries.watches": "watches",
    "access.queries.watch": "a watch by its number",
    "access.queries.unusual": "what is unusual",
    "notices.queries.inbox": "the inbox",
    "site.history.reading.seen": "the timeline",
}
ASKED_ELSEWHERE = {
    "access.queries.posts_of": "within `leaves_of`, of everyone",
    "access.queries.held_later": "one's own posts alone: tests/rooms/access/test_refused.py",
    "access.queries.teams": "tests/spec/access/test_2_teams.py",
    "access.queries.team": "tests/spec/access/test_2_teams.py",
    "access.queries.grids": "areas are open: tests/spec/access/test_2_teams.py",
    "access.queries.shapes": "tests/rooms/access/test_teaming.py",
    "access.queries.shape": "tests/rooms/access/test_teaming.py",
    "access.queries.bureaus": "tests/rooms/access/test_teaming.py",
    "access.queries.bureau": "tests/rooms/access/test_teaming.py",
    "access.queries.on_boards": "tests/rooms/people/test_people_pages.py",
    "access.queries.many_reads": "tests/rooms/people/test_security_page.py",
    "access.queries.without_factor": "tests/rooms/access/test_factor_rules.py",
    "notices.queries.unread": "counts the inbox",
    **dict.fromkeys(
        [f"cases.queries.{name}" for name in ("raisers", "possible", "alike", "asking_alike", "citable")],
        "of a case that was found: tests/rooms/cases/test_seen.py, tests/rooms/cases/test_rules.py",
    ),
    "registers.queries.records_in_order": "as `records`, by another index: tests/rooms/registers/test_wide_lists.py",
    "registers.queries.township_of": "asks the actor alone",
    "registers.queries.tagged": "counts what `records` finds",
    "registers.queries.ties": "of a record that was found: what lies elsewhere is told to be elsewhere",
}


def test_every_question_that_takes_whoever_asks_is_compared():
    """A question added to these modules is compared with plain Python here, or it is said where it is tested."""
    modules = (queries, registers_queries, placing, searching, notices, reading, cases)
    there = {
        f"{module.__name__.removeprefix('linli.')}.{name}"
        for module in modules
        for name, question in inspect.getmembers(module, inspect.isfunction)
        if question.__module__ == module.__name__ and not name.startswith("_")
        if {"viewer", "actor"} & set(inspect.signature(question).parameters)
    }
    compared = {*ASKED_AS, *registers_by_chance.questions(lies), *cases_by_chance.questions(lies)}
    assert there == compared | set(ASKED_ELSEWHERE)
    assert set(ASKED_AS.values()) <= set(QUESTIONS)


def actors(town: Town) -> list[tuple[Actor, Post | None, Account | None]]:
    """Everyone as each of their posts, with the rows these are made from; those who are gone, and nobody."""
    found: list[tuple[Actor, Post | None, Account | None]] = [(NOBODY, None, None)]
    posts = list(Post.objects.select_related("stands_in_for").prefetch_related("further").order_by("id"))
    for account in Account.objects.all():
        held = [post for post in posts if post.account_id == account.pk]
        standing = [post for post in held if in_force(post, town.today) and account.is_active]
        for chosen in [*held, None]:
            post = chosen if chosen in standing else next(iter(standing), None)
            me = acting.actor_of({acting.CHOSEN: chosen.ref} if chosen else {}, account, at=town.at)
            found.append((me, post, account))
    return found


def asked_of_everyone() -> dict[str, tuple[Any, Any]]:
    rooms = registers_by_chance.questions(lies) | cases_by_chance.questions(lies)
    return {**QUESTIONS, **rooms, **tables()}


def test_sql_and_plain_python_agree(town):
    """Every question of everyone, in one town: built once, since building it costs more than asking."""
    everyone = actors(town)
    for question, (ask, plain) in asked_of_everyone().items():
        twin = plain(town)
        told = [(me.name, me.reach, me.areas, ask(me, town), twin(post, account)) for me, post, account in everyone]
        differ = [(who, reach, areas, sql ^ rows) for who, reach, areas, sql, rows in told if sql != rows]
        assert differ == [], question
        assert any(sql for *_who, sql, _rows in told), f"nobody sees anything: nothing was proven of {question}"
        assert not all(sql == told[0][3] for *_who, sql, _rows in told), f"everyone sees the same of {question}"
    holds_what_it_should(town)


def holds_what_it_should(town):
    """Several posts at once, further areas, leaves that stand, posts past and to come, rows that were redrawn."""
    held = [post.account_id for post in Post.objects.held_on(town.today)]
    assert len(held) > len(set(held)) and PostArea.objects.exists() and Leave.objects.exists()
    assert {post.reach for post in Post.objects.all()} == set(Reach)
    assert Post.objects.filter(until__lte=town.today).exists() and Post.objects.filter(since__gt=town.today).exists()
    stands = set(Area.objects.standing().values_list("code", flat=True)) | {""}
    assert {
        *Post.objects.values_list("area_code", flat=True),
        *PostArea.objects.values_list("area_code", flat=True),
    } <= stands
    assert (
        Post.objects.filter(area_code__startswith="500198001007").exists()
        or not Post.objects.filter(area_code__startswith="500199001001").exists()
    )
