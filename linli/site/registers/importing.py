"""A file becomes records, in a page: sent, its columns settled, tried dry, written by the worker, and undone."""

import re
import tempfile
from dataclasses import dataclass
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
from linli.bulk.sheets.cells import Complaint
from linli.bulk.sheets.refusals import FileTooLarge
from linli.ground.permissions import Permission
from linli.ground.privacy import mask_name
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.registers import addresses, book, queries, showing
from linli.registers.importing import applying, checking, proposing, returning, staging
from linli.registers.models import Batch, Person, Register, StagedRow
from linli.web.lists import listed
from linli.web.middleware import sentence
from linli.web.pages import page, went_well

from . import tasks, waiting, wording

MOST_MB = 100
SHOWN = 8  # rows of each verdict in the dry run
CHOICES = 300  # areas to choose from
DIGITS = re.compile(r"\d{5,}[\dXx]*")
STAGES = {
    staging.READ: _("columns to be settled"),
    staging.CHECKED: _("tried dry, not written"),
    staging.WRITING: _("being written"),
    staging.WRITTEN: _("written"),
    staging.UNDONE: _("undone"),
}
VERDICTS = {
    checking.NEW: _("new"),
    checking.CHANGED: _("changed"),
    checking.SAME: _("as they stand"),
    checking.PERHAPS: _("perhaps someone known"),
    checking.ELSEWHERE: _("known elsewhere"),
    "ended": _("of someone whose record has ended"),
    staging.REFUSED: _("refused"),
    checking.MISSING: _("live here and are not in the file"),
}
STEPS = {"read": _("rows read"), "checked": _("people looked up"), "written": _("rows written")}


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


@dataclass(frozen=True)
class Sample:
    """A row of the dry run, masked."""

    row: int | None
    name: str
    details: list[str]


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
        shown=[(batch, STAGES.get(batch.stage, batch.stage)) for batch in listing.rows],
        areas=_areas(request),
        asked=request.POST.get("area", ""),
        today=localdate(request.at),
    )


def _areas(request: Any) -> list[Area]:
    """Where a file may be of: the communities of one's scope, and the grids of one's own community."""
    standing = area_queries.within(request.actor.area_code)
    chosen = standing.filter(level__gte=Level.COMMUNITY, level__lte=Level.GRID)
    return list(chosen.order_by("level", "code")[:CHOICES])


def _receive(request: Any) -> Batch:
    """The file waits beside a batch, after a look that it is a spreadsheet with people in it."""
    sent = request.FILES.get("file")
    if sent is None:
        raise NoFile()
    if sent.size > MOST_MB * 1_000_000:
        raise FileTooLarge(size=round(sent.size / 1_000_000, 1), limit=MOST_MB)
    area = request.POST.get("area", "")
    request.actor.must(Permission.REGISTER_IMPORT, within=area)
    path = waiting.put(sent)
    try:
        proposing.propose(Register.PERSON, path, area=area)
        name = Path(sent.name or "").name[:200] or path.name
        asked = staging.Asked(area, name, request.POST.get("complete") == "yes")
        batch = staging.receive(Register.PERSON, path, asked, by=request.actor, at=request.at)
    except Refusal:
        waiting.drop(path)
        raise
    waiting.settle(path, batch.ref)
    return batch


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
    columns = _columns(request, batch) if batch.stage == staging.READ and not going else None
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
        now=now,
        step=STEPS.get(now.step, now.step),
        going=going,
        stopped=bool(now.doing) and not going,
        columns=columns,
        gone=batch.stage == staging.READ and not going and columns is None,
        facts=proposing.facts_for(Register(batch.register)) if columns else [],
        counts=counts,
        good=sum(batch.counts.get(verdict, 0) for verdict in (checking.NEW, checking.CHANGED, checking.PERHAPS)),
        groups=[] if going or batch.stage != staging.CHECKED else _groups(batch, localdate(request.at)),
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
    tasks.carry.enqueue(batch.ref, doing, request.actor.ref, request.actor.post, columns)


def _settled(request: Any, batch: Batch) -> dict[str, int]:
    """Which column each fact is read from, as the form says."""
    known = {fact.name: fact for fact in proposing.facts_for(Register(batch.register))}
    said = [(name[4:], fact) for name, fact in request.POST.items() if name.startswith("col-") and fact in known]
    columns = {fact: int(number) for number, fact in said if number.isdigit()}
    if len(columns) < len(said):
        twice = {fact for _number, fact in said if [each for _n, each in said].count(fact) > 1}
        raise ColumnTwice(facts="、".join(sorted(gettext(known[fact].label) for fact in twice)))
    if missing := [name for name in proposing.NEEDED[Register(batch.register)] if name not in columns]:
        raise proposing.ColumnsMissing(facts="、".join(gettext(book.fact(name).label) for name in missing))
    return columns


def _columns(request: Any, batch: Batch) -> list[Column] | None:
    """The columns of the waiting file as they were understood; None when the file is gone."""
    path = waiting.file_of(batch.ref)
    if path is None:
        return None
    proposal = proposing.propose(Register(batch.register), path, area=batch.area_code)
    found = {match.column: match for match in proposal.matching.found.values()}
    shown = []
    for heading in proposal.table.columns:
        match = found.get(heading.column)
        fact = match.wanted if match else ""
        sure, why = (round(match.confidence * 100), gettext(match.why)) if match else (0, "")
        asked = request.POST.get(f"col-{heading.column}", fact)
        shown.append(Column(heading.column, heading.letters, heading.name, asked, sure, why))
    return shown


def _groups(batch: Batch, today: Any) -> list[tuple[str, str, int, list[Sample]]]:
    """Some rows of each verdict, masked."""
    groups = []
    for verdict, words in VERDICTS.items():
        if verdict != checking.SAME and (count := batch.counts.get(verdict)):
            rows = list(batch.rows.filter(verdict=verdict).order_by("number")[:SHOWN])
            people = queries.people_of(rows)
            groups.append((verdict, words, count, [_sample(row, people.get(row.thing), today) for row in rows]))
    return groups


def _sample(row: StagedRow, person: Person | None, today: Any) -> Sample:
    if row.verdict == checking.MISSING:
        home = person.dwelling.address if person and person.dwelling else ""
        return Sample(None, mask_name(person.name) if person else row.thing, [showing.masked_address(home)])
    _cells, said = staging.content_of(row)
    name = mask_name(str(said.get("person.name") or ""))
    if row.verdict == staging.REFUSED:
        wrong = [Complaint(words, facts) for _column, words, facts in staging.complaints_of(row)[0]]
        return Sample(row.number, name, [DIGITS.sub("●●●●", returning.in_words(each)) for each in wrong])
    if row.verdict == checking.CHANGED and person:
        return Sample(row.number, name, [_change(*each) for each in checking.differing(person, said, today).items()])
    return Sample(row.number, name, [showing.masked_address(addresses.composed(said))])


def _change(name: str, both: tuple[Any, Any]) -> str:
    fact = book.fact(name)
    old, new = (showing.masked(fact, value) if value not in (None, "") else gettext("unknown") for value in both)
    return f"{gettext(fact.label)}: {old} → {new}"


@never_cache
@require_GET
@gate(Permission.REGISTER_IMPORT)
def refused(request: Any, ref: str) -> HttpResponseBase:
    """The refused rows as they came, with what is wrong beside them: to be mended and sent again."""
    batch = queries.batch(ref, viewer=request.actor)
    request.actor.must(Permission.REGISTER_IMPORT, within=batch.area_code)
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
