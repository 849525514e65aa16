"""A sheet of posts (岗位表): read, looked through row by row, and then offered all at once or not at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from linli.ground.hands import Hand
from linli.ground.words import gettext_noop as _

from . import appointing, boards, inviting, queries, sheets
from .appointing import Appointment
from .models import Account, Bureau, Invitation, TeamPlace, TeamUse
from .reach import CHINESE, Reach
from .roles import ROLES
from .sheets import Line, RowsWrong

HEADINGS = {
    "name": ("姓名", "name"),
    "role": ("角色", "role"),
    "title": ("岗位", "岗位名称", "post", "title"),
    "area": ("区划", "区划代码", "区划名称", "网格", "社区", "area"),
    "reach": ("数据范围", "范围", "reach"),
    "board": ("板块", "board"),
    "holder": ("A/B岗", "AB岗", "a/b"),
    "place": ("席位", "队伍席位", "place"),
    "bureau": ("委办局", "部门", "bureau"),
    "account": ("账号", "登录名", "account"),
    "since": ("起", "起始日期", "到岗日期", "since"),
    "until": ("止", "截止日期", "until"),
}
NEEDED = ("name", "role", "area")


@dataclass(frozen=True)
class Row:
    """One line of the sheet as it was understood, and what is wrong with it. Someone with an account is named."""

    number: int
    name: str
    asked: Appointment | None
    wrong: tuple[str, ...] = ()
    account: Account | None = None


@dataclass(frozen=True)
class Known:
    """What the sheet's words are looked up in: areas by name, the shapes of their teams, accounts, bureaus."""

    areas: dict[str, list[str]]
    uses: Mapping[str, TeamUse]
    accounts: dict[str, Account]
    bureaus: dict[str, list[Bureau]]


@dataclass
class _Reading:
    """One line being read: what it says by column, and the complaints that gather."""

    cells: dict[str, str]
    wrong: list[str] = field(default_factory=list)

    def says(self, key: str) -> str:
        """What stands in a column; nothing where the sheet has none such."""
        return self.cells.get(key, "")


def looked_through(name: str, content: bytes, *, by: Hand, today: date) -> list[Row]:
    """Every line of the sheet, understood or with what is wrong with it; nothing is written."""
    found = sheets.lines(name, content, HEADINGS, NEEDED)
    known = _known(found, today)
    return [_row(line, known, by=by, today=today) for line in found]


def _known(found: list[Line], today: date) -> Known:
    """Everything the sheet names, in a few questions however long it is."""
    said = {key: {line.cells.get(key, "") for line in found} - {""} for key in HEADINGS}
    areas = sheets.area_names(said["area"])
    accounts = Account.objects.filter(Q(sign_in_name__in=said["account"]) | Q(ref__in=said["account"]), is_active=True)
    bureaus: dict[str, list[Bureau]] = {}
    for bureau in Bureau.objects.filter(name__in=said["bureau"], until=None):
        bureaus.setdefault(bureau.name, []).append(bureau)
    return Known(
        areas,
        queries.uses_of((code for several in areas.values() for code in several), today=today),
        {key: account for account in accounts for key in (account.sign_in_name, account.ref)},
        bureaus,
    )


def _row(line: Line, known: Known, *, by: Hand, today: date) -> Row:
    reading = _Reading(line.cells)
    account = _account(reading, known, by, today)
    if not (line.cells["name"] or account):
        reading.wrong.append(_("no name"))
    area = _area(reading, known, by)
    place = _place(reading, known.uses.get(area))
    asked = Appointment(
        role=_role(reading),
        area=area,
        reach=_reach(reading, by),
        board=_board(reading, area),
        holder=_holder(reading),
        title=reading.says("title"),
        bureau=_bureau(reading, known, area),
        team=place.shape if place else None,
        place=place.slug if place else "",
        since=_day(reading, "since") or today,
        until=_day(reading, "until"),
    )
    name = line.cells["name"] or (account.name if account else "")
    wrong = tuple(reading.wrong)
    return Row(line.number, name, None if wrong else asked, wrong, None if wrong else account)


def _account(reading: _Reading, known: Known, by: Hand, today: date) -> Account | None:
    """Someone who has an account already, by the name they sign in with or their reference."""
    found = known.accounts.get(reading.says("account"))
    if found and appointing.may_be_named(found, by=by, today=today):
        return found
    if reading.says("account"):
        reading.wrong.append(_("no such account within yours"))
    return None


def _role(reading: _Reading) -> str:
    """By slug, or by its name in either language."""
    asked = reading.says("role")
    found = next((role.slug for role in ROLES.values() if asked in (role.slug, role.name, role.chinese)), "")
    if not found:
        reading.wrong.append(_("no such role"))
    return found


def _area(reading: _Reading, known: Known, by: Hand) -> str:
    """By code, or by a name that only one area within the giver's scope bears."""
    code, wrong = sheets.area(reading.says("area"), known.areas, by=by)
    reading.wrong.extend([wrong] if wrong else [])
    return code


def _reach(reading: _Reading, by: Hand) -> Reach | None:
    """By the word practitioners use (全部, 本级, 本级及以下, 本人) or its English; else as usual for the role."""
    asked = reading.says("reach")
    found = next((each for each in Reach if asked in (each.value, each.label, CHINESE[each])), None)
    if asked and (found is None or found is Reach.CHOSEN):
        reading.wrong.append(_("a sheet cannot give chosen areas") if found else _("no such reach"))
    if found is Reach.ALL and not by.may(appointing.Permission.ACCOUNT_MANAGE, within=""):
        reading.wrong.append(_("reaches further than your own post"))
    return found


def _board(reading: _Reading, area: str) -> str:
    """One of the boards of the area's level: 经济发展 is a board of both."""
    asked = reading.says("board")
    fitting = boards.for_area(area)
    found = [board.slug for board in fitting if asked in (board.slug, board.name, board.english)]
    if asked and not found:
        reading.wrong.append(_("no such board"))
    return found[0] if asked and found else ""


def _holder(reading: _Reading) -> str:
    asked = reading.says("holder").upper().removesuffix("岗")
    if asked not in ("", "A", "B"):
        reading.wrong.append(_("neither A nor B"))
    return asked if asked in ("A", "B") else ""


def _place(reading: _Reading, use: TeamUse | None) -> TeamPlace | None:
    """A place of the shape that the team of the area has."""
    asked = reading.says("place")
    places = use.shape.places.all() if use else []
    found = next((place for place in places if asked in (place.slug, place.name)), None) if asked else None
    if asked and found is None:
        reading.wrong.append(_("the team there has no such place") if use else _("no shape is set for the team there"))
    return found


def _bureau(reading: _Reading, known: Known, area: str) -> Bureau | None:
    """By name; of several districts', the one the area lies in or holds."""
    asked = reading.says("bureau")
    near = [each for each in known.bureaus.get(asked, []) if area.startswith(each.area_code)]
    if asked and not near:
        reading.wrong.append(_("no such bureau"))
    return near[0] if near else None


def _day(reading: _Reading, key: str) -> date | None:
    asked = reading.says(key)
    if not asked:
        return None
    try:
        return date.fromisoformat(asked.replace("/", "-").replace(".", "-"))
    except ValueError:
        reading.wrong.append(_("a day that is none"))
        return None


@transaction.atomic
def offer(rows: Iterable[Row], *, by: Hand, at: datetime) -> list[tuple[Invitation, str]]:
    """Every post of the sheet stands, or, if any row is wrong, none.

    Who has an account holds the post at once; to the others it is offered, each with its code.
    """
    rows = list(rows)
    must_be_right([(row.number, row.wrong) for row in rows])
    offers = []
    for row in rows:
        assert row.asked is not None
        if row.account:
            appointing.give(row.account, row.asked, by=by, at=at)
        else:
            offers.append(inviting.invite(row.name, row.asked, by=by, at=at))
    return offers


def must_be_right(rows: Iterable[tuple[int, tuple[str, ...]]]) -> None:
    """Refuses when anything is wrong with any of these rows."""
    if wrong := [(number, why) for number, why in rows if why]:
        which = "; ".join(f"{number}: {', '.join(map(gettext, why))}" for number, why in wrong[:10])
        raise RowsWrong(count=len(wrong), which=which)
