"""What is kept of a person, given to that person (个人信息查阅复制): every fact with its source and law, their ties,
what was known before. Who gave it, and on what the person proved who they are, stands in the journal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.journal import writing

from . import book, queries, secrets, showing
from .models import PastValue, Person, Tie
from .showing import Said

MOST_PAST = 500


@dataclass(frozen=True)
class Own:
    """All that is kept of a person, in plain."""

    facts: Sequence[Said]
    ties: Sequence[Tie]
    past: Sequence[tuple[PastValue, str, str]]  # with the fact it is of and what it said, in words
    whole: bool  # whether what is secret is among it


@transaction.atomic
def give(person: Person, *, reason: str, by: Hand, at: datetime) -> Own:
    """All that is kept of the person, for themselves; secret facts only from a hand that may use them.

    Refuses who may not unmask, and to say nothing of how the person proved who they are.
    """
    by.must(Permission.REGISTER_UNMASK, within=person.area_code)
    secrets.must_say_why(reason)
    whole = by.may(Permission.REGISTER_SECRET, within=person.area_code)
    facts = showing.facts_of(person, as_of=localdate(at), plain=True, secret=whole)
    past = [_past(each) for each in PastValue.objects.filter(thing=person.ref).order_by("-at", "-id")[:MOST_PAST]]
    area = person.area_code
    kind = "secret" if whole else "personal"
    writing.write("person.given-own", thing=person.ref, by=by, at=at, area=area, kind=kind, reason=reason.strip()[:200])
    return Own(
        [said for said in facts if said.known and (whole or not said.fact.is_secret)],
        queries.ties_of(person),
        [(value, label, words) for value, label, words, secret in past if whole or not secret],
        whole,
    )


def _past(kept: PastValue) -> tuple[PastValue, str, str, bool]:
    fact = book.fact(kept.fact)
    secret = fact.is_secret
    return kept, fact.label, showing.words(fact, kept.value), secret
