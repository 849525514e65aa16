"""Files and what is brought of them, for tests of imports."""

from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter

from linli.ground.hands import Program
from linli.registers import indexing
from linli.registers.importing import applying, checking, proposing, staging
from linli.registers.models import Key, Likeness, PastValue, Register, SecretValue, Tie
from linli.registers.queries import MODELS

BY = Program("test")
AT = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY = date(2026, 11, 22)
AREA = "500199001001"
HEADINGS = ["姓名", "身份证号码", "联系电话", "与户主关系", "户号", "现住址", "民族", "残疾等级"]
HIDDEN = ("identity_number", "phone")


def workbook(path, rows, headings=HEADINGS):
    """A workbook of one sheet."""
    with xlsxwriter.Workbook(path) as book:
        table = book.add_worksheet("台账")
        for number, row in enumerate([headings, *rows]):
            table.write_row(number, 0, row)
    return path


def checked(path, *, register=Register.PERSON, area=AREA, at=AT, by=BY):
    """The dry run of a file."""
    proposal = proposing.propose(register, path, area=area)
    columns = proposing.settled(proposal, register)
    batch = staging.receive(register, path, staging.Asked(area, path.name), by=by, at=at)
    staging.stage(batch, proposal, columns, today=TODAY)
    return checking.check(batch, today=TODAY)


def brought(path, *, at=AT, **asked):
    """The file is in the registers."""
    return applying.write(checked(path, at=at, **asked), by=BY, at=at)


def everything() -> dict[str, Any]:
    """All that the registers say, whatever the numbers of rows."""
    said: dict[str, Any] = {}
    for register, model in MODELS.items():
        names = [field.attname for field in model._meta.concrete_fields]
        said[register] = sorted(repr(row) for row in model.objects.values_list(*names))
        keys = list(model.objects.values_list("pk", flat=True))
        said[f"{register} words"] = [
            len(indexing.matching(indexing.line(register, each).split()[:1], **ALL))
            for each in model.objects.filter(pk__in=keys).order_by("pk")
        ]
    said["keys"] = sorted(Key.objects.values_list("key", "person_id"))
    said["past"] = sorted(PastValue.objects.values_list("thing", "fact", "value"))
    said["secret"] = sorted(
        map(repr, SecretValue.objects.values_list("thing", "fact", "value", "true_on", "batch_id", "area_code"))
    )
    said["ties"] = sorted(map(repr, Tie.objects.values_list("kind", "person_id", "area_code", "dwelling_id", "place")))
    said["likenesses"] = sorted(Likeness.objects.values_list("one", "other"))
    return said


ALL = {"last_begins": False, "within": (), "limit": 10_000}
