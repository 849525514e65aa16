"""A small town whose registers are met in pages: who is there, a browser of theirs, a file they send."""

import io
from datetime import UTC, datetime

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from linli.ground.hands import Program
from tests.browser import small_town

BY, AT = Program("test"), datetime(2026, 11, 22, 4, tzinfo=UTC)
COMMUNITY = "500199001001"
GRID, NEXT_GRID = f"{COMMUNITY}001", f"{COMMUNITY}002"
HEADINGS = ["姓名", "身份证号码", "联系电话", "户号", "现住址", "民族"]
ROWS = [
    ["王大宝", "11010519491231002X", "13800000001", "0012", "福源庭院3栋1单元101", "汉族"],
    ["钱七", "", "13800000003", "0013", "福源庭院3栋1单元102", "火星族"],
]
PLAIN = ["王大宝", "11010519491231002X", "13800000001", "3栋1单元101", "1949-12-31"]


def browser(name):
    client = Client()
    client.force_login(small_town.account(name))
    return client


def workbook(rows, headings=HEADINGS):
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([headings, *rows]):
            sheet.write_row(number, 0, row)
    return SimpleUploadedFile("people.xlsx", kept.getvalue())


def sent(client, rows=ROWS, area=COMMUNITY):
    answer = client.post(reverse("imports"), {"file": workbook(rows), "area": area})
    assert answer.status_code == 303, answer.content.decode()
    return answer.url


def read(client, address):
    """The columns are taken as they were proposed."""
    columns = client.get(address).context["columns"]
    return client.post(address, {"do": "read"} | {f"col-{each.number}": each.fact for each in columns})
