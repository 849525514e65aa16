"""The rows of a sheet of open matters: which column says what, moments as people write them, what is wrong."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.utils.timezone import get_default_timezone

from linli.bulk.sheets import days, reading, tables, values
from linli.bulk.sheets.cells import Cell, Complaint
from linli.bulk.sheets.headings import Heading, plain
from linli.bulk.sheets.tables import Row, Table
from linli.cases.models import Urgency
from linli.cases.stages import Stage
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

# The names a column bears, the likeliest first; compared without spaces, marks and what stands in brackets.
COLUMNS: dict[str, tuple[str, ...]] = {
    "number": (
        "工单编号",
        "事件编号",
        "案件编号",
        "受理编号",
        "工单号",
        "流水号",
        "编码",
        "number",
        "case number",
        "编号",
    ),
    "summary": ("标题", "事件标题", "事项", "事件名称", "诉求内容", "问题描述", "事件描述", "内容", "summary", "title"),
    "details": ("详情", "详细内容", "详细描述", "具体情况", "details"),
    "area": ("区划", "区划代码", "所属区划", "所属网格", "网格", "所属社区", "社区", "村社区", "area"),
    "place": ("地址", "详细地址", "事发地址", "事发地点", "地点", "place", "address"),
    "category": ("事项类别", "事件类别", "事件类型", "类别编码", "类别", "类型", "category"),
    "urgency": ("紧急程度", "紧急", "urgency"),
    "raised": ("上报时间", "登记时间", "受理时间", "来电时间", "诉求时间", "创建时间", "raised", "raised at"),
    "due": ("办理时限", "截止时间", "办结时限", "到期时间", "要求办结时间", "处置时限", "due", "due at"),
    "handler": ("承办单位", "处置单位", "办理单位", "责任单位", "处理人", "经办人", "承办人", "责任人", "handler"),
    "given": ("派单时间", "分拨时间", "交办时间", "转办时间", "dispatched", "dispatched at"),
    "state": ("状态", "办理状态", "当前状态", "工单状态", "当前环节", "state", "status"),
    "name": ("诉求人", "来电人", "反映人", "姓名", "raiser"),
    "phone": ("联系电话", "来电号码", "诉求人电话", "电话", "手机", "phone"),
}
NEEDED = ("number", "summary", "raised")
TEXTS = ("number", "summary", "details", "area", "place", "category", "handler", "name", "phone")
TIMES = ("raised", "due", "given")
GIVEN = (Stage.DISPATCHED, Stage.SIGNED, Stage.IN_PROGRESS)
STATES: dict[str, Stage] = {
    word: stage
    for stage, words in {
        Stage.REPORTED: ("待受理", "已上报", "已登记", "新建", "待审核", "reported", "new"),
        Stage.ACCEPTED: ("已受理", "待分拨", "待派单", "待分派", "待交办", "accepted", "open"),
        Stage.DISPATCHED: (
            "已分拨",
            "已派单",
            "已交办",
            "已转办",
            "待签收",
            "待接单",
            "待处置",
            "待处理",
            "dispatched",
        ),
        Stage.SIGNED: ("已签收", "已接单", "signed for"),
        Stage.IN_PROGRESS: ("处理中", "办理中", "处置中", "进行中", "跟进中", "in progress"),
        Stage.CLOSED: ("已办结", "办结", "已完成", "已关闭", "已结案", "已归档", "已作废", "作废", "closed", "done"),
    }.items()
    for word in words
}
URGENCIES: dict[str, Urgency] = {
    word: urgency
    for urgency, words in {
        Urgency.GENERAL: ("", "一般", "普通", "general"),
        Urgency.URGENT: ("紧急", "急", "加急", "urgent"),
        Urgency.EMERGENCY: ("特急", "特别紧急", "emergency"),
    }.items()
    for word in words
}
PLAIN = {plain(name): key for key, names in COLUMNS.items() for name in names}
CLOCK = re.compile(r"[ T]*(\d{1,2})\s*[:：时点]\s*(?:(\d{1,2})\s*(?:[:：分]\s*(?:(\d{1,2})(?:\.\d+)?\s*秒?)?)?)?$")
LAST_MINUTE = time(23, 59)  # 民法典 art. 203: a day ends at twenty-four o'clock

EMPTY = _("this is missing")
TWICE = _("this number stands twice in the file")
NOT_A_TIME = _("“%(what)s” is no time; write it as 2026-03-05 14:30")
TO_COME = _("it was raised later than now")
DUE_BEFORE = _("it is due before it was raised")
NO_STATE = _("“%(what)s” is no state we know; leave it empty or write 待受理, 已派单, 已签收 or 处理中")
CLOSED = _("it is closed; only open matters are taken over")
NO_URGENCY = _("“%(what)s” is no urgency; write 一般, 紧急 or 特急")
NOBODY = _("its state says that someone has it, and it names nobody")

Wrong = list[tuple[int | None, Complaint]]


class NoColumns(Refusal):
    """A sheet without the columns that a matter needs."""

    code, status = "taking-over.columns", 422
    words = _("No column of this sheet says the %(missing)s of a matter.")
    next_step = _("Name the columns 编号, 标题 and 上报时间, and send the sheet again. Nothing was written.")


@dataclass
class Matter:
    """What a row says of a matter, and what is wrong with it."""

    row: Row
    number: str = ""
    summary: str = ""
    details: str = ""
    area: str = ""
    place: str = ""
    category: str = ""
    urgency: Urgency = Urgency.GENERAL
    raised: datetime | None = None
    due: datetime | None = None
    given: datetime | None = None
    handler: str = ""
    stage: Stage = Stage.REPORTED
    name: str = ""
    phone: str = ""
    wrong: Wrong = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """A sheet of matters: its table, and which column says what."""

    table: Table
    columns: Mapping[str, Heading]

    @property
    def unused(self) -> list[str]:
        """The headings nothing is taken from."""
        used = {heading.column for heading in self.columns.values()}
        return [each.name for each in self.table.columns if each.name and each.column not in used]

    def matters(self, *, at: datetime) -> Iterator[Matter]:
        """Each row as a matter, in order."""
        seen: set[str] = set()
        for row in self.table.rows():
            matter = _matter(row, self.columns, at)
            if matter.number in seen:
                matter.wrong.append((self.columns["number"].column, Complaint(TWICE)))
            seen.add(matter.number)
            yield matter


def opened(path: Path) -> Sheet:
    """The first sheet that holds anything; refuses what is no spreadsheet, and one without the needed columns."""
    table = tables.table_of(reading.opened(path).sheet(), lambda name: plain(name) in PLAIN)
    found: dict[str, tuple[int, Heading]] = {}
    for heading in table.columns:
        key = PLAIN.get(plain(heading.name), "")
        rank = [plain(name) for name in COLUMNS[key]].index(plain(heading.name)) if key else 0
        if key and (key not in found or rank < found[key][0]):
            found[key] = rank, heading
    if missing := [COLUMNS[key][0] for key in NEEDED if key not in found]:
        raise NoColumns(missing="、".join(missing))
    return Sheet(table, {key: heading for key, (_rank, heading) in found.items()})


@dataclass(frozen=True)
class _Reader:
    """One row being read: its cells by what their columns say, and where to complain."""

    matter: Matter
    columns: Mapping[str, Heading]

    def cell(self, key: str) -> Cell:
        return self.matter.row.at(self.columns[key].column) if key in self.columns else ""

    def complain(self, key: str, words: str, **facts: object) -> None:
        self.matter.wrong.append((self.columns[key].column if key in self.columns else None, Complaint(words, facts)))

    def read(self, key: str, said: object, usual: object = None) -> None:
        """What a cell says, unless that is a complaint; one that is needed and says nothing is complained of."""
        if isinstance(said, Complaint):
            self.complain(key, said.words, **said.facts)
        elif key in NEEDED and not said:
            self.complain(key, EMPTY)
        setattr(self.matter, key, usual if isinstance(said, Complaint) or said is None else said)


def _matter(row: Row, columns: Mapping[str, Heading], at: datetime) -> Matter:
    matter = Matter(row)
    reader = _Reader(matter, columns)
    for key in TEXTS:
        reader.read(key, values.text(reader.cell(key)), "")
    for key in TIMES:
        reader.read(key, moment(reader.cell(key), last=key == "due"))
    if matter.raised and matter.raised > at:
        reader.complain("raised", TO_COME)
    if matter.raised and matter.due and matter.due < matter.raised:
        reader.complain("due", DUE_BEFORE)
    said = str(reader.cell("urgency")).strip()
    urgency = URGENCIES.get(said.lower()) or Complaint(NO_URGENCY, {"what": said[:20]})
    reader.read("urgency", urgency, Urgency.GENERAL)
    _state(reader)
    return matter


def _state(reader: _Reader) -> None:
    """The stage it is at: what it says, or, where it says nothing, given to whoever it names."""
    matter, said = reader.matter, str(reader.cell("state")).strip()
    usual = Stage.DISPATCHED if matter.handler else Stage.REPORTED
    stage = STATES.get(said.lower()) if said else usual
    if stage is None:
        reader.complain("state", NO_STATE, what=said[:20])
    elif stage is Stage.CLOSED:
        reader.complain("state", CLOSED)
    elif stage in GIVEN and not matter.handler:
        reader.complain("handler", NOBODY)
    elif stage not in GIVEN and matter.handler:
        stage = Stage.DISPATCHED
    matter.stage = stage or usual


def moment(cell: Cell, *, last: bool = False) -> datetime | Complaint | None:
    """A moment where the town is; a day alone begins, or, where it is the `last`, ends it. None where nothing is said.

    >>> zone = get_default_timezone()
    >>> for said in ("2026-03-05 14:30", "2026/3/5 8:05:09", "2026年3月5日9时30分", "2026-03-05", 46086.5):
    ...     print(f"{moment(said):%Y-%m-%d %H:%M}")
    2026-03-05 14:30
    2026-03-05 08:05
    2026-03-05 09:30
    2026-03-05 00:00
    2026-03-05 12:00
    >>> print(f"{moment('2026-03-05', last=True):%H:%M}", moment("无"), moment("大前天"))
    23:59 None “大前天” is no time; write it as 2026-03-05 14:30
    """
    zone = get_default_timezone()
    if isinstance(cell, datetime):
        found = cell if cell.tzinfo else cell.replace(tzinfo=zone)
        return _whole_day(found.date(), last) if found.time() == time(0) else found
    day = days.day(cell)
    if day is None:
        return None
    if not isinstance(day, date):
        return Complaint(NOT_A_TIME, {"what": str(cell)[:30]})
    if isinstance(cell, float) and not cell.is_integer():
        return _whole_day(day, last=False) + timedelta(minutes=round(cell % 1 * 1440))
    clock = CLOCK.search(cell.strip()) if isinstance(cell, str) else None
    if clock is None:
        return _whole_day(day, last)
    hour, minute, second = (int(part or 0) for part in clock.groups())
    if hour > 23 or minute > 59 or second > 59:
        return Complaint(NOT_A_TIME, {"what": str(cell)[:30]})
    return datetime.combine(day, time(hour, minute, second), zone)


def _whole_day(day: date, last: bool) -> datetime:
    return datetime.combine(day, LAST_MINUTE if last else time(0), get_default_timezone())
