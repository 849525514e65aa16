"""A list as a public notice: a page to print, or a workbook."""

import tempfile
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpResponseBase
from django.utils.dateparse import parse_date
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.access.gates import gate
from linli.ground.permissions import Permission
from linli.registers import listing, publishing
from linli.registers.models import Register
from linli.web.pages import page

from . import wording


@never_cache
@require_POST
@gate(Permission.REGISTER_PUBLISH)
def notice(request: Any, register: Register) -> HttpResponseBase:
    """The notice of the list as it is narrowed and laid out; journalled with its purpose."""
    asked = listing.read(register, dict(request.POST.lists()))
    said = request.POST
    wish = publishing.Wish(said.get("title", "")[:60], said.get("purpose", "")[:200], _day(said.get("until", "")))
    drawn_up = publishing.publish(asked, wish, by=request.actor, at=request.at)
    if said.get("do") != "xlsx":
        area = asked.area or request.actor.area_code
        where = wording.area_names([area]).get(area, area)
        return page(request, "site/registers/notice.html", notice=drawn_up, where=where)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "notice.xlsx"
        publishing.as_workbook(drawn_up, path)
        file = path.open("rb")
    return FileResponse(file, as_attachment=True, filename=f"notice-{register}-{localdate(request.at)}.xlsx")


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None
