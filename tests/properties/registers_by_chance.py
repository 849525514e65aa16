"""Records by chance in a random town, with all that hangs on them; and the registers' questions beside their twins."""

from collections.abc import Callable
from datetime import date
from typing import Any

from linli.access.roles import ROLES
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound
from linli.registers import disputing, keeping, merging, placing, queries
from linli.registers.models import (
    Batch,
    Dispute,
    Dwelling,
    Household,
    Item,
    Layout,
    Likeness,
    ListLayout,
    OldName,
    Person,
    Register,
    SecretValue,
    StagedRow,
    Tie,
)
from linli.registers.queries import MODELS
from linli.registers.searching import search

NAME = "王大力"


def lay(chance, codes, program, at) -> None:
    """A home, a household, two people and a shop in every community and grid, and what hangs on them."""
    for code in [code for code in codes if len(code) >= 12]:
        made = {"area": code, "by": program, "at": at}
        home = keeping.add(Register.DWELLING, {"dwelling.address": f"樟树路{chance.randint(1, 99)}号"}, **made)
        house = keeping.add(Register.HOUSEHOLD, {"household.number": f"H{chance.randint(1, 10**9)}"}, **made)
        shop = keeping.add(Register.BUSINESS, {"business.name": f"小店{chance.randint(1, 99)}"}, **made)
        one, other = (keeping.add(Register.PERSON, {"person.name": NAME}, **made) for _ in range(2))
        hang(chance, (one, other, home, house, shop), program, at)


def hang(chance, records, program, at) -> None:
    """Ties, values of before, secrets, disputes, an import with its rows, a likeness, and two that became one."""
    one, other, home, house, shop = records
    one.dwelling, one.household = home, house
    one.save()
    Tie.objects.create(kind="owns", person=one, dwelling=home, area_code=home.area_code)
    Tie.objects.create(kind="works", person=other, business=shop, area_code=shop.area_code)
    keeping.correct(one, {"person.born_on": date(1950, 1, 1)}, by=program, at=at)
    keeping.correct(one, {"person.born_on": date(1951, 1, 1)}, by=program, at=at)
    kept = {"register": "person", "fact": "person.religion", "value": "x", "index": b"", "true_on": at.date()}
    SecretValue.objects.create(thing=one.ref, area_code=one.area_code, **kept)
    raised = disputing.dispute(one, "person.born_on", date(1950, 1, 2), reason="the card", by=program, at=at)
    if chance.random() < 0.5:
        raised.stage = "settled"
        raised.save()
    area, said = one.area_code, {"register": "person", "at": at}
    file = Batch.objects.create(file_name="x.xlsx", stage="checked", area_code=area, true_on=at.date(), **said)
    StagedRow.objects.create(batch=file, number=1, area_code=area, thing=one.ref)
    Layout.objects.get_or_create(area_code=area, headings_digest="x", defaults={"columns": {}, **said})
    ListLayout.objects.get_or_create(register="person", area_code=area, name="l", defaults={"at": at})
    OldName.objects.get_or_create(area_code=area, old="旧名", defaults={"new": "今名", "at": at})
    item = {"register": "person", "label": "i", "type": "text", "privacy": "open", "basis": "x"}
    Item.objects.get_or_create(slug=f"i{area}", area_code=area, defaults=item)
    Likeness.objects.create(register="person", area_code=area, one=one.ref, other=other.ref)
    if len(area) == 12:
        merging.merge(one, other, by=program, at=at)


def may(post: Any, permission: Permission) -> bool:
    """Whether a post's role carries a permission, read from the declaration alone."""
    return post is not None and post.role in ROLES and permission in ROLES[post.role].may


READ, IMPORT, SETTLE = Permission.REGISTER_READ, Permission.REGISTER_IMPORT, Permission.REGISTER_SETTLE


def plainly(rows: list[Any], permission: Permission, lies: Callable[..., bool]) -> Callable[..., set[Any]]:
    """Each of some rows, one by one: of whoever carries the permission, those that lie in their reach."""
    return lambda post, _me: {
        (row._meta.label, row.pk) for row in rows if may(post, permission) and lies(post, row.area_code)
    }


def told(rows: Any) -> set[Any]:
    return {(row._meta.label, row.pk) for row in rows}


def found(ask: Callable[[Any], Any], among: Any) -> set[Any]:
    """Which of some rows a question by reference finds."""
    seen = set()
    for row in among:
        try:
            seen |= told([ask(row)])
        except NotFound:
            continue
    return seen


def everything() -> list[Any]:
    return [row for model in MODELS.values() for row in model.objects.all()]


def called(text: str) -> list[Person]:
    return [row for row in Person.objects.all() if row.name == text]


def questions(lies: Callable[..., bool]) -> dict[str, tuple[Any, Any]]:
    """The registers' questions, each beside what plain Python answers; by the names of the functions that are asked."""
    people = lambda: [row for row in Person.objects.all() if row.ended_on is None]  # noqa: E731
    return {
        "registers.queries.records": (
            lambda me, _town: told(row for kind in MODELS for row in queries.records(kind, viewer=me)),
            lambda _town: plainly(everything(), READ, lies),
        ),
        "registers.queries.record": (
            lambda me, _town: found(lambda row: queries.record(row.ref, viewer=me), everything()),
            lambda _town: plainly(everything(), READ, lies),
        ),
        "registers.queries.called": (
            lambda me, _town: {
                one for row in people() for one in told(queries.called(Register.PERSON, row.ref, viewer=me))
            },
            lambda _town: plainly(people(), READ, lies),
        ),
        "registers.queries.members": (
            lambda me, _town: told(
                row for house in Household.objects.all() for row in queries.members(house, viewer=me)
            ),
            lambda _town: plainly([row for row in people() if row.household_id], READ, lies),
        ),
        "registers.queries.around": (
            lambda me, _town: told(
                row
                for home in Dwelling.objects.all()
                for _words, some in queries.around(home, viewer=me)
                for row in some
            ),
            lambda _town: plainly([row for row in people() if row.dwelling_id], READ, lies),
        ),
        "registers.placing.unplaced": (
            lambda me, _town: told(placing.unplaced(viewer=me)),
            lambda _town: plainly(list(Dwelling.objects.all()), READ, lies),
        ),
        "registers.placing.old_names": (
            lambda me, _town: told(placing.old_names(viewer=me)),
            lambda _town: plainly(list(OldName.objects.all()), READ, lies),
        ),
        "registers.searching.search": (
            lambda me, _town: told(hit.record for hit in search(NAME, viewer=me, limit=500)),
            lambda _town: plainly(called(NAME), READ, lies),
        ),
        "registers.queries.disputes": (
            lambda me, _town: told(queries.disputes(viewer=me)) | told(queries.disputes(viewer=me, settled=True)),
            lambda _town: plainly(list(Dispute.objects.all()), READ, lies),
        ),
        "registers.queries.dispute": (
            lambda me, _town: found(lambda row: queries.dispute(row.ref, viewer=me), Dispute.objects.all()),
            lambda _town: plainly(list(Dispute.objects.all()), READ, lies),
        ),
        "registers.queries.batches": (
            lambda me, _town: told(queries.batches(viewer=me)),
            lambda _town: plainly(list(Batch.objects.exclude(file_name="")), IMPORT, lies),
        ),
        "registers.queries.batch": (
            lambda me, _town: found(lambda row: queries.batch(row.ref, viewer=me), Batch.objects.all()),
            lambda _town: plainly(list(Batch.objects.exclude(file_name="")), IMPORT, lies),
        ),
        "registers.queries.items": (
            lambda me, _town: told(queries.items(viewer=me)),
            lambda _town: plainly(list(Item.objects.all()), Permission.CATALOGUE_KEEP, lies),
        ),
        "registers.queries.item": (
            lambda me, _town: found(lambda row: queries.item(row.pk, viewer=me), Item.objects.all()),
            lambda _town: plainly(list(Item.objects.all()), Permission.CATALOGUE_KEEP, lies),
        ),
        "registers.queries.likenesses": (
            lambda me, _town: told(queries.likenesses(viewer=me)) | told(queries.likenesses(viewer=me, decided=True)),
            lambda _town: plainly(list(Likeness.objects.all()), SETTLE, lies),
        ),
        "registers.queries.likeness": (
            lambda me, _town: found(lambda row: queries.likeness(row.pk, viewer=me), Likeness.objects.all()),
            lambda _town: plainly(list(Likeness.objects.all()), SETTLE, lies),
        ),
    }
