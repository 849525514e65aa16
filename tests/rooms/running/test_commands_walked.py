"""Every command finds out whether an installation stands before it works on one, and says so without a traceback."""

import json
import subprocess

import pytest
from django.core.management import get_commands

from linli.site import command

OURS_ALONE = command.ALONE - command.OF_DJANGO
# In one process each: what is refused under which code, or how it ended.
WALK = """
import io, json, re, sys, contextlib
from linli.site import command
told = {}
for line in json.load(sys.stdin):
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        try:
            ended = command.main(line.split())
        except SystemExit as end:
            ended = end.code
    code = re.search(r"\\[([\\w.-]+)\\]\\s*$", said.getvalue())
    told[line] = code[1] if code else ended
print(json.dumps(told))
"""


def walked(house, lines: list[str]) -> dict[str, object]:
    done = subprocess.run(
        house.python(WALK), env=house.environment, input=json.dumps(lines), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def needing() -> list[str]:
    return sorted(set(get_commands()) - command.ALONE - {"town"})


def test_every_command_is_refused_where_nothing_was_begun(empty):
    lines = [*needing(), "journal verify", "areas found 50 x", "areas search x", "import undo B"]
    looking = ["serve --port 0", "worker --once", "backup", "move --to sqlite", "upgrade", "upgrade --dry-run"]
    told = walked(empty, [*lines, *looking, "journal --help", "nonsense", "init --non-interactive"])
    assert told.pop("journal --help") == 0 and told.pop("nonsense") == 1
    assert told.pop("init --non-interactive") == "running.missing"
    assert set(told.values()) == {"running.not-begun"}, told


def test_every_command_is_refused_while_the_tables_are_older_than_the_code(house):
    house.plant(
        "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations WHERE app = 'journal')"
    )
    told = walked(house, [*needing(), "journal verify", "areas search x", "worker --once", "serve --port 0"])
    assert set(told.values()) == {"running.behind"}, told


def test_every_command_is_refused_while_the_tables_are_newer_than_the_code(house):
    """As after a step back to the version before; what brings a copy back is not."""
    house.plant(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('journal', '9999_of_tomorrow', '2026-11-01'),"
        " ('a_room_given_up', '0001_initial', '2026-11-01')"
    )
    told = walked(house, [*needing(), "journal verify", "areas search x", "worker --once", "serve --port 0"])
    assert set(told.values()) == {"running.ahead"}, told


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_it_is_refused_in_either_language(empty, language):
    empty.environment["LINLI_LANGUAGE"] = language
    for asked in (["areas", "search", "x"], ["serve", "--port", "0"]):
        said = empty.run(*asked).stderr
        assert ("linli init" in said) and ("Nothing has been begun" in said) == (language == "en"), said


def test_a_town_begins_an_installation_of_its_own_and_the_demo_shows_it(empty):
    """Any seed and scale can be lived in, not only the demo's own; and no real installation is begun over it."""
    empty.did("town", "--seed", "2")
    assert json.loads((empty.folder / "begun.json").read_text())["kind"] == "demo"
    assert empty.rows("SELECT DISTINCT source FROM areas_area") == [("made-up town, seed 2, township",)]
    shown = "import django; django.setup(); from django.utils import timezone; from linli.site.running import demo; "
    shown += "demo.prepare(at=timezone.now(), tell=print); print(demo.moving_in())"
    done = subprocess.run(empty.python(shown), env=empty.environment, capture_output=True, text=True, timeout=120)
    assert "'--seed', '2', '--scale', 'township'" in done.stdout, done.stderr
    assert empty.rows("SELECT DISTINCT source FROM areas_area") == [("made-up town, seed 2, township",)]
    assert empty.refused("init", "--administrator", "x", "--password-stdin", given="Long-enough-1x\n") == (
        "running.already-begun"
    )


def test_a_town_is_put_into_no_real_installation(begun):
    assert begun.refused("town", "--seed", "1") == "town.real-installation"


def test_a_town_is_drawn_into_files_without_an_installation(empty):
    empty.did("town", "--export", str(empty.folder / "drawn"))
    assert list((empty.folder / "drawn").iterdir()) and not empty.database.exists()


def test_those_that_look_themselves_are_commands_of_ours():
    assert set(get_commands()) >= command.ALONE - {"help", "version"}
    assert {name for name, room in get_commands().items() if str(room).startswith("linli.")} > OURS_ALONE
