"""Bureaus (委办局) of a district, and the boards (板块) with their mapping: what posts name."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.access import boards as board_data
from linli.access import bringing, bureaus, queries, shapes
from linli.access.gates import SIGNED_IN, gate
from linli.ground.permissions import Permission
from linli.ground.refusals import NotPermitted
from linli.web.pages import page, went_well

from . import staging
from .forms import BureauForm, SheetForm
from .wording import area_names, lines


@never_cache
@require_http_methods(["GET", "POST"])
@gate(SIGNED_IN)
def bureau_list(request: Any) -> HttpResponse:
    """The bureaus within my scope and of my district; whoever gives posts adds one, or takes the usual ones over."""
    own = request.actor.area_code
    manages = request.actor.may(Permission.ACCOUNT_MANAGE, within=own)
    if request.method == "POST" and not manages:
        raise NotPermitted(permission=Permission.ACCOUNT_MANAGE.label)
    if "known" in request.POST:
        wanted = [each for each in shapes.bureaus().values() if each.code in request.POST.getlist("known")]
        count = bureaus.take_over(wanted, area=own, by=request.actor, at=request.at)
        messages.success(request, gettext("%(count)s bureaus are new.") % {"count": count})
        return went_well(reverse("bureaus"))
    form = BureauForm(request.POST or None) if manages else None
    if form is not None and form.is_valid():
        bureaus.add(**form.cleaned_data, area=own, by=request.actor, at=request.at)
        return went_well(reverse("bureaus"))
    found = queries.bureaus(request.actor)
    names = area_names({each.area_code for each in found} | {own})
    standing = {each.name for each in found if each.area_code == own}
    context: dict[str, Any] = {
        "bureaus": [
            (each, names.get(each.area_code, gettext("everywhere")), _may(request, each.area_code)) for each in found
        ],
        "known": [each for each in shapes.bureaus().values() if each.name not in standing] if manages else [],
        "own": names.get(own, gettext("everywhere")),
        "form": form,
    }
    return page(request, "site/people/bureaus.html", status=400 if form is not None and form.errors else 200, **context)


def _may(request: Any, area: str) -> bool:
    return bool(request.actor.may(Permission.ACCOUNT_MANAGE, within=area))


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.ACCOUNT_MANAGE)
def bureau(request: Any, code: str) -> HttpResponse:
    """A bureau, to be renamed or closed."""
    found = queries.bureau(code, request.actor)
    if "close" in request.POST:
        bureaus.close(found, by=request.actor, at=request.at)
        messages.success(request, gettext("%(name)s is closed.") % {"name": found.name})
        return went_well(reverse("bureaus"))
    form = BureauForm(request.POST or None, initial={"name": found.name, "source": found.source})
    if form.is_valid():
        bureaus.rename(
            found, form.cleaned_data["name"], source=form.cleaned_data["source"], by=request.actor, at=request.at
        )
        return went_well(reverse("bureaus"))
    return page(request, "site/people/bureau.html", status=400 if form.errors else 200, form=form, bureau=found)


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.ACCOUNT_MANAGE)
def sheet(request: Any) -> HttpResponse:
    """A sheet of bureaus: looked through first, then written all at once."""
    if text := request.POST.get("staged"):
        rows = _looked_through(request, *staging.staged(text, kind="bureaus"))
        count = bringing.bring_bureaus(rows, by=request.actor, at=request.at)
        messages.success(request, gettext("%(count)s bureaus are new.") % {"count": count})
        return went_well(reverse("bureaus"))
    form = SheetForm(request.POST or None, request.FILES or None, label=gettext("Sheet of bureaus (XLSX, XLS or CSV)"))
    if not form.is_valid():
        return page(request, "site/people/bureau_sheet.html", status=400 if form.errors else 200, form=form)
    name, content = staging.sent(form.cleaned_data["file"])
    rows = _looked_through(request, name, content)
    wrong = [row for row in rows if row.wrong]
    kept = "" if wrong else staging.kept(name, content, kind="bureaus")
    names = area_names({row.area for row in rows})
    return page(request, "site/people/bureau_sheet.html", form=form, rows=rows, wrong=wrong, staged=kept, names=names)


def _looked_through(request: Any, name: str, content: bytes) -> list[bringing.Row]:
    return bringing.bureaus_in(name, content, by=request.actor, area=request.actor.area_code)


@never_cache
@require_GET
@gate(SIGNED_IN)
def boards(request: Any) -> HttpResponse:
    """The four boards of a township, the eight of a district, and which is seen on which; who stands on them here."""
    held = lines(queries.on_boards(request.actor, today=localdate(request.at)))
    eight = board_data.of_level("district")
    table = [
        {
            "board": board,
            "seen": [each for each in eight if each.maps_to == board.slug],
            "posts": [line for line in held if line.post.board == board.slug],
        }
        for board in board_data.of_level("township")
    ]
    district = [{"board": board, "posts": [line for line in held if line.post.board == board.slug]} for board in eight]
    return page(request, "site/people/boards.html", table=table, district=district)
