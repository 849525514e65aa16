"""An import is killed at moments nobody chose, and two clerks bring the same file: its people stand once, with all
that hangs on them, and whoever goes on goes on behind the last portion."""

import json
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
import xlsxwriter

from .house import House
from .lengths import rounds
from .postgres import fresh_database

pytestmark = pytest.mark.soak
PEOPLE = 1200
CHECK = """
import sys, django; django.setup()
from datetime import date
from pathlib import Path
from django.utils import timezone
from linli.ground.hands import Program
from linli.registers.importing import checking, proposing, staging
from linli.registers.models import Register
path, at = Path(sys.argv[1]), timezone.now()
for _ in range(int(sys.argv[2])):
    proposal = proposing.propose(Register.PERSON, path, area="500114001001")
    asked = staging.Asked("500114001001", path.name)
    batch = staging.receive(Register.PERSON, path, asked, by=Program("fault"), at=at)
    staging.stage(batch, proposal, proposing.settled(proposal, Register.PERSON), today=date(2026, 11, 22))
    checking.check(batch, today=date(2026, 11, 22))
    print(batch.ref)
"""
WRITE = """
import sys, django; django.setup()
from django.utils import timezone
from linli.ground.hands import Program
from linli.registers.importing import applying, pacing
from linli.registers.models import Batch
pacing.MOST = 40
print("ready", flush=True)
applying.write(Batch.objects.get(ref=sys.argv[1]), by=Program("fault"), at=timezone.now())
"""
TOLD = """
import json, django; django.setup()
from django.db import connection
from linli.journal.models import Entry
from linli.registers.models import Batch, Dwelling, Household, Key, Person
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM registers_words")
    words = cursor.fetchone()[0]
entries = Entry.objects.filter(verb="import.written")
print(json.dumps({
    "people": Person.objects.count(), "names": Person.objects.values("name").distinct().count(),
    "keyless": Person.objects.filter(keys=None).count(), "homeless": Person.objects.filter(dwelling=None).count(),
    "wordless": Person.objects.count() + Household.objects.count() + Dwelling.objects.count() - words,
    "told": sum(json.loads(entry.facts)["made"] for entry in entries),
    "stages": sorted(Batch.objects.values_list("stage", flat=True)),
}))
"""
WHOLE = {"people": PEOPLE, "names": PEOPLE, "keyless": 0, "homeless": 0, "wordless": 0, "told": PEOPLE}


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request, house):
    """A begun house, on either engine."""
    if request.param == "sqlite":
        yield house
        return
    with fresh_database() as url:
        house.did("move", "--to", url)
        house.environment["LINLI_DATABASE_URL"] = url
        yield house


def roster(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, ["姓名", "联系电话", "户号", "现住址"])
        for at in range(PEOPLE):
            name = "王" + chr(0x4E00 + at // 40) + chr(0x5E00 + at * 7 % 997)
            sheet.write_row(at + 1, 0, [name, f"138{at:08}", f"{at // 3:05}", f"福源庭院{at // 90}栋1单元{at // 3}"])
    return path


def run(house: House, program: str, *words: str) -> str:
    done = subprocess.run([*house.python(program), *words], env=house.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def begin(house: House, ref: str) -> subprocess.Popen[str]:
    going = subprocess.Popen([*house.python(WRITE), ref], env=house.environment, stdout=subprocess.PIPE, text=True)
    assert going.stdout
    with going.stdout:
        assert going.stdout.readline() == "ready\n"
    return going


def test_killed_again_and_again_it_stands_once_and_whole(office, tmp_path):
    chance = random.Random(7)
    (ref,) = run(office, CHECK, str(roster(tmp_path / "people.xlsx")), "1").split()
    cut = 0
    for _ in range(rounds(10)):
        going = begin(office, ref)
        time.sleep(chance.uniform(0, 0.6))
        going.send_signal(signal.SIGKILL)
        cut += going.wait() == -signal.SIGKILL
        told = json.loads(run(office, TOLD))
        assert told["people"] == told["told"] == told["names"], "each portion is whole, with its entry"
        assert (told["keyless"], told["wordless"]) == (0, 0)
        if told["stages"] == ["written"]:
            break
    else:
        run(office, WRITE, ref)
    assert cut
    assert json.loads(run(office, TOLD)) == WHOLE | {"stages": ["written"]}


def test_two_clerks_at_the_same_moment_bring_the_people_once(office, tmp_path):
    refs = run(office, CHECK, str(roster(tmp_path / "people.xlsx")), "2").split()
    going = [begin(office, ref) for ref in refs]
    assert [each.wait() for each in going] == [0, 0]
    assert json.loads(run(office, TOLD)) == WHOLE | {"stages": ["written", "written"]}
