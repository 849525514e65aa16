"""The words and keys of records name areas, and follow when areas are redrawn: a few hundred records at a time.

A redrawing restamps rows without asking the registers. Until the words have followed, a search asks for no area and
sorts out what lies elsewhere afterwards.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max

from linli.areas.models import Redrawing
from linli.ground.progress import Tell, silent

from . import finding, indexing
from .models import Laid, Register
from .queries import MODELS

AT_ONCE = 400
NEVER = "0.0"
BESIDE = {Register.PERSON: ("dwelling", "household")}


def redrawn() -> str:
    """A short word that is another one once a redrawing was done or undone."""
    told = Redrawing.objects.aggregate(last=Max("pk"), undone=Count("undone_at"))
    return f"{told['last'] or 0}.{told['undone']}"


def are_behind() -> bool:
    """Whether words still name areas as they were before a redrawing."""
    laid = Laid.objects.filter(pk=1).first()
    return (laid.redrawn if laid else NEVER) != redrawn()


def follow(*, at: datetime, portions: int | None = None, tell: Tell = silent) -> bool:
    """Words are laid anew where areas were redrawn, so many portions of them; whether they have all followed.

    Each portion is a transaction of its own, so whoever is killed goes on behind the last one.
    """
    done = 0
    while are_behind():
        if done == portions:
            return False
        with transaction.atomic():
            _follow_some(redrawn())
        done += 1
        tell("laid", done * AT_ONCE, 0)
    return True


def _follow_some(now: str) -> None:
    """One portion, or the note that all of them have followed to where they went."""
    laid, _made = Laid.objects.select_for_update().get_or_create(pk=1, defaults={"redrawn": NEVER})
    if laid.going != now:
        laid.going, laid.register, laid.reached = now, Register.values[0], 0
    register = Register(laid.register)
    rows = MODELS[register].objects.filter(pk__gt=laid.reached).select_related(*BESIDE.get(register, ()))
    some = list(rows.order_by("pk")[:AT_ONCE])
    if some:
        finding.lay(register, some)
        laid.reached = some[-1].pk
    elif register != Register.values[-1]:
        laid.register, laid.reached = Register.values[Register.values.index(register) + 1], 0
    else:
        laid.redrawn, laid.going, laid.register, laid.reached = laid.going, "", "", 0
    laid.save()


def lay_all(tell: Tell = silent) -> None:
    """Every record has its words, in a database to which only rows were carried."""
    done = 0
    for register, model in MODELS.items():
        reached = 0
        while some := list(model.objects.filter(pk__gt=reached).order_by("pk")[:AT_ONCE]):
            indexing.lay(register, some)
            reached, done = some[-1].pk, done + len(some)
            tell("laid", done, 0)
