"""Area scope, compiled once: the same few index ranges narrow every list, count, export and tile."""

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Part:
    """A part of a scope: an area with all that lies in it, or alone; with an owner, only what is theirs there."""

    code: str
    alone: bool = False
    owner: str = ""


def parts(actor: Actor, *, area: str = "") -> list[Part]:
    """The scope of an actor in parts that share no row, each of which an index can read in order; narrowed to an area.

    None for nothing at all. `seen_by` is the same in one question, for what is not sorted, or is short.
    """
    if not actor.known or not (area == "" or actor.covers(area)):
        return []
    if actor.reach is Reach.LEVEL:
        return [Part(code, alone=True) for code in sorted({area} if area else set(actor.places))]
    owner = actor.ref if actor.reach is Reach.OWN else ""
    over = [area] if area else [""] if actor.reach is Reach.ALL else codes.roots(actor.places)
    return [Part(code, owner=owner) for code in over]


def apart(
    rows: "QuerySet[M, Any]", actor: Actor, *, field: str = "area_code", owner: str = ""
) -> "list[QuerySet[M, Any]]":
    """What `seen_by` answers, in parts that share no row: for a sorted list of many."""
    if actor.reach is Reach.OWN and not owner:
        return [rows.none()]
    found = [rows.filter(_of(part, field, owner)) for part in parts(actor)]
    return found or [rows.none()]


def _of(part: Part, field: str, owner: str) -> Q:
    where = Q(**{field: part.code}) if part.alone else Q(**codes.inside(part.code, field=field))
    return where & Q(**{owner: part.owner}) if part.owner else where


def sees(actor: Actor, *, code: str, owned_by: str = "") -> bool:
    """The same answer for one row in plain Python, slow and obvious: what `seen_by` is compared with."""
    if not actor.known:
        return False
    if actor.reach is Reach.OWN:
        return bool(owned_by) and owned_by == actor.ref and any(codes.contains(place, code) for place in actor.places)
    return actor.covers(code)
