"""An upgrade that fails at any step leaves everything as it was, and says where it failed."""

import json
import subprocess

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext
from django.utils.translation import get_language, override

from linli.access.models import Account
from linli.journal.models import Entry
from linli.site.running import copies, schema, upgrading
from linli.site.running.refusals import UpgradeFailed


@pytest.fixture
def behind(transactional_db, account, monkeypatch, tmp_path, settings):
    """An installation one step behind: the step makes a table and empties a column, then may fail."""
    settings.DATA_DIR = tmp_path
    (tmp_path / "keys").mkdir()
    account()

    def step(fail: Exception | None = None):
        def bring_up_here():
            with connection.cursor() as cursor:
                cursor.execute("CREATE TABLE planted (id integer)")
                cursor.execute("UPDATE access_account SET name = ''")
            MigrationRecorder(connection).record_applied("planted", "0001_begins")
            if fail:
                raise fail

        return bring_up_here

    monkeypatch.setattr(schema, "pending", lambda: ["planted.0001_begins"])
    yield step
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS planted")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'planted'")


def planted() -> bool:
    return "planted" in connection.introspection.table_names()


def test_goes_forward_and_says_so(behind, at, tmp_path, monkeypatch):
    monkeypatch.setitem(upgrading.STEPS, "changing the tables", behind())
    done = upgrading.upgrade(to=tmp_path / "backups", at=at)
    assert planted() and done.copy.exists()
    assert Entry.objects.latest("id").verb == "installation.upgraded"


@pytest.mark.parametrize(
    "broken", ["changing the tables", "checking the system", "proving the journal", "showing a page"]
)
def test_a_failure_at_any_step_leaves_everything_as_it_was(behind, at, tmp_path, monkeypatch, broken):
    monkeypatch.setitem(upgrading.STEPS, "changing the tables", behind())
    good = upgrading.STEPS[broken]

    def failing():
        good()
        raise ValueError("planted")

    monkeypatch.setitem(upgrading.STEPS, broken, failing)
    entries, steps = Entry.objects.count(), schema.applied()
    with pytest.raises(UpgradeFailed) as refused:
        upgrading.upgrade(to=tmp_path / "backups", at=at)
    assert refused.value.facts["step"] == broken and "planted" in refused.value.facts["why"]
    assert not planted() and schema.applied() == steps
    assert Account.objects.get().name == "admin" and Entry.objects.count() == entries
    assert list((tmp_path / "backups").glob("linli-*.tar.gz"))


@pytest.mark.parametrize("fault", [RuntimeError, AssertionError, ZeroDivisionError, KeyError, ImportError])
def test_a_migration_may_fail_by_a_fault_of_its_own(behind, at, tmp_path, monkeypatch, fault):
    monkeypatch.setitem(upgrading.STEPS, "changing the tables", behind(fault("planted")))
    with pytest.raises(UpgradeFailed) as refused:
        upgrading.upgrade(to=tmp_path / "backups", at=at)
    assert "planted" in refused.value.facts["why"] and not planted()


def test_whoever_upgrades_is_spoken_to_in_their_language_afterwards(behind, at, tmp_path, monkeypatch):
    """A page was shown meanwhile, in the language of the house."""
    monkeypatch.setitem(upgrading.STEPS, "changing the tables", behind())
    with override("en"):
        upgrading.upgrade(to=tmp_path / "backups", at=at)
        assert get_language() == "en"


def test_a_bent_journal_stops_it(behind, at, tmp_path, monkeypatch):
    monkeypatch.setitem(upgrading.STEPS, "changing the tables", behind())
    monkeypatch.setattr(upgrading.verifying, "verify", lambda: type("Bent", (), {"whole": False, "bent": 3}))
    with pytest.raises(UpgradeFailed) as refused:
        upgrading.upgrade(to=tmp_path / "backups", at=at)
    assert refused.value.facts["step"] == "proving the journal" and not planted()


def test_a_page_that_breaks_stops_it(behind, at, tmp_path, monkeypatch):
    monkeypatch.setitem(upgrading.STEPS, "changing the tables", behind())
    monkeypatch.setattr("linli.site.views.page", lambda *_args, **_said: 1 / 0)
    with pytest.raises(UpgradeFailed) as refused:
        upgrading.upgrade(to=tmp_path / "backups", at=at)
    assert refused.value.facts["step"] == "showing a page" and not planted()


def test_the_copy_is_made_before_the_first_change(behind, at, tmp_path, monkeypatch):
    order = []
    made = copies.make
    monkeypatch.setattr(copies, "make", lambda **said: (order.append("copy"), made(**said))[1])
    monkeypatch.setitem(upgrading.STEPS, "changing the tables", lambda: order.append("tables"))
    with CaptureQueriesContext(connection):
        upgrading.upgrade(to=tmp_path / "backups", at=at)
    assert order == ["copy", "tables"]


@pytest.mark.parametrize("hosts", [["linli.lan", "192.168.1.10"], [".example.gov.cn"], ["*"], ["[::1]"]])
def test_a_page_is_asked_for_under_a_name_of_ours(db, settings, hosts):
    settings.ALLOWED_HOSTS = hosts
    upgrading.check_page()


GO_BACK = """
import json, sys
import django; django.setup()
from pathlib import Path
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from linli.access.models import Account
from linli.ground.progress import silent
from linli.site.running import bringing, copies, schema, upgrading

def never_across_disks(self, target, move=Path.rename):
    assert Path(settings.DATA_DIR) in self.parents and Path(settings.DATA_DIR) in Path(target).parents, (self, target)
    return move(self, target)

before, at = schema.applied(), timezone.now()
copy = copies.make(to=Path(sys.argv[1]), at=at).path
MigrationRecorder(connection).record_applied("planted", "0001_begins")
Account.objects.update(name="spoilt")
Path.rename = never_across_disks
upgrading.go_back(before, copy, at, silent)
print(json.dumps([schema.applied() == before, Account.objects.get().name, connection.vendor]))
"""


def test_the_way_back_brings_the_copy_back_from_another_disk(house, tmp_path):
    """Tables that no transaction took back are those of the copy again; every file moves within the data folder."""
    command = [*house.python(GO_BACK), str(tmp_path / "elsewhere")]
    done = subprocess.run(command, env=house.environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == [True, "wang", "sqlite"]
