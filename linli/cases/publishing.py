"""The published list (分级分类库) is brought as a table and edited line by line; what held before is kept."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.db.models import DateField, F, Q, Value
from django.db.models.functions import Greatest
from django.utils.timezone import localdate

from linli.access import boards, sheets
from linli.areas import codes, editions
from linli.areas.codes import Level
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import terms
from .models import Category, Line

EXAMPLE = Path(__file__).with_name("data") / "lines.csv"
HEADINGS: dict[str, Sequence[str]] = {
    "code": ("编码", "code"),
    "parent": ("上级编码", "parent"),
    "name": ("名称", "事项", "name"),
    "english": ("英文名称", "english"),
    "board": ("板块", "board"),
    "level": ("层级", "level"),
    "lead": ("牵头", "牵头单位", "lead"),
    "supporting": ("配合", "配合单位", "supporting"),
    "basis": ("依据", "法律依据", "basis"),
    "closing": ("办结标准", "closing"),
    "photo": ("须附照片", "photo"),
    "term_general": ("一般时限", "general"),
    "term_urgent": ("紧急时限", "urgent"),
    "term_emergency": ("特急时限", "emergency"),
    "source": ("来源", "source"),
    "status": ("状态", "status"),
}
NEEDED = ("code", "name", "level", "lead")
LEVELS: dict[str, Level] = {
    word: level
    for level, words in {
        Level.GRID: ("grid", "网格"),
        Level.COMMUNITY: ("community", "村社区", "社区", "村"),
        Level.TOWNSHIP: ("township", "镇街", "乡镇", "街道"),
        Level.DISTRICT: ("district", "区县"),
    }.items()
    for word in words
}
NAMES = {Level.GRID: "网格", Level.COMMUNITY: "村社区", Level.TOWNSHIP: "镇街", Level.DISTRICT: "区县"}
YES = {"yes", "是", "y", "1", "√"}
LINE: tuple[str, ...] = ("level", "lead", "supporting", "basis", "closing", "photo")
LINE += ("term_general", "term_urgent", "term_emergency", "source", "status")


class NotToday(Refusal):
    """A list that would have held already."""

    code, status = "routing.past", 422
    words = _("A list holds from today on; %(since)s is past.")
    next_step = _("What was given to someone by the list of then stays so. Choose today or later. Nothing was written.")


@dataclass(frozen=True)
class Row:
    """One row of the table: an event type, and its line where it has one. `wrong` says what cannot be taken."""

    number: int
    code: str
    parent: str
    name: str
    english: str
    board: str
    line: Mapping[str, object] | None
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preview:
    """What a table would change: how many lines are new, changed, the same, not in it any more; and the wrong rows."""

    new: tuple[Row, ...]
    changed: tuple[Row, ...]
    same: int
    missing: tuple[Line, ...]
    wrong: tuple[Row, ...]
    categories: tuple[Row, ...]


def read(name: str, content: bytes) -> list[Row]:
    """The rows of a table. What is wrong with one is said with it; refuses a file that is no table."""
    rows = [_row(line) for line in sheets.lines(name, content, HEADINGS, NEEDED)]
    known = {row.code for row in rows} | set(Category.objects.values_list("code", flat=True))
    twice = {code for code, times in Counter(row.code for row in rows).items() if times > 1}
    return [_checked(row, known, twice) for row in rows]


def _checked(row: Row, known: set[str], twice: set[str]) -> Row:
    wrong = list(row.wrong)
    if row.code in twice:
        wrong.append(_("this code stands twice"))
    if row.parent and row.parent not in known:
        wrong.append(_("no such event type above it"))
    return replace(row, wrong=tuple(wrong))


def _row(line: sheets.Line) -> Row:
    cells = {key: line.cells.get(key, "").strip() for key in HEADINGS}
    wrong: list[str] = [] if cells["code"] and cells["name"] else [_("no code or no name")]
    board = _board(cells["board"], wrong)
    kept = _line(cells, wrong) if cells["level"] or cells["lead"] else None
    return Row(line.number, cells["code"], cells["parent"], cells["name"], cells["english"], board, kept, tuple(wrong))


def _board(text: str, wrong: list[str]) -> str:
    """A board of the township, by slug or name in either language."""
    for board in boards.of_level("township"):
        if text in (board.slug, board.name, board.english):
            return board.slug
    wrong.append(_("no such board"))
    return ""


def _line(cells: Mapping[str, str], wrong: list[str]) -> Mapping[str, object]:
    level = LEVELS.get(cells["level"].lower())
    if level is None:
        wrong.append(_("no such level"))
    if not cells["lead"]:
        wrong.append(_("nobody leads it"))
    kept: dict[str, object] = {name: cells[name] for name in LINE}
    kept |= {"level": int(level or 0), "photo": cells["photo"].lower() in YES}
    for name in ("term_general", "term_urgent", "term_emergency"):
        try:
            term = terms.read(cells[name])
        except terms.NotATerm:
            wrong.append(_("a term that is none"))
        else:
            kept[name] = str(term) if term else ""
    return kept


def preview(rows: Sequence[Row], *, area: str) -> Preview:
    """What the table would change where it is published. Nothing is touched.

    The tree of event types is one for all: an area adds to it, and changes no word of it that others read too.
    """
    rows = _by_the_tree(rows) if area else rows
    standing = {line.category.code: line for line in _standing(area)}
    good = [row for row in rows if not row.wrong]
    lines = [row for row in good if row.line is not None]
    new = [row for row in lines if row.code not in standing]
    changed = [row for row in lines if row.code in standing and _differs(row, standing[row.code])]
    missing = [line for code, line in standing.items() if code not in {row.code for row in rows}]
    return Preview(
        tuple(new),
        tuple(changed),
        len(lines) - len(new) - len(changed),
        tuple(missing),
        tuple(row for row in rows if row.wrong),
        tuple(good),
    )


def _by_the_tree(rows: Sequence[Row]) -> list[Row]:
    """Rows that call a known event type otherwise, or place it elsewhere, are wrong: their lines would be another's."""
    tree = Category.objects.in_bulk({row.code for row in rows}, field_name="code")
    return [_called_alike(row, tree.get(row.code)) for row in rows]


def _called_alike(row: Row, known: Category | None) -> Row:
    if known is None or row.wrong:
        return row
    said = ((row.name, known.name), (row.parent, known.parent), (row.board, known.board))
    alike = all(here in ("", there) for here, there in said)
    return row if alike else replace(row, wrong=(_("everywhere else this code is called or placed otherwise"),))


def _standing(area: str) -> list[Line]:
    return list(Line.objects.filter(area_code=area, until=None).select_related("category").order_by("category__code"))


def _differs(row: Row, line: Line) -> bool:
    assert row.line is not None
    return any(getattr(line, name) != row.line[name] for name in LINE)


@transaction.atomic
def publish(
    rows: Sequence[Row], *, area: str = "", since: date, complete: bool = False, by: Hand, at: datetime
) -> Preview:
    """The lines hold in the area and below from that day on; the ones they replace end with it and are kept.

    `complete` ends what the table does not name. Wrong rows are left out; they are told. What event types are called
    is changed by a table for everywhere alone. Refuses a day that is past.
    """
    editions.hold(area)
    by.must(Permission.ROUTING_KEEP, within=area)
    if since < localdate(at):
        raise NotToday(since=str(since))
    found = preview(rows, area=area)
    _categories(found.categories, since, rename=not area)
    ended = [row.code for row in found.changed] + ([line.category.code for line in found.missing] if complete else [])
    _end([*ended, *(row.code for row in found.new)], area, since)
    known = dict(Category.objects.values_list("code", "pk"))
    made = [_made(row, known[row.code], area, since) for row in (*found.new, *found.changed)]
    Line.objects.bulk_create(made)
    digest = writing.digest([(row.code, *map(str, (row.line or {}).values())) for row in (*found.new, *found.changed)])
    counts = {"new": len(found.new), "changed": len(found.changed), "ended": len(ended) - len(found.changed)}
    writing.write(
        "routing.imported", thing=area or "everywhere", by=by, at=at, area=area, rows=len(made), digest=digest, **counts
    )
    return found


def _end(codes: Sequence[str], area: str, since: date) -> None:
    """No line of these holds from that day on; one that was to begin later never does."""
    rows = Line.objects.filter(Q(until=None) | Q(until__gt=since), area_code=area, category__code__in=codes)
    rows.update(until=Greatest(F("since"), Value(since, DateField())))


def _categories(rows: Iterable[Row], since: date, *, rename: bool) -> None:
    """Event types that are new are in the tree; known ones are called as the table says where it holds everywhere."""
    standing = Category.objects.in_bulk(field_name="code")
    new, changed = [], []
    for row in rows:
        named = {"parent": row.parent, "name": row.name, "english": row.english, "board": row.board}
        old = standing.get(row.code)
        if old is None:
            new.append(Category(code=row.code, since=since, **named))
        elif rename and any(getattr(old, name) != value for name, value in named.items()):
            for name, value in named.items():
                setattr(old, name, value)
            changed.append(old)
    Category.objects.bulk_create(new)
    Category.objects.bulk_update(changed, ["parent", "name", "english", "board"])


def _made(row: Row, category: int, area: str, since: date) -> Line:
    assert row.line is not None
    return Line(category_id=category, area_code=area, since=since, **row.line)


@transaction.atomic
def change(line: Line, values: Mapping[str, object], *, since: date, by: Hand, at: datetime) -> Line:
    """The line says so from that day on; what it said before ends with that day and is kept. Refuses a past day."""
    by.must(Permission.ROUTING_KEEP, within=line.area_code)
    if since < localdate(at):
        raise NotToday(since=str(since))
    assert set(values) <= set(LINE), values
    old = Line.objects.select_for_update().select_related("category").get(pk=line.pk)
    old.until = max(since, old.since)
    old.save(update_fields=["until"])
    said = {name: getattr(old, name) for name in LINE} | dict(values)
    made = Line.objects.create(category=old.category, area_code=old.area_code, since=since, **said)
    named = " ".join(sorted(values))
    writing.write("routing.changed", thing=old.category.code, by=by, at=at, area=old.area_code, facts=named)
    return made


def table(*, area: str = "") -> list[list[str]]:
    """The list as it stands where it is published, as a table: headings first. What `read` reads."""
    lines = {line.category.code: line for line in _standing(area)}
    rows = [[headings[0] for headings in HEADINGS.values()]]
    for category in Category.objects.order_by("code"):
        line = lines.get(category.code)
        said = [category.code, category.parent, category.name, category.english, category.board]
        rows.append([*said, *(_cells(line) if line else [""] * len(LINE))])
    return rows


def _cells(line: Line) -> list[str]:
    said = {name: str(getattr(line, name)) for name in LINE}
    return list((said | {"level": NAMES[Level(line.level)], "photo": "是" if line.photo else ""}).values())


def area_of(code: str) -> str:
    """Where a list is published, as it was sent; "" is everywhere."""
    return codes.read(code) if code else ""
