"""What the security officer looks at: refused sign-ins, refusals, looking on, resets, and what was taken out at night.

Of each only that it happened, where and when: no figure of anybody's working time, no ranking of persons.
"""

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from linli.access import queries
from linli.access.gates import gate
from linli.ground.permissions import Permission
from linli.ground.words import gettext_noop as _
from linli.site.history.reading import days
from linli.web.lists import listed
from linli.web.pages import page

NIGHT = (time(20), time(7))
LOOK_BACK = timedelta(days=30)
KINDS = {
    "sign-in.refused": _("sign-ins refused"),
    "permission.refused": _("refused for want of a permission"),
    "scope.refused": _("refused outside the scope"),
    "view-as.begun": _("looked on as a post"),
    "second-factor.reset": _("second factors reset"),
    "second-factor.removed": _("second factors removed"),
    "second-factor.asked-no-longer": _("second factors no longer asked of a role"),
    "account.password-reset": _("passwords reset"),
    "account.signed-out-everywhere": _("open sign-ins ended by an administrator"),
    "account.left": _("accounts ended"),
}


def at_night(moment: datetime) -> bool:
    """Whether a moment lies outside the hours in which exports are usual."""
    local = localtime(moment).time()
    return local >= NIGHT[0] or local < NIGHT[1]


@never_cache
@require_GET
@gate(Permission.SECURITY_REVIEW)
def security(request: Any) -> HttpResponse:
    """The last thirty days: how often each kind happened, and each one with who, where and when."""
    rows = queries.unusual(request.actor, since=request.at - LOOK_BACK)
    counts = rows.order_by().values("verb").annotate(n=Count("id")).order_by("-n")
    listing = listed(rows.order_by(), order=["-id"], cursor=request.GET.get("cursor", ""))
    night = {entry.pk for entry in listing.rows if at_night(entry.at) and entry.verb.startswith(queries.TAKEN_OUT)}
    told = [{"n": each["n"], "words": gettext(KINDS.get(each["verb"], each["verb"]))} for each in counts]
    return page(
        request, "site/people/security.html", days=days(listing.rows), listing=listing, counts=told, night=night
    )
