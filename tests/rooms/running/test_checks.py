"""`linli check --deploy`: each danger is found where it is, and nothing is said where it is not."""

import os
import shutil
from collections import namedtuple
from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.utils import timezone

from linli.journal.models import Entry
from linli.site import checks
from linli.site.running import locks, marks

Disk = namedtuple("Disk", "total used free")


def found() -> dict[str, str]:
    """Our own findings: their numbers and what they say."""
    told = run_checks(include_deployment_checks=True)
    return {each.id.removeprefix("linli."): each.msg for each in told if each.id.startswith("linli.")}


@pytest.fixture
def safe(db, settings, tmp_path):
    """An installation of which there is nothing to say."""
    settings.DATA_DIR = tmp_path / "data"
    (settings.DATA_DIR / "keys").mkdir(parents=True, mode=0o700)
    settings.DATA_DIR.chmod(0o700)
    key = settings.DATA_DIR / "keys" / "secret-key"
    key.write_text("key")
    key.chmod(0o600)
    settings.ALLOWED_HOSTS = ["localhost"]
    marks.write(marks.LAST_BACKUP, at=timezone.now().isoformat())
    with locks.held(locks.WORKER, at=timezone.now()):
        yield settings


def test_says_nothing_of_what_is_safe(safe, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Disk(100, 50, 50))
    monkeypatch.setattr(checks, "postgres_facts", lambda: (150000, "UTF8", "C.UTF-8"))
    assert found() == {}


def test_says_it_in_both_languages(safe):
    assert checks.both("Open %(what)s", {"what": "it"}) == "Open it"
    told = checks.both("Others on this machine can look into %(path)s: it holds people's data.", {"path": "/x"})
    assert "/x" in told and "Others on this machine" in told


@pytest.mark.parametrize(
    ("number", "setting", "value"),
    [
        ("E001", "DEBUG", True),
        ("E002", "DEMO", True),
        ("E006", "ALLOWED_HOSTS", ["linli.lan"]),
        ("E007", "ALLOWED_HOSTS", ["*"]),
    ],
)
def test_settings(safe, number, setting, value):
    assert number not in found()
    setattr(safe, setting, value)
    assert number in found()


def test_https_quiets_the_warning_of_plain_http(safe):
    safe.ALLOWED_HOSTS = ["linli.lan"]
    with locks.held(locks.SERVER, at=timezone.now(), where="https://127.0.0.1:8443/"):
        assert "E006" not in found()
    safe.HTTPS = True
    assert "E006" not in found()


def test_keys_and_folder_open_to_others(safe):
    (safe.DATA_DIR / "keys" / "secret-key").chmod(0o640)
    assert "secret-key" in found()["E003"]
    safe.DATA_DIR.chmod(0o755)
    assert "W004" in found()


def test_a_network_disk(safe, monkeypatch, tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"proc / ext4 rw\nserver:/x {tmp_path} nfs4 rw\n")
    assert checks.file_system_of(safe.DATA_DIR, mounts) == "nfs4"
    assert checks.file_system_of(safe.DATA_DIR, tmp_path / "none") == ""
    monkeypatch.setattr(checks, "file_system_of", lambda _path: "nfs4")
    monkeypatch.setattr(checks.connection, "vendor", "sqlite")
    assert "E005" in found()


def test_no_backup_within_a_week(safe):
    marks.write(marks.LAST_BACKUP, at=(timezone.now() - timedelta(days=8)).isoformat())
    assert "W008" in found()
    marks.wipe(marks.LAST_BACKUP)
    assert "W008" in found()


def test_no_worker(db, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(checks.connection, "vendor", "sqlite")
    settings.DATA_DIR = tmp_path
    (tmp_path / "keys").mkdir()
    assert "W009" in found()
    with locks.held(locks.WORKER, at=timezone.now()):
        assert "W009" not in found()
    assert "W009" not in found(), "it was seen just now"
    longer = timezone.now().timestamp() - 301
    os.utime(locks.path_of(locks.WORKER), (longer, longer))
    assert "W009" in found()


def test_a_tail_that_is_not_sealed_and_a_clock_set_back(safe):
    now = timezone.now()
    entry = Entry.objects.create(at=now - timedelta(minutes=9), verb="x", thing="x", by="x")
    assert "W010" not in found() and "E013" not in found()
    Entry.objects.filter(pk=entry.pk).update(at=now - timedelta(minutes=11))
    assert "W010" in found()
    Entry.objects.filter(pk=entry.pk).update(at=now + timedelta(minutes=6))
    assert "E013" in found()


def test_a_disk_nearly_full(safe, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Disk(100 << 20, 91 << 20, 9 << 20))
    assert "W011" in found()


def test_several_processes_on_sqlite(safe, monkeypatch):
    monkeypatch.setattr(checks.connection, "vendor", "sqlite")
    monkeypatch.setenv("GRANIAN_WORKERS", "4")
    assert "E012" in found()


@pytest.mark.parametrize(
    ("facts", "number"),
    [((130000, "UTF8", "C"), "E014"), ((150000, "EUC_CN", "C"), "E014"), ((150000, "UTF8", "zh_CN.UTF-8"), "W014")],
)
def test_postgresql(facts, number, monkeypatch):
    monkeypatch.setattr(checks.connection, "vendor", "postgresql")
    monkeypatch.setattr(checks, "postgres_facts", lambda: facts)
    told = [kind.__name__[0] + "014" for kind, *_rest in checks.postgres(timezone.now())]
    assert told == [number]


def test_what_we_say_ourselves_django_does_not_say_again(safe):
    """Without HTTPS there is one finding, in both languages, and not five."""
    safe.ALLOWED_HOSTS = ["linli.lan"]
    told = {each.id for each in run_checks(include_deployment_checks=True) if not each.is_silenced()}
    assert "linli.E006" in told
    assert not told & {"security.W004", "security.W008", "security.W012", "security.W016"}
