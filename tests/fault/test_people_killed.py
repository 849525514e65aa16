"""SIGKILL while people move into the made-up town: begun again, it ends as if nothing had been."""

import random
import shutil
import subprocess
import time

import pytest

from .house import House
from .lengths import rounds as rounds_of

SETTLE = """
import sys
from datetime import UTC, datetime
import django
if __name__ == "__main__":
    django.setup()
    from linli.ground.hands import Program
    from linli.town.peopling import settling
    from linli.town.peopling.houses import House, Town
    many = [House("500199001001001", 102.0, 39.0, "香樟街道", "香樟苑", f"{n}栋", 18, 3, 4) for n in range(1, 11)]
    settling.WORTH_A_PROCESS = 0
    at = datetime(2026, 11, 22, 4, tzinfo=UTC)
    settling.settle(Town(1, "township", tuple(many), ()), 4_000, by=Program("town"), at=at)
"""
DIGEST = """
import hashlib
import django; django.setup()
from linli.journal.models import Entry
from linli.registers.models import Batch, Business, Dwelling, Household, Key, Person, SecretValue, Tie
whole = hashlib.sha256()
for model in (Dwelling, Household, Business, Person, Tie, SecretValue, Key):
    names = [field.attname for field in model._meta.concrete_fields]
    for row in model.objects.order_by("id").values_list(*names):
        whole.update(repr(row).encode())
entries = Entry.objects.filter(verb="town.settled").count()
print(whole.hexdigest(), Person.objects.count(), entries, Batch.objects.get().stage)
"""


@pytest.mark.soak
@pytest.mark.parametrize("kills", [rounds_of(40, 4)])
def test_people_who_were_cut_off_while_moving_in_go_on_to_the_same_end(empty, another, kills):
    whole = _ready(empty)
    assert _settle(whole).wait() == 0
    cut = _ready(another("cut"))
    shutil.copytree(whole.folder / "keys", cut.folder / "keys", dirs_exist_ok=True)
    chance, killed = random.Random(kills), 0
    while killed < kills:
        process = _settle(cut)
        until = time.monotonic() + 60
        waiting = cut.rows("SELECT count(*) FROM registers_person")
        while cut.rows("SELECT count(*) FROM registers_person") == waiting and process.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.01)
        time.sleep(chance.random() * 0.2)
        process.kill()
        process.wait()
        killed += 1
    assert _settle(cut).wait() == 0
    assert _digest(cut) == _digest(whole)
    assert _digest(cut).split()[1:] == ["4000", _digest(whole).split()[2], "settled"]
    assert cut.rows("PRAGMA integrity_check") == [("ok",)]


def _ready(house: House) -> House:
    house.did("migrate", "--verbosity", "0", "--skip-checks")
    return house


def _settle(house: House) -> subprocess.Popen[bytes]:
    script = house.folder.parent / f"settle-{house.folder.name}.py"
    script.write_text(SETTLE, "utf-8")
    process = subprocess.Popen([*house.command()[:2], str(script)], env=house.environment)
    house.started.append(process)
    return process


def _digest(house: House) -> str:
    done = subprocess.run(house.python(DIGEST), env=house.environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()
