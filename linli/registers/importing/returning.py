"""The refused rows of a batch as a workbook: as they came, what is wrong beside them, to be mended and sent again."""

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext

from linli.access.actors import Actor
from linli.bulk.sheets.cells import Complaint
from linli.bulk.sheets.headings import Heading
from linli.bulk.sheets.mending import Refused, write_refused
from linli.bulk.sheets.tables import Row
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.registers.models import Batch

from .checking import BEYOND, ENDED
from .staging import AT_ONCE, REFUSED, complaints_of, content_of


class NotYourFile(Refusal):
    """The refused rows stand in full in their workbook, as they came: they go back to whoever sent them alone."""

    code, status = "import.not-your-file", 403
    words = _("The refused rows are not masked, and go back only to the post that sent the file.")
    next_step = _("Ask whoever sent it, or send the file yourself.")


def must_be_the_sender(batch: Batch, *, by: Actor) -> None:
    """Refuses every post but the one that sent the file."""
    by.must(Permission.REGISTER_IMPORT, within=batch.area_code)
    if batch.office != by.post:
        raise NotYourFile()


def return_refused(batch: Batch, path: Path) -> int:
    """The workbook stands at that path; how many rows are in it."""
    headings = [Heading(column, name) for column, name in batch.layout["headings"]]
    sheet = str(batch.layout["sheet"])[:31] or batch.ref
    return write_refused(path, headings, _refused(batch), sheet=sheet, tell=in_words, say=gettext)


def in_words(complaint: Complaint) -> str:
    """A complaint in the reader's language; a fact that is itself a msgid is translated."""
    facts = {name: gettext(said) if name == "fact" and said else said for name, said in complaint.facts.items()}
    return gettext(complaint.words) % facts


def _refused(batch: Batch) -> Iterator[Refused]:
    rows = batch.rows.filter(verdict__in=(REFUSED, ENDED), number__lt=BEYOND).order_by("number")
    for row in rows.iterator(AT_ONCE):
        cells, _values = content_of(row)
        complaints, doubts = complaints_of(row)
        said = doubts if row.verdict == ENDED else complaints
        wrong = [(column, Complaint(words, facts)) for column, words, facts in said]
        yield Refused(Row(row.number, cells), wrong, f"{batch.ref}/{row.number}")
