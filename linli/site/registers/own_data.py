"""What is kept of a person, for themselves: a sheet to print and a workbook, with who read it and when."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.access.gates import gate
from linli.bulk.sheets.writing import write_xlsx
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound
from linli.ground.words import gettext_noop as _
from linli.journal import queries as journal
from linli.registers import giving, queries
from linli.registers.giving import Own
from linli.registers.models import Register
from linli.site.history.reading import Line, Names
from linli.web.pages import page

from . import wording

READ = ("person.unmasked", "secret.read", "person.given-own")
MOST = 500
KNOWN, TIES, PAST, READERS = _("What is known"), _("Ties"), _("Before"), _("Who read it")


@never_cache
@require_POST
@gate(Permission.REGISTER_UNMASK)
def own(request: Any, ref: str) -> HttpResponseBase:
    """The sheet once, or the workbook, for a person who proved who they are."""
    found = queries.record(ref, viewer=request.actor)
    if queries.register_of(found) is not Register.PERSON:
        raise NotFound(what=ref)
    told = giving.give(found, reason=request.POST.get("reason", ""), by=request.actor, at=request.at)
    readers = _readers(ref)
    ties = wording.ties_in_plain(told.ties)
    if request.POST.get("form") == "xlsx":
        return _workbook(ref, told, ties, readers)
    return _sheet(request, found, told, ties, readers)


def _sheet(request: Any, found: Any, told: Own, ties: list[Any], readers: list[Line]) -> HttpResponse:
    return page(
        request,
        "site/registers/own.html",
        record=found,
        name=found.name,
        own=told,
        ties=ties,
        readers=readers,
        at=request.at,
    )


def _readers(ref: str) -> list[Line]:
    """Who read what is masked of the person, the latest first."""
    entries = list(journal.entries(thing=ref).filter(verb__in=READ).order_by("-at", "-id")[:MOST])
    names = Names.of(entries)
    return [names.line(entry) for entry in entries]


def _workbook(ref: str, told: Own, ties: list[Any], readers: list[Line]) -> HttpResponseBase:
    headings = [gettext(words) for words in (_("Part"), _("What"), _("Value"), _("When"), _("Source and law"))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.xlsx"
        write_xlsx(path, headings, _lines(told, ties, readers), sheet=ref)
        file = path.open("rb")
    return FileResponse(file, as_attachment=True, filename=f"{ref}.xlsx")


def _lines(told: Own, ties: list[Any], readers: list[Line]) -> Iterator[list[Any]]:
    for said in told.facts:
        source = " · ".join(filter(None, [gettext(said.fact.source) if said.fact.source else "", said.fact.basis]))
        yield [gettext(KNOWN), gettext(said.fact.label), said.value, said.on, source]
    for tie in ties:
        yield [gettext(TIES), tie.words, tie.to, f"{tie.since or '?'} – {tie.until or ''}", ""]
    for value, label, words in told.past:
        yield [gettext(PAST), gettext(label), words, str(value.until), ""]
    for line in readers:
        yield [gettext(READERS), line["who"], line["what"], line["exactly"], line["where"]]
