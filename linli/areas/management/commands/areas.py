"""`linli areas`: import division codes and boundaries, compare vintages, redraw and undo, found and rename."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from linli.areas import comparing, importing, keeping, past, queries, redrawing, tables, undoing
from linli.areas.importing import Brought, Proposal
from linli.areas.redrawing import Preview
from linli.geo.points import Crs
from linli.ground import refs
from linli.ground.hands import Program
from linli.ground.words import gettext_noop
from linli.web.middleware import sentence
from linli.web.progress import Progress

BY = Program("console")


def file(text: str) -> Path:
    """An existing file."""
    path = Path(text)
    if not path.is_file():
        raise ArgumentTypeError(_("there is no file %(path)s") % {"path": text})
    return path


def root(text: str) -> tuple[str, str]:
    """A code and a name."""
    code, colon, name = text.partition(":")
    if not colon:
        raise ArgumentTypeError(_("write it as 50:重庆市"))
    return code, name


class Command(BaseCommand):
    help = _("Import, compare, redraw, found and rename areas.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        for name, (words, arguments, _do) in STEPS.items():
            step = steps.add_parser(name, help=_(words))
            for flags, options in arguments:
                step.add_argument(*flags.split(), **options | {"help": _(options["help"])})

    def handle(self, *_args: str, step: str, **options: object) -> None:
        _words, _arguments, do = STEPS[step]
        with Progress() as self.tell:
            do(self, Namespace(**options), datetime.now(UTC))

    def say(self, words: str, **facts: object) -> None:
        """One line of output."""
        self.stdout.write(words % facts if facts else words)


def bring_in(command: Command, asked: Namespace, at: datetime) -> None:
    """`areas import`."""
    if not asked.codes and not asked.boundaries:
        raise CommandError(_("Name a table (--codes), a boundary file (--boundaries), or both."))
    material = importing.read(
        table=asked.codes, boundaries=asked.boundaries, crs=asked.crs, root=asked.root, tell=command.tell
    )
    proposal = importing.propose(material)
    show_proposal(command, proposal)
    proposal.must_be_sound()
    if asked.dry_run:
        command.say(_("Nothing was written: this was a trial."))
        return
    show_brought(
        command, importing.bring(material, since=asked.since, source=asked.source, by=BY, at=at, tell=command.tell)
    )


def show_proposal(command: Command, proposal: Proposal) -> None:
    """What an import would do, and everything a person should look at."""
    labels = {
        "new": _("new areas"),
        "renamed": _("renamed areas"),
        "same": _("areas as they stand"),
        "clashing": _("codes given more than once"),
        "missing": _("areas without the one above"),
        "local": _("codes in local use"),
        "boundaries": _("boundaries"),
        "alike": _("boundaries matched by a similar name"),
        "mended": _("boundaries mended"),
        "ambiguous": _("boundaries whose name fits several areas"),
        "unmatched": _("boundaries that fit no area"),
    }
    for kind, count in importing.kinds(proposal).items():
        if count:
            command.say(f"{count:>9,}  {labels[kind]}")
    for line, area in proposal.renamed[:20]:
        command.say(_("renamed: %(code)s %(old)s → %(new)s"), code=line.code, old=area.name, new=line.name)
    for code, land in proposal.alike:
        command.say(_("matched: %(name)s is taken for %(code)s"), name=land.name, code=code)
    for code, land in proposal.mended:
        why = sentence(land.complaint.words, land.complaint.facts) if land.complaint else ""
        command.say(_("mended: %(code)s %(name)s. %(why)s"), code=code, name=land.name, why=why)
    for land, fitting in proposal.ambiguous:
        command.say(
            _("left out: feature %(number)s %(name)s fits %(codes)s"),
            number=land.number,
            name=land.name,
            codes=", ".join(fitting),
        )
    for land in proposal.unmatched:
        command.say(
            _("left out: feature %(number)s %(name)s %(code)s fits no area"),
            number=land.number,
            name=land.name,
            code=land.code,
        )


def show_brought(command: Command, brought: Brought) -> None:
    """What was written."""
    if not brought.new + brought.renamed + brought.boundaries:
        command.say(_("Everything stands already; nothing was changed."))
        return
    command.say(
        _("Written: %(new)s new, %(renamed)s renamed, %(boundaries)s boundaries. Digest %(digest)s"),
        new=brought.new,
        renamed=brought.renamed,
        boundaries=brought.boundaries,
        digest=brought.digest,
    )


def found(command: Command, asked: Namespace, at: datetime) -> None:
    """`areas found`."""
    area = keeping.found(code=asked.code, name=asked.name, local=asked.local, since=asked.since, by=BY, at=at)
    command.say(_("Founded: %(code)s %(name)s"), code=area.code, name=area.name)


def rename(command: Command, asked: Namespace, at: datetime) -> None:
    """`areas rename`."""
    area = keeping.rename(queries.area(asked.code), name=asked.name, effective_on=asked.since, by=BY, at=at)
    command.say(_("Renamed: %(code)s %(name)s"), code=area.code, name=area.name)


def search(command: Command, asked: Namespace, _at: datetime) -> None:
    """`areas search`."""
    for area in queries.search(asked.words, within=asked.within):
        command.say(f"{area.code:<17}  {area.name}  {area.place}")


def compare(command: Command, asked: Namespace, _at: datetime) -> None:
    """`areas compare`."""
    table = tables.read(asked.file.read_bytes())
    table.must_be_single()
    old = dict(queries.within("").values_list("code", "name"))
    found = comparing.compare(old, {code: line.name for code, line in table.areas.items()})
    text = comparing.plan_text(found, source=asked.file.name)
    if asked.to:
        asked.to.write_text(text, "utf-8")
    else:
        command.say(text)
    command.stderr.write(
        _("As they stand: %(same)s. Proposed: %(proposed)s, of which %(unsure)s are guesses to be decided by hand.")
        % {
            "same": found.same,
            "proposed": len(found.proposed),
            "unsure": sum(each.confidence < comparing.SURE for each in found.proposed),
        }
    )


def redraw(command: Command, asked: Namespace, at: datetime) -> None:
    """`areas redraw`."""
    changes = comparing.read_plan(asked.plan)
    shown = redrawing.preview(changes, by=BY)
    show_preview(command, shown)
    if asked.dry_run:
        command.say(_("Nothing was written: this was a trial."))
        return
    if not (asked.yes or agreed(_("Redraw? Type yes: "))):
        command.say(_("Nothing was written."))
        return
    done = redrawing.redraw(changes, effective_on=asked.since or localdate(at), by=BY, at=at)
    command.say(_("Redrawn: %(ref)s. To take it back: linli areas undo %(ref)s"), ref=done.ref)


def agreed(question: str) -> bool:
    """Whether someone at a terminal says yes."""
    return sys.stdin.isatty() and input(question).strip().lower() in ("yes", "y", "是")


def show_preview(command: Command, shown: Preview) -> None:
    """What a redrawing touches: areas, boundaries, rows of each table; what would be orphaned or overlap."""
    for area in shown.areas:
        before, after = f"{area.old_code} {area.old_name}".strip(), f"{area.new_code} {area.new_name}".strip()
        command.say(f"{before or '+'} → {after or '×'}")
    command.say(
        _("%(areas)s areas; boundaries: %(ended)s end, %(made)s are new; %(rows)s rows get another code."),
        areas=len(shown.areas),
        ended=shown.boundaries_ended,
        made=shown.boundaries_made,
        rows=shown.rows,
    )
    for heading, tables_shown in ((_("moved"), shown.tables), (_("ORPHANED"), shown.orphans)):
        for table in tables_shown:
            command.say(f"{heading}: {table.name} ({table.label}): {table.rows:,}")
            for move in table.moves[:20]:
                command.say(f"  {move.old_code} → {move.new_code or '×'}: {move.rows:,}  {', '.join(move.samples)}")
    for overlap in shown.overlaps:
        command.say(
            _("%(label)s: %(first)s and %(second)s would both cover %(code)s"),
            label=overlap.label,
            first=overlap.first,
            second=overlap.second,
            code=overlap.code,
        )


def undo(command: Command, asked: Namespace, at: datetime) -> None:
    """`areas undo`."""
    told = undoing.undo(past.redrawing(refs.read(asked.ref, "D")), by=BY, at=at)
    command.say(
        _("Undone: %(rows)s rows are back; of those since, %(rule)s by area, %(point)s by point, %(default)s else."),
        rows=told.rows,
        rule=told.since_by_rule,
        point=told.since_by_point,
        default=told.since_by_default,
    )


SINCE = ("--since", {"type": date.fromisoformat, "help": gettext_noop("the day it holds from, as 2025-01-31")})
CODE = ("code", {"help": gettext_noop("the code of the area")})
NAME = ("name", {"help": gettext_noop("its name")})
Step = tuple[str, list[tuple[str, dict]], Callable[[Command, Namespace, datetime], None]]

STEPS: dict[str, Step] = {
    "import": (
        gettext_noop("bring in a division-code table, boundaries, or both"),
        [
            ("--codes", {"type": file, "metavar": "FILE.csv", "help": gettext_noop("codes and names (CSV, also .gz)")}),
            (
                "--boundaries",
                {"type": file, "metavar": "FILE.geojson", "help": gettext_noop("polygons by code or name")},
            ),
            (
                "--crs",
                {"choices": [str(crs) for crs in Crs], "default": "wgs84", "help": gettext_noop("how the file counts")},
            ),
            (
                "--root",
                {
                    "type": root,
                    "metavar": "50:重庆市",
                    "help": gettext_noop("the area above all, if the table lacks it"),
                },
            ),
            SINCE,
            ("--source", {"default": "", "help": gettext_noop("where the files come from")}),
            ("--dry-run", {"action": "store_true", "help": gettext_noop("only say what would be done")}),
        ],
        bring_in,
    ),
    "found": (
        gettext_noop("add one area"),
        [CODE, NAME, ("--local", {"action": "store_true", "help": gettext_noop("it has no statutory code")}), SINCE],
        found,
    ),
    "rename": (gettext_noop("give an area another name"), [CODE, NAME, SINCE], rename),
    "compare": (
        gettext_noop("propose the changes that lead to a newer table"),
        [
            ("file", {"type": file, "metavar": "FILE.csv", "help": gettext_noop("the newer table")}),
            ("--to", {"type": Path, "metavar": "PLAN.toml", "help": gettext_noop("where to write the plan")}),
        ],
        compare,
    ),
    "redraw": (
        gettext_noop("merge, split, move and rename by a plan; shown first"),
        [
            ("plan", {"type": file, "metavar": "PLAN.toml", "help": gettext_noop("the changes")}),
            SINCE,
            ("--dry-run", {"action": "store_true", "help": gettext_noop("only say what would be done")}),
            ("--yes", {"action": "store_true", "help": gettext_noop("do not ask")}),
        ],
        redraw,
    ),
    "undo": (
        gettext_noop("take a redrawing back"),
        [("ref", {"help": gettext_noop("its reference, as D-XXXXX-XX")})],
        undo,
    ),
    "search": (
        gettext_noop("find areas by name, pinyin or code"),
        [
            ("words", {"help": gettext_noop("part of it")}),
            ("--within", {"default": "", "help": gettext_noop("below this code")}),
        ],
        search,
    ),
}
