"""A file becomes records, in a page: sent, its columns settled, tried dry, written by the worker, and undone."""

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.access.gates import gate
from linli.areas import queries as area_queries
from linli.areas.codes import Level
from linli.areas.models import Area
from linli.bulk.sheets.reading import opened
from linli.bulk.sheets.refusals import FileTooLarge
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound, Refusal
from linli.ground.words import gettext_noop as _
from linli.registers import book, queries
from linli.registers.book import Fact
from linli.registers.importing import applying, checking, proposing, returning, staging
from linli.registers.importing.proposing import Proposal
from linli.registers.models import Batch, Register
from linli.web.lists import listed
from linli.web.middleware import sentence
from linli.web.pages import page, went_well

from . import dry_run, tasks, waiting, wording
from .dry_run import VERDICTS

MOST_MB = 100
CHOICES = 300  # areas to choose from
SHEETS = 12  # sheets of a book that are looked through for the one that was meant
STAGES = {
    staging.READ: _("columns to be settled"),
    staging.CHECKED: _("tried dry, not written"),
    staging.WRITING: _("being written"),
    staging.WRITTEN: _("written"),
    staging.UNDONE: _("undone"),
}
STEPS = {"read": _("rows read"), "checked": _("rows compared"), "written": _("rows written")}


class ColumnTwice(Refusal):
    """Two columns were said to hold the same fact."""

    code, status = "import.column-twice", 422
    words = _("Two columns are said to hold the same: %(facts)s.")
    next_step = _("Choose one of them and leave the other unused. Nothing was written.")


class NoFile(Refusal):
    """A form sent without its file."""

    code, status = "import.no-file", 400
    words = _("No file was chosen.")
    next_step = _("Choose a file and send it.")


class NoSuchDay(Refusal):
    """A day of which a file cannot tell."""

    code, status = "import.no-such-day", 422
    words = _("“%(said)s” is no day a file can tell of.")
    next_step = _("Choose today or a day before it, or leave it empty. Nothing was written.")


class NoSuchStep(Refusal):
    """An import is read, written or undone, and nothing else."""

    code, status = "import.no-such-step", 400
    words = _("An import is read, written or undone, and nothing else.")
    next_step = _("Open the import anew and press one of its buttons. Nothing was written.")


@dataclass(frozen=True)
class Column:
    """A column of the file as it was understood."""

    number: int
    letters: str
    name: str
    fact: str
    sure: int
    why: str


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.REGISTER_IMPORT)
def imports(request: Any) -> HttpResponse:
    """The files that came, the latest first, and a form to send one."""
    told, status = None, 200
    if request.method == "POST":
        try:
            return went_well(reverse("import", args=[_receive(request).ref]))
        except Refusal as refused:
            told, status = _told(refused), refused.status
    listing = listed(queries.batches(viewer=request.actor), order=["-id"], cursor=request.GET.get("cursor", ""))
    return page(
        request,
        "site/registers/imports.html",
        status=status,
        told=told,
        listing=listing,
        shown=[
            (batch, wording.NAMES[Register(batch.register)], STAGES.get(batch.stage, batch.stage))
            for batch in listing.rows
        ],
        registers=wording.NAMES.items(),
        register=_register(request),
        areas=_areas(request),
        asked=request.POST.get("area", ""),
        true_on=request.POST.get("true_on", ""),
        today=localdate(request.at),
    )


def _register(request: Any) -> Register:
    """Of what the file is: of people unless it is said."""
    said = request.POST.get("register") or request.GET.get("register", "")
    return Register(said) if said in Register.values else Register.PERSON


def _areas(request: Any) -> list[Area]:
    """Where a file may be of: the communities of one's scope, and the grids of one's own community."""
    standing = area_queries.within(request.actor.area_code)
    chosen = standing.filter(level__gte=Level.COMMUNITY, level__lte=Level.GRID)
    return list(chosen.order_by("level", "code")[:CHOICES])


def _receive(request: Any) -> Batch:
    """The file waits beside a batch, after a look that it is a spreadsheet with rows under headings."""
    sent = request.FILES.get("file")
    if sent is None:
        raise NoFile()
    if sent.size > MOST_MB * 1_000_000:
        raise FileTooLarge(size=round(sent.size / 1_000_000, 1), limit=MOST_MB)
    area = request.POST.get("area", "")
    request.actor.must(Permission.REGISTER_IMPORT, within=area)
    register, true_on = _register(request), _true_on(request)
    path = waiting.put(sent)
    try:
        _proposal(register, path, office=request.actor.area_code)
        name = Path(sent.name or "").name[:200] or path.name
        complete = register is Register.PERSON and request.POST.get("complete") == "yes"
        asked = staging.Asked(area, name, complete, true_on)
        batch = staging.receive(register, path, asked, by=request.actor, at=request.at)
    except Refusal:
        waiting.drop(path)
        raise
    waiting.settle(path, batch.ref)
    return batch


def _true_on(request: Any) -> date | None:
    """The day the file tells of; today where nothing is said. Refuses a day to come."""
    said = request.POST.get("true_on", "").strip()
    try:
        day = date.fromisoformat(said) if said else None
    except ValueError as wrong:
        raise NoSuchDay(said=said[:20]) from wrong
    if day and day > localdate(request.at):
        raise NoSuchDay(said=said[:20])
    return day


def _proposal(register: Register, path: Path, *, office: str, sheet: str = "") -> Proposal:
    """The file as it was understood: the sheet that was asked for, else the first that has what a record needs."""
    if sheet:
        return proposing.propose(register, path, area=office, sheet=sheet)
    first, refused = None, None
    for name in opened(path).names[:SHEETS]:
        try:
            proposal = proposing.propose(register, path, area=office, sheet=name)
        except Refusal as refusal:
            refused = refused or refusal
            continue
        if all(needed in proposal.matching.found for needed in proposing.NEEDED[register]):
            return proposal
        first = first or proposal
    if first is None:
        opened(path).sheet("")  # refuses a book with nothing in it
        raise refused or proposing.ColumnsMissing(facts="")
    return first


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.REGISTER_IMPORT)
def one(request: Any, ref: str) -> HttpResponse:
    """One import, wherever it stands: its columns, the dry run, how far the writing is, the result."""
    batch = queries.batch(ref, viewer=request.actor)
    told, status = None, 200
    if request.method == "POST":
        try:
            _act(request, batch)
            return went_well(reverse("import", args=[ref]))
        except Refusal as refused:
            told, status = _told(refused), refused.status
    now = waiting.state(ref)
    going = bool(now.doing) and tasks.is_at_it(ref)
    if now.code and not told:
        told = _told(_refusal_of(now.code)(**now.facts))
    waits = batch.stage == staging.READ and not going
    path = waiting.file_of(ref) if waits else None
    proposal = None
    try:
        proposal = _proposal_of(request, batch, path) if path else None
    except Refusal as refused:
        told, status = _told(refused), refused.status
    counts = [(verdict, words, batch.counts[verdict]) for verdict, words in VERDICTS.items() if verdict in batch.counts]
    return page(
        request,
        "site/registers/import.html",
        part="progress",
        status=status,
        told=told,
        batch=batch,
        stage=STAGES.get(batch.stage, batch.stage),
        where=wording.area_names([batch.area_code]).get(batch.area_code, batch.area_code),
        mine=batch.office == request.actor.post,
        now=now,
        step=STEPS.get(now.step, now.step),
        going=going,
        stopped=bool(now.doing) and not going,
        kind=wording.NAMES[Register(batch.register)],
        columns=_columns(request, proposal) if proposal else None,
        sheet=proposal.table.sheet.name if proposal else "",
        notes=proposal.notes if proposal else [],
        sheets=opened(path).names if path else (),
        gone=waits and path is None,
        facts=_chapters(Register(batch.register), batch.area_code) if proposal else [],
        counts=counts,
        good=sum(batch.counts.get(verdict, 0) for verdict in (checking.NEW, checking.CHANGED, checking.PERHAPS)),
        groups=[] if going or batch.stage != staging.CHECKED else dry_run.groups(batch, localdate(request.at)),
    )


def _act(request: Any, batch: Batch) -> None:
    """What was asked for is given to the worker, once."""
    if waiting.state(batch.ref).doing and tasks.is_at_it(batch.ref):
        return
    doing, columns = request.POST.get("do", ""), None
    if doing == tasks.READ:
        columns = _settled(request, batch)
    elif doing not in (tasks.WRITE, tasks.UNDO):
        raise NoSuchStep()
    elif doing == tasks.WRITE and batch.stage not in (staging.CHECKED, staging.WRITING):
        raise applying.NotChecked(ref=batch.ref, stage=batch.stage)
    request.actor.must(Permission.REGISTER_IMPORT, within=batch.area_code)
    waiting.keep(batch.ref, waiting.State(doing=doing))
    sheet = request.POST.get("sheet", "")
    tasks.carry.enqueue(batch.ref, doing, request.actor.ref, request.actor.post, columns, sheet)


def _settled(request: Any, batch: Batch) -> dict[str, int]:
    """Which column each fact is read from, as the form says."""
    known = {fact.name: fact for fact in proposing.facts_for(Register(batch.register), area=batch.area_code)}
    said = [(name[4:], fact) for name, fact in request.POST.items() if name.startswith("col-") and fact in known]
    columns = {fact: int(number) for number, fact in said if number.isdigit()}
    if len(columns) < len(said):
        twice = {fact for _number, fact in said if [each for _n, each in said].count(fact) > 1}
        raise ColumnTwice(facts="、".join(sorted(gettext(known[fact].label) for fact in twice)))
    if missing := [name for name in proposing.NEEDED[Register(batch.register)] if name not in columns]:
        raise proposing.ColumnsMissing(facts="、".join(gettext(book.fact(name).label) for name in missing))
    return columns


def _proposal_of(request: Any, batch: Batch, path: Path) -> Proposal:
    """The waiting file as it was understood, in the sheet that was chosen."""
    names, number = opened(path).names, request.GET.get("sheet", "")
    asked = names[int(number) - 1] if number.isdecimal() and 0 < int(number) <= len(names) else ""
    sheet = request.POST.get("sheet") or asked
    return _proposal(Register(batch.register), path, office=request.actor.area_code, sheet=sheet)


def _chapters(register: Register, area: str) -> list[tuple[str, list[Fact]]]:
    """The facts a file of this register may speak of, those of each register together."""
    facts = proposing.facts_for(register, area=area)
    kinds = list(dict.fromkeys(fact.register for fact in facts))
    return [(wording.NAMES[kind], [fact for fact in facts if fact.register is kind]) for kind in kinds]


def _columns(request: Any, proposal: Proposal) -> list[Column]:
    """The columns of the file as they were understood."""
    found = {match.column: match for match in proposal.matching.found.values()}
    shown = []
    for heading in proposal.table.columns:
        match = found.get(heading.column)
        fact = match.wanted if match else ""
        sure, why = (round(match.confidence * 100), gettext(match.why)) if match else (0, "")
        asked = request.POST.get(f"col-{heading.column}", fact)
        shown.append(Column(heading.column, heading.letters, heading.name, asked, sure, why))
    return shown


@never_cache
@require_GET
@gate(Permission.REGISTER_IMPORT)
def rows(request: Any, ref: str, verdict: str) -> HttpResponse:
    """Every row of one verdict, page by page, masked."""
    batch = queries.batch(ref, viewer=request.actor)
    if verdict not in VERDICTS:
        raise NotFound(what=verdict)
    found = queries.rows_of(batch, verdict)
    listing = listed(found, order=["number", "id"], cursor=request.GET.get("cursor", ""))
    return page(
        request,
        "site/registers/import_rows.html",
        batch=batch,
        words=VERDICTS[verdict],
        listing=listing,
        samples=dry_run.samples(batch, listing.rows, localdate(request.at)),
    )


@never_cache
@require_GET
@gate(Permission.REGISTER_IMPORT)
def refused(request: Any, ref: str) -> HttpResponseBase:
    """The refused rows as they came, with what is wrong beside them: to be mended and sent again by who sent them."""
    batch = queries.batch(ref, viewer=request.actor)
    returning.must_be_the_sender(batch, by=request.actor)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "refused.xlsx"
        returning.return_refused(batch, path)
        file = path.open("rb")
    return FileResponse(file, as_attachment=True, filename=f"{Path(batch.file_name).stem}-{batch.ref}.xlsx")


def _refusal_of(code: str) -> type[Refusal]:
    """The kind of refusal that has a code."""
    kinds = [Refusal]
    while kinds:
        kind = kinds.pop()
        if kind.code == code:
            return kind
        kinds += kind.__subclasses__()
    return Refusal


def _told(refusal: Refusal) -> list[str]:
    return [sentence(words, refusal.facts) for words in (refusal.words, refusal.next_step)]
