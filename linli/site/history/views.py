"""The timeline."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from linli.access.gates import gate
from linli.areas import codes
from linli.ground.permissions import Permission
from linli.journal import queries, sealing
from linli.journal.models import Entry
from linli.web.lists import listed
from linli.web.pages import page

from .reading import ORDER, Names, days, seen
from .told import GROUPS

SHOWN = 25  # lines of a page: what four readers at once are given within a twentieth of a second


@dataclass(frozen=True)
class Asked:
    """What someone wants to see of the journal, and from where on."""

    thing: str = ""
    group: str = ""
    by: str = ""
    area: str = ""

    @classmethod
    def of(cls, words: Any) -> "Asked":
        """From the address; a group nobody knows is no group."""
        given = {name: words.get(name, "").replace("\0", "").strip()[:40] for name in ("thing", "group", "by", "area")}
        given["group"] = given["group"] if given["group"] in GROUPS else ""
        given["area"] = codes.read(given["area"]) if given["area"] else ""
        return cls(**given | {"thing": given["thing"].upper()})

    def without(self, name: str) -> str:
        """The address that asks all this but one thing."""
        return self.address(**{name: ""})

    def address(self, **others: str) -> str:
        """The query of an address that asks this."""
        return "?" + urlencode({name: word for name, word in {**vars(self), **others}.items() if word})


@require_GET
@gate(Permission.JOURNAL_READ)
def timeline(request: HttpRequest) -> HttpResponse:
    """Who did what within the scope of one's post, newest first; narrowed to a thing, a person, an area, a kind."""
    actor = request.actor  # type: ignore[attr-defined]
    asked = Asked.of(request.GET)
    actor.must_see(Permission.JOURNAL_READ, within=asked.area or actor.area_code)
    entries = seen(actor, area=asked.area, thing=asked.thing, group=asked.group, by=asked.by)
    shown = listed(entries, order=ORDER, cursor=request.GET.get("cursor", ""), size=SHOWN, counted=0)
    last = localtime(shown.rows[-1].at).date() if shown.rows else None
    return page(
        request,
        "site/history/timeline.html",
        part="entries",
        days=days(shown.rows, above=_above(request)),
        older=asked.address(cursor=shown.next, day=str(last)) if shown.next else "",
        newer=asked.address(cursor=shown.previous) if shown.previous else "",
        asked=asked,
        narrowed=_narrowed(asked, shown.rows),
        groups=[(slug, gettext(name)) for slug, name in GROUPS.items()],
        head=sealing.head(),
        unsealed=queries.unsealed(),
    )


def _above(request: HttpRequest) -> date | None:
    """The day whose heading stands above a part that htmx asked for."""
    if not request.headers.get("HX-Request"):
        return None
    try:
        return parse_date(request.GET.get("day", ""))
    except ValueError:
        return None


def _narrowed(asked: Asked, shown: list[Entry]) -> list[dict[str, str]]:
    """What the list is narrowed to and the form does not show; each with the address that lifts it.

    Someone is called by name only where the list shows something of theirs: an address alone tells nobody's name.
    """
    narrowing = [name for name in ("by", "area") if getattr(asked, name)]
    if not narrowing:
        return []
    names = Names.called([asked.area, *{entry.by for entry in shown if entry.by == asked.by}])
    return [{"name": names[getattr(asked, name)], "lift": asked.without(name)} for name in narrowing]
