"""Two dispatchers race for the same case again and again: one wins, the other is told who was first."""

import json
import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from .lengths import rounds
from .postgres import fresh_database

ROOT = Path(__file__).parents[2]
SHORT, LONG = 12, rounds(1000, 15)

LAY = """
import django; django.setup()
import sys
from datetime import UTC, datetime
from linli.access import appointing, opening
from linli.cases import intake, triage
from linli.cases.triage import Judgement
from linli.ground.hands import Program
by, at = Program("fault"), datetime.now(UTC)
for name, role in (("he", "dispatcher"), ("he2", "dispatcher"), ("gang", "post-holder")):
    who = opening.open_account(sign_in_name=name, name=name, password="camphor-tree-by", by=by, at=at)
    asked = appointing.Appointment(role=role, area="500199001", since=at.date())
    appointing.give(who, asked, by=by, at=at)
for _ in range(int(sys.argv[1])):
    case = intake.raise_case(intake.Report("灯不亮", "500199001001001"), by=by, at=at)
    print(triage.take_in(case, Judgement(), by=by, at=at).ref)
"""
COUNT = """
import django; django.setup()
import json
from linli.cases.models import Assignment, Case, Step
from linli.journal import sealing, verifying
from linli.journal.models import Entry
from django.utils import timezone
sealing.seal_all(at=timezone.now())
print(json.dumps({
    "dispatched": Case.objects.filter(stage="dispatched", steps_made=4).count(),
    "held": Assignment.objects.count(), "steps": Step.objects.filter(move="dispatch").count(),
    "entries": Entry.objects.filter(verb="case.dispatch").count(), "whole": verifying.verify().whole,
}))
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.soak)])
def house(request, tmp_path):
    """A data folder of its own, migrated, with a database on either engine."""
    environment = {name: value for name, value in os.environ.items() if name != "LINLI_DATABASE_URL"}
    environment |= {"LINLI_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "linli.site.settings"}
    with fresh_database() if request.param == "postgres" else nullcontext("") as url:
        environment |= {"LINLI_DATABASE_URL": url} if url else {}
        run(environment, "-m", "linli.site.command", "migrate", "-v0", "--skip-checks")
        yield environment


def run(environment, *words):
    """The output of a Python program in this house."""
    done = subprocess.run(
        [sys.executable, *words], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def race(house, times):
    """Both see each case as it waits, then both give it to someone."""
    cases = run(house, "-c", LAY, str(times)).split()
    command = [sys.executable, "-m", "tests.fault.case_dispatcher"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    both = [subprocess.Popen([*command, name], env=house, cwd=ROOT, **pipes) for name in ("he", "he2")]
    outcomes = []
    for ref in cases:
        for word in (f"{ref}\n", "now\n"):
            for each in both:
                each.stdin.write(word)
                each.stdin.flush()
            told = [each.stdout.readline().strip() for each in both]
        outcomes.append(told)
    for each in both:
        each.communicate()
    return outcomes, json.loads(run(house, "-c", COUNT))


def check(outcomes, told, times):
    """Each time one won and the other was told of them, and one assignment stands."""
    assert len(outcomes) == times
    for one, other in outcomes:
        assert {one, other} in ({"won", "second to he"}, {"won", "second to he2"})
        assert (one == "won") == (other == "second to he")
    everything = {"dispatched": times, "held": times, "steps": times, "entries": times, "whole": True}
    assert told == everything


@pytest.mark.slow
def test_two_dispatchers_race_a_few_times(house):
    check(*race(house, SHORT), SHORT)


@pytest.mark.soak
def test_two_dispatchers_race_many_times(house):
    check(*race(house, LONG), LONG)
