"""The calendar's pages: a year, entering a notice, setting hours; and the command beside them."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from linli.access.models import Account
from linli.areas.models import Area
from linli.clocks.models import Notice, OfficeHours

TOWN = "500199001"
WORDS = "国务院办公厅关于2027年部分节假日安排的通知\n国办发明电〔2026〕99号\n"
WORDS += "一、元旦：1月1日至3日放假，共3天。1月9日（周六）上班。"
FORM = {"year": "2027", "issued": "2026-11-24", "number": "", "words": WORDS, "source": ""}

pytestmark = pytest.mark.django_db


def browser(signed_in, role="administrator"):
    Area.objects.get_or_create(code=TOWN, defaults={"level": 4, "name": "香樟街道"})
    return signed_in(role, role, TOWN)


def test_a_year_shows_its_days_and_their_notice(signed_in):
    text = browser(signed_in).get("/calendar/?year=2026", headers={"accept-language": "zh-CN"}).content.decode()
    assert "国办发明电〔2025〕7号" in text and "为暂定" not in text
    assert text.count("day-make-up") == 6 and text.count("<table") == 12


def test_a_year_without_a_notice_says_so(signed_in):
    text = browser(signed_in).get("/calendar/?year=2031", headers={"accept-language": "zh-CN"}).content.decode()
    assert "2031年为暂定" in text


def test_a_notice_is_looked_through_then_entered_then_taken_back(signed_in):
    client = browser(signed_in)
    looked = client.post("/calendar/notice", FORM)
    assert looked.status_code == 200 and not Notice.objects.exists()
    staged = re.search(r'name="staged" value="([^"]+)"', looked.content.decode())[1]
    assert client.post("/calendar/notice", {"staged": staged}).status_code == 303
    made = Notice.objects.get()
    assert (made.number, made.area_code, made.days.count()) == ("国办发明电〔2026〕99号", TOWN, 4)
    assert client.post(reverse("calendar-take-back", args=[made.pk])).status_code == 303
    assert not Notice.objects.exists()


def test_a_notice_from_a_sheet(signed_in):
    sheet = SimpleUploadedFile("days.csv", "日期,安排,名称\n2027-01-01,放假,元旦\n2027-01-09,上班,元旦\n".encode())
    looked = browser(signed_in).post("/calendar/notice", FORM | {"words": "", "number": "x〔2026〕1号", "sheet": sheet})
    assert looked.status_code == 200 and 'name="staged"' in looked.content.decode()


def test_what_was_not_looked_through_here_is_not_entered(signed_in):
    assert browser(signed_in).post("/calendar/notice", {"staged": "forged"}).status_code == 400


def test_hours_are_set_by_whoever_keeps_the_calendar(signed_in):
    week = {f"day{n}": "09:00-12:00" if n not in (5, 6) else "" for n in range(8)} | {"since": "2099-01-01"}
    assert browser(signed_in, "grid-worker").post("/calendar/hours", week).status_code == 403
    assert browser(signed_in).post("/calendar/hours", week).status_code == 303
    assert OfficeHours.objects.get().week[0] == "09:00-12:00"
    assert Account.objects.count() == 2


def test_a_neighbour_takes_nothing_back(signed_in, program, at):
    client = browser(signed_in)
    staged = re.search(r'name="staged" value="([^"]+)"', client.post("/calendar/notice", FORM).content.decode())[1]
    client.post("/calendar/notice", {"staged": staged})
    other = signed_in("other", "administrator", "500198001")
    assert other.post(reverse("calendar-take-back", args=[Notice.objects.get().pk])).status_code == 404


def test_the_command_shows_first_and_writes_when_told(tmp_path, capsys):
    path = tmp_path / "notice.txt"
    path.write_text(WORDS, "utf-8")
    asked = ["calendar", "import", str(path), "--year", "2027", "--issued", "2026-11-24"]
    call_command(*asked)
    assert not Notice.objects.exists()
    call_command(*asked, "--write")
    assert Notice.objects.get().area_code == ""
    call_command("calendar", "show", "2027")
    assert "2027-01-09" in capsys.readouterr().out


@pytest.mark.parametrize("year", ["²", "9" * 5000, ""], ids=["sign", "long", "none"])
def test_a_year_that_is_none_is_this_year(signed_in, year):
    assert browser(signed_in).get("/calendar/", {"year": year}).status_code == 200
