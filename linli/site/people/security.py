"""What the security officer looks at: refused sign-ins, refusals, looking on, resets; what left unmasked, what was read
or taken away at night, and who unmasked very many records in a day.

Of each only that it happened, where and when: no figure of anybody's working time, no ranking of persons.
"""

from collections import Counter
from datetime import datetime, timedelta
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
from linli.site.history.reading import Names, days
from linli.web.lists import listed
from linli.web.pages import page

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
    "list.exported-unmasked": _("lists exported unmasked"),
    "secret.looked-for": _("people looked for by secret facts"),
    "list.exported": _("lists exported at night"),
    "list.published": _("lists published at night"),
    **dict.fromkeys(queries.READS, _("records unmasked at night")),
}


def at_night(moment: datetime) -> bool:
    """Whether a moment lies outside the hours in which exports are usual."""
    first, last = queries.NIGHT
    return not last <= localtime(moment).hour < first


@never_cache
@require_GET
@gate(Permission.SECURITY_REVIEW)
def security(request: Any) -> HttpResponse:
    """The last thirty days: how often each kind happened, and each one with who, where and when."""
    since = request.at - LOOK_BACK
    rows = queries.unusual(request.actor, since=since)
    counts: Counter[str] = Counter()
    for each in rows.order_by().values("verb").annotate(n=Count("id")):
        counts[KINDS.get(each["verb"], each["verb"])] += each["n"]
    listing = listed(rows.order_by(), order=["-id"], cursor=request.GET.get("cursor", ""))
    night = {
        entry.pk for entry in listing.rows if at_night(entry.at) and entry.verb in (*queries.TAKEN_OUT, *queries.READS)
    }
    many = queries.many_reads(request.actor, since=since)
    names = Names.called({each.by for each in many})
    return page(
        request,
        "site/people/security.html",
        days=days(listing.rows),
        listing=listing,
        counts=[{"n": n, "words": gettext(words)} for words, n in counts.most_common()],
        night=night,
        many=[(names[each.by], each) for each in many],
        least=queries.MANY_READS,
    )
