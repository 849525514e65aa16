"""What is unsafe in how this installation is run: `linli check --deploy`. Each says what, why, and what to do.

Every sentence stands in Chinese and in English: whoever reads it at night may be the one who reads only one of them.
"""

import os
import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's names
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext, override

from linli.ground.words import gettext_noop as _
from linli.journal import clock as journal_clock
from linli.journal.models import Entry

from .running import locks, marks

LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
NETWORK_DISKS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "glusterfs", "ceph", "fuse.glusterfs"}
OLDEST_POSTGRES = 140000
BACKUP_DAYS, WORKER_MINUTES, TAIL_MINUTES, FREE_PERCENT, CLOCK_MINUTES = 7, 5, 10, 10, 5

Finding = tuple[type[Error] | type[Warning], str, str, dict[str, Any]]
Check = Callable[[datetime], Iterator[Finding]]


def both(words: str, facts: dict[str, Any]) -> str:
    """The sentence in both languages, Chinese first."""
    told = []
    for language in ("zh-hans", "en"):
        with override(language):
            told.append(gettext(words) % facts)
    return " / ".join(dict.fromkeys(told))


def says(number: int, *, database: bool = False) -> Callable[[Check], Check]:
    """Registers a check under its number; one that asks the database is silent where that does not answer."""

    def registered(check: Check) -> Check:
        def run(**_options: Any) -> Sequence[CheckMessage]:
            try:
                found = list(check(timezone.now()))
            except DatabaseError:
                assert database, check
                return []
            return [
                kind(both(words, facts), hint=both(hint, facts), id=f"linli.{'EW'[kind is Warning]}{number:03d}")
                for kind, words, hint, facts in found
            ]

        register(run, Tags.security, deploy=True)
        return check

    return registered


@says(1)
def debugging(at: datetime) -> Iterator[Finding]:
    """LINLI_DEBUG."""
    if settings.DEBUG:
        yield (
            Error,
            _("LINLI_DEBUG is on: error pages show settings and data to whoever causes an error."),
            _("Take LINLI_DEBUG out of the environment and start again."),
            {},
        )


@says(2)
def demo(at: datetime) -> Iterator[Finding]:
    """LINLI_DEMO, in an installation that is real."""
    if settings.DEMO:
        yield (
            Error,
            _("LINLI_DEMO is on: the sign-in page shows accounts and their passwords to everyone."),
            _("Take LINLI_DEMO out of the environment; begin a real installation with `linli init`."),
            {},
        )


@says(3)
def keys(at: datetime) -> Iterator[Finding]:
    """Keys that others on the machine can read."""
    folder = Path(settings.DATA_DIR) / "keys"
    for path in [folder, *sorted(folder.iterdir())]:
        if open_to_others(path) and path.suffix != ".crt":
            yield (
                Error,
                _("Others on this machine can read %(path)s: whoever has the keys can forge sign-ins."),
                _("Run: chmod go-rwx %(path)s"),
                {"path": path},
            )


@says(4)
def data_folder(at: datetime) -> Iterator[Finding]:
    """A data folder that others on the machine can read."""
    folder = Path(settings.DATA_DIR)
    if open_to_others(folder):
        yield (
            Warning,
            _("Others on this machine can look into %(path)s: it holds people's data."),
            _("Run: chmod go-rwx %(path)s"),
            {"path": folder},
        )


@says(5)
def network_disk(at: datetime) -> Iterator[Finding]:
    """SQLite on a disk of another machine."""
    kind = file_system_of(Path(settings.DATA_DIR))
    if connection.vendor == "sqlite" and kind in NETWORK_DISKS:
        yield (
            Error,
            _("The data folder lies on a network disk (%(kind)s): SQLite's locks do not hold there, data can be lost."),
            _("Move the data folder to a disk of this machine, or use PostgreSQL."),
            {"kind": kind},
        )


@says(6)
def plain_http(at: datetime) -> Iterator[Finding]:
    """Pages for others without HTTPS."""
    others = sorted(set(settings.ALLOWED_HOSTS) - LOCAL_HOSTS)
    if others and not served_with_https():
        yield (
            Error,
            _("%(hosts)s is served without HTTPS: passwords and people's data cross the network readable."),
            _("`linli certificate make --host NAME`, then serve with it; or a proxy with HTTPS and LINLI_HTTPS=1."),
            {"hosts": ", ".join(others)},
        )


@says(7)
def any_host(at: datetime) -> Iterator[Finding]:
    """LINLI_HOSTS=*."""
    if "*" in settings.ALLOWED_HOSTS:
        yield (
            Error,
            _("LINLI_HOSTS is *: links can be made to lead to other machines."),
            _("Name the addresses people type, for example LINLI_HOSTS=linli.lan,192.168.1.10"),
            {},
        )


@says(8)
def last_backup(at: datetime) -> Iterator[Finding]:
    """No copy for a week."""
    told = marks.read(marks.LAST_BACKUP)
    made = datetime.fromisoformat(told["at"]) if told else None
    if made is None or at - made > timedelta(days=BACKUP_DAYS):
        yield (
            Warning,
            _("No backup within %(days)s days (the last: %(last)s): a broken disk would take everything since."),
            _("Run `linli backup --to` a folder on another disk, every night (deploy/systemd/linli-backup.timer)."),
            {"days": BACKUP_DAYS, "last": told.get("at", "-")},
        )


@says(9)
def worker(at: datetime) -> Iterator[Finding]:
    """No worker for five minutes. On PostgreSQL it may run on another machine: then the journal's tail tells."""
    if connection.vendor != "sqlite" or locks.in_use(locks.WORKER):
        return
    path = locks.path_of(locks.WORKER)
    seen = datetime.fromtimestamp(path.stat().st_mtime, tz=at.tzinfo) if path.exists() else None
    if seen is None or at - seen > timedelta(minutes=WORKER_MINUTES):
        yield (
            Warning,
            _("No worker runs: the journal is not sealed, news are not delivered, imports do not begin."),
            _("Run `linli worker` beside the server (deploy/systemd/linli-worker.service)."),
            {},
        )


@says(10, database=True)
def unsealed_tail(at: datetime) -> Iterator[Finding]:
    """Entries that wait for their seal too long."""
    waiting = Entry.objects.filter(seal_number=None).order_by("id")
    oldest = waiting.values_list("at", flat=True).first()
    if oldest and at - oldest > timedelta(minutes=TAIL_MINUTES):
        yield (
            Warning,
            _("%(count)s entries of the journal wait for their seal, since %(since)s: until then they could be bent."),
            _("See that `linli worker` runs; `linli journal seal` does it now."),
            {"count": waiting.count(), "since": oldest.isoformat(timespec="minutes")},
        )


@says(11)
def free_disk(at: datetime) -> Iterator[Finding]:
    """A disk that is nearly full."""
    disk = shutil.disk_usage(settings.DATA_DIR)
    if disk.free * 100 < disk.total * FREE_PERCENT:
        yield (
            Warning,
            _("Only %(free)s MB of the data folder's disk are free: when it is full nothing more can be written."),
            _("Make room, or move the data folder to a larger disk."),
            {"free": disk.free >> 20},
        )


@says(12)
def processes_on_sqlite(at: datetime) -> Iterator[Finding]:
    """Another server than ours, with several processes, in front of SQLite."""
    if connection.vendor == "sqlite" and (count := asked_processes()) > 1:
        yield (
            Error,
            _("%(count)s server processes are asked for on SQLite: they wait for each other, and some give up."),
            _("Use one, or move to PostgreSQL with LINLI_DATABASE_URL."),
            {"count": count},
        )


@says(13, database=True)
def clock(at: datetime) -> Iterator[Finding]:
    """A clock that was set back: the journal has entries of the future."""
    newest = journal_clock.known()
    if newest and newest - at > timedelta(minutes=CLOCK_MINUTES):
        yield (
            Error,
            _("The journal's last entry is of %(newest)s, and this machine's clock shows %(now)s: it was set back."),
            _("Set the clock right (timedatectl set-ntp true). Where it is right now: linli journal accept-clock"),
            {"newest": newest.isoformat(timespec="minutes"), "now": at.isoformat(timespec="minutes")},
        )


@says(14, database=True)
def postgres(at: datetime) -> Iterator[Finding]:
    """A PostgreSQL that is too old, or keeps its text in other than UTF-8."""
    if connection.vendor != "postgresql":
        return
    version, encoding, collation = postgres_facts()
    if version < OLDEST_POSTGRES:
        yield (
            Error,
            _("PostgreSQL %(version)s is older than what Linli is tested with (14)."),
            _("Install a newer PostgreSQL and bring the data over with `linli backup` and `linli restore`."),
            {"version": version // 10000},
        )
    if encoding != "UTF8":
        yield (
            Error,
            _("The database keeps its text as %(encoding)s: Chinese names would be refused or spoilt."),
            _("Make the database anew with ENCODING 'UTF8', and restore the copy into it."),
            {"encoding": encoding},
        )
    if collation not in ("C", "C.UTF-8", "C.utf8", "POSIX"):
        yield (
            Warning,
            _("The database sorts by %(collation)s: an upgrade of the system can change that order under its indexes."),
            _("Make the database anew with LC_COLLATE 'C.UTF-8' TEMPLATE template0, and restore the copy into it."),
            {"collation": collation},
        )


# -- looking ---------------------------------------------------------------------------------------


def open_to_others(path: Path) -> bool:
    """Whether the group or anyone else may read it (Windows has no such bits and answers no)."""
    return os.name != "nt" and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def file_system_of(path: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """The kind of file system a folder lies on; empty where the system does not say."""
    try:
        lines = [line.split()[1:3] for line in mounts.read_text("utf-8").splitlines()]
    except OSError:
        return ""
    above = {str(each) for each in [path, *path.parents]}
    held = [(len(place), kind) for place, kind in lines if place.replace("\\040", " ") in above]
    return max(held, default=(0, ""))[1]


def asked_processes() -> int:
    """How many processes the environment asks granian or gunicorn for; `linli serve` refuses more than one itself."""
    asked = [os.environ.get(name, "") for name in ("GRANIAN_WORKERS", "WEB_CONCURRENCY")]
    return max([int(number) for number in asked if number.isdecimal()], default=1)


def served_with_https() -> bool:
    """Whether the settings say so, or the server that runs at this moment."""
    return settings.HTTPS or (locks.in_use(locks.SERVER) and locks.holder(locks.SERVER)["where"].startswith("https:"))


def postgres_facts() -> tuple[int, str, str]:
    """Version, encoding and collation of the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int, pg_encoding_to_char(encoding), datcollate"
            " FROM pg_database WHERE datname = current_database()"
        )
        version, encoding, collation = cursor.fetchone()
    return version, encoding, collation
