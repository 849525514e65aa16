"""Long lists are taken away in the background: asked for, written by the worker, fetched by who asked, deleted in time.

The file holds what people's own is, so it stands in a folder nobody else reads, and goes after a dated term.
"""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.timezone import localdate

from linli.access.actors import Actor
from linli.areas import queries as areas
from linli.ground.refusals import NotFound, Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import exporting, listing, terms
from .exporting import Wish
from .listing import Asked
from .models import Export, ListLayout, Register

WAITING, READY, STOPPED, GONE = "waiting", "ready", "stopped", "gone"
STAGES = {
    WAITING: _("being written"),
    READY: _("ready to be fetched"),
    STOPPED: _("stopped"),
    GONE: _("deleted"),
}


class NameNeeded(Refusal):
    """A layout without a name."""

    code, status = "layout.name-needed", 422
    words = _("A layout is kept under a name.")
    next_step = _("Give it a short name and keep it again.")


def begin(asked: Asked, wish: Wish, *, by: Actor, at: datetime) -> Export:
    """The list is asked for as a file. Refuses what `exporting.must_be_allowed` does; nothing is written for it yet."""
    area = asked.area or by.area_code
    exporting.must_be_allowed(asked, wish, by=by, area=area)
    said = {"list": asked.said(), "wish": asdict(wish), "language": translation.get_language() or "zh-hans"}
    return Export.objects.create(
        account=by.ref,
        register=asked.register,
        area_code=area,
        form=wish.ending,
        said=json.dumps(said, ensure_ascii=False),
        at=at,
        until=at + timedelta(days=terms.days("export_days", on=localdate(at))),
    )


def carry(ref: str, *, by: Actor, at: datetime) -> None:
    """The file is ready for who asked for it, if their post still allows it; else the export says why it stopped."""
    export = Export.objects.get(ref=ref)
    if export.stage != WAITING or export.account != by.ref:
        return
    said = json.loads(export.said)
    asked, wish = listing.read(Register(export.register), said["list"]), Wish(**said["wish"])
    names = dict(areas.within(export.area_code).values_list("code", "name"))

    def tell(step: str, done: int, total: int) -> None:
        Export.objects.filter(pk=export.pk).update(done=done)

    try:
        with translation.override(said["language"]):
            exporting.export(asked, _made(export), wish, names=names, by=by, at=at, tell=tell)
    except Refusal as refused:
        Export.objects.filter(pk=export.pk).update(stage=STOPPED, code=refused.code)
        return
    path_of(export).chmod(0o600)
    if not Export.objects.filter(pk=export.pk, stage=WAITING).update(stage=READY):
        path_of(export).unlink(missing_ok=True)


def mine(*, viewer: Actor) -> QuerySet[Export]:
    """The exports the viewer asked for."""
    return Export.objects.filter(account=viewer.ref) if viewer.ref else Export.objects.none()


def one(ref: str, *, viewer: Actor) -> Export:
    """The viewer's export of this reference; refuses (404) one of nobody or of someone else."""
    found = mine(viewer=viewer).filter(ref=ref).first()
    if found is None:
        raise NotFound(what=ref)
    return found


def discard(export: Export, *, by: Actor, at: datetime) -> None:
    """The file is gone, and what was asked for with it."""
    _gone(export)


def expire(*, at: datetime) -> int:
    """Files past their term are gone; how many there were."""
    some = list(Export.objects.filter(until__lte=at).exclude(stage=GONE))
    for export in some:
        _gone(export)
    return len(some)


def _gone(export: Export) -> None:
    Export.objects.filter(pk=export.pk).update(stage=GONE, said=b"")
    path_of(export).unlink(missing_ok=True)


def path_of(export: Export) -> Path:
    """Where its file stands."""
    return Path(settings.DATA_DIR) / "exporting" / f"{export.ref}.{export.form}"


def _made(export: Export) -> Path:
    """The same, in a folder that nobody else reads."""
    path = path_of(export)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


# -- how an office lays out its lists ---------------------------------------------------------------


def layouts(register: Register, *, viewer: Actor) -> QuerySet[ListLayout]:
    """The layouts of the viewer's office."""
    return ListLayout.objects.filter(register=register, area_code=viewer.area_code).order_by("name")


@transaction.atomic
def keep_layout(asked: Asked, wish: Wish, name: str, *, by: Actor, at: datetime) -> ListLayout:
    """The office finds these columns and shapes again under this name, instead of what it kept there before.

    Refuses who may not export, and an empty name.
    """
    exporting.must_be_allowed(Asked(asked.register), Wish(form=wish.form), by=by, area=by.area_code)
    name = name.strip()[:40]
    if not name:
        raise NameNeeded()
    shapes = {"form": wish.form, "numbers": str(wish.numbers), "days": wish.days, "tags": wish.tags}
    kept, _made = ListLayout.objects.update_or_create(
        register=asked.register,
        area_code=by.area_code,
        name=name,
        defaults={"columns": [fact.name for fact in asked.facts], "shapes": shapes, "at": at},
    )
    writing.write("list.layout-kept", thing=str(asked.register), by=by, at=at, area=by.area_code, name=name)
    return kept
