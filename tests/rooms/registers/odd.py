"""Odd and hostile workbooks for whole imports: files made as people make them, and what stood before they came."""

from datetime import date

from linli.registers import keeping, living
from linli.registers.models import Person, Register
from tests.rooms.bulk import books
from tests.rooms.bulk.test_odd_books import BOOKS, bomb, bytes_of, cut, far, formatted

from .imports import AREA, AT, BY, HEADINGS, brought, workbook

GRID, ELSEWHERE = f"{AREA}001", "500199002001"
WANG = ["王大", "11010519491231002X", "13800000001", "户主", "0012", "福源庭院3栋1单元101", "汉族", ""]
LI = ["李梅", "", "13800000002", "配偶", "0012", "福源庭院3-1-101", "汉", "二级"]
GIVEN = "一二三四五六七八九十"


def many():
    """Ten rows without fault."""
    return [
        [f"王{sign}", "", f"1380000{at:04}", "户主", f"{at:04}", f"福源庭院3栋1单元{at}", "汉族", ""]
        for at, sign in enumerate(GIVEN, 1)
    ]


def rows(*some, headings=HEADINGS):
    """A workbook of these rows."""
    return lambda path: workbook(path, list(some), headings)


def but(row, **cells):
    """A row with other cells, by their headings."""
    names = {"name": 0, "number": 1, "phone": 2, "relation": 3, "household": 4, "home": 5, "nation": 6, "level": 7}
    changed = list(row)
    for name, cell in cells.items():
        changed[names[name]] = cell
    return changed


def dead():
    """王大 stands in the register and died."""
    known()
    living.die(Person.objects.get(name="王大"), on=date(2026, 11, 1), by=BY, at=AT)


def away():
    known()
    living.move_away(Person.objects.get(name="王大"), on=date(2026, 11, 1), by=BY, at=AT)


def known(area=GRID):
    """王大 stands in the register."""
    said = {"person.name": "王大", "person.identity_number": WANG[1], "person.phone": WANG[2], "person.nation": "01"}
    person = keeping.add(Register.PERSON, said, area=area, by=BY, at=AT)
    home = keeping.add(Register.DWELLING, {"dwelling.address": WANG[5]}, area=area, by=BY, at=AT)
    person.household = keeping.add(Register.HOUSEHOLD, {"household.number": "0012"}, area=area, by=BY, at=AT)
    person.dwelling, person.relation = home, "01"
    person.save()


def known_elsewhere():
    known(ELSEWHERE)


def came(folder):
    """The same file was imported before."""
    brought(rows(WANG, LI)(folder / "before.xlsx"))


MINE = {
    # -- rows -------------------------------------------------------------------------------------------------
    "rows without fault": rows(*many()),
    "half of the rows bad": rows(*(each for row in many() for each in (row, but(row, nation="火星族")))),
    "a row shifted by one column": rows(*many(), ["", *WANG[:-1]]),
    "no name in a row": rows(WANG, but(LI, name="")),
    "the same row twice": rows(WANG, WANG),
    "the same row twice, without numbers": rows(LI, LI),
    "two of one name": rows(but(LI, phone="", home="滨江路1号"), but(LI, phone="", home="滨江路2号")),
    "one number, two people": rows(WANG, but(LI, number=WANG[1])),
    "a relation that is none": rows(but(WANG, relation="亲家公")),
    "a number whose last sign does not add up": rows(but(WANG, number="110105194912310021")),
    "a number of fifteen digits": rows(but(WANG, number="110105491231002")),
    "a number cut short": rows(but(WANG, number="1101051949123100")),
    "a number with a birthday to come": rows(but(WANG, number="110105202712310026")),
    "a telephone that is none": rows(but(WANG, phone="1380000")),
    "two telephones in a cell": rows(but(WANG, phone="13800000001、13900000002")),
    "born tomorrow": rows(["王大", "2026-11-23"], headings=["姓名", "出生日期"]),
    "born in a month": rows(["王大", "1956-08"], headings=["姓名", "出生日期"]),
    "a day of two readings": rows(["王大", "3/5/2024"], headings=["姓名", "出生日期"]),
    "the thirtieth of February": rows(["王大", "2024-02-30"], headings=["姓名", "出生日期"]),
    "born in 1049": rows(["王大", "1049-03-05"], headings=["姓名", "出生日期"]),
    "a name as long as a book": rows(but(WANG, name="王" * 200)),
    "an error of a formula": lambda path: books.xlsx(path, [HEADINGS, WANG, LI], formulas=[("C2", "=1/0", "#DIV/0!")]),
    "formulas nobody worked out": lambda path: books.patched(
        books.xlsx(path, [HEADINGS, WANG, LI], formulas=[("C2", "=C3+1", "777")]),
        books.SHEET,
        lambda old: old.replace(b"<v>777</v>", b""),
    ),
    "two heading rows": lambda path: books.xlsx(
        path,
        [["姓名", "联系方式", "", "现住址"], ["", "手机", "座机", ""], ["王大", "13800000001", "", "滨江路40号"]],
        merges=["A1:A2", "B1:C1", "D1:D2"],
    ),
    "no column of names": rows(["13800000001", "滨江路40号"], headings=["联系电话", "现住址"]),
    "a million formatted rows": formatted(1_048_577),
    "300 columns": lambda path: books.xlsx(path, [["姓名", *(f"列{at}" for at in range(299))], ["王大"] * 300]),
    "a zip bomb": bomb(100),
    "two cells at the ends of the sheet": far(["A1", "XFD1048576"]),
    "cut off at a half": cut(0.5),
    "a PDF": bytes_of(b"%PDF-1.7\n"),
    # -- people who are known -----------------------------------------------------------------------------------
    "someone who died": rows(WANG),
    "someone who moved away": rows(WANG),
    "someone of another grid of the area": rows(WANG),
    "someone who lives elsewhere": rows(but(WANG, phone="13900009999")),
    "another telephone of someone known": rows(but(WANG, phone="13900009999")),
    "another address of someone known": rows(but(WANG, home="滨江路40号")),
    "another household of someone known": rows(but(WANG, household="0099")),
    "the same file once more": rows(WANG, LI),
    "someone known by name and telephone alone": rows(but(WANG, number="")),
}
BEFORE = {
    "someone who died": dead,
    "someone who moved away": away,
    "someone of another grid of the area": known,
    "someone who lives elsewhere": known_elsewhere,
    "another telephone of someone known": known,
    "another address of someone known": known,
    "another household of someone known": known,
    "someone known by name and telephone alone": known,
}
OTHERS = {case.name: case for case in BOOKS if case.name not in MINE}


def made(name, folder):
    """The file of this name, in a folder; and what stood before it stands."""
    if name == "the same file once more":
        came(folder)
    BEFORE.get(name, lambda: None)()
    make, suffix = (MINE[name], ".xlsx") if name in MINE else (OTHERS[name].make, OTHERS[name].suffix)
    return make(folder / f"people{suffix}")
