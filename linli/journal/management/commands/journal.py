"""`linli journal verify | head | seal | followers | redeliver | accept-clock`."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext

from linli.ground.hands import Program
from linli.ground.refusals import Malformed
from linli.ground.words import gettext_noop as _
from linli.journal import clock, queries, redelivering, sealing, verifying, witness
from linli.journal.verifying import Verdict
from linli.journal.witness import Head
from linli.web.progress import Progress


class Command(BaseCommand):
    help = "The journal: prove it whole, show its head, seal what waits, look after its followers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        tasks = parser.add_subparsers(dest="task", required=True)
        verify = tasks.add_parser("verify", help="prove every sealed entry; exit code 1 when the journal is bent")
        verify.add_argument("--head", metavar="NUMBER:HASH", action="append", default=[], help="a head noted elsewhere")
        verify.add_argument("--json", action="store_true", help="the verdict for machines")
        tasks.add_parser("head", help="the end of the chain, to be noted elsewhere")
        tasks.add_parser("seal", help="seal now what the worker would seal within seconds")
        tasks.add_parser("followers", help="who follows, and what waits, fails or is stuck")
        again = tasks.add_parser(
            "redeliver", help="history for a follower that came later; what is stuck is tried again"
        )
        again.add_argument("follower")
        again.add_argument("--since", metavar="DATE", default="", help="entries from this day or moment on")
        tasks.add_parser("accept-clock", help="the server's clock is right now; later moments it showed do not count")

    def handle(self, *, task: str, **options: Any) -> None:
        with Progress() as self.tell:
            getattr(self, task.replace("-", "_"))(**options)

    def verify(self, *, head: list[str], **options: Any) -> None:
        """Says what is bent, entry by entry."""
        verdict = verifying.verify(noted=[read_head(text) for text in head], tell=self.tell)
        self.stdout.write(as_json(verdict) if options["json"] else "\n".join(sentences(verdict)))
        if not verdict.whole:
            raise CommandError(gettext("The journal is bent."), returncode=1)

    def head(self, **options: Any) -> None:
        """One line that `verify --head` takes."""
        end = sealing.head()
        self.stdout.write(f"{end.number}:{end.hash}")

    def seal(self, **options: Any) -> None:
        """Seals everything committed."""
        sealed = sealing.seal_all(at=timezone.now())
        self.stdout.write(gettext("%(count)s entries sealed.") % {"count": sealed})

    def followers(self, **options: Any) -> None:
        """One line each."""
        for standing in queries.standings():
            state = "" if standing.known else gettext("(no room declares it)")
            counts = gettext("waiting %(waiting)s, failing %(failing)s, stuck %(stuck)s") % asdict(standing)
            self.stdout.write(f"{standing.follower:<40} {counts} {state}".rstrip())

    def accept_clock(self, **options: Any) -> None:
        """Lets everyone in again after a clock that was ahead was set right."""
        clock.accept(by=Program("console"), at=timezone.now())
        self.stdout.write(gettext("The clock is accepted as it stands."))

    def redeliver(self, *, follower: str, since: str, **options: Any) -> None:
        """Asks for history."""
        at = timezone.now()
        added, stuck = redelivering.redeliver(
            follower, since=read_moment(since), by=Program("console"), at=at, tell=self.tell
        )
        words = gettext("%(added)s entries will be delivered to %(follower)s, %(stuck)s stuck ones are tried again.")
        self.stdout.write(words % {"added": added, "follower": follower, "stuck": stuck})


def read_head(text: str) -> Head:
    """NUMBER:HASH; refuses anything else."""
    head = witness.read(text.strip().replace(":", " ", 1))
    if head is None:
        raise Malformed(what=text, why=_("a head reads NUMBER:HASH, as `linli journal head` prints it"))
    return head


def read_moment(text: str) -> datetime | None:
    """A day (its beginning here) or a moment; refuses anything else."""
    if not text:
        return None
    try:
        day, moment = parse_date(text), parse_datetime(text)
    except ValueError:
        day = moment = None
    found = datetime(day.year, day.month, day.day) if day else moment  # noqa: DTZ001 - made aware below
    if found is None:
        raise Malformed(what=text, why=_("a day reads 2026-11-24"))
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def sentences(verdict: Verdict) -> list[str]:
    """What a person reads."""
    facts = {"sealed": f"{verdict.sealed:,}", "unsealed": f"{verdict.unsealed:,}", "bent": verdict.bent}
    lines = [gettext(finding.words) % finding.told() for finding in verdict.findings]
    if verdict.bent > len(lines):
        lines.append(gettext("%(more)s more.") % {"more": verdict.bent - len(lines)})
    result = _("The journal is whole: %(sealed)s entries proven.")
    if not verdict.whole:
        result = _("The journal is bent in %(bent)s places; %(sealed)s entries were read.")
    lines.append(gettext(result) % facts)
    lines.append(gettext("%(unsealed)s entries are not sealed yet.") % facts)
    lines.append(gettext("Head: %(head)s") % {"head": f"{verdict.head.number}:{verdict.head.hash}"})
    return lines


def as_json(verdict: Verdict) -> str:
    """What a machine reads."""
    findings = [{"bend": str(found.bend), **found.told()} for found in verdict.findings]
    shown = {"whole": verdict.whole, "sealed": verdict.sealed, "unsealed": verdict.unsealed, "bent": verdict.bent}
    head = {"number": verdict.head.number, "hash": verdict.head.hash}
    return json.dumps({**shown, "head": head, "findings": findings}, ensure_ascii=False)
