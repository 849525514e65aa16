"""Lists as files: the layout that was asked for, masked unless someone may and says why, written in the background."""

import re
import zipfile
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from linli.access.actors import Actor
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound, NotPermitted, Refusal
from linli.journal.models import Entry
from linli.registers import chores, exporting, keeping, secrets, taking
from linli.registers.exporting import Wish
from linli.registers.listing import Asked
from linli.registers.models import Export, ListLayout, Register
from linli.registers.tags import Condition
from linli.site.registers import exports, tasks
from tests.browser import small_town
from tests.rooms.registers.conftest import BY, GRID

P = Permission
MAY = frozenset({P.REGISTER_READ, P.REGISTER_EXPORT})
CLERK = Actor("A-CLERK", "周社", "S", "community-clerk", GRID[:12], MAY)
SECRETARY = Actor("A-SEC", "书记", "S", "x", GRID[:12], MAY | {P.REGISTER_UNMASK, P.REGISTER_SECRET})
OUTSIDER = Actor("A-OUT", "外人", "S", "x", "500198", MAY)
COLUMNS = ("person.identity_number", "person.name", "person.born_on", "person.age", "person.lives_alone")


@pytest.fixture
def town(home, at, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    said = {"person.name": "单雄信", "person.phone": "13800005678", "person.identity_number": "11010519491231002X"}
    home.shan = keeping.add(Register.PERSON, said | {"person.born_on": date(1949, 12, 31)}, area=GRID, by=BY, at=at)
    home.shan.dwelling = home.next_door
    home.shan.save()
    return home


def asked(**more):
    return Asked(Register.PERSON, **({"columns": COLUMNS, "where": (Condition("person.age", "gte", 76),)} | more))


def exported(path, at, by=CLERK, wish=asked, **shapes):
    """The rows of the file, with its headings."""
    form = shapes.pop("form", "csv")
    exporting.export(wish(), path / "x", Wish(form=form, **shapes), names={GRID: "第一网格"}, by=by, at=at)
    return [line.split(",") for line in (path / "x").read_text("utf-8-sig").splitlines()]


def test_a_list_leaves_masked_in_the_order_of_its_columns(town, tmp_path, at):
    headings, *rows = exported(tmp_path, at, tags=True)
    assert headings[1:4] == ["公民身份号码", "姓名", "出生日期"] and headings[-3:] == ["标签", "区划", "数据日期"]
    [shan] = [row for row in rows if row[0] == town.shan.ref]
    assert shan[1:6] == ["110***********002X", "单**", "1949-**-**", "76", "是"]
    assert "独居老人" in shan[6] and shan[7] == "第一网格"
    entry = Entry.objects.get(verb="list.exported")
    assert entry.rows == len(rows) and "masked" in entry.facts


@pytest.mark.parametrize(
    ("shapes", "number", "born"),
    [
        ({"numbers": "tail"}, "002X", "1949-**-**"),
        ({"numbers": "whole"}, "11010519491231002X", "1949-**-**"),
        ({"numbers": "grouped", "days": "dots", "plain": True}, "110105 19491231 002X", "1949.12.31"),
        ({"days": "bare", "plain": True}, "110***********002X", "19491231"),
        ({"days": "chinese", "plain": True}, "110***********002X", "1949年12月31日"),
        ({"days": "iso", "plain": True}, "110***********002X", "1949-12-31"),
    ],
)
def test_numbers_and_days_stand_as_they_were_asked_for(town, tmp_path, at, shapes, number, born):
    rows = exported(tmp_path, at, by=SECRETARY, reason="the flood list", **shapes)
    [shan] = [row for row in rows if row[0] == town.shan.ref]
    assert (shan[1], shan[3].strip("\t")) == (number, born)


@pytest.mark.parametrize(
    ("by", "shapes", "refused"),
    [
        (CLERK, {"plain": True, "reason": "the flood list"}, NotPermitted),
        (CLERK, {"numbers": "whole", "reason": "the flood list"}, NotPermitted),
        (SECRETARY, {"plain": True}, secrets.ReasonNeeded),
        (SECRETARY, {"numbers": "grouped"}, secrets.ReasonNeeded),
        (CLERK, {"form": "pdf"}, exporting.NoSuchForm),
        (CLERK, {"numbers": "all"}, exporting.NoSuchForm),
        (CLERK, {"days": "moon"}, exporting.NoSuchForm),
    ],
)
def test_what_may_not_leave_does_not_and_nothing_is_noted(town, tmp_path, at, by, shapes, refused):
    with pytest.raises(refused):
        exported(tmp_path, at, by=by, **shapes)
    assert not Entry.objects.filter(verb__startswith="list.").exists() and not (tmp_path / "x").exists()


def test_whole_numbers_bear_a_mark_and_are_journalled_as_secret(town, tmp_path, at):
    rows = exported(tmp_path, at, by=SECRETARY, numbers="whole", reason="the flood list")
    assert "the flood list" in rows[0][0] + "".join(rows[0]) and "A-SEC" in "".join(rows[0])
    assert '"secret"' in Entry.objects.get(verb="list.exported-unmasked").facts


def test_a_file_without_its_entry_is_gone(town, tmp_path, at, monkeypatch):
    monkeypatch.setattr(exporting.writing, "write", lambda *_args, **_named: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        exported(tmp_path, at)
    assert not (tmp_path / "x").exists()


def test_every_row_stands_once_though_few_are_read_at_a_time(town, tmp_path, at, monkeypatch):
    for number in range(7):
        keeping.add(Register.PERSON, {"person.name": "同名"}, area=GRID, by=BY, at=at + timedelta(days=number % 2))
    monkeypatch.setattr(exporting, "AT_ONCE", 2)
    for by in ("", "fresh", "newest"):
        rows = exported(tmp_path, at, wish=lambda by=by: Asked(Register.PERSON, by=by))
        assert len({row[0] for row in rows[1:]}) == len(rows) - 1 == 11


def test_an_outsider_takes_away_nobody(town, tmp_path, at):
    assert len(exported(tmp_path, at, by=OUTSIDER)) == 1


@pytest.mark.parametrize("register", Register)
def test_every_workbook_is_whole_for_every_reader(town, tmp_path, at, register):
    """Each part is well formed and named, what the book says is there is there, and three readers see the same."""
    path = tmp_path / "x.xlsx"
    wish = Wish(plain=True, reason="=1+1 <&> 防汛\x01", tags=True)
    count = exporting.export(Asked(register), path, wish, names={}, by=SECRETARY, at=at)
    with zipfile.ZipFile(path) as book:
        assert book.testzip() is None
        names = set(book.namelist())
        types = ElementTree.fromstring(book.read("[Content_Types].xml"))
        assert {each.get("PartName", "").lstrip("/") for each in types if each.tag.endswith("Override")} <= names
        for name in names:
            ElementTree.fromstring(book.read(name))
        for ties in [name for name in names if name.endswith(".rels")]:
            above = re.sub(r"_rels/[^/]+$", "", ties)
            told = [each.get("Target", "") for each in ElementTree.fromstring(book.read(ties))]
            assert {target.lstrip("/") if target.startswith("/") else above + target for target in told} <= names
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert len(rows) == count + 2 and "=1+1" in rows[0][0]
    assert len({len(row) for row in rows}) == 1


def test_a_long_list_is_written_in_the_background_and_deleted_in_time(town, at, tmp_path):
    made = taking.begin(asked(), Wish(form="csv"), by=CLERK, at=at)
    assert made.stage == taking.WAITING and "person" not in str(Export.objects.values("account", "form", "area_code"))
    taking.carry(made.ref, by=CLERK, at=at)
    made.refresh_from_db()
    path = taking.path_of(made)
    assert (made.stage, made.done) == (taking.READY, 2)
    assert path.stat().st_mode & 0o077 == 0 and path.parent.stat().st_mode & 0o077 == 0
    with pytest.raises(NotFound):
        taking.one(made.ref, viewer=OUTSIDER)
    chores.delete_exports(made.until - timedelta(seconds=1))
    assert path.exists()
    chores.delete_exports(made.until)
    made.refresh_from_db()
    assert not path.exists() and made.stage == taking.GONE and made.said == ""


def test_an_export_whose_post_no_longer_allows_it_stops(town, at):
    made = taking.begin(asked(), Wish(form="csv"), by=CLERK, at=at)
    weak = Actor("A-CLERK", "周社", "S", "x", GRID[:12], frozenset({P.REGISTER_READ}))
    taking.carry(made.ref, by=weak, at=at)
    made.refresh_from_db()
    assert made.stage == taking.STOPPED and not taking.path_of(made).exists()


def test_the_office_keeps_a_layout(town, at):
    kept = taking.keep_layout(asked(), Wish(form="csv", days="dots"), " 走访表 ", by=CLERK, at=at)
    taking.keep_layout(asked(columns=("person.sex",)), Wish(), "走访表", by=CLERK, at=at)
    again = ListLayout.objects.get()
    assert (again.pk, again.name, again.columns) == (kept.pk, "走访表", ["person.sex"])
    assert not taking.layouts(Register.PERSON, viewer=OUTSIDER).exists()
    with pytest.raises(Refusal):
        taking.keep_layout(asked(), Wish(), " ", by=CLERK, at=at)


def test_pages_of_an_export_are_for_who_asked(db, settings, tmp_path, monkeypatch, at):
    settings.DATA_DIR = tmp_path
    small_town.lay()
    keeping.add(Register.PERSON, {"person.name": "王大宝"}, area=GRID, by=BY, at=at)
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    monkeypatch.setattr(type(tasks.write_export), "enqueue", lambda task, *said: task.func(*said))
    client, other = Client(), Client()
    client.force_login(small_town.account("zhou"))
    other.force_login(small_town.account("admin"))
    address = client.post(reverse("register-export", args=["person"]), {"form": "csv"}).url
    assert client.get(address).context["export"].stage == taking.READY
    file = b"".join(client.get(address + "file").streaming_content).decode()
    assert "王**" in file and "王大宝" not in file
    assert [other.get(each).status_code for each in (address, address + "file")] == [404, 404]
    client.post(address, {"do": "discard"})
    assert client.get(address + "file").status_code == 404
    assert len(client.get(reverse("exports")).context["shown"]) == 1
