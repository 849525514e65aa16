"""Many processes guess at once, at one database: they count together."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, TRIES = 4, 10

GUESS = f"""
import sys
from datetime import UTC, datetime
import django
django.setup()
from linli.access import pausing
print("ready", flush=True)
sys.stdin.readline()
let = 0
for _ in range({TRIES}):
    try:
        pausing.claim({{"place": "A-1|192.0.2.1", "account": "A-1"}}, at=datetime(2026, 11, 24, tzinfo=UTC))
        let += 1
    except pausing.TooManyTries:
        pass
print(let)
"""


def test_processes_that_guess_at_once_are_let_five_tries_together(tmp_path):
    told = {"LINLI_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "linli.site.settings", "PYTHONPATH": str(ROOT)}
    env = {name: value for name, value in os.environ.items() if name != "LINLI_DATABASE_URL"} | told
    subprocess.run([sys.executable, "-m", "linli.site.command", "migrate", "-v0"], env=env, check=True)
    guessers = [
        subprocess.Popen(
            [sys.executable, "-c", GUESS], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(PROCESSES)
    ]
    assert [guesser.stdout.readline() for guesser in guessers] == ["ready\n"] * PROCESSES
    for guesser in guessers:
        guesser.stdin.write("now\n")
        guesser.stdin.flush()
    let = [int(guesser.communicate()[0]) for guesser in guessers]
    assert sum(let) == 5
