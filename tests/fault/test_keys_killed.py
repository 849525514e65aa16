"""New keys are killed at moments nobody chose, while others look for people and bring new ones: everybody is found at
any moment, and called again it ends with everything under the new key."""

import json
import random
import signal
import subprocess
import time

import pytest

from .house import House
from .lengths import rounds
from .test_imports_killed import CHECK, PEOPLE, WRITE, office, roster, run

__all__ = ["office"]

RENEW = """
import django; django.setup()
from django.utils import timezone
from linli.ground.hands import Program
from linli.registers import rekeying
rekeying.SETTLE_S, rekeying.AT_ONCE = 0.2, 40
print("ready", flush=True)
rekeying.renew(by=Program("fault"), at=timezone.now())
"""
LOOK = """
import json, random, django; django.setup()
from linli.registers import keyring, knowing, rekeying
from linli.registers.models import Person
from linli.registers.sealed import blinds
from linli.journal.models import Entry
lost, chance = 0, random.Random(3)
for _ in range(60):
    phone = f"138{chance.randrange(Person.objects.count()):08}"
    found = Person.objects.filter(phone_index__in=blinds(phone, column="registers.person.phone"))
    lost += [each.phone for each in found] != [phone]
keys = knowing.matching_keys.keys
wrong = sum({*p.keys.values_list("key", flat=True)} != {*keys(knowing.record_of(p))}
            for p in Person.objects.select_related("dwelling", "household"))
print(json.dumps({"lost": lost, "wrong": wrong, "people": Person.objects.count(), "left": rekeying.left(),
                  "versions": sorted(keyring.keys().by_version),
                  "told": [each.verb for each in Entry.objects.filter(verb__startswith="keys.").order_by("id")]}))
"""


@pytest.fixture
def lived_in(office, tmp_path):
    """A house with many people, and a second file of the same people that waits to be written."""
    file = str(roster(tmp_path / "people.xlsx"))
    (ref,) = run(office, CHECK, file, "1").split()
    run(office, WRITE, ref)
    return office


def look(house: House) -> dict:
    return json.loads(run(house, LOOK))


def begin(house: House) -> subprocess.Popen[str]:
    going = subprocess.Popen(house.python(RENEW), env=house.environment, stdout=subprocess.PIPE, text=True)
    assert going.stdout
    with going.stdout:
        assert going.stdout.readline() == "ready\n"
    return going


@pytest.mark.soak
@pytest.mark.parametrize("kills", [rounds(40, 4)])
def test_cut_off_while_keys_are_renewed(lived_in, kills):
    chance, cut = random.Random(kills), 0
    while cut < kills:
        going = begin(lived_in)
        time.sleep(chance.uniform(0.1, 0.8))
        going.send_signal(signal.SIGKILL)
        if going.wait() != -signal.SIGKILL:
            break
        cut += 1
        told = look(lived_in)
        assert (told["lost"], told["wrong"], told["people"]) == (0, 0, PEOPLE), "found under either key"
    assert cut
    before = look(lived_in)["versions"]
    version = max(before) + (len(before) == 1)
    assert begin(lived_in).wait() == 0
    told = look(lived_in)
    assert (told["lost"], told["wrong"], told["left"]) == (0, 0, 0)
    assert told["versions"] == [version], "and not a new one"
    assert told["told"] == ["keys.renewed", "keys.set-aside"] * (version - 1)


@pytest.mark.soak
def test_a_file_imported_while_keys_are_renewed_knows_everyone(lived_in, tmp_path):
    going = begin(lived_in)
    (ref,) = run(lived_in, CHECK, str(roster(tmp_path / "again.xlsx")), "1").split()
    run(lived_in, WRITE, ref)
    assert going.wait() == 0
    told = look(lived_in)
    assert (told["people"], told["lost"], told["wrong"], told["left"]) == (PEOPLE, 0, 0, 0)
