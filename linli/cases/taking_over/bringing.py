"""The matters of a sheet are taken over: tried first, then written, each by itself; what is refused goes back.

A matter is known by its number in the old system: the same file a second time changes nothing. It is written by the
verbs of the loop, now; when it was raised, given to someone and due stays as the sheet says.
"""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext

from linli.bulk.sheets.cells import Complaint
from linli.bulk.sheets.mending import Refused, write_refused
from linli.cases import dispatching, handling, intake, triage
from linli.cases.holding import Target
from linli.cases.intake import RaisedAlready, RaisedBy, Report
from linli.cases.models import Case, Source
from linli.cases.stages import Stage
from linli.cases.triage import Judgement
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.progress import Tell, silent
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing
from linli.web.once import update

from . import finding
from .finding import Names
from .sheet import Matter, Sheet

AT_ONCE = 50  # rows to a transaction: nobody else waits longer
REASON = _("taken over from the old system")


@dataclass
class Outcome:
    """What became of the rows, or would: the new cases, how many were known, the rows that are refused."""

    new: list[str] = field(default_factory=list)
    known: int = 0
    refused: list[Refused] = field(default_factory=list)


def bring(sheet: Sheet, *, area: str, by: Hand, at: datetime, really: bool, tell: Tell = silent) -> Outcome:
    """Each matter of the sheet is a case of the area, or is refused by itself; without `really` nothing is written.

    Whoever is killed over it goes on by bringing the same sheet again.
    """
    by.must(Permission.CASE_RAISE, within=area)
    outcome, names = Outcome(), finding.names(area, today=localdate(at))
    matters = sheet.matters(at=at)
    while some := list(islice(matters, AT_ONCE)):
        with transaction.atomic():
            for matter in some:
                _bring_one(matter, sheet, names, outcome, by=by, at=at)
            if not really:
                transaction.set_rollback(True)
        tell(_("taking over"), len(outcome.new) + outcome.known + len(outcome.refused), 0)
    if really and outcome.new:
        _note(outcome.new, area, by=by, at=at)
    return outcome


@transaction.atomic
def _note(new: list[str], area: str, *, by: Hand, at: datetime) -> None:
    digest = writing.digest([ref] for ref in new)
    count = len(new)
    writing.write("case.taken-over", thing=area, by=by, at=at, area=area, rows=count, digest=digest, count=count)


def _bring_one(matter: Matter, sheet: Sheet, names: Names, outcome: Outcome, *, by: Hand, at: datetime) -> None:
    wrong = list(matter.wrong)
    place, category = names.area_of(matter.area), names.category_of(matter.category)
    target = names.handler_of(matter.handler, place) if isinstance(place, str) else None
    found = {"area": place, "category": category, "handler": target}
    wrong += [(sheet.columns[key].column, said) for key, said in found.items() if isinstance(said, Complaint)]
    if not wrong:
        assert isinstance(place, str) and isinstance(category, str)
        assert not isinstance(target, Complaint)
        try:
            outcome.new.append(take_over(matter, area=place, category=category, to=target, by=by, at=at).ref)
        except RaisedAlready:
            outcome.known += 1
        except Refusal as refusal:
            wrong.append((None, Complaint(refusal.words, refusal.facts)))
    if wrong:
        outcome.refused.append(Refused(matter.row, wrong, matter.number or str(matter.row.number)))


@transaction.atomic
def take_over(matter: Matter, *, area: str, category: str, to: Target | None, by: Hand, at: datetime) -> Case:
    """The matter is a case at the stage it had, in the same hands, raised and due when it was.

    Refuses one that was taken over before, and whatever the loop refuses: whoever cannot handle it, what the list gives
    to a higher level. Where the sheet says no due time the clock runs since the matter was raised.
    """
    assert matter.raised is not None
    report = Report(
        summary=matter.summary,
        area=area,
        source=Source.SYSTEM,
        source_ref=matter.number[:60],
        details=matter.details,
        place=matter.place,
        category=category,
        urgency=matter.urgency,
        raiser=RaisedBy(matter.name, matter.phone) if matter.name or matter.phone else None,
        raised_at=matter.raised,
        promised_at=matter.due,
    )
    case = intake.raise_case(report, by=by, at=at)
    if matter.stage is Stage.REPORTED:
        return case
    case = triage.accept(case, by=by, at=at)
    _stamp(case, accepted_at=matter.raised, first_answer_at=matter.given)
    case = triage.judge(case, Judgement(), by=by, at=at, reason=gettext(REASON))
    if to is None:
        return case
    case = dispatching.give(case, to=to, reason=gettext(REASON), by=by, at=at)
    if matter.stage in (Stage.SIGNED, Stage.IN_PROGRESS):
        case = handling.sign(case, by=by, at=at)
    if matter.stage is Stage.IN_PROGRESS:
        case = handling.start(case, by=by, at=at)
    if matter.given:
        _stamp(case, dispatched_at=matter.given)
    return case


def _stamp(case: Case, **moments: datetime | None) -> None:
    """What the old system says happened when."""
    for name, moment in moments.items():
        setattr(case, name, moment)
    update(case, list(moments))


def give_back(sheet: Sheet, outcome: Outcome, path: Path) -> int:
    """The refused rows stand in a workbook, as they came, with what is wrong beside each; how many."""
    name = sheet.table.sheet.name[:31]
    return write_refused(path, sheet.table.columns, outcome.refused, sheet=name, tell=in_words, say=gettext)


def in_words(complaint: Complaint) -> str:
    """A complaint in the reader's language; a fact that is a msgid itself is translated."""
    facts = {name: gettext(said) if isinstance(said, str) and said else said for name, said in complaint.facts.items()}
    return gettext(complaint.words) % facts
