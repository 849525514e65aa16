"""What a file says otherwise of people it may not change: a dispute each, for whoever keeps the area where they live.

The office whose file it is learns no more than that someone is known elsewhere; the area learns what was said, and not
by whom in words of its own. What was asked once is not asked again.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext

from linli.ground.hands import Hand
from linli.ground.words import gettext_noop as _
from linli.registers import addresses, book, disputing, many, values
from linli.registers.disputing import HOME, HOUSEHOLD
from linli.registers.models import Batch, Dispute, Person, Register

from .comparing import differing

FROM_A_FILE = _("a file of another area says so")
OF_THE_FILE = _("the file of an import says that they live there")
OF_THE_HOUSEHOLD = _("the file of an import says that they belong to that household")
BACK = _("they had moved away; the file of an import says that they live there")
OF_THE_PLACE = frozenset({"person.relation", "person.lives_since"})  # said of the household or dwelling of the file
MOVED = "moved"


class Review(NamedTuple):
    """One value that a file says otherwise of someone."""

    person: Person
    fact: str
    stands: str
    proposed: str
    why: str

    @property
    def key(self) -> tuple[str, str, str]:
        """By what it is known that it was asked already."""
        return self.person.ref, self.fact, self.proposed


def of_elsewhere(person: Person, told: dict[str, Any], today: date) -> list[Review]:
    """What is known of someone who lives elsewhere, and said otherwise by the file. What is secret stays out of it."""
    found = []
    for name, (stands, value) in differing(person, told, today).items():
        fact = book.fact(name)
        if not fact.is_secret and name not in OF_THE_PLACE and stands is not None:
            found.append(Review(person, name, values.written(fact, stands), values.written(fact, value), FROM_A_FILE))
    return found


def of_home(person: Person, told: dict[str, Any]) -> list[Review]:
    """That the file says another address than the register, or says one of somebody who had moved away."""
    said = addresses.composed(told)[:160]
    known = person.dwelling.address if person.dwelling else ""
    away = person.ended_why == MOVED
    if not said or not (known or away) or addresses.key_of(said) == addresses.key_of(known):
        return []
    return [Review(person, HOME, known, said, BACK if away else OF_THE_FILE)]


def of_household(person: Person, told: dict[str, Any]) -> list[Review]:
    """That the file says another household number than the register."""
    said = str(told.get("household.number") or "")[:40]
    known = person.household.number if person.household else ""
    return [Review(person, HOUSEHOLD, known, said, OF_THE_HOUSEHOLD)] if said and known and said != known else []


def asked_already(people: Iterable[Person]) -> set[tuple[str, str, str]]:
    """What was asked of these people, whether it is settled or not."""
    refs = sorted({person.ref for person in people})
    found: set[tuple[str, str, str]] = set()
    for some in many.portions(refs, 900):
        found |= {(each.thing, each.fact, each.proposed) for each in Dispute.objects.filter(thing__in=some)}
    return found


def ask(reviews: Sequence[Review], batch: Batch, *, by: Hand, at: datetime) -> int:
    """A dispute is open for each that was not asked, and whose fact is not in dispute; how many. The caller's verb
    writes the entry."""
    if not reviews:
        return 0
    known = asked_already(review.person for review in reviews)
    refs = sorted({review.person.ref for review in reviews})
    standing = {
        pair
        for some in many.portions(refs, 900)
        for pair in Dispute.objects.filter(thing__in=some).exclude(stage="settled").values_list("thing", "fact")
    }
    due = {area: disputing.due_on(area, at) for area in {review.person.area_code for review in reviews}}
    made: dict[tuple[str, str], Dispute] = {}
    for review in reviews:
        pair = (review.person.ref, review.fact)
        if review.key not in known and pair not in standing:
            made[pair] = Dispute(
                register=Register.PERSON,
                thing=review.person.ref,
                area_code=review.person.area_code,
                fact=review.fact,
                stands=review.stands,
                proposed=review.proposed,
                reason=gettext(review.why),
                raised_by=by.ref,
                raised_at=at,
                due_on=due[review.person.area_code],
                batch=batch,
            )
    Dispute.objects.bulk_create(made.values(), batch_size=500)
    return len(made)
