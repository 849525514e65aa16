"""Area scope, compiled once: the same few index ranges narrow every list, count, export and tile."""

from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from linli.areas import codes

from .actors import Actor
from .reach import Reach

M = TypeVar("M", bound=Model)


def scope(actor: Actor, *, field: str = "area_code", owner: str = "") -> Q | None:
    """What narrows a table to what the actor may see; None for nothing at all.

    `owner` names the column that holds the reference of the account a row belongs to: a post that reaches only
    its own sees those rows, within its areas; without such a column it sees none.
    """
    if not actor.known:
        return None
    if actor.reach is Reach.OWN and not owner:
        return None
    within = _within(actor, field)
    return within & Q(**{owner: actor.ref}) if actor.reach is Reach.OWN else within


def _within(actor: Actor, field: str) -> Q:
    """The areas of the post: themselves alone, or with all that lies in them."""
    if actor.reach is Reach.LEVEL:
        return Q(**{f"{field}__in": actor.places})
    if actor.reach is Reach.ALL or "" in actor.places:
        return Q()
    return reduce(or_, (Q(**codes.inside(place, field=field)) for place in actor.places))


def seen_by(rows: "QuerySet[M, Any]", actor: Actor, *, field: str = "area_code", owner: str = "") -> "QuerySet[M, Any]":
    """Those of the rows that the actor may see."""
    narrowed = scope(actor, field=field, owner=owner)
    return rows.none() if narrowed is None else rows.filter(narrowed)


def sees(actor: Actor, *, code: str, owned_by: str = "") -> bool:
    """The same answer for one row in plain Python, slow and obvious: what `seen_by` is compared with."""
    if not actor.known:
        return False
    if actor.reach is Reach.OWN:
        return bool(owned_by) and owned_by == actor.ref and any(codes.contains(place, code) for place in actor.places)
    return actor.covers(code)
