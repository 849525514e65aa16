"""What a room declares for the background is known to a process just started: nothing else imports it there."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ASKED = """
import django; django.setup()
from linli.access.departing import OBLIGATIONS
from linli.journal.following import FOLLOWERS
from linli.journal.timing import CHORES
print(*CHORES, "/", *FOLLOWERS, "/", *OBLIGATIONS)
"""


def declared(decorator: str) -> set[str]:
    """The functions of the rooms that bear a decorator, as ROOM.NAME."""
    found = set()
    for path in (ROOT / "linli").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            marks = node.decorator_list if isinstance(node, ast.FunctionDef) else []
            calls = [mark.func for mark in marks if isinstance(mark, ast.Call)]
            if any(isinstance(call, ast.Name) and call.id == decorator for call in calls):
                found.add(f"{path.relative_to(ROOT / 'linli').parts[0]}.{node.name}")
    return found


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """What a fresh process knows: chores, followers, what is owed."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "linli.site.settings",
        "LINLI_DATA_DIR": str(tmp_path_factory.mktemp("x")),
    }
    told = subprocess.run([sys.executable, "-c", ASKED], env=env, cwd=ROOT, check=True, capture_output=True, text=True)
    return [set(part.split()) for part in told.stdout.split("/")]


def test_every_chore_is_done_by_the_worker(known):
    """Notices once lay unsent, since nothing in the worker imported the module that sends them."""
    assert declared("chore") == known[0] and "notices.send" in known[0]


def test_every_follower_is_told(known):
    assert declared("follows") == known[1]


def test_whatever_is_owed_is_handed_over(known):
    assert known[2] == {"cases", "stand-ins", "watches"}
