"""Bureaus (委办局) of a district are added, renamed and closed, one or a sheet of them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from .models import Bureau
from .shapes import KnownBureau


class BureauStands(Refusal):
    """The area has a bureau of this name."""

    code = "bureau.stands"
    words = _("This area already has a bureau called %(name)s.")
    next_step = _("Look it up in the list of bureaus.")


class BureauHeld(Refusal):
    """Someone holds a post at the bureau."""

    code = "bureau.held"
    words = _("%(count)s posts are held at %(name)s.")
    next_step = _("End those posts first, or move them to another bureau.")


@transaction.atomic
def add(name: str, *, area: str, source: str = "", by: Hand, at: datetime) -> Bureau:
    """The area has the bureau from today. Refuses a name it has already."""
    by.must(Permission.ACCOUNT_MANAGE, within=area)
    if Bureau.objects.filter(area_code=area, name=name, until=None).exists():
        raise BureauStands(name=name)
    return _added(name, _free_code(area), area, source, by, at)


@transaction.atomic
def add_all(names: Sequence[tuple[str, str]], *, area: str, by: Hand, at: datetime) -> int:
    """The area has every one of these (name, source) that it had not yet. How many are new."""
    by.must(Permission.ACCOUNT_MANAGE, within=area)
    standing = set(Bureau.objects.filter(area_code=area, until=None).values_list("name", flat=True))
    fresh = {name: source for name, source in names if name not in standing}
    for name, source in fresh.items():
        _added(name, _free_code(area), area, source, by, at)
    return len(fresh)


@transaction.atomic
def take_over(known: Sequence[KnownBureau], *, area: str, by: Hand, at: datetime) -> int:
    """The area has these known bureaus as its own. How many are new."""
    return add_all([(each.name, each.source) for each in known], area=area, by=by, at=at)


@transaction.atomic
def rename(bureau: Bureau, name: str, *, source: str = "", by: Hand, at: datetime) -> Bureau:
    """The bureau bears another name, by this source; its posts stay with it."""
    by.must(Permission.ACCOUNT_MANAGE, within=bureau.area_code)
    if Bureau.objects.filter(area_code=bureau.area_code, name=name, until=None).exclude(pk=bureau.pk).exists():
        raise BureauStands(name=name)
    old, bureau.name, bureau.source = bureau.name, name, source or bureau.source
    bureau.save(update_fields=["name", "source"])
    writing.write("bureau.renamed", thing=bureau.code, by=by, at=at, area=bureau.area_code, old=old, name=name)
    return bureau


@transaction.atomic
def close(bureau: Bureau, *, by: Hand, at: datetime) -> Bureau:
    """No post is given at the bureau any more. Refuses while one is held there."""
    by.must(Permission.ACCOUNT_MANAGE, within=bureau.area_code)
    today = localdate(at)
    if held := bureau.posts.filter(Q(until=None) | Q(until__gt=today)).count():
        raise BureauHeld(count=held, name=bureau.name)
    bureau.until = max(today, bureau.since)
    bureau.save(update_fields=["until"])
    writing.write("bureau.closed", thing=bureau.code, by=by, at=at, area=bureau.area_code, name=bureau.name)
    return bureau


def _added(name: str, code: str, area: str, source: str, by: Hand, at: datetime) -> Bureau:
    made = Bureau.objects.create(code=code, name=name, area_code=area, source=source, since=localdate(at))
    writing.write("bureau.added", thing=made.code, by=by, at=at, area=area, name=name)
    return made


def _free_code(area: str) -> str:
    """The next code of the area: its own, numbered."""
    taken = set(Bureau.objects.filter(code__startswith=f"{area}-").values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := f"{area}-{n}") not in taken)
