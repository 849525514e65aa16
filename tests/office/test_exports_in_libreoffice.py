"""LibreOffice opens every workbook we make: nothing to repair, no warning, every cell as we wrote it."""

import csv
import os
import re
import shutil
import subprocess
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from linli.access.actors import Actor
from linli.ground.permissions import Permission
from linli.registers import exporting, keeping, publishing
from linli.registers.exporting import Numbers, Wish
from linli.registers.importing import returning
from linli.registers.listing import Asked
from linli.registers.models import Register
from tests.rooms.registers import odd
from tests.rooms.registers.conftest import BY, GRID
from tests.rooms.registers.imports import brought

pytestmark = [pytest.mark.office, pytest.mark.django_db]
SECRETARY = Actor("A-SEC", "书记", "S", "x", GRID[:12], frozenset(Permission))
ODD_NAMES = [
    "单雄信",
    "=1+1",
    "0012",
    "张\u3000三",
    "<b>&\"'",
    "é,;\t，",
]  # cells a program may take for something else
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


def opened(path, folder):
    """The sheets of a workbook as LibreOffice reads them: rows of text. Fails where it says anything."""
    program = os.environ.get("LINLI_OFFICE") or shutil.which("soffice")
    words = [program, "--headless", "--norestore", f"-env:UserInstallation=file://{folder}/profile"]
    told = subprocess.run(
        [*words, "--convert-to", AS_CSV, "--outdir", str(folder / "csv"), str(path)],
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    # Where it was installed without Java it says so each time; that is not about the workbook.
    said = "\n".join(line for line in f"{told.stdout}\n{told.stderr}".splitlines() if "javaldx" not in line)
    assert not re.search("warn|error|repair|corrupt|failed", said, re.I), said
    return [list(csv.reader(sheet.read_text("utf-8").splitlines())) for sheet in sorted((folder / "csv").iterdir())]


def ours(path):
    """The same as calamine reads it."""
    book = CalamineWorkbook.from_path(path)
    return [
        [[plain(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()] for name in book.sheet_names
    ]


def plain(cell):
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


@pytest.fixture
def people(home, at):
    for name in ODD_NAMES:
        said = {"person.name": name, "person.phone": "13800005678", "person.identity_number": "11010519491231002X"}
        keeping.add(Register.PERSON, said | {"person.born_on": date(1949, 12, 31)}, area=GRID, by=BY, at=at)
    return home


@pytest.mark.parametrize("register", Register)
@pytest.mark.parametrize("plain_", [False, True], ids=["masked", "unmasked"])
def test_a_list_of_every_register(people, tmp_path, at, register, plain_):
    numbers = Numbers.GROUPED if plain_ else Numbers.MASKED
    wish = Wish(plain=plain_, reason="a check", numbers=numbers, tags=register is Register.PERSON, days="chinese")
    path = tmp_path / "list.xlsx"
    exporting.export(Asked(register), path, wish, names={GRID: "第一网格"}, by=SECRETARY, at=at)
    assert opened(path, tmp_path) == ours(path)


def test_the_refused_rows_of_an_import(db, tmp_path):
    batch = brought(odd.made("half of the rows bad", tmp_path))
    path = tmp_path / "back.xlsx"
    assert returning.return_refused(batch, path) == 10
    assert opened(path, tmp_path) == ours(path)


def test_a_public_notice(people, tmp_path, at):
    notice = publishing.drawn_up(Asked(Register.PERSON), publishing.Wish("公示", "办法"), viewer=SECRETARY, at=at)
    path = tmp_path / "notice.xlsx"
    publishing.as_workbook(notice, path)
    assert opened(path, tmp_path) == ours(path)
